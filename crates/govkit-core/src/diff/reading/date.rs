//! Dates in running text.

use std::ops::Range;

use super::span;
use super::words::Word;

/// A date as it is written; parts that are not written are absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DateMention {
    pub(crate) span: Range<usize>,
    pub(crate) year: Option<u16>,
    pub(crate) month: u8,
    pub(crate) day: Option<u8>,
}

impl DateMention {
    /// Whether two mentions name the same day.
    pub(crate) fn same(&self, other: &Self) -> bool {
        (self.year, self.month, self.day) == (other.year, other.month, other.day)
    }
}

#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
];

fn month(word: &str) -> Option<u8> {
    let at = MONTHS.iter().position(|name| {
        *name == word || word.len() >= 3 && word.len() <= 4 && name.starts_with(word)
    })?;
    u8::try_from(at + 1).ok()
}

fn day(word: &str) -> Option<u8> {
    let digits = word.trim_end_matches(|ch: char| ch.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th");
    digits
        .parse()
        .ok()
        .filter(|day| ordinal && (1..=31).contains(day))
}

fn year(word: &str) -> Option<u16> {
    word.parse()
        .ok()
        .filter(|year| word.len() == 4 && (1900..2200).contains(year))
}

/// Reads the dates of a sentence, in order.
pub(super) fn read(words: &[Word]) -> Vec<DateMention> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match date(words, at) {
            Some((count, found)) => {
                let (year, month, day) = found;
                out.push(DateMention {
                    span: span(words, at..at + count),
                    year,
                    month,
                    day,
                });
                at += count;
            }
            None => at += 1,
        }
    }
    out
}

type Parts = (Option<u16>, u8, Option<u8>);

fn date(words: &[Word], at: usize) -> Option<(usize, Parts)> {
    let word = &words[at].lower;
    if let Some(parts) = hyphened(word) {
        return Some((1, parts));
    }
    let next = |by: usize| words.get(at + by).map(|word| word.lower.as_str());
    let comma = |by: usize| usize::from(next(by) == Some(","));
    // 16 February 2026, 16 February
    if let (Some(day), Some(month)) = (day(word), next(1).and_then(month)) {
        let gap = comma(2);
        let year = next(2 + gap).and_then(year);
        let count = if year.is_some() { 3 + gap } else { 2 };
        return Some((count, (year, month, Some(day))));
    }
    // February 16, 2026; February 2026; "May , 2026" with its day forgotten
    let month = month(word).filter(|_| words[at].capital)?;
    if let Some(day) = next(1).and_then(day) {
        let gap = comma(2);
        let year = next(2 + gap).and_then(year);
        let count = if year.is_some() { 3 + gap } else { 2 };
        return Some((count, (year, month, Some(day))));
    }
    let gap = comma(1);
    let year = next(1 + gap).and_then(year)?;
    Some((2 + gap, (Some(year), month, None)))
}

/// `2026-02-16`, `16-February-2026`, `1-Sept-2017`.
fn hyphened(word: &str) -> Option<Parts> {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    if let (Some(year), Ok(month), Some(day)) = (year(a), b.parse::<u8>(), day(c))
        && (1..=12).contains(&month)
    {
        return Some((Some(year), month, Some(day)));
    }
    Some((Some(year(c)?), month(b)?, Some(day(a)?)))
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    fn dates(text: &str) -> Vec<(String, Parts)> {
        let words = words::read(text);
        let told = |one: DateMention| (text[one.span].to_owned(), (one.year, one.month, one.day));
        read(&words).into_iter().map(told).collect()
    }

    #[test]
    fn dates_are_read_in_every_common_form() {
        let same = (Some(2026), 2, Some(16));
        for text in [
            "16-February-2026",
            "16 February 2026",
            "February 16, 2026",
            "2026-02-16",
            "16th Feb 2026",
        ] {
            assert_eq!(dates(text), [(text.to_owned(), same)]);
        }
        assert_eq!(
            dates("[Effective May , 2026]"),
            [("May , 2026".to_owned(), (Some(2026), 5, None))]
        );
        assert_eq!(dates("they may 3 times"), []);
        assert_eq!(dates("RFC 2119 and 12 members"), []);
    }
}
