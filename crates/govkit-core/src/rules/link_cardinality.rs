//! # link-cardinality
//!
//! ## What it asks
//!
//! Does every artifact have as many links as its kind asks for: at least `min`, at most `max`? With
//! `min_when`, the minimum holds only in some cases, for example once a text is approved.
//!
//! ## Why it matters
//!
//! A process that no policy governs has no reason that anyone decided on. A procedure that
//! implements no process is work that nobody asked for.
//!
//! ## Example
//!
//! Wrong, where a process needs a policy:
//!
//! ```toml
//! [links]
//! governed_by = []
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
//! Add the missing link, or remove what is too much. If the number in `govkit.toml` is wrong for
//! your organisation, change `min` or `max` of the link there.

use super::wording::{either, quoted, with_article};
use crate::artifact::{Artifact, LinkOrigin};
use crate::config::{Kind, LinkDef, applies};
use crate::rule::{Context, Reporter, Rule};

pub(super) struct LinkCardinality;

impl Rule for LinkCardinality {
    fn id(&self) -> &'static str {
        "link-cardinality"
    }

    fn summary(&self) -> &'static str {
        "an artifact has as many links as its kind asks for"
    }

    fn source(&self) -> &'static str {
        include_str!("link_cardinality.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let Some(kind) = context.config().kind(&artifact.kind) else {
            return;
        };
        for def in &kind.links {
            let declared = artifact.links.iter();
            let count = declared
                .filter(|link| link.origin == LinkOrigin::Declared && link.name == def.name)
                .count();
            let counts = def.min_when.as_ref();
            let counts = counts.is_none_or(|when| applies(when, &artifact.fields));
            let message = if counts && count < def.min {
                sentence(kind, def, "at least", def.min, count)
            } else if let Some(max) = def.max.filter(|max| count > *max) {
                sentence(kind, def, "at most", max, count)
            } else {
                continue;
            };
            let draft = match artifact.field(&def.field) {
                Some(field) => report.at(artifact, field.node.span, message),
                None => report.whole(artifact, message),
            };
            if let Some(description) = &def.description {
                draft.help(description);
            }
        }
    }
}

/// "a process must name at least 1 policy under `governed_by`; it names none".
fn sentence(kind: &Kind, def: &LinkDef, bound: &str, wanted: usize, count: usize) -> String {
    let target = match (wanted, def.to.as_slice()) {
        (1, []) => "artifact".to_owned(),
        (1, kinds) => either(kinds),
        (_, []) => "artifacts".to_owned(),
        (_, kinds) => format!("artifacts of kind {}", either(kinds)),
    };
    let named = match count {
        0 => "none".to_owned(),
        count => count.to_string(),
    };
    format!(
        "{} must name {bound} {wanted} {target} under {}; it names {named}",
        with_article(&kind.name),
        quoted(&def.name)
    )
}
