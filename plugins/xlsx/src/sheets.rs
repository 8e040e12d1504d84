//! What stands on each sheet.

use std::collections::{BTreeMap, BTreeSet};

use govkit_reader::fields::strings;
use govkit_reader::{CHECKED, Corpus, Input, checks, duration};

use crate::Sheet;
use crate::table::{Cell, Column, Look, Table};

/// The letters of an activity, in the order in which people say them.
const RACI: [(&str, &str); 4] = [("r", "R"), ("a", "A"), ("c", "C"), ("i", "I")];

/// Returns a sheet.
pub(crate) fn table(sheet: Sheet, corpus: &Corpus<'_>) -> Table {
    match sheet {
        Sheet::Register => register(corpus),
        Sheet::Links => links(corpus),
        Sheet::Raci => raci(corpus),
        Sheet::Controls => controls(corpus),
        Sheet::Steps => steps(corpus),
        Sheet::Reviews => reviews(corpus),
    }
}

fn register(corpus: &Corpus<'_>) -> Table {
    let columns = [
        ("Id", 30),
        ("Kind", 20),
        ("Title", 50),
        ("Status", 16),
        ("Owner", 36),
        ("Effective", 14),
        ("Review by", 14),
        ("Path", 60),
    ];
    let mut table = Table::new("Register", &columns);
    table.fixed = 1;
    let row = |item: &&Input| {
        vec![
            Cell::text(&item.id),
            Cell::text(&item.kind),
            Cell::text(&item.title),
            Cell::text(&item.status),
            Cell::text(&item.owner),
            Cell::day(&item.text("effective")),
            Cell::day(&item.text("review_by")),
            Cell::text(&item.path),
        ]
    };
    table.rows = corpus.items.iter().map(row).collect();
    table
}

fn links(corpus: &Corpus<'_>) -> Table {
    let columns = [
        ("From", 30),
        ("Title", 50),
        ("Link", 20),
        ("To", 30),
        ("Title of the target", 50),
    ];
    let mut table = Table::new("Links", &columns);
    for item in &corpus.items {
        for (name, target) in &item.links {
            let title = corpus.find(target).map(|to| to.title.as_str());
            table.rows.push(vec![
                Cell::text(&item.id),
                Cell::text(&item.title),
                Cell::text(name),
                Cell::text(target),
                Cell::text(title.unwrap_or("(not there)")),
            ]);
        }
    }
    table
}

fn raci(corpus: &Corpus<'_>) -> Table {
    let mut who = BTreeSet::new();
    let mut rows = Vec::new();
    for item in &corpus.items {
        for activity in item.tables("activities") {
            let mut letters: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for (field, letter) in RACI {
                for id in strings(activity.get(field)) {
                    let named = letters.entry(id).or_default();
                    if !named.contains(&letter) {
                        named.push(letter);
                    }
                }
            }
            who.extend(letters.keys().cloned());
            rows.push((*item, strings(activity.get("do")).join(" "), letters));
        }
    }
    let columns = [("Process", 16), ("Title", 36), ("Activity", 60)];
    let mut table = Table::new("RACI", &columns);
    table.fixed = 3;
    let mut places = BTreeMap::new();
    for id in &who {
        places.insert(id, table.columns.len());
        table.columns.push(heading(corpus, id, Look::Upright));
    }
    for (item, activity, letters) in rows {
        let mut row = vec![
            Cell::text(&item.id),
            Cell::text(&item.title),
            Cell::text(corpus.read(item, &activity)),
        ];
        row.resize(table.columns.len(), Cell::Empty);
        for (id, letters) in letters {
            row[places[&id]] = Cell::mark(letters.join("/"));
        }
        table.rows.push(row);
    }
    table
}

/// The heading of a column that stands for an artifact.
fn heading(corpus: &Corpus<'_>, id: &str, look: Look) -> Column {
    let title = match corpus.find(id) {
        Some(item) => format!("{}\n{id}", item.title),
        None => id.to_owned(),
    };
    Column {
        title,
        widest: 18,
        look,
    }
}

fn controls(corpus: &Corpus<'_>) -> Table {
    let columns = [("Control", 16), ("Title", 40), ("Every", 16)];
    let mut table = Table::new("Controls", &columns);
    table.fixed = 2;
    let mut places = BTreeMap::new();
    for item in CHECKED.iter().flat_map(|kind| corpus.of_kind(kind)) {
        places.insert(item.id.as_str(), table.columns.len());
        table.columns.push(heading(corpus, &item.id, Look::Grid));
    }
    let checks = checks(corpus);
    for control in corpus.of_kind("control") {
        let mut row = vec![
            Cell::text(&control.id),
            Cell::text(&control.title),
            Cell::text(duration(&control.text("every"))),
        ];
        row.resize(table.columns.len(), Cell::Empty);
        let id = control.id.as_str();
        let own = checks.range((id, "")..).take_while(|(key, _)| key.0 == id);
        for ((_, other), links) in own {
            row[places[other]] = Cell::mark(links.join(", ").replace('_', " "));
        }
        table.rows.push(row);
    }
    table
}

fn steps(corpus: &Corpus<'_>) -> Table {
    let columns = [
        ("Procedure", 16),
        ("Title", 36),
        ("Step", 22),
        ("What", 60),
        ("Who", 30),
        ("When", 36),
        ("Within", 20),
        ("Needs", 30),
        ("Evidence", 40),
    ];
    let mut table = Table::new("Steps", &columns);
    table.fixed = 1;
    for item in &corpus.items {
        for step in item.tables("steps") {
            let text = |field: &str| strings(step.get(field)).join(", ");
            let words = |field: &str| Cell::text(corpus.read(item, &text(field)));
            let who: Vec<String> = strings(step.get("who"))
                .iter()
                .map(|id| corpus.name(id))
                .collect();
            table.rows.push(vec![
                Cell::text(&item.id),
                Cell::text(&item.title),
                words("id"),
                words("do"),
                Cell::text(who.join(", ")),
                words("when"),
                Cell::text(corpus.read(item, &duration(&text("within")))),
                words("needs"),
                words("evidence"),
            ]);
        }
    }
    table
}

fn reviews(corpus: &Corpus<'_>) -> Table {
    let columns = [
        ("By", 14),
        ("What", 20),
        ("Id", 30),
        ("Title", 50),
        ("Kind", 20),
        ("Status", 16),
        ("Owner", 36),
    ];
    let mut table = Table::new("Reviews", &columns);
    table.due = true;
    let mut due = Vec::new();
    for (field, what) in [("review_by", "Review"), ("expires", "Last day")] {
        for item in &corpus.items {
            let day = item.text(field);
            if !day.is_empty() {
                due.push((day, &item.id, what, *item));
            }
        }
    }
    due.sort_by(|a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
    for (day, id, what, item) in due {
        let owners: Vec<String> = item.owners().map(|owner| corpus.name(owner)).collect();
        table.rows.push(vec![
            Cell::day(&day),
            Cell::text(what),
            Cell::text(id),
            Cell::text(&item.title),
            Cell::text(&item.kind),
            Cell::text(&item.status),
            Cell::text(owners.join(", ")),
        ]);
    }
    table
}
