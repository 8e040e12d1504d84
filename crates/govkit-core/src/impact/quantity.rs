//! Quantities in a text, in a form that can be compared: `24 h`, `24 hours` and `PT24H` are one.

use std::fmt;

/// A quantity, whatever it was written like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Amount {
    /// A length of time in seconds.
    Seconds(u64),
    /// A length of time in months; months never equal days.
    Months(u64),
    /// Working days, which no clock counts.
    WorkingDays(String),
    /// A number of something: `25 %`, `3 copies`.
    Number(String, String),
    /// A calendar date.
    Date(String),
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(count) => write!(f, "{count}s"),
            Self::Months(count) => write!(f, "{count}mo"),
            Self::WorkingDays(count) => write!(f, "{count}wd"),
            Self::Number(count, unit) => write!(f, "{count}{unit}"),
            Self::Date(date) => f.write_str(date),
        }
    }
}

/// A quantity and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) amount: Amount,
}

/// Units of time in seconds, singular.
const CLOCK: &[(&str, u64)] = &[
    ("second", 1),
    ("sec", 1),
    ("s", 1),
    ("minute", 60),
    ("min", 60),
    ("hour", 3_600),
    ("hr", 3_600),
    ("h", 3_600),
    ("day", 86_400),
    ("d", 86_400),
    ("week", 604_800),
    ("fortnight", 1_209_600),
];
/// Units of time in months, singular.
const CALENDAR: &[(&str, u64)] = &[("month", 1), ("quarter", 3), ("year", 12), ("yr", 12)];

const WORDS: &[(&str, u64)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("fourteen", 14),
    ("fifteen", 15),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("forty-five", 45),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("seventy-two", 72),
    ("eighty", 80),
    ("ninety", 90),
];

/// Returns the quantities of a text, in order, none overlapping another.
pub(crate) fn quantities(text: &str) -> Vec<Quantity> {
    let words = words(text);
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match read(text, &words[at..]) {
            Some((amount, used)) => {
                out.push(Quantity {
                    start: words[at].0,
                    end: words[at + used - 1].1,
                    amount,
                });
                at += used;
            }
            None => at += 1,
        }
    }
    out
}

/// Returns the quantity a value is, if it is one and nothing else.
pub(crate) fn amount(text: &str) -> Option<Amount> {
    let found = quantities(text);
    let [only] = found.as_slice() else {
        return None;
    };
    let rest = |part: &str| part.chars().all(|ch| !ch.is_alphanumeric());
    (rest(&text[..only.start]) && rest(&text[only.end..])).then(|| only.amount.clone())
}

/// Byte ranges of words: letters and digits with what holds them together, `%` by itself.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut start = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let joins = matches!(ch, '.' | ',' | '-' | '\'')
            && start.is_some()
            && next.is_some_and(char::is_alphanumeric);
        if ch.is_alphanumeric() || joins {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            out.push((start, at));
        }
        if ch == '%' {
            out.push((at, at + 1));
        }
    }
    if let Some(start) = start {
        out.push((start, text.len()));
    }
    out
}

/// Reads a quantity at the first word; returns how many words it takes.
fn read(text: &str, words: &[(usize, usize)]) -> Option<(Amount, usize)> {
    let word = |at: usize| words.get(at).map(|(from, to)| &text[*from..*to]);
    let first = word(0)?;
    if let Some(date) = date(first) {
        return Some((Amount::Date(date), 1));
    }
    if let Some(amount) = iso(first) {
        return Some((amount, 1));
    }
    // `24h`, `3-month`: the unit hangs on the number.
    let digits = first.len()
        - first
            .trim_start_matches(|ch: char| ch.is_ascii_digit() || ch == '.' || ch == ',')
            .len();
    let (number, hanging) = first.split_at(digits);
    if digits > 0 && !hanging.is_empty() {
        let unit = hanging.trim_start_matches('-').to_lowercase();
        return measured(&number_of(number)?, &unit).map(|amount| (amount, 1));
    }
    if let Some((count, unit)) = first.rsplit_once('-')
        && let Some(count) = spelled(count)
        && let Some(amount) = measured(&count, &unit.to_lowercase())
    {
        return Some((amount, 1));
    }
    let count = number_of(number)
        .filter(|_| digits > 0)
        .or_else(|| spelled(first))?;
    // `four (4) days`: the figure repeats the word.
    let mut at = 1;
    if word(1).and_then(number_of).as_ref() == Some(&count) {
        at += 1;
    }
    let unit = word(at)?.to_lowercase();
    if matches!(
        unit.as_str(),
        "working" | "business" | "calendar" | "consecutive"
    ) && word(at + 1).is_some_and(|day| singular(&day.to_lowercase()) == "day")
    {
        let amount = match unit.as_str() {
            "working" | "business" => Amount::WorkingDays(count),
            _ => measured(&count, "day")?,
        };
        return Some((amount, at + 2));
    }
    measured(&count, &unit).map(|amount| (amount, at + 1))
}

/// A number with its unit; `None` for a word that measures nothing.
fn measured(count: &str, unit: &str) -> Option<Amount> {
    if unit == "%" || unit == "percent" {
        return Some(Amount::Number(count.to_owned(), "%".to_owned()));
    }
    let one = singular(unit);
    if matches!(one, "workday" | "weekday") {
        return Some(Amount::WorkingDays(count.to_owned()));
    }
    let known = |table: &[(&str, u64)]| {
        table
            .iter()
            .find(|(name, _)| *name == one)
            .map(|(_, size)| *size)
    };
    if let Some(size) = known(CLOCK) {
        return scaled(count, size).map(Amount::Seconds);
    }
    if let Some(size) = known(CALENDAR) {
        return scaled(count, size).map(Amount::Months);
    }
    let thing = one.len() >= 4 && one.chars().all(char::is_alphabetic);
    (thing && unit != one).then(|| Amount::Number(count.to_owned(), one.to_owned()))
}

fn scaled(count: &str, size: u64) -> Option<u64> {
    let value: f64 = count.parse().ok()?;
    let total = value * size as f64;
    (total.fract() == 0.0 && total < 1e15).then_some(total as u64)
}

fn singular(unit: &str) -> &str {
    unit.strip_suffix('s')
        .filter(|one| one.len() > 1)
        .unwrap_or(unit)
}

/// A number in digits, thousands separators dropped.
fn number_of(text: &str) -> Option<String> {
    let text = text.trim_matches(['(', ')', '.', ',']);
    let plain: String = text.chars().filter(|ch| *ch != ',').collect();
    let value: f64 = plain.parse().ok()?;
    let digits = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (digits && value.is_finite()).then(|| format!("{value}"))
}

fn spelled(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let found = WORDS.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| value.to_string())
}

fn date(text: &str) -> Option<String> {
    if text.len() != 10 {
        return None;
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.to_string())
}

/// An ISO 8601 duration of one unit: `PT24H`, `P30D`, `P3M`.
fn iso(text: &str) -> Option<Amount> {
    let rest = text.strip_prefix('P')?;
    let (clock, rest) = match rest.strip_prefix('T') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let unit = rest.chars().next_back()?;
    let count = rest.get(..rest.len() - unit.len_utf8())?;
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (clock, unit) {
        (true, 'H') => measured(count, "hour"),
        (true, 'M') => measured(count, "minute"),
        (true, 'S') => measured(count, "second"),
        (false, 'D') => measured(count, "day"),
        (false, 'W') => measured(count, "week"),
        (false, 'M') => measured(count, "month"),
        (false, 'Y') => measured(count, "year"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        quantities(text)
            .iter()
            .map(|found| format!("{}={}", &text[found.start..found.end], found.amount))
            .collect()
    }

    #[test]
    fn one_length_of_time_has_one_form() {
        for text in [
            "24 h", "24 hours", "24h", "PT24H", "1 day", "one day", "24-hour",
        ] {
            assert_eq!(amount(text), Some(Amount::Seconds(86_400)), "{text}");
        }
        assert_eq!(amount("PT1H30M"), None, "several units are left alone");
        assert_eq!(amount("3-month"), Some(Amount::Months(3)));
        assert_eq!(amount("90 days"), Some(Amount::Seconds(7_776_000)));
        assert_ne!(amount("3 months"), amount("90 days"));
    }

    #[test]
    fn working_days_are_no_days() {
        assert_eq!(
            amount("5 working days"),
            Some(Amount::WorkingDays("5".into()))
        );
        assert_eq!(amount("five business days"), amount("5 working days"));
        assert_eq!(amount("5 calendar days"), amount("5 days"));
    }

    #[test]
    fn quantities_are_found_in_a_sentence() {
        assert_eq!(
            shown("Within four (4) days, at most 25 % of 1,000 records and by 2026-12-01."),
            [
                "four (4) days=345600s",
                "25 %=25%",
                "1,000 records=1000record",
                "2026-12-01=2026-12-01"
            ]
        );
        assert_eq!(
            shown("See section 3.2 and ISO 27001."),
            Vec::<String>::new()
        );
        assert_eq!(amount("quarterly"), None);
    }
}
