//! GitHub Actions annotations: workflow commands on standard output.

use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};
use govkit_core::untrusted::Untrusted;

use super::Summary;

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
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        writeln!(
            out,
            "::{command} file={},line={},col={},title={}::{}",
            property(finding.path.as_str()),
            finding.position.line.max(1),
            finding.position.column.max(1),
            property(&finding.rule),
            data(&super::with_help(finding)),
        )?;
    }
    writeln!(out, "{summary}")
}

/// A message: what would end the line is escaped, so that it cannot start another command.
fn data(text: &str) -> String {
    let text = Untrusted::line(text).to_string();
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property: what would end the property or the list of them is escaped as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
