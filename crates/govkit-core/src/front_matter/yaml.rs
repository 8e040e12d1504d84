//! YAML front matter, read only, with a span for every key and value.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Options, Spanned};

use super::{FrontMatterError, Split, lines_from};
use crate::config::Syntax;
use crate::position::Span;
use crate::value::{Field, Node, Table, Value};

/// How many lines of a file may pass before a `---` that nothing opened.
const HEADLESS_LINES: usize = 200;

/// Finds YAML closed by `---` that no `---` opened.
///
/// The lines before must look like YAML: the first is `key:`, and none is a Markdown heading
/// or a blank line, so that a thematic break in prose closes nothing.
pub(super) fn split_headless(text: &str, start: usize) -> Option<Split> {
    for (count, (at, line, next)) in lines_from(text, start).enumerate() {
        if line.trim_end() == "---" {
            return (count > 0).then_some(Split {
                syntax: Syntax::Yaml,
                meta: Span::new(start, at),
                body: next,
            });
        }
        let key_like = line.split_once(':').is_some_and(|(key, rest)| {
            !key.is_empty()
                && key
                    .chars()
                    .all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-' | '.'))
                && (rest.is_empty() || rest.starts_with([' ', '\r', '\t']))
        });
        let nested = line.starts_with([' ', '-', '\t']) || line.starts_with("# ");
        if count > HEADLESS_LINES || !(key_like || (count > 0 && nested)) {
            return None;
        }
    }
    None
}

/// Reads YAML; spans are moved by `offset` to count from the start of the file.
pub(super) fn read(source: &str, offset: usize) -> Result<Table, FrontMatterError> {
    if source.trim().is_empty() {
        return Ok(Table::default());
    }
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
    };
    let raw: Raw = parse(source, options).map_err(|(message, at)| FrontMatterError::Syntax {
        syntax: "YAML",
        message,
        span: Span::new(offset + at, offset + at),
    })?;
    match raw {
        Raw::Map(entries) => Ok(table(entries, source, offset)),
        Raw::Null => Ok(Table::default()),
        _ => Err(FrontMatterError::Syntax {
            syntax: "YAML",
            message: "expected `key: value` lines".to_owned(),
            span: Span::new(offset, offset),
        }),
    }
}

fn parse(source: &str, options: Options) -> Result<Raw, (String, usize)> {
    serde_saphyr::from_str_with_options(source, options).map_err(|error| {
        let at = error
            .location()
            .map_or(0, |location| start_of(location, source));
        (said(&error.to_string()), at)
    })
}

/// The parser's message without its own idea of the place (it counts from the front matter's
/// first line), its advice to programmers, and its drawing of the source.
fn said(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let line = match line
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((place, rest))
            if place
                .chars()
                .all(|ch| ch.is_ascii_digit() || " ,column".contains(ch)) =>
        {
            rest
        }
        _ => line,
    };
    let end = line
        .find("; set ")
        .or_else(|| line.find(", set "))
        .or_else(|| line.find("DuplicateKeyPolicy"));
    line[..end.unwrap_or(line.len())]
        .trim_end_matches([' ', ',', ';', '('])
        .to_owned()
}

fn start_of(location: Location, source: &str) -> usize {
    if let Some(at) = location.span().byte_offset() {
        return (at as usize).min(source.len());
    }
    let line = location.line().max(1) as usize - 1;
    let line_start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let column = location.column().max(1) as usize - 1;
    let rest = source.get(line_start..).unwrap_or("");
    line_start
        + rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at)
}

fn table(entries: Vec<(Spanned<String>, Spanned<Raw>)>, source: &str, offset: usize) -> Table {
    Table(
        entries
            .into_iter()
            .map(|(key, value)| {
                let key_span = span_of(&key.referenced, source, offset, key.value.len());
                Field {
                    key_span,
                    node: node(value, source, offset),
                    key: key.value,
                }
            })
            .collect(),
    )
}

fn span_of(location: &Location, source: &str, offset: usize, len: usize) -> Span {
    let start = start_of(*location, source);
    let len = location
        .span()
        .byte_len()
        .map_or(len, |len| len as usize)
        .max(usize::from(len > 0));
    let end = (start + len).min(source.len());
    Span::new(start, end).shifted(offset)
}

fn node(spanned: Spanned<Raw>, source: &str, offset: usize) -> Node {
    let span = span_of(&spanned.referenced, source, offset, 0);
    let start = start_of(spanned.referenced, source);
    let value = match spanned.value {
        Raw::Null => Value::Null,
        Raw::Boolean(truth) => Value::Boolean(truth),
        Raw::Integer(number) => Value::Integer(number),
        Raw::Float(value) => Value::Float {
            value,
            text: plain_scalar(source, start),
        },
        Raw::String(text) => Value::String(text),
        Raw::Array(items) => Value::Array(
            items
                .into_iter()
                .map(|item| node(item, source, offset))
                .collect(),
        ),
        Raw::Map(entries) => Value::Table(table(entries, source, offset)),
    };
    Node { value, span }
}

/// The plain scalar that starts at `start`, as written.
fn plain_scalar(source: &str, start: usize) -> String {
    let rest = source.get(start..).unwrap_or("");
    rest.split([',', ']', '}', '\n', '\r', ' ', '#'])
        .next()
        .unwrap_or("")
        .to_owned()
}

/// YAML of any shape, before spans are resolved.
enum Raw {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    String(String),
    Array(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(i64::try_from(value).map_or_else(|_| Raw::String(value.to_string()), Raw::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}
