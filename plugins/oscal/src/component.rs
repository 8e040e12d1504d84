//! The component definition: processes, procedures and services, with the controls they carry out.

use std::collections::BTreeMap;

use govkit_reader::fields::strings;
use govkit_reader::{Corpus, Input, duration};
use serde_json::{Map, Value, json};

use crate::Options;
use crate::document::{Document, ours, put};
use crate::name::{line, token};
use crate::prose::{prose, title};

/// By artifact, the controls it carries out and in which words.
type Carried<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

/// Returns the component definition.
pub(crate) fn document(corpus: &Corpus<'_>, options: &Options) -> Value {
    let mut document = Document::new(corpus, options);
    let mut carried = Carried::new();
    for control in corpus.of_kind("control") {
        carry(corpus, control, &mut carried);
    }
    let components: Vec<Value> = carried
        .into_iter()
        .filter_map(|(id, controls)| Some((corpus.find(id)?, controls)))
        .map(|(item, controls)| component(&mut document, item, controls))
        .collect();
    let mut content = Map::new();
    if !components.is_empty() {
        content.insert("components".to_owned(), Value::Array(components));
    }
    document.close("component-definition", &options.title, content)
}

/// Follows the links from a control to what carries it out.
fn carry<'a>(corpus: &Corpus<'a>, control: &'a Input, carried: &mut Carried<'a>) {
    let mut add = |item: &'a Input, words: String| {
        let controls = carried.entry(&item.id).or_default();
        controls.entry(&control.id).or_insert(words);
    };
    let mut processes = corpus.targets(control, "verifies", "process");
    if processes.is_empty() {
        for policy in corpus.targets(control, "verifies", "policy") {
            processes.extend(corpus.sources(policy, "governed_by", "process"));
        }
    }
    for kind in ["procedure", "service"] {
        for item in corpus.targets(control, "verifies", kind) {
            add(item, words(corpus, item));
        }
    }
    for process in processes {
        add(process, words(corpus, process));
        let procedures = corpus.sources(process, "implements", "procedure");
        for item in [process].into_iter().chain(procedures) {
            if item.kind == "procedure" {
                add(item, words(corpus, item));
            }
            for service in corpus.targets(item, "uses", "service") {
                let using = format!("{} {} uses {}.", item.kind, item.title, service.title);
                let mut using = line(&using);
                using[..1].make_ascii_uppercase();
                add(service, prose(corpus, service, &using));
            }
        }
    }
}

/// How an artifact does what it is for: its steps, or its summary.
fn words(corpus: &Corpus<'_>, item: &Input) -> String {
    let mut lines = Vec::new();
    for step in item.tables("steps") {
        let text = |field: &str| line(&duration(&strings(step.get(field)).join(", ")));
        let who: Vec<String> = strings(step.get("who"))
            .iter()
            .map(|id| corpus.name(id))
            .collect();
        let mut notes = Vec::new();
        if !who.is_empty() {
            notes.push(line(&who.join(", ")));
        }
        for (field, before) in [
            ("when", ""),
            ("within", "within "),
            ("evidence", "evidence: "),
        ] {
            if step.get(field).is_some() {
                notes.push(format!("{before}{}", text(field)));
            }
        }
        lines.push(format!(
            "{}. {} ({})",
            lines.len() + 1,
            text("do"),
            notes.join("; ")
        ));
    }
    let words = match lines.is_empty() {
        true => item.text("summary"),
        false => lines.join("\n"),
    };
    let words = prose(corpus, item, &words);
    match words.is_empty() {
        true => title(&item.title),
        false => words,
    }
}

fn component<'a>(
    document: &mut Document<'a>,
    item: &'a Input,
    controls: BTreeMap<&'a str, String>,
) -> Value {
    document.counts(item);
    let names = document.names;
    let summary = prose(document.corpus, item, &item.text("summary"));
    let kind = match item.kind.as_str() {
        "service" => "service",
        _ => "process-procedure",
    };
    let requirements: Vec<Value> = controls
        .into_iter()
        .map(|(control, words)| {
            json!({
                "uuid": names.uuid("requirement", &[&item.id, control]),
                "control-id": token(control),
                "description": words,
            })
        })
        .collect();
    let mut component = json!({
        "uuid": names.uuid("component", &[&item.id]),
        "type": kind,
        "title": title(&item.title),
        "description": if summary.is_empty() { title(&item.title) } else { summary },
        "props": properties(item),
        "links": [document.link(item, "reference")],
    });
    put(
        &mut component,
        "responsible-roles",
        document.responsible(item),
    );
    component["control-implementations"] = json!([{
        "uuid": names.uuid("implementation", &[&item.id]),
        "source": "catalog.json",
        "description": title(&format!("What {} does for these controls.", item.title)),
        "implemented-requirements": requirements,
    }]);
    component
}

fn properties(item: &Input) -> Vec<Value> {
    let mut props = vec![ours("id", &item.id), ours("kind", &item.kind)];
    if !item.status.is_empty() {
        props.push(ours("status", &item.status));
    }
    props
}
