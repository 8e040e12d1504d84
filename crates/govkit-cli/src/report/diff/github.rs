//! GitHub Actions annotations of what changed.

use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, ChangeSet, ChangeSeverity};

use super::words;
use crate::report::github::{self, Annotation};

/// Writes one command a finding above editorial, the worst first, because GitHub shows only the
/// first ten of a step, and the verdict as a plain line.
pub(crate) fn github(set: &ChangeSet, out: &mut dyn Write) -> io::Result<()> {
    let (told, editorial) = words::told(&set.findings);
    for finding in &told {
        github::write(&annotation(finding), out)?;
    }
    writeln!(out, "{}", words::sum(set, editorial))
}

/// A change as an annotation; what is gone has no line on the new side to stand at.
pub(crate) fn annotation(finding: &ChangeFinding) -> Annotation<'_> {
    let artifact = &finding.artifact;
    Annotation {
        command: match finding.severity {
            ChangeSeverity::Breaking => "error",
            ChangeSeverity::Substantive => "warning",
            ChangeSeverity::Minor | ChangeSeverity::Editorial => "notice",
        },
        path: &artifact.path,
        place: finding.at.new_line.map(|line| (line, 1)),
        title: match &artifact.id {
            Some(id) => format!("{} {id}", finding.rule),
            None => finding.rule.to_string(),
        },
        message: match words::direction(finding) {
            "" => finding.message.clone(),
            direction => format!("{} ({direction})", finding.message),
        },
    }
}
