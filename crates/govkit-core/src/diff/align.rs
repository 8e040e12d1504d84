//! Which sentence of the old text is which of the new.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::bag::{Bag, Words};

/// How the sentences of a passage belong together; numbers are those of the whole text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alignment {
    /// Equal ones.
    pub(super) same: Vec<(usize, usize)>,
    /// Ones that say something else.
    pub(super) changed: Vec<(usize, usize)>,
    /// Ones that are gone.
    pub(super) removed: Vec<usize>,
    /// Ones that are new.
    pub(super) added: Vec<usize>,
    /// Whether there was too much to pair what changed.
    pub(super) truncated: bool,
}

/// Sentences less alike than this are two sentences.
const LEAST_ALIKE: f64 = 0.5;

/// A sentence that alone stands in another's place may differ more.
const LEAST_ALIKE_ALONE: f64 = 0.4;

/// The most pairs of sentences of one gap that are held against each other.
const MAX_CELLS: usize = 250_000;

/// Aligns `old[a]` with `new[b]`: equal sentences first, then in each gap the alike ones in order.
pub(super) fn align(old: &[&str], a: Range<usize>, new: &[&str], b: Range<usize>) -> Alignment {
    let mut out = Alignment::default();
    let mut words = Words::default();
    for op in capture_diff_slices(Algorithm::Histogram, &old[a.clone()], &new[b.clone()]) {
        let (tag, from, to) = op.as_tag_tuple();
        let from = from.start + a.start..from.end + a.start;
        let to = to.start + b.start..to.end + b.start;
        match tag {
            DiffTag::Equal => out.same.extend(from.zip(to)),
            DiffTag::Delete => out.removed.extend(from),
            DiffTag::Insert => out.added.extend(to),
            DiffTag::Replace => gap(old, from, new, to, &mut words, &mut out),
        }
    }
    out
}

/// Pairs what is alike in a gap, keeping the order.
fn gap(
    old: &[&str],
    from: Range<usize>,
    new: &[&str],
    to: Range<usize>,
    words: &mut Words,
    out: &mut Alignment,
) {
    if from.len() * to.len() > MAX_CELLS {
        out.truncated = true;
        out.removed.extend(from);
        out.added.extend(to);
        return;
    }
    let mut read = |text: &str| (words.bag([text]), words.content(text));
    let before: Vec<(Bag, Bag)> = from.clone().map(|at| read(old[at])).collect();
    let after: Vec<(Bag, Bag)> = to.clone().map(|at| read(new[at])).collect();
    let least = if from.len() == 1 && to.len() == 1 {
        LEAST_ALIKE_ALONE
    } else {
        LEAST_ALIKE
    };
    let pairs = best_in_order(&before, &after, least);
    let (mut x, mut y) = (from.start, to.start);
    for (i, j) in pairs {
        out.removed.extend(x..from.start + i);
        out.added.extend(y..to.start + j);
        out.changed.push((from.start + i, to.start + j));
        (x, y) = (from.start + i + 1, to.start + j + 1);
    }
    out.removed.extend(x..from.end);
    out.added.extend(y..to.end);
}

/// How alike two sentences are; nothing where they are two.
fn score((all, said): &(Bag, Bag), (other_all, other_said): &(Bag, Bag), least: f64) -> f64 {
    /// A short sentence that was drawn out of a long one: it says at least half of its words again.
    const LEAST_SAID: usize = 4;
    /// Counts less than any two sentences that are alike.
    const DRAWN_OUT: f64 = 0.3;
    let alike = all.alike(other_all);
    if alike >= least {
        return alike;
    }
    let shared = said.shared(other_said);
    let shorter = said.len().min(other_said.len());
    if shared >= LEAST_SAID && shared * 2 >= shorter {
        return DRAWN_OUT;
    }
    0.0
}

/// The pairs in order on both sides whose likeness adds up to the most.
fn best_in_order(before: &[(Bag, Bag)], after: &[(Bag, Bag)], least: f64) -> Vec<(usize, usize)> {
    let width = after.len() + 1;
    let mut best = vec![0.0_f64; (before.len() + 1) * width];
    let mut alike = vec![0.0_f64; before.len() * after.len()];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            let score = score(&before[i], &after[j], least);
            alike[i * after.len() + j] = score;
            let together = best[(i + 1) * width + j + 1] + score;
            best[i * width + j] = together
                .max(best[(i + 1) * width + j])
                .max(best[i * width + j + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < before.len() && j < after.len() {
        let here = best[i * width + j];
        let score = alike[i * after.len() + j];
        if score > 0.0 && here == best[(i + 1) * width + j + 1] + score {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sentences_anchor_and_alike_ones_pair_in_order() {
        let old = ["Log the call.", "Tell the owner within a day.", "Close it."];
        let new = [
            "Log the call.",
            "Wait.",
            "Tell the owner within two days.",
            "Close it.",
        ];
        let found = align(&old, 0..3, &new, 0..4);
        assert_eq!(found.same, [(0, 0), (2, 3)]);
        assert_eq!(found.changed, [(1, 2)]);
        assert_eq!((found.removed, found.added), (vec![], vec![1]));
    }

    #[test]
    fn sentences_that_share_little_are_two() {
        let found = align(
            &["The owner keeps records."],
            0..1,
            &["Auditors visit every plant."],
            0..1,
        );
        assert_eq!((found.removed, found.added), (vec![0], vec![0]));
    }
}
