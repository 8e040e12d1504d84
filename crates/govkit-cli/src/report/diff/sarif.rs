//! SARIF 2.1.0 of what changed, for code scanning services.

use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, ChangeSet, ChangeSeverity, change_rule, explained};

use crate::report::sarif::{self, Level, Problem, Rule};

/// Writes the log: one result a finding above editorial, because nobody has to act on those.
pub(crate) fn sarif(set: &ChangeSet, out: &mut dyn Write) -> io::Result<()> {
    let problems: Vec<Problem<'_>> = set.findings.iter().filter_map(problem).collect();
    sarif::write(&problems, &described, true, out)
}

/// A change rule with its page.
pub(crate) fn described(id: &str) -> Rule {
    let known = change_rule(id);
    Rule {
        summary: known.map(|rule| rule.detects.to_owned()),
        page: known.map(explained),
        level: known.and_then(|rule| level(rule.severity)),
    }
}

/// A change as a result; `None` for an editorial one.
pub(crate) fn problem(finding: &ChangeFinding) -> Option<Problem<'_>> {
    Some(Problem {
        rule: &finding.rule,
        level: level(finding.severity)?,
        message: finding.message.clone(),
        path: &finding.artifact.path,
        region: finding.at.new_line.map(|line| (line, 1, None)),
        artifact: finding.artifact.id.as_deref(),
        fingerprint: ("govkit-change/v1", finding.fingerprint.clone()),
    })
}

fn level(severity: ChangeSeverity) -> Option<Level> {
    match severity {
        ChangeSeverity::Breaking => Some(Level::Error),
        ChangeSeverity::Substantive => Some(Level::Warning),
        ChangeSeverity::Minor => Some(Level::Note),
        ChangeSeverity::Editorial => None,
    }
}
