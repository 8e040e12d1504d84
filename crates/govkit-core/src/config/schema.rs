//! JSON Schemas: of `govkit.toml`, and of the front matter a kind declares.

use serde_json::{Map, Value, json};

use super::raw::RawConfig;
use super::{FieldDef, FieldType, Kind, LinkDef};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns the JSON Schema of `govkit.toml`.
pub fn schema() -> Value {
    schemars::schema_for!(RawConfig).to_value()
}

/// Returns the JSON Schema of a kind's front matter, for editors and form builders.
///
/// What only a corpus can tell (whether a link's target exists, `required_when`) is left to
/// `govkit check`.
pub fn kind_schema(kind: &Kind) -> Value {
    let mut root = Object::default();
    for field in &kind.fields {
        root.insert(&field.name, field_schema(field), field.required);
    }
    if let Some(status) = &kind.status
        && !status.values.is_empty()
    {
        root.merge(
            &status.field,
            json!({"type": "string", "enum": status.values}),
        );
    }
    for link in &kind.links {
        root.insert(
            &link.field,
            link_schema(link),
            link.min > 0 && link.min_when.is_none(),
        );
    }
    let values = json!({"type": "object", "additionalProperties": {"type": ["string", "number", "integer", "boolean"]}});
    root.insert("params", values, false);
    if kind.steps.is_some() {
        root.insert(
            "steps",
            json!({"type": "array", "items": steps_schema()}),
            false,
        );
    }
    if kind.activities.is_some() {
        root.insert(
            "activities",
            json!({"type": "array", "items": activities_schema()}),
            false,
        );
    }
    let mut schema = root.into_schema(kind.open);
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("title".to_owned(), kind.label.clone().into());
    if let Some(description) = &kind.description {
        schema.insert("description".to_owned(), description.clone().into());
    }
    Value::Object(schema)
}

fn steps_schema() -> Value {
    let texts =
        json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]});
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "do": {"type": "string"}, "who": texts, "when": {"type": "string"},
            "within": {"type": "string"}, "needs": texts, "evidence": texts,
        },
        "required": ["do", "who"],
    })
}

fn activities_schema() -> Value {
    let ids = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"}, "do": {"type": "string"}, "r": ids, "c": ids, "i": ids,
            "a": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
        },
        "required": ["do", "a"],
    })
}

fn field_schema(field: &FieldDef) -> Value {
    let mut schema = type_schema(field.kind);
    if let (FieldType::List, Some(of)) = (field.kind, field.of) {
        schema.insert("items".to_owned(), Value::Object(type_schema(of)));
    }
    if let Some(values) = &field.one_of {
        schema.insert("enum".to_owned(), values.clone().into());
    }
    if let Some(pattern) = &field.pattern {
        schema.insert("pattern".to_owned(), pattern.as_str().into());
    }
    if let Some(description) = &field.description {
        schema.insert("description".to_owned(), description.clone().into());
    }
    Value::Object(schema)
}

fn type_schema(kind: FieldType) -> Map<String, Value> {
    let schema = match kind {
        FieldType::String | FieldType::Duration => json!({"type": "string"}),
        FieldType::Integer => json!({"type": "integer"}),
        FieldType::Number => json!({"type": "number"}),
        FieldType::Boolean => json!({"type": "boolean"}),
        FieldType::Date => json!({"type": "string", "format": "date"}),
        FieldType::List => json!({"type": "array"}),
        FieldType::Table => json!({"type": "object"}),
        FieldType::Any => json!({}),
    };
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn link_schema(link: &LinkDef) -> Value {
    let mut list = json!({"type": "array", "items": {"type": "string"}});
    if link.min > 0 && link.min_when.is_none() {
        list["minItems"] = link.min.into();
    }
    if let Some(max) = link.max {
        list["maxItems"] = max.into();
    }
    let one = json!({"type": ["string", "integer"]});
    let mut schema = if link.max == Some(1) || link.separator.is_some() {
        json!({"anyOf": [one, list]})
    } else {
        list
    };
    let kinds = if link.to.is_empty() {
        "any kind".to_owned()
    } else {
        link.to.join(" or ")
    };
    let about = link
        .description
        .clone()
        .unwrap_or_else(|| format!("Links to {kinds}."));
    schema["description"] = about.into();
    schema
}

/// An object schema that grows by dotted paths.
#[derive(Default)]
struct Object {
    properties: Map<String, Value>,
    inner: std::collections::BTreeMap<String, Object>,
    required: Vec<String>,
}

impl Object {
    fn insert(&mut self, path: &str, schema: Value, required: bool) {
        match path.split_once('.') {
            Some((head, rest)) => {
                if required && !self.required.iter().any(|name| name == head) {
                    self.required.push(head.to_owned());
                }
                self.inner
                    .entry(head.to_owned())
                    .or_default()
                    .insert(rest, schema, required);
            }
            None => {
                if required && !self.required.iter().any(|name| name == path) {
                    self.required.push(path.to_owned());
                }
                self.properties.entry(path.to_owned()).or_insert(schema);
            }
        }
    }

    fn merge(&mut self, path: &str, schema: Value) {
        match self.properties.get_mut(path) {
            Some(Value::Object(known)) => {
                known.extend(schema.as_object().cloned().unwrap_or_default());
            }
            _ => self.insert(path, schema, false),
        }
    }

    fn into_schema(mut self, open: bool) -> Map<String, Value> {
        for (name, inner) in std::mem::take(&mut self.inner) {
            // A table the kind does not close may hold more than is declared.
            self.properties
                .insert(name, Value::Object(inner.into_schema(true)));
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        if !open {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_kind_becomes_a_schema() {
        let config = Config::parse(
            "[kinds.a]\npaths='a/*'\n[kinds.a.fields]\nid={type='string',required=true}\n'level.hours'={type='integer'}\n\
             [kinds.a.links.to]\nmin=1\n[kinds.a.status]\nvalues=['x']\n",
            "f",
        )
        .unwrap();
        let schema = kind_schema(config.kind("a").unwrap());
        assert_eq!(schema["required"], json!(["id", "links"]));
        assert_eq!(
            schema["properties"]["level"]["properties"]["hours"]["type"],
            "integer"
        );
        assert_eq!(schema["properties"]["status"]["enum"], json!(["x"]));
        assert_eq!(
            schema["properties"]["links"]["properties"]["to"]["minItems"],
            1
        );
        assert_eq!(schema["additionalProperties"], false);
    }
}
