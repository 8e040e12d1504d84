//! # duplicate-anchor
//!
//! ## What it asks
//!
//! Does every heading of a text have an anchor of its own? The anchor is what stands behind the `#`
//! of a link: written as `{#name}`, else made from the heading.
//!
//! ## Why it matters
//!
//! A link to `#scope` leads to the first of two headings "Scope", whichever the writer meant. Which
//! one is first changes when somebody moves a section.
//!
//! ## Example
//!
//! Wrong:
//!
//! ```markdown
//! ## Employees
//! ### Scope
//! ## Suppliers
//! ### Scope
//! ```
//!
//! Right:
//!
//! ```markdown
//! ## Employees
//! ### Scope {#scope-employees}
//! ## Suppliers
//! ### Scope {#scope-suppliers}
//! ```
//!
//! ## What to do
//!
//! Give one of the headings another name, or an anchor of its own in `{#…}` behind it.

use std::collections::HashMap;

use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::Level;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct DuplicateAnchor;

impl Rule for DuplicateAnchor {
    fn id(&self) -> &'static str {
        "duplicate-anchor"
    }

    fn summary(&self) -> &'static str {
        "every heading of a text has an anchor of its own"
    }

    fn source(&self) -> &'static str {
        include_str!("duplicate_anchor.rs")
    }

    fn level(&self) -> Level {
        Level::Warning
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        _context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for section in &artifact.outline().sections {
            let anchor = section.bare_anchor.as_str();
            if anchor.is_empty() {
                continue;
            }
            if let Some(earlier) = seen.get(anchor) {
                let message = format!(
                    "the heading {} has the same anchor `#{anchor}` as the heading {} above",
                    quoted(&section.heading),
                    quoted(earlier)
                );
                report
                    .at(artifact, section.heading_span, message)
                    .help("give it another name, or an anchor of its own in `{#…}`");
            } else {
                seen.insert(anchor, &section.heading);
            }
        }
    }
}
