//! Both texts of an artifact next to each other, as data: what a redline in two columns shows.
//!
//! The rows hold every field, step, heading and sentence of both sides. Reading the old cells in
//! order gives the old text, the new cells the new one; what stands elsewhere has a row at each end,
//! and each names the other.

mod units;

use std::collections::BTreeSet;

use super::align::align;
use super::body::Both;
use super::document::Document;
use super::pairing::{FileSide, Pair};
use super::prose::Prose;
use super::redline::{Mark, Redline};
use super::sections;
use super::sequence::moved;
use super::{lone, moves};
use units::{Side, Unit};

/// Text past these bounds is not shown side by side.
const MAX_BYTES: usize = 2 << 20;
const MAX_SENTENCES: usize = 20_000;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A front-matter field; the label is its dotted key.
    Field,
    /// The id of a step or of another entry of a list of tables; the label says which list.
    Entry,
    /// A field of the entry above; the label is its key.
    EntryField,
    /// A heading of this level.
    Heading(u8),
    /// A sentence of a paragraph.
    Paragraph,
    /// A sentence of a list item, in so many lists.
    Item(u8),
    /// A table row.
    Row,
    /// A line of code.
    Code,
    /// A line of raw HTML.
    Html,
    /// A link reference.
    Definition,
}

/// Where a cell stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its line, from 1.
    pub line: u32,
    /// Whether a paragraph, list item or other block begins with it.
    pub opens: bool,
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// It stands on both sides, unchanged.
    Same,
    /// It stands on both sides and says something else.
    Changed,
    /// It is gone.
    Removed,
    /// It is new.
    Added,
    /// It went elsewhere.
    MovedAway,
    /// It came from elsewhere.
    MovedHere,
}

/// One line of the two columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it shows.
    pub part: Part,
    /// The key of a field, or the name of the list an entry stands in.
    pub label: Option<String>,
    /// The old cell.
    pub old: Option<Cell>,
    /// The new cell.
    pub new: Option<Cell>,
    /// The text of both: the old cell shows what is not new, the new one what is not old.
    pub text: Redline,
    /// The row at the other end, where this one moved.
    pub moved: Option<usize>,
}

impl Row {
    /// Returns what happened to it.
    pub fn state(&self) -> RowState {
        match (self.old, self.new, self.moved) {
            (Some(_), Some(_), _) if self.text.0.iter().all(|(mark, _)| *mark == Mark::Same) => {
                RowState::Same
            }
            (Some(_), Some(_), _) => RowState::Changed,
            (_, None, Some(_)) => RowState::MovedAway,
            (_, Some(_), Some(_)) => RowState::MovedHere,
            (_, None, None) => RowState::Removed,
            (None, Some(_), None) => RowState::Added,
        }
    }
}

/// Both sides of an artifact, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideBySide {
    /// The rows in reading order.
    pub rows: Vec<Row>,
    /// Why there are none though the sides differ.
    pub unshown: Option<Unshown>,
}

/// Why two sides cannot be shown row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unshown {
    /// A side is too large.
    TooLarge,
    /// A side is no text.
    NoText,
}

/// Aligns the two sides of an artifact; a side that does not exist has no cells.
pub fn side_by_side(pair: &Pair) -> SideBySide {
    let side = |located: &Option<super::pairing::Located>| -> Option<FileSide> {
        located.as_ref().map(|located| located.side.clone())
    };
    let (old, new) = (side(&pair.old), side(&pair.new));
    let artifact = |side: &Option<FileSide>| match side {
        None => Some(None),
        Some(side) => side.artifact.as_ref().ok().cloned().map(Some),
    };
    if let (Some(before), Some(after)) = (artifact(&old), artifact(&new)) {
        return documents(
            before.as_deref().map(Document::of_artifact),
            after.as_deref().map(Document::of_artifact),
        );
    }
    let bytes = |side: &Option<FileSide>| side.as_ref().map(|side| side.bytes.clone());
    side_by_side_bytes(bytes(&old).as_deref(), bytes(&new).as_deref())
}

/// Aligns two files that need not be artifacts; a side that is `None` does not exist.
pub fn side_by_side_bytes(old: Option<&[u8]>, new: Option<&[u8]>) -> SideBySide {
    let text =
        |bytes: Option<&'_ [u8]>| bytes.map(|bytes| str::from_utf8(bytes).map(str::to_owned));
    match (text(old).transpose(), text(new).transpose()) {
        (Ok(old), Ok(new)) => documents(
            old.as_deref().map(Document::detected),
            new.as_deref().map(Document::detected),
        ),
        _ => SideBySide {
            unshown: Some(Unshown::NoText),
            ..SideBySide::default()
        },
    }
}

fn documents(old: Option<Document<'_>>, new: Option<Document<'_>>) -> SideBySide {
    let nothing = Document::detected("");
    let (old, new) = (old.as_ref(), new.as_ref());
    let large = |document: Option<&Document<'_>>| {
        document.is_some_and(|document| document.text.len() > MAX_BYTES)
    };
    let unshown = SideBySide {
        unshown: Some(Unshown::TooLarge),
        ..SideBySide::default()
    };
    if large(old) || large(new) {
        return unshown;
    }
    let (old, new) = (old.unwrap_or(&nothing), new.unwrap_or(&nothing));
    let (before, after) = (
        Prose::parse(old.text, old.body),
        Prose::parse(new.text, new.body),
    );
    if before.sentences.len().max(after.sentences.len()) > MAX_SENTENCES {
        return unshown;
    }
    let mut rows = fields(old, new);
    let (a, b) = (
        Side::read(old, &before, None),
        Side::read(new, &after, Some(old)),
    );
    let mut matches = units::entries(&a, &b);
    matches.extend(body(old, &before, &a, new, &after, &b));
    matches.sort_unstable();
    place(&a.units, &b.units, &matches, &mut rows);
    SideBySide {
        rows,
        unshown: None,
    }
}

/// The fields outside lists of tables, in the new file's order, then what is gone.
fn fields(old: &Document<'_>, new: &Document<'_>) -> Vec<Row> {
    let (before, after) = (units::fields(old), units::fields(new));
    let row = |old: Option<&Unit>, new: Option<&Unit>| Row {
        part: Part::Field,
        label: new.or(old).and_then(|unit| unit.label.clone()),
        old: old.map(|unit| unit.cell),
        new: new.map(|unit| unit.cell),
        text: compared(old, new),
        moved: None,
    };
    let of = |units: &[(String, Unit)], key: &str| -> Option<usize> {
        units.iter().position(|(other, _)| other == key)
    };
    let mut rows: Vec<Row> = after
        .iter()
        .map(|(key, unit)| row(of(&before, key).map(|at| &before[at].1), Some(unit)))
        .collect();
    let gone = before.iter().filter(|(key, _)| of(&after, key).is_none());
    rows.extend(gone.map(|(_, unit)| row(Some(unit), None)));
    rows
}

/// Which headings and sentences belong together, as pairs of units.
fn body(
    old: &Document<'_>,
    before: &Prose,
    a: &Side,
    new: &Document<'_>,
    after: &Prose,
    b: &Side,
) -> Vec<(usize, usize)> {
    let sections = sections::pair((old, before), (new, after));
    let text = |prose: &Prose| -> Vec<String> {
        let sentences = prose.sentences.iter();
        sentences.map(|sentence| sentence.text.clone()).collect()
    };
    let (olds, news) = (text(before), text(after));
    let olds: Vec<&str> = olds.iter().map(String::as_str).collect();
    let news: Vec<&str> = news.iter().map(String::as_str).collect();
    let pairs = sections.of_old.iter().enumerate();
    let pairs: Vec<Both> = std::iter::once((None, None))
        .chain(pairs.filter_map(|(old, new)| Some((Some(old), Some((*new)?.0)))))
        .collect();
    let mut matches = Vec::new();
    let mut all = Vec::new();
    for both in pairs {
        if let (Some(old), Some(new)) = both {
            matches.push((a.heading(old), b.heading(new)));
        }
        let from = before.within(units::own_range(old, both.0));
        let to = after.within(units::own_range(new, both.1));
        let alignment = align(&olds, from, &news, to);
        let found = alignment.same.iter().chain(&alignment.changed);
        matches.extend(found.map(|(old, new)| (a.sentence(*old), b.sentence(*new))));
        all.push((both, alignment));
    }
    let alone = |document: &Document<'_>, prose: &Prose, none: &dyn Fn(usize) -> bool| {
        let sections = (0..document.outline.sections.len()).filter(|at| none(*at));
        sections
            .flat_map(|at| prose.within(units::own_range(document, Some(at))))
            .collect::<Vec<usize>>()
    };
    let gone = alone(old, before, &|at| sections.of_old[at].is_none());
    let came = alone(new, after, &|at| sections.of_new[at].is_none());
    let moves = moves::find(&all, (&olds, &gone), (&news, &came), |at| {
        lone::is_item(after, &[at])
    });
    matches.extend(
        moves
            .iter()
            .map(|(new, old)| (a.sentence(*old), b.sentence(*new))),
    );
    matches
}

/// Puts the units in rows: what kept its order side by side, everything else on its own.
fn place(old: &[Unit], new: &[Unit], matches: &[(usize, usize)], rows: &mut Vec<Row>) {
    let weights: Vec<(usize, u64)> = matches
        .iter()
        .map(|(from, to)| (*to, old[*from].text.len() as u64 + 1))
        .collect();
    let travelling = moved(&weights);
    let pairs = || matches.iter().zip(&travelling);
    let (mut away, mut here) = (vec![None; old.len()], vec![None; new.len()]);
    for ((from, to), _) in pairs().filter(|(_, moved)| **moved) {
        (away[*from], here[*to]) = (Some(*to), Some(*from));
    }
    let stay = pairs().filter(|(_, moved)| !**moved).map(|(both, _)| *both);
    let (mut row_of_old, mut row_of_new) = (vec![0; old.len()], vec![0; new.len()]);
    let (mut x, mut y) = (0, 0);
    for (from, to) in stay.chain([(old.len(), new.len())]) {
        for at in x..from {
            row_of_old[at] = rows.len();
            rows.push(row(Some(&old[at]), None, away[at].map(|to| &new[to])));
        }
        for at in y..to {
            row_of_new[at] = rows.len();
            rows.push(row(None, Some(&new[at]), here[at].map(|from| &old[from])));
        }
        if from < old.len() {
            rows.push(row(Some(&old[from]), Some(&new[to]), None));
        }
        (x, y) = (from + 1, to + 1);
    }
    for ((from, to), _) in pairs().filter(|(_, moved)| **moved) {
        let (away, here) = (row_of_old[*from], row_of_new[*to]);
        rows[away].moved = Some(here);
        rows[here].moved = Some(away);
    }
}

/// A row; `elsewhere` is the other end of one that moved.
fn row(old: Option<&Unit>, new: Option<&Unit>, elsewhere: Option<&Unit>) -> Row {
    let shown = new.or(old);
    Row {
        part: shown.map_or(Part::Paragraph, |unit| unit.part),
        label: shown.and_then(|unit| unit.label.clone()),
        old: old.map(|unit| unit.cell),
        new: new.map(|unit| unit.cell),
        text: compared(old.or(elsewhere), new.or(elsewhere)),
        moved: None,
    }
}

fn compared(old: Option<&Unit>, new: Option<&Unit>) -> Redline {
    let one = |mark, unit: &Unit| Redline(vec![(mark, unit.text.clone())]);
    match (old, new) {
        (Some(old), Some(new)) => Redline::between(&old.text, &new.text).0,
        (Some(old), None) => one(Mark::Old, old),
        (None, Some(new)) => one(Mark::New, new),
        (None, None) => Redline::default(),
    }
}

impl SideBySide {
    /// Returns the rows that changed or moved, and `around` rows on each side of them.
    pub fn near_changes(&self, around: usize) -> BTreeSet<usize> {
        let changed = self.rows.iter().enumerate();
        changed
            .filter(|(_, row)| row.state() != RowState::Same)
            .flat_map(|(at, _)| at.saturating_sub(around)..=at.saturating_add(around))
            .filter(|at| *at < self.rows.len())
            .collect()
    }
}

#[cfg(test)]
mod tests;
