//! `export oscal`: the structure and the references of both documents. `cargo xtask soak oscal` holds
//! them against the schema, with compliance-trestle.

use std::collections::BTreeSet;

use govkit_testkit::{Repo, itsm};
use serde_json::Value;

use crate::govkit;

fn enable(repo: &Repo) {
    let added = govkit().run(repo, ["plugin", "add", "oscal"]);
    assert_eq!(added.code, 0, "{added}");
}

/// The catalog and the component definition.
fn export(repo: &Repo) -> (Value, Value) {
    let made = govkit().run(repo, ["export", "oscal", "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
    let read = |name: &str, root: &str| {
        let text = repo.read(&format!("public/{name}.json"));
        let mut document: Value = serde_json::from_str(&text).unwrap();
        document[root].take()
    };
    (
        read("catalog", "catalog"),
        read("component-definition", "component-definition"),
    )
}

/// All values of this name, wherever they stand.
fn all<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| all(value, name, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(text) if key == name => found.push(text),
                    _ => all(value, name, found),
                }
            }
        }
        _ => {}
    }
}

pub(crate) fn values<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    all(value, name, &mut found);
    found
}

/// OSCAL has no empty lists, and nothing that is null.
fn must_be_filled(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::Array(values) => {
            assert!(!values.is_empty());
            values.iter().for_each(must_be_filled);
        }
        Value::Object(fields) => fields.values().for_each(must_be_filled),
        _ => {}
    }
}

/// What OSCAL asks of every document, as far as its JSON schema says it.
pub(crate) fn must_be_sound(document: &Value) {
    for name in [
        "uuid",
        "id",
        "title",
        "name",
        "value",
        "rel",
        "description",
        "prose",
    ] {
        for text in values(document, name) {
            assert!(
                !text.trim().is_empty() && text.trim() == text,
                "{name}: {text:?}"
            );
            let many = ["description", "prose"].contains(&name);
            assert!(many || !text.contains('\n'), "{name}: {text:?}");
        }
    }
    for name in ["id", "rel", "control-id", "role-id", "class"] {
        for text in values(document, name) {
            assert!(
                text.starts_with(|ch: char| ch.is_ascii_alphabetic() || ch == '_')
                    && text
                        .chars()
                        .all(|ch| ch.is_ascii_alphanumeric() || "-_.".contains(ch)),
                "{name}: {text:?}"
            );
        }
    }
    let uuids = values(document, "uuid");
    let distinct: BTreeSet<&str> = uuids.iter().copied().collect();
    assert_eq!(distinct.len(), uuids.len());
    for uuid in uuids {
        let groups: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{uuid}");
        assert_eq!(uuid.as_bytes()[14], b'5', "{uuid}");
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }
    for link in values(document, "href") {
        match link.strip_prefix('#') {
            Some(uuid) => assert!(distinct.contains(uuid), "{link}"),
            None => assert!(!link.contains(':') && !link.starts_with('/'), "{link}"),
        }
    }
    must_be_filled(document);
    let roles = values(&document["metadata"]["roles"], "id");
    for role in values(document, "role-id") {
        assert!(roles.contains(&role), "{role}");
    }
}

#[test]
fn every_control_is_there_once_and_what_carries_it_out_names_it() {
    let repo = itsm();
    enable(&repo);
    let (catalog, components) = export(&repo);
    must_be_sound(&catalog);
    must_be_sound(&components);
    assert_eq!(catalog["metadata"]["oscal-version"], "1.1.3");
    assert_eq!(catalog["metadata"]["last-modified"], "2026-01-01T00:00:00Z");

    let mut found = BTreeSet::new();
    for group in catalog["groups"].as_array().unwrap() {
        for control in group["controls"].as_array().unwrap() {
            assert!(found.insert(control["id"].as_str().unwrap()));
        }
    }
    let listed = govkit().run(&repo, ["list", "-q", "control"]).ok();
    assert_eq!(found, listed.lines().collect());
    let known = values(&components, "control-id");
    assert!(known.iter().all(|id| found.contains(id)), "{known:?}");
    // What the example says: CTL-001 verifies PRO-005, which PRC-009 and PRC-010 implement.
    for title in ["Access management", "Remove the access of a leaver"] {
        let all = components["components"].as_array().unwrap();
        let one = all.iter().find(|one| one["title"] == title);
        assert!(
            one.is_some_and(|one| values(one, "control-id").contains(&"CTL-001")),
            "{title}"
        );
    }
}

#[test]
fn the_text_of_a_control_is_its_statement() {
    let repo = itsm();
    enable(&repo);
    let (catalog, _) = export(&repo);
    let group = catalog["groups"].as_array().unwrap();
    let group = group.iter().find(|group| group["id"] == "POL-004").unwrap();
    let control = group["controls"].as_array().unwrap();
    let control = control.iter().find(|one| one["id"] == "CTL-001").unwrap();
    let statement = &control["parts"][0];
    assert_eq!(statement["name"], "statement");
    let items: Vec<&Value> = statement["parts"].as_array().unwrap().iter().collect();
    let titles: Vec<&Value> = items.iter().map(|item| &item["title"]).collect();
    assert_eq!(titles, ["Objective", "Check", "After a failure"]);
    assert_eq!(
        items[0]["prose"],
        "The control finds access that people no longer need."
    );
    let check = items[1]["prose"].as_str().unwrap();
    let interval = govkit()
        .run(&repo, ["get", "POL-004", "params.review_interval"])
        .ok();
    assert!(
        check.ends_with(&format!("asks for a review every {}.", interval.trim())),
        "{check}"
    );
}

#[test]
fn hostile_text_keeps_the_documents_sound() {
    let repo = itsm();
    enable(&repo);
    for (number, title) in [
        "</script><script>",
        "a\\nb\\u202E",
        "  ",
        "{{ insert: param, x }}",
    ]
    .iter()
    .enumerate()
    {
        repo.write(
            &format!("controls/CTL-90{number}-hostile.md"),
            format!(
                "+++\nid = \"{number} {title}\"\ntitle = \"{title}\"\nstatus = \"{title}\"\nowner = \"{title}\"\nsummary = \"{title}\"\n\
                 nature = \"{title}\"\nevidence = \"{title}\"\n[links]\nverifies = [\"POL-004#x\", \"{title}\"]\nperformed_by = [\"{title}\"]\n+++\n\
                 text first\n\n{title}\n=====\n\n## <img src=x onerror=alert(1)> {{#a b}}\n\n[a](javascript:alert(1)) <iframe src=//evil.example>\n\n\
                 ![p](https://evil.example/p.png)\n"
            ),
        );
    }
    let (catalog, components) = export(&repo);
    must_be_sound(&catalog);
    must_be_sound(&components);
    for document in [&catalog, &components] {
        for name in ["prose", "title", "text", "description"] {
            for text in values(document, name) {
                for never in [
                    "<script",
                    "<img",
                    "<iframe",
                    "](javascript:",
                    "![",
                    "\u{202e}",
                ] {
                    assert!(!text.contains(never), "{name}: {text}");
                }
            }
        }
    }
}

#[test]
fn the_same_artifacts_give_the_same_bytes_and_uuids_outlive_a_change() {
    let repo = itsm();
    enable(&repo);
    let first = export(&repo);
    assert_eq!(first, export(&repo));
    let uuids = |components: &Value| -> Vec<String> {
        let all = components["components"].as_array().unwrap().iter();
        all.map(|one| one["uuid"].to_string()).collect()
    };
    repo.replace(
        "controls/CTL-001-access-review.md",
        "no longer need",
        "do not need any more",
    )
    .commit("A change");
    let then = export(&repo);
    assert_eq!(uuids(&first.1), uuids(&then.1));
    assert_ne!(first.0["uuid"], then.0["uuid"]);
    assert_eq!(then.0["metadata"]["last-modified"], "2026-01-02T00:00:00Z");
}
