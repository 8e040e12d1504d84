//! Impact: whom a change reaches that did not change itself.
//!
//! ```text
//! findings above editorial ─► what others rest on: stamps of both sides differ, or it is gone
//!                          ─► links of both sides, read backwards ─► suspect, conflict, orphan
//! ```
//!
//! A link that names a section carries a change of that section only. Links that only the old side
//! has are followed, too: that is how orphans show. Nothing here is guessed but who still states an
//! old value, and that is marked as likely.

mod drift;
mod graph;
mod links;
pub(crate) mod quantity;
mod records;
mod seeds;
mod stamp;
mod statements;
mod walk;
mod words;

pub use records::{
    REVIEWS_DIRECTORY, RecordError, ReviewRecord, read_record, record_path, record_text,
};
pub use stamp::stamp;

use std::collections::BTreeSet;

use crate::corpus::Corpus;
use crate::diff::{ChangeFinding, ChangeSet};
use crate::review::Affected;

/// What impact is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The old side.
    pub base: &'a Corpus,
    /// The new side.
    pub head: &'a Corpus,
    /// What changed between them.
    pub set: &'a ChangeSet,
    /// Who read what again.
    pub records: &'a [ReviewRecord],
    /// Links to follow from a changed artifact.
    pub depth: usize,
}

/// Whom a change reaches.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The artifacts it reaches, nearest first, then by id.
    pub affected: Vec<Affected>,
    /// Findings about artifacts left behind: drift, dangling links, orphans.
    pub findings: Vec<ChangeFinding>,
    /// Findings of the change set that follow from others: theirs, then the other's fingerprint.
    pub caused_by: Vec<(String, String)>,
}

/// Says whom the changes of `question` reach.
pub fn reach(question: Question<'_>) -> Reach {
    if question.depth == 0 {
        return Reach::default();
    }
    walk::Walk::new(question).run()
}

/// Returns the ids that the artifacts `ids` rest on, directly.
pub fn parents(corpus: &Corpus, ids: &BTreeSet<String>) -> BTreeSet<String> {
    let terms = crate::rules::terms(corpus);
    let mut out = BTreeSet::new();
    for artifact in ids.iter().filter_map(|id| corpus.get(id)) {
        let links = graph::outgoing(corpus, None, &terms, artifact);
        let carry = links
            .into_iter()
            .filter(|(_, edge)| edge.sort != graph::Sort::Plain);
        out.extend(carry.map(|(target, _)| target));
    }
    out
}

/// Returns what the links of `artifact` to `target` name: sections, `None` for the whole.
pub fn links_between(corpus: &Corpus, artifact: &str, target: &str) -> Vec<Option<String>> {
    let graph = graph::Graph::new(corpus, None);
    let mut parts: Vec<Option<String>> = graph
        .to(target)
        .iter()
        .filter(|edge| edge.from == artifact)
        .map(|edge| match edge.sort {
            graph::Sort::Inserts => None,
            _ => edge.part.clone(),
        })
        .collect();
    parts.sort();
    parts.dedup();
    parts
}

#[cfg(test)]
mod tests;
