//! The last word on a merged front matter: what it says is held against the three it comes from.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Syntax;
use crate::front_matter::{FrontMatter, Split};
use crate::limits::Limits;
use crate::position::Span;
use crate::value::{Table, Value};

use super::Sides;
use super::conflict::Place;
use super::out::Out;

/// Whether a front matter can be read.
pub(super) fn reads(meta: &[u8], syntax: Syntax) -> bool {
    str::from_utf8(meta).is_ok_and(|meta| values(meta, syntax).is_some())
}

/// Whether every field of the answer is what one side, or both, made of it.
///
/// A field with a conflict is left to people; one that both sides changed without a conflict is
/// a list, and lists are checked where they are merged.
pub(super) fn holds(metas: Sides<&str>, syntax: Syntax, out: &Out<'_>) -> bool {
    let Some(sides) = metas.try_map(|meta| values(meta, syntax)) else {
        return false;
    };
    let merged = str::from_utf8(&out.decided).ok();
    let Some(merged) = merged.and_then(|meta| values(meta, syntax)) else {
        return false;
    };
    let in_conflict = |path: &str| {
        out.conflicts.iter().any(|conflict| match &conflict.place {
            Place::Field(field) => {
                path == field
                    || path
                        .strip_prefix(field.as_str())
                        .is_some_and(|rest| rest.starts_with(['.', '[']))
            }
            _ => false,
        })
    };
    let all = [&sides.base, &sides.ours, &sides.theirs, &merged];
    let paths: BTreeSet<&String> = all.into_iter().flat_map(BTreeMap::keys).collect();
    paths
        .into_iter()
        .filter(|path| !in_conflict(path))
        .all(|path| {
            let expected = sides.as_ref().map(|values| values.get(path)).settled();
            match expected {
                Some(expected) => merged.get(path) == expected,
                None => merged
                    .get(path)
                    .is_some_and(|value| value.starts_with(['[', '{'])),
            }
        })
}

/// Every field with its value as text, tables opened, lists of tables by id.
fn values(meta: &str, syntax: Syntax) -> Option<BTreeMap<String, String>> {
    let split = Split {
        syntax,
        meta: Span::new(0, meta.len()),
        body: meta.len(),
    };
    let front = FrontMatter::read_split(meta, split, &Limits::DEFAULT).ok()?;
    let mut values = BTreeMap::new();
    collect(&front.fields, "", &mut values);
    Some(values)
}

fn collect(table: &Table, prefix: &str, values: &mut BTreeMap<String, String>) {
    for field in &table.0 {
        let path = match prefix {
            "" => field.key.clone(),
            prefix => format!("{prefix}.{}", field.key),
        };
        match &field.node.value {
            Value::Table(inner) if !inner.0.is_empty() => collect(inner, &path, values),
            Value::Array(items) if !items.is_empty() => {
                let named: Option<Vec<(&Table, String)>> =
                    items.iter().map(|item| named(&item.value)).collect();
                match named {
                    Some(tables) => tables.into_iter().for_each(|(table, name)| {
                        collect(table, &format!("{path}[{name}]"), values);
                    }),
                    None => insert(values, path, &field.node.value),
                }
            }
            value => insert(values, path, value),
        }
    }
}

fn named(value: &Value) -> Option<(&Table, String)> {
    let Value::Table(table) = value else {
        return None;
    };
    let name = table.key("id").or_else(|| table.key("name"))?;
    Some((table, name.node.value.as_str()?.to_owned()))
}

fn insert(values: &mut BTreeMap<String, String>, path: String, value: &Value) {
    let text = serde_json::to_string(value).unwrap_or_default();
    let text = match value {
        Value::Array(_) | Value::Table(_) => text,
        scalar => format!("{} {text}", scalar.type_name()),
    };
    values.insert(path, text);
}
