//! Steps and activities: compared by id, never by their place in the list.

use std::collections::BTreeMap;

use super::catalogue::{self, ChangeRule};
use super::change_set::{FieldChange, Place};
use super::document::Document;
use super::editorial::{Difference, difference};
use super::fields::{clipped, same, told};
use super::found::{Draft, Found};
use super::meaning::{self, Around, Sentences};
use super::reading::{Bound, value_of};
use super::sequence::moved;
use crate::position::Span;
use crate::value::{Table, Value};

/// One step or activity as written.
struct Entry<'a> {
    id: String,
    fields: &'a Table,
    span: Span,
}

/// Compares steps and activities; returns the front-matter keys that are dealt with.
pub(super) fn diff(
    old: &Document<'_>,
    new: &Document<'_>,
    found: &mut Found,
    changes: &mut Vec<FieldChange>,
) -> Vec<&'static str> {
    let mut done = Vec::new();
    if let Some((before, after)) = both(old, new, "steps", "step") {
        let lists = Lists {
            old,
            new,
            before,
            after,
        };
        lists.steps(found);
        done.push("steps");
    }
    if let Some((before, after)) = both(old, new, "activities", "activity") {
        let lists = Lists {
            old,
            new,
            before,
            after,
        };
        lists.activities(found, changes);
        done.push("activities");
    }
    done
}

/// Both lists, if neither side writes anything but tables there.
fn both<'a>(
    old: &'a Document<'_>,
    new: &'a Document<'_>,
    key: &str,
    word: &str,
) -> Option<(Vec<Entry<'a>>, Vec<Entry<'a>>)> {
    let (before, after) = (
        entries(&old.fields, key, word),
        entries(&new.fields, key, word),
    );
    match (before, after) {
        (Some(before), Some(after)) if before.len() + after.len() > 0 => Some((before, after)),
        _ => None,
    }
}

/// The entries of a list of tables; `None` where something else stands there.
fn entries<'a>(fields: &'a Table, key: &str, word: &str) -> Option<Vec<Entry<'a>>> {
    let Some(field) = fields.key(key) else {
        return Some(Vec::new());
    };
    let Value::Array(items) = &field.node.value else {
        return None;
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let Value::Table(fields) = &item.value else {
                return None;
            };
            let written = fields.key("id").and_then(|id| id.node.value.scalar());
            let id = written.unwrap_or_else(|| format!("{word}-{}", at + 1));
            let count = seen.entry(id.clone()).or_insert(0);
            *count += 1;
            Some(Entry {
                id: if *count > 1 {
                    format!("{id}#{count}")
                } else {
                    id
                },
                fields,
                span: item.span,
            })
        })
        .collect()
}

struct Lists<'a> {
    old: &'a Document<'a>,
    new: &'a Document<'a>,
    before: Vec<Entry<'a>>,
    after: Vec<Entry<'a>>,
}

impl Lists<'_> {
    /// Entries on both sides as indices, in the old order.
    fn kept(&self) -> Vec<(usize, usize)> {
        let after: BTreeMap<&str, usize> = self
            .after
            .iter()
            .enumerate()
            .map(|(at, entry)| (entry.id.as_str(), at))
            .collect();
        let before = self.before.iter().enumerate();
        before
            .filter_map(|(at, entry)| Some((at, *after.get(entry.id.as_str())?)))
            .collect()
    }

    fn gone(&self) -> impl Iterator<Item = &Entry<'_>> {
        let stays = |entry: &&Entry<'_>| self.after.iter().all(|other| other.id != entry.id);
        self.before.iter().filter(stays)
    }

    fn came(&self) -> impl Iterator<Item = &Entry<'_>> {
        let is_new = |entry: &&Entry<'_>| self.before.iter().all(|other| other.id != entry.id);
        self.after.iter().filter(is_new)
    }

    fn place(&self, old: Option<Span>, new: Option<Span>) -> Place {
        Place {
            old_line: old.map(|span| self.old.line(span.start)),
            new_line: new.map(|span| self.new.line(span.start)),
            ..Place::default()
        }
    }

    fn steps(&self, found: &mut Found) {
        for entry in self.gone() {
            let mut at = self.place(Some(entry.span), None);
            at.step = Some(entry.id.clone());
            let action = action(entry);
            let message = format!("step `{}` is gone: {}", entry.id, clipped(&action));
            found.push(
                Draft::new(&catalogue::STEP_REMOVED, at, message).quotes(Some(&action), None),
            );
        }
        for entry in self.came() {
            let mut at = self.place(None, Some(entry.span));
            at.step = Some(entry.id.clone());
            let action = action(entry);
            let message = format!("step `{}` is new: {}", entry.id, clipped(&action));
            found.push(Draft::new(&catalogue::STEP_ADDED, at, message).quotes(None, Some(&action)));
        }
        let kept = self.kept();
        let order: Vec<(usize, u64)> = kept.iter().map(|(_, new)| (*new, 1)).collect();
        for ((old, new), moved) in kept.into_iter().zip(moved(&order)) {
            let (before, after) = (&self.before[old], &self.after[new]);
            let mut at = self.place(Some(before.span), Some(after.span));
            at.step = Some(after.id.clone());
            if moved {
                let message = format!(
                    "step `{}` moved from place {} to {}",
                    after.id,
                    old + 1,
                    new + 1
                );
                let place = |at: usize| Some(Value::Integer(at as i64 + 1));
                let draft = Draft::new(&catalogue::STEP_MOVED, at.clone(), message);
                found.push(draft.values(place(old), place(new)));
            }
            for (key, values) in changed(before, after) {
                let mut at = at.clone();
                at.field = Some(key.clone());
                step_field(&after.id, &key, values, at, found);
            }
        }
    }

    fn activities(&self, found: &mut Found, changes: &mut Vec<FieldChange>) {
        let whole = |entry: &Entry<'_>| Some(Value::Table(entry.fields.clone()));
        for entry in self.gone() {
            let change = change(&entry.id, None, whole(entry), None);
            let at = self.place(Some(entry.span), None);
            let message = format!(
                "activity `{}` is gone: {}",
                entry.id,
                clipped(&action(entry))
            );
            activity_field(&catalogue::META_OTHER, change, message, at, found, changes);
        }
        for entry in self.came() {
            let change = change(&entry.id, None, None, whole(entry));
            let at = self.place(None, Some(entry.span));
            let message = format!(
                "activity `{}` is new: {}",
                entry.id,
                clipped(&action(entry))
            );
            activity_field(&catalogue::META_OTHER, change, message, at, found, changes);
        }
        for (old, new) in self.kept() {
            let (before, after) = (&self.before[old], &self.after[new]);
            for (key, (old, new)) in changed(before, after) {
                let rule = match key.as_str() {
                    "r" | "a" | "c" | "i" => &catalogue::ACTOR_CHANGED,
                    _ => &catalogue::META_OTHER,
                };
                let change = change(&after.id, Some(&key), old, new);
                let at = self.place(Some(before.span), Some(after.span));
                let message = told(&change);
                activity_field(rule, change, message, at, found, changes);
            }
        }
        self.activity_order(found);
    }

    fn activity_order(&self, found: &mut Found) {
        let order: Vec<usize> = self.kept().into_iter().map(|(_, new)| new).collect();
        if !order.is_sorted() {
            let mut at = self.place(
                self.before.first().map(|e| e.span),
                self.after.first().map(|e| e.span),
            );
            at.field = Some("activities".to_owned());
            let list = |entries: &[Entry<'_>]| {
                let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
                ids.join(", ")
            };
            let draft = Draft::new(
                &catalogue::META_OTHER,
                at,
                "the activities stand in another order",
            );
            found.push(draft.words(Some(&list(&self.before)), Some(&list(&self.after))));
        }
    }
}

fn action(entry: &Entry<'_>) -> String {
    entry
        .fields
        .key("do")
        .map(|field| field.node.value.display())
        .unwrap_or_default()
}

type Values = (Option<Value>, Option<Value>);

/// The leaves that differ, in the new order, then what is gone; the id is the key and no leaf.
fn changed(before: &Entry<'_>, after: &Entry<'_>) -> Vec<(String, Values)> {
    let mut out = Vec::new();
    let (old, new) = (before.fields.leaves(), after.fields.leaves());
    for (key, field) in &new {
        let other = old
            .iter()
            .find(|(other, _)| other == key)
            .map(|(_, field)| &field.node.value);
        if key != "id" && !same(other, Some(&field.node.value)) {
            out.push((
                key.clone(),
                (other.cloned(), Some(field.node.value.clone())),
            ));
        }
    }
    for (key, field) in &old {
        if key != "id" && new.iter().all(|(other, _)| other != key) {
            out.push((key.clone(), (Some(field.node.value.clone()), None)));
        }
    }
    out
}

fn step_field(id: &str, key: &str, (old, new): Values, at: Place, found: &mut Found) {
    let change = FieldChange {
        field: key.to_owned(),
        old,
        new,
    };
    let message = format!("step `{id}`: {}", told(&change));
    let FieldChange { old, new, .. } = change;
    if let ("do", Some(Value::String(before)), Some(Value::String(after))) = (key, &old, &new) {
        let line = found.redline(before, after);
        if let Difference::Editorial(what) = difference(before, after) {
            let message = format!("step `{id}`: only {what} changed");
            let draft = Draft::new(&catalogue::TEXT_EDITORIAL, at, message);
            return found.push(draft.quotes(Some(before), Some(after)).text(line));
        }
        let around = Around::default();
        let context = (at, line, &catalogue::STEP_REWORDED);
        let sentences = Sentences::of((before, after), context, &around);
        return meaning::changed(sentences, &[], found);
    }
    let rule = match key {
        "who" => &catalogue::ACTOR_CHANGED,
        "when" | "within" => &catalogue::STEP_TIME,
        _ => &catalogue::STEP_REWORDED,
    };
    let mut draft = Draft::new(rule, at, message);
    if let ("within", Some(Value::String(before)), Some(Value::String(after))) = (key, &old, &new)
        && let (Some(mut a), Some(mut b)) = (value_of(before), value_of(after))
    {
        (a.bound, b.bound) = (Bound::AtMost, Bound::AtMost);
        draft = draft.direction(meaning::pressed(&a, &b, true).direction);
    }
    found.push(draft.values(old, new));
}

fn change(id: &str, key: Option<&str>, old: Option<Value>, new: Option<Value>) -> FieldChange {
    let field = match key {
        Some(key) => format!("activities.{id}.{key}"),
        None => format!("activities.{id}"),
    };
    FieldChange { field, old, new }
}

fn activity_field(
    rule: &'static ChangeRule,
    change: FieldChange,
    message: String,
    mut at: Place,
    found: &mut Found,
    changes: &mut Vec<FieldChange>,
) {
    at.field = Some(change.field.clone());
    found.push(Draft::new(rule, at, message).values(change.old.clone(), change.new.clone()));
    changes.push(change);
}
