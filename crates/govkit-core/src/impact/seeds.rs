//! What changed in one artifact, as far as others rest on it.

use std::collections::{BTreeMap, BTreeSet};

use super::quantity::{Amount, amount};
use super::stamp::filled;
use super::statements::statements;
use super::words::content_words;
use crate::artifact::Artifact;
use crate::corpus::Corpus;
use crate::diff::{ArtifactChange, Change, ChangeFinding, ChangeSet, ChangeSeverity, Fact};
use crate::value::Value;

/// An artifact with findings above editorial.
#[derive(Debug)]
pub(super) struct Seed {
    /// Its id now, else before.
    pub(super) id: String,
    /// Its id before, where that is another one.
    pub(super) old_id: Option<String>,
    /// Whether it is gone.
    pub(super) removed: bool,
    /// Its findings above editorial.
    pub(super) findings: Vec<Cause>,
    /// The values that changed in it.
    pub(super) values: Vec<ValueChange>,
}

/// As much of a finding as impact needs.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    pub(super) fingerprint: String,
    pub(super) severity: ChangeSeverity,
    pub(super) section: Option<String>,
    /// Whether it is about one section and not about the artifact as a whole.
    pub(super) local: bool,
    /// The parameter it is about.
    pub(super) param: Option<String>,
    pub(super) rule: String,
}

/// A value that changed: others may still state the old one.
#[derive(Clone, Debug)]
pub(super) struct ValueChange {
    /// What to call it: `params.notify_deadline`, `§ Notification`.
    pub(super) name: String,
    pub(super) old: String,
    pub(super) new: Option<String>,
    pub(super) old_amount: Option<Amount>,
    pub(super) new_amount: Option<Amount>,
    /// Words that go with it.
    pub(super) context: BTreeSet<String>,
    /// The finding that reports it.
    pub(super) cause: String,
}

/// Returns what a change set changes above editorial, by id.
pub(super) fn seeds(set: &ChangeSet, base: &Corpus) -> BTreeMap<String, Seed> {
    let mut out = BTreeMap::new();
    for (artifact, findings) in set.by_artifact() {
        let Some(id) = &artifact.id else { continue };
        let told: Vec<&ChangeFinding> = findings
            .iter()
            .filter(|finding| finding.severity > ChangeSeverity::Editorial)
            .collect();
        if told.is_empty() {
            continue;
        }
        out.insert(id.clone(), seed(id, artifact, &told, base));
    }
    out
}

fn seed(id: &str, artifact: &ArtifactChange, told: &[&ChangeFinding], base: &Corpus) -> Seed {
    let before = base.get(artifact.old_id.as_deref().unwrap_or(id));
    let mut values: Vec<ValueChange> = Vec::new();
    // A parameter names what its sentences only show: it comes first, and is the cause.
    let (params, rest): (Vec<_>, Vec<_>) = told.iter().partition(|finding| is_param(finding));
    for finding in params.into_iter().chain(rest) {
        let Some(change) = value_change(finding, before, base) else {
            continue;
        };
        match values.iter_mut().find(|known| known.same_as(&change)) {
            Some(known) => known.context.extend(change.context),
            None => values.push(change),
        }
    }
    Seed {
        id: id.to_owned(),
        old_id: artifact.old_id.clone(),
        removed: artifact.change == Change::Removed,
        findings: told.iter().map(|finding| cause(finding)).collect(),
        values,
    }
}

fn is_param(finding: &ChangeFinding) -> bool {
    finding.fact == Fact::ParameterChanged
        || finding
            .at
            .field
            .as_deref()
            .is_some_and(|field| field.starts_with("params."))
}

fn cause(finding: &ChangeFinding) -> Cause {
    let at = &finding.at;
    Cause {
        fingerprint: finding.fingerprint.clone(),
        severity: finding.severity,
        section: at.section.clone(),
        local: at.section.is_some() || at.field.is_some() || at.step.is_some(),
        param: at
            .field
            .as_deref()
            .and_then(|field| field.strip_prefix("params."))
            .map(str::to_owned),
        rule: finding.rule.to_string(),
    }
}

impl ValueChange {
    /// Whether both are the same change, told of twice: as a parameter and where it is shown.
    fn same_as(&self, other: &Self) -> bool {
        match (&self.old_amount, &other.old_amount) {
            (Some(a), Some(b)) => a == b && self.new_amount == other.new_amount,
            _ => self.old == other.old && self.new == other.new,
        }
    }

    /// Whether a finding tells of this very change of value.
    pub(super) fn is_told_by(&self, finding: &ChangeFinding) -> bool {
        let (Some(old), Some(new)) = (text(&finding.old), text(&finding.new)) else {
            return false;
        };
        match (&self.old_amount, &self.new_amount) {
            (Some(before), Some(after)) => {
                amount(&old).as_ref() == Some(before) && amount(&new).as_ref() == Some(after)
            }
            _ => old == self.old && self.new.as_ref() == Some(&new),
        }
    }
}

fn text(value: &Option<Value>) -> Option<String> {
    value.as_ref().and_then(Value::scalar)
}

/// The value a finding says changed; `None` for findings about anything else.
fn value_change(
    finding: &ChangeFinding,
    before: Option<&Artifact>,
    base: &Corpus,
) -> Option<ValueChange> {
    let old = text(&finding.old)?;
    let new = text(&finding.new);
    let old_amount = amount(&old);
    let param = is_param(finding);
    let quantity = matches!(finding.fact, Fact::QuantityChanged | Fact::DateChanged)
        || finding.at.step.is_some() && old_amount.is_some();
    // A word of a few letters stands in any text.
    let telling = old_amount.is_some() || (param && old.trim().chars().count() >= 4);
    if !telling || !(param || quantity) {
        return None;
    }
    let at = &finding.at;
    let name = match (&at.field, &at.step, &at.heading) {
        (Some(field), _, _) => format!("`{field}`"),
        (None, Some(step), _) => format!("step `{step}`"),
        (None, None, Some(heading)) => format!("§ {heading}"),
        (None, None, None) => "the text".to_owned(),
    };
    let mut context = content_words(finding.at.field.as_deref().unwrap_or(""));
    context.extend(content_words(finding.quote_old.as_deref().unwrap_or("")));
    context.extend(content_words(finding.at.step.as_deref().unwrap_or("")));
    if let Some(before) = before {
        context.extend(shown_with(before, base, finding, &old, old_amount.as_ref()));
    }
    Some(ValueChange {
        name,
        new_amount: new.as_deref().and_then(amount),
        old,
        new,
        old_amount,
        context,
        cause: finding.fingerprint.clone(),
    })
}

/// The words of the sentences that show a value.
fn shown_with(
    artifact: &Artifact,
    corpus: &Corpus,
    finding: &ChangeFinding,
    old: &str,
    old_amount: Option<&Amount>,
) -> BTreeSet<String> {
    let insert = finding
        .at
        .field
        .as_deref()
        .and_then(|field| field.strip_prefix("params."));
    let mut words = BTreeSet::new();
    for statement in statements(artifact) {
        let shows = match insert {
            Some(name) => statement.text.contains("{{") && statement.text.contains(name),
            None => match old_amount {
                Some(amount) => super::quantity::quantities(&statement.text)
                    .iter()
                    .any(|found| found.amount == *amount),
                None => statement.text.contains(old),
            },
        };
        if shows {
            words.extend(content_words(&filled(corpus, artifact, &statement.text)));
        }
    }
    words
}
