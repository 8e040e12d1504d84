//! For a person at a terminal: the line with a caret under the place, then the way out.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;
use govkit_core::untrusted::{Untrusted, is_invisible};

use super::Summary;
use crate::ui::Style;

/// Lines longer than this many characters are shown in part; files of one long line exist.
const LONG: usize = 4_000;

/// Characters of a long line shown before and behind the place.
const AROUND: usize = 120;

/// The most characters a caret line covers.
const WIDEST: usize = 80;

/// Writes each finding with its line of source, and a summary.
pub(super) fn write<'a>(
    findings: &[Finding],
    sources: &dyn Fn(&RepoPath) -> Option<&'a str>,
    summary: &Summary,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.term_width(style.width);
    for finding in findings {
        let excerpt = sources(&finding.path).and_then(|text| Excerpt::of(text, finding));
        writeln!(
            out,
            "{}\n",
            renderer.render(&[group(finding, excerpt.as_ref())])
        )?;
    }
    writeln!(out, "{summary}")
}

fn group<'a>(finding: &'a Finding, excerpt: Option<&'a Excerpt>) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(Untrusted::line(&finding.message).to_string());
    let title = title.id(Untrusted::line(&finding.rule).to_string());
    let path = finding.path.to_string();
    let group = match excerpt {
        Some(excerpt) => {
            let caret = AnnotationKind::Primary.span(excerpt.caret.clone());
            let snippet = Snippet::source(excerpt.text.as_str()).line_start(excerpt.line);
            let snippet = snippet.annotation(caret);
            // The column is counted in what is shown, which is right for whole lines only.
            if excerpt.whole {
                title.element(snippet.path(path))
            } else {
                title.element(origin(path, finding)).element(snippet)
            }
        }
        None => title.element(origin(path, finding)),
    };
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(Untrusted::line(help).to_string())),
        None => group,
    }
}

fn origin(path: String, finding: &Finding) -> Origin<'_> {
    let origin = Origin::path(path);
    match finding.position.line {
        0 => origin,
        line => {
            let column = finding.position.column.max(1) as usize;
            origin.line(line as usize).char_column(column)
        }
    }
}

/// A line of source, made safe to show, and the part of it a finding is about.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    line: usize,
    caret: Range<usize>,
    /// Whether the line is shown from its start.
    whole: bool,
}

impl Excerpt {
    fn of(source: &str, finding: &Finding) -> Option<Self> {
        // About the file as a whole: its first line says nothing about that.
        if finding.width == 0 && finding.position.line <= 1 && finding.position.column <= 1 {
            return None;
        }
        let line = finding.position.line.checked_sub(1)? as usize;
        let text = source.lines().nth(line)?;
        let column = finding.position.column.max(1) as usize - 1;
        let width = finding.width.clamp(1, WIDEST);
        let whole = text.len() <= LONG;
        let (from, to) = match whole {
            true => (0, usize::MAX),
            false => (column.saturating_sub(AROUND), column + width + AROUND),
        };
        let part = |from: usize, to: usize| {
            let chars = text.chars().skip(from).take(to.saturating_sub(from));
            chars.map(shown).collect::<String>()
        };
        let cut = if from > 0 { "…" } else { "" };
        let before = format!("{cut}{}", part(from, column));
        let marked = part(column, column + width);
        let after = part(column + width, to);
        Some(Self {
            caret: before.len()..before.len() + marked.len(),
            text: without_commands(before + &marked + &after),
            line: line + 1,
            whole,
        })
    }
}

/// One character for one, so that columns stay columns; the renderer widens tabs itself.
fn shown(ch: char) -> char {
    match ch {
        '\t' => ch,
        ch if ch.is_control() || is_invisible(ch) => char::REPLACEMENT_CHARACTER,
        ch => ch,
    }
}

/// Takes the bracket out of what a build server reads as a command anywhere in a line.
fn without_commands(line: String) -> String {
    if !line.contains("##[") && !line.contains("##vso[") {
        return line;
    }
    // A bracket of the same length in bytes, so that the caret stays where it is.
    line.replace("##[", "##(").replace("##vso[", "##vso(")
}
