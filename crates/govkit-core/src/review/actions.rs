//! What to do before agreeing, the most urgent first.

use super::approvals::Sides;
use super::model::{AcceptanceState, Action, AffectedLink, Check, Relation, Review, State};
use crate::diff::catalogue::{LINK_DANGLING, LINK_ORPHAN, PARAM_DRIFT, TRUST_CHANGED};
use crate::diff::{Change, ChangeFinding, ChangeSeverity};
use crate::finding::Severity;
use crate::value::Value;

/// New findings of `check` that are told one by one.
const CHECKS: usize = 5;

pub(super) fn actions(review: &Review, sides: Sides<'_>) -> Vec<Action> {
    let mut out = Vec::new();
    moved_base(review, &mut out);
    transitions(review, &mut out);
    left_behind(review, &mut out);
    checks(review, &mut out);
    reading(review, &mut out);
    ownerless(review, sides, &mut out);
    trust(review, &mut out);
    acceptances(review, &mut out);
    out
}

fn action(text: String, rule: Option<&str>, artifact: Option<&str>) -> Action {
    Action {
        text,
        rule: rule.map(str::to_owned),
        artifact: artifact.map(str::to_owned),
        command: None,
    }
}

fn moved_base(review: &Review, out: &mut Vec<Action>) {
    let upstream = &review.compare.upstream;
    if !upstream.touches_same_artifacts {
        return;
    }
    let ids = |relation: Relation| {
        let some = upstream
            .artifacts
            .iter()
            .filter(move |one| one.relation == relation);
        some.map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    let name = &review.compare.base_name;
    let (same, parents) = (ids(Relation::Same), ids(Relation::Parent));
    let mut what = Vec::new();
    if !same.is_empty() {
        what.push(format!("{} too", some(&same)));
    }
    if !parents.is_empty() {
        what.push(format!("{}, which this change rests on", some(&parents)));
    }
    let text = format!(
        "`{name}` has changed {} since: merge it and look again.",
        what.join(", and ")
    );
    out.push(Action {
        command: Some(format!("git merge {name}")),
        ..action(text, None, None)
    });
}

/// A few names, and how many more there are.
fn some(names: &[String]) -> String {
    match names {
        [first, second, third, rest @ ..] if rest.len() > 1 => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        names => names.join(", "),
    }
}

fn transitions(review: &Review, out: &mut Vec<Action>) {
    for one in review.transitions.iter().filter(|one| !one.allowed) {
        let (from, to) = (one.from.as_deref(), one.to.as_deref());
        let (from, to) = (from.unwrap_or("no status"), to.unwrap_or("no status"));
        let next = match one.next.as_slice() {
            [] => "nothing may follow it".to_owned(),
            next => format!("{} may follow", next.join(" or ")),
        };
        let text = format!(
            "{} goes from {from} to {to}, which its kind does not allow: {next}.",
            one.id
        );
        out.push(action(text, Some("META-STATUS"), Some(&one.id)));
    }
}

fn left_behind(review: &Review, out: &mut Vec<Action>) {
    for rule in [LINK_ORPHAN.id, LINK_DANGLING.id, PARAM_DRIFT.id] {
        let open = review.findings.iter().filter(|one| one.accepted.is_none());
        for finding in open.filter(|one| one.rule == rule) {
            let id = finding
                .artifact
                .id
                .as_deref()
                .unwrap_or(&finding.artifact.path);
            let text = match rule {
                // The orphan says it all: the link that leads nowhere is the same matter.
                _ if rule == LINK_DANGLING.id && orphaned_by(review, finding) => continue,
                _ if rule == LINK_ORPHAN.id => {
                    let link = finding.at.field.as_deref().unwrap_or("a required link");
                    let link = link.strip_prefix("links.").unwrap_or(link);
                    format!(
                        "{id} has lost `{link}`, which its kind requires: restore it, name another, or retire {id}."
                    )
                }
                _ if rule == LINK_DANGLING.id => format!("{id}: {}; mend it.", finding.message),
                _ => drift(id, finding),
            };
            out.push(action(text, Some(rule), Some(id)));
        }
    }
}

fn orphaned_by(review: &Review, dangling: &ChangeFinding) -> bool {
    review.findings.iter().any(|one| {
        one.rule == LINK_ORPHAN.id
            && one.artifact == dangling.artifact
            && one.at.field == dangling.at.field
    })
}

fn drift(id: &str, finding: &ChangeFinding) -> String {
    let value = |value: &Option<Value>| value.as_ref().map(Value::display);
    let old = value(&finding.old).unwrap_or_default();
    match value(&finding.new) {
        Some(new) => format!("{id} still says {old}; the new value is {new}."),
        None => format!("{id} still says {old}, which no longer holds."),
    }
}

fn checks(review: &Review, out: &mut Vec<Action>) {
    let errors: Vec<_> = review
        .checks
        .iter()
        .filter(|check| check.severity == Severity::Error && !told_already(review, check))
        .collect();
    for check in errors.iter().take(CHECKS) {
        let about = check.artifact.as_deref().unwrap_or(&check.path);
        let text = format!("{about}: {}.", check.message.trim_end_matches('.'));
        out.push(action(text, Some(&check.rule), check.artifact.as_deref()));
    }
    if let Some(more) = errors.len().checked_sub(CHECKS + 1) {
        let text = format!("{} more new errors of `check`.", more + 1);
        out.push(Action {
            command: Some(format!("govkit check --since {}", review.compare.base_name)),
            ..action(text, None, None)
        });
    }
}

/// Whether a finding about links says of an artifact what an orphan or a dangling link has said.
fn told_already(review: &Review, check: &Check) -> bool {
    let link = ["link-cardinality", "broken-link", "dead-link"].contains(&check.rule.as_str());
    let lost = |one: &ChangeFinding| one.rule == LINK_ORPHAN.id || one.rule == LINK_DANGLING.id;
    let mut open = review
        .findings
        .iter()
        .filter(|one| one.accepted.is_none() && lost(one));
    link && check.artifact.is_some() && open.any(|one| one.artifact.id == check.artifact)
}

fn reading(review: &Review, out: &mut Vec<Action>) {
    let suspect = || {
        review
            .impact
            .iter()
            .filter(|one| one.state == State::Suspect)
    };
    let direct = |link: &&AffectedLink| {
        let behind = suspect().any(|one| one.id == link.to);
        link.state == State::Suspect && !behind
    };
    let mut behind = 0;
    for one in suspect() {
        let links: Vec<&AffectedLink> = one.links.iter().filter(direct).collect();
        if links.is_empty() {
            behind += 1;
        }
        for link in links {
            let target = match &link.section {
                Some(section) => format!("{}#{section}", link.to),
                None => link.to.clone(),
            };
            let text = format!(
                "Read {} again: what it rests on changed in {target}.",
                one.id
            );
            out.push(Action {
                command: Some(format!(
                    "govkit attest reviewed {} --against {target}",
                    one.id
                )),
                ..action(text, None, Some(&one.id))
            });
        }
    }
    if behind > 0 {
        let word = if behind == 1 {
            "artifact rests"
        } else {
            "artifacts rest"
        };
        let text = format!("{behind} more {word} on those to be read again, and may follow.");
        out.push(action(text, None, None));
    }
}

fn ownerless(review: &Review, sides: Sides<'_>, out: &mut Vec<Action>) {
    for artifact in &review.artifacts {
        let Some(id) = artifact.id.as_deref() else {
            continue;
        };
        let matters = artifact.severity > Some(ChangeSeverity::Editorial);
        let kind = artifact
            .kind
            .as_deref()
            .and_then(|kind| sides.config.kind(kind));
        // A kind that asks for no owner has said that nobody answers for such a text.
        let wanted = kind.is_some_and(|kind| {
            let owner = kind.owner.as_deref().unwrap_or("owner");
            let field = kind.field(owner).is_some_and(|field| field.required);
            field
                || kind
                    .links
                    .iter()
                    .any(|link| link.field == owner && link.min > 0)
        });
        let owner = sides
            .head
            .get(id)
            .and_then(|found| found.owner(sides.config));
        let none = owner.is_none_or(|owner| owner.is_empty());
        if matters && wanted && none && artifact.change != Change::Removed {
            let text = format!("{id} has no owner: nobody can agree to its change.");
            out.push(action(text, None, Some(id)));
        }
    }
}

fn trust(review: &Review, out: &mut Vec<Action>) {
    let mut files: Vec<&str> = review
        .findings
        .iter()
        .filter(|one| one.rule == TRUST_CHANGED.id && one.accepted.is_none())
        .map(|one| one.artifact.path.as_str())
        .collect();
    files.dedup();
    for file in files {
        let text = format!(
            "`{file}` changes: every later review will rest on it. This one rests on the base's."
        );
        out.push(action(text, Some(TRUST_CHANGED.id), None));
    }
}

fn acceptances(review: &Review, out: &mut Vec<Action>) {
    for one in &review.acceptances {
        let met = review
            .findings
            .iter()
            .find(|finding| finding.fingerprint == one.fingerprint);
        if let (AcceptanceState::Expired, Some(finding)) = (one.state, met) {
            let about = finding
                .artifact
                .id
                .as_deref()
                .unwrap_or(&finding.artifact.path);
            let text = format!(
                "{about}: the acceptance by {} ended on {}: renew it or mend the text.",
                one.by, one.until
            );
            out.push(action(
                text,
                Some(&finding.rule),
                finding.artifact.id.as_deref(),
            ));
        }
    }
}
