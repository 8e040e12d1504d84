//! # missing-section
//!
//! ## What it asks
//!
//! Does the text have every section its kind requires (`sections` in `govkit.toml`)? A heading counts
//! at any level, in upper or lower case, with or without a number in front.
//!
//! ## Why it matters
//!
//! Readers look for the same answers in the same places: why, for whom, what. A policy without a
//! scope binds everyone or nobody, depending on who reads it.
//!
//! ## Example
//!
//! Wrong, where policies need "Purpose" and "Scope":
//!
//! ```markdown
//! # Access to systems
//! ## Purpose
//! ```
//!
//! Right:
//!
//! ```markdown
//! # Access to systems
//! ## Purpose
//! ## Scope
//! ```
//!
//! ## What to do
//!
//! Add a heading with that name, and one true sentence under it. If the section makes no sense for
//! this kind, take it out of `sections`.

use std::collections::BTreeMap;

use super::nearest::{did_you_mean, nearest};
use super::wording::{quoted, with_article};
use crate::artifact::Artifact;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct MissingSection;

impl Rule for MissingSection {
    fn id(&self) -> &'static str {
        "missing-section"
    }

    fn summary(&self) -> &'static str {
        "a text has the sections its kind requires"
    }

    fn source(&self) -> &'static str {
        include_str!("missing_section.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let kind = context.config().kind(&artifact.kind);
        let Some(kind) = kind.filter(|kind| !kind.sections.is_empty()) else {
            return;
        };
        let sections = artifact.outline().sections.iter();
        let headings: BTreeMap<String, &str> = sections
            .map(|section| (plain(&section.heading), section.heading.as_str()))
            .collect();
        for wanted in &kind.sections {
            if headings.contains_key(&plain(wanted)) {
                continue;
            }
            let message = format!(
                "{} must have a section {}",
                with_article(&kind.name),
                quoted(wanted)
            );
            let draft = report.whole(artifact, message);
            let near = nearest(&plain(wanted), headings.keys().map(String::as_str));
            let near = near.and_then(|plain| headings.get(plain).copied());
            if let Some(help) = did_you_mean(near) {
                draft.help(help);
            }
        }
    }
}

/// A heading without case, numbering and closing punctuation: `1.2 Purpose:` is `purpose`.
fn plain(heading: &str) -> String {
    let numbering = |ch: char| ch.is_ascii_digit() || matches!(ch, '.' | ')' | '(' | '§' | ' ');
    let text = heading.trim();
    let rest = text.trim_start_matches(numbering);
    // A heading of digits alone is a name, not a number.
    let text = if rest.is_empty() { text } else { rest };
    text.trim_end_matches([':', '.', ' ']).to_lowercase()
}
