//! Text that says the same and is written differently: blank lines, wrapping, list markers.

use super::catalogue;
use super::change_set::Place;
use super::document::Document;
use super::editorial::invisible;
use super::found::Draft;
use crate::position::Span;

/// Reports two passages whose sentences are equal and whose bytes are not.
pub(super) fn difference(
    old: &Document<'_>,
    before: Span,
    new: &Document<'_>,
    after: Span,
) -> Option<Draft> {
    let (a, b) = (before.of(old.text), after.of(new.text));
    if a == b {
        return None;
    }
    let at = first_difference(a, b);
    let place = Place {
        old_line: Some(old.line((before.start + at).min(before.end.saturating_sub(1)))),
        new_line: Some(new.line((after.start + at).min(after.end.saturating_sub(1)))),
        ..Place::default()
    };
    let hidden = invisible(a, b);
    if !hidden.is_empty() {
        let message = format!("only characters nobody can see differ: {hidden}");
        return Some(Draft::new(&catalogue::TEXT_CHANGED, place, message));
    }
    let words = |text: &'_ str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let unnumbered =
        |text: &str| words(&text.lines().map(unnumbered).collect::<Vec<_>>().join(" "));
    if unnumbered(a) == unnumbered(b) && words(a) != words(b) {
        let message = "only the numbers of list items changed";
        return Some(Draft::new(&catalogue::STEP_RENUMBERED, place, message));
    }
    let message = "only blanks, line breaks or list markers changed";
    Some(Draft::new(&catalogue::TEXT_EDITORIAL, place, message))
}

/// The offset of the first byte that differs, moved to the start of a character.
fn first_difference(a: &str, b: &str) -> usize {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    (0..=shared)
        .rev()
        .find(|at| a.is_char_boundary(*at) && b.is_char_boundary(*at))
        .unwrap_or(0)
}

/// A line without the number of a list item and the blanks around it.
fn unnumbered(line: &str) -> &str {
    let line = line.trim();
    let rest = line.trim_start_matches(|ch: char| ch.is_ascii_digit());
    let marker = rest.len() < line.len() && rest.starts_with(['.', ')']);
    if marker { rest[1..].trim_start() } else { line }
}
