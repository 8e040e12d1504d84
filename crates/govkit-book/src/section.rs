//! An artifact as a section: facts, steps, activities, text.

use govkit_reader::fields::{FACTS, by_when, strings};
use serde_json::Value;

use crate::Section;
use crate::blocks::{Block, Span};
use crate::index::Index;
use crate::markdown;

/// The columns of activities with their fields.
const PARTS: [(&str, &str); 4] = [
    ("Responsible", "r"),
    ("Accountable", "a"),
    ("Consulted", "c"),
    ("Informed", "i"),
];

pub(crate) fn section(index: &Index<'_>, at: usize) -> Section {
    let input = &index.input[at];
    let (chapter, number) = index.position(at).unwrap_or_default();
    let mut blocks = definitions(index, at);
    blocks.extend(steps(index, at));
    blocks.extend(activities(index, at));
    blocks.extend(markdown::blocks(index, at));
    Section {
        number: format!("{chapter}.{number}"),
        place: index.place(at).unwrap_or_default(),
        id: input.id.clone(),
        title: input.title.clone(),
        summary: index.line(at, &input.text("summary")),
        facts: facts(index, at),
        blocks,
    }
}

fn facts(index: &Index<'_>, at: usize) -> Vec<(String, Vec<Span>)> {
    let input = &index.input[at];
    let mut facts = vec![("Id".to_owned(), vec![Span::plain(&input.id)])];
    if !input.status.is_empty() {
        facts.push(("Status".to_owned(), vec![Span::plain(&input.status)]));
    }
    let owners: Vec<String> = input.owners().map(str::to_owned).collect();
    facts.push(("Owner".to_owned(), people(index, &owners)));
    for (field, label) in FACTS {
        let values = strings(input.fields.get(field));
        let value = match field {
            "approver" => people(index, &values),
            _ => index.line(at, &values.join("\n")),
        };
        facts.push((label.to_owned(), value));
    }
    if let Some(Value::Object(levels)) = input.fields.get("service_level") {
        for (name, value) in levels {
            let value = strings(Some(value)).join(", ");
            facts.push((label(name), vec![Span::plain(&value)]));
        }
    }
    facts.extend(links(index, at));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// The links to other artifacts, by their name.
fn links(index: &Index<'_>, at: usize) -> Vec<(String, Vec<Span>)> {
    let mut names: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, target) in &index.input[at].links {
        // Owners, and who has to do what, are told elsewhere.
        if name.len() < 2 || ["owner", "who", "approver", "held_by"].contains(&name.as_str()) {
            continue;
        }
        match names.iter_mut().find(|(known, _)| known == name) {
            Some((_, targets)) if targets.contains(target) => {}
            Some((_, targets)) => targets.push(target.clone()),
            None => names.push((name, vec![target.clone()])),
        }
    }
    names
        .into_iter()
        .map(|(name, targets)| (label(name), people(index, &targets)))
        .collect()
}

/// `governed_by` as people read it.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    let first = chars.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(chars)
        .collect()
}

/// Artifacts by their titles, a line each.
fn people(index: &Index<'_>, ids: &[String]) -> Vec<Span> {
    let mut spans = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            spans.push(Span::plain("\n"));
        }
        spans.push(index.named(id));
    }
    spans
}

/// The two definitions of a term.
fn definitions(index: &Index<'_>, at: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (field, label) in [
        ("business", "In business words: "),
        ("technical", "In technical words: "),
    ] {
        let words = index.input[at].text(field);
        if !words.is_empty() {
            let mut label = Span::plain(label);
            label.look.bold = true;
            let mut spans = vec![label];
            spans.extend(index.line(at, &words));
            blocks.push(Block::Paragraph(spans));
        }
    }
    blocks
}

fn steps(index: &Index<'_>, at: usize) -> Option<Block> {
    let steps = index.input[at].tables("steps");
    let mut rows = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let line = |words: &str| index.line(at, words);
        rows.push(vec![
            vec![Span::plain(&(number + 1).to_string())],
            line(&strings(step.get("do")).join(" ")),
            people(index, &strings(step.get("who"))),
            line(&by_when(step)),
            line(&strings(step.get("evidence")).join("\n")),
        ]);
    }
    table(
        "Steps",
        &["Step", "What", "Who", "When", "Evidence"],
        vec![7, 36, 20, 17, 20],
        rows,
    )
}

fn activities(index: &Index<'_>, at: usize) -> Option<Block> {
    let activities = index.input[at].tables("activities");
    let mut rows = Vec::new();
    for activity in activities {
        let words = strings(activity.get("do")).join(" ");
        let mut row = vec![index.line(at, &words)];
        let parts = PARTS.iter().map(|(_, field)| strings(activity.get(*field)));
        row.extend(parts.map(|ids| people(index, &ids)));
        rows.push(row);
    }
    let mut head = vec!["Activity"];
    head.extend(PARTS.map(|(label, _)| label));
    table("Who does what", &head, vec![32, 17, 17, 17, 17], rows)
}

fn table(
    caption: &str,
    head: &[&str],
    widths: Vec<u16>,
    rows: Vec<Vec<Vec<Span>>>,
) -> Option<Block> {
    (!rows.is_empty()).then(|| Block::Table {
        caption: caption.to_owned(),
        widths,
        head: head.iter().map(|word| vec![Span::plain(word)]).collect(),
        rows,
    })
}
