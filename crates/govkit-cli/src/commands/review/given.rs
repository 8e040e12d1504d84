//! Which of the approvals a change needs have been given, for exactly what the branch says.

use std::collections::BTreeSet;

use govkit_core::approval::{Action, Judged};
use govkit_core::corpus::Corpus;
use govkit_core::review::{ApprovalStatus, Review};

use crate::approvals::Approvals;

/// Sets the status of each approval: given where it is given for every artifact it is about.
pub(super) fn mark(approvals: &Approvals, corpus: &Corpus, review: &mut Review) {
    for approval in &mut review.approvals {
        let about: BTreeSet<&str> = review
            .findings
            .iter()
            .filter(|finding| approval.because.contains(&finding.fingerprint))
            .filter_map(|finding| finding.artifact.id.as_deref())
            .collect();
        let states = about.iter().map(|id| {
            let records = approvals.records(id);
            let by_role = records
                .iter()
                .filter(|judged| speaks_as(judged, &approval.who));
            let digest = corpus
                .get(id)
                .map(|artifact| govkit_core::approval::sha256(artifact.text.as_bytes()));
            let mut state = ApprovalStatus::Missing;
            for judged in by_role {
                let is_current = judged
                    .record
                    .statement
                    .as_ref()
                    .is_ok_and(|statement| Some(&statement.sha256) == digest.as_ref());
                // What was approved before the branch began is no word about the branch.
                let is_of_branch = judged.anchor.step.is_none();
                state = match (is_current, state) {
                    (true, _) | (_, ApprovalStatus::Given) => ApprovalStatus::Given,
                    (false, state) if !is_of_branch => state,
                    (false, _) => ApprovalStatus::Stale,
                };
            }
            state
        });
        let states: BTreeSet<ApprovalStatus> = states.collect();
        approval.status = match () {
            () if states.iter().all(|state| *state == ApprovalStatus::Given)
                && !states.is_empty() =>
            {
                ApprovalStatus::Given
            }
            () if states.contains(&ApprovalStatus::Stale) => ApprovalStatus::Stale,
            () => ApprovalStatus::Missing,
        };
    }
}

fn speaks_as(judged: &Judged, role: &str) -> bool {
    let statement = judged.record.statement.as_ref().ok();
    judged.verdict.is_ok()
        && statement.is_some_and(|statement| {
            statement.action == Action::Approve && statement.role.as_deref() == Some(role)
        })
}
