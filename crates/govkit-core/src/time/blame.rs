//! The parts of an artifact that are blamed one by one: fields, steps, activities and sections.

use std::collections::HashMap;

use crate::artifact::Artifact;
use crate::value::{Node, Table, Value};

/// What sort of part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A field of the front matter.
    Field,
    /// A step of a procedure.
    Step,
    /// An activity of a process.
    Activity,
    /// A section of the body, without the sections inside it.
    Section,
}

impl PartKind {
    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Step => "step",
            Self::Activity => "activity",
            Self::Section => "section",
        }
    }
}

/// One part of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What sort of part it is.
    pub kind: PartKind,
    /// What it is called: a dotted field, the id of a step, an anchor.
    pub name: String,
    /// What people call it: a heading, what a step does.
    pub label: String,
    /// The line it begins at, from 1.
    pub line: u32,
    text: String,
}

/// The parts of one version of an artifact.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// Takes an artifact apart.
    pub fn of(artifact: &Artifact) -> Self {
        let mut parts = Vec::new();
        let line = |offset: usize| artifact.position(offset).line;
        for (name, field) in artifact.fields.leaves() {
            // Steps and activities are parts of their own.
            let apart = match name.as_str() {
                "steps" => !artifact.steps.is_empty(),
                "activities" => !artifact.activities.is_empty(),
                _ => false,
            };
            if !apart {
                parts.push(Part {
                    kind: PartKind::Field,
                    line: line(field.key_span.start),
                    label: field.node.value.display(),
                    text: written(&field.node),
                    name,
                });
            }
        }
        for step in &artifact.steps {
            parts.push(Part {
                kind: PartKind::Step,
                name: step.id.clone(),
                label: step.action.clone(),
                line: line(step.span.start),
                text: table(&step.fields),
            });
        }
        for activity in &artifact.activities {
            parts.push(Part {
                kind: PartKind::Activity,
                name: activity.id.clone(),
                label: activity.action.clone(),
                line: line(activity.span.start),
                text: table(&activity.fields),
            });
        }
        sections(artifact, &mut parts);
        Self(parts)
    }

    /// Returns the parts, in the order of the file for each sort.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Says for each part whether `before` has the same, by sort and name; of several with one
    /// name the first goes with the first.
    pub fn same_as(&self, before: &Self) -> Vec<bool> {
        let mut known: HashMap<(PartKind, &str, usize), &str> = HashMap::new();
        for (key, part) in before.numbered() {
            known.insert(key, &part.text);
        }
        let same = self
            .numbered()
            .map(|(key, part)| known.get(&key) == Some(&part.text.as_str()));
        same.collect()
    }

    fn numbered(&self) -> impl Iterator<Item = ((PartKind, &str, usize), &Part)> {
        let mut seen: HashMap<(PartKind, &str), usize> = HashMap::new();
        self.0.iter().map(move |part| {
            let nth = seen.entry((part.kind, part.name.as_str())).or_default();
            *nth += 1;
            ((part.kind, part.name.as_str(), *nth), part)
        })
    }
}

/// The text before the first heading, then each section up to the next heading of any level.
fn sections(artifact: &Artifact, parts: &mut Vec<Part>) {
    let sections = &artifact.outline().sections;
    let starts = sections.iter().map(|section| section.span.start);
    let first = starts.min().unwrap_or(artifact.text.len());
    let preamble = artifact.text.get(artifact.body..first.max(artifact.body));
    let preamble = preamble.unwrap_or_default().trim();
    if !preamble.is_empty() {
        parts.push(Part {
            kind: PartKind::Section,
            name: String::new(),
            label: "(before the first heading)".to_owned(),
            line: artifact.position(artifact.body).line,
            text: preamble.to_owned(),
        });
    }
    for section in sections {
        parts.push(Part {
            kind: PartKind::Section,
            name: section.anchor.clone(),
            label: section.heading.clone(),
            line: artifact.position(section.span.start).line,
            text: artifact
                .text
                .get(section.span.start..section.own_end)
                .unwrap_or_default()
                .trim()
                .to_owned(),
        });
    }
}

/// A value without its place in the file.
fn written(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        value => serde_json::to_string(value).unwrap_or_default(),
    }
}

fn table(fields: &Table) -> String {
    serde_json::to_string(fields).unwrap_or_default()
}
