//! The JSON Schemas of what verbs print with `--format json`.

use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::envelope::FORMAT_VERSION;
use crate::commands;

/// The verbs that have one.
pub(crate) const VERBS: &[&str] = &[
    "blame", "check", "diff", "due", "hook", "in-force", "list", "log", "refs", "review", "rules",
    "search", "show", "stats", "status", "verify",
];

/// Returns the schema of a verb's JSON.
pub(crate) fn schema(verb: &str) -> Option<Value> {
    let body = match verb {
        "blame" => {
            let mut blame = items::<commands::blame::Item>();
            blame["properties"]["id"] = json!({"type": "string"});
            blame["properties"]["path"] = json!({"type": "string"});
            blame
        }
        "stats" => {
            let mut stats = items::<commands::stats::Item>();
            stats["properties"]["complete"] = json!({"type": "boolean", "description": "false where the clone lacks older commits"});
            stats
        }
        "verify" => {
            let mut verify = items::<commands::verify::Item>();
            let approved = verify["properties"]["items"]["items"].take();
            let released = schema_for!(commands::verify::ReleaseItem).to_value();
            verify["properties"]["items"]["items"] = json!({"anyOf": [approved, released]});
            let problem = schema_for!(commands::verify::Problem).to_value();
            verify["properties"]["problems"] = json!({"type": "array", "items": problem});
            verify["properties"]["base"] = json!({"type": ["string", "null"]});
            verify["properties"]["base_trusts_nobody"] = json!({"type": "boolean"});
            verify["properties"]["signers_from"] = json!({"type": ["string", "null"]});
            verify["properties"]["policy_version"] = json!({"type": ["integer", "null"]});
            verify["properties"]["name"] = json!({"type": "string"});
            verify["properties"]["commit"] = json!({"type": "string"});
            verify["properties"]["artifacts"] = json!({"type": "integer", "minimum": 0});
            verify["properties"]["verified"] = json!({"type": "boolean"});
            verify
        }
        "due" => items::<commands::due::Item>(),
        "check" => schema_for!(super::findings::json::Report).to_value(),
        "diff" => schema_for!(super::diff::Report<'static>).to_value(),
        "in-force" => {
            let mut answer = items::<commands::in_force::Item>();
            let other = schema_for!(commands::in_force::Other).to_value();
            answer["properties"]["not_in_force"] = json!({"type": "array", "items": other});
            answer["properties"]["on"] = json!({"type": "string"});
            answer["properties"]["known_at"] = json!({"type": "object", "properties": {
                "commit": {"type": ["string", "null"]}, "date": {"type": ["string", "null"]}}});
            answer["properties"]["complete"] = json!({"type": "boolean", "description": "false where the clone lacks commits or texts"});
            answer
        }
        "hook" => items::<commands::hook::Item>(),
        "list" => items::<commands::list::Item<'static>>(),
        "log" => {
            let mut log = items::<commands::log::Item>();
            log["properties"]["id"] = json!({"type": "string"});
            log["properties"]["complete"] = json!({"type": "boolean", "description": "false where the clone lacks older commits"});
            log
        }
        "digest" => items::<commands::digest::Item>(),
        "approve" | "revoke" | "attest" => items::<commands::approve::Item>(),
        "refs" => schema_for!(commands::refs::Refs).to_value(),
        "review" => schema_for!(govkit_core::review::Review).to_value(),
        "rules" => items::<commands::rules::Item<'static>>(),
        "search" => items::<commands::search::Hit<'static>>(),
        "show" => schema_for!(commands::show::Report<'static>).to_value(),
        "status" => schema_for!(commands::status::Status).to_value(),
        _ => return None,
    };
    Some(envelope(verb, body))
}

fn items<T: JsonSchema>() -> Value {
    let item = schema_for!(T).to_value();
    json!({"type": "object", "properties": {"items": {"type": "array", "items": item}}, "required": ["items"]})
}

/// Adds the keys every verb's object starts with.
fn envelope(verb: &str, mut body: Value) -> Value {
    body["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    body["title"] = format!("govkit.{verb}").into();
    body["properties"]["format"] = json!({"const": format!("govkit.{verb}")});
    body["properties"]["format_version"] = json!({"type": "string", "description": format!("now {FORMAT_VERSION}; minor steps add fields, major steps break")});
    if let Some(required) = body["required"].as_array_mut() {
        required.extend(["format".into(), "format_version".into()]);
    }
    body
}
