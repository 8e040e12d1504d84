//! GitLab's code quality report.

use std::collections::BTreeMap;
use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};
use govkit_core::untrusted::Untrusted;
use serde::Serialize;

#[derive(Serialize)]
struct Item<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the list of findings.
pub(super) fn write(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut item = |finding| {
        let fingerprint = Finding::fingerprint(finding);
        let count = seen.entry(fingerprint.clone()).or_insert(0);
        *count += 1;
        // GitLab shows one of those that share a fingerprint.
        let fingerprint = match *count {
            1 => fingerprint,
            count => format!("{fingerprint}-{count}"),
        };
        Item {
            description: Untrusted::line(&super::with_help(finding)).to_string(),
            check_name: &finding.rule,
            fingerprint,
            severity: severity(finding.severity),
            location: Location {
                path: finding.path.as_str(),
                lines: Lines {
                    begin: finding.position.line.max(1),
                },
            },
        }
    };
    let items: Vec<Item<'_>> = findings.iter().map(&mut item).collect();
    serde_json::to_writer_pretty(&mut *out, &items)?;
    writeln!(out)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "minor",
        Severity::Error => "major",
    }
}
