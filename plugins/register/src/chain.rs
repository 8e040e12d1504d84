//! From the reason down to the steps: which artifact follows from which, and where nothing does.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Entry, Options, Table};

const MAX_CHAINS: usize = 100_000;

/// There are more chains than a table is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyChains;

impl std::fmt::Display for TooManyChains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "there are more than {MAX_CHAINS} chains: name fewer kinds in `chain` or fewer `links`"
        )
    }
}

/// Makes the traceability table: one row for each chain, from the first kind of
/// [`Options::chain`] to the last, sorted. A chain that ends early or begins late leaves cells
/// empty, and its last column says what is missing.
pub fn traceability(entries: &[Entry], options: &Options) -> Result<Table, TooManyChains> {
    let graph = Graph::of(entries, options);
    let mut rows = Vec::new();
    for (level, members) in graph.levels.iter().enumerate() {
        for member in members {
            let starts_here = level == 0 || !graph.has_parent.contains(member);
            if starts_here {
                let mut row = vec![None; level];
                graph.descend(*member, &mut row, &mut rows)?;
            }
        }
    }
    let mut columns = Vec::new();
    for kind in &options.chain {
        columns.push(kind.clone());
        columns.push(format!("{kind} title"));
    }
    columns.push("gap".to_owned());
    Ok(Table {
        columns,
        rows: rows
            .iter()
            .map(|row| cells(row, entries, options))
            .collect(),
    })
}

struct Graph<'a> {
    depth: usize,
    /// For each kind of the chain its artifacts, by id and path.
    levels: Vec<Vec<usize>>,
    children: BTreeMap<usize, Vec<usize>>,
    has_parent: BTreeSet<usize>,
    entries: &'a [Entry],
}

impl<'a> Graph<'a> {
    fn of(entries: &'a [Entry], options: &Options) -> Self {
        let level_of = |entry: &Entry| options.chain.iter().position(|kind| *kind == entry.kind);
        let mut levels = vec![Vec::new(); options.chain.len()];
        let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            by_id.entry(&entry.id).or_insert(index);
            if let Some(level) = level_of(entry) {
                levels[level].push(index);
            }
        }
        let mut graph = Self {
            depth: options.chain.len(),
            levels,
            children: BTreeMap::new(),
            has_parent: BTreeSet::new(),
            entries,
        };
        for (index, entry) in entries.iter().enumerate() {
            let wanted = entry
                .links
                .iter()
                .filter(|(name, _)| options.links.contains(name));
            for (_, target) in wanted {
                let Some(other) = by_id.get(target.as_str()) else {
                    continue;
                };
                match (level_of(entry), level_of(&entries[*other])) {
                    (Some(own), Some(above)) if own == above + 1 => graph.add(*other, index),
                    (Some(own), Some(below)) if below == own + 1 => graph.add(index, *other),
                    _ => {}
                }
            }
        }
        graph.sort();
        graph
    }

    fn add(&mut self, parent: usize, child: usize) {
        self.children.entry(parent).or_default().push(child);
        self.has_parent.insert(child);
    }

    fn sort(&mut self) {
        let entries = self.entries;
        let key = |index: &usize| (&entries[*index].id, &entries[*index].path);
        for members in self.levels.iter_mut().chain(self.children.values_mut()) {
            members.sort_by_key(key);
            members.dedup();
        }
    }

    /// Adds a row for each chain below `member`. A chain has no more links than kinds, so the
    /// recursion is shallow.
    fn descend(
        &self,
        member: usize,
        row: &mut Vec<Option<usize>>,
        rows: &mut Vec<Vec<Option<usize>>>,
    ) -> Result<(), TooManyChains> {
        row.push(Some(member));
        match self.children.get(&member) {
            Some(children) => {
                for child in children {
                    self.descend(*child, row, rows)?;
                }
            }
            None => {
                if rows.len() == MAX_CHAINS {
                    return Err(TooManyChains);
                }
                let mut whole = row.clone();
                whole.resize(self.depth, None);
                rows.push(whole);
            }
        }
        row.pop();
        Ok(())
    }
}

fn cells(row: &[Option<usize>], entries: &[Entry], options: &Options) -> Vec<String> {
    let mut cells = Vec::new();
    let mut missing = Vec::new();
    for (level, member) in row.iter().enumerate() {
        match member {
            Some(index) => {
                cells.push(entries[*index].id.clone());
                cells.push(entries[*index].title.clone());
            }
            None => {
                cells.extend([String::new(), String::new()]);
                // Next to something that is there; what lies further off follows from it.
                let beside = |at: usize| row.get(at).is_some_and(Option::is_some);
                if beside(level + 1) || (level > 0 && beside(level - 1)) {
                    missing.push(format!("no {}", options.chain[level]));
                }
            }
        }
    }
    cells.push(missing.join("; "));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, kind: &str, links: &[(&str, &str)]) -> Entry {
        let link = |(name, target): &(&str, &str)| ((*name).to_owned(), (*target).to_owned());
        Entry {
            id: id.to_owned(),
            kind: kind.to_owned(),
            links: links.iter().map(link).collect(),
            ..Entry::default()
        }
    }

    /// Returns ids and gap of each row.
    fn rows(entries: &[Entry]) -> Vec<String> {
        let table = traceability(entries, &Options::default()).unwrap();
        let shown = |row: &Vec<String>| format!("{} {} {} | {}", row[0], row[2], row[4], row[6]);
        table.rows.iter().map(shown).collect()
    }

    #[test]
    fn a_whole_chain_has_no_gap() {
        let entries = [
            entry("PRC", "procedure", &[("implements", "PRO")]),
            entry("PRO", "process", &[("governed_by", "POL")]),
            entry("POL", "policy", &[]),
        ];
        assert_eq!(rows(&entries), ["POL PRO PRC | "]);
    }

    #[test]
    fn gaps_are_named_above_and_below() {
        let entries = [
            entry("POL", "policy", &[]),
            entry("PRO", "process", &[]),
            entry("PRC", "procedure", &[("implements", "NONE")]),
        ];
        assert_eq!(
            rows(&entries),
            [
                "POL   | no process",
                " PRO  | no policy; no procedure",
                "  PRC | no process"
            ]
        );
    }

    #[test]
    fn several_ways_are_several_rows_and_the_direction_does_not_matter() {
        let entries = [
            entry("POL-2", "policy", &[]),
            entry(
                "POL-1",
                "policy",
                &[("governed_by", "POL-2"), ("implements", "PRO")],
            ),
            entry(
                "PRO",
                "process",
                &[("governed_by", "POL-2"), ("governed_by", "POL-2")],
            ),
            entry("PRC-B", "procedure", &[("implements", "PRO")]),
            entry(
                "PRC-A",
                "procedure",
                &[("implements", "PRO"), ("see_also", "POL-1")],
            ),
        ];
        assert_eq!(
            rows(&entries),
            [
                "POL-1 PRO PRC-A | ",
                "POL-1 PRO PRC-B | ",
                "POL-2 PRO PRC-A | ",
                "POL-2 PRO PRC-B | "
            ]
        );
    }

    #[test]
    fn too_many_chains_are_refused_before_they_are_made() {
        let count = 400;
        let mut entries = vec![entry("PRO", "process", &[])];
        for number in 0..count {
            let name = format!("POL-{number}");
            entries.push(entry(&name, "policy", &[("governed_by", "PRO")]));
            let name = format!("PRC-{number}");
            entries.push(entry(&name, "procedure", &[("implements", "PRO")]));
        }
        assert_eq!(
            traceability(&entries, &Options::default()),
            Err(TooManyChains)
        );
    }
}
