//! Links inside text: which targets a sentence won, lost or exchanged.

use std::collections::BTreeSet;

use super::catalogue;
use super::change_set::ChangeSeverity::Minor;
use super::change_set::Place;
use super::found::{Draft, Found};
use super::redline::MAX_SENTENCE_BYTES;
use super::tokens::tokens;

/// The targets of the links of a sentence, in order.
pub(super) fn of(text: &str) -> Vec<&str> {
    if text.len() > MAX_SENTENCE_BYTES
        || !(text.contains("](") || text.contains("://") || text.starts_with('['))
    {
        return Vec::new();
    }
    let definition = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "));
    if let Some((_, target)) = definition {
        return target.split(' ').take(1).collect();
    }
    let found = tokens(text).into_iter().filter_map(|token| {
        let part = token.of(text);
        match part.find("](") {
            Some(at) => Some(
                part[at + 2..]
                    .trim_end_matches(')')
                    .split(' ')
                    .next()
                    .unwrap_or(""),
            ),
            None => part.contains("://").then_some(part),
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
    let (before, after) = (of(old), of(new));
    let gone: Vec<&str> = before
        .iter()
        .copied()
        .filter(|target| !after.contains(target))
        .collect();
    let came: Vec<&str> = after
        .iter()
        .copied()
        .filter(|target| !before.contains(target))
        .collect();
    if before.len() == after.len() && gone.len() == came.len() {
        for (old, new) in gone.into_iter().zip(came) {
            let message = "a link in the text leads somewhere else";
            let draft = Draft::new(&catalogue::LINK_RETARGETED, at.clone(), message);
            found.push(draft.severity(Minor).words(Some(old), Some(new)));
        }
        return;
    }
    gone.into_iter()
        .for_each(|target| removed(target, at, found));
    came.into_iter().for_each(|target| added(target, at, found));
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
        "a link in the text is gone",
    );
    found.push(draft.words(Some(target), None));
}

fn added(target: &str, at: &Place, found: &mut Found) {
    let draft = Draft::new(
        &catalogue::LINK_ADDED,
        at.clone(),
        "a link in the text is new",
    );
    found.push(draft.words(None, Some(target)));
}
