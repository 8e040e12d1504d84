//! Points in time, as people and artifacts write them.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::value::{Value, calendar_date};

/// A point in time, in seconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// Why a text is no point in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date and no time: write 2026-12-01, or 2026-12-01T09:00:00Z")]
pub struct MomentError(String);

impl Moment {
    /// Reads a date or a date with a time; a bare date is its first second in UTC, and a time
    /// without an offset is in UTC.
    pub fn parse(text: &str) -> Result<Self, MomentError> {
        let text = text.trim();
        if let Some(date) = calendar_date(text) {
            return Ok(Self::of_date(date));
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Self(time.as_second()));
        }
        let unknown = || MomentError(text.to_owned());
        // Without the `T` or a blank, jiff would take more spellings of a bare date than the files may have.
        if !text.contains(['T', 't', ' ']) {
            return Err(unknown());
        }
        let time: DateTime = text.parse().map_err(|_| unknown())?;
        let zoned = time.to_zoned(TimeZone::UTC).map_err(|_| unknown())?;
        Ok(Self(zoned.timestamp().as_second()))
    }

    /// Returns the first second of a day in UTC.
    pub fn of_date(date: Date) -> Self {
        let first = date.to_zoned(TimeZone::UTC);
        Self(first.map_or(0, |zoned| zoned.timestamp().as_second()))
    }

    /// Returns the point in time a front-matter value stands for.
    pub fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Date(text) | Value::String(text) => Self::parse(text).ok(),
            _ => None,
        }
    }

    /// Returns the end of the day a front-matter value names: the first second after it. A value
    /// with a time is that very second.
    pub fn end_of_value(value: &Value) -> Option<Self> {
        match value.date() {
            Some(date) => Some(Self::of_date(date.tomorrow().ok()?)),
            None => Self::of_value(value),
        }
    }

    /// Returns the day it lies in, in UTC.
    pub fn date(self) -> Date {
        let time = Timestamp::from_second(self.0).unwrap_or_default();
        time.to_zoned(TimeZone::UTC).date()
    }
}

/// A bare date at midnight, else RFC 3339 in UTC.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Timestamp::from_second(self.0).unwrap_or_default();
        if self.0.rem_euclid(86_400) == 0 {
            return self.date().fmt(f);
        }
        time.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_is_midnight_in_utc_and_offsets_count() {
        let seconds = |text: &str| Moment::parse(text).map(|moment| moment.0);
        assert_eq!(seconds("2026-12-01"), Ok(1_796_083_200));
        assert_eq!(seconds("2026-12-01T01:00:00+01:00"), Ok(1_796_083_200));
        assert_eq!(seconds("2026-12-01T00:00:01Z"), Ok(1_796_083_201));
        assert_eq!(seconds("2026-12-01T00:00:01"), Ok(1_796_083_201));
        assert_eq!(seconds("2026-12-01 00:01"), Ok(1_796_083_260));
        for no in [
            "",
            "yesterday",
            "2026-13-01",
            "20261201",
            "2026-1-1",
            "main",
        ] {
            assert!(seconds(no).is_err(), "{no}");
        }
    }

    #[test]
    fn a_day_ends_when_the_next_begins() {
        let end = Moment::end_of_value(&Value::Date("2026-12-31".into()));
        assert_eq!(end, Some(Moment::of_date(jiff::civil::date(2027, 1, 1))));
        let noon = Value::Date("2026-12-31T12:00:00Z".into());
        assert_eq!(Moment::end_of_value(&noon), Moment::of_value(&noon));
    }

    #[test]
    fn midnight_prints_as_a_date() {
        assert_eq!(Moment(1_796_083_200).to_string(), "2026-12-01");
        assert_eq!(Moment(1_796_083_201).to_string(), "2026-12-01T00:00:01Z");
    }
}
