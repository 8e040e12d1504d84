use serde_json::json;

use super::*;
use crate::table::{Cell, Table};

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

fn with(mut input: Input, field: &str, value: serde_json::Value) -> Input {
    input.fields.insert(field.to_owned(), value);
    input
}

fn table(sheet: Sheet, input: &[Input]) -> Table {
    sheets::table(sheet, &Corpus::new(input))
}

/// A row as people read it.
fn row(table: &Table, number: usize) -> Vec<String> {
    let cells = table.rows[number].iter().map(|cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Mark(text) => text.clone(),
        Cell::Day(days) => format!("day {days}"),
    });
    cells.collect()
}

#[test]
fn the_register_is_sorted_by_kind_and_id_and_has_dates() {
    let first = with(input("P1", "policy", &[]), "effective", json!("2026-01-15"));
    let all = table(Sheet::Register, &[input("A", "role", &[]), first]);
    assert_eq!(
        row(&all, 0),
        [
            "P1",
            "policy",
            "Title of P1",
            "",
            "",
            "day 46037",
            "",
            "policy/P1.md"
        ]
    );
    assert_eq!(row(&all, 1)[0], "A");
}

#[test]
fn an_activity_has_a_letter_for_everybody_it_names() {
    let process = with(
        input("PRO", "process", &[]),
        "activities",
        json!([{"id": "x", "do": "Decide", "r": ["B"], "a": ["B"], "c": "A", "i": []},
               {"id": "y", "do": "Tell", "i": ["Z"]}]),
    );
    let all = table(Sheet::Raci, &[process, input("A", "role", &[])]);
    let headings: Vec<&str> = all.columns.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(
        headings,
        ["Process", "Title", "Activity", "Title of A\nA", "B", "Z"]
    );
    assert_eq!(
        row(&all, 0),
        ["PRO", "Title of PRO", "Decide", "C", "R/A", ""]
    );
    assert_eq!(row(&all, 1)[3..], ["", "", "I"]);
}

#[test]
fn a_control_is_held_against_policies_and_risks_from_both_sides() {
    let all = table(
        Sheet::Controls,
        &[
            input(
                "C1",
                "control",
                &[("verifies", "P1#rules"), ("verifies", "PRO")],
            ),
            input("C2", "control", &[]),
            input("P1", "policy", &[]),
            input("P2", "policy", &[]),
            input("R1", "risk", &[("mitigated_by", "C1")]),
            input("PRO", "process", &[]),
        ],
    );
    assert_eq!(all.columns.len(), 6, "three about the control, P1, P2, R1");
    assert_eq!(row(&all, 0)[3..], ["verifies", "", "mitigated by"]);
    assert_eq!(row(&all, 1)[3..], ["", "", ""]);
}

#[test]
fn steps_show_what_a_reader_of_the_procedure_sees() {
    let procedure = with(
        with(
            input("PRC", "procedure", &[]),
            "steps",
            json!([{"id": "call", "do": "Call {{ n }} times.", "who": "A", "within": "PT1H",
                    "needs": ["x", "y"], "evidence": "Log"}]),
        ),
        "params",
        json!({"n": 3}),
    );
    let all = table(Sheet::Steps, &[procedure, input("A", "role", &[])]);
    assert_eq!(
        row(&all, 0)[2..],
        [
            "call",
            "Call 3 times.",
            "Title of A",
            "",
            "1 hour",
            "x, y",
            "Log"
        ]
    );
}

#[test]
fn what_is_due_comes_soonest_first() {
    let all = table(
        Sheet::Reviews,
        &[
            with(input("B", "policy", &[]), "review_by", json!("2027-01-01")),
            with(input("A", "exception", &[]), "expires", json!("2026-01-01")),
        ],
    );
    assert_eq!(row(&all, 0)[1..3], ["Last day", "A"]);
    assert_eq!(row(&all, 1)[1..3], ["Review", "B"]);
    assert!(all.due);
}

#[test]
fn a_link_into_nothing_says_so() {
    let all = table(Sheet::Links, &[input("A", "policy", &[("cites", "GONE")])]);
    assert_eq!(
        row(&all, 0),
        ["A", "Title of A", "cites", "GONE", "(not there)"]
    );
}

#[test]
fn what_a_spreadsheet_cannot_hold_is_said() {
    let roles: Vec<String> = (0..17_000).map(|number| format!("R{number}")).collect();
    let process = with(
        input("P", "process", &[]),
        "activities",
        json!([{"do": "x", "r": roles}]),
    );
    let error = workbook(&[process], &Options::default()).unwrap_err();
    assert!(error.contains("RACI") && error.contains("17003"), "{error}");
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let refused = |json: &str| Options::from_json(json).unwrap_err();
    assert!(refused(r#"{"title": " "}"#).contains("title"));
    assert!(refused(r#"{"sheets": []}"#).contains("sheets"));
    assert!(refused(r#"{"sheets": ["raci", "raci"]}"#).contains("sheets"));
    assert!(refused(r#"{"sheets": ["graph"]}"#).contains("graph"));
    assert!(Options::from_json("{}").is_ok());
}
