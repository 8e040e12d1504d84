//! One item more or less in a list, its layout kept.

use super::Patch;
use crate::position::Span;
use crate::value::Node;

/// Adds an item behind the last one.
pub(super) fn with(text: &str, list: Span, items: &[Node], item: &str) -> Option<Patch> {
    let Some(last) = items.last() else {
        // `[]`, perhaps with blanks or a comment in it: the item goes first.
        let at = list.start + 1;
        let inside = text.get(at..list.end - 1)?;
        let plain = inside.trim().is_empty();
        return Some(Patch {
            span: if plain {
                Span::new(at, list.end - 1)
            } else {
                Span::new(at, at)
            },
            text: item.to_owned() + if plain { "" } else { "," },
        });
    };
    let after = text.get(last.span.end..list.end)?;
    let line = &text[..last.span.start];
    let line = &line[line.rfind('\n').map_or(0, |at| at + 1)..];
    let own_line = line.trim().is_empty() && after.contains('\n');
    let comma = after.trim_start().starts_with(',');
    let at = match comma {
        true => last.span.end + after.find(',')? + 1,
        false => last.span.end,
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if comma { "" } else { "," };
    let behind = if comma { "," } else { "" };
    let between = match own_line {
        true => format!("{end}{line}"),
        false => " ".to_owned(),
    };
    Some(Patch {
        span: Span::new(at, at),
        text: format!("{before}{between}{item}{behind}"),
    })
}

/// Takes an item away, with the comma and the blanks that belong to it.
pub(super) fn without(text: &str, list: Span, items: &[Node], at: usize) -> Option<Patch> {
    let this = items.get(at)?.span;
    let span = match (
        at.checked_sub(1).and_then(|before| items.get(before)),
        items.get(at + 1),
    ) {
        (_, Some(next)) => Span::new(this.start, next.span.start),
        (Some(before), None) => Span::new(before.span.end, this.end),
        (None, None) => {
            let after = text.get(this.end..list.end)?;
            let comma = after.trim_start().starts_with(',');
            let end = if comma {
                this.end + after.find(',')? + 1
            } else {
                this.end
            };
            Span::new(this.start, end)
        }
    };
    Some(Patch {
        span,
        text: String::new(),
    })
}
