//! # undefined-term
//!
//! ## What it asks
//!
//! Is every word in double square brackets, such as `[[major incident]]`, the title, an alias or the
//! id of a term in the glossary? Upper and lower case make no difference. Nothing is asked where no
//! kind is a glossary.
//!
//! ## Why it matters
//!
//! The brackets promise the reader a definition. Business and IT often use the same word for two
//! things; a word without an entry is where they start to misunderstand each other.
//!
//! ## Example
//!
//! Wrong, when the glossary has only "Major incident":
//!
//! ```markdown
//! A [[big incident]] is led by the incident manager.
//! ```
//!
//! Right:
//!
//! ```markdown
//! A [[major incident]] is led by the incident manager.
//! ```
//!
//! ## What to do
//!
//! Use the word the glossary has, add yours to the `aliases` of the term, or write a new term with
//! `govkit new term`. If no definition is needed, leave the brackets out.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::nearest::{Names, did_you_mean};
use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::Level;
use crate::corpus::Corpus;
use crate::outline::TermUse;
use crate::rule::{Context, Reporter, Rule};
use crate::value::{Node, Value};

pub(super) struct UndefinedTerm;

impl Rule for UndefinedTerm {
    fn id(&self) -> &'static str {
        "undefined-term"
    }

    fn summary(&self) -> &'static str {
        "a word in double square brackets is in the glossary"
    }

    fn source(&self) -> &'static str {
        include_str!("undefined_term.rs")
    }

    fn level(&self) -> Level {
        Level::Warning
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        if !context.config().kinds.iter().any(|kind| kind.glossary) {
            return;
        }
        let known: BTreeSet<String> = terms(context.corpus).into_keys().collect();
        // Here the bodies may be parsed for the first time: let every core have its share.
        let undefined: Vec<(&Artifact, &TermUse)> = context
            .corpus
            .artifacts()
            .par_iter()
            .filter(|artifact| artifact.body_text().contains("[["))
            .flat_map_iter(|artifact| {
                artifact
                    .outline()
                    .terms
                    .iter()
                    .map(move |term| (artifact, term))
            })
            .filter(|(_, used)| !known.contains(&plain(&used.term)))
            .collect();
        if undefined.is_empty() {
            return;
        }
        let names = Names::new(known.iter().map(String::as_str));
        for (artifact, used) in undefined {
            let message = format!("{} is not in the glossary", quoted(&used.term));
            let draft = report.at(artifact, used.span, message);
            if let Some(help) = did_you_mean(names.nearest(&plain(&used.term))) {
                draft.help(help);
            }
        }
    }
}

/// Returns every word of the glossary, as [`plain`] writes it, with the id of its artifact.
pub(crate) fn terms(corpus: &Corpus) -> HashMap<String, String> {
    let mut known = HashMap::new();
    for artifact in corpus.artifacts() {
        let kind = corpus.config().kind(&artifact.kind);
        if !kind.is_some_and(|kind| kind.glossary) {
            continue;
        }
        let aliases = artifact.field("aliases");
        let aliases = aliases.map(|aliases| texts(&aliases.node));
        let own = [artifact.title.clone(), artifact.id.clone()];
        for word in own.into_iter().chain(aliases.into_iter().flatten()) {
            let first = known.entry(plain(&word));
            first.or_insert_with(|| artifact.id.clone());
        }
    }
    known
}

fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.value.scalar())
            .collect(),
        value => value.scalar().into_iter().collect(),
    }
}

/// Returns a term without case and with single blanks.
pub(crate) fn plain(term: &str) -> String {
    let words: Vec<String> = term.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
