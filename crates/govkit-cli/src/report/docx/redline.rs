//! Rows of two columns as paragraphs with tracked changes: accept all, and the new text is left;
//! reject all, and the old one is.

use govkit_core::diff::{self, Part, Row, RowState};
use govkit_docx as docx;
use govkit_docx::{Item, Mark, Paragraph, Run, Style};

/// A field that changed: its key, and its value with what went and what came.
pub(super) fn field(row: &Row) -> docx::Row {
    let mark = whole(row);
    let mut label = Run::bold(row.label.as_deref().unwrap_or_default());
    label.mark = mark;
    let cells = [vec![label], words(row)].map(|runs| Paragraph {
        mark,
        ..Paragraph::with(Style::Cell, runs)
    });
    docx::Row {
        mark,
        ..docx::Row::of(cells.into())
    }
}

/// The text: what is no plain field of the front matter.
pub(super) fn paragraphs(rows: &[Row]) -> Vec<Paragraph> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.part != Part::Field).collect();
    let pieces = split(&ordered(&rows));
    let mut paragraphs = Vec::new();
    let mut open: Vec<&Row> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        open.extend(piece);
        let rest = || pieces[at + 1..].iter().flatten();
        let ends = |side: Side| {
            let next = rest().find(|row| side.of(row));
            open.iter().any(|row| side.of(row)) && next.is_none_or(|row| side.opens(row))
        };
        let mark = match (ends(Side::Old), ends(Side::New)) {
            (true, true) => Mark::Same,
            (true, false) => Mark::Deleted,
            (false, true) => Mark::Inserted,
            // Neither text ends a paragraph here.
            (false, false) => continue,
        };
        paragraphs.push(paragraph(&open, mark));
        open.clear();
    }
    paragraphs
}

/// A side of a row.
#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

impl Side {
    /// Whether a row has text on this side.
    fn of(self, row: &Row) -> bool {
        match self {
            Self::Old => row.old.is_some(),
            Self::New => row.new.is_some(),
        }
    }

    /// Whether a row begins a paragraph on this side.
    fn opens(self, row: &Row) -> bool {
        let cell = match self {
            Self::Old => row.old,
            Self::New => row.new,
        };
        let alone = matches!(
            row.part,
            Part::Heading(_) | Part::Entry | Part::EntryField | Part::Row | Part::Definition
        );
        cell.is_some_and(|cell| cell.opens || alone)
    }
}

/// The rows with what goes on with a paragraph before what begins one: between two passages that
/// stand on both sides, the order of what went and what came is free.
fn ordered<'r>(rows: &[&'r Row]) -> Vec<&'r Row> {
    let both = |row: &Row| row.old.is_some() && row.new.is_some();
    let mut all = Vec::with_capacity(rows.len());
    for run in rows.chunk_by(|a, b| both(a) == both(b)) {
        if run.iter().any(|row| both(row)) {
            all.extend(run);
            continue;
        }
        let side = |side: Side| run.iter().copied().filter(move |row| side.of(row));
        for begun in [false, true] {
            for one in [Side::Old, Side::New] {
                let goes_on = side(one).take_while(|row| !one.opens(row)).count();
                let (skip, take) = match begun {
                    false => (0, goes_on),
                    true => (goes_on, usize::MAX),
                };
                all.extend(side(one).skip(skip).take(take));
            }
        }
    }
    all
}

/// Cuts rows before each one that begins a paragraph on a side it has.
fn split<'r>(rows: &[&'r Row]) -> Vec<Vec<&'r Row>> {
    let opens = |row: &Row| Side::Old.opens(row) || Side::New.opens(row);
    let pieces = rows.chunk_by(|_, next| !opens(next));
    pieces.map(<[&Row]>::to_vec).collect()
}

fn paragraph(rows: &[&Row], mark: Mark) -> Paragraph {
    let shown = rows.iter().find(|row| row.new.is_some()).or(rows.first());
    let part = shown.map_or(Part::Paragraph, |row| row.part);
    let mut runs = Vec::new();
    for row in rows {
        runs.extend(gap(row));
        if let Some(label) = &row.label {
            let mut label = Run::bold(&format!("{label}: "));
            label.mark = whole(row);
            runs.push(label);
        }
        runs.extend(words(row));
    }
    let (style, level) = match part {
        Part::Heading(level) => (Style::Heading(level + 1), None),
        Part::Item(depth) => (Style::List, Some(depth.saturating_sub(1))),
        Part::Row | Part::Code | Part::Html | Part::Definition => (Style::Code, None),
        Part::Field | Part::Entry | Part::EntryField | Part::Paragraph => (Style::Normal, None),
    };
    let item = level.map(|level| Item { list: None, level });
    Paragraph {
        mark,
        item,
        indent: u8::from(part == Part::EntryField),
        ..Paragraph::with(style, runs)
    }
}

/// What stands between a row and the one before it, on each side where it goes on with a paragraph.
fn gap(row: &Row) -> Option<Run> {
    let goes_on = |side: Side| side.of(row) && !side.opens(row);
    let mark = match (goes_on(Side::Old), goes_on(Side::New)) {
        (true, true) => Mark::Same,
        (true, false) => Mark::Deleted,
        (false, true) => Mark::Inserted,
        (false, false) => return None,
    };
    let text = match row.part {
        Part::Code | Part::Html => "\n",
        _ => " ",
    };
    Some(Run {
        mark,
        ..Run::plain(text)
    })
}

/// The mark of a row as a whole. What moved went at one place and came at the other.
fn whole(row: &Row) -> Mark {
    match row.state() {
        RowState::Same | RowState::Changed => Mark::Same,
        RowState::Removed | RowState::MovedAway => Mark::Deleted,
        RowState::Added | RowState::MovedHere => Mark::Inserted,
    }
}

fn words(row: &Row) -> Vec<Run> {
    let one = |text: String, mark: Mark| Run {
        mark,
        ..Run::plain(&text)
    };
    match whole(row) {
        Mark::Deleted => vec![one(row.text.old(), Mark::Deleted)],
        Mark::Inserted => vec![one(row.text.new_text(), Mark::Inserted)],
        Mark::Same => row
            .text
            .0
            .iter()
            .map(|(mark, text)| {
                let mark = match mark {
                    diff::Mark::Same => Mark::Same,
                    diff::Mark::Old => Mark::Deleted,
                    diff::Mark::New => Mark::Inserted,
                };
                one(text.clone(), mark)
            })
            .collect(),
    }
}
