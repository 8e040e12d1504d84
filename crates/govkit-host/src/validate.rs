//! A validator over a corpus, across cores, with the same answer whatever their number.

use std::sync::atomic::{AtomicUsize, Ordering};

use govkit_core::artifact::Artifact;
use govkit_core::config::PluginConfig;
use govkit_core::corpus::Corpus;
use govkit_core::finding::Finding;
use govkit_core::path::RepoPath;
use rayon::prelude::*;

use crate::abi::{Handed, Instance, LogLine, Role, Used};
use crate::failure::Failure;
use crate::plugin::{Plugin, RunError};
use crate::verdict::{Judge, Judged};

/// Artifacts one instance is handed, in path order. Fixed, not a share of the corpus: what an
/// instance has seen before could change its answers, and must not depend on the number of cores.
const CHUNK: usize = 128;

/// What a validator had to say.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// Its findings, sorted.
    pub findings: Vec<Finding>,
    /// What it could not do. Anything here means the check is not a pass.
    pub incomplete: Vec<Incomplete>,
    /// What it logged, artifact by artifact.
    pub log: Vec<LogLine>,
    /// What it took of its limits.
    pub used: Used,
}

/// Something a plugin could not do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incomplete {
    /// The file of the artifact it failed on, where it was one.
    pub path: Option<RepoPath>,
    /// The artifact's id.
    pub artifact: Option<String>,
    /// The plugin.
    pub plugin: String,
    /// One sentence: what happened.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// What came of one artifact.
struct Outcome {
    result: Result<Judged, Failure>,
    log: Vec<LogLine>,
    used: Used,
}

impl Plugin {
    /// Runs the plugin as a validator over `corpus`, on the current thread pool.
    ///
    /// A failed call never stops the others: it is [`Incomplete`]. After ten failed artifacts
    /// the rest is not tried. `Err` is the plugin's refusal of its configuration.
    pub fn validate(&self, corpus: &Corpus, config: &PluginConfig) -> Result<Validation, RunError> {
        let mut validation = Validation::default();
        let json = config.config.to_string();
        let mut first = match self.configured(Role::Validator, config)? {
            Ok(instance) => instance,
            Err(failure) => {
                validation.incomplete.push(self.incomplete(None, &failure));
                return Ok(validation);
            }
        };
        let judge = Judge {
            plugin: self.name(),
            description: self.description(),
            config: corpus.config(),
            limits: self.limits(),
        };
        let wanted: Vec<&Artifact> = corpus.artifacts().iter().collect();
        let (of_corpus, of_artifacts) = rayon::join(
            || self.check_corpus(&mut *first, corpus, &wanted, &judge),
            || self.check_artifacts(corpus, config, &json, &judge),
        );
        self.merge(&mut validation, of_corpus, of_artifacts);
        Ok(validation)
    }

    fn check_corpus(
        &self,
        instance: &mut dyn Instance,
        corpus: &Corpus,
        artifacts: &[&Artifact],
        judge: &Judge<'_>,
    ) -> Outcome {
        if !self.description().needs_graph {
            return Outcome {
                result: Ok(Judged::default()),
                log: instance.take_log(),
                used: instance.used(),
            };
        }
        let found = instance.check_corpus(self.handed(corpus, artifacts));
        Outcome {
            result: found.map(|found| judge.of_corpus(found, |id| corpus.get(id))),
            log: instance.take_log(),
            used: instance.used(),
        }
    }

    fn check_artifacts<'c>(
        &self,
        corpus: &'c Corpus,
        config: &PluginConfig,
        json: &str,
        judge: &Judge<'_>,
    ) -> Vec<(&'c Artifact, Outcome)> {
        if !self.description().needs_body {
            return Vec::new();
        }
        let wanted = |artifact: &&Artifact| match &config.kinds {
            Some(kinds) => kinds.iter().any(|kind| **kind == *artifact.kind),
            None => true,
        };
        let artifacts: Vec<&Artifact> = corpus.artifacts().iter().filter(wanted).collect();
        let chunks: Vec<&[&Artifact]> = artifacts.chunks(CHUNK).collect();
        let failures: Vec<AtomicUsize> = chunks.iter().map(|_| AtomicUsize::new(0)).collect();
        let failed_before = |chunk: usize| -> usize {
            let before = failures[..chunk].iter();
            before.map(|count| count.load(Ordering::Relaxed)).sum()
        };
        let outcomes: Vec<Vec<(&Artifact, Outcome)>> = chunks
            .par_iter()
            .enumerate()
            .map(|(index, chunk)| {
                // Enough failures before this chunk mean that `merge` leaves it out whatever
                // it says, so this saves time and changes nothing.
                if failed_before(index) >= self.limits().failures {
                    return Vec::new();
                }
                let outcomes = self.check_chunk(corpus, chunk, json, judge);
                let failed = outcomes.iter().filter(|(_, o)| o.result.is_err()).count();
                failures[index].store(failed, Ordering::Relaxed);
                outcomes
            })
            .collect();
        outcomes.into_iter().flatten().collect()
    }

    fn check_chunk<'c>(
        &self,
        corpus: &Corpus,
        chunk: &[&'c Artifact],
        json: &str,
        judge: &Judge<'_>,
    ) -> Vec<(&'c Artifact, Outcome)> {
        let mut instance = None;
        let mut failed = 0;
        let mut outcomes = Vec::with_capacity(chunk.len());
        for artifact in chunk {
            if failed >= self.limits().failures {
                break;
            }
            let result = self.check_one(&mut instance, corpus, artifact, json);
            let log = instance.as_mut().map_or_else(Vec::new, |i| i.take_log());
            let used = instance.as_mut().map_or_else(Used::default, |i| i.used());
            if result.is_err() {
                failed += 1;
                // A trapped instance is in an unknown state; the next artifact gets a new one.
                instance = None;
            }
            let result = result.map(|found| judge.of_artifact(artifact, found));
            outcomes.push((*artifact, Outcome { result, log, used }));
        }
        outcomes
    }

    fn check_one(
        &self,
        instance: &mut Option<Box<dyn Instance>>,
        corpus: &Corpus,
        artifact: &Artifact,
        json: &str,
    ) -> Result<Vec<crate::abi::RawFinding>, Failure> {
        let instance = match instance {
            Some(instance) => instance,
            None => {
                let made = self.instance(Role::Validator, json);
                let made = made.map_err(|refused| Failure::GaveUp(refused.to_string()))??;
                instance.insert(made)
            }
        };
        instance.check_artifact(self.handed(corpus, &[artifact]))
    }

    fn handed<'a>(&'a self, corpus: &'a Corpus, artifacts: &'a [&'a Artifact]) -> Handed<'a> {
        Handed {
            config: corpus.config(),
            artifacts,
            wants: self.wants(),
        }
    }

    fn merge(
        &self,
        validation: &mut Validation,
        of_corpus: Outcome,
        of_artifacts: Vec<(&Artifact, Outcome)>,
    ) {
        let limits = *self.limits();
        let mut failed = 0;
        let outcomes = std::iter::once((None, of_corpus)).chain(
            of_artifacts
                .into_iter()
                .map(|(a, outcome)| (Some(a), outcome)),
        );
        for (artifact, outcome) in outcomes {
            validation.log.extend(outcome.log);
            validation.used = validation.used.worst(outcome.used);
            match outcome.result {
                Ok(judged) => {
                    validation.findings.extend(judged.findings);
                    let complaints = judged.complaints.into_iter().map(Failure::Protocol);
                    let complaints = complaints.map(|what| self.incomplete(artifact, &what));
                    validation.incomplete.extend(complaints);
                }
                Err(failure) => {
                    validation
                        .incomplete
                        .push(self.incomplete(artifact, &failure));
                    failed += usize::from(artifact.is_some());
                }
            }
            if failed >= limits.failures {
                let message =
                    format!("failed {failed} times; the artifacts after this one were not tried");
                let failure = Failure::Protocol(message);
                validation
                    .incomplete
                    .push(self.incomplete(artifact, &failure));
                break;
            }
        }
        self.finish(validation);
    }

    /// Takes what came of a call that was about no single artifact.
    pub(crate) fn take(
        &self,
        validation: &mut Validation,
        judged: Result<Judged, Failure>,
        log: Vec<LogLine>,
    ) {
        validation.log.extend(log);
        match judged {
            Ok(judged) => {
                validation.findings.extend(judged.findings);
                let complaints = judged.complaints.into_iter().map(Failure::Protocol);
                let complaints = complaints.map(|what| self.incomplete(None, &what));
                validation.incomplete.extend(complaints);
            }
            Err(failure) => validation.incomplete.push(self.incomplete(None, &failure)),
        }
    }

    /// Cuts what is too much, and puts the rest in order.
    pub(crate) fn finish(&self, validation: &mut Validation) {
        let limits = self.limits();
        if validation.findings.len() > limits.findings {
            validation.findings.truncate(limits.findings);
            let message = format!(
                "reported more than {} findings; the rest is left out",
                limits.findings
            );
            let failure = Failure::Protocol(message);
            validation.incomplete.push(self.incomplete(None, &failure));
        }
        validation.findings.sort();
        validation.incomplete.sort();
        validation.incomplete.dedup();
    }

    pub(crate) fn incomplete(&self, artifact: Option<&Artifact>, failure: &Failure) -> Incomplete {
        Incomplete {
            path: artifact.map(|artifact| artifact.path.clone()),
            artifact: artifact.map(|artifact| artifact.id.clone()),
            plugin: self.name().to_owned(),
            message: format!(
                "plugin `{}` {}",
                self.name(),
                failure.message(self.limits())
            ),
            help: failure.help().to_owned(),
        }
    }
}
