//! JUnit XML: one test case for each file with findings; errors make it fail.

use std::collections::BTreeMap;
use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;
use govkit_core::untrusted::Untrusted;

use super::Summary;

/// Writes the report; without findings it has one test case, which passes.
pub(super) fn write(
    findings: &[Finding],
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut files: BTreeMap<&RepoPath, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        files.entry(&finding.path).or_default().push(finding);
    }
    let failures = files
        .values()
        .filter(|found| found.iter().any(|finding| is_error(finding)));
    let counts = format!(
        r#"tests="{}" failures="{}" errors="0""#,
        files.len().max(1),
        failures.count()
    );
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="govkit" {counts}>"#)?;
    writeln!(
        out,
        r#"  <testsuite name="govkit check" {counts} skipped="0">"#
    )?;
    for (path, found) in &files {
        test_case(path, found, out)?;
    }
    if files.is_empty() {
        let name = escaped(&summary.to_string());
        writeln!(out, r#"    <testcase classname="govkit" name="{name}"/>"#)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

fn test_case(path: &RepoPath, found: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let name = found.iter().find_map(|finding| finding.artifact.as_deref());
    let name = escaped(name.unwrap_or(path.file_name()));
    let class = escaped(path.as_str());
    writeln!(
        out,
        r#"    <testcase classname="{class}" name="{name}" file="{class}">"#
    )?;
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) =
        found.iter().partition(|finding| is_error(finding));
    if let Some(first) = errors.first() {
        let more = match errors.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let message = escaped(&format!("{}{more}", first.message));
        writeln!(
            out,
            r#"      <failure type="{}" message="{message}">"#,
            escaped(&first.rule)
        )?;
        write_lines(&errors, out)?;
        writeln!(out, "</failure>")?;
    }
    if !others.is_empty() {
        writeln!(out, "      <system-out>")?;
        write_lines(&others, out)?;
        writeln!(out, "</system-out>")?;
    }
    writeln!(out, "    </testcase>")
}

fn write_lines(findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        let mut text = Vec::new();
        super::line::write(std::slice::from_ref(*finding), &mut text)?;
        write!(out, "{}", xml(&String::from_utf8_lossy(&text)))?;
    }
    Ok(())
}

/// Text from a repository on one line, safe in an attribute.
fn escaped(text: &str) -> String {
    xml(&Untrusted::line(text).to_string())
}

/// Text without markup and without the characters XML 1.0 forbids even when escaped.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' => out.push(ch),
            ch if ch < ' ' || matches!(ch, '\u{fffe}' | '\u{ffff}') => {}
            ch => out.push(ch),
        }
    }
    out
}
