//! # duplicate-id
//!
//! ## What it asks
//!
//! Does every artifact have an id of its own, and every step or activity an id of its own inside
//! its artifact?
//!
//! ## Why it matters
//!
//! Links, approvals and history follow the id. If two texts share one, nobody can say which of them
//! was meant, approved or in force.
//!
//! ## Example
//!
//! Wrong: `policies/access.md` and `policies/backup.md` both say
//!
//! ```toml
//! id = "POL-002"
//! ```
//!
//! Right: `policies/backup.md` has the next free id.
//!
//! ```toml
//! id = "POL-003"
//! ```
//!
//! ## What to do
//!
//! Give the newer of the two another id: the older one may already be known to people, links and
//! approvals. `govkit new` picks a free id by itself.

use std::collections::BTreeSet;

use super::wording::quoted;
use crate::artifact::Artifact;
use crate::position::Span;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct DuplicateId;

impl Rule for DuplicateId {
    fn id(&self) -> &'static str {
        "duplicate-id"
    }

    fn summary(&self) -> &'static str {
        "an id belongs to one artifact, step or activity only"
    }

    fn source(&self) -> &'static str {
        include_str!("duplicate_id.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let mut holders = context.corpus.all(&artifact.id);
        if let Some(other) = holders.find(|other| other.path != artifact.path) {
            let message = format!(
                "the id {} is also that of `{}`",
                quoted(&artifact.id),
                other.path.as_str()
            );
            report
                .at(artifact, artifact.id_span, message)
                .help("give the newer of the two another id");
        }
        let steps = artifact.steps.iter().map(|step| (&step.id, step.span));
        report_repeated(steps, "step", artifact, report);
        let activities = artifact.activities.iter();
        let activities = activities.map(|activity| (&activity.id, activity.span));
        report_repeated(activities, "activity", artifact, report);
    }
}

fn report_repeated<'a>(
    parts: impl Iterator<Item = (&'a String, Span)>,
    what: &str,
    artifact: &Artifact,
    report: &mut Reporter<'_>,
) {
    let mut seen = BTreeSet::new();
    for (id, span) in parts {
        if !seen.insert(id) {
            let message = format!("the id {} is also that of an earlier {what}", quoted(id));
            report.at(artifact, span, message);
        }
    }
}
