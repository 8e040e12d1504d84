//! Another id for an artifact, and every reference to it rewritten.

use super::{EditError, Patch};
use crate::artifact::{Artifact, Link, LinkOrigin};
use crate::config::{Config, Kind};
use crate::front_matter::{FrontMatter, Split, detect};
use crate::limits::Limits;
use crate::outline::{BodyLink, Insert, Outline, TermUse, inserts_in};
use crate::path::RepoPath;
use crate::position::{Position, Span};
use crate::rules::relative_target;
use crate::value::Value;

/// What an artifact is called and where it lies, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// Its id so far.
    pub old: String,
    /// Its id from now on.
    pub new: String,
    /// Its file so far.
    pub old_path: RepoPath,
    /// Its file from now on.
    pub new_path: RepoPath,
}

/// Returns the path an artifact has under another id: where the path gives the id, or the file's
/// name starts with it, the path follows.
pub fn renamed_path(artifact: &Artifact, kind: &Kind, new: &str) -> Option<String> {
    let path = artifact.path.as_str();
    let (old_raw, new_raw) = (kind.id.raw(&artifact.id), kind.id.raw(new));
    let given_by_path = kind.id.from_path(path).as_deref() == Some(&artifact.id);
    if given_by_path {
        // The id may stand in the path more than once; the right place gives the new id.
        let places = path.match_indices(old_raw);
        let mut moved = places
            .map(|(at, _)| format!("{}{new_raw}{}", &path[..at], &path[at + old_raw.len()..]));
        return moved.find(|path| kind.id.from_path(path).as_deref() == Some(new));
    }
    let (directory, name) = match path.rfind('/') {
        Some(at) => path.split_at(at + 1),
        None => ("", path),
    };
    let follows = |id: &str| {
        let rest = name.strip_prefix(id)?;
        rest.starts_with(['-', '.', '_']).then_some(rest)
    };
    let moved = follows(&artifact.id)
        .map(|rest| format!("{directory}{new}{rest}"))
        .or_else(|| follows(old_raw).map(|rest| format!("{directory}{new_raw}{rest}")));
    Some(moved.unwrap_or_else(|| path.to_owned()))
}

impl Renaming {
    /// Returns what changes in an artifact's file: its own id, links, inserts, `[[id]]` and links
    /// in its text.
    pub fn in_artifact(
        &self,
        artifact: &Artifact,
        config: &Config,
    ) -> Result<Vec<Patch>, EditError> {
        let Some(kind) = config.kind(&artifact.kind) else {
            return Ok(Vec::new());
        };
        let text = &artifact.text;
        let mut patches = Vec::new();
        let itself = artifact.path == self.old_path;
        if itself && artifact.id_span != Span::default() {
            let forms = [
                (&*self.old, &*self.new),
                (kind.id.raw(&self.old), kind.id.raw(&self.new)),
            ];
            patches.push(self.in_source(text, artifact.id_span, &forms)?);
        }
        for link in artifact.links.iter().filter(|link| link.target == self.old) {
            let (old, new) = self.raw_forms(link, kind);
            let forms = [(&*self.old, &*self.new), (&*old, &*new)];
            patches.push(self.in_source(text, link.span, &forms)?);
        }
        let front = inserts_in(text, Span::new(0, artifact.body));
        let outline = artifact.outline();
        self.inserts(text, front.iter().chain(&outline.inserts), &mut patches);
        self.body(text, &artifact.path, outline, &mut patches)?;
        Ok(patches)
    }

    /// Returns what changes in a Markdown file that is no artifact.
    pub fn in_text(&self, text: &str, path: &RepoPath) -> Result<Vec<Patch>, EditError> {
        let body = detect(text).map_or(0, |split| split.body);
        let outline = Outline::parse(text, body);
        let mut patches = Vec::new();
        self.inserts(text, outline.inserts.iter(), &mut patches);
        self.body(text, path, &outline, &mut patches)?;
        Ok(patches)
    }

    /// Returns what changes in `govkit.toml`: who has to agree.
    pub fn in_config(&self, text: &str) -> Vec<Patch> {
        let place = Split {
            syntax: crate::config::Syntax::TomlFile,
            meta: Span::new(0, text.len()),
            body: text.len(),
        };
        let Ok(read) = FrontMatter::read_split(text, place, &Limits::DEFAULT) else {
            return Vec::new();
        };
        let Some(Value::Array(approvers)) =
            read.fields.key("approvers").map(|field| &field.node.value)
        else {
            return Vec::new();
        };
        let who = approvers.iter().filter_map(|one| match &one.value {
            Value::Table(table) => table.key("who"),
            _ => None,
        });
        let named = who.filter(|who| who.node.value.as_str() == Some(&self.old));
        let forms = [(&*self.old, &*self.new)];
        named
            .filter_map(|who| self.in_source(text, who.node.span, &forms).ok())
            .collect()
    }

    /// A link may be written without its shape: `20` for `EIP-20`.
    fn raw_forms(&self, link: &Link, kind: &Kind) -> (String, String) {
        let def = match link.origin {
            LinkOrigin::Declared => kind.link(&link.name),
            _ => None,
        };
        let Some((before, after)) = def.and_then(|def| def.shape.as_deref()?.split_once("{}"))
        else {
            return (self.old.clone(), self.new.clone());
        };
        let raw = |id: &str| {
            let inner = id
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after));
            inner.unwrap_or(id).to_owned()
        };
        (raw(&self.old), raw(&self.new))
    }

    /// Replaces the id where it stands in a value as a whole word.
    fn in_source(
        &self,
        text: &str,
        span: Span,
        forms: &[(&str, &str)],
    ) -> Result<Patch, EditError> {
        let source = span.of(text);
        for (old, new) in forms {
            for (at, _) in source.match_indices(old) {
                let is_part = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '_');
                let before = source[..at].chars().next_back().is_some_and(is_part);
                let behind = source[at + old.len()..].chars().next().is_some_and(is_part);
                if !before && !behind {
                    let start = span.start + at;
                    return Ok(Patch {
                        span: Span::new(start, start + old.len()),
                        text: (*new).to_owned(),
                    });
                }
            }
        }
        Err(self.unwritable(text, span))
    }

    fn unwritable(&self, text: &str, span: Span) -> EditError {
        EditError::Unwritable {
            line: Position::of(text, span.start).line,
            source_text: span.of(text).chars().take(80).collect(),
            id: self.old.clone(),
        }
    }

    fn inserts<'i>(
        &self,
        text: &str,
        inserts: impl Iterator<Item = &'i Insert>,
        patches: &mut Vec<Patch>,
    ) {
        let ours = inserts.filter(|insert| insert.artifact.as_deref() == Some(&self.old));
        for insert in ours {
            let at = insert.span.of(text).find(&self.old);
            patches.extend(at.map(|at| self.id_at(insert.span.start + at)));
        }
    }

    fn id_at(&self, start: usize) -> Patch {
        Patch {
            span: Span::new(start, start + self.old.len()),
            text: self.new.clone(),
        }
    }

    fn body(
        &self,
        text: &str,
        path: &RepoPath,
        outline: &Outline,
        patches: &mut Vec<Patch>,
    ) -> Result<(), EditError> {
        let is_ours = |term: &&TermUse| {
            let id = term.term.split(['|', '#']).next().unwrap_or("");
            id.trim() == self.old
        };
        for term in outline.terms.iter().filter(is_ours) {
            let at = term.span.of(text).find(&self.old);
            patches.extend(at.map(|at| self.id_at(term.span.start + at)));
        }
        if self.old_path == self.new_path {
            return Ok(());
        }
        let itself = *path == self.old_path;
        let lies = if itself { &self.new_path } else { path };
        for link in &outline.links {
            let Some(target) = relative_target(link, text) else {
                continue;
            };
            let Some(leads) = path.join(&target) else {
                continue;
            };
            let to_us = leads == self.old_path.as_str();
            let stays = !to_us && (!itself || lies.directory() == path.directory());
            if stays {
                continue;
            }
            let leads = if to_us {
                self.new_path.as_str()
            } else {
                &leads
            };
            let new = way(lies, leads);
            patches.extend(self.destination(text, link, &new)?);
        }
        Ok(())
    }

    /// Replaces the path of a link; where the link only names a definition, the path stands there.
    fn destination(&self, text: &str, link: &BodyLink, new: &str) -> Result<Vec<Patch>, EditError> {
        let written = link.target.split(['#', '?']).next().unwrap_or("");
        let patch = |start: usize| Patch {
            span: Span::new(start, start + written.len()),
            text: new.to_owned(),
        };
        let source = link.span.of(text);
        if source.starts_with(written)
            || source
                .strip_prefix('<')
                .is_some_and(|rest| rest.starts_with(written))
        {
            return Ok(vec![patch(
                link.span.start + usize::from(source.starts_with('<')),
            )]);
        }
        let mut patches = Vec::new();
        for (at, mark) in text.match_indices("]:") {
            let from = at + mark.len();
            let rest = &text[from..];
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '<']).len();
            let target = &rest[blanks..];
            let end = |rest: &str| {
                rest.is_empty() || rest.starts_with(['#', '?', '>', ' ', '\t', '\r', '\n'])
            };
            if target.strip_prefix(written).is_some_and(end) {
                patches.push(patch(from + blanks));
            }
        }
        match patches.is_empty() {
            true => Err(self.unwritable(text, link.span)),
            false => Ok(patches),
        }
    }
}

/// The way from a file to another path of the repository, as a link is written.
fn way(from: &RepoPath, to: &str) -> String {
    let here: Vec<&str> = from
        .directory()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let there: Vec<&str> = to.split('/').collect();
    let same = here
        .iter()
        .zip(&there[..there.len() - 1])
        .take_while(|(a, b)| a == b)
        .count();
    let up = std::iter::repeat_n("..", here.len() - same);
    let parts: Vec<&str> = up.chain(there[same..].iter().copied()).collect();
    parts.join("/").replace(' ', "%20")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::corpus::Corpus;
    use crate::edit::patched;
    use crate::snapshot::Snapshot;

    fn path(text: &str) -> RepoPath {
        RepoPath::new(text).unwrap()
    }

    fn renaming() -> Renaming {
        Renaming {
            old: "POL-1".into(),
            new: "POL-7".into(),
            old_path: path("p/POL-1-access.md"),
            new_path: path("p/POL-7-access.md"),
        }
    }

    #[test]
    fn every_reference_is_rewritten_and_nothing_that_only_looks_like_one() {
        let config = "[kinds.p]\npaths='p/*.md'\nid={field='id'}\nopen=true\nsteps={who=['p']}\n[kinds.p.links.see]\nfield='links.see'\n";
        let config = Arc::new(Config::parse(config, "f").unwrap());
        let own = "+++\nid = \"POL-1\" # POL-1\n+++\n[me](POL-1-access.md#a)\n";
        let other = "+++\nid = 'POL-12'\n[links]\nsee = [\"POL-1#scope\", 'POL-12'] # POL-1\n[[steps]]\nid='a'\nwho='POL-1'\ndo='within {{ POL-1.days }}'\n+++\nPOL-1 says {{ POL-1.days }}, {{ POL-12.days }}, [[POL-1]] [[POL-12]] `[[POL-1]]`.\n[a](POL-1-access.md#x) [b][ref] [c](../p/POL-1-access.md) [d](POL-12.md)\n\n[ref]: POL-1-access.md 'title'\n";
        let corpus = Corpus::parse(
            Snapshot::of_files([("p/POL-1-access.md", own), ("p/POL-12.md", other)]),
            config.clone(),
            &Limits::DEFAULT,
        );
        let after = |path: &str| {
            let artifact = corpus.at_path(path).unwrap();
            let patches = renaming().in_artifact(artifact, &config).unwrap();
            patched(&artifact.text, patches)
        };
        assert_eq!(
            after("p/POL-1-access.md"),
            "+++\nid = \"POL-7\" # POL-1\n+++\n[me](POL-7-access.md#a)\n"
        );
        assert_eq!(
            after("p/POL-12.md"),
            "+++\nid = 'POL-12'\n[links]\nsee = [\"POL-7#scope\", 'POL-12'] # POL-1\n[[steps]]\nid='a'\nwho='POL-7'\ndo='within {{ POL-7.days }}'\n+++\nPOL-1 says {{ POL-7.days }}, {{ POL-12.days }}, [[POL-7]] [[POL-12]] `[[POL-1]]`.\n[a](POL-7-access.md#x) [b][ref] [c](POL-7-access.md) [d](POL-12.md)\n\n[ref]: POL-7-access.md 'title'\n"
        );
    }

    #[test]
    fn other_files_and_the_configuration_are_rewritten_too() {
        let after =
            |text: &str| patched(text, renaming().in_text(text, &path("README.md")).unwrap());
        assert_eq!(
            after("[a](p/POL-1-access.md)\n"),
            "[a](p/POL-7-access.md)\n"
        );
        let config = "[[approvers]]\nwho = \"POL-1\" # POL-1\n[[approvers]]\nwho = 'POL-12'\n";
        assert_eq!(
            patched(config, renaming().in_config(config)),
            config.replacen("\"POL-1\"", "\"POL-7\"", 1)
        );
    }

    #[test]
    fn the_path_follows_where_it_has_the_id() {
        let config = "[kinds.a]\npaths='a/*.md'\nid={field='id'}\n[kinds.b]\npaths='b/*.md'\nsyntax='none'\nid={path='b/{id}.md'}\n";
        let config = Config::parse(config, "f").unwrap();
        let moved = |file: &str, text: &str, new: &str| {
            let file = path(file);
            let kind = config.claim(&file).unwrap();
            let artifact = Artifact::read(text.into(), file, None, kind, &Limits::DEFAULT).unwrap();
            renamed_path(&artifact, kind, new)
        };
        let text = "+++\nid='POL-1'\n+++\n";
        assert_eq!(
            moved("a/POL-1-x.md", text, "POL-2").as_deref(),
            Some("a/POL-2-x.md")
        );
        assert_eq!(
            moved("a/access.md", text, "POL-2").as_deref(),
            Some("a/access.md")
        );
        assert_eq!(moved("b/b.md", "# b\n", "c").as_deref(), Some("b/c.md"));
    }

    #[test]
    fn a_way_leads_from_file_to_file() {
        assert_eq!(way(&path("a/b/c.md"), "a/d e.md"), "../d%20e.md");
        assert_eq!(way(&path("c.md"), "a/d.md"), "a/d.md");
        assert_eq!(way(&path("a/c.md"), "a/d.md"), "d.md");
    }
}
