//! How much findings matter in this organisation: overrides of severity, and single findings accepted.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::diff::{Accepted, ChangeFinding, ChangeSet, ChangeSeverity, Pair};

use super::acceptance::Acceptances;
use super::model::{Acceptance, AcceptanceState};
use jiff::civil::Date;

/// The status an artifact has on every side that has it, by its path now.
///
/// What is in force on one side is not a draft: nothing hides behind the cap of a draft by being
/// made one.
#[derive(Clone, Debug, Default)]
pub struct Statuses(BTreeMap<String, String>);

impl Statuses {
    /// Reads the statuses of both sides.
    pub fn of_pairs(pairs: &[Pair], config: &Config) -> Self {
        let mut out = BTreeMap::new();
        for pair in pairs {
            let sides: Vec<Option<String>> = [&pair.old, &pair.new]
                .into_iter()
                .flatten()
                .map(|located| located.side.artifact.as_ref().ok()?.status(config))
                .collect();
            if let Some(Some(first)) = sides.first()
                && sides.iter().all(|status| status.as_ref() == Some(first))
            {
                out.insert(pair.path().to_owned(), first.clone());
            }
        }
        Self(out)
    }

    /// Adds the status of an artifact that did not change.
    pub fn insert(&mut self, path: &str, status: String) {
        self.0.entry(path.to_owned()).or_insert(status);
    }
}

/// Gives findings the severity the configuration asks for; those it switches off are left out.
pub(super) fn weigh(findings: &mut Vec<ChangeFinding>, config: &Config, statuses: &Statuses) {
    findings.retain_mut(|finding| {
        let status = statuses.0.get(&finding.artifact.path).map(String::as_str);
        let kind = finding.artifact.kind.as_deref();
        let severities = &config.severities;
        match severities.of_change(&finding.rule, finding.severity, kind, status) {
            Some(severity) => finding.severity = severity,
            None => return false,
        }
        true
    });
}

/// Marks the findings that are accepted on `now`, and says what became of each record.
pub(super) fn accept(
    findings: &mut [ChangeFinding],
    accepted: &Acceptances,
    now: Date,
) -> Vec<Acceptance> {
    let mut out = Vec::with_capacity(accepted.records.len());
    for record in &accepted.records {
        let expired = now > record.until;
        let mut met = false;
        for finding in findings.iter_mut() {
            if finding.fingerprint == record.fingerprint {
                met = true;
                finding.accepted = (!expired).then(|| Accepted {
                    reason: record.reason.clone(),
                    by: record.by.clone(),
                    until: record.until.to_string(),
                });
            }
        }
        out.push(Acceptance {
            fingerprint: record.fingerprint.clone(),
            reason: record.reason.clone(),
            by: record.by.clone(),
            until: record.until.to_string(),
            state: match (expired, met) {
                (true, _) => AcceptanceState::Expired,
                (false, true) => AcceptanceState::Used,
                (false, false) => AcceptanceState::Unused,
            },
        });
    }
    out
}

/// Weighs a whole change set: severities, then acceptances, then the counts again.
pub fn weigh_set(
    set: &mut ChangeSet,
    config: &Config,
    statuses: &Statuses,
    accepted: &Acceptances,
    now: Date,
) -> Vec<Acceptance> {
    weigh(&mut set.findings, config, statuses);
    let told = accept(&mut set.findings, accepted, now);
    let mut worst: BTreeMap<(Option<String>, String), ChangeSeverity> = BTreeMap::new();
    for finding in &set.findings {
        let key = (finding.artifact.id.clone(), finding.artifact.path.clone());
        let entry = worst.entry(key).or_insert(finding.severity);
        *entry = (*entry).max(finding.severity);
    }
    for artifact in &mut set.artifacts {
        if artifact.severity.is_some() {
            let key = (artifact.id.clone(), artifact.path.clone());
            artifact.severity = worst.get(&key).copied();
        }
    }
    set.recount();
    told
}
