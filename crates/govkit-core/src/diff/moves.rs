//! Passages that stand elsewhere: equal text, long enough, once on each side.

use std::collections::{BTreeMap, BTreeSet};

use super::align::Alignment;
use super::body::Both;
use super::tokens::words;

/// Fewer words than this may stand in two places by chance.
const LEAST_WORDS: usize = 8;

/// Finds what moved, as pairs of old and new sentences in the new order.
///
/// `old.1` and `new.1` are the sentences of sections that are gone or new as a whole.
pub(super) fn find(
    all: &[(Both, Alignment)],
    old: (&[&str], &[usize]),
    new: (&[&str], &[usize]),
) -> BTreeMap<usize, usize> {
    let gone = all
        .iter()
        .flat_map(|(_, alignment)| &alignment.removed)
        .chain(old.1);
    let came = all
        .iter()
        .flat_map(|(_, alignment)| &alignment.added)
        .chain(new.1);
    let (gone, came): (BTreeSet<usize>, BTreeSet<usize>) =
        (gone.copied().collect(), came.copied().collect());
    let mut by_text: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in &gone {
        by_text.entry(old.0[*at]).or_default().0.push(*at);
    }
    for at in &came {
        if let Some(found) = by_text.get_mut(new.0[*at]) {
            found.1.push(*at);
        }
    }
    let mut moves = BTreeMap::new();
    for (text, (olds, news)) in &by_text {
        if let ([from], [to]) = (&**olds, &**news)
            && words(text).take(LEAST_WORDS).count() == LEAST_WORDS
        {
            moves.insert(*to, *from);
        }
    }
    // Short sentences that go along with a long one.
    for (to, from) in moves.clone() {
        grow(&mut moves, (to, from), 1, &gone, &came, old.0, new.0);
        grow(
            &mut moves,
            (to, from),
            usize::MAX,
            &gone,
            &came,
            old.0,
            new.0,
        );
    }
    moves
}

/// Adds the neighbours on one side (`by` is one forward, or one back by wrapping round).
fn grow(
    moves: &mut BTreeMap<usize, usize>,
    (to, from): (usize, usize),
    by: usize,
    gone: &BTreeSet<usize>,
    came: &BTreeSet<usize>,
    old: &[&str],
    new: &[&str],
) {
    let (mut to, mut from) = (to.wrapping_add(by), from.wrapping_add(by));
    let mut taken: BTreeSet<usize> = moves.values().copied().collect();
    while came.contains(&to)
        && gone.contains(&from)
        && !moves.contains_key(&to)
        && !taken.contains(&from)
        && old[from] == new[to]
    {
        moves.insert(to, from);
        taken.insert(from);
        (to, from) = (to.wrapping_add(by), from.wrapping_add(by));
    }
}
