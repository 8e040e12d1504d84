//! One line a finding, as editors and `grep` want it: `path:line:col: severity[rule] message`.

use std::io::{self, Write};

use govkit_core::finding::Finding;
use govkit_core::untrusted::Untrusted;

/// Writes one line a finding.
pub(super) fn write(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            finding.path,
            finding.position.line.max(1),
            finding.position.column.max(1),
            finding.severity.name(),
            Untrusted::line(&finding.rule),
            Untrusted::line(&super::with_help(finding)),
        )?;
    }
    Ok(())
}
