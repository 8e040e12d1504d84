//! `check`: every rule over a corpus, findings out.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::finding::{Finding, Severity};
use crate::rule::{Context, Reporter, Rule};

/// Holds `rules` against `corpus` as of `now`; findings come back in path, place and rule order.
///
/// A rule the configuration switches off does not run.
pub fn check(corpus: &Corpus, rules: &[&dyn Rule], now: Date) -> Vec<Finding> {
    let context = Context { corpus, now };
    let active: Vec<(&dyn Rule, Severity)> = rules
        .iter()
        .filter_map(|rule| {
            Some((
                *rule,
                Severity::of(corpus.config().level(rule.id(), rule.level()))?,
            ))
        })
        .collect();
    let mut findings: Vec<Finding> = active
        .par_iter()
        .flat_map_iter(|(rule, severity)| {
            let mut found = Vec::new();
            rule.check_corpus(
                &context,
                &mut Reporter::new(rule.id(), *severity, &mut found),
            );
            found
        })
        .collect();
    findings.par_extend(corpus.artifacts().par_iter().flat_map_iter(|artifact| {
        let mut found = Vec::new();
        // Whatever a rule missed in a front matter nobody can read would only hide the cause.
        let active = if artifact.damage.is_some() {
            [].as_slice()
        } else {
            active.as_slice()
        };
        for (rule, severity) in active {
            rule.check_artifact(
                artifact,
                &context,
                &mut Reporter::new(rule.id(), *severity, &mut found),
            );
        }
        found
    }));
    findings.sort();
    findings
}
