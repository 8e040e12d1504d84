//! Links inside text: which targets a sentence won, lost or exchanged.

use std::collections::BTreeSet;

use super::catalogue;
use super::change_set::ChangeSeverity::Minor;
use super::change_set::Place;
use super::fields::clipped;
use super::found::{Draft, Found};
use super::redline::MAX_SENTENCE_BYTES;
use super::tokens::tokens;

/// The targets of the links of a sentence, in order.
pub(super) fn of(text: &str) -> Vec<&str> {
    labelled(text)
        .into_iter()
        .map(|(_, target)| target)
        .collect()
}

/// The links of a sentence: what is shown, and the target.
fn labelled(text: &str) -> Vec<(&str, &str)> {
    let some = text.contains("](") || text.contains("://") || text.starts_with('[');
    if text.len() > MAX_SENTENCE_BYTES || !some {
        return Vec::new();
    }
    if let Some((label, target)) = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
    {
        return target
            .split(' ')
            .take(1)
            .map(|target| (label, target))
            .collect();
    }
    let found = tokens(text).into_iter().filter_map(|token| {
        let part = token.of(text);
        match part.find("](") {
            Some(at) => {
                let target = part[at + 2..]
                    .trim_end_matches(')')
                    .split(' ')
                    .next()
                    .unwrap_or("");
                Some((&part[..at], target))
            }
            None => part.contains("://").then_some(("", part)),
        }
    });
    found.collect()
}

/// Whether two sentences differ in nothing but their targets.
pub(super) fn only(old: &str, new: &str) -> bool {
    let (before, after) = (of(old), of(new));
    let without = |text: &str, targets: &[&str]| {
        targets.iter().fold(text.to_owned(), |text, target| {
            text.replacen(target, "\u{0}", 1)
        })
    };
    before.len() == after.len() && before != after && without(old, &before) == without(new, &after)
}

/// Reports the targets that differ between two sentences.
pub(super) fn report(old: &str, new: &str, at: &Place, found: &mut Found) {
    let (before, after) = (labelled(old), labelled(new));
    let mut gone: Vec<_> = before
        .iter()
        .filter(|(_, target)| after.iter().all(|(_, other)| other != target))
        .collect();
    let mut came: Vec<_> = after
        .iter()
        .filter(|(_, target)| before.iter().all(|(_, other)| other != target))
        .collect();
    // One that shows the same text, or the only one of its kind, leads somewhere else now.
    let alone = gone.len() == 1 && came.len() == 1 && before.len() == after.len();
    gone.retain(|(label, target)| {
        let Some(at_new) = came.iter().position(|(other, _)| alone || other == label) else {
            return true;
        };
        let (_, new_target) = came.remove(at_new);
        let message = format!(
            "a link leads to {} instead of {}",
            clipped(new_target),
            clipped(target)
        );
        let draft = Draft::new(&catalogue::LINK_RETARGETED, at.clone(), message);
        found.push(draft.severity(Minor).words(Some(target), Some(new_target)));
        false
    });
    gone.into_iter()
        .for_each(|(_, target)| removed(target, at, found));
    came.into_iter()
        .for_each(|(_, target)| added(target, at, found));
}

/// Reports targets of text that is gone which nothing on the new side leads to.
pub(super) fn lost(text: &str, new: &BTreeSet<String>, at: &Place, found: &mut Found) {
    for target in of(text).into_iter().filter(|target| !new.contains(*target)) {
        removed(target, at, found);
    }
}

/// Reports targets of text that is new which nothing on the old side leads to.
pub(super) fn gained(text: &str, old: &BTreeSet<String>, at: &Place, found: &mut Found) {
    for target in of(text).into_iter().filter(|target| !old.contains(*target)) {
        added(target, at, found);
    }
}

fn removed(target: &str, at: &Place, found: &mut Found) {
    let draft = Draft::new(
        &catalogue::LINK_REMOVED,
        at.clone(),
        format!("a link to {} is gone", clipped(target)),
    );
    found.push(draft.words(Some(target), None));
}

fn added(target: &str, at: &Place, found: &mut Found) {
    let draft = Draft::new(
        &catalogue::LINK_ADDED,
        at.clone(),
        format!("a link to {} is new", clipped(target)),
    );
    found.push(draft.words(None, Some(target)));
}
