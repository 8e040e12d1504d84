//! A table for a pull request or a job summary.

use std::io::{self, Write};

use govkit_core::finding::Finding;

use super::Summary;
use crate::report::markdown;

/// Writes the figures and a table of the findings.
pub(super) fn write(
    findings: &[Finding],
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "**govkit check:** {summary}")?;
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n| Severity | Place | Rule | Finding |\n| --- | --- | --- | --- |"
    )?;
    for finding in findings {
        writeln!(
            out,
            "| {} | {}:{} | {} | {} |",
            finding.severity.name(),
            markdown::cell(finding.path.as_str()),
            finding.position.line.max(1),
            markdown::cell(&finding.rule),
            markdown::cell(&super::with_help(finding)),
        )?;
    }
    Ok(())
}
