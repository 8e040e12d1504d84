//! Quantities in a text, in a form that can be compared: `24 h`, `24 hours` and `PT24H` are one.

use std::fmt;

use crate::diff::reading::{self, DateMention, Dimension, Reading, value_of};

/// A quantity, whatever it was written like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Amount {
    /// A length of time in seconds.
    Seconds(u64),
    /// A length of time in months; months never equal days.
    Months(u64),
    /// Working days, which no clock counts.
    WorkingDays(u64),
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

/// Returns the quantities and dates of a text, in order, none overlapping another.
pub(crate) fn quantities(text: &str) -> Vec<Quantity> {
    let read = Reading::of(text);
    let measured = read.quantities.iter().filter_map(|one| {
        let (start, end) = (one.span.start, one.span.end);
        amount_of(one).map(|amount| Quantity { start, end, amount })
    });
    let dates = read.dates.iter().filter_map(|date| {
        let (start, end) = (date.span.start, date.span.end);
        day(date).map(|amount| Quantity { start, end, amount })
    });
    let mut out: Vec<Quantity> = measured.chain(dates).collect();
    out.sort_by_key(|one| one.start);
    out
}

/// Returns the quantity a value is, if it is one and nothing else.
pub(crate) fn amount(text: &str) -> Option<Amount> {
    if let [only] = quantities(text).as_slice() {
        let rest = |part: &str| part.chars().all(|ch| !ch.is_alphanumeric());
        let alone = rest(&text[..only.start]) && rest(&text[only.end..]);
        return alone.then(|| only.amount.clone());
    }
    value_of(text).as_ref().and_then(amount_of)
}

fn amount_of(quantity: &reading::Quantity) -> Option<Amount> {
    let whole =
        |value: f64| (value.fract() == 0.0 && (0.0..1e15).contains(&value)).then_some(value as u64);
    let value = quantity.value;
    let number = |value: f64, unit: &str| Some(Amount::Number(format!("{value}"), unit.to_owned()));
    match &quantity.dimension {
        Dimension::Seconds => whole(value).map(Amount::Seconds),
        Dimension::Months => whole(value).map(Amount::Months),
        Dimension::WorkingDays => whole(value).map(Amount::WorkingDays),
        Dimension::Share => number(value * 100.0, "%"),
        Dimension::Money(currency) => number(value, currency),
        Dimension::Bytes => number(value, "B"),
        Dimension::Count(thing) => number(value, thing).filter(|_| !thing.is_empty()),
    }
}

fn day(date: &DateMention) -> Option<Amount> {
    let (year, day) = (date.year?, date.day?);
    Some(Amount::Date(format!(
        "{year:04}-{:02}-{day:02}",
        date.month
    )))
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
        assert_eq!(amount("quarterly"), amount("3 months"));
    }

    #[test]
    fn working_days_are_no_days() {
        assert_eq!(amount("5 working days"), Some(Amount::WorkingDays(5)));
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
                "1,000=1000record",
                "2026-12-01=2026-12-01"
            ]
        );
        assert_eq!(
            shown("See section 3.2 and ISO 27001."),
            Vec::<String>::new()
        );
    }
}
