//! TOML front matter, with a span for every key and value.

use toml::de::{DeTable, DeValue};

use super::FrontMatterError;
use crate::position::Span;
use crate::value::{Field, Node, Table, Value};

/// Reads TOML; spans are moved by `offset` to count from the start of the file.
pub(super) fn read(source: &str, offset: usize) -> Result<Table, FrontMatterError> {
    let table = DeTable::parse(source).map_err(|error| FrontMatterError::Syntax {
        syntax: "TOML",
        message: error.message().trim().replace('\n', " "),
        span: error.span().map_or(Span::new(offset, offset), |span| {
            Span::from(span).shifted(offset)
        }),
    })?;
    Ok(convert_table(table.get_ref(), source, offset))
}

fn convert_table(table: &DeTable<'_>, source: &str, offset: usize) -> Table {
    let mut fields: Vec<Field> = table
        .iter()
        .map(|(key, value)| Field {
            key: key.get_ref().to_string(),
            key_span: Span::from(key.span()).shifted(offset),
            node: Node {
                value: convert(value.get_ref(), value.span(), source, offset),
                span: Span::from(value.span()).shifted(offset),
            },
        })
        .collect();
    // The parser sorts by key; people wrote another order.
    fields.sort_by_key(|field| field.key_span.start);
    Table(fields)
}

fn convert(
    value: &DeValue<'_>,
    span: std::ops::Range<usize>,
    source: &str,
    offset: usize,
) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix())
                .map_or_else(|_| Value::String(digits.clone()), Value::Integer)
        }
        DeValue::Float(number) => {
            let value = number.as_str().replace('_', "").parse().unwrap_or(f64::NAN);
            let text = source.get(span).unwrap_or(number.as_str()).to_owned();
            Value::Float { value, text }
        }
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| Node {
                    value: convert(item.get_ref(), item.span(), source, offset),
                    span: Span::from(item.span()).shifted(offset),
                })
                .collect(),
        ),
        DeValue::Table(inner) => Value::Table(convert_table(inner, source, offset)),
    }
}
