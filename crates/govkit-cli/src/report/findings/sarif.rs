//! SARIF 2.1.0, which code scanning services read.

use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};
use govkit_core::rule::page;
use govkit_core::rules::rule;

use super::Summary;
use crate::report::sarif::{self, Level, Problem, Rule};

/// Writes the log.
pub(super) fn write(
    findings: &[Finding],
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let problems: Vec<Problem<'_>> = findings.iter().map(problem).collect();
    sarif::write(&problems, &described, summary.complete, out)
}

/// A rule with its page; of a plugin's rule only the id is known here.
pub(crate) fn described(id: &str) -> Rule {
    let known = rule(id);
    Rule {
        summary: known.map(|rule| rule.summary().to_owned()),
        page: known.map(page),
        level: known.and_then(|rule| Some(level(Severity::of(rule.level())?))),
    }
}

/// A finding as a result.
pub(crate) fn problem(finding: &Finding) -> Problem<'_> {
    let position = finding.position;
    let column = position.column.max(1);
    let end = u32::try_from(finding.width)
        .ok()
        .filter(|width| *width > 0)
        .and_then(|width| column.checked_add(width));
    Problem {
        rule: &finding.rule,
        level: level(finding.severity),
        message: super::with_help(finding),
        path: finding.path.as_str(),
        region: (position.line > 0).then_some((position.line, column, end)),
        artifact: finding.artifact.as_deref(),
        fingerprint: ("govkit/v1", finding.fingerprint()),
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}
