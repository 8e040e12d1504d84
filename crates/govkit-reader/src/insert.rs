//! Parameters `{{ name }}` and terms `[[word]]` in running text.

/// A piece of text with what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text as it is written.
    Text(&'t str),
    /// A parameter: as written, and its name.
    Parameter(&'t str, &'t str),
    /// A term: as written, and what stands between the brackets.
    Term(&'t str, &'t str),
}

/// Splits text at its parameters and terms.
pub fn pieces(raw: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = raw;
    let opening = |rest: &str| {
        let ways = [rest.find("{{"), rest.find("[[")];
        ways.into_iter().flatten().min()
    };
    while let Some(at) = opening(rest) {
        let is_parameter = rest[at..].starts_with("{{");
        let closing = if is_parameter { "}}" } else { "]]" };
        let Some(length) = rest[at..].find(closing) else {
            break;
        };
        let (before, tail) = rest.split_at(at);
        let (written, after) = tail.split_at(length + 2);
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        let inner = written[2..length].trim();
        found.push(match is_parameter {
            true => Piece::Parameter(written, inner),
            false => Piece::Term(written, inner),
        });
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// Splits what stands between the brackets of a term: the word looked up, and the one shown.
pub fn split_term(written: &str) -> (&str, &str) {
    let (word, shown) = written.split_once('|').unwrap_or((written, written));
    (word.trim(), shown.trim())
}
