//! What counts as a duration: ISO 8601 or plain words.

/// Units people write deadlines in, in the singular.
const UNITS: &[&str] = &[
    "second",
    "sec",
    "minute",
    "min",
    "hour",
    "hr",
    "day",
    "night",
    "weekday",
    "workday",
    "week",
    "fortnight",
    "month",
    "quarter",
    "year",
    "shift",
    "s",
    "m",
    "h",
    "d",
    "w",
    "y",
];

/// Number words; longer ones are written in digits.
const NUMBERS: &[&str] = &[
    "a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "half", "zero",
];

/// Whether `text` is a duration: `PT72H`, `72 hours`, `two working days`, or the insert of a
/// parameter that holds one.
pub(super) fn is_duration(text: &str) -> bool {
    let text = text.trim();
    if looks_iso(text) {
        return is_iso(text);
    }
    (text.contains("{{") && text.contains("}}")) || is_words(text)
}

/// Whether `text` starts like an ISO 8601 duration, so that a reader expects one.
pub(super) fn looks_iso(text: &str) -> bool {
    let rest = text.trim().strip_prefix(['P', 'p']);
    rest.is_some_and(|rest| {
        rest.starts_with(|ch: char| ch.is_ascii_digit())
            || matches!(rest, "T" | "t" | "")
            || (rest.starts_with(['T', 't'])
                && rest[1..].starts_with(|ch: char| ch.is_ascii_digit()))
    })
}

/// Whether `text` is a duration in ISO 8601: `P30D`, `PT1H30M`.
pub(super) fn is_iso(text: &str) -> bool {
    // The parser takes plain words too, which is not what is asked here.
    looks_iso(text) && text.trim().parse::<jiff::Span>().is_ok()
}

/// Whether `text` has a number that is followed, soon after, by a unit.
fn is_words(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut number_ago = None;
    for word in text.split(|ch: char| !(ch.is_alphanumeric() || ch == '.')) {
        let digits = word.trim_end_matches(char::is_alphabetic);
        let is_number = !digits.is_empty() && digits.parse::<f64>().is_ok();
        let attached = is_number && is_unit(&word[digits.len()..]);
        if attached || (is_unit(word) && number_ago.is_some_and(|ago| ago <= 3)) {
            return true;
        }
        if (is_number && digits.len() == word.len()) || NUMBERS.contains(&word) {
            number_ago = Some(0);
        } else if !word.is_empty() {
            number_ago = number_ago.map(|ago| ago + 1);
        }
    }
    false
}

fn is_unit(word: &str) -> bool {
    UNITS.contains(&word)
        || word
            .strip_suffix('s')
            .is_some_and(|one| UNITS.contains(&one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_and_words_are_durations() {
        for yes in [
            "PT72H",
            "P30D",
            "P1Y2M",
            "PT15M",
            "72 hours",
            "15 minutes",
            "two working days",
            "4h",
            "1.5 hours",
            "an hour",
            "one business day",
            "{{ deadline }}",
            "within 3 days",
            "P1W",
        ] {
            assert!(is_duration(yes), "{yes}");
        }
        for no in [
            "",
            "soon",
            "P",
            "PT",
            "PT15X",
            "72",
            "hours",
            "P1",
            "as fast as possible",
        ] {
            assert!(!is_duration(no), "{no}");
        }
    }

    #[test]
    fn words_that_start_with_a_p_are_no_iso_duration() {
        assert!(!looks_iso("Promptly"));
        assert!(!looks_iso("two days"));
        assert!(looks_iso("PT1Q"));
    }
}
