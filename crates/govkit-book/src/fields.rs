//! Values of the front matter as text.

use serde_json::Value;

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

/// Writes an ISO duration as people say it: `PT4H` is `4 hours`. Anything else stays as it is.
pub fn duration(raw: &str) -> String {
    let Some(rest) = raw.strip_prefix('P') else {
        return raw.to_owned();
    };
    let mut parts = Vec::new();
    let mut digits = String::new();
    let mut time = false;
    for ch in rest.chars() {
        let unit = match ch {
            '0'..='9' => {
                digits.push(ch);
                continue;
            }
            'T' if !time && digits.is_empty() => {
                time = true;
                continue;
            }
            'Y' => "year",
            'M' if !time => "month",
            'W' => "week",
            'D' => "day",
            'H' if time => "hour",
            'M' => "minute",
            'S' if time => "second",
            _ => return raw.to_owned(),
        };
        let many = if digits == "1" { "" } else { "s" };
        parts.push(format!("{digits} {unit}{many}"));
        digits.clear();
    }
    if parts.is_empty() || !digits.is_empty() {
        return raw.to_owned();
    }
    parts.join(" ")
}

/// When a step is due: its `within` or its `when`.
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
