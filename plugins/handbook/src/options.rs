//! The configuration: that of every book, and whether there are approvals.

use serde_json::Value;

/// The plugin's configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the book is to be.
    pub book: govkit_book::Options,
    /// Whether it lists approvals.
    pub history: bool,
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let mut all: serde_json::Map<String, Value> =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        let history = match all.shift_remove("history") {
            None => true,
            Some(Value::Bool(history)) => history,
            Some(other) => return Err(format!("`history` is true or false, not `{other}`")),
        };
        Ok(Self {
            book: govkit_book::Options::from_json(&Value::Object(all).to_string())?,
            history,
        })
    }
}
