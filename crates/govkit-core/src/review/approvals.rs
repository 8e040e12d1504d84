//! Who has to agree: owners, old and new; owners of what is left behind; whom the configuration names.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Affected, Approval, ApprovalStatus, State};
use crate::config::{ApproverDef, Config};
use crate::corpus::Corpus;
use crate::diff::{ArtifactChange, Change, ChangeFinding, ChangeSeverity, Direction};

/// Both sides, and what to read them with.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) base: &'a Corpus,
    pub(super) head: &'a Corpus,
    pub(super) config: &'a Config,
}

#[derive(Default)]
struct Needed(BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>);

impl Needed {
    fn add<'f>(
        &mut self,
        who: &str,
        reason: String,
        findings: impl Iterator<Item = &'f ChangeFinding>,
    ) {
        let (reasons, because) = self.0.entry(who.to_owned()).or_default();
        reasons.insert(reason);
        because.extend(findings.map(|finding| finding.fingerprint.clone()));
    }
}

/// Returns who has to agree to the findings that nobody accepted; editorial ones need nobody.
pub(super) fn approvals(
    sides: Sides<'_>,
    artifacts: &[ArtifactChange],
    findings: &[ChangeFinding],
    affected: &[Affected],
) -> Vec<Approval> {
    let open: Vec<&ChangeFinding> = findings
        .iter()
        .filter(|finding| finding.accepted.is_none())
        .filter(|finding| finding.severity > ChangeSeverity::Editorial)
        .collect();
    let mut needed = Needed::default();
    for artifact in artifacts {
        owners(sides, artifact, &open, &mut needed);
    }
    for one in affected {
        left_behind(sides, one, &open, &mut needed);
    }
    for def in &sides.config.approvers {
        let mine: Vec<&&ChangeFinding> = open.iter().filter(|finding| asks(def, finding)).collect();
        if !mine.is_empty() {
            let reason = def.because.clone().unwrap_or_else(|| asked(def, &mine));
            needed.add(&def.who, reason, mine.iter().map(|finding| **finding));
        }
    }
    let title = |who: &str| {
        let found = sides.head.get(who).or_else(|| sides.base.get(who));
        found.map(|artifact| artifact.title.clone())
    };
    let needed = needed
        .0
        .into_iter()
        .map(|(who, (reasons, because))| Approval {
            title: title(&who),
            who,
            reasons: reasons.into_iter().collect(),
            because: because.into_iter().collect(),
            status: ApprovalStatus::Missing,
        });
    needed.collect()
}

/// The owners of an artifact that changed, before and after.
fn owners(
    sides: Sides<'_>,
    artifact: &ArtifactChange,
    open: &[&ChangeFinding],
    needed: &mut Needed,
) {
    let mine = || {
        let about = open.iter().copied();
        about.filter(|one| one.artifact.id == artifact.id && one.artifact.path == artifact.path)
    };
    let Some(id) = artifact.id.as_deref().filter(|_| mine().next().is_some()) else {
        return;
    };
    let owner = |corpus: &Corpus, id: &str| corpus.get(id)?.owner(sides.config);
    let before = owner(sides.base, artifact.old_id.as_deref().unwrap_or(id));
    let after = owner(sides.head, id);
    let set = |owner: &Option<String>| owner.clone().filter(|owner| !owner.is_empty());
    let (before, after) = (set(&before), set(&after));
    match artifact.change {
        Change::Removed => {
            if let Some(owner) = before {
                needed.add(
                    &owner,
                    format!("owner of {id}, which is taken away"),
                    mine(),
                );
            }
            return;
        }
        Change::Added => {
            if let Some(owner) = after {
                needed.add(&owner, format!("owner of {id}, which is new"), mine());
            }
            return;
        }
        Change::Changed | Change::Renamed => {}
    }
    if before == after {
        if let Some(owner) = after {
            needed.add(&owner, format!("owner of {id}"), mine());
        }
        return;
    }
    if let Some(owner) = after {
        needed.add(&owner, format!("new owner of {id}"), mine());
    }
    if let Some(owner) = before {
        // Who hands over has a say in the hand-over, and in what others lose by the change.
        let concerns =
            |one: &&ChangeFinding| one.rule == "META-OWNER" || one.direction == Direction::Relaxes;
        needed.add(
            &owner,
            format!("outgoing owner of {id}"),
            mine().filter(concerns),
        );
    }
}

fn left_behind(
    sides: Sides<'_>,
    affected: &Affected,
    open: &[&ChangeFinding],
    needed: &mut Needed,
) {
    let word = match affected.state {
        State::Conflict => "conflicts",
        State::Orphan => "is orphaned",
        State::Consistent | State::Suspect => return,
    };
    // Of one that changed, the owner is asked already.
    if affected.changed {
        return;
    }
    let artifact = sides.head.get(&affected.id);
    let Some(owner) = artifact.and_then(|artifact| artifact.owner(sides.config)) else {
        return;
    };
    let about = |one: &&&ChangeFinding| {
        one.artifact.id.as_deref() == Some(&affected.id)
            || affected.because.contains(&one.fingerprint)
    };
    let reason = format!("owner of {}, which {word}", affected.id);
    if !owner.is_empty() {
        needed.add(&owner, reason, open.iter().filter(about).copied());
    }
}

fn asks(def: &ApproverDef, finding: &ChangeFinding) -> bool {
    let kind = finding.artifact.kind.as_ref();
    let kinds = def.kinds.is_empty() || kind.is_some_and(|kind| def.kinds.contains(kind));
    let rules = def.rules.is_empty() || def.rules.iter().any(|rule| *rule == finding.rule);
    let direction = def
        .direction
        .is_none_or(|direction| direction == finding.direction);
    kinds && rules && direction && finding.severity >= def.severity
}

/// The reason for a rule that gives none: what it matches.
fn asked(def: &ApproverDef, mine: &[&&ChangeFinding]) -> String {
    let rules: BTreeSet<&str> = mine.iter().map(|finding| finding.rule.as_ref()).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let kinds = match def.kinds.is_empty() {
        true => String::new(),
        false => format!(" in a {}", def.kinds.join(" or ")),
    };
    match rules.as_slice() {
        [] | [_] | [_, _] | [_, _, _] => format!("any {}{kinds}", rules.join(", ")),
        [first, second, rest @ ..] => {
            format!("any {first}, {second} and {} more{kinds}", rest.len())
        }
    }
}
