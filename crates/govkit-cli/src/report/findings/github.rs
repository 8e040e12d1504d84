//! GitHub Actions annotations: workflow commands on standard output.

use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};

use super::Summary;
use crate::report::github::{self, Annotation};

/// Writes one command a finding, the worst first, because GitHub shows only the first ten of a
/// step, and the figures as a plain line.
pub(super) fn write(
    findings: &[Finding],
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut worst_first: Vec<&Finding> = findings.iter().collect();
    worst_first.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in worst_first {
        github::write(&annotation(finding), out)?;
    }
    writeln!(out, "{summary}")
}

/// A finding as an annotation.
pub(crate) fn annotation(finding: &Finding) -> Annotation<'_> {
    Annotation {
        command: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        },
        path: finding.path.as_str(),
        place: Some((finding.position.line, finding.position.column)),
        title: finding.rule.to_string(),
        message: super::with_help(finding),
    }
}
