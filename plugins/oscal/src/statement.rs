//! The text of a control as parts: its sections are the items of its statement.

use govkit_reader::{Corpus, Input, Section};
use serde_json::{Value, json};

use crate::name::token;
use crate::prose::{prose, title};

/// Returns the parts of a control.
pub(crate) fn parts(corpus: &Corpus<'_>, item: &Input) -> Vec<Value> {
    let id = token(&item.id);
    let mut items = items(corpus, item, &id, &item.sections);
    let mut words = prose(corpus, item, &item.text("summary"));
    // A heading above all others repeats the title: what it holds belongs to the statement.
    if let [only] = items.as_mut_slice()
        && only["title"] == title(&item.title).as_str()
    {
        let only = only.take();
        if let Some(more) = only["prose"].as_str() {
            words = format!("{words}\n\n{more}").trim().to_owned();
        }
        items = only["parts"].as_array().cloned().unwrap_or_default();
    }
    let first = item
        .sections
        .first()
        .map_or(item.body.len(), |one| one.start);
    let before = prose(corpus, item, slice(item, 0, first));
    words = format!("{words}\n\n{before}").trim().to_owned();
    let mut parts = Vec::new();
    if !words.is_empty() || !items.is_empty() {
        let mut statement = json!({"id": format!("{id}_smt"), "name": "statement"});
        fill(&mut statement, words, items);
        parts.push(statement);
    }
    let evidence = prose(corpus, item, &item.text("evidence"));
    if !evidence.is_empty() {
        parts.push(json!({
            "id": format!("{id}_evd"),
            "name": "guidance",
            "title": "Evidence",
            "prose": evidence,
        }));
    }
    parts
}

fn fill(part: &mut Value, prose: String, parts: Vec<Value>) {
    if !prose.is_empty() {
        part["prose"] = Value::String(prose);
    }
    if !parts.is_empty() {
        part["parts"] = Value::Array(parts);
    }
}

/// Returns sections as items, those below a heading inside it. Levels go to 6, so this cannot run
/// away.
fn items(corpus: &Corpus<'_>, item: &Input, id: &str, sections: &[Section]) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = sections;
    while let Some((section, after)) = rest.split_first() {
        let below = after
            .iter()
            .take_while(|one| one.level > section.level && one.start < section.end)
            .count();
        let (inside, next) = after.split_at(below);
        let end = inside.first().map_or(section.end, |one| one.start);
        let words = without_heading(slice(item, section.start, end));
        let mut part = json!({
            "id": format!("{id}_smt.{}", token(&section.anchor)),
            "name": "item",
            "title": title(&section.heading),
        });
        fill(
            &mut part,
            prose(corpus, item, words),
            items(corpus, item, id, inside),
        );
        found.push(part);
        rest = next;
    }
    found
}

fn slice(item: &Input, start: usize, end: usize) -> &str {
    item.body.get(start..end).unwrap_or_default()
}

/// Returns what follows a heading's line, or its two lines where the second is a rule below it.
fn without_heading(text: &str) -> &str {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.trim_start().starts_with('#') {
        return rest;
    }
    let mut rest = rest;
    let mut left = text;
    // The text of such a heading may have several lines; the rule ends it.
    while let Some((one, next)) = left.split_once('\n') {
        let rule = one.trim();
        let is_rule = !rule.is_empty()
            && (rule.bytes().all(|byte| byte == b'=') || rule.bytes().all(|byte| byte == b'-'));
        if is_rule {
            rest = next;
            break;
        }
        left = next;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_cut_off_in_either_form() {
        assert_eq!(without_heading("## A\nb\n"), "b\n");
        assert_eq!(without_heading("A\n---\nb\n"), "b\n");
        assert_eq!(without_heading("A\nB\n===\nc\n"), "c\n");
        assert_eq!(without_heading("## A"), "");
    }
}
