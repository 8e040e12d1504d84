//! Typed links: targets that came, went, or were put in another's place.

use super::catalogue;
use super::change_set::{Fact, FieldChange, Place};
use super::document::Document;
use super::fields::{Role, Roles, written_differently};
use super::found::{Draft, Found};
use crate::artifact::LinkOrigin;
use crate::config::{Kind, LinkDef, applies};
use crate::value::Value;

/// Link names that state a dependency.
const DEPENDENCIES: &[&str] = &["requires", "depends_on", "depends-on"];

/// Reports the targets of one field that differ.
pub(super) fn diff(
    old: &Document<'_>,
    new: &Document<'_>,
    change: &FieldChange,
    at: Place,
    roles: Roles<'_>,
    found: &mut Found,
) {
    let role = roles.role(&change.field);
    let before = targets(old, role, change.old.as_ref());
    let after = targets(new, role, change.new.as_ref());
    let gone: Vec<&String> = before
        .iter()
        .filter(|target| !after.contains(target))
        .collect();
    let came: Vec<&String> = after
        .iter()
        .filter(|target| !before.contains(target))
        .collect();
    if gone.is_empty() && came.is_empty() {
        return written_differently(change, at, found);
    }
    let name = link_name(role, &change.field);
    if let ([old_target], [new_target], 1, 1) = (&*gone, &*came, before.len(), after.len()) {
        let message = format!("`{name}` leads to `{new_target}` instead of `{old_target}`");
        let draft = Draft::new(&catalogue::LINK_RETARGETED, at, message);
        return found.push(draft.words(Some(old_target), Some(new_target)));
    }
    let orphaned = orphaned(role, roles.kind, new, after.len()) && !before.is_empty();
    for target in gone {
        let (rule, end) = match orphaned {
            true => (&catalogue::LINK_ORPHAN, ", the last the kind requires"),
            false => (&catalogue::LINK_REMOVED, ""),
        };
        let message = format!("`{name}` no longer leads to `{target}`{end}");
        let dependency = DEPENDENCIES.contains(&name) && !orphaned;
        let fact = if dependency {
            Fact::DependencyRemoved
        } else {
            Fact::LinkRemoved
        };
        found.push(
            Draft::new(rule, at.clone(), message)
                .fact(fact)
                .words(Some(target), None),
        );
    }
    for target in came {
        let message = format!("`{name}` leads to `{target}` as well");
        let draft = Draft::new(&catalogue::LINK_ADDED, at.clone(), message);
        found.push(draft.words(None, Some(target)));
    }
}

fn link_name<'a>(role: Role<'a>, field: &'a str) -> &'a str {
    match role {
        Role::Link(def) => &def.name,
        _ => field.strip_prefix("links.").unwrap_or(field),
    }
}

fn targets(document: &Document<'_>, role: Role<'_>, value: Option<&Value>) -> Vec<String> {
    let mut out = match (role, document.artifact) {
        (Role::Link(def), Some(artifact)) => artifact
            .links
            .iter()
            .filter(|link| link.origin == LinkOrigin::Declared && link.name == def.name)
            .map(|link| link.target.clone())
            .collect(),
        _ => value.map(plain_targets).unwrap_or_default(),
    };
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|target| seen.insert(target.clone()));
    out
}

/// Targets where no configuration says how they are written: a list, or text with commas.
fn plain_targets(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.value.scalar())
            .collect(),
        other => {
            let text = other.scalar().unwrap_or_default();
            let parts = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }
    }
}

/// Whether fewer targets are left than the kind requires.
fn orphaned(role: Role<'_>, kind: Option<&Kind>, new: &Document<'_>, left: usize) -> bool {
    let (Role::Link(LinkDef { min, min_when, .. }), Some(_)) = (role, kind) else {
        return false;
    };
    let counts = min_when
        .as_ref()
        .is_none_or(|when| applies(when, &new.fields));
    left == 0 && *min > 0 && counts
}
