//! Artifacts an importer makes.

use crate::Imported;

impl Imported {
    /// Starts an artifact of this kind.
    pub fn new(kind: &str, title: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            id: None,
            title: title.to_owned(),
            fields: Vec::new(),
            body: String::new(),
        }
    }

    /// Sets its id; without one the host takes the next free one of the kind.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Adds a field of its front matter: dotted path and text.
    pub fn text(self, name: &str, text: &str) -> Self {
        self.json(name, quoted(text))
    }

    /// Adds a field of its front matter: dotted path and JSON.
    pub fn json(mut self, name: &str, json: impl Into<String>) -> Self {
        self.fields.push((name.to_owned(), json.into()));
        self
    }

    /// Sets its text, Markdown.
    pub fn body(mut self, markdown: impl Into<String>) -> Self {
        self.body = markdown.into();
        self
    }
}

/// Writes a text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for ch in text.chars() {
        match ch {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_json() {
        assert_eq!(quoted("a \"b\" \\ é\n\u{1}"), r#""a \"b\" \\ é\n\u0001""#);
    }
}
