//! # link-kind
//!
//! ## What it asks
//!
//! Does every link lead to an artifact of a kind the link is meant for (`to` in `govkit.toml`)?
//!
//! ## Why it matters
//!
//! "Governed by" means something only if a policy stands at the other end. If a procedure is
//! governed by another procedure, the chain from why to how has a hole that looks filled.
//!
//! ## Example
//!
//! Wrong, where `governed_by` leads to policies and `PRC-001` is a procedure:
//!
//! ```toml
//! [links]
//! governed_by = ["PRC-001"]
//! ```
//!
//! Right:
//!
//! ```toml
//! [links]
//! governed_by = ["POL-002"]
//! ```
//!
//! ## What to do
//!
//! Name an artifact of the right kind, or use another link that says what you mean. `govkit schema`
//! lists the links of each kind.

use super::wording::{either, quoted, with_article};
use crate::artifact::Artifact;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct LinkKind;

impl Rule for LinkKind {
    fn id(&self) -> &'static str {
        "link-kind"
    }

    fn summary(&self) -> &'static str {
        "a link leads to an artifact of the right kind"
    }

    fn source(&self) -> &'static str {
        include_str!("link_kind.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        for link in &artifact.links {
            let Some(def) = context.corpus.link_def(artifact, link) else {
                continue;
            };
            let Some(target) = context.corpus.get(&link.target) else {
                continue;
            };
            let allowed = |found: &Artifact| def.to.iter().any(|kind| **kind == *found.kind);
            if def.to.is_empty() || context.corpus.all(&link.target).any(allowed) {
                continue;
            }
            let message = format!(
                "{} must name {}, but {} is {}",
                quoted(&link.name),
                with_article(&either(&def.to)),
                quoted(&link.target),
                with_article(&target.kind)
            );
            report.at(artifact, link.span, message);
        }
    }
}
