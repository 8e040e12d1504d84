//! `.govkit/accepted.toml`: findings somebody accepts, each with reason, name and last day.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::position::Position;

/// Where the records are kept.
pub const ACCEPTED_FILE: &str = ".govkit/accepted.toml";

/// Characters of a fingerprint: a shorter one could be met by another change on purpose.
const FINGERPRINT: usize = 32;

/// Why the file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}:{}: {message}", file, position.line, position.column)]
pub struct AcceptanceError {
    /// The file as the user named it.
    pub file: String,
    /// Where in it.
    pub position: Position,
    /// What is wrong, and what to do.
    pub message: String,
}

/// The findings that are accepted, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acceptances {
    /// The records.
    pub records: Vec<AcceptanceRecord>,
}

/// One finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptanceRecord {
    /// The finding.
    pub fingerprint: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// The last day.
    pub until: Date,
    /// The line it starts on.
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    accept: Vec<Spanned<RawRecord>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecord {
    fingerprint: Option<Spanned<String>>,
    reason: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
    until: Option<Spanned<toml::Value>>,
}

/// What is wrong, and the offset it is wrong at.
struct Wrong(usize, String);

impl Acceptances {
    /// Reads the file; `file` is the name used in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, AcceptanceError> {
        let placed = |Wrong(offset, message): Wrong| AcceptanceError {
            file: file.to_owned(),
            position: Position::of(text, offset),
            message,
        };
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            placed(Wrong(at, error.message().trim().replace('\n', " ")))
        })?;
        let mut records = Vec::with_capacity(raw.accept.len());
        for record in raw.accept {
            let at = record.span().start;
            let line = Position::of(text, at).line;
            records.push(read(record.into_inner(), at, line).map_err(placed)?);
        }
        Ok(Self { records })
    }
}

fn read(raw: RawRecord, at: usize, line: u32) -> Result<AcceptanceRecord, Wrong> {
    let fingerprint = filled(raw.fingerprint, "fingerprint", at)?;
    let known = fingerprint.get_ref().split('-').next().unwrap_or("");
    if known.len() != FINGERPRINT || !known.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!(
            "`{}` is no fingerprint: it has {FINGERPRINT} hexadecimal digits (`govkit diff --format json` shows it)",
            fingerprint.get_ref()
        );
        return Err(Wrong(fingerprint.span().start, message));
    }
    let reason = filled(raw.reason, "reason", at)?.into_inner();
    let by = filled(raw.by, "by", at)?.into_inner();
    let until = raw.until.ok_or_else(|| missing("until", at))?;
    let text = match until.get_ref() {
        toml::Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let until = text.parse().map_err(|_| {
        Wrong(
            until.span().start,
            format!("`until = {text}` is no day; write `until = 2027-03-31`"),
        )
    })?;
    Ok(AcceptanceRecord {
        fingerprint: fingerprint.into_inner(),
        reason,
        by,
        until,
        line,
    })
}

fn missing(key: &str, at: usize) -> Wrong {
    let message = format!(
        "this acceptance has no `{key}`; each has `fingerprint`, `reason`, `by` (a person) and `until` (a day)"
    );
    Wrong(at, message)
}

fn filled(value: Option<Spanned<String>>, key: &str, at: usize) -> Result<Spanned<String>, Wrong> {
    let value = value.ok_or_else(|| missing(key, at))?;
    match value.get_ref().trim().is_empty() {
        true => Err(Wrong(value.span().start, format!("`{key}` is empty"))),
        false => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "0123456789abcdef0123456789abcdef";

    fn parse(text: &str) -> Result<Acceptances, String> {
        Acceptances::parse(text, "accepted.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_record_is_read() {
        let text = format!(
            "[[accept]]\nfingerprint = '{PRINT}'\nreason = 'agreed'\nby = 'Ada'\nuntil = 2027-01-31\n"
        );
        let read = parse(&text).unwrap();
        assert_eq!(read.records[0].until.to_string(), "2027-01-31");
        assert_eq!(parse("").unwrap(), Acceptances::default());
    }

    #[test]
    fn a_record_without_reason_person_or_end_is_an_error_with_its_place() {
        let whole = [
            ("fingerprint", format!("fingerprint = '{PRINT}'\n")),
            ("reason", "reason = 'agreed'\n".to_owned()),
            ("by", "by = 'Ada'\n".to_owned()),
            ("until", "until = '2027-01-31'\n".to_owned()),
        ];
        for (key, _) in &whole {
            let rest = whole.iter().filter(|(other, _)| other != key);
            let text: String = rest.map(|(_, line)| line.as_str()).collect();
            let error = parse(&format!("\n[[accept]]\n{text}")).unwrap_err();
            assert!(error.starts_with("accepted.toml:2:1: "), "{error}");
            assert!(error.contains(&format!("no `{key}`")), "{error}");
        }
        let all: String = whole.iter().map(|(_, line)| line.as_str()).collect();
        for (good, bad) in [(PRINT, "0123"), ("'agreed'", "' '"), ("2027-01-31", "soon")] {
            let text = format!("[[accept]]\n{}", all.replace(good, bad));
            assert!(parse(&text).is_err(), "{bad}");
        }
    }
}
