//! # missing-field
//!
//! ## What it asks
//!
//! Does every artifact have the fields its kind requires? A field may be required always
//! (`required = true`) or only sometimes, for example once a policy is approved (`required_when`).
//! A field with nothing in it counts as missing.
//!
//! ## Why it matters
//!
//! A policy in force without a date from which it holds, or without a date for its next review,
//! cannot be relied upon: nobody can say since when it binds, or whether anyone still reads it.
//!
//! ## Example
//!
//! Wrong, where `effective` is required for policies in force:
//!
//! ```toml
//! id = "POL-002"
//! status = "effective"
//! ```
//!
//! Right:
//!
//! ```toml
//! id = "POL-002"
//! status = "effective"
//! effective = 2026-01-15
//! ```
//!
//! ## What to do
//!
//! Add the field. `govkit schema` shows what each kind requires, and when.

use super::wording::{either_quoted, quoted, with_article};
use crate::artifact::Artifact;
use crate::config::{FieldDef, When, applies};
use crate::rule::{Context, Reporter, Rule};
use crate::value::Value;

pub(super) struct MissingField;

impl Rule for MissingField {
    fn id(&self) -> &'static str {
        "missing-field"
    }

    fn summary(&self) -> &'static str {
        "an artifact has the fields its kind requires"
    }

    fn source(&self) -> &'static str {
        include_str!("missing_field.rs")
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
        for def in &kind.fields {
            let when = def.required_when.as_ref();
            let when = when.filter(|when| applies(when, &artifact.fields));
            if !(def.required || when.is_some()) || has(artifact, def) {
                continue;
            }
            let mut message = format!(
                "{} must have the field {}",
                with_article(&kind.name),
                quoted(&def.name)
            );
            if let Some(when) = when.filter(|_| !def.required) {
                message.push_str(&condition(when));
            }
            let draft = match artifact.field(&def.name) {
                Some(field) => report.at(artifact, field.key_span, message),
                None => report.whole(artifact, message),
            };
            if let Some(description) = &def.description {
                draft.help(format!("{}: {description}", quoted(&def.name)));
            }
        }
    }
}

fn has(artifact: &Artifact, def: &FieldDef) -> bool {
    artifact
        .field(&def.name)
        .is_some_and(|field| match &field.node.value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
}

fn condition(when: &When) -> String {
    let parts: Vec<String> = when
        .iter()
        .map(|(field, values)| format!("{} is {}", quoted(field), either_quoted(values)))
        .collect();
    format!(" when {}", parts.join(" and "))
}
