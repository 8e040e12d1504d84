//! Both texts of each artifact in two columns, sentence beside sentence.

use std::collections::BTreeSet;
use std::io::{self, Write};

use govkit_core::diff::{
    ArtifactChange, Cell, Change, ChangeFinding, Mark, Part, Row, RowState, SideBySide, Unshown,
};

use super::changes::spans;
use super::{Plain, Text};
use crate::report::diff::words;

/// Unchanged rows shown on each side of a change; the others are folded.
const AROUND: usize = 2;
/// Fewer unchanged rows than this are not worth folding.
const FOLD: usize = 3;
/// Rows of one page; what is past them is left out, and the page says so.
const MAX_ROWS: usize = 50_000;

/// The two columns of each artifact of a change set, in its order.
pub(crate) struct Sides<'a> {
    all: &'a [SideBySide],
    /// The artifacts past these have too much text for the page.
    shown: usize,
}

impl<'a> Sides<'a> {
    pub(crate) fn new(all: &'a [SideBySide]) -> Self {
        let mut rows = 0;
        let fits = all.iter().take_while(|side| {
            rows += side.rows.len();
            rows <= MAX_ROWS
        });
        Self {
            shown: fits.count(),
            all,
        }
    }

    /// Whether the page has a redline of an artifact.
    pub(crate) fn shows(&self, artifact: usize) -> bool {
        artifact < self.shown
    }

    /// The row a finding speaks of.
    pub(crate) fn row_of(&self, artifact: usize, finding: &ChangeFinding) -> Option<usize> {
        let side = self.all.get(artifact).filter(|_| self.shows(artifact))?;
        let at = &finding.at;
        if let Some(step) = &at.step {
            return entry(&side.rows, step, at.field.as_deref());
        }
        if let Some(field) = &at.field {
            let named = |row: &Row| row.part == Part::Field && row.label.as_ref() == Some(field);
            return side.rows.iter().position(named);
        }
        by_line(&side.rows, finding)
    }
}

fn entry(rows: &[Row], step: &str, field: Option<&str>) -> Option<usize> {
    let named = |row: &Row| {
        row.part == Part::Entry
            && [row.text.old(), row.text.new_text()]
                .iter()
                .any(|id| id == step)
    };
    let first = rows.iter().rposition(named)?;
    let fields = rows[first + 1..]
        .iter()
        .take_while(|row| row.part == Part::EntryField);
    let field = fields
        .enumerate()
        .find(|(_, row)| row.label.as_deref() == field);
    Some(field.map_or(first, |(at, _)| first + 1 + at))
}

/// The row at the line of a finding: the one with its very words, else one that changed.
fn by_line(rows: &[Row], finding: &ChangeFinding) -> Option<usize> {
    let (line, new) = match (finding.at.new_line, finding.at.old_line) {
        (Some(line), _) => (line, true),
        (None, Some(line)) => (line, false),
        (None, None) => return None,
    };
    let quote = if new {
        &finding.quote_new
    } else {
        &finding.quote_old
    };
    let here = |row: &Row| {
        let cell = if new { row.new } else { row.old };
        cell.is_some_and(|cell| cell.line == line)
            && !matches!(row.part, Part::Field | Part::Entry | Part::EntryField)
    };
    let text = |row: &Row| {
        if new {
            row.text.new_text()
        } else {
            row.text.old()
        }
    };
    let quoted = |row: &Row| {
        let text = text(row);
        quote
            .as_ref()
            .is_some_and(|quote| !text.is_empty() && quote.starts_with(&text))
    };
    let at = |wanted: &dyn Fn(&Row) -> bool| rows.iter().position(|row| here(row) && wanted(row));
    at(&quoted)
        .or_else(|| at(&|row| row.state() != RowState::Same))
        .or_else(|| at(&|_| true))
}

/// Writes the redlines of all artifacts.
pub(crate) fn all(
    artifacts: &[ArtifactChange],
    sides: &Sides<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (at, artifact) in artifacts.iter().enumerate().take(sides.shown) {
        let name = words::name(artifact);
        writeln!(
            out,
            "<section class=\"redline\" aria-labelledby=\"r{at}\">\n<h3 id=\"r{at}\">{}</h3>\n\
             <p class=\"quiet back\"><a href=\"#a{at}\">back to its findings<span class=\"vh\">: {}</span></a></p>",
            Text(&name),
            Plain(&name)
        )?;
        one(at, &sides.all[at], artifact, out)?;
        writeln!(out, "</section>")?;
    }
    let left = artifacts.len().saturating_sub(sides.shown);
    if left > 0 {
        let count = words::counted(left, "more artifact");
        writeln!(
            out,
            "<p>The redlines of {count} are left out, because this page would be too large with them. \
             <code>govkit diff RANGE ARTIFACT --format html</code> shows that of one.</p>"
        )?;
    }
    Ok(())
}

fn one(
    artifact: usize,
    side: &SideBySide,
    of: &ArtifactChange,
    out: &mut dyn Write,
) -> io::Result<()> {
    match side.unshown {
        Some(Unshown::TooLarge) => {
            return writeln!(
                out,
                "<p>The text is too large to be shown side by side.</p>"
            );
        }
        Some(Unshown::NoText) => return writeln!(out, "<p>One side is no text.</p>"),
        None => {}
    }
    if side.rows.iter().all(|row| row.state() == RowState::Same) {
        return writeln!(
            out,
            "<p>The words are the same on both sides; only the layout of the file, a comment or the path differs.</p>"
        );
    }
    let (old, new) = match of.change {
        Change::Added => ("(none)", of.path.as_str()),
        Change::Removed => (of.path.as_str(), "(none)"),
        _ => (
            of.old_path.as_ref().unwrap_or(&of.path).as_str(),
            of.path.as_str(),
        ),
    };
    writeln!(
        out,
        "<div class=\"row top\"><span class=\"mark\"></span><div class=\"cell\">Before: {}</div>\
         <div class=\"cell\">After: {}</div></div>",
        Text(old),
        Text(new)
    )?;
    for (rows, folded) in groups(side) {
        if folded {
            let count = words::counted(rows.len(), "unchanged passage");
            writeln!(out, "<details class=\"same\"><summary>{count}</summary>")?;
        }
        for at in rows {
            row(artifact, at, &side.rows, out)?;
        }
        if folded {
            writeln!(out, "</details>")?;
        }
    }
    Ok(())
}

/// The rows in runs, each with whether it is folded.
fn groups(side: &SideBySide) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut near = side.near_changes(AROUND);
    near.extend(headings(side));
    let mut groups: Vec<(std::ops::Range<usize>, bool)> = Vec::new();
    for at in 0..side.rows.len() {
        let hidden = !near.contains(&at);
        match groups.last_mut().filter(|(_, folded)| *folded == hidden) {
            Some((run, _)) => run.end = at + 1,
            None => groups.push((at..at + 1, hidden)),
        }
    }
    for (run, folded) in &mut groups {
        *folded &= run.len() >= FOLD;
    }
    groups
}

/// The headings that changed rows stand under, and the entries that changed fields belong to.
fn headings(side: &SideBySide) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut last = None;
    for (at, row) in side.rows.iter().enumerate() {
        match row.part {
            Part::Heading(_) | Part::Entry => last = Some(at),
            Part::Field => {}
            _ if row.state() == RowState::Same => {}
            _ => found.extend(last),
        }
    }
    found
}

fn row(artifact: usize, at: usize, rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let row = &rows[at];
    let (class, sign, word) = match row.state() {
        RowState::Same => ("unchanged", "", ""),
        RowState::Changed => ("changed", "~", "changed"),
        RowState::Removed => ("removed", "−", "removed"),
        RowState::Added => ("added", "+", "added"),
        RowState::MovedAway => ("moved", "←", "moved away"),
        RowState::MovedHere => ("moved", "→", "moved here"),
    };
    let opens = row.new.or(row.old).is_some_and(|cell| cell.opens);
    let opens = if opens { " opens" } else { "" };
    write!(
        out,
        "<div class=\"row {class}{opens}\" id=\"r{artifact}-{at}\"><span class=\"mark\">"
    )?;
    if !word.is_empty() {
        write!(
            out,
            "<span aria-hidden=\"true\">{sign}</span><span class=\"vh\">{word}</span>"
        )?;
    }
    write!(out, "</span>")?;
    for (name, cell, mark) in [("old", row.old, Mark::New), ("new", row.new, Mark::Old)] {
        match cell {
            None => write!(out, "<div class=\"cell {name} empty\"></div>")?,
            Some(cell) => {
                let link = elsewhere(artifact, at, rows);
                self::cell(row, name, cell, mark, link.as_deref(), out)?;
            }
        }
    }
    writeln!(out, "</div>")
}

fn cell(
    row: &Row,
    name: &str,
    cell: Cell,
    without: Mark,
    link: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let part = match row.part {
        Part::Item(depth) if depth > 1 => " item deep",
        Part::Item(_) => " item",
        Part::Row | Part::Code | Part::Html | Part::Definition => " code",
        _ => "",
    };
    let same = row.state() == RowState::Same;
    // What is unchanged is read out once: on the new side.
    let silent = same && name == "old";
    let hidden = if silent { " aria-hidden=\"true\"" } else { "" };
    write!(
        out,
        "<div class=\"cell {name}{part}\" dir=\"auto\"{hidden}>"
    )?;
    if !same {
        let word = if name == "old" { "Before" } else { "After" };
        write!(
            out,
            "<span class=\"side\">{word}, line {}: </span>",
            cell.line
        )?;
    }
    if let Some(link) = link {
        write!(out, "{link}")?;
    }
    if let Some(label) = &row.label {
        write!(out, "<span class=\"label\">{}: </span>", Text(label))?;
    }
    let heading = matches!(row.part, Part::Heading(_)) && (name == "new" || row.new.is_none());
    let (open, close) = match row.part {
        Part::Heading(_) if heading => ("<h4>", "</h4>"),
        Part::Heading(_) | Part::Entry => ("<b>", "</b>"),
        _ => ("", ""),
    };
    write!(out, "{open}")?;
    match row.state() {
        RowState::Same if silent => write!(out, "{}", Text(&row.text.old()))?,
        // The row as a whole is gone or new: the sign in front of it says so.
        _ => spans(&row.text, without, out)?,
    }
    write!(out, "{close}</div>")
}

/// The way to the other end of a passage that moved, at its first row.
fn elsewhere(artifact: usize, at: usize, rows: &[Row]) -> Option<String> {
    let other = rows[at].moved?;
    let goes_on = at.checked_sub(1).is_some_and(|before| {
        rows[before].moved.is_some_and(|end| end + 1 == other)
            && rows[before].old.is_some() == rows[at].old.is_some()
    });
    if goes_on {
        return None;
    }
    let end = &rows[other];
    let line = end.new.or(end.old).map_or(0, |cell| cell.line);
    let words = match end.new {
        Some(_) => "moved to line",
        None => "moved here from line",
    };
    Some(format!(
        "<span class=\"where\"><a href=\"#r{artifact}-{other}\">{words} {line}</a></span>"
    ))
}
