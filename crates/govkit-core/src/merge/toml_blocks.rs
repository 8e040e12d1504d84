//! TOML cut into its fields and tables, line by line, with nothing left over.

use std::ops::Range;

use toml_edit::{Document, Item, Key, Table};

use super::fields::{Block, Blocks, FIELD, TABLE};

/// Cuts TOML into blocks; `None` where it cannot be read or a table of a list has no name.
pub(super) fn read(source: &str) -> Option<Blocks<'_>> {
    let document = Document::parse(source).ok()?;
    let mut entries = Vec::new();
    collect(document.as_table(), &mut entries);
    entries.sort_by_key(|entry| entry.key_start);
    Reader::new(source, entries).read()
}

/// Where a field stands: its key's last part, and its value.
struct Entry {
    key_start: usize,
    key_end: usize,
    value: Range<usize>,
}

fn collect(table: &Table, entries: &mut Vec<Entry>) {
    for (name, item) in table {
        match item {
            Item::Value(value) => {
                let key = table.key(name).and_then(Key::span);
                if let Some((key, value)) = key.zip(value.span()) {
                    entries.push(Entry {
                        key_start: key.start,
                        key_end: key.end,
                        value,
                    });
                }
            }
            Item::Table(table) => collect(table, entries),
            Item::ArrayOfTables(tables) => tables.iter().for_each(|table| collect(table, entries)),
            Item::None => {}
        }
    }
}

/// A table whose end has not been seen.
struct Open<'t> {
    path: Vec<String>,
    /// Whether it is one of a list: then what follows under its name belongs to it.
    listed: bool,
    start: usize,
    block: Block<'t>,
}

struct Reader<'t> {
    source: &'t str,
    entries: std::iter::Peekable<std::vec::IntoIter<Entry>>,
    root: Vec<Block<'t>>,
    open: Vec<Open<'t>>,
    /// Where the comments before the next block begin.
    lead: usize,
    /// Where the last block ended.
    end: usize,
}

impl<'t> Reader<'t> {
    fn new(source: &'t str, entries: Vec<Entry>) -> Self {
        Self {
            source,
            entries: entries.into_iter().peekable(),
            root: Vec::new(),
            open: Vec::new(),
            lead: 0,
            end: 0,
        }
    }

    fn read(mut self) -> Option<Blocks<'t>> {
        let mut at = 0;
        while at < self.source.len() {
            let line_end = self.line_end(at);
            let line = &self.source[at..line_end];
            if self
                .entries
                .peek()
                .is_some_and(|entry| entry.key_start < line_end)
            {
                let entry = self.entries.next()?;
                at = self.entry(at, &entry)?;
            } else if line.trim_start().starts_with('[') {
                self.header(at, line_end)?;
                at = line_end;
            } else {
                at = line_end;
                continue;
            }
            (self.lead, self.end) = (at, at);
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        let tail = &self.source[self.lead..];
        self.entries.next().is_none().then_some(Blocks {
            blocks: self.root,
            tail,
        })
    }

    /// Returns the offset behind the line that `at` is in.
    fn line_end(&self, at: usize) -> usize {
        self.source[at..]
            .find('\n')
            .map_or(self.source.len(), |lf| at + lf + 1)
    }

    fn entry(&mut self, line: usize, entry: &Entry) -> Option<usize> {
        let end = self.line_end(entry.value.end.max(line));
        let equals = entry.key_end
            + self
                .source
                .get(entry.key_end..entry.value.start)?
                .find('=')?;
        let block = Block {
            key: dotted(&self.source[line..equals])?.join("."),
            group: FIELD,
            text: &self.source[self.lead..end],
            lead: &self.source[self.lead..line],
            head: &self.source[line..end],
            value: Some(entry.value.start - line..entry.value.end - line),
            children: Vec::new(),
        };
        match self.open.last_mut() {
            Some(open) => open.block.children.push(block),
            None => self.root.push(block),
        }
        Some(end)
    }

    fn header(&mut self, line: usize, end: usize) -> Option<()> {
        let head = &self.source[line..end];
        let (path, listed) = header_path(head.trim_start())?;
        while self
            .open
            .last()
            .is_some_and(|open| !open.listed || !is_inside(&path, &open.path))
        {
            self.close()?;
        }
        self.open.push(Open {
            block: Block {
                key: path.join("."),
                group: TABLE,
                text: "",
                lead: &self.source[self.lead..line],
                head,
                value: None,
                children: Vec::new(),
            },
            path,
            listed,
            start: self.lead,
        });
        self.end = end;
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let mut open = self.open.pop()?;
        open.block.text = &self.source[open.start..self.end];
        let parent = self.open.last_mut();
        if let Some(parent) = &parent {
            // Inside one of a list, the list's own name is left out.
            open.block.key = open.path[parent.path.len()..].join(".");
        }
        if open.listed {
            open.block.key = format!("{}[{}]", open.block.key, name_of(&open.block)?);
        }
        match parent {
            Some(parent) => parent.block.children.push(open.block),
            None => self.root.push(open.block),
        }
        Some(())
    }
}

fn is_inside(path: &[String], outer: &[String]) -> bool {
    path.len() > outer.len() && path.starts_with(outer)
}

fn dotted(text: &str) -> Option<Vec<String>> {
    let keys = Key::parse(text.trim()).ok()?;
    Some(keys.iter().map(|key| key.get().to_owned()).collect())
}

/// Reads `[links]` or `[[steps]]`; a quoted name may hold a bracket.
fn header_path(head: &str) -> Option<(Vec<String>, bool)> {
    let listed = head.starts_with("[[");
    let inner = &head[1 + usize::from(listed)..];
    let ends = inner.match_indices(']').map(|(at, _)| at);
    let path = ends.map(|end| &inner[..end]).find_map(dotted)?;
    Some((path, listed))
}

/// What tells one table of a list from the others: its `id`, else its `name`.
fn name_of(block: &Block<'_>) -> Option<String> {
    let field = |name: &str| {
        let child = block.children.iter().find(|child| child.key == name)?;
        let value = &child.head[child.value.clone()?];
        value
            .parse::<toml_edit::Value>()
            .ok()?
            .as_str()
            .map(str::to_owned)
    };
    field("id").or_else(|| field("name"))
}
