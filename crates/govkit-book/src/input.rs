//! Artifacts as they come from the host.

use std::collections::BTreeMap;

use govkit_sdk::{Artifact, corpus};
use serde_json::Value;

use crate::fields::strings;

/// The fields a book shows; a plugin asks for them.
pub const FIELDS: [&str; 22] = [
    "summary",
    "effective",
    "expires",
    "review_by",
    "approver",
    "params",
    "steps",
    "activities",
    "trigger",
    "inputs",
    "outputs",
    "criticality",
    "request",
    "service_level",
    "aliases",
    "business",
    "technical",
    "held_by",
    "contact",
    "hours",
    "every",
    "evidence",
];

/// Bodies fetched at a time.
const PAGE: usize = 256;

/// An artifact as it came.
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
    /// Those of [`FIELDS`] it has.
    pub fields: BTreeMap<String, Value>,
    /// Its links: name and target.
    pub links: Vec<(String, String)>,
    /// Its text.
    pub body: String,
}

impl Input {
    /// Returns a field as text; empty where it is absent.
    pub fn text(&self, field: &str) -> String {
        strings(self.fields.get(field)).join(", ")
    }
}

/// Fetches the texts of artifacts from the host.
pub fn inputs(artifacts: &[Artifact]) -> Result<Vec<Input>, String> {
    let mut bodies = Vec::with_capacity(artifacts.len());
    while bodies.len() < artifacts.len() {
        let next = corpus::bodies(bodies.len(), PAGE);
        if next.is_empty() {
            return Err("a text is missing; run the export again".to_owned());
        }
        bodies.extend(next);
    }
    Ok(artifacts.iter().zip(bodies).map(input).collect())
}

fn input((artifact, body): (&Artifact, String)) -> Input {
    let fields = artifact.fields.iter();
    let links = artifact.links.iter();
    Input {
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
        body,
    }
}
