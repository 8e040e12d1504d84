//! The catalog: controls, in a group for the policy they serve.

use std::collections::BTreeMap;

use govkit_reader::{Corpus, Input, duration};
use serde_json::{Map, Value, json};

use crate::Options;
use crate::document::{Document, ours, property, put};
use crate::name::token;
use crate::prose::{prose, title};
use crate::statement;

/// Links that say who, which stand in properties.
const WHO: [&str; 2] = ["owner", "performed_by"];

/// Returns the catalog.
pub(crate) fn document(corpus: &Corpus<'_>, options: &Options) -> Value {
    let mut document = Document::new(corpus, options);
    let mut groups: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut alone = Vec::new();
    for item in corpus.of_kind("control") {
        let control = control(&mut document, item);
        match policy(corpus, item) {
            Some(policy) => groups.entry(&policy.id).or_default().push(control),
            None => alone.push(control),
        }
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .filter_map(|(id, controls)| Some(group(&mut document, corpus.find(id)?, controls)))
        .collect();
    let mut content = json!({});
    put(&mut content, "controls", alone);
    put(&mut content, "groups", groups);
    let content = match content {
        Value::Object(content) => content,
        _ => Map::new(),
    };
    document.close("catalog", &options.title, content)
}

/// The policy a control serves: the first it verifies, or that of the first process it verifies.
fn policy<'a>(corpus: &Corpus<'a>, control: &Input) -> Option<&'a Input> {
    let direct = corpus.targets(control, "verifies", "policy");
    let through = corpus
        .targets(control, "verifies", "process")
        .into_iter()
        .flat_map(|process| corpus.targets(process, "governed_by", "policy"));
    direct.into_iter().chain(through).next()
}

fn group<'a>(document: &mut Document<'a>, policy: &'a Input, controls: Vec<Value>) -> Value {
    document.counts(policy);
    let mut group = json!({
        "id": token(&policy.id),
        "class": "policy",
        "title": title(&policy.title),
        "props": [property("label", &policy.id)],
        "links": [document.link(policy, "reference")],
    });
    let summary = prose(document.corpus, policy, &policy.text("summary"));
    if !summary.is_empty() {
        group["parts"] = json!([{"name": "overview", "prose": summary}]);
    }
    group["controls"] = Value::Array(controls);
    group
}

fn control<'a>(document: &mut Document<'a>, item: &'a Input) -> Value {
    document.counts(item);
    let mut props = vec![property("label", &item.id)];
    if item.status == "retired" {
        props.push(property("status", "withdrawn"));
    }
    for (name, value) in [
        ("status", item.status.clone()),
        ("nature", item.text("nature")),
        ("every", duration(&item.text("every"))),
    ] {
        if !value.trim().is_empty() {
            props.push(ours(name, &value));
        }
    }
    for owner in item.owners() {
        props.push(ours("owner", &document.role(owner)));
    }
    for who in item.targets("performed_by") {
        props.push(ours("performed-by", &document.role(who)));
    }
    let mut links = Vec::new();
    for (name, target) in &item.links {
        if let Some(to) = document.corpus.find(target).filter(|_| !is_who(name)) {
            links.push(document.link(to, name));
        }
    }
    let mut control = json!({
        "id": token(&item.id),
        "class": "control",
        "title": title(&item.title),
    });
    put(&mut control, "props", props);
    put(&mut control, "links", links);
    put(
        &mut control,
        "parts",
        statement::parts(document.corpus, item),
    );
    control
}

fn is_who(link: &str) -> bool {
    WHO.contains(&link)
}
