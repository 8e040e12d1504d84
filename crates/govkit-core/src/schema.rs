//! A plugin's JSON Schema, held against what `govkit.toml` says for it.
//!
//! The part of JSON Schema (2020-12) that configurations use. A keyword outside it is an error of
//! the schema and never passed over: a rule that is not checked would look like one that holds.

use std::fmt::Write as _;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

/// Steps one check may take; a schema may refer to itself.
const MAX_STEPS: usize = 200_000;
const MAX_DEPTH: usize = 64;
const MAX_FAULTS: usize = 20;
const MAX_PATTERN_BYTES: usize = 1 << 10;

/// Keywords that check something.
const KEYWORDS: [&str; 26] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "prefixItems",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

/// Keywords that are for people and tools alone.
const ANNOTATIONS: [&str; 14] = [
    "$anchor",
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "default",
    "definitions",
    "deprecated",
    "description",
    "examples",
    "format",
    "readOnly",
    "title",
    "writeOnly",
];

/// What is wrong with a value, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The keys and indices that lead to it, from the top.
    pub at: Vec<String>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Fault {
    /// Returns the place as people write it: `max.words[2]`; empty for the top.
    pub fn place(&self) -> String {
        let mut place = String::new();
        for part in &self.at {
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                let _ = write!(place, "[{part}]");
            } else {
                let dot = if place.is_empty() { "" } else { "." };
                let _ = write!(place, "{dot}{part}");
            }
        }
        place
    }
}

/// A schema that can be checked against.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    root: Value,
}

/// Why a schema cannot be used; one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SchemaError(String);

impl Schema {
    /// Takes a schema, and refuses one with a keyword that would not be checked.
    pub fn new(root: Value) -> Result<Self, SchemaError> {
        let mut pending = vec![(&root, 0)];
        while let Some((schema, depth)) = pending.pop() {
            if depth > MAX_DEPTH {
                return Err(SchemaError("it is nested too deep".to_owned()));
            }
            let Some(object) = schema.as_object() else {
                if schema.is_boolean() {
                    continue;
                }
                let shown = shown(schema);
                return Err(SchemaError(format!("{shown} stands where a schema should")));
            };
            check_keywords(object)?;
            pending.extend(below(object).map(|schema| (schema, depth + 1)));
        }
        let schema = Self { root };
        schema.check_references()?;
        Ok(schema)
    }

    /// Returns the JSON it was made of.
    pub fn json(&self) -> &Value {
        &self.root
    }

    /// Returns what is wrong with `value`, at most twenty faults, in the order of the value.
    pub fn check(&self, value: &Value) -> Vec<Fault> {
        let mut check = Check {
            root: &self.root,
            steps: MAX_STEPS,
        };
        let mut faults = Vec::new();
        check.value(&self.root, value, &mut Vec::new(), 0, &mut faults);
        if check.steps == 0 {
            faults = vec![Fault {
                at: Vec::new(),
                message: "the schema is too involved to be checked".to_owned(),
            }];
        }
        faults.truncate(MAX_FAULTS);
        faults
    }

    fn check_references(&self) -> Result<(), SchemaError> {
        let mut pending = vec![&self.root];
        while let Some(schema) = pending.pop() {
            let Some(object) = schema.as_object() else {
                continue;
            };
            if let Some(name) = object.get("$ref") {
                let name = name.as_str().unwrap_or_default();
                if resolve(&self.root, name).is_none() {
                    return Err(SchemaError(format!("`$ref` to `{name}` leads nowhere")));
                }
            }
            pending.extend(below(object));
        }
        Ok(())
    }
}

/// The schemas directly inside a schema.
fn below(object: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let many = |names: &'static [&'static str]| {
        let found = names.iter().filter_map(|name| object.get(*name));
        found.collect::<Vec<_>>()
    };
    let maps = many(&["$defs", "definitions", "properties"]);
    let lists = many(&["allOf", "anyOf", "oneOf", "prefixItems"]);
    let single = many(&["additionalProperties", "items", "not"]);
    let of_maps = maps
        .into_iter()
        .filter_map(Value::as_object)
        .flat_map(Map::values);
    let of_lists = lists.into_iter().filter_map(Value::as_array).flatten();
    of_maps.chain(of_lists).chain(single)
}

fn check_keywords(object: &Map<String, Value>) -> Result<(), SchemaError> {
    let wrong = |message: String| Err(SchemaError(message));
    for (keyword, value) in object {
        let fits = match keyword.as_str() {
            "type" => value.is_string() || value.is_array(),
            "properties" | "$defs" | "definitions" => value.is_object(),
            "required" | "enum" | "allOf" | "anyOf" | "oneOf" | "prefixItems" => value.is_array(),
            "minItems" | "maxItems" | "minLength" | "maxLength" | "minProperties"
            | "maxProperties" => value.is_u64(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                value.is_number()
            }
            "uniqueItems" => value.is_boolean(),
            "pattern" => match value.as_str().map(pattern) {
                Some(Ok(_)) => true,
                Some(Err(message)) => return wrong(message),
                None => false,
            },
            "$ref" => value.is_string(),
            "additionalProperties" | "items" | "not" => value.is_object() || value.is_boolean(),
            known if KEYWORDS.contains(&known) || ANNOTATIONS.contains(&known) => true,
            unknown => {
                return wrong(format!("it uses `{unknown}`, which govkit does not check"));
            }
        };
        if !fits {
            return wrong(format!("`{keyword}` cannot be {}", shown(value)));
        }
    }
    Ok(())
}

fn pattern(text: &str) -> Result<Regex, String> {
    if text.len() > MAX_PATTERN_BYTES {
        return Err(format!(
            "a `pattern` has more than {MAX_PATTERN_BYTES} bytes"
        ));
    }
    let built = RegexBuilder::new(text).size_limit(1 << 20).build();
    built.map_err(|_| format!("the pattern `{text}` is no regular expression govkit can read"))
}

fn resolve<'s>(root: &'s Value, name: &str) -> Option<&'s Value> {
    root.pointer(name.strip_prefix('#')?)
}

struct Check<'s> {
    root: &'s Value,
    steps: usize,
}

impl<'s> Check<'s> {
    fn value(
        &mut self,
        schema: &'s Value,
        value: &Value,
        at: &mut Vec<String>,
        depth: usize,
        faults: &mut Vec<Fault>,
    ) {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 || depth > MAX_DEPTH {
            self.steps = 0;
            return;
        }
        let object = match schema {
            Value::Object(object) => object,
            Value::Bool(false) => return fault(faults, at, "nothing may stand here".to_owned()),
            _ => return,
        };
        if let Some(target) = object.get("$ref").and_then(Value::as_str)
            && let Some(target) = resolve(self.root, target)
        {
            self.value(target, value, at, depth + 1, faults);
        }
        if let Some(wanted) = object.get("type")
            && !types(wanted).any(|name| is_type(value, name))
        {
            let names: Vec<&str> = types(wanted).map(type_words).collect();
            let message = format!("{} is not {}", shown(value), names.join(" or "));
            return fault(faults, at, message);
        }
        for message in scalar_faults(object, value) {
            fault(faults, at, message);
        }
        match value {
            Value::Object(found) => self.object(object, found, at, depth, faults),
            Value::Array(found) => self.array(object, found, at, depth, faults),
            _ => {}
        }
        self.combined(object, value, at, depth, faults);
    }

    fn object(
        &mut self,
        schema: &'s Map<String, Value>,
        found: &Map<String, Value>,
        at: &mut Vec<String>,
        depth: usize,
        faults: &mut Vec<Fault>,
    ) {
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in found {
            at.push(name.clone());
            match known.and_then(|known| known.get(name)) {
                Some(schema) => self.value(schema, value, at, depth + 1, faults),
                None => match schema.get("additionalProperties") {
                    Some(Value::Bool(false)) => {
                        let names: Vec<&str> = known
                            .into_iter()
                            .flatten()
                            .map(|(k, _)| k.as_str())
                            .collect();
                        let message = match names.is_empty() {
                            true => "this key is not known; there are none".to_owned(),
                            false => {
                                format!("this key is not known; there is {}", names.join(", "))
                            }
                        };
                        fault(faults, at, message);
                    }
                    Some(schema) => self.value(schema, value, at, depth + 1, faults),
                    None => {}
                },
            }
            at.pop();
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !found.contains_key(name) {
                fault(faults, at, format!("the key `{name}` is missing"));
            }
        }
    }

    fn array(
        &mut self,
        schema: &'s Map<String, Value>,
        found: &[Value],
        at: &mut Vec<String>,
        depth: usize,
        faults: &mut Vec<Fault>,
    ) {
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.map_or(&[] as &[Value], Vec::as_slice);
        for (index, value) in found.iter().enumerate() {
            let Some(schema) = first.get(index).or_else(|| schema.get("items")) else {
                break;
            };
            at.push(index.to_string());
            self.value(schema, value, at, depth + 1, faults);
            at.pop();
        }
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        if unique && (1..found.len().min(1_000)).any(|i| found[..i].contains(&found[i])) {
            fault(faults, at, "an entry stands here twice".to_owned());
        }
    }

    fn combined(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Value,
        at: &mut Vec<String>,
        depth: usize,
        faults: &mut Vec<Fault>,
    ) {
        let list = |name: &str| schema.get(name).and_then(Value::as_array);
        for schema in list("allOf").into_iter().flatten() {
            self.value(schema, value, at, depth + 1, faults);
        }
        let mut holds = |schema: &'s Value, at: &mut Vec<String>| {
            let mut inner = Vec::new();
            self.value(schema, value, at, depth + 1, &mut inner);
            inner.is_empty()
        };
        if let Some(any) = list("anyOf")
            && !any.iter().any(|schema| holds(schema, at))
        {
            fault(
                faults,
                at,
                format!("{} is none of what may stand here", shown(value)),
            );
        }
        if let Some(one) = list("oneOf") {
            match one.iter().filter(|schema| holds(schema, at)).count() {
                1 => {}
                0 => fault(
                    faults,
                    at,
                    format!("{} is none of what may stand here", shown(value)),
                ),
                _ => fault(
                    faults,
                    at,
                    format!("{} could be read in several ways", shown(value)),
                ),
            }
        }
        if let Some(not) = schema.get("not")
            && holds(not, at)
        {
            fault(faults, at, format!("{} may not stand here", shown(value)));
        }
    }
}

fn fault(faults: &mut Vec<Fault>, at: &[String], message: String) {
    // Inside `anyOf` only their number counts, so more than this many are never looked at.
    if faults.len() < MAX_FAULTS {
        faults.push(Fault {
            at: at.to_vec(),
            message,
        });
    }
}

/// What is wrong with a value for itself, whatever is inside it.
fn scalar_faults(schema: &Map<String, Value>, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(choices) = schema.get("enum").and_then(Value::as_array)
        && !choices.iter().any(|choice| same(choice, value))
    {
        let names: Vec<String> = choices.iter().take(20).map(shown).collect();
        faults.push(format!(
            "{} is not one of {}",
            shown(value),
            names.join(", ")
        ));
    }
    if let Some(only) = schema.get("const")
        && !same(only, value)
    {
        faults.push(format!("{} is not {}", shown(value), shown(only)));
    }
    let number = |name: &str| schema.get(name).and_then(Value::as_f64);
    let size = |name: &str| schema.get(name).and_then(Value::as_u64);
    if let Some(found) = value.as_f64() {
        type IsBroken = fn(f64, f64) -> bool;
        let bounds: [(&str, &str, IsBroken); 4] = [
            ("minimum", "less than", |found, bound| found < bound),
            ("maximum", "more than", |found, bound| found > bound),
            ("exclusiveMinimum", "not more than", |found, bound| {
                found <= bound
            }),
            ("exclusiveMaximum", "not less than", |found, bound| {
                found >= bound
            }),
        ];
        for (name, words, broken) in bounds {
            if let Some(bound) = number(name).filter(|bound| broken(found, *bound)) {
                faults.push(format!("{} is {words} {bound}", shown(value)));
            }
        }
        if let Some(step) =
            number("multipleOf").filter(|step| *step > 0.0 && (found / step).fract() != 0.0)
        {
            faults.push(format!("{} is no multiple of {step}", shown(value)));
        }
    }
    let length = match value {
        Value::String(text) => Some((text.chars().count(), "Length", "characters")),
        Value::Array(list) => Some((list.len(), "Items", "entries")),
        Value::Object(map) => Some((map.len(), "Properties", "keys")),
        _ => None,
    };
    if let Some((length, what, unit)) = length {
        if let Some(least) = size(&format!("min{what}")).filter(|least| (length as u64) < *least) {
            faults.push(format!(
                "{} has {length} {unit}, fewer than {least}",
                shown(value)
            ));
        }
        if let Some(most) = size(&format!("max{what}")).filter(|most| length as u64 > *most) {
            faults.push(format!(
                "{} has {length} {unit}, more than {most}",
                shown(value)
            ));
        }
    }
    if let (Some(text), Some(wanted)) = (
        value.as_str(),
        schema.get("pattern").and_then(Value::as_str),
    ) && pattern(wanted).is_ok_and(|wanted| !wanted.is_match(text))
    {
        faults.push(format!("{} does not look like `{wanted}`", shown(value)));
    }
    faults
}

/// Whether two values are one to JSON Schema, to which `1` and `1.0` are.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) => a == b || (x == y && (a.is_f64() || b.is_f64())),
        _ => a == b,
    }
}

fn types(wanted: &Value) -> impl Iterator<Item = &str> {
    let one = wanted.as_str();
    let many = wanted.as_array().into_iter().flatten();
    one.into_iter().chain(many.filter_map(Value::as_str))
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        _ => false,
    }
}

fn type_words(name: &str) -> &str {
    match name {
        "boolean" => "true or false",
        "object" => "a table",
        "array" => "a list",
        "string" => "a text in quotes",
        "number" => "a number",
        "integer" => "a whole number",
        other => other,
    }
}

/// Shows a value in a message, shortened.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "a table".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => {
            let text = other.to_string();
            match text.char_indices().nth(60) {
                Some((end, _)) => format!("`{}…`", &text[..end]),
                None => format!("`{text}`"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(schema: Value, value: Value) -> Vec<String> {
        let schema = Schema::new(schema).unwrap();
        let faults = schema.check(&value);
        let shown = |fault: &Fault| format!("{}: {}", fault.place(), fault.message);
        faults.iter().map(shown).collect()
    }

    #[test]
    fn each_fault_has_its_place() {
        let schema = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["who"],
            "properties": {
                "max_words": { "type": "integer", "minimum": 5, "maximum": 100 },
                "known": { "type": "array", "items": { "type": "string" }, "maxItems": 2 },
                "who": { "enum": ["a", "b"] },
            },
        });
        assert_eq!(
            faults(schema.clone(), json!({"who": "a", "max_words": 40})),
            [] as [&str; 0]
        );
        let wrong = json!({"max_words": 3, "known": ["x", 2, "y"], "colour": 1});
        assert_eq!(
            faults(schema.clone(), wrong),
            [
                "max_words: `3` is less than 5",
                "known: a list has 3 entries, more than 2",
                "known[1]: `2` is not a text in quotes",
                "colour: this key is not known; there is max_words, known, who",
                ": the key `who` is missing",
            ]
        );
        assert_eq!(
            faults(schema, json!({"who": "c", "max_words": "many"})),
            [
                "who: `\"c\"` is not one of `\"a\"`, `\"b\"`",
                "max_words: `\"many\"` is not a whole number",
            ]
        );
    }

    #[test]
    fn schemas_can_be_combined_and_refer_to_each_other() {
        let schema = json!({
            "$defs": { "short": { "type": "string", "maxLength": 2, "pattern": "^[a-z]+$" } },
            "oneOf": [{ "$ref": "#/$defs/short" }, { "type": "array", "items": { "$ref": "#/$defs/short" } }],
            "not": { "const": "no" },
        });
        assert!(faults(schema.clone(), json!("ab")).is_empty());
        assert!(faults(schema.clone(), json!(["ab", "c"])).is_empty());
        assert_eq!(
            faults(schema.clone(), json!("no")),
            [": `\"no\"` may not stand here"]
        );
        assert_eq!(
            faults(schema, json!("abc")),
            [": `\"abc\"` is none of what may stand here"]
        );
    }

    #[test]
    fn numbers_compare_as_numbers() {
        assert!(faults(json!({"const": 1}), json!(1.0)).is_empty());
        assert!(faults(json!({"type": "integer"}), json!(2.0)).is_empty());
        assert_eq!(
            faults(json!({"multipleOf": 5}), json!(12)),
            [": `12` is no multiple of 5"]
        );
        assert_eq!(
            faults(json!({"exclusiveMaximum": 3}), json!(3)),
            [": `3` is not less than 3"]
        );
    }

    #[test]
    fn a_keyword_that_would_not_be_checked_is_refused() {
        let refused = |schema| Schema::new(schema).unwrap_err().to_string();
        assert_eq!(
            refused(json!({"properties": {"a": {"dependentRequired": {}}}})),
            "it uses `dependentRequired`, which govkit does not check"
        );
        assert_eq!(
            refused(json!({"minLength": "2"})),
            "`minLength` cannot be `\"2\"`"
        );
        assert_eq!(
            refused(json!({"$ref": "#/$defs/x"})),
            "`$ref` to `#/$defs/x` leads nowhere"
        );
        assert!(refused(json!({"pattern": "("})).contains("no regular expression"));
        assert_eq!(refused(json!([])), "a list stands where a schema should");
    }

    #[test]
    fn a_schema_without_an_end_is_given_up() {
        let endless = json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]});
        assert_eq!(
            faults(endless, json!(1)),
            [": the schema is too involved to be checked"]
        );
        let mut deep = json!({});
        for _ in 0..100 {
            deep = json!({"not": deep});
        }
        assert!(Schema::new(deep).is_err());
    }
}
