//! # unknown-field
//!
//! ## What it asks
//!
//! Is every field in the front matter one that the kind declares? The same is asked of the links
//! under `[links]` and of the fields of steps and activities. Kinds that are `open` are left alone.
//!
//! ## Why it matters
//!
//! A misspelt field says nothing: `reviewby` looks like a review date to a reader, and no rule ever
//! sees it.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```toml
//! reviewby = 2027-01-15
//! ```
//!
//! Right:
//!
//! ```toml
//! review_by = 2027-01-15
//! ```
//!
//! ## What to do
//!
//! Correct the name. If the field is meant, declare it in `govkit.toml` under
//! `[kinds.KIND.fields]`, or allow any field with `open = true`.

use std::collections::BTreeSet;

use super::nearest::{did_you_mean, nearest};
use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::{Kind, Level};
use crate::rule::{Context, Reporter, Rule};
use crate::value::{Field, Table, Value};

/// What govkit itself reads of a step.
const STEP_FIELDS: &[&str] = &["id", "do", "who", "when", "within", "needs", "evidence"];

/// What govkit itself reads of an activity.
const ACTIVITY_FIELDS: &[&str] = &["id", "do", "r", "a", "c", "i"];

pub(super) struct UnknownField;

impl Rule for UnknownField {
    fn id(&self) -> &'static str {
        "unknown-field"
    }

    fn summary(&self) -> &'static str {
        "a field is one that the kind declares"
    }

    fn source(&self) -> &'static str {
        include_str!("unknown_field.rs")
    }

    fn level(&self) -> Level {
        Level::Warning
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let Some(kind) = context.config().kind(&artifact.kind) else {
            return;
        };
        if kind.open {
            return;
        }
        let known = known_fields(kind);
        for (path, field) in artifact.fields.leaves() {
            if !is_known(&path, field, &known) {
                let what = with_kind(kind);
                report_unknown(&path, field, &what, &known, artifact, report);
            }
        }
        if kind.steps.is_some() {
            let steps = artifact.steps.iter().map(|step| &step.fields);
            check_parts(steps, "a step", STEP_FIELDS, artifact, report);
        }
        if kind.activities.is_some() {
            let activities = artifact.activities.iter().map(|activity| &activity.fields);
            check_parts(activities, "an activity", ACTIVITY_FIELDS, artifact, report);
        }
    }
}

fn with_kind(kind: &Kind) -> String {
    super::wording::with_article(&kind.name)
}

fn known_fields(kind: &Kind) -> BTreeSet<&str> {
    let own = [&kind.title, &kind.summary, &kind.owner, &kind.id.field];
    let mut known: BTreeSet<&str> = own.into_iter().flatten().map(String::as_str).collect();
    known.extend(kind.status_field());
    known.extend(kind.fields.iter().map(|field| field.name.as_str()));
    known.extend(kind.links.iter().map(|link| link.field.as_str()));
    known.insert("params");
    if kind.steps.is_some() {
        known.insert("steps");
    }
    if kind.activities.is_some() {
        known.insert("activities");
    }
    if kind.glossary {
        known.insert("aliases");
    }
    known
}

/// Whether a leaf is declared, stands in a declared table, or is an empty table that would hold
/// declared fields.
fn is_known(path: &str, field: &Field, known: &BTreeSet<&str>) -> bool {
    let above = path.match_indices('.').map(|(at, _)| &path[..at]);
    if known.contains(path) || above.into_iter().any(|table| known.contains(table)) {
        return true;
    }
    let is_table = matches!(field.node.value, Value::Table(_));
    is_table && (path == "links" || known.iter().any(|name| is_below(name, path)))
}

fn is_below(name: &str, table: &str) -> bool {
    name.strip_prefix(table)
        .is_some_and(|rest| rest.starts_with('.'))
}

fn check_parts<'a>(
    parts: impl Iterator<Item = &'a Table>,
    what: &str,
    names: &[&str],
    artifact: &Artifact,
    report: &mut Reporter<'_>,
) {
    let known: BTreeSet<&str> = names.iter().copied().collect();
    for part in parts {
        for field in &part.0 {
            if !known.contains(field.key.as_str()) {
                report_unknown(&field.key, field, what, &known, artifact, report);
            }
        }
    }
}

fn report_unknown(
    path: &str,
    field: &Field,
    what: &str,
    known: &BTreeSet<&str>,
    artifact: &Artifact,
    report: &mut Reporter<'_>,
) {
    let message = match path.strip_prefix("links.") {
        Some(link) => format!("{what} has no link {}", quoted(link)),
        None => format!("{what} has no field {}", quoted(path)),
    };
    let near = nearest(path, known.iter().copied());
    let near = near.map(|name| name.strip_prefix("links.").unwrap_or(name));
    let draft = report.at(artifact, field.key_span, message);
    if let Some(help) = did_you_mean(near) {
        draft.help(help);
    }
}
