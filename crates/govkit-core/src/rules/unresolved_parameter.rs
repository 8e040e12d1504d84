//! # unresolved-parameter
//!
//! ## What it asks
//!
//! Does every insert, such as `{{ notify_deadline }}` or `{{ POL-002.notify_deadline }}`, name a
//! parameter that exists? The first form means a parameter of the same artifact, the second one of
//! another. Inserts are looked for in the text and in steps and activities, not in code.
//!
//! ## Why it matters
//!
//! A figure that people negotiate stands in one place and is shown in many. If the insert names
//! nothing, the reader sees curly brackets where a deadline should be.
//!
//! ## Example
//!
//! Wrong, when the parameter is called `notify_deadline`:
//!
//! ```markdown
//! The regulator MUST be told within {{ notification_deadline }}.
//! ```
//!
//! Right:
//!
//! ```markdown
//! The regulator MUST be told within {{ notify_deadline }}.
//! ```
//!
//! ## What to do
//!
//! Correct the name, or add the parameter under `[params]` in the front matter of the artifact that
//! is meant. If the curly brackets are meant as they stand, put them into code.

use std::collections::HashMap;

use super::nearest::{did_you_mean, nearest};
use super::wording::quoted;
use crate::artifact::Artifact;
use crate::corpus::Corpus;
use crate::outline::{Insert, inserts_in};
use crate::rule::{Context, Reporter, Rule};
use crate::value::{Node, Table, Value};

pub(super) struct UnresolvedParameter;

impl Rule for UnresolvedParameter {
    fn id(&self) -> &'static str {
        "unresolved-parameter"
    }

    fn summary(&self) -> &'static str {
        "an insert names a parameter that exists"
    }

    fn source(&self) -> &'static str {
        include_str!("unresolved_parameter.rs")
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        if !artifact.text.contains("{{") {
            return;
        }
        let mut inserts = Vec::new();
        let steps = artifact.steps.iter().map(|step| &step.fields);
        let activities = artifact.activities.iter().map(|activity| &activity.fields);
        for fields in steps.chain(activities) {
            collect_from_table(fields, &artifact.text, &mut inserts);
        }
        inserts.extend(artifact.outline().inserts.iter().cloned());
        // A parameter is looked up once however often it is inserted.
        let mut answers: HashMap<(Option<String>, String), Option<Problem>> = HashMap::new();
        for insert in inserts {
            let key = (insert.artifact.clone(), insert.name.clone());
            let answer = answers
                .entry(key)
                .or_insert_with(|| problem(&insert, artifact, context.corpus));
            if let Some((message, help)) = answer {
                let draft = report.at(artifact, insert.span, message.clone());
                if let Some(help) = help {
                    draft.help(help.clone());
                }
            }
        }
    }
}

/// What is wrong with an insert, and what may be meant.
type Problem = (String, Option<String>);

fn problem(insert: &Insert, artifact: &Artifact, corpus: &Corpus) -> Option<Problem> {
    let name = quoted(&insert.name);
    let (owner, message) = match &insert.artifact {
        None => (
            artifact,
            format!("there is no parameter {name} in this artifact"),
        ),
        Some(id) => match corpus.get(id) {
            Some(owner) => (owner, format!("{} has no parameter {name}", quoted(id))),
            None => {
                return Some((
                    format!("there is no artifact {} to take {name} from", quoted(id)),
                    None,
                ));
            }
        },
    };
    if owner.params.iter().any(|param| param.name == insert.name) {
        return None;
    }
    let near = nearest(
        &insert.name,
        owner.params.iter().map(|param| param.name.as_str()),
    );
    Some((message, did_you_mean(near)))
}

fn collect_from_table(table: &Table, text: &str, inserts: &mut Vec<Insert>) {
    for field in &table.0 {
        collect_from_node(&field.node, text, inserts);
    }
}

fn collect_from_node(node: &Node, text: &str, inserts: &mut Vec<Insert>) {
    match &node.value {
        Value::String(_) => inserts.extend(inserts_in(text, node.span)),
        Value::Array(items) => {
            for item in items {
                collect_from_node(item, text, inserts);
            }
        }
        Value::Table(inner) => collect_from_table(inner, text, inserts),
        _ => {}
    }
}
