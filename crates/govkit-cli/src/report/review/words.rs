//! What every form of a review for people says in the same words.

use std::collections::BTreeMap;

use govkit_core::diff::ChangeFinding;
use govkit_core::review::{
    Affected, Approval, ApprovalStatus, Gate, Outcome, Relation, Review, Side, Transition,
};

use crate::report::diff::words::counted;

/// `3 artifacts changed · 1 orphaned · 1 left behind · 2 suspect`: what is none is left out.
pub(crate) fn counts(review: &Review) -> String {
    let counts = &review.summary.artifacts;
    let named = [
        (counts.changed, "changed"),
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.renamed, "renamed"),
        (counts.orphaned, "orphaned"),
        (counts.drifted, "left behind"),
        (review.summary.suspect, "suspect"),
    ];
    let some = named.iter().filter(|(count, _)| *count > 0).enumerate();
    let parts: Vec<String> = some
        .map(|(at, (count, word))| match (at, count) {
            (0, 1) => format!("1 artifact {word}"),
            (0, count) => format!("{count} artifacts {word}"),
            (_, count) => format!("{count} {word}"),
        })
        .collect();
    match parts.is_empty() {
        true => "no artifact changed".to_owned(),
        false => parts.join(" · "),
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
    let mut lines = vec![counts(review), directions(review)];
    if summary.approvals > 0 {
        lines.push(format!("{} needed", counted(summary.approvals, "approval")));
    }
    if summary.forbidden_transitions > 0 {
        let count = counted(summary.forbidden_transitions, "change");
        lines.push(format!("{count} of status not allowed"));
    }
    if summary.accepted > 0 {
        lines.push(format!("{} accepted", counted(summary.accepted, "finding")));
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

/// What happened to the base since the branch left it; nothing where nothing did.
pub(crate) fn upstream(review: &Review) -> Option<String> {
    let upstream = &review.compare.upstream;
    if upstream.commits_since_base == 0 {
        return None;
    }
    let count = counted(upstream.commits_since_base, "later commit");
    let base = &review.compare.base_name;
    if !upstream.touches_same_artifacts {
        return Some(format!("{count} on {base} do not touch these artifacts."));
    }
    let named = |relation: Relation| -> Vec<&str> {
        let moved = upstream.artifacts.iter();
        moved
            .filter(|moved| moved.relation == relation)
            .map(|moved| moved.id.as_str())
            .collect()
    };
    let (same, parents) = (named(Relation::Same), named(Relation::Parent));
    let mut parts = Vec::new();
    if !same.is_empty() {
        parts.push(format!("{} that this branch changes too", same.join(", ")));
    }
    if !parents.is_empty() {
        parts.push(format!("{} that it rests on", parents.join(", ")));
    }
    Some(format!(
        "Look out: {count} on {base} changed {}. Bring the branch up to date before you agree.",
        parts.join(", and ")
    ))
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

/// What is to be said of an affected artifact, behind its name.
pub(crate) fn affected(one: &Affected) -> String {
    format!("{} · {}", one.state.name(), reached(one))
}

/// Whether an affected artifact changed, by which link it is reached, and who read it again.
pub(crate) fn reached(one: &Affected) -> String {
    let changed = if one.changed {
        "changed here"
    } else {
        "not changed"
    };
    let link = match one.side {
        Side::Both => one.via.clone(),
        Side::Base => format!("{} (link gone)", one.via),
        Side::Head => format!("{} (new link)", one.via),
    };
    let reviewed = match &one.reviewed {
        Some(read) => format!(" · read again by {} on {}", read.by, read.on),
        None => String::new(),
    };
    format!("{changed} · {link}{reviewed}")
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
