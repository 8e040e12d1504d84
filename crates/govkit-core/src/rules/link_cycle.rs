//! # link-cycle
//!
//! ## What it asks
//!
//! Does a link that must not lead back (`acyclic = true`) ever lead back to where it started?
//!
//! ## Why it matters
//!
//! If policy A is governed by B, and B by A, neither stands on anything. If a text supersedes its own
//! successor, nobody can say which of the two holds.
//!
//! ## Example
//!
//! Wrong: `POL-001` and `POL-002` each say that the other one governs them.
//!
//! ```toml
//! [links]
//! governed_by = ["POL-002"]
//! ```
//!
//! Right: only one of them does.
//!
//! ## What to do
//!
//! The message names the way round. Remove the one link on it that is wrong; most often it is the
//! newest. If several circles share artifacts, the shortest one is named first and the next one
//! appears once it is gone.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::wording::quoted;
use crate::artifact::{Artifact, LinkOrigin};
use crate::corpus::Corpus;
use crate::rule::{Context, Reporter, Rule};

/// How many artifacts of a way round a message names.
const NAMED: usize = 8;

pub(super) struct LinkCycle;

impl Rule for LinkCycle {
    fn id(&self) -> &'static str {
        "link-cycle"
    }

    fn summary(&self) -> &'static str {
        "a link that must not lead back does not"
    }

    fn source(&self) -> &'static str {
        include_str!("link_cycle.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        let links = context.config().kinds.iter().flat_map(|kind| &kind.links);
        let names: BTreeSet<&str> = links
            .filter(|link| link.acyclic)
            .map(|link| link.name.as_str())
            .collect();
        if names.is_empty() {
            return;
        }
        let corpus = context.corpus;
        let mut index: HashMap<&str, usize> = HashMap::new();
        for (at, artifact) in corpus.artifacts().iter().enumerate() {
            index.entry(&artifact.id).or_insert(at);
        }
        for name in names {
            let edges = edges(name, corpus, &index);
            for members in knots(&edges) {
                let way = way_round(&edges, &members);
                report_way(name, &way, corpus, report);
            }
        }
    }
}

/// For each artifact, those its links called `name` lead to.
fn edges(name: &str, corpus: &Corpus, index: &HashMap<&str, usize>) -> Vec<Vec<usize>> {
    let targets = |artifact: &Artifact| {
        let links = artifact.links.iter().filter(|link| {
            link.origin == LinkOrigin::Declared
                && link.name == name
                && corpus
                    .link_def(artifact, link)
                    .is_some_and(|def| def.acyclic)
        });
        links
            .filter_map(|link| index.get(link.target.as_str()).copied())
            .collect()
    };
    corpus.artifacts().iter().map(targets).collect()
}

/// Returns the sets of artifacts that all lead to one another, each sorted, those of one only
/// where it leads to itself.
///
/// Tarjan's algorithm with its own stack: a chain of links may be longer than the call stack.
fn knots(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![NEW; edges.len()];
    let mut open = vec![false; edges.len()];
    let mut stack: Vec<usize> = Vec::new();
    let mut next = 0;
    let mut found = Vec::new();
    for root in 0..edges.len() {
        let mut calls = if order[root] == NEW {
            vec![(root, 0)]
        } else {
            Vec::new()
        };
        while let Some((node, edge)) = calls.pop() {
            if edge == 0 {
                order[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                open[node] = true;
            } else {
                let done = edges[node][edge - 1];
                if open[done] {
                    low[node] = low[node].min(low[done]);
                }
            }
            if let Some(to) = edges[node].get(edge).copied() {
                calls.push((node, edge + 1));
                if order[to] == NEW {
                    calls.push((to, 0));
                }
                continue;
            }
            if low[node] == order[node] {
                let from = stack.iter().rposition(|at| *at == node).unwrap_or(0);
                let mut members = stack.split_off(from);
                for member in &members {
                    open[*member] = false;
                }
                members.sort_unstable();
                if members.len() > 1 || edges[node].contains(&node) {
                    found.push(members);
                }
            }
        }
    }
    found.sort();
    found
}

/// Returns the shortest way from the first member back to it, without the return.
fn way_round(edges: &[Vec<usize>], members: &[usize]) -> Vec<usize> {
    let Some(start) = members.first().copied() else {
        return Vec::new();
    };
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for to in edges[node].iter().copied() {
            if to == start {
                let mut way = vec![node];
                let mut at = node;
                while let Some(before) = came_from.get(&at).copied().filter(|_| at != start) {
                    at = before;
                    way.push(at);
                }
                way.reverse();
                return way;
            }
            if members.binary_search(&to).is_ok() && !came_from.contains_key(&to) {
                came_from.insert(to, node);
                queue.push_back(to);
            }
        }
    }
    Vec::new()
}

fn report_way(name: &str, way: &[usize], corpus: &Corpus, report: &mut Reporter<'_>) {
    let artifacts = corpus.artifacts();
    let Some(start) = way.first().map(|at| &artifacts[*at]) else {
        return;
    };
    let next = &artifacts[way.get(1).copied().unwrap_or(way[0])];
    let mut ids: Vec<String> = way
        .iter()
        .take(NAMED)
        .map(|at| quoted(&artifacts[*at].id))
        .collect();
    if way.len() > NAMED {
        ids.push(format!("{} more", way.len() - NAMED));
    }
    ids.push(quoted(&start.id));
    let message = format!(
        "{} leads back to its start: {}",
        quoted(name),
        ids.join(" → ")
    );
    let span = start
        .links
        .iter()
        .find(|link| link.name == name && link.target == next.id)
        .map_or(start.id_span, |link| link.span);
    report
        .at(start, span, message)
        .help("remove one of these links");
}
