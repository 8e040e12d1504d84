//! One finding a line, for scripts.

use std::io::{self, Write};

use govkit_core::diff::ChangeSet;
use govkit_core::untrusted::Untrusted;

use super::words;

/// Writes severity, rule, id, path, line, place, old, new and message of each finding, each line
/// ended by `end`. What is absent is empty; tabs and line feeds in a value are escaped.
pub(crate) fn tsv(set: &ChangeSet, end: char, out: &mut dyn Write) -> io::Result<()> {
    for finding in &set.findings {
        let value = |value: &Option<_>| {
            value
                .as_ref()
                .map_or(String::new(), |_| words::value(value.as_ref()))
        };
        let cells = [
            finding.severity.name().to_owned(),
            finding.rule.to_string(),
            finding.artifact.id.clone().unwrap_or_default(),
            finding.artifact.path.clone(),
            words::line(finding)
                .map(|line| line.to_string())
                .unwrap_or_default(),
            words::place(finding),
            value(&finding.old),
            value(&finding.new),
            finding.message.clone(),
        ];
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| Untrusted::line(cell).to_string())
            .collect();
        write!(out, "{}{end}", cells.join("\t"))?;
    }
    Ok(())
}
