//! Words that were replaced by the same words throughout a text.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Side, hunks, inflected};
use crate::diff::reading::{Reading, Word, content, words};

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
    if sentences.len() < LEAST {
        return Vec::new();
    }
    let mut places: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, (old, new)) in sentences.iter().enumerate() {
        let (old, new) = (words::read(old), words::read(new));
        for (a, b) in hunks(&old, &new) {
            let (before, after) = (key(&old, a.clone()), key(&new, b.clone()));
            if short(&old, a) && short(&new, b) && !inflected(&before, &after) {
                places.entry((before, after)).or_default().push(at);
            }
        }
    }
    let often = places.into_iter().filter(|(_, at)| at.len() >= LEAST);
    often
        .filter_map(|((old, new), at)| {
            // Only what is frequent is read, and what is part of a record is left out.
            let term = |at: &&usize| {
                let (before, after) = sentences[**at];
                plain(before, &old) && plain(after, &new)
            };
            let mut terms = at.iter().filter(term);
            let first = *terms.next()?;
            let count = terms.count() + 1;
            (count >= LEAST).then_some(Term {
                old,
                new,
                count,
                first,
            })
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

/// Whether some words say something and are few: longer replacements are rewritings.
fn short(words: &[Word], range: Range<usize>) -> bool {
    const MOST: usize = 5;
    range.len() <= MOST && words[range].iter().any(content)
}

/// Whether a term stands in a sentence and is no part of a duty, a quantity, a date or a reference.
fn plain(sentence: &str, term: &str) -> bool {
    let reading = Reading::of(sentence);
    let said: Vec<&Word> = reading.words.iter().filter(|word| word.spoken).collect();
    let count = term.split(' ').count();
    let found = said.windows(count).find(|words| {
        words
            .iter()
            .zip(term.split(' '))
            .all(|(word, expected)| word.is(expected))
    });
    let Some((first, last)) = found.and_then(|words| words.first().zip(words.last())) else {
        return false;
    };
    let bytes = first.start..last.end;
    let overlaps = |span: &Range<usize>| span.start < bytes.end && bytes.start < span.end;
    !reading.duties.iter().any(|duty| overlaps(&duty.modal))
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
