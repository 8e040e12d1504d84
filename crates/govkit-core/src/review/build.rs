//! From a change set to a review: impact, weights, acceptances, approvals, what to do first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::acceptance::Acceptances;
use super::actions::actions;
use super::approvals::{Sides, approvals};
use super::model::{
    Acceptance, Affected, Check, CheckCounts, Gate, GoneFinding, Outcome, Review, ReviewCompare,
    ReviewCounts, ReviewSummary, Since, State, Transition,
};
use super::weigh::{Statuses, accept, weigh, weigh_set};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::diff::catalogue::{LINK_DANGLING, LINK_ORPHAN, PARAM_DRIFT};
use crate::diff::{ArtifactChange, ChangeFinding, ChangeSet, ChangeSeverity, DirectionCounts};
use crate::finding::{Finding, Severity};
use crate::impact::{Question, ReviewRecord, reach};
use crate::value::Value;

/// What a change set is weighed with and held against.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The old side.
    pub base: &'a Corpus,
    /// The new side.
    pub head: &'a Corpus,
    /// The configuration that counts: the trusted one.
    pub config: &'a Config,
    /// The statuses of the artifacts that changed.
    pub statuses: &'a Statuses,
    /// Who read what again.
    pub records: &'a [ReviewRecord],
    /// The findings that are accepted.
    pub accepted: &'a Acceptances,
    /// Today.
    pub now: Date,
    /// Links to follow from a changed artifact.
    pub depth: usize,
}

/// A change set with those it reaches.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    /// The change set, findings about artifacts left behind at its end.
    pub set: ChangeSet,
    /// Whom it reaches.
    pub affected: Vec<Affected>,
    /// What became of each acceptance.
    pub acceptances: Vec<Acceptance>,
}

/// Weighs a change set and says whom it reaches; `more` are findings about other files.
pub fn spread(mut set: ChangeSet, more: Vec<ChangeFinding>, terms: Terms<'_>) -> Spread {
    let nothing = Acceptances::default();
    weigh_set(&mut set, terms.config, terms.statuses, &nothing, terms.now);
    let reached = reach(Question {
        base: terms.base,
        head: terms.head,
        set: &set,
        records: terms.records,
        depth: terms.depth,
    });
    let causes: HashMap<String, String> = reached.caused_by.into_iter().collect();
    for finding in &mut set.findings {
        if let Some(cause) = causes.get(&finding.fingerprint) {
            finding.caused_by = Some(cause.clone());
        }
    }
    let mut statuses = terms.statuses.clone();
    let mut found = reached.findings;
    for finding in &found {
        let artifact = terms.head.at_path(&finding.artifact.path);
        if let Some(status) = artifact.and_then(|artifact| artifact.status(terms.config)) {
            statuses.insert(&finding.artifact.path, status);
        }
    }
    found.extend(more);
    weigh(&mut found, terms.config, &statuses);
    set.findings = grouped(&set.artifacts, set.findings, found);
    let acceptances = accept(&mut set.findings, terms.accepted, terms.now);
    let mut affected = reached.affected;
    settle(&mut affected, &set.findings);
    set.recount();
    Spread {
        set,
        affected,
        acceptances,
    }
}

/// Findings in the order of the artifacts; those about others behind them, by path.
fn grouped(
    artifacts: &[ArtifactChange],
    own: Vec<ChangeFinding>,
    found: Vec<ChangeFinding>,
) -> Vec<ChangeFinding> {
    let mut keyed: Vec<((usize, String), ChangeFinding)> = Vec::new();
    let index: HashMap<(Option<String>, String), usize> = artifacts
        .iter()
        .enumerate()
        .map(|(at, one)| ((one.id.clone(), one.path.clone()), at))
        .collect();
    for finding in own.into_iter().chain(found) {
        let about = (finding.artifact.id.clone(), finding.artifact.path.clone());
        let key = match index.get(&about) {
            Some(at) => (*at, String::new()),
            None => (artifacts.len(), about.1),
        };
        keyed.push((key, finding));
    }
    // Stable: within an artifact what it changed comes before what it was left behind by.
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    keyed.into_iter().map(|(_, finding)| finding).collect()
}

/// Lets states follow from the findings that are left: one that is accepted or switched off makes
/// no conflict.
fn settle(affected: &mut [Affected], findings: &[ChangeFinding]) {
    for one in affected {
        let about = || {
            let all = findings.iter();
            all.filter(|finding| finding.artifact.id.as_deref() == Some(&one.id))
        };
        let open = |rules: &[&str]| {
            let mut left = about().filter(|finding| finding.accepted.is_none());
            left.any(|finding| rules.contains(&finding.rule.as_ref()))
        };
        let accepted =
            |rules: &[&str]| about().any(|finding| rules.contains(&finding.rule.as_ref()));
        let rules: &[&str] = match one.state {
            State::Orphan => &[LINK_ORPHAN.id],
            State::Conflict => &[PARAM_DRIFT.id, LINK_DANGLING.id],
            _ => continue,
        };
        if !open(rules) {
            one.state = match accepted(rules) || one.changed {
                true => State::Consistent,
                false => State::Suspect,
            };
        }
    }
}

/// What a review is made of besides the change set.
#[derive(Debug)]
pub struct Material<'a> {
    /// The two sides, as the caller names them.
    pub compare: ReviewCompare,
    /// Findings about the files the review rests on.
    pub trust: Vec<ChangeFinding>,
    /// Findings of `check` the base does not have.
    pub checks: Vec<Finding>,
    /// Whether every plugin could finish.
    pub complete: bool,
    /// What the change set is held against.
    pub terms: Terms<'a>,
}

/// Makes the review of a change set; its gate is open until [`Review::close`] is called.
pub fn review(set: ChangeSet, material: Material<'_>) -> Review {
    let terms = material.terms;
    let Spread {
        set,
        affected,
        acceptances,
    } = spread(set, material.trust, terms);
    let sides = Sides {
        base: terms.base,
        head: terms.head,
        config: terms.config,
    };
    let approvals = approvals(sides, &set.artifacts, &set.findings, &affected);
    let transitions = transitions(&set.artifacts, terms.config);
    let checks: Vec<Check> = material.checks.into_iter().map(told).collect();
    let mut review = Review {
        compare: material.compare,
        artifacts: set.artifacts,
        findings: set.findings,
        impact: affected,
        approvals,
        checks,
        transitions,
        acceptances,
        ..Review::default()
    };
    review.summary = summary(&review);
    review.summary.truncated = set.summary.truncated;
    review.summary.complete = material.complete;
    review.actions = actions(&review, sides);
    review
}

fn told(finding: Finding) -> Check {
    Check {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        path: finding.path.as_str().to_owned(),
        line: finding.position.line,
        column: finding.position.column,
        artifact: finding.artifact,
        help: finding.help,
        plugin: finding.plugin,
    }
}

fn transitions(artifacts: &[ArtifactChange], config: &Config) -> Vec<Transition> {
    let found = artifacts.iter().filter_map(|artifact| {
        let kind = config.kind(artifact.kind.as_deref()?)?;
        let status = kind.status.as_ref()?;
        let mut fields = artifact.fields.iter();
        let change = fields.find(|change| change.field == status.field)?;
        let scalar = |value: &Option<Value>| value.as_ref().and_then(Value::scalar);
        let (from, to) = (scalar(&change.old), scalar(&change.new));
        let next = from.as_ref().and_then(|from| status.transitions.get(from));
        let allowed = match (next, &to) {
            (Some(next), Some(to)) => next.contains(to),
            (Some(_), None) => false,
            (None, _) => true,
        };
        Some(Transition {
            id: artifact.id.clone()?,
            from,
            to,
            allowed,
            next: next.cloned().unwrap_or_default(),
        })
    });
    found.collect()
}

fn summary(review: &Review) -> ReviewSummary {
    let mut counted = ChangeSet {
        artifacts: review.artifacts.clone(),
        findings: review.findings.clone(),
        ..ChangeSet::default()
    };
    counted.recount();
    let artifacts = counted.summary.artifacts;
    let open = || {
        review
            .findings
            .iter()
            .filter(|finding| finding.accepted.is_none())
    };
    let under = |rule: &str| -> usize {
        let about: BTreeSet<&str> = open()
            .filter(|finding| finding.rule == rule)
            .map(|finding| finding.artifact.path.as_str())
            .collect();
        about.len()
    };
    let mut checks = CheckCounts::default();
    for check in &review.checks {
        match check.severity {
            Severity::Error => checks.error += 1,
            Severity::Warning => checks.warning += 1,
            Severity::Info => checks.info += 1,
        }
    }
    let suspects = || {
        review
            .impact
            .iter()
            .filter(|one| one.state == State::Suspect)
    };
    let links = review.impact.iter().flat_map(|one| &one.links);
    ReviewSummary {
        severity: counted.summary.severity,
        artifacts: ReviewCounts {
            added: artifacts.added,
            removed: artifacts.removed,
            renamed: artifacts.renamed,
            changed: artifacts.changed,
            drifted: under(PARAM_DRIFT.id),
            orphaned: under(LINK_ORPHAN.id),
        },
        direction: DirectionCounts {
            ..counted.summary.direction
        },
        suspect: suspects().count(),
        suspect_links: links.filter(|link| link.state == State::Suspect).count(),
        approvals: review.approvals.len(),
        checks,
        forbidden_transitions: review.transitions.iter().filter(|one| !one.allowed).count(),
        accepted: review
            .findings
            .iter()
            .filter(|one| one.accepted.is_some())
            .count(),
        editorial: open()
            .filter(|one| one.severity == ChangeSeverity::Editorial)
            .count(),
        truncated: false,
        complete: true,
    }
}

impl Review {
    /// Closes the gate on changes of at least `change` and new findings of `check` of at least
    /// `level`; `None` never closes it.
    pub fn close(&mut self, change: Option<ChangeSeverity>, level: Severity) {
        let changes = self.findings.iter().filter(|finding| {
            let severe = change.is_some_and(|least| finding.severity >= least);
            finding.accepted.is_none() && severe
        });
        let mut because: Vec<String> = changes.map(|one| one.fingerprint.clone()).collect();
        let checks = self.checks.iter().filter(|check| check.severity >= level);
        because.extend(checks.map(|one| format!("{} {}:{}", one.rule, one.path, one.line)));
        self.gate = Gate {
            fail_change: change.map_or("never", ChangeSeverity::name).to_owned(),
            fail_level: Some(level.name().to_owned()),
            result: match because.is_empty() {
                true => Outcome::Pass,
                false => Outcome::Fail,
            },
            because,
        };
    }

    /// Says what changed since an earlier look, `then`, at `revision`.
    pub fn compare_with(&mut self, then: &Spread, revision: &str, commit: &str, base: &str) {
        let now: BTreeSet<&str> = self
            .findings
            .iter()
            .map(|finding| finding.fingerprint.as_str())
            .collect();
        let before: BTreeMap<&str, &ChangeFinding> = then
            .set
            .findings
            .iter()
            .map(|finding| (finding.fingerprint.as_str(), finding))
            .collect();
        let prints = |known: bool| {
            let found = self.findings.iter().map(|finding| &finding.fingerprint);
            let found = found.filter(|print| before.contains_key(print.as_str()) == known);
            found.cloned().collect()
        };
        let gone = then.set.findings.iter();
        let gone = gone.filter(|finding| !now.contains(finding.fingerprint.as_str()));
        self.since = Some(Since {
            revision: revision.to_owned(),
            commit: commit.to_owned(),
            base: base.to_owned(),
            new: prints(false),
            same: prints(true),
            gone: gone
                .map(|finding| GoneFinding {
                    rule: finding.rule.to_string(),
                    fact: finding.fact,
                    severity: finding.severity,
                    confidence: finding.confidence,
                    fingerprint: finding.fingerprint.clone(),
                    artifact: match &finding.artifact.id {
                        Some(id) => id.clone(),
                        None => finding.artifact.path.clone(),
                    },
                    message: finding.message.clone(),
                })
                .collect(),
        });
    }
}
