//! Words that say what a sentence is about.

use std::collections::BTreeSet;

/// Words that stand in any rule, and units of time.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "after", "also", "always", "been", "before", "being", "deadline", "does", "each", "every",
    "everybody", "from", "have", "hour", "hours", "days", "into", "least", "limit", "longer",
    "maximum", "minimum", "minute", "minutes", "month", "months", "more", "most", "must",
    "only", "other", "params", "period", "second", "seconds", "shall", "should", "such", "than",
    "that", "their", "them", "then", "there", "these", "they", "this", "time", "under",
    "unless", "until", "week", "weeks", "when", "where", "which", "will", "with", "within",
    "without", "year", "years",
];
/// Letters in which two forms of one word agree.
const STEM: usize = 5;

/// Returns the stems of the words a text is about.
pub(super) fn content_words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|ch: char| !ch.is_alphabetic());
    words
        .filter(|word| word.chars().count() >= 4 && !EMPTY.contains(word))
        .map(|word| word.chars().take(STEM).collect())
        .collect()
}
