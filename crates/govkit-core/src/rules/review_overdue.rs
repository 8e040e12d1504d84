//! # review-overdue
//!
//! ## What it asks
//!
//! Has every text in force been reviewed by the date it promises? The date stands in the field that
//! has `role = "review"`, most often `review_by`. A text that is due today is not overdue yet.
//!
//! ## Why it matters
//!
//! A policy nobody has read since its author left binds people to rules nobody remembers, and to
//! systems that no longer exist.
//!
//! ## Example
//!
//! Wrong, on 1 March 2027:
//!
//! ```toml
//! status = "effective"
//! review_by = 2027-01-15
//! ```
//!
//! Right, after the owner has read the text again:
//!
//! ```toml
//! status = "effective"
//! review_by = 2028-01-15
//! ```
//!
//! ## What to do
//!
//! Let the owner read the text. If it still holds, set the next date; if not, change the text or
//! retire it. Do not move the date alone: the next audit asks who read it.

use super::past_dates::past_dates;
use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::{FieldRole, Level};
use crate::rule::{Context, Reporter, Rule};

pub(super) struct ReviewOverdue;

impl Rule for ReviewOverdue {
    fn id(&self) -> &'static str {
        "review-overdue"
    }

    fn summary(&self) -> &'static str {
        "a text in force was reviewed in time"
    }

    fn source(&self) -> &'static str {
        include_str!("review_overdue.rs")
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
        for (date, span) in past_dates(artifact, FieldRole::Review, context) {
            let id = quoted(&artifact.id);
            // No number of days: the message would be another one every morning.
            let message = format!("the review of {id} was due on `{date}`");
            let help = match artifact.owner(context.config()) {
                Some(owner) => format!("ask {} to read it and set the next date", quoted(&owner)),
                None => "let the owner read it and set the next date".to_owned(),
            };
            report.at(artifact, span, message).help(help);
        }
    }
}
