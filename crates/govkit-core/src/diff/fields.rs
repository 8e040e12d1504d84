//! Front-matter fields: what each means for a reviewer, and which changed.

use std::collections::BTreeMap;

use super::catalogue::{self, ChangeRule};
use super::change_set::ChangeSeverity::{Breaking, Editorial};
use super::change_set::{Direction, FieldChange, Place};
use super::document::Document;
use super::found::{Draft, Found};
use super::{links, params, steps};
use crate::config::{FieldRole, Kind, LinkDef};
use crate::value::{Field, Table, Value};

/// What a field means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role<'a> {
    Status,
    Owner,
    Effective,
    Review,
    Expiry,
    Class,
    Parameter,
    /// Links by a declared name.
    Link(&'a LinkDef),
    /// Links by the look of the key, where no configuration declares any.
    PlainLink,
    Other,
}

/// Says what fields mean: by the kind's declaration, or by their names where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roles<'a> {
    pub(super) kind: Option<&'a Kind>,
}

/// Keys documents commonly list other documents under.
const LINK_KEYS: &[&str] = &[
    "requires",
    "replaces",
    "superseded-by",
    "superseded_by",
    "supersedes",
    "obsoletes",
    "updates",
    "depends-on",
    "depends_on",
    "implements",
    "governed_by",
    "governed-by",
    "related",
];
/// Keys that say who or what is bound.
const CLASS_KEYS: &[&str] = &[
    "scope",
    "applies_to",
    "applies-to",
    "applicability",
    "classification",
];

impl<'a> Roles<'a> {
    pub(super) fn role(&self, key: &str) -> Role<'a> {
        if key.strip_prefix("params.").is_some() {
            return Role::Parameter;
        }
        let declared = self.kind.and_then(|kind| declared(kind, key));
        declared.unwrap_or_else(|| named(key, self.kind.is_some()))
    }
}

fn declared<'a>(kind: &'a Kind, key: &str) -> Option<Role<'a>> {
    if kind.status_field() == Some(key) {
        return Some(Role::Status);
    }
    if kind.owner.as_deref() == Some(key) {
        return Some(Role::Owner);
    }
    let role = kind
        .field(key)
        .and_then(|field| field.role)
        .map(|role| match role {
            FieldRole::Effective => Role::Effective,
            FieldRole::Review => Role::Review,
            FieldRole::Expiry => Role::Expiry,
        });
    let link = || {
        kind.links
            .iter()
            .find(|link| link.field == key)
            .map(Role::Link)
    };
    role.or_else(link)
}

fn named(key: &str, configured: bool) -> Role<'static> {
    match key {
        _ if CLASS_KEYS.contains(&key) => Role::Class,
        "effective" | "effective_date" | "effective-date" => Role::Effective,
        "review_by" | "review-by" | "review_date" | "next_review" => Role::Review,
        "status" if !configured => Role::Status,
        "owner" if !configured => Role::Owner,
        _ if !configured && (LINK_KEYS.contains(&key) || key.starts_with("links.")) => {
            Role::PlainLink
        }
        _ => Role::Other,
    }
}

/// Compares the front matters; steps and activities are compared by id, links by target.
pub(super) fn diff(
    old: &Document<'_>,
    new: &Document<'_>,
    roles: Roles<'_>,
    found: &mut Found,
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let listed = steps::diff(old, new, found, &mut changes);
    for (key, before, after) in paired(&old.fields, &new.fields) {
        if listed.iter().any(|name| key == *name) {
            continue;
        }
        let value = |field: Option<&Field>| field.map(|field| field.node.value.clone());
        if same(before.map(|f| &f.node.value), after.map(|f| &f.node.value)) {
            continue;
        }
        let at = Place {
            field: Some(key.clone()),
            old_line: before.map(|field| old.line(field.key_span.start)),
            new_line: after.map(|field| new.line(field.key_span.start)),
            ..Place::default()
        };
        let change = FieldChange {
            field: key,
            old: value(before),
            new: value(after),
        };
        match roles.role(&change.field) {
            Role::Link(_) | Role::PlainLink => links::diff(old, new, &change, at, roles, found),
            Role::Parameter => parameter(&change, at, (old, new), found),
            role => report(role, &change, at, roles, found),
        }
        changes.push(change);
    }
    changes
}

/// Returns the fields two front matters differ in, leaves of tables each by its dotted key.
///
/// Places, quoting and the order of keys are no difference; `None` has no fields at all.
pub fn field_changes(old: Option<&Table>, new: Option<&Table>) -> Vec<FieldChange> {
    let empty = Table::default();
    paired(old.unwrap_or(&empty), new.unwrap_or(&empty))
        .into_iter()
        .filter(|(_, before, after)| {
            !same(before.map(|f| &f.node.value), after.map(|f| &f.node.value))
        })
        .map(|(field, before, after)| FieldChange {
            field,
            old: before.map(|field| field.node.value.clone()),
            new: after.map(|field| field.node.value.clone()),
        })
        .collect()
}

/// The leaves of both tables by dotted key, in the new file's order, then what is gone.
fn paired<'a>(
    old: &'a Table,
    new: &'a Table,
) -> Vec<(String, Option<&'a Field>, Option<&'a Field>)> {
    let mut before: BTreeMap<(String, usize), &Field> = BTreeMap::new();
    let mut gone = Vec::new();
    for (key, field) in numbered(old) {
        before.insert(key.clone(), field);
        gone.push(key);
    }
    let mut out = Vec::new();
    for (key, field) in numbered(new) {
        let old = before.remove(&key);
        out.push((key.0, old, Some(field)));
    }
    for key in gone {
        if let Some(field) = before.remove(&key) {
            out.push((key.0, Some(field), None));
        }
    }
    out
}

/// Leaves with values; a key that header lines repeat is numbered.
fn numbered(table: &Table) -> Vec<((String, usize), &Field)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let leaves = table.leaves().into_iter();
    leaves
        .filter(|(_, field)| field.node.value != Value::Null)
        .map(|(key, field)| {
            let count = seen.entry(key.clone()).or_insert(0);
            *count += 1;
            ((key, *count), field)
        })
        .collect()
}

/// Whether two values say the same: places, quoting and the order of keys aside.
pub(super) fn same(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (None, None) => true,
        (Some(old), Some(new)) => equal(old, new),
        _ => false,
    }
}

fn equal(old: &Value, new: &Value) -> bool {
    use Value::{Array, Date, Float, String, Table};
    match (old, new) {
        (String(a) | Date(a), String(b) | Date(b)) => a == b,
        (Float { text: a, .. }, Float { text: b, .. }) => a == b,
        (Array(a), Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(&a.value, &b.value))
        }
        (Table(a), Table(b)) => {
            a.0.len() == b.0.len()
                && a.0.iter().all(|field| {
                    same(
                        Some(&field.node.value),
                        b.key(&field.key).map(|f| &f.node.value),
                    )
                })
        }
        (a, b) => a == b,
    }
}

fn report(role: Role<'_>, change: &FieldChange, at: Place, roles: Roles<'_>, found: &mut Found) {
    let rule = rule_of(role, change);
    let mut draft =
        Draft::new(rule, at, told(change)).values(change.old.clone(), change.new.clone());
    match role {
        Role::Status if !allowed(roles.kind, change) => {
            draft = draft.severity(Breaking);
            draft.message.push_str(", which the kind does not allow");
        }
        Role::Review if later(change) == Some(false) => {
            draft = draft.direction(Direction::Tightens);
        }
        Role::Review if later(change).is_none() => draft = draft.direction(Direction::Neutral),
        _ => {}
    }
    found.push(draft);
}

/// Reports a parameter, with the way it presses in the sentence that shows it.
fn parameter(
    change: &FieldChange,
    at: Place,
    (old, new): (&Document<'_>, &Document<'_>),
    found: &mut Found,
) {
    let values = (change.old.clone(), change.new.clone());
    let mut draft = Draft::new(&catalogue::META_PARAM, at, told(change)).values(values.0, values.1);
    let name = change
        .field
        .strip_prefix("params.")
        .unwrap_or(&change.field);
    let scalar = |value: &Option<Value>| value.as_ref().and_then(Value::scalar);
    if let (Some(before), Some(after)) = (scalar(&change.old), scalar(&change.new)) {
        let shown = params::shown(new, name, &before, &after);
        if let Some(shown) = shown.or_else(|| params::shown(old, name, &before, &after)) {
            draft = draft
                .severity(shown.pressed.severity)
                .direction(shown.pressed.direction)
                .text(found.redline(&shown.old, &shown.new));
            draft.quote_old = Some(shown.old);
            draft.quote_new = Some(shown.new);
        }
    }
    found.push(draft);
}

fn rule_of(role: Role<'_>, change: &FieldChange) -> &'static ChangeRule {
    match role {
        Role::Status => &catalogue::META_STATUS,
        Role::Owner => &catalogue::META_OWNER,
        Role::Effective => &catalogue::META_EFFECTIVE,
        Role::Review => &catalogue::META_REVIEW,
        // An exception whose end is dropped runs on for ever.
        Role::Expiry if later(change) == Some(true) || change.new.is_none() => {
            &catalogue::EXC_EXTENDED
        }
        Role::Class => &catalogue::META_CLASS,
        Role::Parameter => &catalogue::META_PARAM,
        Role::Expiry | Role::Link(_) | Role::PlainLink | Role::Other => &catalogue::META_OTHER,
    }
}

/// Whether a date moved on; dates as people write them in front matter sort as text.
fn later(change: &FieldChange) -> Option<bool> {
    let date = |value: &Option<Value>| match value {
        Some(Value::Date(text) | Value::String(text)) => {
            text.get(..10)?.parse::<jiff::civil::Date>().ok()
        }
        _ => None,
    };
    Some(date(&change.new)? > date(&change.old)?)
}

/// Whether the kind allows this step from one status to the next; what it says nothing of, it allows.
fn allowed(kind: Option<&Kind>, change: &FieldChange) -> bool {
    let status = kind.and_then(|kind| kind.status.as_ref());
    let scalar = |value: &Option<Value>| value.as_ref().and_then(Value::scalar);
    match (status, scalar(&change.old), scalar(&change.new)) {
        (Some(status), Some(old), Some(new)) => status
            .transitions
            .get(&old)
            .is_none_or(|next| next.contains(&new)),
        _ => true,
    }
}

/// One sentence about a field.
pub(super) fn told(change: &FieldChange) -> String {
    let FieldChange { field, old, new } = change;
    match (old, new) {
        (Some(old), Some(new)) => {
            format!("`{field}` changed from {} to {}", short(old), short(new))
        }
        (None, Some(new)) => format!("`{field}` is new: {}", short(new)),
        (Some(old), None) => format!("`{field}` is gone; it was {}", short(old)),
        (None, None) => format!("`{field}` is written differently"),
    }
}

fn short(value: &Value) -> String {
    clipped(&value.display())
}

/// A text in back-ticks, cut where it gets long.
pub(super) fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}

/// Reports a field whose links are the same and only written in another way.
pub(super) fn written_differently(change: &FieldChange, at: Place, found: &mut Found) {
    let message = format!(
        "`{}` is written differently; it leads to the same targets",
        change.field
    );
    let draft = Draft::new(&catalogue::META_OTHER, at, message).severity(Editorial);
    found.push(draft.values(change.old.clone(), change.new.clone()));
}
