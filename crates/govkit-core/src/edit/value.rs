//! From what somebody typed to a TOML value of the right type.

use toml_edit::Value as Toml;

use super::EditError;
use crate::config::{FieldDef, FieldType, Kind};
use crate::value::{Value, calendar_date};

/// What a field is made of, as far as the kind or the value it has now says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Text,
    Integer,
    Number,
    Boolean,
    Date,
    List(ListOf),
    Table,
    Guess,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListOf {
    Text,
    Integer,
}

/// Returns what somebody typed for a new field as the text of a TOML value of the type the kind
/// declares; for one it does not declare, as TOML where it is that, else as a string.
pub fn typed_value(kind: &Kind, field: &str, typed: &str) -> Result<String, EditError> {
    Ok(of(kind, field, None, typed)?.to_string())
}

/// Returns the value of a field as TOML.
pub(super) fn of(
    kind: &Kind,
    field: &str,
    now: Option<&Value>,
    typed: &str,
) -> Result<Toml, EditError> {
    let wrong = |expected| EditError::Type {
        field: field.to_owned(),
        expected,
        value: typed.to_owned(),
    };
    Ok(match shape(kind, field, now) {
        Shape::Text => Toml::from(typed),
        Shape::Integer => typed.parse::<i64>().map_err(|_| wrong("integer"))?.into(),
        Shape::Number => match (typed.parse::<i64>(), typed.parse::<f64>()) {
            (Ok(whole), _) => whole.into(),
            (_, Ok(number)) if number.is_finite() => number.into(),
            _ => return Err(wrong("number")),
        },
        Shape::Boolean => typed.parse::<bool>().map_err(|_| wrong("boolean"))?.into(),
        Shape::Date => date(typed, now).ok_or_else(|| wrong("date"))?,
        Shape::List(of) => list(typed, of).ok_or_else(|| wrong("list"))?,
        Shape::Table => parsed(typed)
            .filter(Toml::is_inline_table)
            .ok_or_else(|| wrong("table"))?,
        Shape::Guess => parsed(typed).unwrap_or_else(|| Toml::from(typed)),
    })
}

/// Returns one item of a list as TOML.
pub(super) fn item(kind: &Kind, field: &str, now: &Value, typed: &str) -> Result<Toml, EditError> {
    let of = match shape(kind, field, Some(now)) {
        Shape::List(of) => of,
        _ => ListOf::Text,
    };
    one(typed, of).ok_or_else(|| EditError::Type {
        field: field.to_owned(),
        expected: "integer",
        value: typed.to_owned(),
    })
}

fn shape(kind: &Kind, field: &str, now: Option<&Value>) -> Shape {
    if let Some(link) = kind.links.iter().find(|link| link.field == field) {
        let single = link.max == Some(1) || link.separator.is_some();
        return match now {
            Some(Value::Array(items)) => Shape::List(items_of(items)),
            Some(Value::Integer(_)) => Shape::Integer,
            None if !single => Shape::List(ListOf::Text),
            _ => Shape::Text,
        };
    }
    if kind.status_field() == Some(field) || kind.title.as_deref() == Some(field) {
        return Shape::Text;
    }
    match kind.field(field) {
        Some(def) if def.kind != FieldType::Any => declared(def, now),
        _ => like(now),
    }
}

fn declared(def: &FieldDef, now: Option<&Value>) -> Shape {
    match def.kind {
        FieldType::String | FieldType::Duration => Shape::Text,
        FieldType::Integer => Shape::Integer,
        FieldType::Number => Shape::Number,
        FieldType::Boolean => Shape::Boolean,
        FieldType::Date => Shape::Date,
        FieldType::List if def.of == Some(FieldType::Integer) => Shape::List(ListOf::Integer),
        FieldType::List => match now {
            Some(Value::Array(items)) => Shape::List(items_of(items)),
            _ => Shape::List(ListOf::Text),
        },
        FieldType::Table => Shape::Table,
        FieldType::Any => Shape::Guess,
    }
}

/// A field nobody declared keeps the type it has.
fn like(now: Option<&Value>) -> Shape {
    match now {
        Some(Value::String(_)) => Shape::Text,
        Some(Value::Integer(_)) => Shape::Integer,
        Some(Value::Float { .. }) => Shape::Number,
        Some(Value::Boolean(_)) => Shape::Boolean,
        Some(Value::Date(_)) => Shape::Date,
        Some(Value::Array(items)) => Shape::List(items_of(items)),
        Some(Value::Table(_)) => Shape::Table,
        Some(Value::Null) | None => Shape::Guess,
    }
}

fn items_of(items: &[crate::value::Node]) -> ListOf {
    let whole = |item: &crate::value::Node| matches!(item.value, Value::Integer(_));
    match !items.is_empty() && items.iter().all(whole) {
        true => ListOf::Integer,
        false => ListOf::Text,
    }
}

/// A date that was quoted stays so; one with a time is taken as TOML reads it.
fn date(typed: &str, now: Option<&Value>) -> Option<Toml> {
    let day = calendar_date(typed).is_some();
    match now {
        Some(Value::String(_)) if day => Some(Toml::from(typed)),
        _ => parsed(typed).filter(|value| value.is_datetime()),
    }
}

/// `[…]` is TOML; anything else is items with commas between.
fn list(typed: &str, of: ListOf) -> Option<Toml> {
    if typed.trim_start().starts_with('[') {
        return parsed(typed).filter(Toml::is_array);
    }
    let items = typed
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    let items: Option<Vec<Toml>> = items.map(|item| one(item, of)).collect();
    Some(Toml::Array(items?.into_iter().collect()))
}

fn one(typed: &str, of: ListOf) -> Option<Toml> {
    match of {
        ListOf::Text => Some(Toml::from(typed)),
        ListOf::Integer => typed.parse::<i64>().ok().map(Toml::from),
    }
}

fn parsed(typed: &str) -> Option<Toml> {
    let value = typed.trim().parse::<Toml>().ok()?;
    Some(value.decorated("", ""))
}
