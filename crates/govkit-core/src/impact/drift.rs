//! Who still states an old value.

use std::collections::BTreeSet;

use super::quantity::{Amount, quantities};
use super::seeds::ValueChange;
use super::statements::statements;
use super::words::content_words;
use crate::artifact::Artifact;
use crate::config::Config;
use crate::diff::Place;
use crate::value::{Node, Table, Value};

/// A place that states an old value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stale {
    /// The value as written there.
    pub(super) written: String,
    pub(super) at: Place,
    /// The sentence it stands in.
    pub(super) quote: Option<String>,
    /// Places after this one.
    pub(super) more: usize,
}

/// Finds the old value of `change` in an artifact, where it seems to be about the same matter.
pub(super) fn stale(artifact: &Artifact, config: &Config, change: &ValueChange) -> Option<Stale> {
    let mut found = in_front_matter(artifact, config, change);
    found.extend(in_body(artifact, change));
    let more = found.len().checked_sub(1)?;
    let mut first = found.swap_remove(0);
    first.more = more;
    Some(first)
}

/// How a text states the old value, if it does and does not state the new one, too.
fn stated<'t>(text: &'t str, change: &ValueChange) -> Option<&'t str> {
    let Some(old) = &change.old_amount else {
        return phrase(text, &change.old)
            .filter(|_| change.new.as_ref().is_none_or(|new| !text.contains(new)));
    };
    let found = quantities(text);
    let has = |amount: &Amount| found.iter().find(|one| one.amount == *amount);
    if change
        .new_amount
        .as_ref()
        .is_some_and(|new| has(new).is_some())
    {
        return None;
    }
    has(old).map(|one| &text[one.start..one.end])
}

/// Finds a phrase as whole words, whatever the case.
fn phrase<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    let lower = text.to_lowercase();
    // Offsets hold only where lower case has the same length.
    if lower.len() != text.len() {
        return text.find(phrase).map(|at| &text[at..at + phrase.len()]);
    }
    let phrase = phrase.trim().to_lowercase();
    let at = lower.find(&phrase)?;
    let (before, after) = (&lower[..at], &lower[at + phrase.len()..]);
    let free =
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
    free.then(|| text.get(at..at + phrase.len())).flatten()
}

/// Whether a place is about what changed: one word of its sentence, or two of what stands above.
fn about(change: &ValueChange, sentence: &str, above: &BTreeSet<String>) -> bool {
    let own = content_words(sentence);
    own.intersection(&change.context).next().is_some()
        || above.intersection(&change.context).count() >= 2
}

fn in_body(artifact: &Artifact, change: &ValueChange) -> Vec<Stale> {
    let outline = artifact.outline();
    let mut out = Vec::new();
    for statement in statements(artifact) {
        let Some(written) = stated(&statement.text, change) else {
            continue;
        };
        let section = outline.section_at(statement.start);
        let section = section.and_then(|index| outline.sections.get(index));
        let mut above = content_words(&artifact.title);
        above.extend(content_words(
            section.map_or("", |section| &section.heading),
        ));
        if !about(change, &statement.text, &above) {
            continue;
        }
        // A block is known by its start; the value may stand some lines below.
        let offset = artifact.text[statement.start..]
            .find(written)
            .map_or(statement.start, |at| statement.start + at);
        out.push(Stale {
            written: written.to_owned(),
            at: Place {
                section: section.map(|section| section.anchor.clone()),
                heading: section.map(|section| section.heading.clone()),
                new_line: Some(artifact.position(offset).line),
                ..Place::default()
            },
            quote: Some(statement.text.clone()),
            more: 0,
        });
    }
    out
}

/// Fields that name, date or describe the artifact and rule nothing.
const SILENT: &[&str] = &["id", "title", "status", "owner"];

fn in_front_matter(artifact: &Artifact, config: &Config, change: &ValueChange) -> Vec<Stale> {
    let mut out = Vec::new();
    let steps = artifact.steps.iter().map(|step| (&step.id, &step.fields));
    let activities = artifact.activities.iter();
    let activities = activities.map(|activity| (&activity.id, &activity.fields));
    for (id, fields) in steps.chain(activities) {
        let mut above = content_words(id);
        above.extend(content_words(&artifact.title));
        let whole = whole(fields);
        for (key, node) in leaves(fields) {
            if let Some(found) = leaf(artifact, change, node, &whole, &above) {
                let at = Place {
                    step: Some(id.clone()),
                    field: Some(key),
                    ..found.at
                };
                out.push(Stale { at, ..found });
            }
        }
    }
    let kind = config.kind(&artifact.kind);
    for (key, field) in artifact.fields.leaves() {
        let top = key.split('.').next().unwrap_or(&key);
        let dated = kind
            .and_then(|kind| kind.field(&key))
            .is_some_and(|def| def.role.is_some());
        let listed = matches!(top, "steps" | "activities" | "links");
        if SILENT.contains(&top) || listed || dated {
            continue;
        }
        let above = content_words(&artifact.title);
        let sentence = format!("{key} {}", field.node.value.display());
        if let Some(found) = leaf(artifact, change, &field.node, &sentence, &above) {
            let at = Place {
                field: Some(key),
                ..found.at
            };
            out.push(Stale { at, ..found });
        }
    }
    out
}

fn leaf(
    artifact: &Artifact,
    change: &ValueChange,
    node: &Node,
    sentence: &str,
    above: &BTreeSet<String>,
) -> Option<Stale> {
    let text = node.value.scalar()?;
    let written = stated(&text, change)?.to_owned();
    about(change, sentence, above).then(|| Stale {
        written,
        at: Place {
            new_line: Some(artifact.position(node.span.start).line),
            ..Place::default()
        },
        quote: None,
        more: 0,
    })
}

fn whole(fields: &Table) -> String {
    let parts = fields.0.iter().map(|field| field.node.value.display());
    parts.collect::<Vec<_>>().join(" ")
}

/// The texts of a step, lists item by item.
fn leaves(fields: &Table) -> Vec<(String, &Node)> {
    let mut out = Vec::new();
    for field in &fields.0 {
        match &field.node.value {
            Value::Array(items) => {
                out.extend(items.iter().map(|item| (field.key.clone(), item)));
            }
            _ => out.push((field.key.clone(), &field.node)),
        }
    }
    out
}
