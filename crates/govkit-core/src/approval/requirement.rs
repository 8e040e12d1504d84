//! What a version of an artifact needs, by how far it is from the one that is approved.

use std::sync::Arc;

use super::ledger::Requirement;
use super::policy::{ApprovalPolicy, OWNER, needed_of_kind};
use crate::artifact::Artifact;
use crate::config::Config;
use crate::diff::{ChangeSeverity, ChangedFile, Compare, FileSide, diff, pair};

/// Returns what `new` needs when `old` is the approved version.
///
/// Without an approved version, or where its text is lost, it needs what the most severe change
/// would: nobody has agreed to anything yet.
pub fn requirement(
    policy: &Arc<ApprovalPolicy>,
    old: Option<&Artifact>,
    new: &Artifact,
    config: &Config,
) -> Requirement {
    let status = new.status(config);
    let rules: Vec<_> = config
        .kind(&new.kind)
        .into_iter()
        .flat_map(|kind| needed_of_kind(policy, kind, status.as_deref()))
        .collect();
    let differ = rules
        .iter()
        .any(|rule| rule.change > ChangeSeverity::Editorial);
    let severity = match old {
        Some(old) if differ => severity(old, new, config),
        _ => Some(ChangeSeverity::Breaking),
    };
    let asked = rules
        .iter()
        .filter(|rule| severity.is_some_and(|severity| severity >= rule.change));
    // Whoever owned the approved version has a say in handing it over.
    let mut owners: Vec<String> = old
        .into_iter()
        .chain([new])
        .filter_map(|artifact| artifact.owner(config))
        .filter(|owner| !owner.is_empty() && owner != OWNER)
        .collect();
    owners.dedup();
    Requirement {
        policy: policy.clone(),
        quorums: asked.map(|rule| rule.quorum.clone()).collect(),
        owners,
        is_asked: !rules.is_empty(),
    }
}

/// How much the artifact changed; nothing where the texts are the same.
fn severity(old: &Artifact, new: &Artifact, config: &Config) -> Option<ChangeSeverity> {
    let file = ChangedFile {
        path: new.path.clone(),
        old: Some(FileSide::of_artifact(old.clone())),
        new: Some(FileSide::of_artifact(new.clone())),
    };
    let set = diff(Compare::default(), &pair(vec![file]), config);
    let bytes_differ = old.text != new.text;
    set.summary
        .severity
        .or(bytes_differ.then_some(ChangeSeverity::Editorial))
}
