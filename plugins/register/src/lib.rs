//! A register of all artifacts, and the chains from a policy to the procedures that carry it out.
//!
//! [`register`] and [`traceability`] make tables of plain values; `table` writes them as CSV and
//! Markdown; the component is a thin layer above.

mod chain;
mod plugin;
mod table;

use serde::Deserialize;

pub use chain::{TooManyChains, traceability};
pub use table::Table;

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The kinds of a chain, from the reason down to the steps.
    pub chain: Vec<String>,
    /// The links that make a chain, whichever end they are written at.
    pub links: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            chain: owned(&["policy", "process", "procedure"]),
            links: owned(&["governed_by", "implements"]),
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if !(2..=6).contains(&options.chain.len()) {
            return Err("`chain` needs 2 to 6 kinds".to_owned());
        }
        Ok(options)
    }
}

/// An artifact, as far as the tables tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: String,
    /// Its owner's id.
    pub owner: String,
    /// The date it is in force from.
    pub effective: String,
    /// The date of its next review.
    pub review_by: String,
    /// Its file.
    pub path: String,
    /// Its links: name and target.
    pub links: Vec<(String, String)>,
}

/// Makes the register: one row for each artifact, by kind, then id.
pub fn register(entries: &[Entry]) -> Table {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| (&entry.kind, &entry.id, &entry.path));
    let row = |entry: &Entry| {
        vec![
            entry.id.clone(),
            entry.kind.clone(),
            entry.title.clone(),
            entry.status.clone(),
            entry.owner.clone(),
            entry.effective.clone(),
            entry.review_by.clone(),
            entry.path.clone(),
        ]
    };
    Table {
        columns: [
            "id",
            "kind",
            "title",
            "status",
            "owner",
            "effective",
            "review_by",
            "path",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: sorted.into_iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_is_sorted_by_kind_and_id() {
        let entry = |id: &str, kind: &str| Entry {
            id: id.to_owned(),
            kind: kind.to_owned(),
            ..Entry::default()
        };
        let table = register(&[
            entry("B", "role"),
            entry("C", "policy"),
            entry("A", "policy"),
        ]);
        let ids: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(ids, ["A", "C", "B"]);
    }

    #[test]
    fn a_configuration_that_makes_no_sense_is_refused() {
        assert!(Options::from_json(r#"{"chain": ["policy"]}"#).is_err());
        assert!(Options::from_json(r#"{"chains": []}"#).is_err());
        assert!(Options::from_json("{}").is_ok());
    }
}
