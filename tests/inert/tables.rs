//! Cells: no spreadsheet takes one for a formula, and no table of Markdown is left by one.

use std::collections::BTreeSet;

use calamine::Data;
use pulldown_cmark::{Event, Parser, TagEnd};

use super::fixture::hostile;
use super::markdown::{FORGE, must_do_nothing};
use super::{all_shown, export, payloads};
use crate::govkit;
use crate::xlsx::{SHEETS, open, sheet};

/// What begins a formula in one spreadsheet or another.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Reads the rows of a table, and fails where a cell could be a formula.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    let rows: Vec<Vec<String>> = rows
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    for cell in rows.iter().flatten() {
        assert!(
            !cell.trim_start_matches(' ').starts_with(FORMULA),
            "{cell:?}"
        );
    }
    rows
}

/// The documented rule: an apostrophe before what a spreadsheet takes for a formula; no NUL.
fn in_a_cell(text: &str) -> String {
    let begins = text.trim_start_matches(' ');
    let mark = if begins.starts_with(FORMULA) || begins.starts_with('\0') {
        "'"
    } else {
        ""
    };
    format!("{mark}{}", text.replace('\0', ""))
}

#[test]
fn a_register_has_a_row_for_each_artifact_and_no_formula() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "register");
        let register = rows(&repo.read("public/register.csv"));
        let found: BTreeSet<Vec<String>> = register
            .iter()
            .map(|row| [0, 2, 3, 4, 7].map(|column| row[column].clone()).to_vec())
            .collect();
        for one in &made {
            let row = [&one.id, &one.title, &one.status, &one.owner, &one.path];
            let row: Vec<String> = row.map(|cell| in_a_cell(cell)).to_vec();
            assert!(found.contains(&row), "{row:?}");
        }
        drop(rows(&repo.read("public/traceability.csv")));
        drop(rows(&govkit().run(&repo, ["list", "--format", "csv"]).ok()));
        for name in ["register", "traceability"] {
            let page = repo.read(&format!("public/{name}.md"));
            must_do_nothing(&page);
            let ends = |event: &Event<'_>| matches!(event, Event::End(TagEnd::TableRow));
            let count = Parser::new_ext(&page, FORGE).filter(ends).count();
            let table = rows(&repo.read(&format!("public/{name}.csv")));
            assert_eq!(count + 1, table.len(), "{name}");
        }
    }
}

#[test]
fn a_workbook_has_strings_and_days_and_nothing_that_counts() {
    for payloads in payloads::rounds() {
        let (repo, made) = hostile(&payloads);
        export(&repo, "xlsx");
        let bytes = std::fs::read(repo.path().join("public/register.xlsx")).unwrap();
        parts_must_be_sound(&bytes);
        let mut book = open(bytes);
        let mut texts = BTreeSet::new();
        for name in SHEETS {
            for (_, _, cell) in sheet(&mut book, name).used_cells() {
                let plain = matches!(cell, Data::String(_) | Data::DateTime(_));
                assert!(plain, "{name}: {cell:?}");
                texts.insert(cell.to_string());
            }
        }
        all_shown(&made, &texts, in_a_workbook);
    }
}

/// A text as a workbook has it.
fn in_a_workbook(text: &str) -> String {
    let lines = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{fffe}', '\u{ffff}'];
    super::on_a_page(&lines).replace(marks, "\u{fffd}")
}

/// Each part is XML, leads to no other file or address, and marks what looks like a formula as text.
fn parts_must_be_sound(bytes: &[u8]) {
    let word = crate::word::Word::parts_of(bytes);
    for (name, text) in &word {
        let xml = roxmltree::Document::parse(text).unwrap();
        assert!(
            xml.descendants()
                .all(|one| one.attribute("TargetMode").is_none()),
            "{name}"
        );
        let never = [
            "f",
            "hyperlink",
            "externalReference",
            "ddeLink",
            "oleObject",
        ];
        let found = xml
            .descendants()
            .find(|one| never.contains(&one.tag_name().name()));
        assert!(found.is_none(), "{name}: {found:?}");
    }
    let xml = |name: &str| roxmltree::Document::parse(&word[name]).unwrap();
    let (strings, styles) = (xml("xl/sharedStrings.xml"), xml("xl/styles.xml"));
    let named = |node: &roxmltree::Node<'_, '_>, name: &str| node.tag_name().name() == name;
    let text = |one: roxmltree::Node<'_, '_>| {
        one.descendants()
            .filter(|one| one.is_text())
            .filter_map(|one| one.text())
            .collect()
    };
    let texts: Vec<String> = strings
        .descendants()
        .filter(|one| named(one, "si"))
        .map(text)
        .collect();
    let formats = styles
        .descendants()
        .find(|one| named(one, "cellXfs"))
        .unwrap();
    let formats: Vec<bool> = formats
        .children()
        .filter(|one| named(one, "xf"))
        .map(|one| one.attribute("quotePrefix") == Some("1"))
        .collect();
    for number in 1..=SHEETS.len() {
        let sheet = xml(&format!("xl/worksheets/sheet{number}.xml"));
        let cells = sheet
            .descendants()
            .filter(|one| named(one, "c") && one.attribute("t") == Some("s"));
        for cell in cells {
            let number: usize = text(cell).parse().unwrap();
            let style: usize = cell.attribute("s").unwrap().parse().unwrap();
            let formula = texts[number].trim_start_matches(' ').starts_with(FORMULA);
            assert!(!formula || formats[style], "{:?}", texts[number]);
        }
    }
}
