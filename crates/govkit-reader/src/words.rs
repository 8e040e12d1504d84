//! Text as it may be shown, and lengths of time as people say them.

/// Takes out what could drive a terminal or turn the text around; line ends become `\n`. What is
/// taken out leaves a replacement character.
pub fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars().peekable();
    while let Some(ch) = rest.next() {
        match ch {
            '\n' | '\t' => out.push(ch),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{61c}' | '\u{200e}' | '\u{200f}' => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            // No characters, and forbidden in XML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ if ch.is_control() => out.push('\u{fffd}'),
            _ => out.push(ch),
        }
    }
    out
}

/// Writes an ISO duration as people say it: `PT4H` is `4 hours`. Anything else stays as it is.
pub fn duration(raw: &str) -> String {
    let Some(rest) = raw.strip_prefix('P') else {
        return raw.to_owned();
    };
    let mut parts = Vec::new();
    let mut digits = String::new();
    let mut time = false;
    for ch in rest.chars() {
        let unit = match ch {
            '0'..='9' => {
                digits.push(ch);
                continue;
            }
            'T' if !time && digits.is_empty() => {
                time = true;
                continue;
            }
            'Y' => "year",
            'M' if !time => "month",
            'W' => "week",
            'D' => "day",
            'H' if time => "hour",
            'M' => "minute",
            'S' if time => "second",
            _ => return raw.to_owned(),
        };
        if digits.is_empty() {
            return raw.to_owned();
        }
        let many = if digits == "1" { "" } else { "s" };
        parts.push(format!("{digits} {unit}{many}"));
        digits.clear();
    }
    if parts.is_empty() || !digits.is_empty() {
        return raw.to_owned();
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_do_harm_on_a_screen_is_replaced() {
        assert_eq!(
            clean("a\u{1}\u{202e}\u{ffff}\r\nb\rc\td\u{2028}"),
            "a\u{fffd}\u{fffd}\u{fffd}\nb\nc\td\n"
        );
    }

    #[test]
    fn a_length_of_time_is_said_in_words() {
        for (raw, words) in [
            ("PT15M", "15 minutes"),
            ("P1DT1H", "1 day 1 hour"),
            ("P3M", "3 months"),
            ("2 working days", "2 working days"),
            ("PH", "PH"),
            ("P1", "P1"),
            ("Please", "Please"),
        ] {
            assert_eq!(duration(raw), words);
        }
    }
}
