//! What a sentence says, as records: duties, quantities, dates, conditions, references.
//!
//! Every reader is a list of words and a few lines of grammar, so that a finding can be traced to
//! the words it rests on. English only; a sentence in another language has no records, and its
//! changes are changes of text.

mod bound;
mod condition;
mod date;
mod duty;
mod number;
mod party;
mod quantity;
mod reference;
pub(crate) mod words;

use std::ops::Range;

pub(crate) use bound::Bound;
pub(crate) use condition::{Condition, ConditionKind};
pub(crate) use date::DateMention;
pub(crate) use duty::{Duty, Force};
pub(crate) use party::{is_party, parties};
pub(crate) use quantity::{Dimension, Quantity, value_of};
pub(crate) use reference::Reference;
pub(crate) use words::{GRAMMAR, Word, content, stem};

/// A sentence and what was read from it; all ranges are bytes of the sentence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) words: Vec<Word>,
    pub(crate) duties: Vec<Duty>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) dates: Vec<DateMention>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) references: Vec<Reference>,
    /// Whether it begins with a verb that tells the reader to do something.
    pub(crate) imperative: bool,
}

impl Reading {
    /// Reads a sentence.
    pub(crate) fn of(text: &str) -> Self {
        let words = words::read(text);
        if boilerplate(&words) {
            return Self {
                words,
                ..Self::default()
            };
        }
        let dates = date::read(&words);
        let references = reference::read(&words, &dates);
        let taken: Vec<Range<usize>> = dates
            .iter()
            .map(|date| date.span.clone())
            .chain(references.iter().map(|reference| reference.span.clone()))
            .collect();
        let duties = duty::read(&words);
        Self {
            quantities: quantity::read(&words, &taken),
            conditions: condition::read(&words, &duties),
            imperative: duty::imperative(&words),
            duties,
            dates,
            references,
            words,
        }
    }

    /// Whether the sentence binds somebody.
    pub(crate) fn normative(&self) -> bool {
        self.imperative || self.duties.iter().any(|duty| duty.force > Force::Permit)
    }
}

/// The sentence that says how to read the words of duty; it names them all and binds nobody.
fn boilerplate(words: &[Word]) -> bool {
    let first: Vec<&str> = words
        .iter()
        .filter(|word| word.spoken)
        .take(3)
        .map(|word| word.lower.as_str())
        .collect();
    matches!(
        first.as_slice(),
        ["the", "key", "words"] | ["the", "keywords", ..]
    )
}

/// The bytes from one word to another, both included.
fn span(words: &[Word], range: Range<usize>) -> Range<usize> {
    match words.get(range.clone()) {
        Some([first, .., last]) => first.start..last.end,
        Some([only]) => only.start..only.end,
        _ => 0..0,
    }
}
