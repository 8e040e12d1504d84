//! What `review` says: the wire shape, a change set with what follows from it.
//!
//! Values that are absent are `null`, never left out, so that a script can rely on the keys.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diff::{
    ArtifactChange, ChangeFinding, ChangeSeverity, CompareMode, Confidence, DirectionCounts, Fact,
};
use crate::finding::Severity;

/// A branch held against the one it is to be merged into.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Review {
    /// The two sides, and what happened to the base since.
    pub compare: ReviewCompare,
    /// Counts, and the worst severity.
    pub summary: ReviewSummary,
    /// The artifacts that changed, sorted by path (the new one where there is one).
    pub artifacts: Vec<ArtifactChange>,
    /// All findings: of the artifacts that changed, of those left behind, and of the files the
    /// review itself rests on; grouped by artifact in path order, then by place, then by rule.
    pub findings: Vec<ChangeFinding>,
    /// The artifacts the change reaches through links, nearest first, then by id.
    pub impact: Vec<Affected>,
    /// Who has to agree, and why; sorted by `who`.
    pub approvals: Vec<Approval>,
    /// Findings of `check` that the base does not have, in path, place and rule order.
    pub checks: Vec<Check>,
    /// Changes of status, in the order of `artifacts`.
    pub transitions: Vec<Transition>,
    /// Records of `.govkit/accepted.toml`, as the base has them, in file order.
    pub acceptances: Vec<Acceptance>,
    /// What to do before agreeing, the most urgent first.
    pub actions: Vec<Action>,
    /// What changed since the last look; absent unless asked for.
    pub since: Option<Since>,
    /// Whether the change may pass.
    pub gate: Gate,
}

/// The two sides of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewCompare {
    /// `merge-base`, always: what the branch did, whatever happened to the base meanwhile.
    pub mode: CompareMode,
    /// The merge base: a full commit id.
    pub base: String,
    /// The new side: a full commit id, `worktree` or `index`.
    pub head: String,
    /// What the base was asked for as: `main`.
    pub base_name: String,
    /// The branch under review; absent where none is checked out or a commit is named.
    pub head_name: Option<String>,
    /// First line of the newest commit's message; absent without a commit of its own.
    pub subject: Option<String>,
    /// What happened to the base since the branch left it.
    pub upstream: Upstream,
}

/// What happened to the base since the branch left it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Upstream {
    /// The commit the base is at now.
    pub commit: String,
    /// Commits the base has and the branch has not.
    pub commits_since_base: usize,
    /// Whether these change an artifact that the branch changes, or one that such an artifact
    /// rests on: then an approval may rest on a text that holds no longer.
    pub touches_same_artifacts: bool,
    /// Those artifacts, by id.
    pub artifacts: Vec<MovedArtifact>,
}

/// An artifact that the base changed after the branch left it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct MovedArtifact {
    /// Its id.
    pub id: String,
    /// How it concerns the branch.
    pub relation: Relation,
}

/// How an artifact that the base changed concerns the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The branch changes it, too.
    Same,
    /// Something the branch changes is linked to it.
    Parent,
}

/// Counts over a review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewSummary {
    /// The worst severity of what nobody accepted; `none` without findings.
    #[serde(serialize_with = "crate::diff::severity_or_none")]
    #[schemars(with = "crate::diff::SeverityOrNone")]
    pub severity: Option<ChangeSeverity>,
    /// Artifacts by what happened to them.
    pub artifacts: ReviewCounts,
    /// Root causes above editorial, by direction: findings that another one caused do not count,
    /// nor do accepted ones.
    pub direction: DirectionCounts,
    /// Artifacts that must be read again because what they rest on changed.
    pub suspect: usize,
    /// Links that led to such a reading.
    pub suspect_links: usize,
    /// How many have to agree.
    pub approvals: usize,
    /// Findings of `check` that are new.
    pub checks: CheckCounts,
    /// Changes of status that the kind does not allow.
    pub forbidden_transitions: usize,
    /// Findings that are accepted.
    pub accepted: usize,
    /// Editorial findings.
    pub editorial: usize,
    /// Whether some text was too large to be compared in detail, and is shown whole.
    pub truncated: bool,
    /// Whether every plugin could finish and all history was there.
    pub complete: bool,
}

/// Artifacts by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReviewCounts {
    /// New ones.
    pub added: usize,
    /// Ones that are gone.
    pub removed: usize,
    /// Ones at another path or under another id.
    pub renamed: usize,
    /// Ones whose bytes differ at the same path.
    pub changed: usize,
    /// Ones that still state an old value.
    pub drifted: usize,
    /// Ones that lost a link their kind requires.
    pub orphaned: usize,
}

/// Findings of `check` by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckCounts {
    /// Must be mended.
    pub error: usize,
    /// Should be mended.
    pub warning: usize,
    /// Worth knowing.
    pub info: usize,
}

/// An artifact that a change reaches through links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Affected {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its path.
    pub path: String,
    /// Links from the changed artifact to this one; 0 for one that lost a link by its own change.
    pub distance: usize,
    /// The artifact it is reached from: the other end of `via`.
    pub from: String,
    /// The link it is reached by, as written on this artifact: `governed_by`, `cites#escalation`.
    pub via: String,
    /// Which side has that link.
    pub side: Side,
    /// Whether it is changed itself, by more than editing.
    pub changed: bool,
    /// Whether it still fits.
    pub state: State,
    /// The findings that reach it, by fingerprint.
    pub because: Vec<String>,
    /// The record that says it was read again; absent where there is none that counts.
    pub reviewed: Option<Reviewed>,
    /// Every link the change came by, `via` among them, sorted.
    pub links: Vec<AffectedLink>,
}

/// A link that a change comes by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct AffectedLink {
    /// The artifact at the other end, the one that changed or is affected itself.
    pub to: String,
    /// The section, where the link names one.
    pub section: Option<String>,
    /// The link's name.
    pub link: String,
    /// Which side has the link.
    pub side: Side,
    /// Whether this artifact still fits that one.
    pub state: State,
    /// What the other end says now, as a stamp; absent where it is gone.
    pub stamp: Option<String>,
}

/// Which side of the comparison has a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Both.
    Both,
    /// The old one only: the link is gone.
    Base,
    /// The new one only: the link is new.
    Head,
}

/// Whether an affected artifact still fits what it rests on; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was changed too, or shows the new value by itself, or was read again.
    Consistent,
    /// What it rests on changed, and nobody has said that it still holds.
    Suspect,
    /// It states a value that holds no longer, or names what is gone.
    Conflict,
    /// It lost a link that its kind requires.
    Orphan,
}

impl State {
    /// Returns the word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Suspect => "suspect",
            Self::Conflict => "conflict",
            Self::Orphan => "orphan",
        }
    }
}

/// Who read an artifact again, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reviewed {
    /// The name of the person.
    pub by: String,
    /// The day, `2026-11-27`.
    pub on: String,
    /// The record.
    pub record: String,
}

/// Somebody who has to agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Approval {
    /// The id of the role or group, or the name as written.
    pub who: String,
    /// Its title, where it is an artifact.
    pub title: Option<String>,
    /// Why, in a few words each.
    pub reasons: Vec<String>,
    /// The findings it is about, by fingerprint.
    pub because: Vec<String>,
    /// Whether it was given.
    pub status: ApprovalStatus,
}

/// Whether an approval was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ApprovalStatus {
    /// Nobody has said yes.
    Missing,
    /// Said, to this very content.
    Given,
    /// Said, to content that changed since.
    Stale,
}

/// A finding of `check` that the base does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// The rule's id; a plugin's rules are `plugin/rule`.
    pub rule: String,
    /// How much it matters.
    #[schemars(with = "crate::config::Level")]
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// The file.
    pub path: String,
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    /// In Unicode characters from 1; 0 for the line as a whole.
    pub column: u32,
    /// The artifact's id, where the file has one.
    pub artifact: Option<String>,
    /// The way out.
    pub help: Option<String>,
    /// The plugin that reports it.
    pub plugin: Option<String>,
}

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Transition {
    /// The artifact.
    pub id: String,
    /// The status before; absent for a new artifact.
    pub from: Option<String>,
    /// The status after.
    pub to: Option<String>,
    /// Whether the kind allows it.
    pub allowed: bool,
    /// What it would allow instead.
    pub next: Vec<String>,
}

/// A record that accepts one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Acceptance {
    /// The finding.
    pub fingerprint: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub by: String,
    /// The last day on which it is accepted.
    pub until: String,
    /// What became of it here.
    pub state: AcceptanceState,
}

/// What became of an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AcceptanceState {
    /// It covers a finding.
    Used,
    /// There is no such finding here.
    Unused,
    /// Its last day is over; it covers nothing.
    Expired,
}

/// Something to do before agreeing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Action {
    /// What, in one sentence.
    pub text: String,
    /// The rule it comes from; absent for one of the links that must be read again.
    pub rule: Option<String>,
    /// The artifact it is about.
    pub artifact: Option<String>,
    /// The command that does it or records it.
    pub command: Option<String>,
}

/// What changed since the last look.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Since {
    /// What was looked at then, as asked for.
    pub revision: String,
    /// That commit.
    pub commit: String,
    /// The merge base of that commit, full commit id.
    pub base: String,
    /// Findings of now that were not there, by fingerprint.
    pub new: Vec<String>,
    /// Findings that were there then and are there now, by fingerprint.
    pub same: Vec<String>,
    /// Findings that were there then and are gone.
    pub gone: Vec<GoneFinding>,
}

/// A finding that was there at the last look.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GoneFinding {
    /// The rule.
    pub rule: String,
    /// What kind of thing it stated.
    pub fact: Fact,
    /// How much it mattered.
    pub severity: ChangeSeverity,
    /// How sure it was.
    pub confidence: Confidence,
    /// Its name.
    pub fingerprint: String,
    /// The artifact's id, else the path.
    pub artifact: String,
    /// One sentence.
    pub message: String,
}

/// Which change or finding makes the answer no, and whether one did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The least severe change that fails; `never` when none does.
    pub fail_change: String,
    /// The least severe finding of `check` that fails; absent where nothing is checked.
    pub fail_level: Option<String>,
    /// The answer.
    pub result: Outcome,
    /// The findings that made it no: fingerprints of changes, `rule path:line` of checks.
    pub because: Vec<String>,
}

/// Whether a gate lets the change pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It does.
    #[default]
    Pass,
    /// It does not.
    Fail,
}
