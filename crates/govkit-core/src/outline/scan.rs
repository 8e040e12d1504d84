//! Parameter inserts and term uses: what govkit reads in prose beyond Markdown.

use super::{Insert, TermUse};
use crate::position::Span;

/// Finds the parameter inserts in a part of a file that is not Markdown, such as a step's text.
pub fn inserts_in(text: &str, span: Span) -> Vec<Insert> {
    scan(span.of(text), "{{", "}}", &[], span.start, insert)
}

/// Finds `open … close` on one line outside code; `read` turns the inside into a value.
///
/// A `close` belongs to the last `open` before it, so every byte is looked at a fixed number of
/// times whatever the text.
pub(super) fn scan<T>(
    source: &str,
    open: &str,
    close: &str,
    code: &[Span],
    body: usize,
    read: impl Fn(&str, Span) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    let (mut from, mut line_end) = (0, 0);
    while let Some(first) = source[from..].find(open).map(|at| from + at) {
        let after = first + open.len();
        if after > line_end {
            line_end = source[after..]
                .find('\n')
                .map_or(source.len(), |lf| after + lf);
        }
        let Some(inside_to) = source[after..line_end].find(close).map(|end| after + end) else {
            from = line_end;
            continue;
        };
        let at = source[first..inside_to]
            .rfind(open)
            .map_or(first, |at| first + at);
        let span = Span::new(at, inside_to + close.len()).shifted(body);
        let in_code = code
            .get(code.partition_point(|code| code.end <= span.start))
            .is_some_and(|code| code.start <= span.start);
        let inside = source.get(at + open.len()..inside_to).unwrap_or("");
        if !in_code && let Some(value) = read(inside, span) {
            found.push(value);
        }
        from = inside_to + close.len();
    }
    found
}

/// Reads the inside of `{{ … }}`.
pub(super) fn insert(inside: &str, span: Span) -> Option<Insert> {
    let inside = inside.trim();
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-'))
    };
    match inside.rsplit_once('.') {
        Some((artifact, name))
            if plain(name) && !artifact.is_empty() && !artifact.contains(char::is_whitespace) =>
        {
            Some(Insert {
                artifact: Some(artifact.to_owned()),
                name: name.to_owned(),
                span,
            })
        }
        None if plain(inside) => Some(Insert {
            artifact: None,
            name: inside.to_owned(),
            span,
        }),
        _ => None,
    }
}

/// Reads the inside of `[[ … ]]`.
pub(super) fn term_use(inside: &str, span: Span) -> Option<TermUse> {
    let term = inside.trim();
    (!term.is_empty() && !term.contains(['[', ']'])).then(|| TermUse {
        term: term.to_owned(),
        span,
    })
}
