//! The id of an artifact: read alone, or ruled out without reading.

use std::collections::BTreeSet;

use super::{Artifact, ArtifactError};
use crate::config::Kind;
use crate::front_matter::{FrontMatter, split};
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::position::Span;
use crate::value::Table;

impl Artifact {
    /// Reads only the id, from the front matter or the path; `None` where there is none to read.
    pub fn id_in(text: &str, path: &RepoPath, kind: &Kind, limits: &Limits) -> Option<String> {
        if kind.id.field.is_none() {
            return kind.id.from_path(path.as_str());
        }
        let front = FrontMatter::read(text, &kind.syntaxes, limits);
        let fields = front.map(|front| front.fields).unwrap_or_default();
        Some(of(&fields, path, kind).ok()?.0)
    }

    /// Whether a file may have one of `ids`; `false` only where reading it would show that it
    /// has none. The front matter is searched, not parsed, and `start` may be the first bytes of
    /// the file: `size` is that of the whole.
    pub fn may_have_id(
        start: &[u8],
        size: u64,
        path: &RepoPath,
        kind: &Kind,
        ids: &BTreeSet<&str>,
    ) -> bool {
        let by_path = kind.id.from_path(path.as_str());
        if by_path.is_some_and(|id| ids.contains(id.as_str())) {
            return true;
        }
        if kind.id.field.is_none() {
            return false;
        }
        let whole = start.len() as u64 == size;
        let text = match str::from_utf8(start) {
            Ok(text) => text,
            // The first bytes may end inside a character; a whole file that does is none.
            Err(error) if !whole && error.error_len().is_none() => {
                str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return false,
        };
        let found = match split(text, &kind.syntaxes) {
            Ok(Some(found)) if whole || found.is_closed_before(text.len()) => found,
            // Without a front matter there is no field.
            _ => return !whole,
        };
        let source = found.meta.of(text);
        let otherwise = Spellings::in_source(source);
        ids.iter().any(|id| {
            let raw = kind.id.raw(id);
            source.contains(raw) || otherwise.may_spell(raw)
        })
    }
}

/// Ways to write a value so that it does not stand in the source letter by letter.
struct Spellings {
    /// Escapes, tags.
    escapes: bool,
    /// Numbers that do not start with their digits: `0x1F`, `1_000`, `+7`, `007`.
    numbers: bool,
}

impl Spellings {
    fn in_source(source: &str) -> Self {
        let bytes = source.as_bytes();
        let has_pair = |first: fn(u8) -> bool, second: fn(u8) -> bool| {
            bytes
                .windows(2)
                .any(|pair| first(pair[0]) && second(pair[1]))
        };
        let base = |byte: u8| matches!(byte, b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        Self {
            escapes: source.contains(['\\', '!']),
            numbers: has_pair(|byte| byte == b'0', base)
                || has_pair(|byte| byte.is_ascii_digit(), |byte| byte == b'_'),
        }
    }

    /// Whether `raw` may be written in one of these ways. Blanks may be line ends, a quote may be
    /// doubled, and what reads as a truth value or a time has a form of its own.
    fn may_spell(&self, raw: &str) -> bool {
        let is_counted = raw.contains(|ch: char| ch.is_ascii_digit());
        self.escapes
            || raw.contains(|ch: char| ch.is_whitespace() || ch == '\'')
            || matches!(raw, "true" | "false")
            || (is_counted && (self.numbers || raw.contains(':')))
    }
}

/// Returns the id and where it is written: the field, else what the path gives.
pub(super) fn of(
    fields: &Table,
    path: &RepoPath,
    kind: &Kind,
) -> Result<(String, Span), ArtifactError> {
    if let Some(name) = &kind.id.field
        && let Some(field) = fields.field(name)
        && let Some(raw) = field
            .node
            .value
            .scalar()
            .filter(|raw| !raw.trim().is_empty())
    {
        return Ok((kind.id.shaped(raw.trim()), field.node.span));
    }
    if let Some(id) = kind.id.from_path(path.as_str()) {
        return Ok((id, Span::default()));
    }
    Err(ArtifactError::NoId(match &kind.id.field {
        Some(field) => format!("the front matter has no `{field}`"),
        None => "the path fits none of the kind's `id.path` patterns".to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;

    fn kind(text: &str) -> Kind {
        let config = Config::parse(&format!("[kinds.a]\npaths='*.md'\n{text}"), "f").unwrap();
        config.kinds.into_iter().next().unwrap()
    }

    fn path() -> RepoPath {
        RepoPath::new("one.md").unwrap()
    }

    fn may_have(text: &str, kind: &Kind, id: &str) -> bool {
        let size = text.len() as u64;
        let ids = BTreeSet::from([id]);
        let may = Artifact::may_have_id(text.as_bytes(), size, &path(), kind, &ids);
        // Whoever knows less of the file rules out less.
        for end in 0..text.len() {
            let start = &text.as_bytes()[..end];
            let knows_less = Artifact::may_have_id(start, size, &path(), kind, &ids);
            assert!(knows_less || !may, "{end} bytes of {text:?}");
        }
        may
    }

    #[test]
    fn an_id_that_stands_nowhere_is_ruled_out() {
        let eip = kind("syntax=['yaml','none']\nid={field='eip',as='EIP-{}',path='{id}.md'}\n");
        let text = "---\neip: 20\ntitle: x\n---\n721\n";
        assert!(may_have(text, &eip, "EIP-20"));
        assert!(may_have(text, &eip, "EIP-one"), "its path could say so");
        assert!(!may_have(text, &eip, "EIP-721"), "a body has no id");
        assert!(!may_have("no front matter: EIP-20", &eip, "EIP-20"));
        let field = kind("syntax='toml'\nid={field='id'}\n");
        assert!(may_have("+++\nid = +1_0T\n+++\n", &field, "+10T"));
        let by_path = kind("id={path='{id}.md'}\n");
        assert!(!may_have("+++\nid='two'\n+++\n", &by_path, "two"));
    }

    #[test]
    fn a_damaged_front_matter_leaves_the_id_of_the_path() {
        let kind = kind("syntax='yaml'\nid={field='id',path='{id}.md'}\n");
        let text = "---\nid: two\nid: two\n---\n";
        let id = Artifact::id_in(text, &path(), &kind, &Limits::DEFAULT);
        assert_eq!(id.as_deref(), Some("one"));
    }

    proptest! {
        /// Whatever way an id is written, a file that has it is never ruled out.
        #[test]
        fn no_file_that_has_an_id_is_ruled_out(
            value in "[-+'\"]?(0[xob])?[0-9a-fx_.:T ]{1,6}['\"]?|\"\\\\u00[46][1-9]\"|True|'it''s'|\"a\n b\"|!!binary QUJD|>\n  a\n  b\n|[a-c]{1,3}",
            toml in any::<bool>(),
        ) {
            let (syntax, text) = if toml {
                ("toml", format!("+++\nid = {value}\n+++\n"))
            } else {
                ("yaml", format!("---\nid: {value}\n---\n"))
            };
            let kind = kind(&format!("syntax='{syntax}'\nid={{field='id',as='X-{{}}'}}\n"));
            if let Some(id) = Artifact::id_in(&text, &path(), &kind, &Limits::DEFAULT) {
                prop_assert!(may_have(&text, &kind, &id), "{text:?} is {id}");
            }
        }
    }
}
