//! A table for a pull request or a job summary.

use std::io::{self, Write};

use govkit_core::finding::Finding;
use govkit_core::untrusted::Untrusted;

use super::Summary;

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
            cell(finding.path.as_str()),
            finding.position.line.max(1),
            cell(&finding.rule),
            cell(&super::with_help(finding)),
        )?;
    }
    Ok(())
}

/// Text that cannot leave its cell, bring markup, name a person (`@`) or link an issue (`#`).
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in Untrusted::line(text).to_string().chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A zero-width space keeps a forge from reading a mention or an address.
            '@' => out.push_str("@\u{200b}"),
            ':' => out.push_str("&#58;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', ch]),
            ch => out.push(ch),
        }
    }
    out
}
