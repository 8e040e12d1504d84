//! The artifacts as a reader sees them: parameters have their values, roles their titles, lengths of
//! time their words. What the bundled exporters share before each writes its own format.

mod corpus;
mod words;

use std::collections::BTreeMap;

use govkit_sdk::Artifact;
use serde_json::Value;

pub use corpus::Corpus;
pub use words::{clean, duration};

/// An artifact.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Its id.
    pub id: String,
    /// Its file.
    pub path: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its status; empty: none.
    pub status: String,
    /// Its owner's id; several are joined by `, `.
    pub owner: String,
    /// The fields it has.
    pub fields: BTreeMap<String, Value>,
    /// Its links: name and target.
    pub links: Vec<(String, String)>,
    /// Its text, where the exporter fetched it.
    pub body: String,
    /// The sections of its text, where the exporter fetched them.
    pub sections: Vec<Section>,
    /// When it was last changed, as RFC 3339 in UTC; empty: not known.
    pub changed: String,
}

/// A heading and where its section lies in the body.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading's text.
    pub heading: String,
    /// Its level, 1 to 6.
    pub level: u8,
    /// Its anchor, unique in the artifact.
    pub anchor: String,
    /// Where the heading starts.
    pub start: usize,
    /// Where the section ends.
    pub end: usize,
}

impl From<&Artifact> for Input {
    /// Takes what the host handed over, without text and history.
    fn from(artifact: &Artifact) -> Self {
        let fields = artifact.fields.iter();
        let links = artifact.links.iter();
        Self {
            id: artifact.id.clone(),
            path: artifact.path.clone(),
            kind: artifact.kind.clone(),
            title: artifact.title.clone(),
            status: artifact.status.clone().unwrap_or_default(),
            owner: artifact.owner.clone().unwrap_or_default(),
            fields: fields
                .filter_map(|(name, json)| Some((name.clone(), serde_json::from_str(json).ok()?)))
                .collect(),
            links: links
                .map(|link| (link.name.clone(), link.target.clone()))
                .collect(),
            ..Self::default()
        }
    }
}

impl Input {
    /// Returns a field as one line; empty where it is absent.
    pub fn text(&self, field: &str) -> String {
        strings(self.fields.get(field)).join(", ")
    }

    /// Returns the entries of a field that is a list of tables.
    pub fn tables(&self, field: &str) -> &[Value] {
        let value = self.fields.get(field).and_then(Value::as_array);
        value.map_or(&[], Vec::as_slice)
    }

    /// Returns the ids of its owners.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        self.owner.split(", ").filter(|owner| !owner.is_empty())
    }

    /// Returns the targets of the links of this name.
    pub fn targets<'s>(&'s self, link: &'s str) -> impl Iterator<Item = &'s str> + 's {
        let links = self.links.iter().filter(move |(name, _)| name == link);
        links.map(|(_, target)| target.as_str())
    }
}

/// Returns a value as a list of texts: a list's entries, a single value alone.
pub fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.iter().map(plain).collect(),
        Some(value) => vec![plain(value)],
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
