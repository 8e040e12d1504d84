//! Tokens of a sentence: what a reader sees as one thing.

/// A piece of a sentence and the blanks before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    /// Where the blanks before it start.
    pub(super) blank: usize,
    /// Where it starts.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// What it is compared by.
    pub(super) key: &'a str,
    /// Whether it has a letter or a digit.
    pub(super) word: bool,
}

impl Token<'_> {
    pub(super) fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    pub(super) fn blank_of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.blank..self.start]
    }
}

/// Splits a sentence; only blanks at its end belong to no token.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at + blanks(&text[at..]);
        if start == text.len() {
            break;
        }
        let end = start + length(&text[start..]);
        let key = &text[start..end];
        out.push(Token {
            blank: at,
            start,
            end,
            key,
            word: key.contains(char::is_alphanumeric),
        });
        at = end;
    }
    out
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The length of the token `text` starts with; at least one character.
fn length(text: &str) -> usize {
    code(text)
        .or_else(|| link(text))
        .or_else(|| insert(text))
        .or_else(|| address(text))
        .or_else(|| quantity(text))
        .or_else(|| word(text))
        .or_else(|| text.chars().next().map(char::len_utf8))
        .unwrap_or(text.len())
}

/// A code span: as many back-ticks at its end as at its start.
fn code(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    if ticks == 0 {
        return None;
    }
    let fence = &text[..ticks];
    let mut from = ticks;
    loop {
        let at = from + text[from..].find(fence)?;
        let run = text[at..].len() - text[at..].trim_start_matches('`').len();
        if run == ticks {
            return Some(at + run);
        }
        from = at + run;
    }
}

/// A Markdown link or image: `[text](target)`, `[text][label]`.
fn link(text: &str) -> Option<usize> {
    let open = usize::from(text.starts_with('!'));
    let inside = closing(&text[open..], '[', ']')? + open;
    let rest = &text[inside..];
    let more = match rest.chars().next()? {
        '(' => closing(rest, '(', ')')?,
        '[' => closing(rest, '[', ']')?,
        _ => return None,
    };
    Some(inside + more)
}

/// A parameter, `{{ name }}`.
fn insert(text: &str) -> Option<usize> {
    /// Longer than any name of a parameter.
    const MOST: usize = 200;
    let inside = text.strip_prefix("{{")?.as_bytes();
    let end = inside
        .windows(2)
        .take(MOST)
        .position(|pair| pair == b"}}")?;
    Some(end + 4)
}

/// The length up to the bracket that closes the one `text` starts with.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    /// Longer than any link people write; keeps a text of open brackets cheap.
    const MAX: usize = 2_000;
    if !text.starts_with(open) {
        return None;
    }
    let mut depth = 0;
    for (at, ch) in text.char_indices().take(MAX) {
        if ch == open {
            depth += 1;
        } else if ch == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + ch.len_utf8());
            }
        }
    }
    None
}

fn address(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://", "mailto:"]
        .iter()
        .find(|scheme| text.starts_with(**scheme))?;
    let end = text
        .find(|ch: char| ch.is_whitespace() || matches!(ch, '<' | '>' | '"' | ')' | ']'))
        .unwrap_or(text.len());
    let end = text[..end]
        .trim_end_matches(['.', ',', ';', ':', '*', '_'])
        .len();
    (end > scheme.len()).then_some(end)
}

/// Letters and digits, with the marks that hold a word together: `don't`, `e-mail`, `3.2`, `a_b`.
fn word(text: &str) -> Option<usize> {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let inner = matches!(
            ch,
            '\'' | '’' | '-' | '.' | ',' | '_' | '/' | '\u{ad}' | '\u{2011}'
        );
        let joins = end > 0
            && next.is_some_and(|next| match ch {
                '.' | ',' => next.is_numeric() && text[..at].ends_with(char::is_numeric),
                _ => next.is_alphanumeric(),
            });
        // Marks that combine with a letter, and joiners nobody sees, belong to their word.
        let combines =
            end > 0 && (matches!(ch, '\u{300}'..='\u{36f}') || crate::untrusted::is_invisible(ch));
        if ch.is_alphanumeric() || combines || (inner && joins) {
            end = at + ch.len_utf8();
        } else {
            break;
        }
    }
    (end > 0).then_some(end)
}

/// A number with its unit (`24 hours`, `30 %`, `four (4) weeks`) or a date (`1 July 2024`).
fn quantity(text: &str) -> Option<usize> {
    let first = word(text)?;
    let number = is_number(&text[..first]);
    let month = is_month(&text[..first]);
    if !number && !month {
        return None;
    }
    let after = |from: usize| {
        let start = from + blanks(&text[from..]);
        // One blank, or a hyphen or nothing before a sign.
        (start <= from + 1).then_some(start).and_then(|start| {
            let rest = &text[start..];
            let sign = rest.starts_with('%').then_some(1);
            Some((start, start + sign.or_else(|| word(rest))?))
        })
    };
    let repeated = first + parenthesis(&text[first..]);
    let Some((start, end)) = after(repeated) else {
        return (repeated > first).then_some(repeated);
    };
    let second = &text[start..end];
    if number && is_unit(second) {
        return Some(end);
    }
    if number
        && is_qualifier(second)
        && let Some((from, to)) = after(end)
        && is_unit(&text[from..to])
    {
        return Some(to);
    }
    date(text, (first, number), (start, end), after).or((repeated > first).then_some(repeated))
}

/// The length of ` (4)` behind a number in words.
fn parenthesis(text: &str) -> usize {
    let inside = text
        .strip_prefix(" (")
        .and_then(|rest| rest.split_once(')'));
    match inside {
        Some((digits, _)) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.len() + 3
        }
        _ => 0,
    }
}

/// `1 July 2024`, `July 1, 2024`, `July 2024`, `1 July`.
fn date(
    text: &str,
    (first, number): (usize, bool),
    (start, end): (usize, usize),
    after: impl Fn(usize) -> Option<(usize, usize)>,
) -> Option<usize> {
    let second = &text[start..end];
    if number && !is_month(second) || !number && !second.starts_with(|ch: char| ch.is_ascii_digit())
    {
        return None;
    }
    // "may 3 people" is no date.
    if !number && text[..first].starts_with(char::is_lowercase) {
        return None;
    }
    let comma = end + usize::from(text[end..].starts_with(", "));
    let year = after(comma).filter(|(from, to)| {
        let year = &text[*from..*to];
        year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit())
    });
    Some(year.map_or(end, |(_, to)| to))
}

const NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "eighteen",
    "twenty",
    "twenty-four",
    "twenty-seven",
    "thirty",
    "forty",
    "forty-eight",
    "fifty",
    "sixty",
    "seventy-two",
    "ninety",
];
const UNITS: &[&str] = &[
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "fortnight",
    "month",
    "quarter",
    "year",
    "decade",
    "percent",
    "per",
    "byte",
    "bit",
    "kb",
    "mb",
    "gb",
    "tb",
    "kib",
    "mib",
    "gib",
    "euro",
    "eur",
    "dollar",
    "usd",
    "gbp",
    "time",
    "h",
    "min",
    "s",
    "ms",
    "d",
    "%",
];
const QUALIFIERS: &[&str] = &["business", "working", "calendar", "consecutive", "full"];
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
];

fn is_number(word: &str) -> bool {
    word.starts_with(|ch: char| ch.is_ascii_digit())
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        || NUMBERS.contains(&word.to_lowercase().as_str())
}

fn is_unit(word: &str) -> bool {
    let word = word.to_lowercase();
    UNITS.contains(&word.as_str())
        || word
            .strip_suffix('s')
            .is_some_and(|singular| UNITS.contains(&singular))
}

fn is_qualifier(word: &str) -> bool {
    QUALIFIERS.contains(&word.to_lowercase().as_str())
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(&word.to_lowercase().as_str())
}

/// The words of a text in lower case, for counting how alike two texts are.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|ch: char| !(ch.is_alphanumeric() || ch == '\''))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.of(text)).collect()
    }

    #[test]
    fn numbers_take_their_units_and_dates_stay_whole() {
        assert_eq!(
            split("within 24 hours, four (4) working days or 30% by 1 July 2024."),
            [
                "within",
                "24 hours",
                ",",
                "four (4) working days",
                "or",
                "30%",
                "by",
                "1 July 2024",
                "."
            ]
        );
        assert_eq!(
            split("from July 1, 2024 they may 3 times"),
            ["from", "July 1, 2024", "they", "may", "3 times"]
        );
        assert_eq!(split("2024-07-01 v1.2.3"), ["2024-07-01", "v1.2.3"]);
    }

    #[test]
    fn words_keep_their_inner_marks() {
        assert_eq!(
            split("don't e-mail a_b (and/or) 3.2."),
            ["don't", "e-mail", "a_b", "(", "and/or", ")", "3.2", "."]
        );
    }

    #[test]
    fn parameters_are_one_token() {
        assert_eq!(split("in {{ POL-1.x }} of"), ["in", "{{ POL-1.x }}", "of"]);
    }
}
