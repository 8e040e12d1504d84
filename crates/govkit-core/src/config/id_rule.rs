//! Where an artifact's id comes from: a field, the path, or a field with the path behind it.

use regex::Regex;

/// How a kind gets its ids, and how `govkit new` makes one.
#[derive(Clone, Debug, Default)]
pub struct IdRule {
    /// Dotted path of the field that holds the id.
    pub field: Option<String>,
    /// Shape the raw value is put into, with `{}` for the value: `EIP-{}`.
    pub shape: Option<String>,
    /// Path patterns with `{id}` or `{*id}`; the first that matches gives the id where no field does.
    pub paths: Vec<PathPattern>,
    /// What every id must look like.
    pub pattern: Option<Regex>,
    /// How a new id is made: `POL-{number:3}`, `POL-{random:6}`.
    pub new: Option<String>,
    /// Whether the file's stem must be the id or start with the id and a `-`.
    pub match_path: bool,
}

impl IdRule {
    /// Puts a raw value into the rule's shape.
    pub fn shaped(&self, raw: &str) -> String {
        shape(self.shape.as_deref(), raw)
    }

    /// Takes an id back out of the rule's shape; the id itself when it does not fit.
    pub fn raw<'a>(&self, id: &'a str) -> &'a str {
        let Some((before, after)) = self
            .shape
            .as_deref()
            .and_then(|shape| shape.split_once("{}"))
        else {
            return id;
        };
        id.strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .unwrap_or(id)
    }

    /// Returns the id a path gives.
    pub fn from_path(&self, path: &str) -> Option<String> {
        self.paths
            .iter()
            .find_map(|pattern| pattern.id(path))
            .map(|raw| self.shaped(&raw))
    }
}

/// Puts `raw` into `shape` at its `{}`.
pub(crate) fn shape(shape: Option<&str>, raw: &str) -> String {
    shape.map_or_else(|| raw.to_owned(), |shape| shape.replacen("{}", raw, 1))
}

/// A path with one hole: `crates/*/{id}.md`, `{*id}.md`.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    regex: Regex,
}

/// Why a path pattern is refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PathPatternError {
    /// No `{id}` in it.
    #[error("path pattern `{0}` has no `{{id}}`")]
    NoId(String),
    /// It does not compile.
    #[error("path pattern `{0}` is not understood")]
    Malformed(String),
}

impl PathPattern {
    /// Reads a pattern: `*` inside a segment, `**` across segments, `{id}` one segment or part
    /// of it, `{*id}` any number of segments.
    pub fn new(text: &str) -> Result<Self, PathPatternError> {
        if !text.contains("{id}") && !text.contains("{*id}") {
            return Err(PathPatternError::NoId(text.to_owned()));
        }
        let mut regex = String::from("^");
        let mut rest = text;
        while let Some(ch) = rest.chars().next() {
            let (matched, with) = if let Some(after) = rest.strip_prefix("{id}") {
                (rest.len() - after.len(), "(?P<id>[^/]+)".to_owned())
            } else if let Some(after) = rest.strip_prefix("{*id}") {
                (rest.len() - after.len(), "(?P<id>.+)".to_owned())
            } else if rest.starts_with("**/") {
                (3, "(?:.*/)?".to_owned())
            } else if rest.starts_with("**") {
                (2, ".*".to_owned())
            } else if ch == '*' {
                (1, "[^/]*".to_owned())
            } else {
                (ch.len_utf8(), regex::escape(&rest[..ch.len_utf8()]))
            };
            regex.push_str(&with);
            rest = &rest[matched..];
        }
        regex.push('$');
        let regex = Regex::new(&regex).map_err(|_| PathPatternError::Malformed(text.to_owned()))?;
        Ok(Self {
            text: text.to_owned(),
            regex,
        })
    }

    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn id(&self, path: &str) -> Option<String> {
        Some(self.regex.captures(path)?.name("id")?.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_the_id() {
        let id = |pattern: &str, path: &str| PathPattern::new(pattern).unwrap().id(path);
        assert_eq!(
            id("crates/*/{id}.md", "crates/openssl/RUSTSEC-1.md").as_deref(),
            Some("RUSTSEC-1")
        );
        assert_eq!(
            id("{*id}.md", "themes/a/policies/access.md").as_deref(),
            Some("themes/a/policies/access")
        );
        assert_eq!(
            id("{id}/index.md", "password/index.md").as_deref(),
            Some("password")
        );
        assert_eq!(id("**/{id}.md", "a/b/c.md").as_deref(), Some("c"));
        assert_eq!(id("**/{id}.md", "c.md").as_deref(), Some("c"));
        assert_eq!(id("{id}.md", "a/c.md"), None);
    }

    #[test]
    fn a_shape_goes_on_and_comes_off() {
        let rule = IdRule {
            shape: Some("EIP-{}".into()),
            ..IdRule::default()
        };
        assert_eq!(rule.shaped("20"), "EIP-20");
        assert_eq!(rule.raw("EIP-20"), "20");
        assert_eq!(rule.raw("other"), "other");
    }
}
