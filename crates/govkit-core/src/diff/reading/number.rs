//! Numbers in digits and in words.

/// Reads `1,000.5`, `four`, `twenty-four`; `None` for anything else.
pub(super) fn value(word: &str) -> Option<f64> {
    if word.starts_with(|ch: char| ch.is_ascii_digit()) {
        let plain: String = word.chars().filter(|ch| *ch != ',').collect();
        let simple = plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        return if simple { plain.parse().ok() } else { None };
    }
    fraction(word).or_else(|| whole(word))
}

fn whole(word: &str) -> Option<f64> {
    if let Some((tens, ones)) = word.split_once('-') {
        let (tens, ones) = (named(tens)?, named(ones)?);
        return (tens >= 20.0 && ones < 10.0).then_some(tens + ones);
    }
    named(word)
}

fn named(word: &str) -> Option<f64> {
    let at = NAMES.iter().position(|(name, _)| *name == word)?;
    Some(NAMES[at].1)
}

#[rustfmt::skip]
const NAMES: &[(&str, f64)] = &[
    ("zero", 0.0), ("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0), ("five", 5.0),
    ("six", 6.0), ("seven", 7.0), ("eight", 8.0), ("nine", 9.0), ("ten", 10.0), ("eleven", 11.0),
    ("twelve", 12.0), ("thirteen", 13.0), ("fourteen", 14.0), ("fifteen", 15.0), ("sixteen", 16.0),
    ("seventeen", 17.0), ("eighteen", 18.0), ("nineteen", 19.0), ("twenty", 20.0),
    ("thirty", 30.0), ("forty", 40.0), ("fifty", 50.0), ("sixty", 60.0), ("seventy", 70.0),
    ("eighty", 80.0), ("ninety", 90.0), ("hundred", 100.0), ("dozen", 12.0),
];

/// `one-half`, `two-thirds`, `half`.
fn fraction(word: &str) -> Option<f64> {
    let below = |word: &str| match word.trim_end_matches('s') {
        "half" | "halve" => Some(2.0),
        "third" => Some(3.0),
        "fourth" | "quarter" => Some(4.0),
        "fifth" => Some(5.0),
        _ => None,
    };
    match word.split_once('-') {
        Some((above, part)) => Some(named(above)? / below(part)?),
        None if word == "half" => Some(0.5),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_words_and_fractions_are_numbers() {
        assert_eq!(value("5,000"), Some(5000.0));
        assert_eq!(value("1.5"), Some(1.5));
        assert_eq!(value("twenty-four"), Some(24.0));
        assert_eq!(value("one-fourth"), Some(0.25));
        assert_eq!(value("two-thirds"), Some(2.0 / 3.0));
        for word in ["2.0.2", "third", "3d", "a", "ten-fold", "1e5"] {
            assert_eq!(value(word), None, "{word}");
        }
    }
}
