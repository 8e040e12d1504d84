//! Artifacts as they come from the host.

use std::collections::BTreeMap;

use govkit_sdk::{Artifact, corpus};
use serde_json::Value;

use crate::Version;
use crate::fields::{strings, tables};

/// Bodies fetched at a time.
const PAGE: usize = 256;

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
    /// Its versions, newest first, where the exporter fetched them.
    pub versions: Vec<Version>,
    /// When it was last changed, as RFC 3339 in UTC, where the exporter fetched it; empty: not known.
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
        tables(self.fields.get(field))
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

/// Takes what the host handed over, and fetches the texts from it; the error is one sentence.
pub fn with_texts(artifacts: &[Artifact]) -> Result<Vec<Input>, String> {
    let mut inputs: Vec<Input> = Vec::with_capacity(artifacts.len());
    while inputs.len() < artifacts.len() {
        let bodies = corpus::bodies(inputs.len(), PAGE);
        if bodies.is_empty() {
            return Err("a text is missing; run the export again".to_owned());
        }
        let next = artifacts[inputs.len()..].iter().zip(bodies);
        inputs.extend(next.map(|(artifact, body)| Input {
            body,
            ..Input::from(artifact)
        }));
    }
    Ok(inputs)
}

/// Fetches the sections of an artifact's text from the host, in their order.
pub fn sections(index: usize) -> Vec<Section> {
    let section = |section: corpus::Section| Section {
        heading: section.heading,
        level: section.level,
        anchor: section.anchor,
        start: section.start as usize,
        end: section.end as usize,
    };
    let sections = corpus::sections(index).unwrap_or_default();
    sections.into_iter().map(section).collect()
}
