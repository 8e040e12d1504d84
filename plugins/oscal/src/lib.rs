//! Oscal: controls, and what carries them out, in the words of NIST's OSCAL.
//!
//! [`files`] is the whole logic, a pure function; the component is a thin layer above it. Foreign text
//! reaches a document as one clean line (`name`) or as Markdown that does nothing (`prose`).

mod catalog;
mod component;
mod document;
mod name;
mod plugin;
mod prose;
mod statement;

use govkit_reader::{Corpus, Input};
use serde::Deserialize;

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The title of both documents.
    pub title: String,
    /// What makes the UUIDs the organisation's own; empty: the title.
    pub namespace: String,
    /// The version of the documents; empty: the day of their last change.
    pub version: String,
    /// The version of OSCAL they say they keep to.
    pub oscal_version: String,
    /// Whether the last change is looked up in the history.
    pub history: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "Controls".to_owned(),
            namespace: String::new(),
            version: String::new(),
            oscal_version: "1.1.3".to_owned(),
            history: true,
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if options.title.trim().is_empty() {
            return Err("`title` is empty; write the title of the catalog".to_owned());
        }
        let known = ["1.1.", "1.2."];
        if !known
            .iter()
            .any(|begin| options.oscal_version.starts_with(begin))
        {
            return Err(format!(
                "`oscal_version` `{}` is not known; write `1.1.3` or `1.2.1`",
                options.oscal_version
            ));
        }
        Ok(options)
    }
}

/// Returns the two documents: name and JSON.
pub fn files(input: &[Input], options: &Options) -> [(&'static str, String); 2] {
    let corpus = Corpus::new(input);
    let text = |document: serde_json::Value| format!("{document:#}\n");
    [
        ("catalog.json", text(catalog::document(&corpus, options))),
        (
            "component-definition.json",
            text(component::document(&corpus, options)),
        ),
    ]
}

#[cfg(test)]
mod tests;
