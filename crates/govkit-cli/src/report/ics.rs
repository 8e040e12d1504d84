//! Days in a calendar, as RFC 5545 wants them.

use std::io::{self, Write};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// Bytes of a line before it has to be folded.
const LINE: usize = 75;

/// Something that falls on a day.
pub(crate) struct Event {
    /// What it is known by, however its day or its name changes.
    pub(crate) key: String,
    /// When what is told was last revised, as RFC 3339 in UTC.
    pub(crate) stamp: String,
    /// The day.
    pub(crate) day: String,
    /// One line.
    pub(crate) summary: String,
    /// More lines.
    pub(crate) description: String,
}

/// Writes a calendar.
pub(crate) fn calendar(events: &[Event], out: &mut dyn Write) -> io::Result<()> {
    line(out, "BEGIN:VCALENDAR")?;
    line(out, "VERSION:2.0")?;
    line(out, "PRODID:-//govkit//govkit//EN")?;
    line(out, "CALSCALE:GREGORIAN")?;
    for event in events {
        let digest = Sha256::digest(event.key.as_bytes());
        let uid = digest
            .iter()
            .take(16)
            .fold(String::new(), |uid, byte| uid + &format!("{byte:02x}"));
        let plain = |text: &str| text.replace(['-', ':'], "");
        line(out, "BEGIN:VEVENT")?;
        line(out, &format!("UID:{uid}@govkit"))?;
        line(out, &format!("DTSTAMP:{}", plain(&event.stamp)))?;
        line(out, &format!("DTSTART;VALUE=DATE:{}", plain(&event.day)))?;
        if let Some(end) = event
            .day
            .parse::<Date>()
            .ok()
            .and_then(|day| day.tomorrow().ok())
        {
            line(
                out,
                &format!("DTEND;VALUE=DATE:{}", plain(&end.to_string())),
            )?;
        }
        line(out, &format!("SUMMARY:{}", text(&event.summary)))?;
        line(out, &format!("DESCRIPTION:{}", text(&event.description)))?;
        line(out, "TRANSP:TRANSPARENT")?;
        line(out, "END:VEVENT")?;
    }
    line(out, "END:VCALENDAR")
}

/// Escapes a text; what could drive a terminal has no place in a calendar.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '\\' | ';' | ',' => {
                safe.push('\\');
                safe.push(ch);
            }
            '\n' => safe.push_str("\\n"),
            ch if ch.is_control() => safe.push(' '),
            ch => safe.push(ch),
        }
    }
    safe
}

/// Writes one line, folded so that no part has more than 75 bytes and no character is cut.
fn line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let mut rest = text;
    let mut room = LINE;
    while rest.len() > room {
        let end = (1..=room)
            .rev()
            .find(|end| rest.is_char_boundary(*end))
            .unwrap_or(room);
        write!(out, "{}\r\n ", &rest[..end])?;
        rest = &rest[end..];
        // The blank that marks the fold counts.
        room = LINE - 1;
    }
    write!(out, "{rest}\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Vec::new();
        line(&mut out, &"ä".repeat(60)).unwrap();
        let written = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = written.trim_end().split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= LINE), "{lines:?}");
        assert_eq!(lines.len(), 2);
        assert_eq!(written.replace("\r\n ", "").trim_end(), "ä".repeat(60));
    }

    #[test]
    fn what_means_something_to_a_calendar_is_escaped() {
        assert_eq!(text("a;b,c\\d\ne\u{1b}"), "a\\;b\\,c\\\\d\\ne ");
    }
}
