//! Quantities: a number with its unit, and whether it is the most, the least or a rhythm.

use std::ops::Range;

use super::bound::{Bound, after, before};
use super::number;
use super::span;
use super::words::{Word, content, read as read_words, stem};

/// What a quantity measures. Lengths in seconds and in months never equal each other: a month has
/// no fixed number of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// A length of time in seconds.
    Seconds,
    /// A length of time in months.
    Months,
    /// A length of time in working days.
    WorkingDays,
    /// A share of a whole.
    Share,
    /// An amount in a currency.
    Money(String),
    /// A size in bytes.
    Bytes,
    /// A count of something, by the stem of its name.
    Count(String),
}

impl Dimension {
    /// Whether it is a length of time.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self, Self::Seconds | Self::Months | Self::WorkingDays)
    }
}

/// One quantity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    /// The number and its unit.
    pub(crate) span: Range<usize>,
    /// The same with the words that say what it limits.
    pub(crate) whole: Range<usize>,
    /// In the unit of the dimension.
    pub(crate) value: f64,
    pub(crate) dimension: Dimension,
    pub(crate) bound: Bound,
}

impl Quantity {
    /// Whether two quantities say the same, however they are written.
    pub(crate) fn same(&self, other: &Self) -> bool {
        let counts = matches!(
            (&self.dimension, &other.dimension),
            (Dimension::Count(_), Dimension::Count(_))
        );
        self.value == other.value
            && self.bound == other.bound
            && (counts || self.dimension == other.dimension)
    }
}

/// Reads the quantities of a sentence, in order; what stands in `taken` is a date or a reference.
pub(super) fn read(words: &[Word], taken: &[Range<usize>]) -> Vec<Quantity> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        let free = taken
            .iter()
            .all(|span| word.end <= span.start || span.end <= word.start);
        match measure(words, at).filter(|_| free) {
            Some(found) => {
                at = found.at.end.max(at + 1);
                out.push(bounded(words, found));
            }
            None => at += 1,
        }
    }
    out
}

/// Reads a value that is a quantity and nothing else, such as `72 hours` or `PT4H`.
pub(crate) fn value_of(text: &str) -> Option<Quantity> {
    let words = read_words(text);
    if let [word] = words.as_slice()
        && let Some((value, dimension)) = iso(&word.lower)
    {
        return Some(plain(span(&words, 0..1), value, dimension));
    }
    let found = read(&words, &[]);
    match found.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn plain(span: Range<usize>, value: f64, dimension: Dimension) -> Quantity {
    Quantity {
        whole: span.clone(),
        span,
        value,
        dimension,
        bound: Bound::Unknown,
    }
}

/// An ISO 8601 duration of one part: `P30D`, `PT4H`.
fn iso(word: &str) -> Option<(f64, Dimension)> {
    let rest = word.strip_prefix('p')?;
    let (time, rest) = match rest.strip_prefix('t') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let number = rest
        .get(..rest.len().checked_sub(1)?)?
        .parse::<u32>()
        .ok()?;
    let unit = match (time, rest.chars().last()?) {
        (true, 'h') => "hour",
        (true, 'm') => "minute",
        (true, 's') => "second",
        (false, 'd') => "day",
        (false, 'w') => "week",
        (false, 'm') => "month",
        (false, 'y') => "year",
        _ => return None,
    };
    let (size, dimension) = unit_of(unit)?;
    Some((f64::from(number) * size, dimension))
}

/// A number with its unit, as words.
struct Measure {
    at: Range<usize>,
    value: f64,
    dimension: Dimension,
    every: bool,
}

fn measure(words: &[Word], at: usize) -> Option<Measure> {
    let word = &words[at];
    if let Some(months) = rhythm(&word.lower) {
        return Some(Measure {
            at: at..at + 1,
            value: months.0,
            dimension: months.1,
            every: true,
        });
    }
    if let Some((value, dimension)) = iso(&word.lower).filter(|_| word.capitals) {
        return Some(Measure {
            at: at..at + 1,
            value,
            dimension,
            every: false,
        });
    }
    if let Some(found) = times(words, at).or_else(|| single(words, at)) {
        return Some(found);
    }
    if let Some((number, unit)) = joined(&word.lower) {
        let (size, dimension) = unit_of(unit)?;
        return Some(Measure {
            at: at..at + 1,
            value: number * size,
            dimension,
            every: false,
        });
    }
    let mut value = number::value(&word.lower)?;
    let mut end = at + 1;
    while words
        .get(end)
        .is_some_and(|word| word.any(&["hundred", "thousand", "million", "billion"]))
    {
        value *= match words[end].lower.as_str() {
            "hundred" => 1e2,
            "thousand" => 1e3,
            "million" => 1e6,
            _ => 1e9,
        };
        end += 1;
    }
    // "four (4)": the number once more.
    if let Some([open, digits, close]) = words.get(end..end + 3)
        && open.is("(")
        && close.is(")")
        && number::value(&digits.lower) == Some(value)
    {
        end += 3;
    }
    if let Some(currency) = currency_before(words, at) {
        return Some(Measure {
            at: currency.0..end,
            value,
            dimension: Dimension::Money(currency.1),
            every: false,
        });
    }
    unit(words, at, end, value)
}

/// `once a month`, `twice per year`, `four times a year`: a rhythm.
fn times(words: &[Word], at: usize) -> Option<Measure> {
    let (count, end) = match words[at].lower.as_str() {
        "once" => (1.0, at + 1),
        "twice" => (2.0, at + 1),
        number => (
            number::value(number)
                .filter(|_| words.get(at + 1).is_some_and(|next| next.is("times")))?,
            at + 2,
        ),
    };
    let each = words
        .get(end)
        .is_some_and(|word| word.any(&["a", "an", "per", "each", "every"]));
    let (size, dimension) = unit_of(&words.get(end + 1).filter(|_| each)?.lower)?;
    let made = (count > 0.0).then(|| size / count);
    Some(Measure {
        at: at..end + 2,
        value: made?,
        dimension,
        every: true,
    })
}

/// `within a month`, `every year`: one, because of the bound before it.
fn single(words: &[Word], at: usize) -> Option<Measure> {
    let article = words[at].any(&["a", "an", "one"]);
    let unit_at = at + usize::from(article);
    let (size, dimension) =
        unit_of(&words.get(unit_at)?.lower).filter(|_| words[unit_at].lower.len() > 2)?;
    let (_, bound) = before(words, at)?;
    let fits = article || bound == Bound::Every;
    let singular = !words[unit_at].lower.ends_with('s');
    (fits && singular).then(|| Measure {
        at: at..unit_at + 1,
        value: size,
        dimension,
        every: false,
    })
}

/// The unit behind a number that ends before word `end`.
fn unit(words: &[Word], at: usize, end: usize, value: f64) -> Option<Measure> {
    let next = words.get(end);
    let made = |end: usize, value: f64, dimension: Dimension| {
        Some(Measure {
            at: at..end,
            value,
            dimension,
            every: false,
        })
    };
    let Some(next) = next else {
        return loose(words, at).then(|| made(end, value, Dimension::Count(String::new())))?;
    };
    if next.is("%") || next.any(&["percent", "%"]) {
        return made(end + 1, value / 100.0, Dimension::Share);
    }
    if next.is("per") && words.get(end + 1).is_some_and(|cent| cent.is("cent")) {
        return made(end + 2, value / 100.0, Dimension::Share);
    }
    let qualified = next.any(&[
        "business",
        "working",
        "calendar",
        "consecutive",
        "full",
        "elapsed",
    ]);
    let unit_at = end + usize::from(qualified);
    if let Some(word) = words.get(unit_at)
        && let Some((size, dimension)) = unit_of(&word.lower)
    {
        let working = next.any(&["business", "working"]) && dimension == Dimension::Seconds;
        return match working {
            true => made(unit_at + 1, value * size / DAY, Dimension::WorkingDays),
            false => made(unit_at + 1, value * size, dimension),
        };
    }
    if let Some(currency) = currency(&next.lower) {
        return made(end + 1, value, Dimension::Money(currency.to_owned()));
    }
    let fraction = value.fract() != 0.0 && !words[at].numeric();
    if fraction {
        return made(end, value, Dimension::Share);
    }
    if words[at].is("one") && before(words, at).is_none() {
        return None;
    }
    // A count: the thing counted stands behind it, in the plural.
    let thing = words[end..]
        .iter()
        .take(3)
        .take_while(|word| word.spoken)
        .find(|word| plural(word));
    match thing {
        Some(thing) => made(end, value, Dimension::Count(stem(&thing.lower).to_owned())),
        None if loose(words, at) || before(words, at).is_some() => {
            made(end, value, Dimension::Count(String::new()))
        }
        None => None,
    }
}

/// Whether a number stands alone: in a cell of a table.
fn loose(words: &[Word], at: usize) -> bool {
    let border = |word: Option<&Word>| word.is_some_and(|word| word.is("|"));
    at > 0 && border(words.get(at - 1)) && border(words.get(at + 1))
}

fn plural(word: &Word) -> bool {
    word.lower.len() > 3
        && word.lower.ends_with('s')
        && !word.lower.ends_with("ss")
        && content(word)
        || word.any(&["people", "staff", "persons", "eyes"])
}

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;

fn unit_of(word: &str) -> Option<(f64, Dimension)> {
    let word = word.trim_end_matches('\'').trim_end_matches("'s");
    let singular = word
        .strip_suffix('s')
        .filter(|rest| rest.len() > 1)
        .unwrap_or(word);
    let size = match singular {
        "second" | "sec" => (1.0, Dimension::Seconds),
        "minute" | "min" | "mins" => (60.0, Dimension::Seconds),
        "hour" | "hr" | "h" => (HOUR, Dimension::Seconds),
        "day" | "d" => (DAY, Dimension::Seconds),
        "week" => (7.0 * DAY, Dimension::Seconds),
        "fortnight" => (14.0 * DAY, Dimension::Seconds),
        "month" => (1.0, Dimension::Months),
        "quarter" => (3.0, Dimension::Months),
        "year" | "yr" => (12.0, Dimension::Months),
        "decade" => (120.0, Dimension::Months),
        "byte" => (1.0, Dimension::Bytes),
        "kb" | "kib" | "kilobyte" => (1e3, Dimension::Bytes),
        "mb" | "mib" | "megabyte" => (1e6, Dimension::Bytes),
        "gb" | "gib" | "gigabyte" => (1e9, Dimension::Bytes),
        "tb" | "tib" | "terabyte" => (1e12, Dimension::Bytes),
        _ => return None,
    };
    Some(size)
}

/// `three-month`, `24-hour`, `30d`.
fn joined(word: &str) -> Option<(f64, &str)> {
    if let Some((number, unit)) = word.rsplit_once('-') {
        return Some((number::value(number)?, unit)).filter(|(_, unit)| unit_of(unit).is_some());
    }
    let split = word.find(|ch: char| ch.is_ascii_alphabetic())?;
    let (number, unit) = word.split_at(split);
    Some((number::value(number)?, unit)).filter(|(_, unit)| unit_of(unit).is_some())
}

/// Adverbs of rhythm.
fn rhythm(word: &str) -> Option<(f64, Dimension)> {
    let found = match word {
        "hourly" => (HOUR, Dimension::Seconds),
        "daily" | "nightly" => (DAY, Dimension::Seconds),
        "weekly" => (7.0 * DAY, Dimension::Seconds),
        "biweekly" | "fortnightly" => (14.0 * DAY, Dimension::Seconds),
        "monthly" => (1.0, Dimension::Months),
        "quarterly" => (3.0, Dimension::Months),
        "semi-annually" | "semiannually" | "half-yearly" | "biannually" | "semi-annual" => {
            (6.0, Dimension::Months)
        }
        "annually" | "annual" | "yearly" => (12.0, Dimension::Months),
        _ => return None,
    };
    Some(found)
}

fn currency(word: &str) -> Option<&'static str> {
    match word {
        "$" | "usd" | "dollars" | "dollar" => Some("USD"),
        "€" | "eur" | "euro" | "euros" => Some("EUR"),
        "£" | "gbp" | "pounds" => Some("GBP"),
        _ => None,
    }
}

/// The sign of a currency right before a number, and where it begins.
fn currency_before(words: &[Word], at: usize) -> Option<(usize, String)> {
    let before = at.checked_sub(1)?;
    let name = currency(&words[before].lower)?.to_owned();
    Some((before, name))
}

fn bounded(words: &[Word], found: Measure) -> Quantity {
    let range = found.at.clone();
    let (start, bound) = match before(words, range.start) {
        Some((start, bound)) => (start, bound),
        None => {
            let time = found.dimension.is_time();
            (range.start, after(words, range.clone(), time))
        }
    };
    let bound = if found.every { Bound::Every } else { bound };
    Quantity {
        span: span(words, range.clone()),
        whole: span(words, start..range.end),
        value: found.value,
        dimension: found.dimension,
        bound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<(String, f64, Dimension, Bound)> {
        let words = read_words(text);
        let told = |one: Quantity| {
            (
                text[one.span].to_owned(),
                one.value,
                one.dimension,
                one.bound,
            )
        };
        read(&words, &[]).into_iter().map(told).collect()
    }

    #[test]
    fn a_number_takes_its_unit_and_its_bound() {
        let found = read_all(
            "Tell them within 24 hours, keep it for seven (7) years, at least three-month notice.",
        );
        assert_eq!(
            found,
            [
                (
                    "24 hours".into(),
                    24.0 * HOUR,
                    Dimension::Seconds,
                    Bound::AtMost
                ),
                (
                    "seven (7) years".into(),
                    84.0,
                    Dimension::Months,
                    Bound::AtLeast
                ),
                ("three-month".into(), 3.0, Dimension::Months, Bound::AtLeast),
            ]
        );
    }

    #[test]
    fn shares_amounts_and_counts_are_told_apart() {
        let found = read_all(
            "At least four members, no more than 25% and up to US $5,000 of one-fourth of it.",
        );
        assert_eq!(
            found,
            [
                (
                    "four".into(),
                    4.0,
                    Dimension::Count("member".into()),
                    Bound::AtLeast
                ),
                ("25%".into(), 0.25, Dimension::Share, Bound::AtMost),
                (
                    "$5,000".into(),
                    5000.0,
                    Dimension::Money("USD".into()),
                    Bound::AtMost
                ),
                ("one-fourth".into(), 0.25, Dimension::Share, Bound::Unknown),
            ]
        );
    }

    #[test]
    fn rhythms_and_prohibitions_have_bounds() {
        assert_eq!(
            read_all("Review it annually and every 2 weeks.")
                .iter()
                .map(|q| q.3)
                .collect::<Vec<_>>(),
            [Bound::Every, Bound::Every]
        );
        assert_eq!(
            read_all("It MUST NOT be kept for more than 30 days.")[0].3,
            Bound::AtMost
        );
    }

    #[test]
    fn rhythms_and_single_units_are_quantities() {
        let found = read_all("Test it twice a year, every month and report within a week.");
        let short: Vec<_> = found.into_iter().map(|one| (one.0, one.1, one.3)).collect();
        assert_eq!(
            short,
            [
                ("twice a year".into(), 6.0, Bound::Every),
                ("month".into(), 1.0, Bound::Every),
                ("a week".into(), 7.0 * DAY, Bound::AtMost),
            ]
        );
        assert_eq!(read_all("It takes a day."), []);
    }

    #[test]
    fn pronouns_versions_and_names_are_no_quantities() {
        assert_eq!(
            read_all("One of the members uses version 1.8.1 and P-521 or A 4."),
            []
        );
    }

    #[test]
    fn values_of_parameters_are_read() {
        assert_eq!(value_of("72 hours").map(|q| q.value), Some(72.0 * HOUR));
        assert_eq!(value_of("PT4H").map(|q| q.value), Some(4.0 * HOUR));
        assert_eq!(
            value_of("P1M").map(|q| q.dimension),
            Some(Dimension::Months)
        );
        assert_eq!(value_of("green"), None);
        assert_eq!(read_all("Tell them within PT4H.")[0].1, 4.0 * HOUR);
    }
}
