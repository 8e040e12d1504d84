//! The order of named things when both sides may have added, removed and moved some.

use std::collections::HashSet;

use super::Sides;

/// A named thing in its place; things of different groups are never put between one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named<'k> {
    pub(super) key: &'k str,
    pub(super) group: u8,
}

/// Which side's order is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    Ours,
    Theirs,
}

/// Returns every name of all sides in the order of the answer, and whose order that is.
///
/// `None` where both sides moved things and not to the same places. Names must be unique in a
/// side. Names that one side removed are in the answer, too: whoever asks decides on them.
pub(super) fn order<'k>(sides: Sides<&[Named<'k>]>) -> Option<(Lead, Vec<&'k str>)> {
    let lead = leading(sides)?;
    let (first, second) = match lead {
        Lead::Ours => (sides.ours, sides.theirs),
        Lead::Theirs => (sides.theirs, sides.ours),
    };
    let known: HashSet<&str> = keys(sides.base).chain(keys(second)).collect();
    let mut placed: Vec<Named<'k>> = first.to_vec();
    place(&mut placed, second, |new, at| {
        // What our side added at this place stands first.
        lead == Lead::Ours && at.group == new.group && !known.contains(at.key)
    });
    place(&mut placed, sides.base, |_, _| false);
    Some((lead, placed.into_iter().map(|named| named.key).collect()))
}

/// The side whose order of what all three have is the other's or the one that changed.
fn leading(sides: Sides<&[Named<'_>]>) -> Option<Lead> {
    let all = sides.map(|side| keys(side).collect::<HashSet<_>>());
    let common =
        |key: &&str| all.base.contains(key) && all.ours.contains(key) && all.theirs.contains(key);
    let orders = sides.map(|side| keys(side).filter(common).collect::<Vec<_>>());
    if orders.theirs == orders.base || orders.theirs == orders.ours {
        Some(Lead::Ours)
    } else {
        (orders.ours == orders.base).then_some(Lead::Theirs)
    }
}

fn keys<'s, 'k: 's>(side: &'s [Named<'k>]) -> impl Iterator<Item = &'k str> + 's {
    side.iter().map(|named| named.key)
}

/// Puts what is missing behind the thing it stands behind on its own side.
fn place<'k>(
    placed: &mut Vec<Named<'k>>,
    side: &[Named<'k>],
    stays_before: impl Fn(Named<'k>, Named<'k>) -> bool,
) {
    let mut present: HashSet<&str> = placed.iter().map(|named| named.key).collect();
    let mut at = 0;
    for named in side {
        if present.contains(named.key) {
            let found = placed.iter().position(|other| other.key == named.key);
            at = found.map_or(at, |found| found + 1);
            continue;
        }
        while placed
            .get(at)
            .is_some_and(|other| stays_before(*named, *other))
        {
            at += 1;
        }
        placed.insert(at, *named);
        present.insert(named.key);
        at += 1;
    }
}
