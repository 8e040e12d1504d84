//! # field-type
//!
//! ## What it asks
//!
//! Does every value have the type its field has in `govkit.toml`, and does it look the way the field
//! asks (`pattern`, `one_of`)? Dates are days that exist, durations are ISO 8601 (`PT72H`) or words
//! (`72 hours`), links are texts or lists of texts, steps and activities are lists of tables. The
//! pattern of the kind's ids is checked here as well.
//!
//! ## Why it matters
//!
//! Reports, reminders and searches compare values. The text `next spring` is no date: a review that
//! is due then never becomes overdue.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```toml
//! review_by = "next spring"
//! ```
//!
//! Right:
//!
//! ```toml
//! review_by = 2027-03-31
//! ```
//!
//! ## What to do
//!
//! Write the value the way the message says. If the field was declared too narrowly, change its
//! `type`, `pattern` or `one_of` in `govkit.toml`.

use regex::Regex;

use super::duration::{is_duration, is_iso, looks_iso};
use super::nearest::{did_you_mean, nearest};
use super::wording::{either_quoted, quoted, with_article};
use crate::artifact::Artifact;
use crate::config::{FieldDef, FieldType as Type, Kind, Syntax};
use crate::rule::{Context, Reporter, Rule};
use crate::value::{Node, Value};

pub(super) struct FieldType;

impl Rule for FieldType {
    fn id(&self) -> &'static str {
        "field-type"
    }

    fn summary(&self) -> &'static str {
        "a value has the type and form its field asks for"
    }

    fn source(&self) -> &'static str {
        include_str!("field_type.rs")
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
        check_id(artifact, kind, report);
        // Header lines hold nothing but text; a number there is a text that reads as one.
        let only_text = kind.syntaxes.contains(&Syntax::Header);
        for def in &kind.fields {
            if let Some(field) = artifact.field(&def.name) {
                check_field(def, &field.node, only_text, artifact, report);
            }
        }
        check_links(artifact, kind, report);
        if kind.steps.is_some() {
            check_tables("steps", artifact, report);
            check_deadlines(artifact, report);
        }
        if kind.activities.is_some() {
            check_tables("activities", artifact, report);
        }
    }
}

fn check_id(artifact: &Artifact, kind: &Kind, report: &mut Reporter<'_>) {
    let pattern = kind.id.pattern.as_ref();
    if let Some(pattern) = pattern.filter(|pattern| !pattern.is_match(&artifact.id)) {
        let message = format!(
            "the id of {} must look like {}, but it is {}",
            with_article(&kind.name),
            shown(pattern),
            quoted(&artifact.id)
        );
        report.at(artifact, artifact.id_span, message);
    }
}

/// The pattern as it was written, without the anchors every pattern gets.
fn shown(pattern: &Regex) -> String {
    let text = pattern.as_str();
    let inner = text
        .strip_prefix("^(?:")
        .and_then(|text| text.strip_suffix(")$"));
    quoted(inner.unwrap_or(text))
}

fn check_field(
    def: &FieldDef,
    node: &Node,
    only_text: bool,
    artifact: &Artifact,
    report: &mut Reporter<'_>,
) {
    // Nothing is not a wrong value but a missing one.
    if node.value == Value::Null {
        return;
    }
    if !fits(&node.value, def.kind, only_text) {
        let message = not_of_type(&quoted(&def.name), &node.value, def.kind);
        report.at(artifact, node.span, message);
        return;
    }
    let Value::Array(items) = &node.value else {
        check_form(def, node, artifact, report);
        return;
    };
    let of = def.of.unwrap_or(Type::Any);
    for item in items {
        if fits(&item.value, of, only_text) {
            check_form(def, item, artifact, report);
        } else {
            let message = not_of_type(
                &format!("an item of {}", quoted(&def.name)),
                &item.value,
                of,
            );
            report.at(artifact, item.span, message);
        }
    }
}

fn fits(value: &Value, wanted: Type, only_text: bool) -> bool {
    let reads_as = |number: fn(&str) -> bool| match value {
        Value::String(text) => only_text && number(text),
        _ => false,
    };
    match wanted {
        Type::Any => true,
        Type::String => matches!(value, Value::String(_)),
        Type::Integer => {
            matches!(value, Value::Integer(_)) || reads_as(|text| text.parse::<i64>().is_ok())
        }
        Type::Number => {
            matches!(value, Value::Integer(_) | Value::Float { .. })
                || reads_as(|text| text.parse::<f64>().is_ok())
        }
        Type::Boolean => {
            matches!(value, Value::Boolean(_)) || reads_as(|text| text.parse::<bool>().is_ok())
        }
        Type::Date => value.date().is_some(),
        Type::Duration => value.as_str().is_some_and(is_duration),
        Type::List => matches!(value, Value::Array(_)) || reads_as(|_| true),
        Type::Table => matches!(value, Value::Table(_)),
    }
}

fn not_of_type(what: &str, value: &Value, wanted: Type) -> String {
    let wanted_text = match wanted {
        Type::String => "a text in quotes",
        Type::Integer => "a whole number",
        Type::Number => "a number",
        Type::Boolean => "`true` or `false`",
        Type::Date => "a date such as `2026-12-31`",
        Type::Duration => "a duration such as `PT72H` or `72 hours`",
        Type::List => "a list in square brackets",
        Type::Table => "a table",
        Type::Any => "a value",
    };
    let found = match (value, value.scalar()) {
        // A date that stands in quotes, or a duration in words: right type, wrong text.
        (Value::String(_) | Value::Date(_), Some(text))
            if matches!(wanted, Type::Date | Type::Duration) =>
        {
            quoted(&text)
        }
        (_, Some(text)) => format!("the {} {}", value.type_name(), quoted(&text)),
        (_, None) => with_article(value.type_name()),
    };
    format!("{what} must be {wanted_text}, but it is {found}")
}

fn check_form(def: &FieldDef, node: &Node, artifact: &Artifact, report: &mut Reporter<'_>) {
    let Some(text) = node.value.scalar() else {
        return;
    };
    if let Some(allowed) = def
        .one_of
        .as_ref()
        .filter(|allowed| !allowed.contains(&text))
    {
        let message = format!(
            "{} must be {}, but it is {}",
            quoted(&def.name),
            either_quoted(allowed),
            quoted(&text)
        );
        let draft = report.at(artifact, node.span, message);
        let near = nearest(&text, allowed.iter().map(String::as_str));
        if let Some(help) = did_you_mean(near) {
            draft.help(help);
        }
    }
    if let Some(pattern) = def
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.is_match(&text))
    {
        let message = format!(
            "{} must look like {}, but it is {}",
            quoted(&def.name),
            shown(pattern),
            quoted(&text)
        );
        report.at(artifact, node.span, message);
    }
}

/// A link is a text or a list of texts; anything else would be dropped without a word.
fn check_links(artifact: &Artifact, kind: &Kind, report: &mut Reporter<'_>) {
    for def in &kind.links {
        let Some(field) = artifact.field(&def.field) else {
            continue;
        };
        let nodes = match &field.node.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(&field.node),
        };
        for node in nodes {
            if matches!(node.value, Value::Table(_) | Value::Array(_)) {
                let message = format!(
                    "the link {} must be an id or a list of ids, but it has {}",
                    quoted(&def.name),
                    with_article(node.value.type_name())
                );
                report.at(artifact, node.span, message);
            }
        }
    }
}

fn check_tables(name: &str, artifact: &Artifact, report: &mut Reporter<'_>) {
    let Some(field) = artifact.fields.key(name) else {
        return;
    };
    let Value::Array(items) = &field.node.value else {
        let found = with_article(field.node.value.type_name());
        let message = format!("`{name}` must be a list of tables, but it is {found}");
        let help = format!("start each entry with a line `[[{name}]]`");
        report.at(artifact, field.node.span, message).help(help);
        return;
    };
    for item in items
        .iter()
        .filter(|item| !matches!(item.value, Value::Table(_)))
    {
        let found = with_article(item.value.type_name());
        let message = format!("an entry of `{name}` must be a table, but it is {found}");
        report.at(artifact, item.span, message);
    }
}

/// `within` may be any words; what starts like ISO 8601 must be ISO 8601.
fn check_deadlines(artifact: &Artifact, report: &mut Reporter<'_>) {
    for step in &artifact.steps {
        let Some(field) = step.fields.key("within") else {
            continue;
        };
        let text = field.node.value.scalar().unwrap_or_default();
        if looks_iso(&text) && !is_iso(&text) {
            let message = format!(
                "`within` must be a duration such as `PT15M`, but it is {}",
                quoted(&text)
            );
            report.at(artifact, field.node.span, message);
        }
    }
}
