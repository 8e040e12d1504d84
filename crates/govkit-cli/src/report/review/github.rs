//! GitHub Actions annotations of a review: what changed, and what `check` finds anew.

use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, ChangeSeverity};
use govkit_core::finding::Severity;
use govkit_core::review::{Check, Review};
use govkit_core::untrusted::Untrusted;

use super::words;
use crate::report::diff::github::annotation;
use crate::report::diff::words::{told, verdict};
use crate::report::github::{self, Annotation};

/// Writes the worst first, because GitHub shows only the first ten of each command, then the
/// verdict as plain lines. What somebody accepted is not annotated.
pub(crate) fn github(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    let (told, _) = told(&review.findings);
    let open = told.iter().filter(|finding| finding.accepted.is_none());
    let mut all: Vec<(u8, Annotation<'_>)> = open.map(|finding| change(finding)).collect();
    all.extend(review.checks.iter().map(check));
    all.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    for (_, annotation) in &all {
        github::write(annotation, out)?;
    }
    writeln!(out, "{}", verdict(review.summary.severity))?;
    for line in words::figures(review) {
        writeln!(out, "{}", Untrusted::line(&line))?;
    }
    Ok(())
}

fn change(finding: &ChangeFinding) -> (u8, Annotation<'_>) {
    let rank = match finding.severity {
        ChangeSeverity::Breaking => 2,
        ChangeSeverity::Substantive => 1,
        ChangeSeverity::Minor | ChangeSeverity::Editorial => 0,
    };
    (rank, annotation(finding))
}

fn check(check: &Check) -> (u8, Annotation<'_>) {
    let (rank, command) = match check.severity {
        Severity::Error => (2, "error"),
        Severity::Warning => (1, "warning"),
        Severity::Info => (0, "notice"),
    };
    let message = match &check.help {
        Some(help) => format!("{} ({help})", check.message),
        None => check.message.clone(),
    };
    let annotation = Annotation {
        command,
        path: &check.path,
        place: Some((check.line, check.column)),
        title: check.rule.clone(),
        message,
    };
    (rank, annotation)
}
