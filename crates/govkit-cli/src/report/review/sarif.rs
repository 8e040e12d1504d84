//! SARIF 2.1.0 of a review: what changed, and what `check` finds anew.

use std::io::{self, Write};

use govkit_core::diff::change_rule;
use govkit_core::finding::Severity;
use govkit_core::review::{Check, Review};
use sha2::{Digest, Sha256};

use crate::report::sarif::{self, Level, Problem, Rule};
use crate::report::{diff, findings};

/// Writes the log: one result a finding above editorial that nobody accepted, and one a new
/// finding of `check`.
pub(crate) fn sarif(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    let open = review
        .findings
        .iter()
        .filter(|finding| finding.accepted.is_none());
    let mut problems: Vec<Problem<'_>> = open.filter_map(diff::sarif::problem).collect();
    problems.extend(review.checks.iter().map(problem));
    sarif::write(&problems, &described, review.summary.complete, out)
}

fn described(id: &str) -> Rule {
    match change_rule(id) {
        Some(_) => diff::sarif::described(id),
        None => findings::sarif::described(id),
    }
}

fn problem(check: &Check) -> Problem<'_> {
    let message = match &check.help {
        Some(help) => format!("{} ({help})", check.message),
        None => check.message.clone(),
    };
    Problem {
        rule: &check.rule,
        level: match check.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Note,
        },
        message,
        path: &check.path,
        region: (check.line > 0).then_some((check.line, check.column, None)),
        artifact: check.artifact.as_deref(),
        fingerprint: ("govkit/v1", fingerprint(check)),
    }
}

/// The same name as in a log of `check`, so that a service knows the finding again.
fn fingerprint(check: &Check) -> String {
    let subject = check.artifact.as_ref().unwrap_or(&check.path);
    let mut hash = Sha256::new();
    for part in [&check.rule, subject, &check.message] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
