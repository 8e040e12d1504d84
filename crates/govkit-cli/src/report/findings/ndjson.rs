//! One JSON object a line; the last one says that nothing was cut off.

use std::io::{self, Write};

use govkit_core::finding::Finding;
use serde::Serialize;

use super::json::{Item, Summary};
use crate::report::envelope::FORMAT_VERSION;

#[derive(Serialize)]
struct FindingLine<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    finding: Item<'a>,
}

#[derive(Serialize)]
struct SummaryLine {
    r#type: &'static str,
    format: &'static str,
    format_version: &'static str,
    #[serde(flatten)]
    summary: Summary,
}

/// Writes one line a finding and one with the figures.
pub(super) fn write(
    findings: &[Finding],
    summary: &super::Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    for finding in findings {
        let line = FindingLine {
            r#type: "finding",
            finding: Item::from(finding),
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    }
    let line = SummaryLine {
        r#type: "summary",
        format: "govkit.check",
        format_version: FORMAT_VERSION,
        summary: Summary::from(summary),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}
