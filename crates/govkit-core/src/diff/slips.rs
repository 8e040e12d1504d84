//! Slips of spelling and grammar: changes a reader would not even notice as such.
//!
//! Articles, doubled words and signs, signs at the end, the ending of one word, another spelling of
//! the same word. Words that carry duties, negations, numbers and units are never slips.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::editorial::KEYWORDS;
use super::reading::{Force, Reading, Word, words};

/// Names the slip if two sentences differ in nothing else.
pub(super) fn slip(old: &str, new: &str) -> Option<&'static str> {
    /// More changes than this are an edit.
    const MOST: usize = 3;
    let (before, after) = (words::read(old), words::read(new));
    if before.len().abs_diff(after.len()) > MOST || unread(old, &before) != unread(new, &after) {
        return None;
    }
    let keys =
        |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.lower.clone()).collect() };
    let (a, b) = (keys(&before), keys(&after));
    let ops = capture_diff_slices(Algorithm::Myers, &a, &b);
    let changes: Vec<_> = ops.iter().filter(|op| op.tag() != DiffTag::Equal).collect();
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    if changes.is_empty() && dense(old) == dense(new) {
        return Some("blanks");
    }
    if changes.is_empty() || changes.len() > MOST {
        return None;
    }
    let (before, after) = (Reading::of(old), Reading::of(new));
    let mut names = Vec::new();
    for change in changes {
        let context = Context {
            old: &before,
            new: &after,
        };
        names.push(context.name(change.old_range(), change.new_range())?);
    }
    names.dedup();
    match names.as_slice() {
        [only] => Some(only),
        _ => Some("spelling, grammar or punctuation"),
    }
}

/// What no reader of words sees: code, targets, addresses. It has to be the same on both sides.
fn unread(text: &str, words: &[Word]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for word in words {
        out.push_str(&text[at..word.start]);
        at = word.end;
    }
    out.push_str(&text[at..]);
    let skipped =
        |ch: &char| !ch.is_whitespace() && !matches!(ch, '*' | '_' | '"' | '“' | '”' | '‘' | '’');
    out.chars().filter(skipped).collect()
}

struct Context<'a> {
    old: &'a Reading,
    new: &'a Reading,
}

impl Context<'_> {
    fn name(&self, a: std::ops::Range<usize>, b: std::ops::Range<usize>) -> Option<&'static str> {
        let (old, new) = (&self.old.words[a.clone()], &self.new.words[b.clone()]);
        match (old, new) {
            ([], [one]) => self.single(self.new, b.start, one),
            ([one], []) => self.single(self.old, a.start, one),
            ([one], [other]) => self.replaced(one, other, a.start),
            _ if !old.iter().chain(new).any(|word| word.spoken) => self.signs(old, new, b.end),
            _ => None,
        }
    }

    /// A word or sign only one side has.
    fn single(&self, side: &Reading, at: usize, word: &Word) -> Option<&'static str> {
        let before = at.checked_sub(1).map(|at| &side.words[at]);
        let after = side.words.get(at + 1);
        let double = |other: Option<&Word>| other.is_some_and(|other| other.lower == word.lower);
        if double(before) || double(after) {
            return Some(if word.spoken {
                "a doubled word"
            } else {
                "a doubled sign"
            });
        }
        if word.any(ARTICLES) {
            return Some("an article");
        }
        if word.spoken {
            return None;
        }
        let last = !side.words[at + 1..].iter().any(|word| word.spoken);
        if last && word.any(ENDS) {
            return Some("the sign at the end");
        }
        let behind = before.is_some_and(|word| word.any(&["g", "e", "etc", "."]));
        let introduced = at > 0 && side.words[..at].iter().all(|word| word.any(INTRODUCTIONS));
        (word.is(",") && (behind || introduced)).then_some("a comma")
    }

    fn signs(&self, old: &[Word], new: &[Word], end: usize) -> Option<&'static str> {
        let ends = |words: &[Word]| words.iter().all(|word| word.any(ENDS));
        (end == self.new.words.len() && ends(old) && ends(new)).then_some("the sign at the end")
    }

    /// One word in place of another.
    fn replaced(&self, old: &Word, new: &Word, at: usize) -> Option<&'static str> {
        if !old.spoken || !new.spoken {
            let last = at + 1 >= self.old.words.len();
            return (last && old.any(ENDS) && new.any(ENDS)).then_some("the sign at the end");
        }
        let (a, b) = (old.lower.as_str(), new.lower.as_str());
        if old.any(ARTICLES) && new.any(ARTICLES) {
            return Some("an article");
        }
        let before = at
            .checked_sub(1)
            .map(|at| self.old.words[at].lower.as_str());
        if before == Some("no") && (a, b) == ("long", "longer") {
            return Some("a slip of grammar");
        }
        if self.weighty(a) || self.weighty(b) || self.acts(at) {
            return None;
        }
        if plain(a) == plain(b) {
            return Some("a hyphen or an apostrophe");
        }
        if misspelt(a, b) {
            return Some("a spelling mistake");
        }
        if VARIANTS.iter().any(|(x, y)| swapped(a, b, x, y)) {
            return Some("the spelling of a word");
        }
        ending(a, b).then_some("the ending of a word")
    }

    /// Words that carry duties, negations, numbers and units.
    fn weighty(&self, word: &str) -> bool {
        let reading = Reading::of(word);
        let said =
            KEYWORDS.contains(&word) || !reading.quantities.is_empty() || !reading.dates.is_empty();
        said || NEGATIONS.contains(&word)
            || word.starts_with(|ch: char| ch.is_ascii_digit())
            || unit(word)
    }

    /// Whether a word belongs to who a duty binds.
    fn acts(&self, at: usize) -> bool {
        let Some(word) = self.old.words.get(at) else {
            return false;
        };
        let mut duties = self.old.duties.iter();
        duties.any(|duty| {
            duty.force > Force::Permit
                && duty.actor.start <= word.start
                && word.end <= duty.actor.end
        })
    }
}

const ARTICLES: &[&str] = &["a", "an", "the"];
/// Words that introduce a sentence, with or without a comma behind them.
#[rustfmt::skip]
const INTRODUCTIONS: &[&str] = &[
    "however", "therefore", "thus", "otherwise", "finally", "additionally", "furthermore",
    "moreover", "then", "first", "second", "third", "instead", "in", "addition", "general",
    "particular", "for", "example", "instance", "as", "such", "a", "result", "also",
    "similarly", "consequently", "hence", "currently", "ideally", "usually", "typically", "generally",
];
const ENDS: &[&str] = &[".", ";", ":", ",", "!"];
#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "none", "neither", "nor", "without", "nothing", "nobody", "least", "most", "less", "more",
    "all", "any", "every", "each", "some",
];

fn unit(word: &str) -> bool {
    let one = format!("1 {word}");
    !Reading::of(&one).quantities.is_empty()
        && !word.ends_with("ss")
        && [
            "second", "minute", "hour", "day", "week", "month", "quarter", "year",
        ]
        .iter()
        .any(|unit| word.starts_with(unit))
}

/// Without hyphens and apostrophes.
fn plain(word: &str) -> String {
    word.chars()
        .filter(|ch| !matches!(ch, '-' | '\''))
        .collect()
}

/// Whether a word is known to be a misspelling of the other.
fn misspelt(wrong: &str, right: &str) -> bool {
    misspellings::corrects(wrong, right)
}

/// Endings of spellings that differ by country.
const VARIANTS: &[(&str, &str)] = &[
    ("ise", "ize"),
    ("ised", "ized"),
    ("ising", "izing"),
    ("isation", "ization"),
    ("isations", "izations"),
    ("our", "or"),
    ("ours", "ors"),
    ("tre", "ter"),
    ("ence", "ense"),
    ("lled", "led"),
    ("lling", "ling"),
    ("ises", "izes"),
    ("yse", "yze"),
    ("ogue", "og"),
];

fn swapped(a: &str, b: &str, x: &str, y: &str) -> bool {
    let one = |a: &str, b: &str| {
        a.strip_suffix(x)
            .zip(b.strip_suffix(y))
            .is_some_and(|(a, b)| a == b && a.len() >= 3)
    };
    one(a, b) || one(b, a)
}

/// Whether two words differ in an ending of number or tense.
fn ending(a: &str, b: &str) -> bool {
    #[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "s", "es", "d", "ed", "'s", "s'", "'",
];
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = short
        .bytes()
        .zip(long.bytes())
        .take_while(|(x, y)| x == y)
        .count();
    if !short.is_char_boundary(shared) || !long.is_char_boundary(shared) || shared < 4 {
        return false;
    }
    ENDINGS.contains(&&short[shared..]) && ENDINGS.contains(&&long[shared..])
}

mod misspellings {
    /// Lines of a misspelling and its corrections, sorted: `recieve receive`. The build makes it
    /// from the dictionary of the `typos` project.
    const DICTIONARY: &str = include_str!(concat!(env!("OUT_DIR"), "/misspellings.txt"));

    /// Whether the dictionary lists `wrong` as a misspelling of `right`.
    pub(super) fn corrects(wrong: &str, right: &str) -> bool {
        let (mut start, mut end) = (0, DICTIONARY.len());
        while start < end {
            let middle = start + (end - start) / 2;
            let from = DICTIONARY.as_bytes()[..middle]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            let rest = &DICTIONARY.as_bytes()[from..];
            let length = rest
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(rest.len());
            let line = &DICTIONARY[from..from + length];
            let (key, corrections) = line.split_once(' ').unwrap_or((line, ""));
            match key.cmp(wrong) {
                std::cmp::Ordering::Equal => {
                    return corrections.split(' ').any(|word| word == right);
                }
                std::cmp::Ordering::Less => start = from + length + 1,
                std::cmp::Ordering::Greater => end = from,
            }
        }
        false
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_line_is_found_and_lines_are_sorted() {
            let keys: Vec<&str> = DICTIONARY
                .lines()
                .map(|line| line.split(' ').next().unwrap())
                .collect();
            assert!(keys.len() > 10_000);
            assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
            for line in DICTIONARY.lines().step_by(997) {
                let (wrong, right) = line.split_once(' ').unwrap();
                assert!(corrects(wrong, right.split(' ').next().unwrap()), "{line}");
            }
            assert!(!corrects("the", "teh") && !corrects("", "a") && !corrects("zzzzz", "a"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_would_notice_is_a_slip() {
        for (old, new) in [
            ("retained for defined time", "retained for a defined time"),
            ("There is no long a Chair", "There is no longer a Chair"),
            ("in the the array", "in the array"),
            ("kept in mind..", "kept in mind."),
            ("They recieve it", "They receive it"),
            ("the organisation of it", "the organization of it"),
            ("See A.", "See A"),
            ("one item;", "one item."),
            ("However it works", "However, it works"),
            ("CA's reports", "CAs reports"),
            ("of reports,we keep", "of reports, we keep"),
            ("the finding are kept", "the findings are kept"),
        ] {
            assert!(slip(old, new).is_some(), "{old} / {new}");
        }
    }

    #[test]
    fn what_may_carry_a_meaning_is_none() {
        for (old, new) in [
            ("it is now open", "it is not open"),
            ("you must log", "you most log"),
            ("within a day", "within days"),
            ("The owner must log it", "The owners must log it"),
            ("keep it in the contract", "keep it in the contact"),
            ("the minor risk", "the major risk"),
            ("lets eat, grandma and he", "lets eat grandma and he"),
            ("it is used to gether", "it is used together"),
            ("see `a`", "see `b`"),
            ("inclusion of it", "exclusion of it"),
        ] {
            assert_eq!(slip(old, new), None, "{old} / {new}");
        }
    }
}
