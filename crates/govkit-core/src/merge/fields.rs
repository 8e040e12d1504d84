//! Front matter, merged by field: tables by name, steps and activities by id, lists as sets.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::config::Syntax;

use super::conflict::Place;
use super::keyed::{self, Named};
use super::out::Out;
use super::{Markers, Sides, lines, list, toml_blocks, verify, yaml_blocks};

/// A field or a table with the lines it is written on; the blocks of a text in order are all of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block<'t> {
    /// Its name among its siblings: `owner`, `links`, `steps[log]`.
    pub(super) key: String,
    pub(super) group: u8,
    /// Everything, from the comments before it to the last field in it.
    pub(super) text: &'t str,
    /// The comments and blank lines before it.
    pub(super) lead: &'t str,
    /// The field's own lines, or the header of a table.
    pub(super) head: &'t str,
    /// Where in `head` the value stands; a table has none.
    pub(super) value: Option<Range<usize>>,
    pub(super) children: Vec<Block<'t>>,
}

/// Fields stand before tables.
pub(super) const FIELD: u8 = 0;
pub(super) const TABLE: u8 = 1;

/// A front matter in blocks, and the comments behind the last one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Blocks<'t> {
    pub(super) blocks: Vec<Block<'t>>,
    pub(super) tail: &'t str,
}

impl Block<'_> {
    /// The field without the comments before it.
    fn substance(&self) -> &str {
        &self.text[self.lead.len()..]
    }

    fn value_text(&self) -> Option<&str> {
        Some(&self.head[self.value.clone()?])
    }

    /// What a person is told of it: the value, else its lines.
    fn said(&self) -> String {
        self.value_text()
            .unwrap_or(self.substance())
            .trim()
            .to_owned()
    }
}

/// Merges three front matters of one syntax, without their fences.
pub(super) fn merge<'m>(metas: Sides<&str>, syntax: Syntax, markers: &'m Markers) -> Out<'m> {
    let mut out = Out::new(markers);
    if let Some(meta) = metas.settled() {
        out.push(meta);
        return out;
    }
    let by_field = by_field(metas, syntax, markers);
    let reason = match by_field {
        Ok(out) if verify::holds(metas, syntax, &out) => return out,
        Ok(_) => "its fields cannot be told apart by line",
        Err(reason) => reason,
    };
    lines::merge_text(metas, &Place::Text, false, &mut out);
    if out.conflicts.is_empty() && !verify::reads(&out.decided, syntax) {
        out = Out::new(markers);
        let said = metas.map(|_| None);
        let place = Place::Field("front matter".to_owned());
        out.conflict(place, said, metas.map(str::as_bytes));
    }
    out.note(format!("front matter: {reason}: merged line by line"));
    out
}

fn by_field<'m>(
    metas: Sides<&str>,
    syntax: Syntax,
    markers: &'m Markers,
) -> Result<Out<'m>, &'static str> {
    let is_toml = matches!(syntax, Syntax::Toml | Syntax::TomlFence | Syntax::TomlFile);
    let read = |meta| match is_toml {
        true => toml_blocks::read(meta),
        false => yaml_blocks::read(meta, syntax),
    };
    let blocks = metas.try_map(read);
    let blocks = blocks.ok_or("its fields have no names of their own")?;
    let mut merge = Merge {
        is_toml,
        out: Out::new(markers),
    };
    merge.siblings("", blocks.as_ref().map(|all| all.blocks.as_slice()))?;
    let tails = blocks.map(|all| all.tail);
    merge.trivia(tails, &Place::Text);
    Ok(merge.out)
}

struct Merge<'m> {
    is_toml: bool,
    out: Out<'m>,
}

impl Merge<'_> {
    fn siblings(&mut self, path: &str, sides: Sides<&[Block<'_>]>) -> Result<(), &'static str> {
        let names = sides.map(|blocks| {
            let named = |block| -> Named<'_> { named(block) };
            blocks.iter().map(named).collect::<Vec<_>>()
        });
        if names.any(|names| {
            let mut seen = HashSet::new();
            names.iter().any(|named| !seen.insert(named.key))
        }) {
            return Err("two of its fields have one name");
        }
        let order = keyed::order(names.as_ref().map(Vec::as_slice));
        let (_, order) = order.ok_or("both sides put its fields in a new order")?;
        let found = sides.map(|blocks| {
            let pair = |block| -> (&str, &Block<'_>) { pair(block) };
            blocks.iter().map(pair).collect::<HashMap<_, _>>()
        });
        for key in order {
            let of = found.as_ref().map(|blocks| blocks.get(key).copied());
            let path = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            };
            self.block(&path, of)?;
        }
        Ok(())
    }

    fn block(&mut self, path: &str, sides: Sides<Option<&Block<'_>>>) -> Result<(), &'static str> {
        if let Some(text) = sides.map(|block| block.map(|block| block.text)).settled() {
            self.out.push_lines(text.unwrap_or(""));
            return Ok(());
        }
        let place = Place::Field(path.to_owned());
        let (Some(ours), Some(theirs)) = (sides.ours, sides.theirs) else {
            let left = sides.ours.or(sides.theirs).map(Block::substance);
            if left != sides.base.map(Block::substance) {
                let said = sides.map(|block| block.map(Block::said));
                let lines = sides.map(|block| block.map_or("", |block| block.text).as_bytes());
                self.out.conflict(place, said, lines);
            }
            return Ok(());
        };
        let leads = sides.map(|block| block.map_or("", |block| block.lead));
        self.trivia(leads, &place);
        if ours.group == FIELD {
            self.field(place, sides);
            return Ok(());
        }
        let heads = sides.map(|block| block.map_or("", |block| block.head));
        self.trivia(heads, &place);
        let base = sides
            .base
            .map_or(&[] as &[Block<'_>], |block| &block.children);
        self.siblings(path, Sides::new(base, &ours.children, &theirs.children))
    }

    /// Comments, blank lines and the header of a table.
    fn trivia(&mut self, texts: Sides<&str>, place: &Place) {
        match texts.settled() {
            Some(text) => self.out.push_lines(text),
            None => {
                self.out.push_lines("");
                lines::merge_text(texts, place, false, &mut self.out);
            }
        }
    }

    fn field(&mut self, place: Place, sides: Sides<Option<&Block<'_>>>) {
        match self.merged_field(sides) {
            Some(head) => self.out.push_lines(head),
            None => {
                let said = sides.map(|block| block.map(Block::said));
                let heads = sides.map(|block| block.map_or("", |block| block.head).as_bytes());
                self.out.conflict(place, said, heads);
            }
        }
    }

    /// The field's lines: how it is written, its value and the comment behind it are three things.
    fn merged_field(&self, sides: Sides<Option<&Block<'_>>>) -> Option<String> {
        let cut = |block: Option<&Block<'_>>, from: fn(Range<usize>, usize) -> Range<usize>| {
            let block = block?;
            let range = from(block.value.clone()?, block.head.len());
            block.head.get(range).map(str::to_owned)
        };
        let before = sides.map(|block| cut(block, |value, _| 0..value.start));
        let after = sides.map(|block| cut(block, |value, end| value.end..end));
        let before = before.settled().unwrap_or(before.ours)?;
        let blank = after.any(|text| text.as_ref().is_none_or(|text| !text.contains('#')));
        let after = match after.settled() {
            Some(after) => after?,
            None if blank
                && after.ours.as_deref().map(str::trim)
                    == after.theirs.as_deref().map(str::trim) =>
            {
                after.ours?
            }
            None => return None,
        };
        let values = sides.map(|block| block.and_then(Block::value_text));
        Some(format!("{before}{}{after}", self.value(values)?))
    }

    fn value(&self, values: Sides<Option<&str>>) -> Option<String> {
        if let Some(value) = values.settled() {
            return value.map(str::to_owned);
        }
        if self.is_toml {
            let meanings = values.map(|value| value.and_then(list::meaning));
            if meanings.ours.is_some() && meanings.theirs.is_some() {
                if meanings.ours == meanings.theirs || meanings.theirs == meanings.base {
                    return values.ours.map(str::to_owned);
                }
                if meanings.ours == meanings.base {
                    return values.theirs.map(str::to_owned);
                }
            }
            return list::merge(values.map(Option::unwrap_or_default));
        }
        yaml_blocks::merge_items(values.map(Option::unwrap_or_default))
    }
}

fn named<'b>(block: &'b Block<'_>) -> Named<'b> {
    Named {
        key: &block.key,
        group: block.group,
    }
}

fn pair<'b, 't>(block: &'b Block<'t>) -> (&'b str, &'b Block<'t>) {
    (&block.key, block)
}
