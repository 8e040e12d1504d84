//! The JSON envelope every verb shares.

use std::io::{self, Write};

use serde::Serialize;

/// The version of all JSON shapes: minor steps add fields, major steps break.
pub(crate) const FORMAT_VERSION: &str = "1.0";

#[derive(Serialize)]
struct Envelope<'a, T: Serialize> {
    format: String,
    format_version: &'static str,
    #[serde(flatten)]
    body: &'a T,
}

/// Writes `{"format": "govkit.<verb>", "format_version": …, …body}`.
pub(crate) fn json<T: Serialize>(verb: &str, body: &T, out: &mut dyn Write) -> io::Result<()> {
    let envelope = Envelope {
        format: format!("govkit.{verb}"),
        format_version: FORMAT_VERSION,
        body,
    };
    serde_json::to_writer_pretty(&mut *out, &envelope)?;
    writeln!(out)
}

/// Writes one JSON object a line, each with its `type`, the last one a summary that says that
/// nothing was cut off, and whether the answer is `complete`.
pub(crate) fn ndjson<T: Serialize>(
    verb: &str,
    kind: &str,
    items: &[T],
    complete: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Line<'a, T: Serialize> {
        r#type: &'a str,
        #[serde(flatten)]
        item: &'a T,
    }
    for item in items {
        serde_json::to_writer(&mut *out, &Line { r#type: kind, item })?;
        writeln!(out)?;
    }
    let summary = serde_json::json!({
        "type": "summary",
        "format": format!("govkit.{verb}"),
        "format_version": FORMAT_VERSION,
        "count": items.len(),
        "complete": complete,
    });
    serde_json::to_writer(&mut *out, &summary)?;
    writeln!(out)
}
