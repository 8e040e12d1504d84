//! Words that were replaced by the same words throughout a text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Side, hunks, inflected};
use crate::diff::reading::{Reading, Word, content};

/// How often a replacement has to occur to be one decision rather than several.
const LEAST: usize = 3;

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diff) struct Term {
    pub(in crate::diff) old: String,
    pub(in crate::diff) new: String,
    pub(in crate::diff) count: usize,
    /// The first sentence it stands in: its place among those given.
    pub(in crate::diff) first: usize,
}

impl Term {
    pub(super) fn is(
        &self,
        old: &Side<'_>,
        a: Range<usize>,
        new: &Side<'_>,
        b: Range<usize>,
    ) -> bool {
        key(old.words(), a) == self.old && key(new.words(), b) == self.new
    }
}

/// Finds what was replaced by the same words three times or more; records of their own are no terms.
pub(in crate::diff) fn replaced(sentences: &[(&str, &str)]) -> Vec<Term> {
    let mut counts: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    if sentences.len() < LEAST {
        return Vec::new();
    }
    for (at, (old, new)) in sentences.iter().enumerate() {
        let (old, new) = (Reading::of(old), Reading::of(new));
        for (a, b) in hunks(&old.words, &new.words) {
            if !plain(&old, a.clone()) || !plain(&new, b.clone()) {
                continue;
            }
            if inflected(&key(&old.words, a.clone()), &key(&new.words, b.clone())) {
                continue;
            }
            let count = counts
                .entry((key(&old.words, a), key(&new.words, b)))
                .or_insert((0, at));
            count.0 += 1;
        }
    }
    let often = counts.into_iter().filter(|(_, (count, _))| *count >= LEAST);
    often
        .map(|((old, new), (count, first))| Term {
            old,
            new,
            count,
            first,
        })
        .collect()
}

fn key(words: &[Word], range: Range<usize>) -> String {
    let words: Vec<&str> = words[range]
        .iter()
        .filter(|word| word.spoken)
        .map(|word| word.lower.as_str())
        .collect();
    words.join(" ")
}

/// Whether some words say something and are no part of a duty, a quantity, a date or a reference.
fn plain(reading: &Reading, range: Range<usize>) -> bool {
    /// Longer replacements are rewritings.
    const MOST: usize = 5;
    let words = &reading.words[range];
    let Some((first, last)) = words.first().zip(words.last()) else {
        return false;
    };
    let bytes = first.start..last.end;
    let overlaps = |span: &Range<usize>| span.start < bytes.end && bytes.start < span.end;
    words.len() <= MOST
        && words.iter().any(content)
        && !reading.duties.iter().any(|duty| overlaps(&duty.modal))
        && !reading
            .quantities
            .iter()
            .any(|quantity| overlaps(&quantity.whole))
        && !reading.dates.iter().any(|date| overlaps(&date.span))
        && !reading
            .references
            .iter()
            .any(|reference| overlaps(&reference.span))
}
