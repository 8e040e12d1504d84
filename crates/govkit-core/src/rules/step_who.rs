//! # step-who
//!
//! ## What it asks
//!
//! Does every step of a procedure say who does it, and is that a role or group that exists? Which
//! kinds may stand there is said under `[kinds.KIND.steps]` in `govkit.toml`.
//!
//! ## Why it matters
//!
//! A step that nobody is named for is done by nobody, or by two people at once. At night, in an
//! outage, there is no time to find out.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```toml
//! [[steps]]
//! id = "log"
//! do = "Record the incident."
//! ```
//!
//! Right:
//!
//! ```toml
//! [[steps]]
//! id = "log"
//! do = "Record the incident."
//! who = "GROUP-service-desk"
//! ```
//!
//! ## What to do
//!
//! Name the role or group by its id. If it does not exist yet, write it with `govkit new role` or
//! `govkit new group`. Name roles, not people: people change jobs.

use super::actors::{KnownIds, report_actor};
use super::wording::{either, quoted};
use crate::artifact::{Artifact, LinkOrigin};
use crate::rule::{Context, Reporter, Rule};

pub(super) struct StepWho;

impl Rule for StepWho {
    fn id(&self) -> &'static str {
        "step-who"
    }

    fn summary(&self) -> &'static str {
        "a step says which role or group does it"
    }

    fn source(&self) -> &'static str {
        include_str!("step_who.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        let mut ids = KnownIds::new(context.corpus);
        for artifact in context.corpus.artifacts() {
            let kind = context.config().kind(&artifact.kind);
            if let Some(kinds) = kind.and_then(|kind| kind.steps.as_ref()) {
                check_steps(artifact, kinds, &mut ids, report);
            }
        }
    }
}

fn check_steps(
    artifact: &Artifact,
    kinds: &[String],
    ids: &mut KnownIds<'_>,
    report: &mut Reporter<'_>,
) {
    for step in &artifact.steps {
        if step.who.iter().all(|who| who.trim().is_empty()) {
            let message = format!("the step {} does not say who does it", quoted(&step.id));
            let what = if kinds.is_empty() {
                "artifact".to_owned()
            } else {
                either(kinds)
            };
            report
                .at(artifact, step.span, message)
                .help(format!("add `who` with the id of a {what}"));
        }
    }
    for link in &artifact.links {
        if let LinkOrigin::Step(index) = link.origin
            && let Some(step) = artifact.steps.get(index)
        {
            let role = format!("`who` of the step {}", quoted(&step.id));
            report_actor(link, kinds, &role, artifact, ids, report);
        }
    }
}
