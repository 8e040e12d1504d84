//! Header front matter: `Name: value` lines up to the first blank line, as in PEPs (RFC 822).

use super::{Split, lines_from};
use crate::config::Syntax;
use crate::position::Span;
use crate::value::{Field, Node, Table, Value};

/// Finds header lines at the start of `text`.
pub(super) fn split(text: &str, start: usize) -> Option<Split> {
    let mut headers = 0;
    for (at, line, next) in lines_from(text, start) {
        if line.trim().is_empty() {
            return (headers > 0).then_some(Split {
                syntax: Syntax::Header,
                meta: Span::new(start, at),
                body: next,
            });
        }
        if header_name(line).is_some() {
            headers += 1;
        } else if headers == 0 || !line.starts_with([' ', '\t']) {
            return None;
        }
    }
    (headers > 0).then(|| Split {
        syntax: Syntax::Header,
        meta: Span::new(start, text.len()),
        body: text.len(),
    })
}

/// Finds header lines where no configuration says there are any: two of them at least.
pub(super) fn detect(text: &str) -> Option<Split> {
    let found = split(text, super::after_bom(text))?;
    let headers = found
        .meta
        .of(text)
        .lines()
        .filter(|line| header_name(line).is_some())
        .count();
    (headers > 1).then_some(found)
}

fn header_name(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':')?;
    let word = name.starts_with(|ch: char| ch.is_ascii_alphabetic())
        && name
            .chars()
            .all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_'));
    (word && (rest.is_empty() || rest.starts_with([' ', '\t', '\r']))).then_some(name)
}

/// Reads header lines; spans are moved by `offset` to count from the start of the file.
///
/// A continuation line (one that starts with a blank) belongs to the value before it.
pub(super) fn read(source: &str, offset: usize) -> Table {
    let mut fields: Vec<Field> = Vec::new();
    for (at, line, _) in lines_from(source, 0) {
        let value_of = |from: usize| {
            let text = line[from..].trim();
            let lead = line[from..].len() - line[from..].trim_start().len();
            (
                text.to_owned(),
                Span::new(at + from + lead, at + from + lead + text.len()).shifted(offset),
            )
        };
        if let Some(name) = header_name(line) {
            let (text, span) = value_of(name.len() + 1);
            fields.push(Field {
                key: name.to_owned(),
                key_span: Span::new(at, at + name.len()).shifted(offset),
                node: Node {
                    value: Value::String(text),
                    span,
                },
            });
        } else if let Some(field) = fields.last_mut()
            && let Value::String(value) = &mut field.node.value
        {
            let (text, span) = value_of(0);
            value.push(' ');
            value.push_str(&text);
            field.node.span.end = span.end;
        }
    }
    Table(fields)
}
