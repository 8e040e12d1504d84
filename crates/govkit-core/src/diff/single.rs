//! Findings about artifacts that no pair brought up: those left behind, and files that are none.

use super::catalogue::ChangeRule;
use super::change_set::{ChangeFinding, Confidence, Direction, Place, Subject};
use super::found::{Draft, Found};
use crate::value::Value;

/// What is to be said of a subject.
pub(crate) struct Told {
    pub(crate) rule: &'static ChangeRule,
    pub(crate) at: Place,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    pub(crate) confidence: Confidence,
    pub(crate) direction: Option<Direction>,
    pub(crate) quote: Option<String>,
    pub(crate) message: String,
    pub(crate) caused_by: Option<String>,
}

impl Told {
    /// Starts a finding of `rule` that is certain.
    pub(crate) fn new(rule: &'static ChangeRule, at: Place, message: String) -> Self {
        Self {
            rule,
            at,
            old: None,
            new: None,
            confidence: Confidence::Certain,
            direction: None,
            quote: None,
            message,
            caused_by: None,
        }
    }
}

/// Names the findings of one subject, in their order.
pub(crate) fn findings_of(subject: &Subject, told: Vec<Told>) -> Vec<ChangeFinding> {
    let mut out = Vec::with_capacity(told.len());
    let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for one in told {
        let mut found = Found::default();
        let mut draft = Draft::new(one.rule, one.at, one.message)
            .values(one.old, one.new)
            .likely(one.confidence == Confidence::Likely);
        if let Some(direction) = one.direction {
            draft = draft.direction(direction);
        }
        draft.quote_new = one.quote;
        found.push(draft);
        for mut finding in found.finish(subject) {
            // The same said twice of one subject: the second is told apart by its number.
            let count = seen.entry(finding.fingerprint.clone()).or_insert(0);
            if *count > 0 {
                finding.fingerprint = format!("{}-{count}", finding.fingerprint);
            }
            *count += 1;
            finding.caused_by.clone_from(&one.caused_by);
            out.push(finding);
        }
    }
    out
}
