//! Whom the base trusts: signers, roles and rules, each change of them agreed to by those before.
//!
//! The order is that of the commits on the first-parent line of the base. The first commit that
//! has both signers and rules is taken as it is, as every chain of trust begins somewhere. From
//! then on a change counts only where enough of those trusted before agreed to exactly these
//! bytes; else the old state stays, whatever the files say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::judge::{Anchor, Judged, Keys, judge};
use super::ledger::{Requirement, Version, standing};
use super::policy::ApprovalPolicy;
use super::record::Record;
use super::revocation::{Revocation, Revocations};
use super::{REVOKED_FILE, SIGNERS_FILE, sha256};
use crate::config::{FILE_NAME as CONFIG_FILE, approvals_of};
use crate::time::Moment;

/// A commit of the base's first-parent line that changed something trust rests on.
#[derive(Clone, Debug)]
pub struct TrustStep {
    /// Its id.
    pub commit: String,
    /// Its place on the line, rising.
    pub step: usize,
    /// When it became known.
    pub known: Moment,
    /// The trusted files it changed: their path, and their bytes where they are still there.
    pub files: Vec<(String, Option<Vec<u8>>)>,
    /// The records it brought.
    pub records: Vec<Record>,
}

/// Whom to trust from a commit on.
#[derive(Clone, Debug)]
pub struct TrustState {
    /// The commit.
    pub commit: String,
    /// Its place on the line.
    pub step: usize,
    /// Who has which role, and how many have to agree.
    pub policy: Arc<ApprovalPolicy>,
    /// Whose keys count, in the format of `ssh-keygen`.
    pub signers: Arc<str>,
    /// The keys that no longer count.
    pub revocations: Arc<Revocations>,
}

/// A change of what trust rests on that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustProblem {
    /// The commit.
    pub commit: String,
    /// The file it is about.
    pub path: &'static str,
    /// What is wrong.
    pub message: String,
    /// Whether it is so no longer.
    pub is_over: bool,
}

/// Whom the base trusts, and since when.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// The repository's id, as the base says.
    pub repository: Option<String>,
    /// The states, oldest first.
    pub states: Vec<TrustState>,
    /// What does not count.
    pub problems: Vec<TrustProblem>,
    /// The records of the base, each with the commit that brought it.
    pub records: Vec<(Record, Anchor)>,
}

/// What one record is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'t> {
    /// The repository's id.
    pub repository: Option<&'t str>,
    /// The state, and its number.
    pub state: Option<(usize, &'t TrustState)>,
    /// All states.
    pub states: &'t [TrustState],
}

impl<'t> Trusted<'t> {
    /// Returns what takes a key away that was used in a record.
    pub fn revocation(&self, key: &str, anchor: Anchor) -> Option<&'t Revocation> {
        let newest = self.states.last()?;
        let retired_before = |one: &Revocation| {
            let first = self
                .states
                .iter()
                .find(|state| state.revocations.0.contains(one));
            first.is_some_and(|first| anchor.step.is_none_or(|step| step >= first.step))
        };
        newest
            .revocations
            .against(key, anchor.known, retired_before)
    }
}

/// The trusted files as some commit has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Files(BTreeMap<&'static str, Vec<u8>>);

/// What the trusted files say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    policy: ApprovalPolicy,
    signers: String,
    revocations: Revocations,
}

const FILES: [&str; 3] = [CONFIG_FILE, SIGNERS_FILE, REVOKED_FILE];

impl Files {
    fn take(&mut self, files: &[(String, Option<Vec<u8>>)]) {
        for (path, bytes) in files {
            let Some(known) = FILES.into_iter().find(|known| known == path) else {
                continue;
            };
            match bytes {
                Some(bytes) => self.0.insert(known, bytes.clone()),
                None => self.0.remove(known),
            };
        }
    }

    fn text(&self, path: &str) -> Result<&str, String> {
        let bytes = self.0.get(path).map_or(&[][..], Vec::as_slice);
        std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }

    /// Returns what the files say; nothing where there are no rules or no signers.
    fn said(&self) -> Result<Option<Said>, (&'static str, String)> {
        let config = self.text(CONFIG_FILE).map_err(|why| (CONFIG_FILE, why))?;
        let policy = approvals_of(config).map_err(|error| (CONFIG_FILE, error.to_string()))?;
        let signers = self.text(SIGNERS_FILE).map_err(|why| (SIGNERS_FILE, why))?;
        let revoked = self.text(REVOKED_FILE).map_err(|why| (REVOKED_FILE, why))?;
        let revocations =
            Revocations::parse(revoked).map_err(|error| (REVOKED_FILE, error.to_string()))?;
        let has_signers = !signers.trim().is_empty();
        Ok(policy.filter(|_| has_signers).map(|policy| Said {
            policy,
            signers: signers.to_owned(),
            revocations,
        }))
    }

    fn version(&self, path: &str) -> Version {
        let bytes = self.0.get(path).map_or(&[][..], Vec::as_slice);
        Version {
            sha256: sha256(bytes),
            version: String::new(),
        }
    }
}

impl Trust {
    /// Follows the line from its beginning; `repository` is the id the tip has.
    pub fn follow(steps: &[TrustStep], repository: Option<String>, keys: &dyn Keys) -> Self {
        let mut follower = Follower {
            trust: Self {
                repository,
                ..Self::default()
            },
            files: Files::default(),
            about_trust: Vec::new(),
        };
        for step in steps {
            follower.step(step, keys);
        }
        let said = follower.files.said().ok().flatten();
        let mut trust = follower.trust;
        let current = trust.states.last();
        let is_as_trusted = match (current, &said) {
            (Some(state), Some(said)) => same(state, said),
            (None, None) => true,
            _ => false,
        };
        for problem in &mut trust.problems {
            problem.is_over = is_as_trusted;
        }
        trust
    }

    /// Returns what a record is judged by: of one that is merged, what was trusted before that
    /// commit, so that no change can vouch for itself.
    pub fn at(&self, anchor: Anchor) -> Trusted<'_> {
        let counted = self.states.iter().enumerate();
        let state = match anchor.step {
            None => self
                .states
                .len()
                .checked_sub(1)
                .map(|last| (last, &self.states[last])),
            Some(step) => {
                let before = counted
                    .clone()
                    .take_while(|(_, state)| state.step < step)
                    .last();
                // What came with the very first state is judged by that.
                before.or_else(|| {
                    counted
                        .clone()
                        .next()
                        .filter(|(_, first)| first.step == step)
                })
            }
        };
        Trusted {
            repository: self.repository.as_deref(),
            state,
            states: &self.states,
        }
    }

    /// Returns the newest state.
    pub fn now(&self) -> Option<&TrustState> {
        self.states.last()
    }
}

fn same(state: &TrustState, said: &Said) -> bool {
    *state.policy == said.policy
        && *state.signers == *said.signers
        && *state.revocations == said.revocations
}

struct Follower {
    trust: Trust,
    files: Files,
    about_trust: Vec<Judged>,
}

impl Follower {
    fn step(&mut self, step: &TrustStep, keys: &dyn Keys) {
        self.files.take(&step.files);
        let anchor = Anchor {
            step: Some(step.step),
            known: step.known,
        };
        for record in &step.records {
            let is_about_trust = record
                .artifact()
                .is_some_and(|artifact| FILES.contains(&artifact));
            if is_about_trust {
                let trusted = self.trust.at(anchor);
                let judged = judge(record.clone(), anchor, trusted, keys);
                self.about_trust.push(judged);
            }
            self.trust.records.push((record.clone(), anchor));
        }
        if step.files.is_empty() {
            return;
        }
        match self.files.said() {
            Ok(said) => self.weigh(step, said),
            Err((path, why)) if !self.trust.states.is_empty() => {
                self.refuse(step, path, format!("it cannot be read: {why}"));
            }
            Err(_) => {}
        }
    }

    fn weigh(&mut self, step: &TrustStep, said: Option<Said>) {
        let Some(state) = self.trust.states.last().cloned() else {
            if let Some(said) = said {
                self.accept(step, said);
            }
            return;
        };
        let Some(said) = said else {
            let message = "signers or `[approvals]` were taken away; to end approvals, keep both and leave out the rules";
            return self.refuse(step, CONFIG_FILE, message.to_owned());
        };
        if same(&state, &said) {
            return;
        }
        if *state.policy != said.policy && said.policy.version <= state.policy.version {
            let message = format!(
                "`[approvals]` changed and its version went from {} to {}; it only rises",
                state.policy.version, said.policy.version
            );
            return self.refuse(step, CONFIG_FILE, message);
        }
        let changed = [
            (CONFIG_FILE, *state.policy != said.policy),
            (SIGNERS_FILE, *state.signers != *said.signers),
            (REVOKED_FILE, *state.revocations != said.revocations),
        ];
        for (path, _) in changed.into_iter().filter(|(_, changed)| *changed) {
            if let Some(missing) = self.missing(path, &state) {
                let message = format!(
                    "it changed, and those trusted before did not agree: {missing} is missing"
                );
                return self.refuse(step, path, message);
            }
        }
        self.accept(step, said);
    }

    /// Who of those trusted before has not agreed to a file as it is now.
    fn missing(&self, path: &str, state: &TrustState) -> Option<String> {
        let about: Vec<&Judged> = self
            .about_trust
            .iter()
            .filter(|judged| judged.record.artifact() == Some(path))
            .collect();
        let mut requirement = |_: usize, _: Option<&Version>, _: &Version| Requirement {
            policy: state.policy.clone(),
            quorums: vec![state.policy.quorum_of_trust()],
            owners: Vec::new(),
            is_asked: true,
        };
        let found = standing(&self.files.version(path), &about, &mut requirement, 0);
        (!found.holds()).then(|| match found.missing.is_empty() {
            true => "a new agreement to these bytes".to_owned(),
            false => found.missing.join("; "),
        })
    }

    fn accept(&mut self, step: &TrustStep, said: Said) {
        self.trust.states.push(TrustState {
            commit: step.commit.clone(),
            step: step.step,
            policy: Arc::new(said.policy),
            signers: said.signers.into(),
            revocations: Arc::new(said.revocations),
        });
    }

    fn refuse(&mut self, step: &TrustStep, path: &'static str, message: String) {
        self.trust.problems.push(TrustProblem {
            commit: step.commit.clone(),
            path,
            message,
            is_over: false,
        });
    }
}
