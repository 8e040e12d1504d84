//! Passages that stand elsewhere: equal text, long enough, once on each side.

use std::collections::{BTreeMap, BTreeSet};

use super::align::Alignment;
use super::bag::{Bag, Words};
use super::body::Both;
use super::tokens::words;

/// Fewer words than this may stand in two places by chance.
const LEAST_WORDS: usize = 8;
/// A whole list item names one thing; fewer words will do.
const LEAST_OF_ITEM: usize = 3;

/// Finds what moved, as pairs of old and new sentences in the new order.
///
/// `old.1` and `new.1` are the sentences of sections that are gone or new as a whole; `is_item` says
/// whether a new sentence is a whole list item.
pub(super) fn find(
    all: &[(Both, Alignment)],
    old: (&[&str], &[usize]),
    new: (&[&str], &[usize]),
    is_item: impl Fn(usize) -> bool,
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
    let mut moves = Moves {
        of_new: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    for (text, (olds, news)) in &by_text {
        let ([from], [to]) = (&**olds, &**news) else {
            continue;
        };
        let least = if is_item(*to) {
            LEAST_OF_ITEM
        } else {
            LEAST_WORDS
        };
        if words(text).take(least).count() == least {
            moves.take(*to, *from);
        }
    }
    // Short sentences that go along with a long one.
    let fits = |to: usize, from: usize| {
        came.contains(&to) && gone.contains(&from) && old.0[from] == new.0[to]
    };
    for (to, from) in moves.of_new.clone() {
        moves.grow(to, from, 1, fits);
        moves.grow(to, from, usize::MAX, fits);
    }
    moves.of_new
}

/// Sentences of the same kind of length that were edited on the way: at least this much alike.
const LEAST_ALIKE: f64 = 0.8;
/// The most pairs of sentences that are held against each other.
const MAX_CELLS: usize = 40_000;

/// Finds what moved and was edited on the way, as pairs of new and old sentences.
///
/// Each is the other's clear counterpart: nothing else on either side is as alike.
pub(super) fn edited(old: (&[&str], &[usize]), new: (&[&str], &[usize])) -> BTreeMap<usize, usize> {
    let mut bags = Words::default();
    let mut long = |(texts, some): (&[&str], &[usize])| -> Vec<(usize, Bag)> {
        let bag = |at: &usize| (*at, bags.bag([texts[*at]]));
        some.iter()
            .map(bag)
            .filter(|(_, bag)| bag.len() >= LEAST_WORDS)
            .collect()
    };
    let (gone, came) = (long(old), long(new));
    let mut out = BTreeMap::new();
    if gone.len() * came.len() > MAX_CELLS {
        return out;
    }
    let best = |one: &Bag, all: &[(usize, Bag)]| -> Option<usize> {
        let mut alike = all
            .iter()
            // Sentences of very different length cannot be that much alike.
            .filter(|(_, other)| {
                let (less, more) = (one.len().min(other.len()), one.len().max(other.len()));
                2.0 * less as f64 >= LEAST_ALIKE * (less + more) as f64
            })
            .map(|(at, other)| (*at, one.alike(other)))
            .filter(|(_, score)| *score >= LEAST_ALIKE);
        match (alike.next(), alike.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    };
    for (to, bag) in &came {
        if let Some(from) = best(bag, &gone)
            && let Some((_, back)) = gone.iter().find(|(at, _)| *at == from)
            && best(back, &came) == Some(*to)
        {
            out.insert(*to, from);
        }
    }
    out
}

struct Moves {
    of_new: BTreeMap<usize, usize>,
    taken: BTreeSet<usize>,
}

impl Moves {
    fn take(&mut self, to: usize, from: usize) {
        self.of_new.insert(to, from);
        self.taken.insert(from);
    }

    /// Adds neighbours on one side: `by` is one, or one back by wrapping round.
    fn grow(&mut self, to: usize, from: usize, by: usize, fits: impl Fn(usize, usize) -> bool) {
        let (mut to, mut from) = (to.wrapping_add(by), from.wrapping_add(by));
        while fits(to, from) && !self.of_new.contains_key(&to) && !self.taken.contains(&from) {
            self.take(to, from);
            (to, from) = (to.wrapping_add(by), from.wrapping_add(by));
        }
    }
}
