//! Findings: one list, one renderer a format. A renderer is a pure function from findings to
//! bytes; it neither sorts away nor adds a finding, and no format changes the exit code.

pub(crate) mod json;

pub(crate) mod github;
mod gitlab;
mod human;
mod junit;
mod line;
mod markdown;
mod ndjson;
pub(crate) mod sarif;

use std::collections::BTreeSet;
use std::io::{self, Write};

use govkit_core::corpus::Corpus;
use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;

use crate::args::Format;
use crate::ui::Style;

/// The formats findings have.
pub(crate) const FORMATS: &[Format] = &[
    Format::Human,
    Format::Line,
    Format::Json,
    Format::Ndjson,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
];

/// What a check has to say, ready to be written in any format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report<'a> {
    /// The findings, in the order they are shown in.
    pub(crate) findings: &'a [Finding],
    summary: Summary,
    corpus: &'a Corpus,
}

/// The figures at the end of every report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Errors found.
    pub(crate) errors: usize,
    /// Warnings found.
    pub(crate) warnings: usize,
    /// Infos found.
    pub(crate) infos: usize,
    /// Files with findings.
    pub(crate) files: usize,
    /// Artifacts looked at, and files that should be artifacts and are not.
    pub(crate) artifacts: usize,
    /// Whether every rule and plugin could finish.
    pub(crate) complete: bool,
}

impl<'a> Report<'a> {
    /// Makes a report of `findings` about `checked` artifacts of a corpus.
    pub(crate) fn new(
        findings: &'a [Finding],
        corpus: &'a Corpus,
        checked: usize,
        complete: bool,
    ) -> Self {
        let count = |severity| {
            findings
                .iter()
                .filter(|found| found.severity == severity)
                .count()
        };
        let files: BTreeSet<&RepoPath> = findings.iter().map(|found| &found.path).collect();
        let no_artifacts = files
            .iter()
            .filter(|path| corpus.at_path(path.as_str()).is_none());
        Self {
            findings,
            summary: Summary {
                errors: count(Severity::Error),
                warnings: count(Severity::Warning),
                infos: count(Severity::Info),
                files: files.len(),
                artifacts: checked + no_artifacts.count(),
                complete,
            },
            corpus,
        }
    }

    /// Returns the text of a file, for excerpts.
    fn source(&self, path: &RepoPath) -> Option<&'a str> {
        if let Some(artifact) = self.corpus.at_path(path.as_str()) {
            return Some(&artifact.text);
        }
        let problems = self.corpus.problems();
        let at = problems
            .binary_search_by(|problem| problem.path.cmp(path))
            .ok()?;
        problems[at].text.as_deref()
    }
}

/// Writes a report in one of [`FORMATS`].
pub(crate) fn write(
    format: Format,
    report: &Report<'_>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (findings, summary) = (report.findings, &report.summary);
    match format {
        Format::Line => line::write(findings, out),
        Format::Json => json::write(findings, summary, out),
        Format::Ndjson => ndjson::write(findings, summary, out),
        Format::Sarif => sarif::write(findings, summary, out),
        Format::Github => github::write(findings, summary, out),
        Format::Gitlab => gitlab::write(findings, out),
        Format::Junit => junit::write(findings, summary, out),
        Format::Markdown => markdown::write(findings, summary, out),
        _ => human::write(findings, &|path| report.source(path), summary, style, out),
    }
}

impl std::fmt::Display for Summary {
    /// `3 errors, 1 warning in 2 of 40 artifacts`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            (self.errors, "error", "errors"),
            (self.warnings, "warning", "warnings"),
            (self.infos, "info", "infos"),
        ];
        let shown = counts.iter().filter(|(count, ..)| *count > 0);
        let shown: Vec<String> = shown
            .map(|(count, one, many)| counted(*count, one, many))
            .collect();
        let artifacts = counted(self.artifacts, "artifact", "artifacts");
        if shown.is_empty() {
            write!(f, "no findings in {artifacts}")?;
        } else {
            write!(f, "{} in {} of {artifacts}", shown.join(", "), self.files)?;
        }
        if !self.complete {
            f.write_str("; incomplete, a plugin could not finish")?;
        }
        Ok(())
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The message with its way out behind it, for formats with one text a finding.
fn with_help(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{} ({help})", finding.message),
        None => finding.message.clone(),
    }
}

#[cfg(test)]
mod tests;
