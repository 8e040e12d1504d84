//! Days of governed texts as a calendar, as RFC 5545 wants it.
//!
//! `govkit due --format ics` and the exporter `ics` both write through [`calendar`], so that the same
//! date is the same event, whichever of them a person subscribes to.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// Bytes of a line before it has to be folded.
const LINE: usize = 75;

/// What falls on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The text holds from this day on.
    Effective,
    /// The text has to be read again by this day.
    Review,
    /// The text holds up to this day.
    Expiry,
}

/// A day of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The day.
    pub day: Date,
    /// What falls on it.
    pub what: What,
    /// The artifact's id.
    pub id: String,
    /// The field the day stands in.
    pub field: String,
    /// The artifact's title.
    pub title: String,
    /// Its owner, if it has one.
    pub owner: Option<String>,
    /// Its file.
    pub path: String,
    /// When what is told was last revised, as RFC 3339 in UTC.
    pub stamp: String,
}

/// Returns a calendar, in the order of the entries. `name` is what programs show for it. An
/// artifact and a field make one event; a second one of the same is left out.
pub fn calendar(name: Option<&str>, entries: &[Entry]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//govkit//govkit//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    if let Some(name) = name {
        // RFC 7986, and what programs read that are older than it.
        line(&mut out, &format!("NAME:{}", text(name)));
        line(&mut out, &format!("X-WR-CALNAME:{}", text(name)));
    }
    let mut seen = BTreeSet::new();
    for entry in entries {
        let uid = uid(entry);
        if seen.insert(uid.clone()) {
            event(&mut out, entry, &uid);
        }
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, entry: &Entry, uid: &str) {
    let plain = |text: String| text.replace(['-', ':'], "");
    let owner = entry.owner.as_deref();
    let owner = owner.map_or_else(String::new, |owner| format!("\nOwner: {owner}"));
    let verb = match entry.what {
        What::Effective => "First day of",
        What::Review => "Review",
        What::Expiry => "Last day of",
    };
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{uid}@govkit"));
    line(out, &format!("DTSTAMP:{}", plain(text(&entry.stamp))));
    let day = plain(entry.day.to_string());
    line(out, &format!("DTSTART;VALUE=DATE:{day}"));
    if let Ok(end) = entry.day.tomorrow() {
        line(out, &format!("DTEND;VALUE=DATE:{}", plain(end.to_string())));
    }
    let summary = format!("{verb} {}: {}", entry.id, entry.title);
    line(out, &format!("SUMMARY:{}", text(&summary)));
    let description = format!("{}{owner}", entry.path);
    line(out, &format!("DESCRIPTION:{}", text(&description)));
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// What an event is known by, however its day or its title changes.
fn uid(entry: &Entry) -> String {
    let digest = Sha256::digest(format!("{}\0{}", entry.id, entry.field));
    let bytes = digest.iter().take(16);
    bytes.fold(String::new(), |uid, byte| uid + &format!("{byte:02x}"))
}

/// Escapes a text; what could drive a terminal or turn the text around has no place in a calendar.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '\\' | ';' | ',' => {
                safe.push('\\');
                safe.push(ch);
            }
            '\n' => safe.push_str("\\n"),
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push(' '),
            ch if ch.is_control() => safe.push(' '),
            ch => safe.push(ch),
        }
    }
    safe
}

/// Writes one line, folded so that no part has more than 75 bytes and no character is cut.
fn line(out: &mut String, text: &str) {
    let mut rest = text;
    let mut room = LINE;
    while rest.len() > room {
        let end = (1..=room)
            .rev()
            .find(|end| rest.is_char_boundary(*end))
            .unwrap_or(room);
        out.push_str(&rest[..end]);
        out.push_str("\r\n ");
        rest = &rest[end..];
        // The blank that marks the fold counts.
        room = LINE - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn entry(id: &str, title: &str) -> Entry {
        Entry {
            day: date(2026, 12, 31),
            what: What::Review,
            id: id.to_owned(),
            field: "review_by".to_owned(),
            title: title.to_owned(),
            owner: None,
            path: "a.md".to_owned(),
            stamp: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = String::new();
        line(&mut out, &"ä".repeat(60));
        let lines: Vec<&str> = out.trim_end().split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= LINE), "{lines:?}");
        assert_eq!(lines.len(), 2);
        assert_eq!(out.replace("\r\n ", "").trim_end(), "ä".repeat(60));
    }

    #[test]
    fn what_means_something_to_a_calendar_is_escaped() {
        assert_eq!(
            text("a;b,c\\d\ne\u{1b}\u{202e}f\r\u{2028}"),
            "a\\;b\\,c\\\\d\\ne  f  "
        );
    }

    #[test]
    fn a_title_cannot_bring_a_line_of_its_own() {
        let written = calendar(Some("N"), &[entry("A", "x\r\nEND:VEVENT\r\nBEGIN:VEVENT")]);
        let lines: Vec<&str> = written.split("\r\n").collect();
        assert_eq!(lines.iter().filter(|one| **one == "END:VEVENT").count(), 1);
        assert!(lines.contains(&"DTSTART;VALUE=DATE:20261231"));
        assert!(lines.contains(&"DTEND;VALUE=DATE:20270101"));
        assert!(lines.contains(&"X-WR-CALNAME:N"));
    }

    #[test]
    fn an_event_comes_once() {
        let written = calendar(None, &[entry("A", "x"), entry("A", "y"), entry("B", "x")]);
        assert_eq!(written.matches("BEGIN:VEVENT").count(), 2);
    }
}
