//! What became of one artifact: which version is the published one, and what the current one lacks.
//!
//! Each statement names the newest ones about the artifact that its signer saw, so they form a
//! chain, or a net where branches were merged. A version is published by the statement that
//! completes what it needs. Statements from before that say nothing of any other version later
//! on: an old version cannot come back on the strength of its old approvals.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::judge::{Judged, Refusal, Voice};
use super::policy::{ApprovalPolicy, Quorum};
use super::statement::{Action, Statement};

/// Records of one artifact that are looked at.
const MOST: usize = 4096;

/// A version of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Git's name of its bytes.
    pub version: String,
}

/// What a version needs in order to count.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Who has which role.
    pub policy: Arc<ApprovalPolicy>,
    /// Each of these has to be met; without any, nothing is needed.
    pub quorums: Vec<Quorum>,
    /// The roles that own the artifact.
    pub owners: Vec<String>,
    /// Whether versions of this kind and status ever need anything.
    pub is_asked: bool,
}

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has to agree.
    NotNeeded,
    /// Enough people agreed.
    Approved,
    /// It counts though approvals are missing: somebody who may said so.
    Overridden,
    /// It differs from the approved version in nothing that needs approval.
    Carried,
    /// Some agreed, not enough.
    Partial,
    /// Another version is approved.
    Stale,
    /// It was approved once, and another version since.
    RolledBack,
    /// Nobody agreed.
    Missing,
}

impl State {
    /// Whether the version counts.
    pub fn holds(self) -> bool {
        matches!(
            self,
            Self::NotNeeded | Self::Approved | Self::Overridden | Self::Carried
        )
    }

    /// Returns one word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Approved => "approved",
            Self::Overridden => "overridden",
            Self::Carried => "carried",
            Self::Partial => "partial",
            Self::Stale => "stale",
            Self::RolledBack => "rolled-back",
            Self::Missing => "missing",
        }
    }
}

/// Somebody who said something that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What.
    pub statement: Statement,
    /// Who.
    pub voice: Voice,
    /// The record, by name.
    pub record: String,
    /// Where it lies.
    pub directory: String,
}

/// How an artifact stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// How the current version stands.
    pub state: State,
    /// Who agreed to the current version.
    pub given: Vec<Given>,
    /// Who still has to, in words.
    pub missing: Vec<String>,
    /// The version that is approved, or was last.
    pub published: Option<Version>,
    /// Every version that has ever been published.
    pub ever: BTreeSet<String>,
    /// Every override there has ever been, also of other versions.
    pub overrides: Vec<Given>,
    /// Who read the current version again or acknowledged it.
    pub attested: Vec<Given>,
    /// Records that do not count.
    pub refused: Vec<(String, Refusal)>,
}

impl Standing {
    /// Whether the current version counts.
    pub fn holds(&self) -> bool {
        self.state.holds()
    }
}

/// Returns the newest statements about an artifact: those no other one names.
pub fn heads<'r>(records: impl Iterator<Item = &'r super::Record> + Clone) -> Vec<String> {
    let named: BTreeSet<&String> = records
        .clone()
        .filter_map(|record| record.statement.as_ref().ok())
        .flat_map(|statement| &statement.previous)
        .collect();
    let newest: BTreeSet<String> = records
        .filter(|record| record.statement.is_ok() && !named.contains(&record.name))
        .map(|record| record.name.clone())
        .collect();
    newest.into_iter().collect()
}

/// Says how an artifact stands whose current version is `current`.
///
/// `judged` are the records about it; `requirement` says what a version needs that follows a
/// published one, by the state of trust of that number; `now` is the number of the newest state.
pub fn standing(
    current: &Version,
    judged: &[&Judged],
    requirement: &mut dyn FnMut(usize, Option<&Version>, &Version) -> Requirement,
    now: usize,
) -> Standing {
    let mut ledger = Ledger::of(judged);
    ledger.take_back(requirement);
    let published = ledger.publish(requirement);
    ledger.conclude(current, &published, requirement, now)
}

/// A statement that counts, in the order of the chain.
struct Line<'j> {
    judged: &'j Judged,
    statement: &'j Statement,
    voice: &'j Voice,
    /// Which lines are before it, a bit for each.
    before: Vec<u64>,
    is_taken_back: bool,
}

struct Published {
    version: Version,
    line: usize,
    is_override: bool,
}

struct Ledger<'j> {
    lines: Vec<Line<'j>>,
    refused: Vec<(String, Refusal)>,
}

fn has(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64)
        .is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn version_of(statement: &Statement) -> Version {
    Version {
        sha256: statement.sha256.clone(),
        version: statement.version.clone(),
    }
}

impl<'j> Ledger<'j> {
    fn of(judged: &[&'j Judged]) -> Self {
        let mut refused = Vec::new();
        let ordered = in_order(judged);
        // Bits of all records, also of those that do not count: the chain goes on through them.
        let mut bits: HashMap<&str, Vec<u64>> = HashMap::new();
        let mut lines: Vec<Line<'j>> = Vec::new();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for (nth, one) in ordered.into_iter().enumerate() {
            let name = one.record.name.as_str();
            if nth >= MOST {
                refused.push((name.to_owned(), Refusal::TooMany(MOST)));
                continue;
            }
            let Ok(statement) = &one.record.statement else {
                if let Err(refusal) = &one.verdict {
                    refused.push((name.to_owned(), refusal.clone()));
                }
                continue;
            };
            let mut before = vec![0_u64; MOST / 64];
            for previous in &statement.previous {
                let above = bits.get(previous.as_str()).into_iter().flatten();
                before
                    .iter_mut()
                    .zip(above)
                    .for_each(|(to, from)| *to |= from);
                if let Some(at) = place.get(previous.as_str()) {
                    before[at / 64] |= 1 << (at % 64);
                }
            }
            bits.insert(name, before.clone());
            match &one.verdict {
                Ok(voice) => {
                    place.insert(name, lines.len());
                    lines.push(Line {
                        judged: one,
                        statement,
                        voice,
                        before,
                        is_taken_back: false,
                    });
                }
                Err(refusal) => refused.push((name.to_owned(), refusal.clone())),
            }
        }
        Self { lines, refused }
    }

    /// Marks the statements that somebody who may has taken back.
    fn take_back(
        &mut self,
        requirement: &mut dyn FnMut(usize, Option<&Version>, &Version) -> Requirement,
    ) {
        for at in 0..self.lines.len() {
            let line = &self.lines[at];
            let Some(target) = line.statement.revokes.as_deref() else {
                continue;
            };
            let found = self
                .lines
                .iter()
                .position(|other| other.judged.record.name == target);
            let Some(found) = found.filter(|found| *found != at) else {
                continue;
            };
            let who = &line.voice.person;
            let whose = &self.lines[found].voice.person;
            let policy = requirement(line.voice.state, None, &version_of(line.statement)).policy;
            let over = policy.overrides.as_ref();
            let may = who == whose
                || over.is_some_and(|over| over.of.iter().any(|role| policy.holds(who, role)));
            if may {
                self.lines[found].is_taken_back = true;
            } else {
                let refusal = Refusal::NotTheirs {
                    person: who.clone(),
                    of: whose.clone(),
                };
                self.refused
                    .push((line.judged.record.name.clone(), refusal));
            }
        }
    }

    fn counts(&self, at: usize) -> bool {
        let line = &self.lines[at];
        let decides = matches!(line.statement.action, Action::Approve | Action::Override);
        decides && !line.is_taken_back
    }

    /// Returns the versions that got what they need, in order.
    fn publish(
        &self,
        requirement: &mut dyn FnMut(usize, Option<&Version>, &Version) -> Requirement,
    ) -> Vec<Published> {
        let mut published: Vec<Published> = Vec::new();
        // Of each line, the last publication before it.
        let mut bases: Vec<Option<usize>> = vec![None; self.lines.len()];
        for at in (0..self.lines.len()).filter(|at| self.counts(*at)) {
            let line = &self.lines[at];
            let base = published
                .iter()
                .rposition(|one| has(&line.before, one.line));
            bases[at] = base;
            let before = base.map(|base| &published[base].version);
            if before.is_some_and(|before| before.sha256 == line.statement.sha256) {
                continue;
            }
            let version = version_of(line.statement);
            let requirement = requirement(line.voice.state, before, &version);
            // Agreeing where nothing is asked publishes nothing: many small steps would else lead
            // far from what was approved.
            if requirement.quorums.is_empty() {
                continue;
            }
            let group: Vec<usize> = (0..=at)
                .filter(|other| self.counts(*other) && bases[*other] == base)
                .filter(|other| self.lines[*other].statement.sha256 == version.sha256)
                .collect();
            let enough = requirement
                .missing(&self.voices(&group, Action::Approve))
                .is_empty();
            let over = self.voices(&group, Action::Override);
            let is_override = !enough && requirement.is_overridden(&over);
            if enough || is_override {
                published.push(Published {
                    version,
                    line: at,
                    is_override,
                });
            }
        }
        published
    }

    fn voices(&self, lines: &[usize], action: Action) -> BTreeSet<(String, String)> {
        let of_action = lines
            .iter()
            .map(|at| &self.lines[*at])
            .filter(|line| line.statement.action == action);
        let voices = of_action.filter_map(|line| {
            let role = line.statement.role.clone()?;
            Some((line.voice.person.clone(), role))
        });
        voices.collect()
    }

    fn conclude(
        self,
        current: &Version,
        published: &[Published],
        requirement: &mut dyn FnMut(usize, Option<&Version>, &Version) -> Requirement,
        now: usize,
    ) -> Standing {
        let is_head = |one: &&Published| {
            let later = |other: &Published| has(&self.lines[other.line].before, one.line);
            !published
                .iter()
                .any(|other| later(other) && other.version.sha256 != one.version.sha256)
        };
        let heads: Vec<&Published> = published.iter().filter(is_head).collect();
        let is_current = |one: &&&Published| one.version.sha256 == current.sha256;
        let here = heads.iter().find(is_current);
        let base = here.or(heads.last()).map(|one| &one.version);
        let needed = requirement(now, base, current);
        let about_current: Vec<usize> = (0..self.lines.len())
            .filter(|at| self.counts(*at))
            .filter(|at| self.lines[*at].statement.sha256 == current.sha256)
            .filter(|at| {
                let line = &self.lines[*at];
                here.is_some()
                    || heads.is_empty()
                    || heads.iter().any(|head| has(&line.before, head.line))
            })
            .collect();
        let agreed = self.voices(&about_current, Action::Approve);
        let missing = needed.missing(&agreed);
        let was_published = published
            .iter()
            .any(|one| one.version.sha256 == current.sha256);
        let of_others = |line: &Line<'_>| {
            line.statement.action == Action::Approve && line.statement.sha256 != current.sha256
        };
        let others = !published.is_empty()
            || (0..self.lines.len()).any(|at| self.counts(at) && of_others(&self.lines[at]));
        let state = match (here, base) {
            _ if !needed.is_asked => State::NotNeeded,
            (Some(one), _) if one.is_override => State::Overridden,
            (Some(_), _) => State::Approved,
            (None, Some(_)) if needed.quorums.is_empty() => State::Carried,
            (None, None) if needed.quorums.is_empty() => State::NotNeeded,
            _ if !agreed.is_empty() => State::Partial,
            _ if was_published => State::RolledBack,
            _ if others => State::Stale,
            _ => State::Missing,
        };
        let attests = |line: &&Line<'_>| {
            let words = matches!(
                line.statement.action,
                Action::Reviewed | Action::Acknowledged
            );
            words && !line.is_taken_back && line.statement.sha256 == current.sha256
        };
        let overrides = self
            .lines
            .iter()
            .filter(|line| line.statement.action == Action::Override);
        Standing {
            state,
            given: about_current
                .iter()
                .map(|at| given(&self.lines[*at]))
                .collect(),
            missing: if state.holds() { Vec::new() } else { missing },
            published: base.cloned(),
            ever: published
                .iter()
                .map(|one| one.version.sha256.clone())
                .collect(),
            overrides: overrides.map(given).collect(),
            attested: self.lines.iter().filter(attests).map(given).collect(),
            refused: self.refused,
        }
    }
}

fn given(line: &Line<'_>) -> Given {
    Given {
        statement: line.statement.clone(),
        voice: line.voice.clone(),
        record: line.judged.record.name.clone(),
        directory: line.judged.record.directory.clone(),
    }
}

impl Requirement {
    /// Returns who is missing, one entry for each rule that is not met.
    fn missing(&self, voices: &BTreeSet<(String, String)>) -> Vec<String> {
        let missing = self
            .quorums
            .iter()
            .filter_map(|quorum| quorum.missing(&self.policy, &self.owners, voices));
        let distinct: BTreeSet<String> = missing.collect();
        distinct.into_iter().collect()
    }

    fn is_overridden(&self, voices: &BTreeSet<(String, String)>) -> bool {
        let quorum = self.policy.overrides.as_ref();
        quorum.is_some_and(|quorum| quorum.missing(&self.policy, &self.owners, voices).is_none())
    }
}

/// Records in an order in which each comes after those it names; between equals, by name.
fn in_order<'j>(judged: &[&'j Judged]) -> Vec<&'j Judged> {
    let by_name: BTreeMap<&str, &'j Judged> = judged
        .iter()
        .map(|one| (one.record.name.as_str(), *one))
        .collect();
    let previous = |one: &'j Judged| {
        let statement = one.record.statement.as_ref().ok();
        let named = statement
            .into_iter()
            .flat_map(|statement| &statement.previous);
        named.filter(|name| by_name.contains_key(name.as_str()))
    };
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    let mut followers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, one) in &by_name {
        waiting.insert(name, previous(one).count());
        for before in previous(one) {
            followers.entry(before.as_str()).or_default().push(name);
        }
    }
    // Breadth first, so that the depth in the chain comes before the name.
    let mut ready: std::collections::VecDeque<&str> = by_name
        .keys()
        .copied()
        .filter(|name| waiting.get(name) == Some(&0))
        .collect();
    let mut ordered = Vec::with_capacity(by_name.len());
    while let Some(name) = ready.pop_front() {
        ordered.extend(by_name.get(name));
        for follower in followers.get(name).into_iter().flatten() {
            if let Some(left) = waiting.get_mut(follower) {
                *left -= 1;
                if *left == 0 {
                    ready.push_back(follower);
                }
            }
        }
    }
    ordered
}
