//! Values of the front matter as text.

use serde_json::Value;

use crate::duration;

/// The fields a page of an artifact shows; a plugin asks for them.
pub const FIELDS: [&str; 22] = [
    "summary",
    "effective",
    "expires",
    "review_by",
    "approver",
    "params",
    "steps",
    "activities",
    "trigger",
    "inputs",
    "outputs",
    "criticality",
    "request",
    "service_level",
    "aliases",
    "business",
    "technical",
    "held_by",
    "contact",
    "hours",
    "every",
    "evidence",
];

/// The fields that are short facts about an artifact, in the order of a page, with their labels.
pub const FACTS: [(&str, &str); 14] = [
    ("effective", "In force from"),
    ("expires", "Ends on"),
    ("review_by", "Review by"),
    ("approver", "Approved by"),
    ("held_by", "Held by"),
    ("trigger", "Starts when"),
    ("inputs", "Goes in"),
    ("outputs", "Comes out"),
    ("criticality", "Criticality"),
    ("request", "How to ask for it"),
    ("contact", "Contact"),
    ("hours", "Hours"),
    ("every", "Every"),
    ("evidence", "Evidence"),
];

/// Returns a value as a list of texts: a list's entries, a single value alone.
pub fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.iter().map(plain).collect(),
        Some(value) => vec![plain(value)],
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the entries of a list of tables.
pub fn tables(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns when a step is due: its `within` or its `when`.
pub fn by_when(step: &Value) -> String {
    let within = strings(step.get("within")).join(", ");
    match within.is_empty() {
        true => strings(step.get("when")).join(", "),
        false => format!("within {}", duration(&within)),
    }
}

/// Returns a day as it is written, `2026-01-31`, if it is one.
pub fn day(raw: &str) -> Option<String> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    // What follows the day is a time.
    let day = raw.get(..10)?;
    day.bytes().enumerate().all(shape).then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_is_a_list_of_texts_whatever_it_holds() {
        assert_eq!(strings(None), Vec::<String>::new());
        assert_eq!(strings(Some(&json!(null))), Vec::<String>::new());
        assert_eq!(strings(Some(&json!("a"))), ["a"]);
        assert_eq!(strings(Some(&json!(["a", 2, true]))), ["a", "2", "true"]);
        assert_eq!(strings(Some(&json!({"a": 1}))), [r#"{"a":1}"#]);
    }

    #[test]
    fn a_step_is_due_within_a_time_or_when_something_happens() {
        assert_eq!(
            by_when(&json!({"within": "PT4H", "when": "never"})),
            "within 4 hours"
        );
        assert_eq!(by_when(&json!({"when": "at once"})), "at once");
        assert_eq!(by_when(&json!({})), "");
    }

    #[test]
    fn what_begins_like_a_day_is_one() {
        assert_eq!(day("2026-01-31T10:00:00Z").as_deref(), Some("2026-01-31"));
        assert_eq!(day("2026-1-31"), None);
        assert_eq!(day("soon"), None);
    }
}
