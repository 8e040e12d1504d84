//! The words of a sentence, as the readers of duties, quantities and conditions see them.

use std::collections::HashMap;
use std::ops::Range;

/// A word, or a sign that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where it starts in the sentence.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// The word in lower case, typographic apostrophes and hyphens as a typewriter has them.
    pub(crate) lower: String,
    /// Whether it is written with a capital first letter.
    pub(crate) capital: bool,
    /// Whether it has two letters or more and all of them are capitals.
    pub(crate) capitals: bool,
    /// Whether it has a letter or a digit; otherwise it is one sign.
    pub(crate) spoken: bool,
    /// Whether a quotation mark or a back-tick stands right before it.
    pub(crate) quoted: bool,
}

impl Word {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.lower == word
    }

    pub(crate) fn any(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }

    /// Whether it starts with a digit.
    pub(crate) fn numeric(&self) -> bool {
        self.lower.starts_with(|ch: char| ch.is_ascii_digit())
    }
}

/// Reads the words of a sentence. Signs of emphasis, code spans and targets of links are none.
pub(crate) fn read(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut before = ' ';
    while let Some(ch) = text[at..].chars().next() {
        let rest = &text[at..];
        let skipped = unread(rest, before);
        if skipped > 0 {
            at += skipped;
            before = ')';
            continue;
        }
        if ch.is_alphanumeric() {
            let end = at + length(rest);
            out.push(word(text, at..end, before));
            at = end;
            before = text[..end].chars().next_back().unwrap_or(' ');
            continue;
        }
        at += ch.len_utf8();
        if !ch.is_whitespace() && !matches!(ch, '*' | '_' | '\\' | '"' | '“' | '”' | '‘' | '’')
        {
            out.push(sign(at - ch.len_utf8()..at, ch));
        }
        before = ch;
    }
    out
}

/// The length of what is no text: a code span, the target of a link, an address.
fn unread(rest: &str, before: char) -> usize {
    const MOST: usize = 2_000;
    if rest.starts_with('`') {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let fence = &rest[..ticks];
        return rest[ticks..]
            .find(fence)
            .map_or(ticks, |end| ticks + end + ticks);
    }
    if before == ']' && rest.starts_with(['(', '[']) {
        let close = if rest.starts_with('(') { ')' } else { ']' };
        return rest
            .char_indices()
            .take(MOST)
            .find(|(_, ch)| *ch == close)
            .map_or(0, |(end, _)| end + 1);
    }
    let address = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| rest.starts_with(*scheme));
    if address {
        return rest
            .find(|ch: char| ch.is_whitespace() || matches!(ch, '>' | ')' | ']' | '"'))
            .unwrap_or(rest.len());
    }
    0
}

/// The length of a word: letters and digits with the marks that hold them together.
fn length(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let joins = next.is_some_and(|next| match ch {
            '.' | ',' => {
                next.is_ascii_digit() && rest[..at].ends_with(|ch: char| ch.is_ascii_digit())
            }
            '\'' | '’' | '-' | '‑' | '–' | '/' | '_' => next.is_alphanumeric(),
            _ => false,
        });
        if ch.is_alphanumeric() || joins {
            end = at + ch.len_utf8();
        } else {
            break;
        }
    }
    end
}

fn word(text: &str, range: Range<usize>, before: char) -> Word {
    let written = &text[range.clone()];
    let lower: String = written
        .chars()
        .map(|ch| match ch {
            '’' => '\'',
            '‑' | '–' => '-',
            ch => ch,
        })
        .flat_map(char::to_lowercase)
        .collect();
    let letters = || written.chars().filter(|ch| ch.is_alphabetic());
    Word {
        start: range.start,
        end: range.end,
        capital: written.starts_with(char::is_uppercase),
        capitals: letters().count() > 1 && letters().all(char::is_uppercase),
        spoken: true,
        quoted: matches!(before, '"' | '“' | '‘' | '`' | '«'),
        lower,
    }
}

fn sign(range: Range<usize>, ch: char) -> Word {
    Word {
        start: range.start,
        end: range.end,
        lower: ch.to_string(),
        capital: false,
        capitals: false,
        spoken: false,
        quoted: false,
    }
}

/// Phrases to look for, by their first words.
pub(super) struct Lexicon {
    by_first: HashMap<&'static str, Vec<(usize, Vec<&'static str>)>>,
}

impl Lexicon {
    pub(super) fn new(phrases: impl IntoIterator<Item = &'static str>) -> Self {
        let mut by_first: HashMap<_, Vec<_>> = HashMap::new();
        for (which, phrase) in phrases.into_iter().enumerate() {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or("");
            by_first
                .entry(first)
                .or_default()
                .push((which, words.collect()));
        }
        Self { by_first }
    }

    /// The longest phrase the words from `at` on begin with: how many words it has, and which it is.
    ///
    /// Signs are words: a phrase does not go on behind a comma.
    pub(super) fn longest(&self, words: &[Word], at: usize) -> Option<(usize, usize)> {
        let (first, behind) = words.get(at..)?.split_first()?;
        let candidates = self.by_first.get(first.lower.as_str())?;
        let fits = |(_, rest): &&(usize, Vec<&str>)| {
            behind.len() >= rest.len()
                && rest
                    .iter()
                    .zip(behind)
                    .all(|(expected, word)| word.is(expected))
        };
        let found = candidates.iter().filter(fits);
        found
            .map(|(which, rest)| (rest.len() + 1, *which))
            .max_by_key(|(count, _)| *count)
    }
}

/// The words of closed classes: they carry grammar, not content.
#[rustfmt::skip]
pub(crate) const GRAMMAR: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "of", "in", "on", "at", "to", "by",
    "for", "from", "with", "as", "and", "or", "but", "nor", "so", "than", "then", "it", "its",
    "they", "their", "them", "he", "she", "his", "her", "we", "our", "us", "you", "your", "is",
    "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did",
    "which", "who", "whom", "whose", "what", "there", "here", "such", "also", "into", "onto",
    "upon", "per", "via", "s",
];

/// Whether a word says something by itself.
pub(crate) fn content(word: &Word) -> bool {
    word.spoken && !GRAMMAR.contains(&word.lower.as_str())
}

/// A word without the endings of number, tense and possession: `members`, `member's` and
/// `membership` stay apart from each other only where the stem is short.
pub(crate) fn stem(word: &str) -> &str {
    let word = word
        .strip_suffix("'s")
        .or_else(|| word.strip_suffix('\''))
        .unwrap_or(word);
    for ending in [
        "ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "y", "e",
    ] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 4
        {
            return stem;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower(text: &str) -> Vec<String> {
        read(text).into_iter().map(|word| word.lower).collect()
    }

    #[test]
    fn code_targets_and_emphasis_are_no_words() {
        assert_eq!(
            lower("The **CA** MUST see [Section 5](#5-x), `a b` or https://a.example/x."),
            [
                "the", "ca", "must", "see", "[", "section", "5", "]", ",", "or"
            ]
        );
    }

    #[test]
    fn words_keep_inner_marks() {
        assert_eq!(
            lower("CP/CPS, three-month 1,000.5 don’t (4)"),
            [
                "cp/cps",
                ",",
                "three-month",
                "1,000.5",
                "don't",
                "(",
                "4",
                ")"
            ]
        );
    }

    #[test]
    fn endings_of_number_and_tense_are_no_part_of_a_stem() {
        assert_eq!(stem("members"), stem("member"));
        assert_eq!(stem("notifies"), stem("notify"));
        assert_eq!(stem("retained"), stem("retain"));
        assert_ne!(stem("owner"), stem("manager"));
    }
}
