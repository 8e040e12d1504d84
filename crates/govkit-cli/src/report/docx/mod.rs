//! A change set as a Word document: what changed, and both texts of each artifact as tracked changes.

mod redline;

use std::io::{self, Write};

use govkit_core::diff::{ArtifactChange, ChangeFinding, Part, RowState, SideBySide, Unshown};
use govkit_core::review::Spread;
use govkit_docx::{Block, Document, Item, Paragraph, Row, Run, Style, Table, Target};
use jiff::civil::Date;

use super::diff::groups::{Group, worst_first};
use super::diff::words;
use super::html::redline::Sides;
use super::review::words as review;

/// Writes the document; `sides` are both texts of each artifact, in the order of the change set, and
/// `now` is the day of the marked changes.
pub(crate) fn docx(
    found: &Spread,
    sides: &[SideBySide],
    now: Date,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(&document(found, sides, now).to_bytes())
}

fn document(found: &Spread, sides: &[SideBySide], now: Date) -> Document {
    let set = &found.set;
    let title = words::title(set.summary.severity);
    let (base, head) = (&set.compare.base, &set.compare.head);
    let about = format!("{} → {}", words::revision(base), words::revision(head));
    let mut document = Document::new(&title);
    document.day = now.to_string();
    document.header = format!("{title}: {about}");
    document.footer = format!("{base} → {head}");
    document.push(Paragraph::of(Style::Title, &title));
    document.push(Paragraph::of(Style::Subtitle, &about));
    for line in words::figures(set) {
        document.push(Paragraph::of(Style::Normal, &line));
    }
    if set.artifacts.is_empty() {
        return document;
    }
    let groups = worst_first(&set.artifacts, &set.findings);
    document.blocks.push(Block::Table(overview(&groups)));
    if !found.affected.is_empty() {
        document.push(Paragraph::of(Style::Caption, "Who is affected"));
        document.blocks.push(Block::Table(affected(found)));
    }
    let shown = Sides::new(sides);
    for (at, artifact) in set.artifacts.iter().enumerate() {
        let mut heading = Paragraph::of(Style::Heading(1), &words::name(artifact));
        heading.anchor = Some(place(at));
        document.push(heading);
        document.push(Paragraph::of(Style::Normal, &about_artifact(artifact)));
        let mine = |group: &&Group<'_>| group.changed.is_some_and(|(other, _)| other == at);
        let group = groups.iter().find(mine);
        for finding in group.map(Group::told).unwrap_or_default().0 {
            document.push(told(finding));
        }
        match sides.get(at).filter(|_| shown.shows(at)) {
            Some(side) => texts(side, &mut document),
            None => document.push(Paragraph::of(Style::Normal, LEFT_OUT)),
        }
    }
    document
}

const LEFT_OUT: &str = "The text is left out, because this document would be too large with it.";

/// Where links to an artifact lead.
fn place(artifact: usize) -> String {
    format!("a{artifact}")
}

/// The artifacts, the worst first.
fn overview(groups: &[Group<'_>]) -> Table {
    let mut rows = vec![Row::head(&[
        "Artifact",
        "What happened",
        "Worst",
        "Findings",
    ])];
    for group in groups {
        let mut name = Run::plain(&group.name());
        name.link = group.changed.map(|(at, _)| Target::Place(place(at)));
        let (told, editorial) = group.told();
        let count = match editorial {
            0 => told.len().to_string(),
            editorial => format!("{} + {editorial} editorial", told.len()),
        };
        let cell = |text: &str| Paragraph::of(Style::Cell, text);
        rows.push(Row::of(vec![
            Paragraph::with(Style::Cell, vec![name]),
            cell(&group.happened()),
            cell(words::severity(group.severity())),
            cell(&count),
        ]));
    }
    Table {
        widths: vec![50, 18, 16, 16],
        head: 1,
        rows,
    }
}

/// Whom the changes reach through links.
fn affected(found: &Spread) -> Table {
    let mut rows = vec![Row::head(&["Artifact", "Reached by", "How it stands"])];
    for one in &found.affected {
        let cells = [
            format!("{} {}", one.id, one.title),
            format!("{} {}", review::link(one), one.from),
            review::standing(one, &found.set.findings),
        ];
        let cell = |text: &String| Paragraph::of(Style::Cell, text);
        rows.push(Row::of(cells.iter().map(cell).collect()));
    }
    Table {
        widths: vec![40, 28, 32],
        head: 1,
        rows,
    }
}

/// Kind, what happened and where.
fn about_artifact(artifact: &ArtifactChange) -> String {
    let mut parts = Vec::new();
    parts.extend(artifact.kind.clone());
    parts.push(words::happened(artifact));
    parts.push(match &artifact.old_path {
        Some(old) => format!("{old} → {}", artifact.path),
        None => artifact.path.clone(),
    });
    parts.join(" · ")
}

fn told(finding: &ChangeFinding) -> Paragraph {
    let head = format!("{} {}", finding.severity.name(), finding.rule);
    let mut says = format!(": {}", finding.message);
    let place = words::place(finding);
    if !place.is_empty() {
        says.push_str(&format!(" ({place})"));
    }
    if let Some(accepted) = &finding.accepted {
        let (by, until, reason) = (&accepted.by, &accepted.until, &accepted.reason);
        says.push_str(&format!(" Accepted by {by} until {until}: {reason}"));
    }
    Paragraph {
        item: Some(Item {
            list: None,
            level: 0,
        }),
        ..Paragraph::with(Style::List, vec![Run::bold(&head), Run::plain(&says)])
    }
}

/// The fields that changed as a table, then the text.
fn texts(side: &SideBySide, document: &mut Document) {
    let says = match side.unshown {
        Some(Unshown::TooLarge) => Some("The text is too large to be compared word by word."),
        Some(Unshown::NoText) => Some("One side is no text."),
        None if side.rows.iter().all(|row| row.state() == RowState::Same) => Some(
            "The words are the same on both sides; only the layout of the file, a comment or the path differs.",
        ),
        None => None,
    };
    if let Some(says) = says {
        return document.push(Paragraph::of(Style::Normal, says));
    }
    let fields = side.rows.iter().filter(|row| row.part == Part::Field);
    let changed = fields.filter(|row| row.state() != RowState::Same);
    let rows: Vec<Row> = changed.map(redline::field).collect();
    if !rows.is_empty() {
        document.blocks.push(Block::Table(Table {
            widths: vec![30, 70],
            head: 1,
            rows: std::iter::once(Row::head(&["Field", "Value"]))
                .chain(rows)
                .collect(),
        }));
    }
    for paragraph in redline::paragraphs(&side.rows) {
        document.push(paragraph);
    }
}

#[cfg(test)]
mod tests;
