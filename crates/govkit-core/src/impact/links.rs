//! The links of both sides to one artifact, side by side.

use std::collections::{BTreeMap, HashMap};

use super::graph::{Edge, Graph, Sort};
use crate::corpus::Corpus;
use crate::review::Side;

/// A link to an artifact, on the sides that have it.
#[derive(Clone, Debug)]
pub(super) struct Link<'g> {
    /// The artifact that has it, by its id now.
    pub(super) from: String,
    /// The id it names.
    pub(super) target: String,
    pub(super) side: Side,
    /// The link on the new side, else on the old.
    pub(super) edge: &'g Edge,
    /// Whether it names an id that the artifact no longer has.
    pub(super) old_id: bool,
}

/// The links of two corpora, read from their far end.
#[derive(Debug)]
pub(super) struct BothGraphs<'a> {
    base: Graph,
    head: Graph,
    head_corpus: &'a Corpus,
    /// Ids that artifacts had before, with those they have now.
    renamed: HashMap<String, String>,
}

impl<'a> BothGraphs<'a> {
    pub(super) fn new(base: &Corpus, head: &'a Corpus, renamed: HashMap<String, String>) -> Self {
        let (base, head_graph) =
            rayon::join(|| Graph::new(base, None), || Graph::new(head, Some(base)));
        Self {
            base,
            head: head_graph,
            head_corpus: head,
            renamed,
        }
    }

    /// Returns the links to the artifact that is called `id` now and was called `old_id`, of
    /// artifacts that are still there.
    pub(super) fn to(&self, id: &str, old_id: &str) -> Vec<Link<'_>> {
        type Key<'e> = (String, &'e str, Option<&'e str>, Sort);
        let mut found: BTreeMap<Key<'_>, Link<'_>> = BTreeMap::new();
        let now = |from: &str| {
            self.renamed
                .get(from)
                .cloned()
                .unwrap_or_else(|| from.to_owned())
        };
        for edge in self.base.to(old_id) {
            let from = now(&edge.from);
            let key = (
                from.clone(),
                edge.link.as_str(),
                edge.part.as_deref(),
                edge.sort,
            );
            found.entry(key).or_insert(Link {
                from,
                target: old_id.to_owned(),
                side: Side::Base,
                edge,
                old_id: false,
            });
        }
        let names = if id == old_id {
            vec![id]
        } else {
            vec![id, old_id]
        };
        for name in names {
            for edge in self.head.to(name) {
                let from = edge.from.clone();
                let key = (
                    from.clone(),
                    edge.link.as_str(),
                    edge.part.as_deref(),
                    edge.sort,
                );
                let known = found.get(&key);
                let side = match known.map(|link| link.side) {
                    None | Some(Side::Head) => Side::Head,
                    Some(_) => Side::Both,
                };
                // Of several like it, the first one written stands for all.
                if known.is_some_and(|link| link.side != Side::Base) {
                    continue;
                }
                let link = Link {
                    from,
                    target: name.to_owned(),
                    side,
                    edge,
                    old_id: name != id,
                };
                found.insert(key, link);
            }
        }
        let there = found.into_values();
        there
            .filter(|link| self.head_corpus.get(&link.from).is_some())
            .collect()
    }
}
