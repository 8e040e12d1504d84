//! YAML and header lines cut into their top-level fields, by the lines they stand on.
//!
//! These syntaxes are never written anew: a field's lines are taken from one side or the other.

use crate::config::Syntax;
use crate::front_matter::{FrontMatter, Split};
use crate::limits::Limits;
use crate::position::Span;

use super::Sides;
use super::fields::{Block, Blocks, FIELD};
use super::keyed::{self, Named};

/// Cuts a front matter into fields; `None` where two of them share a line.
pub(super) fn read(source: &str, syntax: Syntax) -> Option<Blocks<'_>> {
    let split = Split {
        syntax,
        meta: Span::new(0, source.len()),
        body: source.len(),
    };
    let front = FrontMatter::read_split(source, split, &Limits::DEFAULT).ok()?;
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let fields = &front.fields.0;
    let mut lead = 0;
    for (index, field) in fields.iter().enumerate() {
        let line = line_start(source, field.key_span.start);
        let next = fields
            .get(index + 1)
            .map(|next| line_start(source, next.key_span.start));
        // A key that does not begin its line is one of a flow, or written in some other way.
        if line != field.key_span.start && source[line..field.key_span.start] != *"\""
            || line < lead
        {
            return None;
        }
        let end = next.map_or(source.len(), |next| {
            line + own_lines(source.get(line..next).unwrap_or(""))
        });
        let head = source.get(line..end)?;
        let colon = field
            .key_span
            .end
            .checked_sub(line)
            .and_then(|key| Some(key + head.get(key..)?.find(':')?));
        let value = colon? + 1;
        blocks.push(Block {
            key: field.key.clone(),
            group: FIELD,
            text: &source[lead..end],
            lead: &source[lead..line],
            head,
            value: Some(value..head.len()),
            children: Vec::new(),
        });
        lead = end;
    }
    Some(Blocks {
        blocks,
        tail: &source[lead..],
    })
}

fn line_start(source: &str, at: usize) -> usize {
    source[..at].rfind('\n').map_or(0, |lf| lf + 1)
}

/// The length of a field's lines without the comments that belong to the next one.
fn own_lines(lines: &str) -> usize {
    let mut end = lines.len();
    for line in lines.split_inclusive('\n').rev() {
        if !line.starts_with('#') && !line.trim().is_empty() {
            break;
        }
        end -= line.len();
    }
    end
}

/// Merges two changed lists of plain items, one a line, as sets; `None` for anything else.
pub(super) fn merge_items(values: Sides<&str>) -> Option<String> {
    let lists = values.try_map(items)?;
    let names = lists.as_ref().map(|(_, items)| {
        let keys = items.iter().copied().map(str::trim_end);
        keys.map(|key| Named { key, group: FIELD })
            .collect::<Vec<_>>()
    });
    if names.any(|names| {
        names
            .iter()
            .enumerate()
            .any(|(at, named)| names[..at].contains(named))
    }) {
        return None;
    }
    let first = lists.as_ref().map(|(first, _)| *first).settled()?;
    let (_, order) = keyed::order(names.as_ref().map(Vec::as_slice))?;
    let kept = order.into_iter().filter(|key| {
        let has = names
            .as_ref()
            .map(|names| names.iter().any(|named| named.key == *key));
        has.settled().unwrap_or(true)
    });
    Some(kept.fold(first.to_owned(), |text, item| format!("{text}{item}\n")))
}

/// The rest of the key's line, and lines that are all `- item`.
fn items(value: &str) -> Option<(&str, Vec<&str>)> {
    let first_end = value.find('\n')? + 1;
    let (first, rest) = value.split_at(first_end);
    let lines: Vec<&str> = rest.split_inclusive('\n').collect();
    let is_item = |line: &&str| {
        let item = line.trim_start_matches(' ').strip_prefix("- ");
        item.is_some_and(|item| {
            !item.contains(": ")
                && !item.trim_end().ends_with(':')
                && !item.trim().is_empty()
                && !item.starts_with(['-', '|', '>', '&', '*', '!', '{', '['])
        })
    };
    let plain = first.trim().is_empty() && lines.iter().all(is_item) && rest.ends_with('\n');
    plain.then_some((first, lines))
}
