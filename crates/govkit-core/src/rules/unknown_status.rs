//! # unknown-status
//!
//! ## What it asks
//!
//! Is the status of every artifact one of those its kind lists in `govkit.toml`?
//!
//! ## Why it matters
//!
//! The status decides whether a text is in force. A status govkit does not know is never in force,
//! whatever the writer meant.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```toml
//! status = "in effect"
//! ```
//!
//! Right:
//!
//! ```toml
//! status = "effective"
//! ```
//!
//! ## What to do
//!
//! Use one of the statuses the message names. If your organisation needs another one, add it to
//! `values` under `[kinds.KIND.status]`, and say whether it means "in force".

use super::nearest::{did_you_mean, nearest};
use super::wording::{either_quoted, quoted, with_article};
use crate::artifact::Artifact;
use crate::rule::{Context, Reporter, Rule};
use crate::value::Value;

pub(super) struct UnknownStatus;

impl Rule for UnknownStatus {
    fn id(&self) -> &'static str {
        "unknown-status"
    }

    fn summary(&self) -> &'static str {
        "the status is one the kind lists"
    }

    fn source(&self) -> &'static str {
        include_str!("unknown_status.rs")
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
        let Some(status) = kind.status.as_ref().filter(|def| !def.values.is_empty()) else {
            return;
        };
        let Some(field) = artifact.field(&status.field) else {
            return;
        };
        let Some(found) = field.node.value.scalar() else {
            if field.node.value != Value::Null {
                let type_name = with_article(field.node.value.type_name());
                let message = format!("the status must be one text, but it is {type_name}");
                report.at(artifact, field.node.span, message);
            }
            return;
        };
        // An empty status is a missing one: another rule's business.
        if found.trim().is_empty() || status.values.contains(&found) {
            return;
        }
        let message = format!(
            "{} has no status {}; it may be {}",
            with_article(&kind.name),
            quoted(&found),
            either_quoted(&status.values)
        );
        let draft = report.at(artifact, field.node.span, message);
        let near = nearest(&found, status.values.iter().map(String::as_str));
        if let Some(help) = did_you_mean(near) {
            draft.help(help);
        }
    }
}
