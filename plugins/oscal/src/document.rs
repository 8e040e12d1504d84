//! What both documents have: metadata, roles, and the artifacts they refer to.

use std::collections::BTreeMap;

use govkit_reader::{Corpus, Input};
use serde_json::{Map, Value, json};

use crate::Options;
use crate::name::{Names, line, reference, token};
use crate::prose::{prose, title};

/// The namespace of properties that are govkit's own words.
const OURS: &str = "https://github.com/govkit/govkit/ns/oscal";

/// A document while it is made.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) corpus: &'a Corpus<'a>,
    pub(crate) names: Names,
    options: &'a Options,
    /// Roles that are referred to, by id.
    roles: BTreeMap<String, Value>,
    /// Artifacts that are referred to, by id.
    resources: BTreeMap<&'a str, Value>,
    /// The last change of what is in it, and the newest first day.
    changed: String,
    effective: String,
}

impl<'a> Document<'a> {
    pub(crate) fn new(corpus: &'a Corpus<'a>, options: &'a Options) -> Self {
        let namespace = match options.namespace.is_empty() {
            true => &options.title,
            false => &options.namespace,
        };
        Self {
            corpus,
            names: Names::new(namespace),
            options,
            roles: BTreeMap::new(),
            resources: BTreeMap::new(),
            changed: String::new(),
            effective: String::new(),
        }
    }

    /// Takes an artifact into account: its last change is one of the document.
    pub(crate) fn counts(&mut self, item: &Input) {
        if item.changed > self.changed {
            self.changed.clone_from(&item.changed);
        }
        let effective = item.text("effective");
        if is_day(&effective) && effective > self.effective {
            self.effective = effective;
        }
    }

    /// Returns the token of a role, which the document will know.
    pub(crate) fn role(&mut self, id: &str) -> String {
        let item = self.corpus.find(id);
        let name = token(item.map_or(id, |item| &item.id));
        let mut role = json!({
            "id": name,
            "title": title(item.map_or(id, |item| &item.title)),
        });
        if let Some(summary) = item.map(|item| prose(self.corpus, item, &item.text("summary")))
            && !summary.is_empty()
        {
            role["description"] = json!(summary);
        }
        self.roles.insert(name.clone(), role);
        name
    }

    /// Returns who is responsible for an artifact.
    pub(crate) fn responsible(&mut self, item: &Input) -> Vec<Value> {
        let mut roles: Vec<String> = item.owners().map(|owner| self.role(owner)).collect();
        roles.sort();
        roles.dedup();
        let roles = roles.into_iter().map(|role| json!({"role-id": role}));
        roles.collect()
    }

    /// Returns a reference to an artifact, which the document will describe.
    pub(crate) fn link(&mut self, item: &'a Input, rel: &str) -> Value {
        let uuid = self.names.uuid("resource", &[&item.id]);
        let mut resource = json!({
            "uuid": uuid,
            "title": title(&item.title),
        });
        let summary = prose(self.corpus, item, &item.text("summary"));
        if !summary.is_empty() {
            resource["description"] = json!(summary);
        }
        resource["props"] = json!([ours("id", &item.id), ours("kind", &item.kind)]);
        resource["rlinks"] = json!([{"href": reference(&item.path)}]);
        self.resources.insert(&item.id, resource);
        json!({
            "href": format!("#{uuid}"),
            "rel": token(rel),
            "text": title(&item.title),
        })
    }

    /// Closes the document: its own UUID changes with its content, as OSCAL asks.
    pub(crate) fn close(self, root: &str, name: &str, content: Map<String, Value>) -> Value {
        let modified = match (self.changed.is_empty(), self.effective.is_empty()) {
            (false, _) => self.changed,
            (true, false) => format!("{}T00:00:00Z", self.effective),
            (true, true) => "1970-01-01T00:00:00Z".to_owned(),
        };
        let version = match self.options.version.trim().is_empty() {
            true => modified.chars().take(10).collect(),
            false => line(&self.options.version),
        };
        let mut metadata = json!({
            "title": title(name),
            "last-modified": modified,
            "version": version,
            "oscal-version": self.options.oscal_version,
        });
        if !self.roles.is_empty() {
            metadata["roles"] = self.roles.into_values().collect();
        }
        let mut body = Map::new();
        body.insert("uuid".to_owned(), Value::Null);
        body.insert("metadata".to_owned(), metadata);
        body.extend(content);
        if !self.resources.is_empty() {
            let resources: Value = self.resources.into_values().collect();
            body.insert("back-matter".to_owned(), json!({"resources": resources}));
        }
        let text = Value::Object(body.clone()).to_string();
        body["uuid"] = json!(self.names.uuid(root, &[&text]));
        json!({root: body})
    }
}

fn is_day(text: &str) -> bool {
    let form = text.bytes().map(|byte| match byte {
        b'0'..=b'9' => b'0',
        other => other,
    });
    form.eq(*b"0000-00-00")
}

/// A property in OSCAL's own words.
pub(crate) fn property(name: &str, value: &str) -> Value {
    json!({"name": name, "value": line(value)})
}

/// A property in our words.
pub(crate) fn ours(name: &str, value: &str) -> Value {
    json!({"name": name, "ns": OURS, "value": line(value)})
}

/// Puts a list in where there is something in it: OSCAL has no empty lists.
pub(crate) fn put(object: &mut Value, name: &str, list: Vec<Value>) {
    if !list.is_empty() {
        object[name] = Value::Array(list);
    }
}
