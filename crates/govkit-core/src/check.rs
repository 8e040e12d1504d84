//! `check`: every rule over a corpus, findings out.

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::Level;
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
            let level = corpus.config().level(rule.id(), rule.level());
            // A rule that is off may be on for a kind; its findings are weighed below.
            let on = corpus.config().severities.is_on_somewhere(rule.id());
            let severity = Severity::of(level).or_else(|| on.then_some(Severity::Info))?;
            Some((*rule, severity))
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
    weigh(&mut findings, corpus, rules);
    findings.sort();
    findings
}

/// Applies what the configuration says of rules in artifacts of one kind or status.
///
/// Findings of rules that are off everywhere but there are left out elsewhere.
fn weigh(findings: &mut Vec<Finding>, corpus: &Corpus, rules: &[&dyn Rule]) {
    let config = corpus.config();
    if !config.severities.particular_checks() {
        return;
    }
    let off = |id: &str| {
        let rule = rules.iter().find(|rule| rule.id() == id);
        rule.is_some_and(|rule| config.level(id, rule.level()) == Level::Off)
    };
    findings.retain_mut(|finding| {
        let level = match level_at(corpus, finding) {
            Some(level) => level,
            None if off(&finding.rule) => Level::Off,
            None => return true,
        };
        match Severity::of(level) {
            Some(severity) => finding.severity = severity,
            None => return false,
        }
        true
    });
}

/// Returns what the configuration says of a finding's rule in artifacts like the one it is about;
/// `None` where it says nothing in particular.
pub fn level_at(corpus: &Corpus, finding: &Finding) -> Option<Level> {
    let artifact = corpus.at_path(finding.path.as_str())?;
    let status = artifact.status(corpus.config());
    let severities = &corpus.config().severities;
    severities.of_check(&finding.rule, Some(&artifact.kind), status.as_deref())
}
