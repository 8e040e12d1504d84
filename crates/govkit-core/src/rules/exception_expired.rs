//! # exception-expired
//!
//! ## What it asks
//!
//! Is a permission still marked as in force although its last day has passed? The date stands in the
//! field that has `role = "expiry"`, most often `expires`. On that day itself it still holds.
//!
//! ## Why it matters
//!
//! An exception without an end is a new rule that nobody decided on. Once it has expired, the policy
//! it waives binds again, whether or not people know.
//!
//! ## Example
//!
//! Wrong, on 1 March 2027:
//!
//! ```toml
//! status = "approved"
//! expires = 2027-02-28
//! ```
//!
//! Right:
//!
//! ```toml
//! status = "ended"
//! expires = 2027-02-28
//! ```
//!
//! ## What to do
//!
//! End the exception and follow the rule again. If it is still needed, ask for a new decision by the
//! role that permitted it, with a new last day.

use super::past_dates::past_dates;
use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::FieldRole;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct ExceptionExpired;

impl Rule for ExceptionExpired {
    fn id(&self) -> &'static str {
        "exception-expired"
    }

    fn summary(&self) -> &'static str {
        "an expired exception is no longer in force"
    }

    fn source(&self) -> &'static str {
        include_str!("exception_expired.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        for (date, span) in past_dates(artifact, FieldRole::Expiry, context) {
            let id = quoted(&artifact.id);
            let message = format!("{id} expired on `{date}`, but its status still says in force");
            report
                .at(artifact, span, message)
                .help("end it, or have it decided again with a new last day");
        }
    }
}
