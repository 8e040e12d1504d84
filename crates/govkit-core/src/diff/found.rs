//! Findings as they are collected for one artifact: drafts in, sorted and named findings out.

use std::borrow::Cow;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::catalogue::ChangeRule;
use super::change_set::{
    ChangeFinding, ChangeSeverity, Confidence, Direction, Fact, Place, Subject,
};
use super::redline::Redline;
use crate::value::Value;

/// A finding with the defaults of its rule.
pub(super) struct Draft {
    pub(super) rule: &'static ChangeRule,
    pub(super) fact: Fact,
    pub(super) severity: ChangeSeverity,
    pub(super) direction: Direction,
    pub(super) confidence: Confidence,
    pub(super) at: Place,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
    pub(super) modal: (Option<String>, Option<String>),
    pub(super) quote_old: Option<String>,
    pub(super) quote_new: Option<String>,
    pub(super) text: Option<Redline>,
    pub(super) message: String,
}

impl Draft {
    /// Starts a finding of `rule` that states the rule's first fact.
    pub(super) fn new(rule: &'static ChangeRule, at: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            fact: rule.facts[0],
            severity: rule.severity,
            direction: rule.direction,
            confidence: Confidence::Certain,
            at,
            old: None,
            new: None,
            modal: (None, None),
            quote_old: None,
            quote_new: None,
            text: None,
            message: message.into(),
        }
    }

    pub(super) fn fact(mut self, fact: Fact) -> Self {
        self.fact = fact;
        self
    }

    pub(super) fn severity(mut self, severity: ChangeSeverity) -> Self {
        self.severity = severity;
        self
    }

    pub(super) fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    pub(super) fn likely(mut self, likely: bool) -> Self {
        if likely {
            self.confidence = Confidence::Likely;
        }
        self
    }

    pub(super) fn values(mut self, old: Option<Value>, new: Option<Value>) -> Self {
        self.old = old;
        self.new = new;
        self
    }

    pub(super) fn words(self, old: Option<&str>, new: Option<&str>) -> Self {
        let value = |text: &str| Value::String(text.to_owned());
        self.values(old.map(value), new.map(value))
    }

    /// Quotes both sentences, and gives them as old and new.
    pub(super) fn quotes(mut self, old: Option<&str>, new: Option<&str>) -> Self {
        self.quote_old = old.map(str::to_owned);
        self.quote_new = new.map(str::to_owned);
        self.words(old, new)
    }

    pub(super) fn text(mut self, text: Redline) -> Self {
        self.text = Some(text);
        self
    }
}

/// The findings of one artifact.
#[derive(Default)]
pub(super) struct Found {
    drafts: Vec<Draft>,
    /// Whether some text was too large to be compared in detail.
    pub(super) truncated: bool,
}

impl Found {
    pub(super) fn push(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    pub(super) fn len(&self) -> usize {
        self.drafts.len()
    }

    /// Tells the same change of a duty's word once where it occurs three times or more.
    pub(super) fn fold(&mut self, rule: &'static ChangeRule) {
        const LEAST: usize = 3;
        let mut counts: HashMap<(Option<String>, Option<String>), usize> = HashMap::new();
        let folds = |draft: &Draft| draft.rule == rule;
        for draft in self.drafts.iter().filter(|draft| folds(draft)) {
            *counts.entry(draft.modal.clone()).or_insert(0) += 1;
        }
        counts.retain(|_, count| *count >= LEAST);
        let mut told: HashMap<(Option<String>, Option<String>), bool> = HashMap::new();
        self.drafts.retain_mut(|draft| {
            let Some(count) = counts.get(&draft.modal).filter(|_| folds(draft)) else {
                return true;
            };
            let again = told.insert(draft.modal.clone(), true).is_some();
            if !again {
                draft.message.push_str(&format!(", in {count} sentences"));
            }
            !again
        });
    }

    /// Compares two sentences, remembering if that was too much.
    pub(super) fn redline(&mut self, old: &str, new: &str) -> Redline {
        let (line, detailed) = Redline::between(old, new);
        self.truncated |= !detailed;
        line
    }

    /// Sorts the findings by place and rule, and names each.
    pub(super) fn finish(self, subject: &Subject) -> Vec<ChangeFinding> {
        let mut drafts = self.drafts;
        drafts.sort_by_key(|draft| {
            let at = &draft.at;
            (
                at.new_line.or(at.old_line).unwrap_or(0),
                at.old_line,
                draft.rule.id,
            )
        });
        let mut seen: HashMap<String, usize> = HashMap::new();
        drafts
            .into_iter()
            .map(|draft| {
                let mut print = fingerprint(subject, &draft, 0);
                // The same change twice in one place: the second is told apart by its number.
                let count = seen.entry(print.clone()).or_insert(0);
                if *count > 0 {
                    print = fingerprint(subject, &draft, *count);
                }
                *count += 1;
                finding(draft, subject, print)
            })
            .collect()
    }
}

fn finding(draft: Draft, subject: &Subject, fingerprint: String) -> ChangeFinding {
    ChangeFinding {
        rule: Cow::Borrowed(draft.rule.id),
        fact: draft.fact,
        severity: draft.severity,
        direction: draft.direction,
        confidence: draft.confidence,
        fingerprint,
        artifact: subject.clone(),
        at: draft.at,
        old: draft.old,
        new: draft.new,
        modal_old: draft.modal.0,
        modal_new: draft.modal.1,
        quote_old: draft.quote_old,
        quote_new: draft.quote_new,
        text: draft.text,
        caused_by: None,
        accepted: None,
        message: draft.message,
    }
}

/// Rule, artifact, anchor, old and new: never a line or the message, so that edits elsewhere and
/// better wording leave it as it is.
fn fingerprint(subject: &Subject, draft: &Draft, occurrence: usize) -> String {
    let value = |value: &Option<Value>| serde_json::to_string(value).unwrap_or_default();
    let at = &draft.at;
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let parts = [
        draft.rule.id.to_owned(),
        subject.id.clone().unwrap_or_else(|| subject.path.clone()),
        text(&at.section),
        text(&at.field),
        text(&at.step),
        value(&draft.old),
        value(&draft.new),
        text(&draft.quote_old),
        text(&draft.quote_new),
        occurrence.to_string(),
    ];
    let mut hash = Sha256::new();
    for part in &parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
