//! What a diff says: the wire shape of `diff` and `review`.
//!
//! Values that are absent are `null`, never left out, so that a script can rely on the keys.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

use super::redline::Redline;
use crate::value::Value;

/// How much a change matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ChangeSeverity {
    /// Provably without meaning.
    Editorial,
    /// Worth a look.
    Minor,
    /// What is asked of somebody changed.
    Substantive,
    /// Somebody who complied yesterday may not tomorrow, or something others rely on is gone.
    Breaking,
}

impl ChangeSeverity {
    /// Returns the word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Editorial => "editorial",
            Self::Minor => "minor",
            Self::Substantive => "substantive",
            Self::Breaking => "breaking",
        }
    }
}

/// Whom a change presses on.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is asked of those who must comply.
    Tightens,
    /// Less is asked of them; those who rely on it get less.
    Relaxes,
    /// Neither, or it cannot be said.
    Neutral,
}

impl Direction {
    /// Returns the word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tightens => "tightens",
            Self::Relaxes => "relaxes",
            Self::Neutral => "neutral",
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It follows from ids, anchors or equal text.
    Certain,
    /// It rests on similarity.
    Likely,
}

/// What kind of thing a finding states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each name is the sentence; `diff::catalogue` explains the rules"
)]
pub enum Fact {
    ArtifactAdded,
    ArtifactRemoved,
    ArtifactRenamed,
    FieldChanged,
    ParameterChanged,
    DependencyRemoved,
    SectionAdded,
    SectionRemoved,
    SectionRenamed,
    SectionMoved,
    SectionLevelChanged,
    ItemAdded,
    ItemRemoved,
    ItemChanged,
    ItemMoved,
    StepAdded,
    StepRemoved,
    StepChanged,
    StepMoved,
    TextAdded,
    TextRemoved,
    TextChanged,
    TextMoved,
    ObligationAdded,
    ObligationRemoved,
    ObligationStrengthened,
    ObligationWeakened,
    ObligationChanged,
    ModalNotationChanged,
    QuantityAdded,
    QuantityRemoved,
    QuantityChanged,
    DateChanged,
    ConditionAdded,
    ConditionRemoved,
    ConditionChanged,
    PartyChanged,
    ReferenceChanged,
    LinkAdded,
    LinkRemoved,
    LinkRetargeted,
    TermReplaced,
    Editorial,
}

impl Fact {
    /// Returns the word used in every format: `field_changed`.
    pub fn name(self) -> String {
        let word = serde_json::to_value(self).ok();
        word.and_then(|word| word.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// What happened to an artifact; the words exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// The same id at another path, or (likely) much the same text under another id.
    Renamed,
    /// Its bytes differ at the same path.
    Changed,
}

impl Change {
    /// Returns the word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
            Self::Changed => "changed",
        }
    }
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CompareMode {
    /// Two revisions as they are.
    #[default]
    Trees,
    /// A revision with the place it left another from.
    MergeBase,
    /// A revision with the files on disk.
    Worktree,
    /// Two files, no repository.
    NoIndex,
}

/// The two sides, as the caller names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compare {
    /// What is compared with what.
    pub mode: CompareMode,
    /// The old side: a full commit id, or the name of a file.
    pub base: String,
    /// The new side: a full commit id, `worktree`, `index`, or the name of a file.
    pub head: String,
}

/// Everything that changed.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ChangeSet {
    /// The two sides.
    pub compare: Compare,
    /// Counts, and the worst severity.
    pub summary: Summary,
    /// The artifacts that changed, sorted by path (the new one where there is one).
    pub artifacts: Vec<ArtifactChange>,
    /// The findings, in the order of `artifacts`, then by place, then by rule.
    pub findings: Vec<ChangeFinding>,
}

/// Counts over a change set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// The worst severity of what nobody accepted; `none` without findings.
    #[serde(serialize_with = "severity_or_none")]
    #[schemars(with = "SeverityOrNone")]
    pub severity: Option<ChangeSeverity>,
    /// Artifacts by what happened to them.
    pub artifacts: ArtifactCounts,
    /// Root causes above editorial, by direction: what another finding caused does not count, nor
    /// does what is accepted.
    pub direction: DirectionCounts,
    /// Whether some text was too large to be compared in detail, and is shown whole.
    pub truncated: bool,
}

/// Artifacts by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactCounts {
    /// New ones.
    pub added: usize,
    /// Ones that are gone.
    pub removed: usize,
    /// Ones at another path or under another id.
    pub renamed: usize,
    /// Ones whose bytes differ at the same path.
    pub changed: usize,
}

/// Findings above editorial, by direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DirectionCounts {
    /// More is asked.
    pub tightens: usize,
    /// Less is asked.
    pub relaxes: usize,
    /// Neither, or it cannot be said.
    pub neutral: usize,
}

/// What happened to one artifact.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ArtifactChange {
    /// Its id on the new side, else on the old; absent for a file that could not be read as an artifact.
    pub id: Option<String>,
    /// Its kind; absent where no configuration claims the file.
    pub kind: Option<String>,
    /// Its title; absent for a file that could not be read as an artifact.
    pub title: Option<String>,
    /// What happened.
    pub change: Change,
    /// Its path on the new side, else on the old.
    pub path: String,
    /// Its path on the old side, where it is renamed.
    pub old_path: Option<String>,
    /// Its id on the old side, where that is another one.
    pub old_id: Option<String>,
    /// How alike both sides are in percent, where it is renamed.
    pub similarity: Option<u8>,
    /// Front-matter fields that changed, in file order.
    pub fields: Vec<FieldChange>,
    /// The worst severity of its findings; `none` where only the structure was compared.
    #[serde(serialize_with = "severity_or_none")]
    #[schemars(with = "SeverityOrNone")]
    pub severity: Option<ChangeSeverity>,
}

/// A front-matter field that changed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldChange {
    /// The key as written, dotted in tables.
    pub field: String,
    /// The value before; absent where the field is new.
    #[schemars(with = "Option<serde_json::Value>")]
    pub old: Option<Value>,
    /// The value after; absent where the field is gone.
    #[schemars(with = "Option<serde_json::Value>")]
    pub new: Option<Value>,
}

/// The artifact a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Subject {
    /// Its id; absent for a file that could not be read as an artifact.
    pub id: Option<String>,
    /// Its kind; absent where no configuration claims the file.
    pub kind: Option<String>,
    /// Its path on the new side, else on the old.
    pub path: String,
}

/// Where in an artifact a finding is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// The section's anchor.
    pub section: Option<String>,
    /// The section's heading as written.
    pub heading: Option<String>,
    /// The front-matter key as written, dotted in tables.
    pub field: Option<String>,
    /// The step's id.
    pub step: Option<String>,
    /// Line on the old side, from 1.
    pub old_line: Option<u32>,
    /// Line on the new side, from 1.
    pub new_line: Option<u32>,
}

/// One thing that changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ChangeFinding {
    /// The rule's id, `OBL-WEAKENED`; a plugin's rules are `plugin/rule`.
    pub rule: Cow<'static, str>,
    /// What kind of thing it states.
    pub fact: Fact,
    /// How much it matters.
    pub severity: ChangeSeverity,
    /// Whom it presses on.
    pub direction: Direction,
    /// How sure it is.
    pub confidence: Confidence,
    /// A name for this very change that survives edits elsewhere.
    pub fingerprint: String,
    /// The artifact.
    pub artifact: Subject,
    /// Where in it.
    pub at: Place,
    /// The value, heading, target or sentence before.
    #[schemars(with = "Option<serde_json::Value>")]
    pub old: Option<Value>,
    /// The value, heading, target or sentence after.
    #[schemars(with = "Option<serde_json::Value>")]
    pub new: Option<Value>,
    /// The keyword of the duty before.
    pub modal_old: Option<String>,
    /// The keyword of the duty after.
    pub modal_new: Option<String>,
    /// The whole sentence before.
    pub quote_old: Option<String>,
    /// The whole sentence after.
    pub quote_new: Option<String>,
    /// The words that changed, in their sentence.
    pub text: Option<Redline>,
    /// The finding this one follows from, by fingerprint.
    pub caused_by: Option<String>,
    /// Who accepted it, and until when; an accepted finding fails no gate.
    pub accepted: Option<Accepted>,
    /// One sentence for people.
    pub message: String,
}

/// Who accepted a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// The last day on which it is accepted.
    pub until: String,
}

/// The words of a worst severity, for the schema.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum SeverityOrNone {
    None,
    Editorial,
    Minor,
    Substantive,
    Breaking,
}

pub(crate) fn severity_or_none<S: Serializer>(
    severity: &Option<ChangeSeverity>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.map_or("none", ChangeSeverity::name))
}

impl ChangeSet {
    /// Counts artifacts and findings again after one of the lists changed.
    pub fn recount(&mut self) {
        let mut counts = ArtifactCounts::default();
        for artifact in &self.artifacts {
            match artifact.change {
                Change::Added => counts.added += 1,
                Change::Removed => counts.removed += 1,
                Change::Renamed => counts.renamed += 1,
                Change::Changed => counts.changed += 1,
            }
        }
        let mut direction = DirectionCounts::default();
        let open = || {
            let findings = self.findings.iter();
            findings.filter(|finding| finding.accepted.is_none())
        };
        let above = open().filter(|finding| finding.severity > ChangeSeverity::Editorial);
        // What another finding caused is counted with it.
        for finding in above.filter(|finding| finding.caused_by.is_none()) {
            match finding.direction {
                Direction::Tightens => direction.tightens += 1,
                Direction::Relaxes => direction.relaxes += 1,
                Direction::Neutral => direction.neutral += 1,
            }
        }
        self.summary.severity = open().map(|finding| finding.severity).max();
        self.summary.artifacts = counts;
        self.summary.direction = direction;
    }

    /// Returns each artifact with its findings.
    pub fn by_artifact(&self) -> impl Iterator<Item = (&ArtifactChange, &[ChangeFinding])> {
        let mut rest = self.findings.as_slice();
        self.artifacts.iter().map(move |artifact| {
            let mine = rest
                .iter()
                .take_while(|finding| {
                    finding.artifact.path == artifact.path && finding.artifact.id == artifact.id
                })
                .count();
            let (findings, after) = rest.split_at(mine);
            rest = after;
            (artifact, findings)
        })
    }
}
