//! One side as units in file order: entries of lists of tables, headings, sentences.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Cell, Part};
use crate::diff::document::Document;
use crate::diff::prose::{BlockKind, Prose};
use crate::value::{Field, Node, Table, Value};

/// What is aligned as a whole.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) part: Part,
    pub(super) label: Option<String>,
    pub(super) text: String,
    pub(super) cell: Cell,
}

/// The units of a side but for its plain fields, and where to find them.
pub(super) struct Side {
    pub(super) units: Vec<Unit>,
    /// Entries and their fields: list, id and key, with the unit.
    keys: Vec<([String; 3], usize)>,
    headings: Vec<usize>,
    sentences: Vec<usize>,
}

impl Side {
    /// Reads a side; the fields of entries stand in the order of `like`, where that has them.
    pub(super) fn read(
        document: &Document<'_>,
        prose: &Prose,
        like: Option<&Document<'_>>,
    ) -> Self {
        let mut side = Self {
            units: Vec::new(),
            keys: Vec::new(),
            headings: vec![0; document.outline.sections.len()],
            sentences: vec![0; prose.sentences.len()],
        };
        side.entries(document, like);
        side.body(document, prose);
        side
    }

    pub(super) fn heading(&self, section: usize) -> usize {
        self.headings[section]
    }

    pub(super) fn sentence(&self, sentence: usize) -> usize {
        self.sentences[sentence]
    }

    fn entries(&mut self, document: &Document<'_>, like: Option<&Document<'_>>) {
        for (list, entries) in lists(&document.fields) {
            let model = like.map(|document| lists(&document.fields));
            let model = model.as_ref().and_then(|lists| {
                let same = lists.iter().find(|(other, _)| *other == list);
                same.map(|(_, entries)| entries)
            });
            for (id, table, start) in &entries {
                let other =
                    model.and_then(|entries| entries.iter().find(|(other, ..)| other == id));
                let line = document.line(*start);
                self.keyed(
                    [&list, id, ""],
                    Part::Entry,
                    singular(&list),
                    id.clone(),
                    line,
                );
                for (key, field) in ordered(table, other.map(|(_, table, _)| *table)) {
                    let line = document.line(field.key_span.start);
                    let text = field.node.value.display();
                    self.keyed([&list, id, &key], Part::EntryField, key.clone(), text, line);
                }
            }
        }
    }

    fn keyed(&mut self, key: [&str; 3], part: Part, label: String, text: String, line: u32) {
        self.keys.push((key.map(str::to_owned), self.units.len()));
        self.units.push(Unit {
            part,
            label: Some(label),
            text,
            cell: Cell { line, opens: true },
        });
    }

    fn body(&mut self, document: &Document<'_>, prose: &Prose) {
        let mut next = 0;
        for (at, section) in document.outline.sections.iter().enumerate() {
            self.sentences_before(document, prose, &mut next, section.heading_span.start);
            self.headings[at] = self.units.len();
            self.units.push(Unit {
                part: Part::Heading(section.level),
                label: None,
                text: section.heading.clone(),
                cell: Cell {
                    line: document.line(section.heading_span.start),
                    opens: true,
                },
            });
        }
        self.sentences_before(document, prose, &mut next, usize::MAX);
    }

    fn sentences_before(
        &mut self,
        document: &Document<'_>,
        prose: &Prose,
        next: &mut usize,
        end: usize,
    ) {
        while let Some(sentence) = prose.sentences.get(*next).filter(|it| it.start < end) {
            let block = prose.block_of(*next);
            self.sentences[*next] = self.units.len();
            self.units.push(Unit {
                part: part(block.kind, &block.nesting),
                label: None,
                text: sentence.text.clone(),
                cell: Cell {
                    line: document.line(sentence.start),
                    opens: block.sentences.start == *next,
                },
            });
            *next += 1;
        }
    }
}

/// Entries and fields of entries that have the same key on both sides.
pub(super) fn entries(old: &Side, new: &Side) -> Vec<(usize, usize)> {
    let news: BTreeMap<&[String; 3], usize> =
        new.keys.iter().map(|(key, unit)| (key, *unit)).collect();
    let olds = old.keys.iter();
    olds.filter_map(|(key, unit)| Some((*unit, *news.get(key)?)))
        .collect()
}

/// The fields outside lists of tables, by their dotted keys; a key that is repeated is numbered.
pub(super) fn fields(document: &Document<'_>) -> Vec<(String, Unit)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let leaves = document.fields.leaves().into_iter();
    leaves
        .filter(|(_, field)| field.node.value != Value::Null && tables(&field.node).is_none())
        .map(|(label, field)| {
            let count = seen.entry(label.clone()).or_insert(0);
            *count += 1;
            let unit = Unit {
                part: Part::Field,
                label: Some(label.clone()),
                text: field.node.value.display(),
                cell: Cell {
                    line: document.line(field.key_span.start),
                    opens: true,
                },
            };
            (format!("{label}\0{count}"), unit)
        })
        .collect()
}

/// An entry: its id, its fields, where it starts.
type Entry<'a> = (String, &'a Table, usize);

/// Every list of tables with its entries; an entry without an id is known by its number.
fn lists(fields: &Table) -> Vec<(String, Vec<Entry<'_>>)> {
    let leaves = fields.leaves().into_iter();
    let listed = leaves.filter_map(|(key, field)| Some((key, tables(&field.node)?)));
    listed
        .map(|(key, tables)| {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let entries = tables.into_iter().enumerate().map(|(at, (table, start))| {
                let id = table.key("id").and_then(|id| id.node.value.scalar());
                let id = id.unwrap_or_else(|| format!("{}", at + 1));
                let count = seen.entry(id.clone()).or_insert(0);
                *count += 1;
                let id = if *count > 1 {
                    format!("{id} ({count})")
                } else {
                    id
                };
                (id, table, start)
            });
            let entries = entries.collect();
            (key, entries)
        })
        .collect()
}

/// The tables of a list that holds nothing else.
fn tables(node: &Node) -> Option<Vec<(&Table, usize)>> {
    let Value::Array(items) = &node.value else {
        return None;
    };
    let tables = items.iter().map(|item| match &item.value {
        Value::Table(table) => Some((table, item.span.start)),
        _ => None,
    });
    let tables: Option<Vec<_>> = tables.collect();
    tables.filter(|tables| !tables.is_empty())
}

/// The fields of an entry but for its id, in the order of `like`.
fn ordered<'a>(table: &'a Table, like: Option<&Table>) -> Vec<(String, &'a Field)> {
    let mut fields = table.leaves();
    fields.retain(|(key, field)| key != "id" && field.node.value != Value::Null);
    let places: BTreeMap<String, usize> = like
        .map(|like| {
            let leaves = like.leaves().into_iter().enumerate();
            leaves.map(|(at, (key, _))| (key, at)).collect()
        })
        .unwrap_or_default();
    if fields.iter().all(|(key, _)| places.contains_key(key)) {
        fields.sort_by_key(|(key, _)| places.get(key).copied());
    }
    let mut seen = std::collections::BTreeSet::new();
    fields.retain(|(key, _)| seen.insert(key.clone()));
    fields
}

fn singular(list: &str) -> String {
    match list {
        "steps" => "step".to_owned(),
        "activities" => "activity".to_owned(),
        other => other.to_owned(),
    }
}

fn part(kind: BlockKind, nesting: &str) -> Part {
    let depth = nesting.bytes().filter(|sign| *sign != b'q').count();
    match kind {
        BlockKind::Item => Part::Item(u8::try_from(depth).unwrap_or(u8::MAX)),
        BlockKind::Paragraph => Part::Paragraph,
        BlockKind::Row => Part::Row,
        BlockKind::Code => Part::Code,
        BlockKind::Html => Part::Html,
        BlockKind::Definition => Part::Definition,
    }
}

/// The bytes of a section's own text, without its heading; `None` is the text before the first.
pub(super) fn own_range(document: &Document<'_>, section: Option<usize>) -> Range<usize> {
    match section {
        None => document.body..document.outline.preamble_end.max(document.body),
        Some(at) => {
            let section = &document.outline.sections[at];
            section.heading_span.end..section.own_end.max(section.heading_span.end)
        }
    }
}
