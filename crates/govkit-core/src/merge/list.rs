//! Values that hold values: lists merged as sets, inline tables by key, as they are written.

use std::ops::Range;

use toml_edit::{Document, Key, Value};

use super::Sides;
use super::keyed::{self, Lead, Named};

/// Reads a value without its layout.
pub(super) fn meaning(text: &str) -> Option<toml::Value> {
    let mut table: toml::Table = toml::from_str(&format!("x = {text}")).ok()?;
    table.remove("x")
}

/// Merges two changed lists or inline tables; `None` where both sides changed one item, or
/// where the text cannot be edited without touching what stands around it.
pub(super) fn merge(values: Sides<&str>) -> Option<String> {
    let base = if values.base.is_empty() {
        "[]"
    } else {
        values.base
    };
    let lists = Sides::new(base, values.ours, values.theirs).try_map(List::read)?;
    if lists.ours.is_table != lists.theirs.is_table {
        return None;
    }
    let names = lists.as_ref().map(List::names);
    if names.any(|names| (1..names.len()).any(|at| names[..at].contains(&names[at]))) {
        return None;
    }
    let (lead, order) = keyed::order(names.as_ref().map(Vec::as_slice))?;
    let (first, second) = match lead {
        Lead::Ours => (&lists.ours, &lists.theirs),
        Lead::Theirs => (&lists.theirs, &lists.ours),
    };
    let mut chosen: Vec<Chosen<'_>> = Vec::new();
    for key in order {
        let cells = lists
            .as_ref()
            .map(|list| list.find(key).map(|at| &list.cells[at]));
        let text = match cells.map(|cell| cell.map(|cell| cell.item)).settled() {
            Some(None) => continue,
            Some(Some(text)) => text.to_owned(),
            None => merged_item(cells)?,
        };
        let place = first.find(key);
        let around = place.map(|at| (first.cells[at].before, first.cells[at].after));
        let around = around.or_else(|| first.around_new(second, key));
        chosen.push(Chosen {
            key,
            text,
            place,
            around,
        });
    }
    let merged = first.write(&chosen);
    let read = List::read(&merged)?;
    let same = read.cells.iter().map(|cell| cell.key.as_str());
    same.eq(chosen.iter().map(|cell| cell.key))
        .then_some(merged)
}

/// An item both sides changed may itself hold values.
fn merged_item(cells: Sides<Option<&Cell<'_>>>) -> Option<String> {
    let (ours, theirs) = (cells.ours?, cells.theirs?);
    let base = cells.base.map_or("", |cell| cell.value);
    let value = merge(Sides::new(base, ours.value, theirs.value))?;
    let name = &ours.item[..ours.item.len() - ours.value.len()];
    Some(format!("{name}{value}"))
}

/// An item of the answer.
struct Chosen<'t> {
    key: &'t str,
    text: String,
    /// Its place in the list that leads.
    place: Option<usize>,
    /// What stands around it on its own lines; nothing for a list on one line.
    around: Option<(&'t str, &'t str)>,
}

/// An item as written.
struct Cell<'t> {
    key: String,
    /// The value; in an inline table with its key.
    item: &'t str,
    value: &'t str,
    /// From the end of the item before, or from the start of its own line.
    before: &'t str,
    /// To the end of its own line.
    after: &'t str,
}

/// A list or an inline table, cut into its items with nothing left over.
struct List<'t> {
    is_table: bool,
    /// Whether each item stands on lines of its own.
    by_line: bool,
    open: &'t str,
    cells: Vec<Cell<'t>>,
    close: &'t str,
}

impl<'t> List<'t> {
    fn read(text: &'t str) -> Option<Self> {
        const NAME: &str = "x = ";
        let document = Document::parse(format!("{NAME}{text}")).ok()?;
        let value = document.as_table().get("x")?.as_value()?;
        let local = |range: Range<usize>| range.start - NAME.len()..range.end - NAME.len();
        let mut items: Vec<(String, Range<usize>, Range<usize>)> = Vec::new();
        match value {
            Value::Array(array) => {
                for value in array {
                    let span = local(value.span()?);
                    items.push((name_of(value)?, span.clone(), span));
                }
            }
            Value::InlineTable(table) => {
                for (name, value) in table {
                    let key = local(table.key(name).and_then(Key::span)?);
                    let value = local(value.span()?);
                    items.push((name.to_owned(), key.start..value.end, value));
                }
            }
            _ => return None,
        }
        Self::cut(text, value.is_inline_table(), items)
    }

    fn cut(
        text: &'t str,
        is_table: bool,
        items: Vec<(String, Range<usize>, Range<usize>)>,
    ) -> Option<Self> {
        let starts = items
            .iter()
            .map(|(_, item, _)| item.start)
            .chain([text.len()]);
        let ends = std::iter::once(0).chain(items.iter().map(|(_, item, _)| item.end));
        let gaps: Vec<&str> = ends
            .zip(starts)
            .map(|(end, start)| text.get(end..start))
            .collect::<Option<_>>()?;
        let by_line = gaps.len() > 1 && gaps.iter().all(|gap| gap.contains('\n'));
        if !by_line && gaps.iter().any(|gap| gap.contains(['\n', '#'])) {
            return None;
        }
        let after_of = |end: usize| match by_line {
            true => text[end..].find('\n').map_or(text.len(), |lf| end + lf + 1),
            false => end,
        };
        let mut at = match by_line {
            true => text.find('\n')? + 1,
            false => items.first().map_or(1, |(_, item, _)| item.start),
        };
        let open = text.get(..at)?;
        let mut cells = Vec::new();
        for (key, item, value) in items {
            let after = after_of(item.end);
            cells.push(Cell {
                key,
                item: text.get(item.clone())?,
                value: text.get(value)?,
                before: text.get(at..item.start)?,
                after: text.get(item.end..after)?,
            });
            at = after;
        }
        let close = if cells.is_empty() {
            text.get(text.len() - 1..)?
        } else {
            &text[at..]
        };
        Some(Self {
            is_table,
            by_line,
            open,
            cells,
            close,
        })
    }

    fn names(&self) -> Vec<Named<'_>> {
        let named = |cell| -> Named<'_> { named(cell) };
        self.cells.iter().map(named).collect()
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.cells.iter().position(|cell| cell.key == key)
    }

    /// What stands around an item that comes from the other list, where each has its line.
    fn around_new<'s>(&'s self, other: &'s Self, key: &str) -> Option<(&'s str, &'s str)> {
        let own = self.cells.first().filter(|_| self.by_line)?;
        match other.find(key).filter(|_| other.by_line) {
            Some(at) => Some((other.cells[at].before, other.cells[at].after)),
            None => {
                let indent = own.before.rfind('\n').map_or(0, |lf| lf + 1);
                Some((&own.before[indent..], "\n"))
            }
        }
    }

    fn write(&self, chosen: &[Chosen<'_>]) -> String {
        let mut text = String::from(self.open);
        if chosen.is_empty() {
            return if self.is_table {
                "{}".to_owned()
            } else {
                "[]".to_owned()
            };
        }
        for (at, cell) in chosen.iter().enumerate() {
            let is_last = at + 1 == chosen.len();
            if self.by_line {
                let (before, after) = cell.around.unwrap_or_default();
                let comma = !is_last && !after.trim_start().starts_with(',');
                text.extend([before, &cell.text, if comma { "," } else { "" }, after]);
                continue;
            }
            let before = at.checked_sub(1).map(|before| chosen[before].place);
            match (before, cell.place) {
                (None, _) => {}
                (Some(Some(before)), Some(here)) if before + 1 == here => {
                    text.push_str(self.cells[here].before);
                }
                (Some(_), _) => text.push_str(", "),
            }
            text.push_str(&cell.text);
        }
        text + self.close
    }
}

fn named<'c>(cell: &'c Cell<'_>) -> Named<'c> {
    Named {
        key: &cell.key,
        group: 0,
    }
}

/// What an item of a list is known by: the value itself, or the `id` of a table.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::InlineTable(table) => {
            let id = table.get("id").or_else(|| table.get("name"))?;
            Some(format!("{{{}}}", id.as_str()?))
        }
        Value::Array(_) => None,
        Value::String(text) => Some(format!("\"{}\"", text.value())),
        other => Some(other.to_string().trim().to_owned()),
    }
}
