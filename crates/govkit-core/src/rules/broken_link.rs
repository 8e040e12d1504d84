//! # broken-link
//!
//! ## What it asks
//!
//! Does every link in the front matter lead to an artifact that exists, and a link that names a
//! section (`POL-002#reporting`) to a section of it? Links declared with `external = true` may lead
//! outside.
//!
//! ## Why it matters
//!
//! Links carry the chain from the rule to the work: a procedure that implements a process nobody
//! can find hangs in the air, and a change of the policy above it reaches nobody.
//!
//! ## Example
//!
//! Wrong, when there is no `POL-020`:
//!
//! ```toml
//! [links]
//! governed_by = ["POL-020"]
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
//! Correct the id, or remove the link if its target was retired and deleted. Ids are written exactly
//! as they stand in the target, upper and lower case included. `govkit list` shows them all.

use super::actors::KnownIds;
use super::nearest::did_you_mean;
use super::wording::quoted;
use crate::artifact::LinkOrigin;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct BrokenLink;

impl Rule for BrokenLink {
    fn id(&self) -> &'static str {
        "broken-link"
    }

    fn summary(&self) -> &'static str {
        "a link leads to an artifact that exists"
    }

    fn source(&self) -> &'static str {
        include_str!("broken_link.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        let corpus = context.corpus;
        let mut ids = KnownIds::new(corpus);
        for artifact in corpus.artifacts() {
            let declared = artifact.links.iter();
            for link in declared.filter(|link| link.origin == LinkOrigin::Declared) {
                let external = corpus
                    .link_def(artifact, link)
                    .is_some_and(|def| def.external);
                if external {
                    continue;
                }
                if let Some(target) = corpus.get(&link.target) {
                    if let Some(section) = &link.section
                        && target.outline().section(section).is_none()
                    {
                        let (name, section) = (quoted(&link.name), quoted(section));
                        let target = quoted(&link.target);
                        let message = format!(
                            "{name} names the section {section} of {target}, which does not exist"
                        );
                        report.at(artifact, link.span, message);
                    }
                    continue;
                }
                let message = format!(
                    "{} names {}, which does not exist",
                    quoted(&link.name),
                    quoted(&link.target)
                );
                let draft = report.at(artifact, link.span, message);
                if let Some(help) = did_you_mean(ids.nearest(&link.target)) {
                    draft.help(help);
                }
            }
        }
    }
}
