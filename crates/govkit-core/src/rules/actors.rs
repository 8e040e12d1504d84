//! Those who carry out a step or take part in an activity: do they exist, and may they?

use super::nearest::{Names, did_you_mean};
use super::wording::{either, quoted, with_article};
use crate::artifact::{Artifact, Link};
use crate::corpus::Corpus;
use crate::rule::Reporter;

/// The ids of a corpus, indexed when the first unknown one asks for it.
pub(super) struct KnownIds<'a> {
    corpus: &'a Corpus,
    names: Option<Names<'a>>,
}

impl<'a> KnownIds<'a> {
    /// Stands ready to index the ids of `corpus`.
    pub(super) fn new(corpus: &'a Corpus) -> Self {
        Self {
            corpus,
            names: None,
        }
    }

    /// Returns the id somebody may have meant by `id`.
    pub(super) fn nearest(&mut self, id: &str) -> Option<&'a str> {
        let ids = || self.corpus.artifacts().iter();
        let names = self
            .names
            .get_or_insert_with(|| Names::new(ids().map(|artifact| artifact.id.as_str())));
        names.nearest(id)
    }
}

/// Reports an actor that is no artifact, or of a kind that is not among `kinds`.
///
/// `role` says what the actor is to the step or activity: `who of the step `log``.
pub(super) fn report_actor(
    link: &Link,
    kinds: &[String],
    role: &str,
    artifact: &Artifact,
    ids: &mut KnownIds<'_>,
    report: &mut Reporter<'_>,
) {
    let target = quoted(&link.target);
    let Some(found) = ids.corpus.get(&link.target) else {
        let draft = report.at(
            artifact,
            link.span,
            format!("{role} names {target}, which does not exist"),
        );
        if let Some(help) = did_you_mean(ids.nearest(&link.target)) {
            draft.help(help);
        }
        return;
    };
    let allowed = |artifact: &Artifact| kinds.iter().any(|kind| **kind == *artifact.kind);
    if !kinds.is_empty() && !ids.corpus.all(&link.target).any(allowed) {
        let message = format!(
            "{role} must name {}, but {target} is {}",
            with_article(&either(kinds)),
            with_article(&found.kind)
        );
        report.at(artifact, link.span, message);
    }
}
