//! Fields of a front matter: set, added to, taken away.

use toml_edit::{DocumentMut, Item, Table as TomlTable, TableLike, Value as Toml};

use super::{EditError, Patch, list, patched, value};
use crate::config::{Kind, Syntax};
use crate::front_matter::{FrontMatter, Split, split};
use crate::limits::Limits;
use crate::position::Span;
use crate::value::{Field, Table, Value};

/// One change of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The field gets this value, as typed.
    Set(String, String),
    /// The list gets one item more.
    Add(String, String),
    /// The list loses an item.
    Drop(String, String),
    /// The field goes.
    Unset(String),
}

impl Change {
    /// Returns the field's dotted path.
    pub fn field(&self) -> &str {
        match self {
            Self::Set(field, _)
            | Self::Add(field, _)
            | Self::Drop(field, _)
            | Self::Unset(field) => field,
        }
    }
}

/// Returns the text of an artifact's file with the changes made, one after the other.
///
/// Comments, order and layout stay byte for byte.
pub fn with_changes(
    text: &str,
    kind: &Kind,
    changes: &[Change],
    limits: &Limits,
) -> Result<String, EditError> {
    let mut text = text.to_owned();
    for change in changes {
        if kind.id.field.as_deref() == Some(change.field()) {
            return Err(EditError::Id {
                field: change.field().to_owned(),
            });
        }
        text = with_change(&text, kind, change, limits)?;
    }
    Ok(text)
}

fn with_change(
    text: &str,
    kind: &Kind,
    change: &Change,
    limits: &Limits,
) -> Result<String, EditError> {
    let place = split(text, &kind.syntaxes)?.ok_or(EditError::Absent)?;
    let before = FrontMatter::read_split(text, place, limits)?.fields;
    let field = change.field();
    let now = before.field(field);
    let entangled = || EditError::Entangled {
        field: field.to_owned(),
    };
    let after = match (change, now) {
        (Change::Set(_, typed), Some(now)) => {
            refuse_table(field, now)?;
            let value = value::of(kind, field, Some(&now.node.value), typed)?;
            replaced(text, place, now, &value).ok_or_else(|| foreign(field, place))?
        }
        (Change::Set(_, typed), None) => {
            let value = value::of(kind, field, None, typed)?;
            added(text, place, field, value).ok_or_else(|| foreign(field, place))?
        }
        (Change::Add(_, typed), None) => {
            let item = value::item(kind, field, &Value::Null, typed)?;
            let list = Toml::Array([item].into_iter().collect());
            added(text, place, field, list).ok_or_else(|| foreign(field, place))?
        }
        (Change::Add(_, typed), Some(now)) => with_item(text, kind, field, now, typed)?,
        (Change::Drop(_, typed), now) => {
            let patch = now.and_then(|now| without_item(text, now, typed));
            let gone = EditError::NotThere {
                field: field.to_owned(),
                value: typed.clone(),
            };
            patched(text, vec![patch.ok_or(gone)?])
        }
        (Change::Unset(_), None) => return Ok(text.to_owned()),
        (Change::Unset(_), Some(now)) => {
            refuse_table(field, now)?;
            patched(text, vec![line_of(text, now).ok_or_else(entangled)?])
        }
    };
    read_back(&after, kind, change, &before, limits).ok_or_else(entangled)?;
    Ok(after)
}

fn foreign(field: &str, place: Split) -> EditError {
    match is_toml(place.syntax) {
        true => EditError::Entangled {
            field: field.to_owned(),
        },
        false => EditError::Foreign {
            field: field.to_owned(),
            syntax: match place.syntax {
                Syntax::Header => "header",
                _ => "YAML",
            },
        },
    }
}

fn is_toml(syntax: Syntax) -> bool {
    matches!(syntax, Syntax::Toml | Syntax::TomlFence | Syntax::TomlFile)
}

fn refuse_table(field: &str, now: &Field) -> Result<(), EditError> {
    let Value::Table(inner) = &now.node.value else {
        return Ok(());
    };
    Err(EditError::Table {
        field: field.to_owned(),
        example: inner
            .0
            .first()
            .map_or("name", |field| &field.key)
            .to_owned(),
    })
}

/// Puts a value in the place of another.
fn replaced(text: &str, place: Split, now: &Field, value: &Toml) -> Option<String> {
    let new = match is_toml(place.syntax) {
        true => value.to_string(),
        false if place.syntax == Syntax::Header => return None,
        false => yaml(value)?,
    };
    let old = now.node.span.of(text);
    if !is_toml(place.syntax) && (old.is_empty() || old.contains('\n')) {
        return None;
    }
    let patch = Patch {
        span: now.node.span,
        text: new,
    };
    Some(patched(text, vec![patch]))
}

/// A YAML value of one line: what JSON writes, or words that nothing else could be meant by.
fn yaml(value: &Toml) -> Option<String> {
    match value {
        Toml::String(text) => {
            let text = text.value();
            let word = text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b" _-/".contains(&byte));
            let letter = text.starts_with(|ch: char| ch.is_ascii_alphabetic());
            let special = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
            let plain =
                word && letter && text.trim() == text && !special.contains(&&*text.to_lowercase());
            match plain {
                true => Some(text.clone()),
                false => serde_json::to_string(text).ok(),
            }
        }
        Toml::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(yaml).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Toml::InlineTable(_) => None,
        other => Some(other.clone().decorated("", "").to_string()),
    }
}

/// Adds a key where its table ends; the rest of the text is the same, byte for byte.
fn added(text: &str, place: Split, field: &str, value: Toml) -> Option<String> {
    if !is_toml(place.syntax) {
        return None;
    }
    let source = place.meta.of(text);
    let windows = source.contains("\r\n");
    let plain = if windows {
        source.replace("\r\n", "\n")
    } else {
        source.to_owned()
    };
    let mut document: DocumentMut = plain.parse().ok()?;
    let (above, key) = field
        .rsplit_once('.')
        .map_or((None, field), |(above, key)| (Some(above), key));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for part in above.into_iter().flat_map(|above| above.split('.')) {
        let next = table
            .entry(part)
            .or_insert_with(|| Item::Table(TomlTable::new()));
        table = next.as_table_like_mut()?;
    }
    table.insert(key, Item::Value(value));
    let mut out = document.to_string();
    if windows {
        out = out.replace('\n', "\r\n");
    }
    is_insertion(source, &out).then(|| {
        patched(
            text,
            vec![Patch {
                span: place.meta,
                text: out,
            }],
        )
    })
}

/// Whether `new` is `old` with something put in at one place.
fn is_insertion(old: &str, new: &str) -> bool {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let before = old.bytes().zip(new.bytes()).take_while(same).count();
    let behind = old
        .bytes()
        .rev()
        .zip(new.bytes().rev())
        .take_while(same)
        .count();
    before + behind >= old.len()
}

fn with_item(
    text: &str,
    kind: &Kind,
    field: &str,
    now: &Field,
    typed: &str,
) -> Result<String, EditError> {
    let no_list = || EditError::NoList {
        field: field.to_owned(),
    };
    let Value::Array(items) = &now.node.value else {
        return Err(no_list());
    };
    if items
        .iter()
        .any(|item| item.value.scalar().as_deref() == Some(typed))
    {
        return Ok(text.to_owned());
    }
    let item = value::item(kind, field, &now.node.value, typed)?.to_string();
    if !now.node.span.of(text).starts_with('[') {
        return Err(EditError::Entangled {
            field: field.to_owned(),
        });
    }
    let patch = list::with(text, now.node.span, items, &item).ok_or_else(no_list)?;
    Ok(patched(text, vec![patch]))
}

fn without_item(text: &str, now: &Field, typed: &str) -> Option<Patch> {
    let Value::Array(items) = &now.node.value else {
        return None;
    };
    let at = items
        .iter()
        .position(|item| item.value.scalar().as_deref() == Some(typed))?;
    now.node.span.of(text).starts_with('[').then_some(())?;
    list::without(text, now.node.span, items, at)
}

/// The lines a field stands on, if nothing else stands there.
fn line_of(text: &str, field: &Field) -> Option<Patch> {
    let start = text[..field.key_span.start]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let rest = &text[field.node.span.end..];
    let end = rest
        .find('\n')
        .map_or(text.len(), |at| field.node.span.end + at + 1);
    let before = text.get(start..field.key_span.start)?;
    let behind = text.get(field.node.span.end..end)?.trim();
    let alone = !before.contains(['{', ',', '=']) && (behind.is_empty() || behind.starts_with('#'));
    alone.then(|| Patch {
        span: Span::new(start, end),
        text: String::new(),
    })
}

/// Whether the new text says what was asked for, and of everything else the same as before.
fn read_back(
    text: &str,
    kind: &Kind,
    change: &Change,
    before: &Table,
    limits: &Limits,
) -> Option<()> {
    let place = split(text, &kind.syntaxes).ok()??;
    let after = FrontMatter::read_split(text, place, limits).ok()?.fields;
    let field = change.field();
    let found = after.field(field).map(|field| &field.node.value);
    let has = |typed: &str| match found {
        Some(Value::Array(items)) => items
            .iter()
            .any(|item| item.value.scalar().as_deref() == Some(typed)),
        _ => false,
    };
    let done = match change {
        Change::Set(_, typed) => match found? {
            Value::Array(_) | Value::Table(_) | Value::Float { .. } => true,
            value => value
                .scalar()
                .is_some_and(|value| value == *typed || toml_text(typed) == Some(value)),
        },
        Change::Add(_, typed) => has(typed),
        Change::Drop(_, typed) => !has(typed),
        Change::Unset(_) => found.is_none(),
    };
    let others = |table: &Table| -> Vec<(String, Value)> {
        let leaves = table.leaves().into_iter();
        let leaves = leaves.filter(|(path, _)| path != field);
        leaves
            .map(|(path, field)| (path, bare(&field.node.value)))
            .collect()
    };
    let empty =
        |(_, value): &(String, Value)| matches!(value, Value::Table(table) if table.0.is_empty());
    let mut old = others(before);
    let mut new = others(&after);
    old.retain(|leaf| !empty(leaf));
    new.retain(|leaf| !empty(leaf));
    (done && old == new).then_some(())
}

/// What a typed TOML value reads as, where it is one.
fn toml_text(typed: &str) -> Option<String> {
    let value = typed.trim().parse::<Toml>().ok()?;
    match value {
        Toml::String(text) => Some(text.value().clone()),
        Toml::Datetime(date) => Some(date.value().to_string()),
        Toml::Integer(number) => Some(number.value().to_string()),
        Toml::Boolean(truth) => Some(truth.value().to_string()),
        _ => None,
    }
}

/// A value without its places.
pub(super) fn bare(value: &Value) -> Value {
    let nowhere = |node: &crate::value::Node| crate::value::Node {
        value: bare(&node.value),
        span: Span::default(),
    };
    match value {
        Value::Array(items) => Value::Array(items.iter().map(nowhere).collect()),
        Value::Table(table) => Value::Table(Table(
            table
                .0
                .iter()
                .map(|field| Field {
                    key: field.key.clone(),
                    key_span: Span::default(),
                    node: nowhere(&field.node),
                })
                .collect(),
        )),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const TEXT: &str = "+++\nid = \"POL-1\" # the id\ntitle   =  'Access'  # in plain words\nstatus = \"draft\"\nreview_by = 2026-12-01\n\n# who leads here\n[links]\nsee = [\n  \"POL-2\", # why\n  \"POL-3\",\n]\n\n[[steps]]\nid = \"a\"\n+++\n# Access\n+++ not a fence\n";

    fn kind() -> Kind {
        let text = "[kinds.p]\npaths='*.md'\nid={field='id'}\nsyntax=['toml','yaml']\n[kinds.p.fields.review_by]\ntype='date'\n[kinds.p.fields.days]\ntype='integer'\n[kinds.p.links.see]\nfield='links.see'\n";
        Config::parse(text, "f").unwrap().kinds.remove(0)
    }

    fn after(text: &str, change: Change) -> Result<String, EditError> {
        with_changes(text, &kind(), &[change], &Limits::DEFAULT)
    }

    fn set(text: &str, field: &str, value: &str) -> String {
        after(text, Change::Set(field.into(), value.into())).unwrap()
    }

    #[test]
    fn only_the_value_changes() {
        assert_eq!(
            set(TEXT, "title", "Doors \"x\""),
            TEXT.replace("'Access'", "'Doors \"x\"'")
        );
        assert_eq!(
            set(TEXT, "review_by", "2027-01-31"),
            TEXT.replace("2026-12-01", "2027-01-31")
        );
        let windows = TEXT.replace('\n', "\r\n");
        assert_eq!(
            set(&windows, "status", "effective"),
            windows.replace("draft", "effective")
        );
    }

    #[test]
    fn a_new_field_goes_where_its_table_ends() {
        assert_eq!(
            set(TEXT, "days", "3"),
            TEXT.replace("2026-12-01\n", "2026-12-01\ndays = 3\n")
        );
        assert_eq!(
            set(TEXT, "links.owner", "ROLE-x"),
            TEXT.replace("  \"POL-3\",\n]\n", "  \"POL-3\",\n]\nowner = \"ROLE-x\"\n")
        );
        assert_eq!(
            set("+++\nid = \"A\"\n+++\nx\n", "params.limit", "72 hours"),
            "+++\nid = \"A\"\n\n[params]\nlimit = \"72 hours\"\n+++\nx\n"
        );
        let windows = TEXT.replace('\n', "\r\n");
        assert_eq!(
            set(&windows, "days", "3"),
            windows.replace("2026-12-01\r\n", "2026-12-01\r\ndays = 3\r\n")
        );
    }

    #[test]
    fn a_list_gets_and_loses_an_item_and_keeps_its_layout() {
        let add = |text: &str, item: &str| {
            after(text, Change::Add("links.see".into(), item.into())).unwrap()
        };
        let drop =
            |text: &str, item: &str| after(text, Change::Drop("links.see".into(), item.into()));
        assert_eq!(
            add(TEXT, "POL-4"),
            TEXT.replace("  \"POL-3\",\n", "  \"POL-3\",\n  \"POL-4\",\n")
        );
        assert_eq!(add(TEXT, "POL-3"), TEXT);
        assert_eq!(
            drop(TEXT, "POL-2").unwrap(),
            TEXT.replace("\"POL-2\", # why\n  ", "")
        );
        assert!(matches!(
            drop(TEXT, "POL-9"),
            Err(EditError::NotThere { .. })
        ));
        let short = "+++\nid='A'\nlinks.see = [\"B\"] # c\n+++\n";
        assert_eq!(add(short, "C"), short.replace("\"B\"", "\"B\", \"C\""));
        let empty = drop(short, "B").unwrap();
        assert_eq!(empty, short.replace("\"B\"", ""));
        assert_eq!(add(&empty, "D"), short.replace("\"B\"", "\"D\""));
    }

    #[test]
    fn a_field_goes_with_its_line_and_its_comment() {
        let unset = |field: &str| after(TEXT, Change::Unset(field.into()));
        assert_eq!(
            unset("title").unwrap(),
            TEXT.replace("title   =  'Access'  # in plain words\n", "")
        );
        assert!(matches!(unset("links"), Err(EditError::Table { .. })));
        assert_eq!(unset("nothing").unwrap(), TEXT);
    }

    #[test]
    fn what_cannot_be_done_cleanly_is_refused() {
        let refused = |field: &str, value: &str| {
            after(TEXT, Change::Set(field.into(), value.into())).unwrap_err()
        };
        assert!(matches!(refused("id", "POL-2"), EditError::Id { .. }));
        assert!(matches!(
            refused("review_by", "soon"),
            EditError::Type { .. }
        ));
        assert!(matches!(refused("days", "many"), EditError::Type { .. }));
        let yaml = "---\nid: A # c\ntitle: Old one\nwhen: 2026-01-01\ntags: [a, b]\n---\nx\n";
        assert_eq!(
            set(yaml, "title", "New: one"),
            yaml.replace("Old one", "\"New: one\"")
        );
        assert_eq!(
            set(yaml, "title", "New one"),
            yaml.replace("Old one", "New one")
        );
        let error = after(yaml, Change::Set("status".into(), "draft".into())).unwrap_err();
        assert!(matches!(error, EditError::Foreign { .. }), "{error}");
    }
}
