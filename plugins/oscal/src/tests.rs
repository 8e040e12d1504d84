use govkit_reader::Section;
use serde_json::{Value, json};

use super::*;

fn input(id: &str, kind: &str, links: &[(&str, &str)]) -> Input {
    let links = links.iter();
    Input {
        id: id.to_owned(),
        kind: kind.to_owned(),
        path: format!("{kind}/{id}.md"),
        title: format!("Title of {id}"),
        links: links
            .map(|(name, to)| ((*name).to_owned(), (*to).to_owned()))
            .collect(),
        ..Input::default()
    }
}

fn with(mut input: Input, field: &str, value: Value) -> Input {
    input.fields.insert(field.to_owned(), value);
    input
}

fn section(body: &str, level: u8, heading: &str, end: usize) -> Section {
    let start = body.find(&format!("# {heading}\n")).unwrap() - usize::from(level) + 1;
    Section {
        heading: heading.to_owned(),
        level,
        anchor: heading.to_lowercase(),
        start,
        end,
    }
}

fn catalog(input: &[Input]) -> Value {
    let [(_, text), _] = files(input, &Options::default());
    serde_json::from_str::<Value>(&text).unwrap()["catalog"].take()
}

fn components(input: &[Input]) -> Value {
    let [_, (_, text)] = files(input, &Options::default());
    serde_json::from_str::<Value>(&text).unwrap()["component-definition"].take()
}

#[test]
fn a_control_stands_under_the_policy_it_verifies_or_that_of_its_process() {
    let catalog = catalog(&[
        input("C1", "control", &[("verifies", "POL#rules")]),
        input("C2", "control", &[("verifies", "PRO")]),
        input("C3", "control", &[]),
        input("POL", "policy", &[]),
        input("PRO", "process", &[("governed_by", "POL")]),
    ]);
    assert_eq!(catalog["controls"][0]["id"], "C3");
    assert_eq!(catalog["groups"].as_array().unwrap().len(), 1);
    let group = &catalog["groups"][0];
    assert_eq!(group["id"], "POL");
    let ids: Vec<&Value> = group["controls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|control| &control["id"])
        .collect();
    assert_eq!(ids, ["C1", "C2"]);
}

#[test]
fn sections_are_items_and_those_below_them_stand_inside() {
    let body = "Before.\n# Title of C\nTop.\n## Check\nLook {{ n }} times.\n### Sample\nTen.\n## After\nTell.\n";
    let after = body.find("## After").unwrap();
    let mut control = with(
        with(input("C", "control", &[]), "summary", json!("In short.")),
        "params",
        json!({"n": "two"}),
    );
    control.sections = vec![
        section(body, 1, "Title of C", body.len()),
        section(body, 2, "Check", after),
        section(body, 3, "Sample", after),
        section(body, 2, "After", body.len()),
    ];
    control.body = body.to_owned();
    let catalog = catalog(&[with(control, "evidence", json!("A list"))]);
    let parts = &catalog["controls"][0]["parts"];
    assert_eq!(
        parts[0],
        json!({
            "id": "C_smt", "name": "statement", "prose": "In short.\n\nTop.\n\nBefore.",
            "parts": [
                {"id": "C_smt.check", "name": "item", "title": "Check", "prose": "Look two times.",
                 "parts": [{"id": "C_smt.sample", "name": "item", "title": "Sample", "prose": "Ten."}]},
                {"id": "C_smt.after", "name": "item", "title": "After", "prose": "Tell."}
            ]
        })
    );
    assert_eq!(parts[1]["prose"], "A list");
}

#[test]
fn what_carries_out_a_control_is_found_over_the_links() {
    let procedure = with(
        input(
            "PRC",
            "procedure",
            &[("implements", "PRO"), ("uses", "SVC")],
        ),
        "steps",
        json!([{"do": "Call.", "who": "ROLE", "within": "1 hour"}]),
    );
    let all = components(&[
        input("C", "control", &[("verifies", "PRO")]),
        input("D", "control", &[("verifies", "POL")]),
        input("POL", "policy", &[]),
        input("PRO", "process", &[("governed_by", "POL")]),
        procedure,
        input("SVC", "service", &[]),
        input("OTHER", "process", &[]),
        input("ROLE", "role", &[]),
    ]);
    let found: Vec<(&str, &str, usize)> = all["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let carried = &one["control-implementations"][0]["implemented-requirements"];
            (
                one["title"].as_str().unwrap(),
                one["type"].as_str().unwrap(),
                carried.as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("Title of PRC", "process-procedure", 2),
            ("Title of PRO", "process-procedure", 2),
            ("Title of SVC", "service", 2)
        ]
    );
    let words = |number: usize| {
        &all["components"][number]["control-implementations"][0]["implemented-requirements"][0]["description"]
    };
    assert_eq!(words(0), "1. Call. (Title of ROLE; within 1 hour)");
    assert_eq!(words(2), "Procedure Title of PRC uses Title of SVC.");
}

#[test]
fn the_last_change_is_that_of_what_is_in_the_document() {
    let mut control = input("C", "control", &[("verifies", "POL")]);
    control.changed = "2026-02-01T10:00:00Z".to_owned();
    let mut policy = with(
        input("POL", "policy", &[]),
        "effective",
        json!("2026-05-01"),
    );
    policy.changed = "2026-03-01T10:00:00Z".to_owned();
    let mut other = input("P2", "policy", &[]);
    other.changed = "2026-04-01T10:00:00Z".to_owned();
    let with_history = catalog(&[control.clone(), policy.clone(), other]);
    assert_eq!(
        with_history["metadata"]["last-modified"],
        "2026-03-01T10:00:00Z"
    );
    assert_eq!(with_history["metadata"]["version"], "2026-03-01");
    control.changed.clear();
    policy.changed.clear();
    let without = catalog(&[control, policy]);
    assert_eq!(without["metadata"]["last-modified"], "2026-05-01T00:00:00Z");
    assert_eq!(
        catalog(&[])["metadata"]["last-modified"],
        "1970-01-01T00:00:00Z"
    );
}

#[test]
fn only_the_uuid_of_a_document_changes_with_its_content() {
    let before = [
        input("C", "control", &[("verifies", "PRO")]),
        input("PRO", "process", &[]),
    ];
    let mut after = before.to_vec();
    after[1].title = "Another".to_owned();
    let (before, after) = (components(&before), components(&after));
    assert_ne!(before["uuid"], after["uuid"]);
    assert_eq!(
        before["components"][0]["uuid"],
        after["components"][0]["uuid"]
    );
}

#[test]
fn hostile_text_is_harmless_text() {
    let mut control = input("1 <x>", "control", &[("verifies", "POL")]);
    control.title = "a\nb\u{202e} <img src=x>".to_owned();
    let control = with(
        control,
        "summary",
        json!("<script>x</script> [y](javascript:z)"),
    );
    let catalog = catalog(&[control, input("POL", "policy", &[])]);
    let control = &catalog["groups"][0]["controls"][0];
    assert!(control["id"].as_str().unwrap().starts_with("x-1--x-"));
    assert_eq!(control["title"], "a b\u{fffd} &lt;img src=x>");
    assert_eq!(control["parts"][0]["prose"], "&lt;script>x&lt;/script> y");
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    assert!(Options::from_json(r#"{"title": " "}"#).is_err());
    assert!(
        Options::from_json(r#"{"oscal_version": "2.0.0"}"#)
            .unwrap_err()
            .contains("1.1.3")
    );
    assert!(Options::from_json("{}").is_ok());
}
