//! What `govkit new` writes: an id that is free, a path the kind claims, front matter with what
//! the kind requires, and the kind's body.

mod fields;
mod ids;

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::GlobBuilder;
use jiff::civil::Date;

use crate::artifact::{Artifact, ArtifactError};
use crate::config::{Kind, Syntax};
use crate::limits::Limits;
use crate::outline::slug;
use crate::path::{PathError, RepoPath};

/// Characters of a title that reach the file's name.
const SLUG_LENGTH: usize = 60;

/// A new artifact, not yet written anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewArtifact {
    /// Its id.
    pub id: String,
    /// Where its file goes.
    pub path: RepoPath,
    /// The whole file.
    pub text: String,
}

/// Why there is no new artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewError {
    /// The kind's files are in a syntax govkit only reads.
    #[error(
        "{label} files are written in a syntax govkit only reads; write the file by hand, or add `toml` to the kind's `syntax`"
    )]
    ReadOnly {
        /// What people call the kind.
        label: String,
    },
    /// No id was given and the kind does not say how to make one.
    #[error(
        "kind `{kind}` does not say how to make an id; name one, or set `id.new`, such as `{kind}-{{number:3}}`"
    )]
    NoIdRule {
        /// The kind.
        kind: String,
    },
    /// `id.new` has a hole govkit does not know.
    #[error(
        "`id.new` of kind `{kind}` is not understood: `{rule}` needs `{{number:3}}` or `{{random:6}}`"
    )]
    BadIdRule {
        /// The kind.
        kind: String,
        /// The rule as written.
        rule: String,
    },
    /// Every id the rule can make is taken.
    #[error("kind `{kind}` has no free id left for `{rule}`; name one, or make the hole wider")]
    Exhausted {
        /// The kind.
        kind: String,
        /// The rule as written.
        rule: String,
    },
    /// The id is in use.
    #[error("the id `{id}` is taken on this or another branch; choose another one")]
    Taken {
        /// The id.
        id: String,
    },
    /// The id is not as the kind wants it.
    #[error("the id `{id}` does not look like `{pattern}`, as kind `{kind}` asks")]
    Pattern {
        /// The kind.
        kind: String,
        /// The id.
        id: String,
        /// The kind's pattern as written.
        pattern: String,
    },
    /// Neither `file` nor the first glob says where the file goes.
    #[error(
        "kind `{kind}` does not say where a new file goes; set `file`, such as `{kind}/{{id}}.md`"
    )]
    NoPlace {
        /// The kind.
        kind: String,
    },
    /// The path cannot be written on every system.
    #[error("the file would be `{path}`, and {reason}; choose another id or title")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: PathError,
    },
    /// The path is not one of the kind's.
    #[error(
        "the file would be `{path}`, which kind `{kind}` does not claim; compare `file` with `paths`"
    )]
    Unclaimed {
        /// The kind.
        kind: String,
        /// The path.
        path: String,
    },
    /// What was made does not read back as the artifact it should be.
    #[error("the new file `{path}` would not be a valid artifact: {reason}")]
    Unreadable {
        /// The path.
        path: String,
        /// What the reader says.
        reason: String,
    },
}

/// Makes a new artifact of `kind`.
///
/// Without `id` the kind's `id.new` makes one that is not in `ids_taken`. `now` fills dates;
/// `random` gives random bits for ids that ask for them.
pub fn new_artifact(
    kind: &Kind,
    ids_taken: &BTreeSet<String>,
    id: Option<&str>,
    title: &str,
    now: Date,
    random: &mut dyn FnMut() -> u32,
) -> Result<NewArtifact, NewError> {
    let syntax = writable(kind)?;
    let words: Vec<&str> = title.split_whitespace().collect();
    let title = words.join(" ");
    let id = ids::choose(kind, ids_taken, id, random)?;
    let path = place(kind, &id, &title)?;
    let front = fields::front_matter(kind, &id, &title, now);
    let text = match syntax {
        Syntax::TomlFile => front,
        Syntax::TomlFence => format!("```toml\n{front}```\n{}", body(kind, &id, &title, now)),
        _ => format!("+++\n{front}+++\n{}", body(kind, &id, &title, now)),
    };
    let made = NewArtifact { id, path, text };
    made.read_back(kind)?;
    Ok(made)
}

/// Makes an artifact of `kind` out of what an importer read: fields of the front matter as TOML
/// lines, and the text after it. Id, path and the check of the result are those of
/// [`new_artifact`].
pub fn imported_artifact(
    kind: &Kind,
    ids_taken: &BTreeSet<String>,
    id: Option<&str>,
    title: &str,
    (fields, text): (&str, &str),
    now: Date,
    random: &mut dyn FnMut() -> u32,
) -> Result<NewArtifact, NewError> {
    let made = new_artifact(kind, ids_taken, id, title, now, random)?;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut front = String::new();
    if let Some(field) = &kind.id.field {
        front.push_str(&format!("{field} = {}\n", quoted(kind.id.raw(&made.id))));
    }
    let field = kind.title.as_deref().unwrap_or("title");
    front.push_str(&format!("{field} = {}\n{fields}", quoted(title)));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let text = match writable(kind)? {
        Syntax::TomlFile => front,
        Syntax::TomlFence => format!("```toml\n{front}```\n{text}{end}"),
        _ => format!("+++\n{front}+++\n{text}{end}"),
    };
    let made = NewArtifact { text, ..made };
    made.read_back(kind)?;
    Ok(made)
}

/// The first syntax of the kind that govkit writes.
fn writable(kind: &Kind) -> Result<Syntax, NewError> {
    let toml = [Syntax::Toml, Syntax::TomlFence, Syntax::TomlFile];
    let mut found = kind.syntaxes.iter().copied();
    found
        .find(|syntax| toml.contains(syntax))
        .ok_or_else(|| NewError::ReadOnly {
            label: kind.label.clone(),
        })
}

impl NewArtifact {
    fn read_back(&self, kind: &Kind) -> Result<(), NewError> {
        let text: Arc<str> = Arc::from(self.text.as_str());
        let read = Artifact::read(text, self.path.clone(), None, kind, &Limits::DEFAULT);
        let reason = match read {
            Ok(artifact) if artifact.id == self.id => return Ok(()),
            Ok(artifact) => format!("its id would be `{}`", artifact.id),
            Err(ArtifactError::FrontMatter(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(NewError::Unreadable {
            path: self.path.as_str().to_owned(),
            reason,
        })
    }
}

fn place(kind: &Kind, id: &str, title: &str) -> Result<RepoPath, NewError> {
    let from_id = || {
        let pattern = kind.id.paths.first().filter(|_| kind.id.field.is_none())?;
        let raw = kind.id.raw(id);
        let path = pattern.as_str().replace("{*id}", raw).replace("{id}", raw);
        (!path.contains('*')).then_some(path)
    };
    let path = match &kind.file {
        Some(file) => file
            .replace("{id}", id)
            .replace("{slug}", &short_slug(title)),
        None => from_id()
            .or_else(|| from_glob(kind, id))
            .ok_or_else(|| NewError::NoPlace {
                kind: kind.name.clone(),
            })?,
    };
    let checked = RepoPath::portable(path.clone()).map_err(|reason| NewError::Path {
        path: path.clone(),
        reason,
    })?;
    if !claims(kind, &checked) {
        return Err(NewError::Unclaimed {
            kind: kind.name.clone(),
            path,
        });
    }
    Ok(checked)
}

/// Whether one of the kind's globs matches and none of its excludes does.
fn claims(kind: &Kind, path: &RepoPath) -> bool {
    let matches = |glob: &String| {
        let glob = GlobBuilder::new(glob).literal_separator(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(path.as_str()))
    };
    kind.paths.iter().any(matches) && !kind.exclude.iter().any(matches)
}

/// The path the kind's first glob leads to when the id takes the place of its last star.
fn from_glob(kind: &Kind, id: &str) -> Option<String> {
    let glob = kind.paths.first()?.replace("**/", "");
    let (directory, name) = glob
        .rsplit_once('/')
        .map_or(("", &*glob), |(at, name)| (at, name));
    let name = match name {
        "**" => format!("{id}.md"),
        name => match name.split_once('*') {
            // `POL-*.md` and the id `POL-001` give `POL-001.md`.
            Some((before, after)) if id.starts_with(before) => format!("{id}{after}"),
            Some((before, after)) => format!("{before}{id}{after}"),
            None => name.to_owned(),
        },
    };
    let path = if directory.is_empty() {
        name
    } else {
        format!("{directory}/{name}")
    };
    (!path.contains(['*', '?', '[', '{'])).then_some(path)
}

/// A title as a part of a file's name: short, single hyphens, never empty.
fn short_slug(title: &str) -> String {
    let slug = slug(title);
    let mut out = String::new();
    for part in slug.split('-').filter(|part| !part.is_empty()) {
        if !out.is_empty() && out.len() + part.len() >= SLUG_LENGTH {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.extend(part.chars().take(SLUG_LENGTH));
    }
    if out.is_empty() {
        out.push_str("untitled");
    }
    out
}

fn body(kind: &Kind, id: &str, title: &str, now: Date) -> String {
    let mut body = match &kind.template {
        Some(template) => filled(template, id, title, now),
        None => {
            let sections = kind.sections.iter();
            let sections: String = sections
                .map(|section| format!("\n## {section}\n"))
                .collect();
            format!("# {title}\n{sections}")
        }
    };
    if !body.ends_with('\n') {
        body.push('\n');
    }
    body
}

/// Puts the id, the title and the date into a template; `{{ parameters }}` stay as they are.
fn filled(template: &str, id: &str, title: &str, now: Date) -> String {
    let date = now.to_string();
    let holes = [
        ("{{", "{{"),
        ("{id}", id),
        ("{title}", title),
        ("{date}", &date),
    ];
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let hole = holes.iter().find(|(hole, _)| rest.starts_with(hole));
        let (hole, value) = hole.copied().unwrap_or(("{", "{"));
        out.push_str(value);
        rest = &rest[hole.len()..];
    }
    out + rest
}

#[cfg(test)]
mod tests;
