//! A three-way comparison of two sequences with what both were made from.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::Sides;

/// What became of a stretch of the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Neither side changed it.
    Kept,
    /// Our side changed it.
    Ours,
    /// Their side changed it.
    Theirs,
    /// Both sides changed it in the same way.
    Both,
    /// Both sides changed it, and not in the same way.
    Conflict,
}

/// A stretch of all three sequences; the stretches of a comparison cover each of them in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) fate: Fate,
    pub(super) at: Sides<Range<usize>>,
}

/// A change of one side: what it replaces, and what it puts there.
#[derive(Clone, Debug)]
struct Edit {
    base: Range<usize>,
    side: Range<usize>,
}

/// Compares both sides with the base.
///
/// Unlike in a line merge of git, changes that only touch are two changes: neighbouring items of
/// a list, rows of a table and sentences are passages of their own. Two insertions at one place
/// are a conflict, since nobody said which comes first.
pub(super) fn three_way<T: Eq + Hash + Ord>(sides: Sides<&[T]>) -> Vec<Region> {
    let ours = edits(sides.base, sides.ours);
    let theirs = edits(sides.base, sides.theirs);
    let mut regions = Vec::new();
    let (mut a, mut b) = (0, 0);
    let mut at = Sides::new(0, 0, 0);
    while a < ours.len() || b < theirs.len() {
        let (from_a, from_b) = (a, b);
        let mut span = match (ours.get(a), theirs.get(b)) {
            (Some(x), Some(y)) if comes_first(x, y) => x.base.clone(),
            (Some(x), None) => x.base.clone(),
            (_, Some(y)) => y.base.clone(),
            (None, None) => break,
        };
        loop {
            if let Some(edit) = ours
                .get(a)
                .filter(|edit| meets(&span, edit, a == from_a && b == from_b))
            {
                span = span.start.min(edit.base.start)..span.end.max(edit.base.end);
                a += 1;
            } else if let Some(edit) = theirs
                .get(b)
                .filter(|edit| meets(&span, edit, a == from_a && b == from_b))
            {
                span = span.start.min(edit.base.start)..span.end.max(edit.base.end);
                b += 1;
            } else {
                break;
            }
        }
        push_kept(&mut regions, &mut at, span.start);
        let taken = Sides::new(
            span.clone(),
            side_range(at.ours, &span, &ours[from_a..a]),
            side_range(at.theirs, &span, &theirs[from_b..b]),
        );
        let fate = match (a > from_a, b > from_b) {
            (true, false) => Fate::Ours,
            (false, true) => Fate::Theirs,
            _ if sides.ours[taken.ours.clone()] == sides.theirs[taken.theirs.clone()] => Fate::Both,
            _ => Fate::Conflict,
        };
        at = taken.clone().map(|range| range.end);
        regions.push(Region { fate, at: taken });
    }
    push_kept(&mut regions, &mut at, sides.base.len());
    regions
}

fn edits<T: Eq + Hash + Ord>(base: &[T], side: &[T]) -> Vec<Edit> {
    let ops = capture_diff_slices(Algorithm::Histogram, base, side);
    let mut edits: Vec<Edit> = Vec::new();
    for op in ops.iter().filter(|op| op.tag() != DiffTag::Equal) {
        let (base, side) = (op.old_range(), op.new_range());
        match edits.last_mut() {
            Some(last) if last.base.end == base.start && last.side.end == side.start => {
                last.base.end = base.end;
                last.side.end = side.end;
            }
            _ => edits.push(Edit { base, side }),
        }
    }
    edits
}

/// An insertion comes before what replaces the text behind it.
fn comes_first(ours: &Edit, theirs: &Edit) -> bool {
    (ours.base.start, ours.base.end) <= (theirs.base.start, theirs.base.end)
}

/// Whether an edit belongs to the stretch that grows: the first one does, and what overlaps it.
fn meets(span: &Range<usize>, edit: &Edit, first: bool) -> bool {
    if first {
        return edit.base == *span;
    }
    let both_insert = span.is_empty() && edit.base.is_empty() && span.start == edit.base.start;
    both_insert || (edit.base.start < span.end && span.start < edit.base.end)
}

/// What a side has for a stretch of the base: its edits, and unchanged text between them.
fn side_range(from: usize, span: &Range<usize>, edits: &[Edit]) -> Range<usize> {
    let changed: isize = edits
        .iter()
        .map(|edit| edit.side.len() as isize - edit.base.len() as isize)
        .sum();
    let length = span.len() as isize + changed;
    from..from + usize::try_from(length).unwrap_or(0)
}

fn push_kept(regions: &mut Vec<Region>, at: &mut Sides<usize>, to: usize) {
    let length = to.saturating_sub(at.base);
    if length > 0 {
        let kept = at.map(|start| start..start + length);
        *at = kept.clone().map(|range| range.end);
        regions.push(Region {
            fate: Fate::Kept,
            at: kept,
        });
    }
}
