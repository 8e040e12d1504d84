//! Versions with what changed in them, for people.

use std::io::{self, Write};

use govkit_core::untrusted::Untrusted;

use crate::ui::Style;
use crate::versions::Review;

/// What is told of a version before its changes.
pub(crate) struct Head<'a> {
    /// When.
    pub(crate) date: &'a str,
    /// The commit.
    pub(crate) commit: &'a str,
    /// The artifact, where there are several.
    pub(crate) id: Option<&'a str>,
    /// What happened to it.
    pub(crate) change: &'a str,
    /// The commit's subject.
    pub(crate) subject: &'a str,
}

/// Writes each version and what it changed.
pub(crate) fn reviews(
    versions: &[(Head<'_>, Option<&Review>)],
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bold, plain) = if style.colour {
        ("\u{1b}[1m", "\u{1b}[0m")
    } else {
        ("", "")
    };
    if versions.is_empty() {
        return writeln!(out, "(none)");
    }
    for (head, review) in versions {
        let date = head.date.get(..10).unwrap_or(head.date);
        let commit = head.commit.get(..12).unwrap_or(head.commit);
        let id = head
            .id
            .map(|id| format!(" {}", Untrusted::line(id)))
            .unwrap_or_default();
        writeln!(
            out,
            "{bold}{date} {commit}{id} {}{plain}  {}",
            head.change,
            Untrusted::line(head.subject)
        )?;
        for finding in review.iter().flat_map(|review| &review.findings) {
            writeln!(
                out,
                "    {:<11} {}",
                finding.severity,
                Untrusted::line(&finding.message)
            )?;
        }
    }
    Ok(())
}
