//! `export xlsx`: a workbook as another program reads it.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use govkit_testkit::{Repo, itsm};

use crate::govkit;

pub(crate) const SHEETS: [&str; 6] = ["Register", "Links", "RACI", "Controls", "Steps", "Reviews"];

/// Text that a spreadsheet could take for a formula, or an XML reader for markup.
const HOSTILE: [&str; 12] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\\t=1+1",
    "=HYPERLINK(\\\"http://evil.example/\\\", \\\"ok\\\")",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "'=1+1",
    "_x003D_1+1",
    "</t></si></sst><f>1+1</f>",
    "a\\u202Eb&amp;<![CDATA[",
];

pub(crate) type Book = Xlsx<Cursor<Vec<u8>>>;

fn enable(repo: &Repo) {
    let added = govkit().run(repo, ["plugin", "add", "xlsx"]);
    assert_eq!(added.code, 0, "{added}");
}

fn export(repo: &Repo) -> Vec<u8> {
    let made = govkit().run(repo, ["export", "xlsx", "-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
    std::fs::read(repo.path().join("public/register.xlsx")).unwrap()
}

pub(crate) fn open(bytes: Vec<u8>) -> Book {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The cells of a sheet; that there is no formula in it is seen on the way.
pub(crate) fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    let formulas = book.worksheet_formula(name).unwrap();
    let found: Vec<_> = formulas.cells().filter(|cell| !cell.2.is_empty()).collect();
    assert!(found.is_empty(), "{name}: {found:?}");
    book.worksheet_range(name).unwrap()
}

/// The row that begins with these cells.
fn row<'r>(range: &'r Range<Data>, begin: &[&str]) -> &'r [Data] {
    range
        .rows()
        .find(|row| row.iter().zip(begin).all(|(cell, text)| cell == text))
        .unwrap()
}

/// The number of a cell that holds a day.
fn day(cell: &Data) -> f64 {
    match cell {
        Data::DateTime(day) => day.as_f64(),
        other => panic!("no day: {other:?}"),
    }
}

/// How often a line stands in the files of a directory.
fn count(repo: &Repo, directory: &str, line: &str) -> usize {
    let files = std::fs::read_dir(repo.path().join(directory)).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    texts
        .map(|text| text.lines().filter(|one| *one == line).count())
        .sum()
}

#[test]
fn every_artifact_step_and_activity_has_its_row() {
    let repo = itsm();
    enable(&repo);
    let mut book = open(export(&repo));
    assert_eq!(book.sheet_names(), SHEETS);

    let register = sheet(&mut book, "Register");
    let listed = govkit().run(&repo, ["list", "-q"]).ok();
    let ids: BTreeSet<String> = register
        .rows()
        .skip(1)
        .map(|row| row[0].to_string())
        .collect();
    assert_eq!(ids, listed.lines().map(str::to_owned).collect());
    assert_eq!(register.height(), listed.lines().count() + 1);
    let process = row(&register, &["PRO-003", "process"]);
    let Data::DateTime(effective) = &process[5] else {
        panic!("a date is a date: {process:?}");
    };
    assert_eq!(effective.to_ymd_hms_milli(), (2026, 1, 15, 0, 0, 0, 0));

    let steps = sheet(&mut book, "Steps");
    assert_eq!(
        steps.height(),
        count(&repo, "procedures", "[[steps]]") + 1,
        "a row for each step"
    );
    let step = row(&steps, &["PRC-008", "Equip a new starter", "announce"]);
    assert_eq!(step[4], "Human Resources");
    assert_eq!(step[5], "at least 10 working days before the first day");

    let links = sheet(&mut book, "Links");
    let link = ["PRO-003", "Change enablement", "governed_by", "POL-005"];
    assert_eq!(row(&links, &link)[4], "Change");
}

#[test]
fn who_does_what_and_what_is_checked_stand_in_a_matrix() {
    let repo = itsm();
    enable(&repo);
    let mut book = open(export(&repo));

    let raci = sheet(&mut book, "RACI");
    assert_eq!(
        raci.height(),
        count(&repo, "processes", "[[activities]]") + 1
    );
    let heading: Vec<String> = raci
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    let column = |id: &str| {
        let found = heading
            .iter()
            .position(|one| one.lines().last() == Some(id));
        found.unwrap()
    };
    let authorise = row(
        &raci,
        &[
            "PRO-003",
            "Change enablement",
            "Approve or refuse the change",
        ],
    );
    for (id, letters) in [
        ("GROUP-change-advisory-board", "R"),
        ("ROLE-change-manager", "A"),
        ("ROLE-ciso", "C"),
        ("GROUP-service-desk", "I"),
    ] {
        assert_eq!(authorise[column(id)], letters, "{id}");
    }

    let controls = sheet(&mut book, "Controls");
    let heading: Vec<String> = controls
        .rows()
        .next()
        .unwrap()
        .iter()
        .map(Data::to_string)
        .collect();
    let review = row(&controls, &["CTL-001"]);
    for (id, link) in [("POL-004", "verifies"), ("RSK-001", "mitigated by")] {
        let at = heading.iter().position(|one| one.ends_with(id)).unwrap();
        assert_eq!(review[at], link, "{id}");
    }

    let reviews = sheet(&mut book, "Reviews");
    let days: Vec<f64> = reviews.rows().skip(1).map(|row| day(&row[0])).collect();
    assert!(days.is_sorted(), "soonest first");
    assert!(
        reviews
            .rows()
            .any(|row| row[1] == "Last day" && row[2] == "EXC-001")
    );
}

#[test]
fn hostile_text_is_a_string_in_its_cell() {
    let repo = itsm();
    enable(&repo);
    for (number, payload) in HOSTILE.iter().enumerate() {
        let number = 900 + number;
        repo.write(
            &format!("processes/PRO-{number}-hostile.md"),
            format!(
                "+++\nid = \"PRO-{number}\"\ntitle = \"{payload}\"\nstatus = \"{payload}\"\nowner = \"{payload}\"\n\
                 effective = 2026-01-01\nsummary = \"x\"\n[links]\ngoverned_by = [\"{payload}\"]\n\
                 [[activities]]\nid = \"a\"\ndo = \"{payload}\"\nr = [\"{payload}\"]\n+++\n# x\n"
            ),
        );
    }
    let mut book = open(export(&repo));
    let mut titles = BTreeSet::new();
    for name in SHEETS {
        let cells = sheet(&mut book, name);
        for (_, _, cell) in cells.used_cells() {
            assert!(
                matches!(cell, Data::String(_) | Data::DateTime(_)),
                "{name}: {cell:?}"
            );
        }
        titles.extend(cells.used_cells().map(|(_, _, cell)| cell.to_string()));
    }
    for payload in HOSTILE {
        let text = payload
            .replace("\\t", "\t")
            .replace("\\\"", "\"")
            .replace("\\u202E", "\u{fffd}");
        assert!(titles.contains(&text), "{text}");
    }
}

#[test]
fn the_same_artifacts_give_the_same_bytes_and_a_sheet_can_be_left_out() {
    let repo = itsm();
    enable(&repo);
    let first = export(&repo);
    assert!(first == export(&repo));
    let text = repo.read("govkit.toml");
    repo.write(
        "govkit.toml",
        text.replace(
            "[plugins.xlsx]",
            "[plugins.xlsx]\nconfig = { title = \"Tarnfell & Co\", sheets = [\"reviews\", \"register\"] }",
        ),
    );
    let mut book = open(export(&repo));
    assert_eq!(book.sheet_names(), ["Reviews", "Register"]);
    assert!(sheet(&mut book, "Reviews").height() > 1);
}
