//! What an artifact is made of beside its prose: steps, activities and parameters.

use schemars::JsonSchema;
use serde::Serialize;

use crate::position::Span;
use crate::value::{Field, Table, Value};

/// A step of a procedure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// Its id inside the procedure; `step-N` counted from 1 when none is written.
    pub id: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: String,
    /// Who does it.
    pub who: Vec<String>,
    /// What sets it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// What it needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What proves it was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The step's place.
    #[serde(skip)]
    pub span: Span,
    /// The fields as written, with places.
    #[serde(skip)]
    pub fields: Table,
}

/// An activity of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Activity {
    /// Its id inside the process; `activity-N` counted from 1 when none is written.
    pub id: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: String,
    /// Responsible: who does it.
    pub r: Vec<String>,
    /// Accountable: who answers for it.
    pub a: Vec<String>,
    /// Consulted before.
    pub c: Vec<String>,
    /// Informed after.
    pub i: Vec<String>,
    /// The activity's place.
    #[serde(skip)]
    pub span: Span,
    /// The fields as written, with places.
    #[serde(skip)]
    pub fields: Table,
}

/// A parameter: a value that prose inserts with `{{ name }}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
    /// Where the value is written.
    pub span: Span,
}

/// Reads the parameters an artifact defines.
pub(super) fn params(fields: &Table) -> Vec<Param> {
    let Some(Value::Table(table)) = fields.key("params").map(|field| &field.node.value) else {
        return Vec::new();
    };
    let param = |field: &Field| Param {
        name: field.key.clone(),
        value: field.node.value.display(),
        span: field.node.span,
    };
    table.0.iter().map(param).collect()
}

/// Reads the steps of a procedure.
pub(super) fn steps(fields: &Table) -> Vec<Step> {
    tables_at(fields, "steps").enumerate().map(step).collect()
}

/// Reads the activities of a process.
pub(super) fn activities(fields: &Table) -> Vec<Activity> {
    tables_at(fields, "activities")
        .enumerate()
        .map(activity)
        .collect()
}

fn tables_at<'a>(fields: &'a Table, name: &str) -> impl Iterator<Item = (&'a Table, Span)> {
    let items = match fields.key(name).map(|field| &field.node.value) {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter_map(|item| match &item.value {
        Value::Table(table) => Some((table, item.span)),
        _ => None,
    })
}

/// The texts of a field that may be one text or a list of them.
fn texts(fields: &Table, name: &str) -> Vec<String> {
    match fields.key(name).map(|field| &field.node.value) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.value.scalar())
            .collect(),
        Some(value) => value.scalar().into_iter().collect(),
        None => Vec::new(),
    }
}

fn text_of(fields: &Table, name: &str) -> Option<String> {
    fields
        .key(name)
        .map(|field| field.node.value.display())
        .filter(|text| !text.is_empty())
}

fn step((index, (fields, span)): (usize, (&Table, Span))) -> Step {
    Step {
        id: text_of(fields, "id").unwrap_or_else(|| format!("step-{}", index + 1)),
        action: text_of(fields, "do").unwrap_or_default(),
        who: texts(fields, "who"),
        when: text_of(fields, "when"),
        within: text_of(fields, "within"),
        needs: texts(fields, "needs"),
        evidence: texts(fields, "evidence"),
        span,
        fields: fields.clone(),
    }
}

fn activity((index, (fields, span)): (usize, (&Table, Span))) -> Activity {
    Activity {
        id: text_of(fields, "id").unwrap_or_else(|| format!("activity-{}", index + 1)),
        action: text_of(fields, "do").unwrap_or_default(),
        r: texts(fields, "r"),
        a: texts(fields, "a"),
        c: texts(fields, "c"),
        i: texts(fields, "i"),
        span,
        fields: fields.clone(),
    }
}
