//! Typed links: where they are written and what they lead to.

use super::Artifact;
use crate::config::{Kind, LinkDef, shape};
use crate::position::Span;
use crate::value::{Node, Table, Value};

/// A typed link from one artifact to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The link's name: `governed_by`; `who` for a step's actor; `r`, `a`, `c`, `i` for an activity's.
    pub name: String,
    /// The target's id, shaped.
    pub target: String,
    /// The section of the target, where one is named: `escalation` of `POL-014#escalation`.
    pub section: Option<String>,
    /// Where the target is written.
    pub span: Span,
    /// Whether it comes from a declared link, a step or an activity.
    pub origin: LinkOrigin,
}

/// Where a link was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkOrigin {
    /// A link the kind declares.
    Declared,
    /// The `who` of the step with this index.
    Step(usize),
    /// A RACI entry of the activity with this index.
    Activity(usize),
}

/// Reads the links of an artifact: those its kind declares, and the actors of steps and activities.
pub(super) fn read(artifact: &Artifact, kind: &Kind) -> Vec<Link> {
    let mut links = Vec::new();
    for def in &kind.links {
        let Some(field) = artifact.fields.field(&def.field) else {
            continue;
        };
        for (raw, span) in targets(&field.node, def.separator.as_deref(), &artifact.text) {
            let (raw, section) = section_of(&raw, def.external);
            let target = shape(def.shape.as_deref(), raw);
            links.push(Link {
                name: def.name.clone(),
                target,
                section,
                span,
                origin: LinkOrigin::Declared,
            });
        }
    }
    for (index, step) in artifact.steps.iter().enumerate() {
        push_actors(
            &mut links,
            &step.fields,
            "who",
            LinkOrigin::Step(index),
            &artifact.text,
        );
    }
    for (index, activity) in artifact.activities.iter().enumerate() {
        for part in ["r", "a", "c", "i"] {
            push_actors(
                &mut links,
                &activity.fields,
                part,
                LinkOrigin::Activity(index),
                &artifact.text,
            );
        }
    }
    links.sort_by_key(|link| (link.span.start, link.span.end));
    links
}

/// Splits `POL-014#escalation`; an address from outside keeps its `#`.
fn section_of(raw: &str, external: bool) -> (&str, Option<String>) {
    match raw.split_once('#') {
        Some((id, section)) if !external && !id.is_empty() && !section.is_empty() => {
            if id.contains("://") {
                return (raw, None);
            }
            (id, Some(section.to_owned()))
        }
        _ => (raw, None),
    }
}

fn push_actors(links: &mut Vec<Link>, fields: &Table, name: &str, origin: LinkOrigin, text: &str) {
    let Some(field) = fields.key(name) else {
        return;
    };
    for (target, span) in targets(&field.node, None, text) {
        links.push(Link {
            name: name.to_owned(),
            target,
            section: None,
            span,
            origin,
        });
    }
}

/// The targets of one declared link, shaped and without a section, each with its place.
pub(crate) fn link_targets(fields: &Table, def: &LinkDef, text: &str) -> Vec<(String, Span)> {
    let Some(field) = fields.field(&def.field) else {
        return Vec::new();
    };
    targets(&field.node, def.separator.as_deref(), text)
        .into_iter()
        .map(|(raw, span)| {
            let (id, _) = section_of(&raw, def.external);
            (shape(def.shape.as_deref(), id), span)
        })
        .collect()
}

/// The targets in a link's value: a scalar, a separated string, or a list of scalars, each with its place.
fn targets(node: &Node, separator: Option<&str>, text: &str) -> Vec<(String, Span)> {
    match &node.value {
        Value::Array(items) => items
            .iter()
            .flat_map(|item| targets(item, separator, text))
            .collect(),
        Value::String(value) => match separator {
            Some(separator) => split_targets(value, separator, node.span, text),
            None if value.trim().is_empty() => Vec::new(),
            None => vec![(value.trim().to_owned(), node.span)],
        },
        other => other
            .scalar()
            .map(|target| (target, node.span))
            .into_iter()
            .collect(),
    }
}

fn split_targets(value: &str, separator: &str, span: Span, text: &str) -> Vec<(String, Span)> {
    // A quoted or folded value differs from its source; then each part is searched in it.
    let source = span.of(text);
    let mut from = 0;
    let mut out = Vec::new();
    for part in value
        .split(separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let found = source
            .get(from..)
            .and_then(|rest| rest.find(part))
            .map(|at| from + at);
        let place = found.map_or(span, |at| {
            Span::new(span.start + at, span.start + at + part.len())
        });
        from = found.map_or(from, |at| at + part.len());
        out.push((part.to_owned(), place));
    }
    out
}
