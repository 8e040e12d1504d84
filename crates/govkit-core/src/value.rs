//! Front-matter values with the places they were written at.

use jiff::civil::Date;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::position::Span;

/// A value as written in a front matter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// YAML's empty value.
    Null,
    /// Text; in YAML also a date, which that format does not tell from text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A fraction, with the digits as written.
    Float {
        /// The number.
        value: f64,
        /// The number as written.
        text: String,
    },
    /// True or false.
    Boolean(bool),
    /// A TOML date, time or both, as written.
    Date(String),
    /// A list.
    Array(Vec<Node>),
    /// Named values, in the order of the file.
    Table(Table),
}

/// A value and the place it stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes in the file.
    pub span: Span,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The key as written.
    pub key: String,
    /// The key's bytes in the file.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

/// Named values, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table(pub Vec<Field>);

impl Table {
    /// Returns the field with this very key.
    pub fn key(&self, key: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.key == key)
    }

    /// Returns the field at a dotted path such as `advisory.id`.
    ///
    /// A key that contains the dot itself wins over a table.
    pub fn field(&self, path: &str) -> Option<&Field> {
        if let Some(field) = self.key(path) {
            return Some(field);
        }
        path.match_indices('.')
            .find_map(|(at, _)| match &self.key(&path[..at])?.node.value {
                Value::Table(inner) => inner.field(&path[at + 1..]),
                _ => None,
            })
    }

    /// Returns every leaf with its dotted path, tables opened, lists not, in file order.
    pub fn leaves(&self) -> Vec<(String, &Field)> {
        let mut out = Vec::new();
        self.collect_leaves("", &mut out);
        out
    }

    fn collect_leaves<'a>(&'a self, prefix: &str, out: &mut Vec<(String, &'a Field)>) {
        for field in &self.0 {
            let path = if prefix.is_empty() {
                field.key.clone()
            } else {
                format!("{prefix}.{}", field.key)
            };
            match &field.node.value {
                Value::Table(inner) if !inner.0.is_empty() => inner.collect_leaves(&path, out),
                _ => out.push((path, field)),
            }
        }
    }
}

impl Value {
    /// Returns the text of a scalar as written (dates and numbers too); `None` for lists, tables, nulls.
    pub fn scalar(&self) -> Option<String> {
        match self {
            Self::String(text) | Self::Date(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            Self::Float { text, .. } => Some(text.clone()),
            Self::Boolean(truth) => Some(truth.to_string()),
            Self::Null | Self::Array(_) | Self::Table(_) => None,
        }
    }

    /// Returns the text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the calendar date a value is, TOML's own or a quoted one: `2026-11-23`.
    ///
    /// `None` for a date that does not exist and for one with a time.
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Date(text) | Self::String(text) => calendar_date(text),
            _ => None,
        }
    }

    /// Returns the name people know the type by.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::String(_) => "string",
            Self::Integer(_) => "integer",
            Self::Float { .. } => "number",
            Self::Boolean(_) => "boolean",
            Self::Date(_) => "date",
            Self::Array(_) => "list",
            Self::Table(_) => "table",
        }
    }

    /// Returns one line of text for people: scalars as written, lists joined by `, `, tables as JSON.
    pub fn display(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Array(items) => items
                .iter()
                .map(|item| item.value.display())
                .collect::<Vec<_>>()
                .join(", "),
            Self::Table(_) => serde_json::to_string(self).unwrap_or_default(),
            scalar => scalar.scalar().unwrap_or_default(),
        }
    }
}

/// Reads `2026-11-23` and no other spelling of a date.
pub fn calendar_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::String(text) | Self::Date(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            // JSON has no NaN and no infinity; the text as written is the honest answer.
            Self::Float { value, text } if !value.is_finite() => serializer.serialize_str(text),
            Self::Float { value, .. } => serializer.serialize_f64(*value),
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            Self::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(&item.value)?;
                }
                seq.end()
            }
            Self::Table(table) => table.serialize(serializer),
        }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for field in &self.0 {
            map.serialize_entry(&field.key, &field.node.value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_calendar_dates_are_dates() {
        let date = |text: &str| Value::String(text.into()).date();
        assert_eq!(date("2028-02-29"), Some(jiff::civil::date(2028, 2, 29)));
        for no in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026-01-01T00:00:00Z",
            "20260101",
            "",
            "-026-01-01",
        ] {
            assert_eq!(date(no), None, "{no}");
        }
        assert_eq!(
            Value::Date("2026-01-15".into()).date(),
            Some(jiff::civil::date(2026, 1, 15))
        );
        assert_eq!(Value::Integer(2026).date(), None);
    }
}
