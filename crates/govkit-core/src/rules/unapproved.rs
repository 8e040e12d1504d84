//! # unapproved
//!
//! ## What it asks
//!
//! Has every text whose status needs approvals got them, for exactly what it says now? Which status
//! of which kind needs whose approval stands in `[approvals]` of `govkit.toml`; without that table
//! nothing needs any.
//!
//! ## Why it matters
//!
//! A text that says it is in force and that nobody who may decide has agreed to binds nobody. Until
//! its approvals verify, it is shown as `effective (unapproved)`, and `in-force` leaves it out.
//!
//! ## Example
//!
//! Wrong, with a rule that policies in force need the approval of a role:
//!
//! ```toml
//! id = "POL-014"
//! status = "effective"
//! ```
//!
//! Right: the same text, after somebody who has that role ran
//!
//! ```sh
//! govkit approve POL-014
//! ```
//!
//! ## What to do
//!
//! `govkit verify POL-014` says who still has to agree; each of them runs `govkit approve` and
//! commits the record with the change. If the text is not meant to be in force yet, give it an
//! earlier status.

use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::Level;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct Unapproved;

impl Rule for Unapproved {
    fn id(&self) -> &'static str {
        "unapproved"
    }

    fn summary(&self) -> &'static str {
        "a text whose status needs approvals has them"
    }

    fn source(&self) -> &'static str {
        include_str!("unapproved.rs")
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
        if !artifact.unapproved {
            return;
        }
        let config = context.config();
        let kind = config.kind(&artifact.kind);
        let field = kind.and_then(|kind| artifact.field(kind.status_field().unwrap_or("status")));
        let span = field.map_or(artifact.id_span, |field| field.node.span);
        let status = artifact.standing_status(config).unwrap_or_default();
        let id = quoted(&artifact.id);
        let message = format!("{id} is {status}: approvals of what it says now are missing");
        report
            .at(artifact, span, message)
            .help(format!("`govkit verify {}` says whose", artifact.id));
    }
}
