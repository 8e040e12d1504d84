//! References by number: to a place in a text, or to a version of another document.

use std::ops::Range;

use super::date::DateMention;
use super::span;
use super::words::Word;

/// One reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) span: Range<usize>,
    /// What is referred to: `section`, `rfc`.
    pub(crate) label: String,
    /// Its number as written.
    pub(crate) number: String,
    /// Whether it is another document or its version, rather than a place in a text.
    pub(crate) outside: bool,
}

impl Reference {
    /// Whether two references name the same thing.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.label == other.label && self.number == other.number
    }
}

#[rustfmt::skip]
const PLACES: &[&str] = &[
    "section", "sections", "sec", "§", "§§", "clause", "clauses", "article", "articles",
    "paragraph", "paragraphs", "para", "item", "items", "appendix", "annex", "chapter", "table",
    "figure", "step", "schedule", "exhibit", "subsection", "subsections", "requirement",
    "control",
];
const VERSIONS: &[&str] = &["version", "revision", "rev", "edition", "release", "v"];

/// Reads the references of a sentence, in order.
pub(super) fn read(words: &[Word], dates: &[DateMention]) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let taken = dates
            .iter()
            .any(|date| date.span.start <= words[at].start && words[at].start < date.span.end);
        match reference(words, at).filter(|_| !taken) {
            Some((count, label, outside)) => {
                let number: String = words[at + 1..at + count]
                    .iter()
                    .filter(|word| !word.is("."))
                    .map(|word| word.lower.as_str())
                    .collect();
                let glued = words[at].lower.rsplit_once('-').filter(|_| count == 1);
                out.push(Reference {
                    span: span(words, at..at + count),
                    number: glued.map_or(number, |(_, number)| number.to_owned()),
                    label,
                    outside,
                });
                at += count;
            }
            None => at += 1,
        }
    }
    out
}

fn reference(words: &[Word], at: usize) -> Option<(usize, String, bool)> {
    let word = &words[at];
    let dotted = usize::from(words.get(at + 1).is_some_and(|next| next.is(".")));
    let numbered = |from: usize| words.get(from).is_some_and(number);
    if word.any(PLACES) {
        let from = at + 1 + dotted;
        let letter = |word: &Word| word.capital && word.end - word.start == 1;
        let named = numbered(from) || words.get(from).is_some_and(letter) && word.capital;
        return named.then(|| (tail(words, from) - at, singular(&word.lower), false));
    }
    if word.any(VERSIONS) {
        let from = at + 1 + dotted;
        return numbered(from).then(|| (tail(words, from) - at, "version".to_owned(), true));
    }
    if let Some((name, digits)) = word.lower.split_once('-')
        && matches!(name, "rfc" | "eip" | "erc" | "iso" | "cve" | "bcp" | "pep")
        && digits.starts_with(|ch: char| ch.is_ascii_digit())
    {
        return Some((1, name.to_owned(), true));
    }
    // RFC 2119, ISO 27001:2022, NIST SP 800-53
    if !word.capitals || word.lower.len() < 2 || word.numeric() || !word.spoken {
        return None;
    }
    let series = usize::from(
        words
            .get(at + 1)
            .is_some_and(|next| next.capitals && !next.numeric()),
    );
    let from = at + 1 + series;
    let year_or_amount = words.get(from).is_some_and(|next| next.lower.contains(','));
    if !numbered(from) || year_or_amount {
        return None;
    }
    let label: Vec<&str> = words[at..from]
        .iter()
        .map(|word| word.lower.as_str())
        .collect();
    Some((tail(words, from) - at, label.join(" "), true))
}

fn singular(label: &str) -> String {
    match label {
        "§" | "§§" | "sec" => "section".to_owned(),
        "para" => "paragraph".to_owned(),
        label => label.strip_suffix('s').unwrap_or(label).to_owned(),
    }
}

/// A number of a place: `3.3`, `5.4.1`, `4a`, `800-53`.
fn number(word: &Word) -> bool {
    word.numeric()
        && word
            .lower
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// Where a number ends, with what hangs on it: `.1`, `(1)(a)`, `:2022`.
fn tail(words: &[Word], from: usize) -> usize {
    let mut end = from + 1;
    loop {
        let adjoins =
            |by: usize| end + by < words.len() && words[end + by].start == words[end + by - 1].end;
        let bracket =
            adjoins(0) && adjoins(1) && adjoins(2) && words[end].is("(") && words[end + 2].is(")");
        let colon = adjoins(0) && adjoins(1) && words[end].is(":") && words[end + 1].numeric();
        match (bracket, colon) {
            (true, _) => end += 3,
            (_, true) => end += 2,
            _ => return end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    fn references(text: &str) -> Vec<(String, bool)> {
        let words = words::read(text);
        let told = |one: Reference| (format!("{} {}", one.label, one.number), one.outside);
        read(&words, &[]).into_iter().map(told).collect()
    }

    #[test]
    fn places_and_documents_are_told_apart() {
        assert_eq!(
            references(
                "See Section 3.3(1), item 1 of §4, RFC 2119, ISO/IEC 27001:2022 and version 1.8.1."
            ),
            [
                ("section 3.3(1)".to_owned(), false),
                ("item 1".to_owned(), false),
                ("section 4".to_owned(), false),
                ("rfc 2119".to_owned(), true),
                ("iso/iec 27001:2022".to_owned(), true),
                ("version 1.8.1".to_owned(), true),
            ]
        );
    }

    #[test]
    fn plain_numbers_are_no_references() {
        assert_eq!(
            references("The TSC has 4 members and 25% of US $500."),
            [("tsc has".to_owned(), true)][..0]
        );
    }
}
