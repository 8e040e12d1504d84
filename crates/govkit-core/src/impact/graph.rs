//! Who rests on whom: the links of a corpus, read from their far end.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::artifact::{Artifact, LinkOrigin};
use crate::corpus::Corpus;
use crate::rules::{relative_target, terms};

/// What a link rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    /// A declared link that carries impact.
    Declared,
    /// A declared link that does not, or one to an actor: it matters only when its target is gone.
    Plain,
    /// A Markdown link to the file of another artifact.
    Cites,
    /// A parameter of another artifact, inserted.
    Inserts,
    /// A word of the glossary, in double square brackets.
    Term,
}

/// One link, as seen from its target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    /// The artifact that has the link.
    pub(super) from: String,
    /// What the link is called: `governed_by`, `cites`.
    pub(super) link: String,
    /// The section or the parameter of the target, where one is named.
    pub(super) part: Option<String>,
    pub(super) sort: Sort,
    /// Where it is written.
    pub(super) offset: usize,
    /// The path a Markdown link names.
    pub(super) path: Option<String>,
}

/// All links of a corpus by target, each list sorted.
#[derive(Debug)]
pub(super) struct Graph {
    incoming: BTreeMap<String, Vec<Edge>>,
}

impl Graph {
    /// Reads the links of `corpus`; a path that leads nowhere there is looked up in `before`.
    pub(super) fn new(corpus: &Corpus, before: Option<&Corpus>) -> Self {
        let terms = terms(corpus);
        let found: Vec<Vec<(String, Edge)>> = corpus
            .artifacts()
            .par_iter()
            .map(|artifact| outgoing(corpus, before, &terms, artifact))
            .collect();
        let mut incoming: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
        for (target, edge) in found.into_iter().flatten() {
            // What an artifact says of itself is its own business.
            if target != edge.from {
                incoming.entry(target).or_default().push(edge);
            }
        }
        for edges in incoming.values_mut() {
            edges.sort();
        }
        Self { incoming }
    }

    /// Returns the links to an artifact.
    pub(super) fn to(&self, id: &str) -> &[Edge] {
        self.incoming.get(id).map_or(&[], Vec::as_slice)
    }
}

/// The links an artifact has, each with its target's id.
pub(super) fn outgoing(
    corpus: &Corpus,
    before: Option<&Corpus>,
    terms: &HashMap<String, String>,
    artifact: &Artifact,
) -> Vec<(String, Edge)> {
    let mut out = Vec::new();
    let edge = |link: &str, part: Option<String>, sort, offset| Edge {
        from: artifact.id.clone(),
        link: link.to_owned(),
        part,
        sort,
        offset,
        path: None,
    };
    for link in &artifact.links {
        let carries = corpus
            .link_def(artifact, link)
            .is_some_and(|def| def.impact);
        let sort = match link.origin {
            LinkOrigin::Declared if carries => Sort::Declared,
            _ => Sort::Plain,
        };
        let made = edge(&link.name, link.section.clone(), sort, link.span.start);
        out.push((link.target.clone(), made));
    }
    let body = artifact.body_text();
    if body.contains("](") || body.contains("]:") {
        for link in artifact.outline().links.iter().filter(|link| !link.image) {
            let Some(target) = relative_target(link, &artifact.text) else {
                continue;
            };
            let Some(path) = artifact.path.join(&target) else {
                continue;
            };
            let there = corpus.at_path(&path);
            let Some(found) = there.or_else(|| before?.at_path(&path)) else {
                continue;
            };
            let anchor = link
                .target
                .split_once('#')
                .map(|(_, anchor)| anchor.to_owned());
            let anchor = anchor.filter(|anchor| !anchor.is_empty());
            let mut made = edge("cites", anchor, Sort::Cites, link.span.start);
            made.path = Some(path);
            out.push((found.id.clone(), made));
        }
    }
    if artifact.text.contains("{{") {
        let steps = artifact.steps.iter().map(|step| step.span);
        let spans = steps.chain(artifact.activities.iter().map(|activity| activity.span));
        let written = spans.flat_map(|span| crate::outline::inserts_in(&artifact.text, span));
        for insert in artifact.outline().inserts.iter().cloned().chain(written) {
            let Some(id) = insert.artifact else { continue };
            let made = edge(
                "inserts",
                Some(insert.name),
                Sort::Inserts,
                insert.span.start,
            );
            out.push((id, made));
        }
    }
    if body.contains("[[") {
        for used in &artifact.outline().terms {
            if let Some(id) = terms.get(&crate::rules::plain_term(&used.term)) {
                out.push((
                    id.clone(),
                    edge("uses_term", None, Sort::Term, used.span.start),
                ));
            }
        }
    }
    out
}
