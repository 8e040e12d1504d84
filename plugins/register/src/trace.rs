//! The traceability matrix: which rule leads to which work, and where the chain breaks.

use std::collections::{BTreeMap, BTreeSet};

use govkit_reader::Input;

use crate::Options;
use crate::cell::{csv_row, markdown, markdown_row};

/// One way down the chain; `None` where a level is missing.
pub(crate) type Row<'a> = Vec<Option<&'a Input>>;

/// Every way down the chain. An artifact nothing above claims starts a row of its own.
pub(crate) fn matrix<'a>(entries: &[&'a Input], options: &Options) -> Vec<Row<'a>> {
    let known: BTreeMap<(&str, &str), &Input> = entries
        .iter()
        .map(|entry| ((entry.kind.as_str(), entry.id.as_str()), *entry))
        .collect();
    let mut below: BTreeMap<(usize, &str), Vec<&Input>> = BTreeMap::new();
    let mut starts: Vec<(usize, &Input)> = Vec::new();
    for (depth, level) in options.chain.iter().enumerate() {
        for entry in entries.iter().filter(|entry| entry.kind == level.kind) {
            let above = depth
                .checked_sub(1)
                .map(|above| options.chain[above].kind.as_str());
            let named = entry
                .links
                .iter()
                .filter(|(name, _)| Some(name) == level.link.as_ref());
            // The same link written twice is one way, not two.
            let parents: BTreeSet<&str> = named
                .map(|(_, target)| target.as_str())
                .filter(|target| above.is_some_and(|kind| known.contains_key(&(kind, *target))))
                .collect();
            if parents.is_empty() {
                starts.push((depth, *entry));
            }
            for parent in parents {
                below.entry((depth, parent)).or_default().push(entry);
            }
        }
    }
    let mut rows = Vec::new();
    for (depth, entry) in starts {
        let row = vec![None; depth];
        descend(entry, depth, row, &below, options.chain.len(), &mut rows);
    }
    rows
}

/// The chain is as deep as the configuration is long, so this cannot run away.
fn descend<'a>(
    entry: &'a Input,
    depth: usize,
    mut row: Row<'a>,
    below: &BTreeMap<(usize, &str), Vec<&'a Input>>,
    levels: usize,
    rows: &mut Vec<Row<'a>>,
) {
    row.push(Some(entry));
    let children = below
        .get(&(depth + 1, entry.id.as_str()))
        .filter(|_| depth + 1 < levels);
    match children {
        Some(children) => {
            for child in children {
                descend(child, depth + 1, row.clone(), below, levels, rows);
            }
        }
        None => {
            row.resize(levels, None);
            rows.push(row);
        }
    }
}

/// What is missing in a row: `no policy; no procedure`. Below a first gap nothing more is named.
fn gap(row: &Row<'_>, options: &Options) -> String {
    let above = row.iter().position(Option::is_some).unwrap_or(row.len());
    let last = row.iter().rposition(Option::is_some).unwrap_or(0);
    let mut gaps = Vec::new();
    if above > 0 {
        gaps.push(format!("no {}", options.chain[above - 1].kind));
    }
    if last + 1 < row.len() {
        gaps.push(format!("no {}", options.chain[last + 1].kind));
    }
    gaps.join("; ")
}

fn header(options: &Options) -> Vec<&str> {
    options
        .chain
        .iter()
        .map(|level| level.kind.as_str())
        .chain(["gap"])
        .collect()
}

/// Returns the matrix as CSV: an id a level, and what is missing.
pub(crate) fn csv(matrix: &[Row<'_>], options: &Options) -> String {
    let mut out = csv_row(&header(options));
    for row in matrix {
        let gap = gap(row, options);
        let ids = row
            .iter()
            .map(|entry| entry.map_or("", |entry| entry.id.as_str()));
        out.push_str(&csv_row(&ids.chain([gap.as_str()]).collect::<Vec<_>>()));
    }
    out
}

/// Returns the matrix as a Markdown page, with titles.
pub(crate) fn page(matrix: &[Row<'_>], options: &Options) -> String {
    let gaps = matrix
        .iter()
        .filter(|row| !gap(row, options).is_empty())
        .count();
    let kinds: Vec<&str> = options
        .chain
        .iter()
        .map(|level| level.kind.as_str())
        .collect();
    let mut out = format!(
        "# Traceability\n\nFrom {}: {} chains, {gaps} gaps.\n\n",
        markdown(&kinds.join(" to ")),
        matrix.len()
    );
    let header = header(options);
    out.push_str(&markdown_row(&header));
    out.push_str(&format!("|{}\n", " --- |".repeat(header.len())));
    for row in matrix {
        let name = |entry: &Option<&Input>| {
            entry.map_or_else(String::new, |entry| format!("{} {}", entry.id, entry.title))
        };
        let mut cells: Vec<String> = row.iter().map(name).collect();
        cells.push(gap(row, options));
        out.push_str(&markdown_row(
            &cells.iter().map(String::as_str).collect::<Vec<_>>(),
        ));
    }
    out
}
