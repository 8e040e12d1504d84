//! What every renderer of a review for people says in the same words.

use std::collections::BTreeMap;

use govkit_core::diff::{ArtifactCounts, ChangeFinding, ChangeSet, Summary};
use govkit_core::review::{
    Affected, Approval, ApprovalStatus, Gate, Outcome, Review, Side, State, Transition,
};

use crate::report::diff::words::{counted, counts};

/// `3 artifacts changed · 1 orphaned · 1 left behind · 2 to read again`.
pub(crate) fn headline(review: &Review) -> String {
    let summary = &review.summary;
    let artifacts = &summary.artifacts;
    let changed = ChangeSet {
        summary: Summary {
            artifacts: ArtifactCounts {
                added: artifacts.added,
                removed: artifacts.removed,
                renamed: artifacts.renamed,
                changed: artifacts.changed,
            },
            ..Summary::default()
        },
        ..ChangeSet::default()
    };
    let mut parts = vec![counts(&changed)];
    let more = [
        (artifacts.orphaned, "orphaned"),
        (artifacts.drifted, "left behind"),
        (summary.suspect, "to read again"),
        (summary.accepted, "accepted"),
    ];
    let some = more.iter().filter(|(count, _)| *count > 0);
    parts.extend(some.map(|(count, word)| format!("{count} {word}")));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What happened to the base meanwhile, where anything did.
pub(crate) fn upstream(review: &Review) -> Option<String> {
    let (name, upstream) = (&review.compare.base_name, &review.compare.upstream);
    let commits = match upstream.commits_since_base {
        0 => return None,
        1 => "1 commit".to_owned(),
        count => format!("{count} commits"),
    };
    let ids: Vec<&str> = upstream
        .artifacts
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    Some(match ids.as_slice() {
        [] => {
            format!("{name} has {commits} since the branch left it; none touches these artifacts")
        }
        ids => format!(
            "{name} has {commits} since the branch left it, and changed {}, on which this rests",
            ids.join(", ")
        ),
    })
}

/// Whether a person has to look at an affected artifact, in a few words.
pub(crate) fn standing(affected: &Affected, review: &[ChangeFinding]) -> String {
    let changed = if affected.changed {
        "changed here"
    } else {
        "not changed"
    };
    let own = |rule: &str| {
        let mut about = review.iter().filter(|finding| {
            finding.rule == rule && finding.artifact.id.as_deref() == Some(&affected.id)
        });
        about.next()
    };
    let what = match affected.state {
        State::Orphan => format!("ORPHAN: lost {}", affected.via),
        State::Conflict => match (own("PARAM-DRIFT"), own("LINK-DANGLING")) {
            (Some(drift), _) => {
                let old = drift.old.as_ref().map(govkit_core::value::Value::display);
                format!("CONFLICT: still says {}", old.unwrap_or_default())
            }
            (None, Some(_)) => "CONFLICT: a link leads nowhere".to_owned(),
            (None, None) => "CONFLICT".to_owned(),
        },
        State::Suspect => "SUSPECT: read it again".to_owned(),
        State::Consistent => match (&affected.reviewed, affected.changed) {
            (Some(reviewed), _) => format!("read again by {}, {}", reviewed.by, reviewed.on),
            (None, true) => "consistent".to_owned(),
            (None, false) => "consistent, shows it by itself".to_owned(),
        },
    };
    format!("{changed} · {what}")
}

/// The link an affected artifact is reached by.
pub(crate) fn link(one: &Affected) -> String {
    match one.side {
        Side::Both => one.via.clone(),
        Side::Base => format!("{} (link gone)", one.via),
        Side::Head => format!("{} (new link)", one.via),
    }
}

/// `tightens 1 · relaxes 2 · neutral 3`.
pub(crate) fn directions(review: &Review) -> String {
    let counts = &review.summary.direction;
    format!(
        "tightens {} · relaxes {} · neutral {}",
        counts.tightens, counts.relaxes, counts.neutral
    )
}

/// The figures behind the verdict, a line each, two at least, with everything that makes the answer
/// less than whole.
pub(crate) fn figures(review: &Review) -> Vec<String> {
    let summary = &review.summary;
    let mut lines = vec![headline(review), directions(review)];
    if summary.approvals > 0 {
        lines.push(format!("{} needed", counted(summary.approvals, "approval")));
    }
    if summary.forbidden_transitions > 0 {
        let count = counted(summary.forbidden_transitions, "change");
        lines.push(format!("{count} of status not allowed"));
    }
    lines.push(gate(&review.gate));
    lines.extend(doubts(review));
    lines
}

/// What makes the answer less than whole.
pub(crate) fn doubts(review: &Review) -> Vec<String> {
    let mut lines = Vec::new();
    if !review.summary.complete {
        lines.push("incomplete: a plugin could not finish, or history is missing".to_owned());
    }
    if review.summary.truncated {
        lines.push("some text was too large to be compared in detail".to_owned());
    }
    lines
}

/// `gate: passes (--fail-change breaking, --fail-level error)`.
pub(crate) fn gate(gate: &Gate) -> String {
    let answer = match gate.result {
        Outcome::Pass => "passes",
        Outcome::Fail => "fails",
    };
    let level = match &gate.fail_level {
        Some(level) => format!(", --fail-level {level}"),
        None => String::new(),
    };
    format!("gate: {answer} (--fail-change {}{level})", gate.fail_change)
}

/// `main (4f1c2a9b31) → policy/incident-reporting`.
pub(crate) fn sides(review: &Review) -> String {
    let compare = &review.compare;
    let short = crate::report::diff::words::revision;
    let base = match compare.base_name.as_str() {
        "" => short(&compare.base).to_owned(),
        name => format!("{} ({})", short(name), short(&compare.base)),
    };
    let head = match &compare.head_name {
        Some(name) => format!("{name} ({})", short(&compare.head)),
        None => short(&compare.head).to_owned(),
    };
    format!("{base} → {head}")
}

/// Why an approval is needed.
pub(crate) fn reasons(approval: &Approval) -> String {
    let status = match approval.status {
        ApprovalStatus::Missing => "",
        ApprovalStatus::Given => " (given)",
        ApprovalStatus::Stale => " (given to content that changed since)",
    };
    format!("{}{status}", approval.reasons.join("; "))
}

/// A change of status that the kind does not allow.
pub(crate) fn forbidden(transition: &Transition) -> String {
    let word = |status: &Option<String>| status.clone().unwrap_or_else(|| "(none)".to_owned());
    let next = match transition.next.is_empty() {
        true => "nothing may follow".to_owned(),
        false => format!("{} may follow", transition.next.join(", ")),
    };
    format!(
        "{}: {} → {} is not allowed; {next}",
        transition.id,
        word(&transition.from),
        word(&transition.to)
    )
}

/// An affected artifact and those reached through it.
pub(crate) struct Branch<'a> {
    pub(crate) one: &'a Affected,
    pub(crate) below: Vec<Branch<'a>>,
}

/// The affected artifacts under what they are reached from, in order.
pub(crate) fn tree(impact: &[Affected]) -> Vec<(&str, Vec<Branch<'_>>)> {
    // The parent is the nearer one; distances grow, so that there is no way round in a circle.
    let parent = |one: &Affected| {
        impact
            .iter()
            .position(|other| other.id == one.from && other.distance < one.distance)
    };
    let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut roots: Vec<(&str, Vec<usize>)> = Vec::new();
    for (at, one) in impact.iter().enumerate() {
        match parent(one) {
            Some(parent) => children.entry(parent).or_default().push(at),
            None => match roots.iter_mut().find(|(from, _)| *from == one.from) {
                Some((_, members)) => members.push(at),
                None => roots.push((&one.from, vec![at])),
            },
        }
    }
    let grow = |members: &[usize]| {
        members
            .iter()
            .map(|at| branch(*at, impact, &children))
            .collect()
    };
    roots
        .iter()
        .map(|(from, members)| (*from, grow(members)))
        .collect()
}

fn branch<'a>(
    at: usize,
    impact: &'a [Affected],
    children: &BTreeMap<usize, Vec<usize>>,
) -> Branch<'a> {
    let below = children.get(&at).into_iter().flatten();
    Branch {
        one: &impact[at],
        below: below.map(|at| branch(*at, impact, children)).collect(),
    }
}

/// The rules behind fingerprints, each once, in order, with the first finding of each.
pub(crate) fn because<'a>(
    fingerprints: &[String],
    findings: &'a [ChangeFinding],
) -> Vec<&'a ChangeFinding> {
    let mut out: Vec<&ChangeFinding> = Vec::new();
    for print in fingerprints {
        let found = findings
            .iter()
            .find(|finding| finding.fingerprint == *print);
        if let Some(found) = found.filter(|found| out.iter().all(|one| one.rule != found.rule)) {
            out.push(found);
        }
    }
    out
}
