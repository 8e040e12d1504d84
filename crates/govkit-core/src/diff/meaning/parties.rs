//! Who acts, where that changed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Sentences, Side, inflected};
use crate::diff::catalogue;
use crate::diff::fields::clipped;
use crate::diff::found::Found;
use crate::diff::reading::{is_party, parties, stem};

/// Reports another actor, one that came, and one name put in place of another.
pub(super) fn report(sentences: &mut Sentences<'_>, found: &mut Found) {
    if subject_came(sentences, found) {
        return;
    }
    joined(sentences, found);
    for (a, b) in sentences.hunks.clone() {
        let (old, new) = (
            named(&sentences.old, a.clone()),
            named(&sentences.new, b.clone()),
        );
        if old.is_empty() || new.is_empty() || old == new {
            continue;
        }
        // A longer rewriting is told as such; here one name stands for another.
        const MOST: usize = 3;
        let said = |side: &Side<'_>, range| side.left(range).count();
        if said(&sentences.old, a.clone()) > MOST || said(&sentences.new, b.clone()) > MOST {
            continue;
        }
        let (before, after) = (sentences.old.told(a.clone()), sentences.new.told(b.clone()));
        let message = format!(
            "somebody else is named: {} instead of {}",
            clipped(after),
            clipped(before)
        );
        found.push(sentences.valued(
            &catalogue::ACTOR_CHANGED,
            (Some(before), Some(after)),
            message,
        ));
        sentences.old.claim_words(a);
        sentences.new.claim_words(b);
    }
}

/// A name that joined or left those who are bound, or those by whom something is done.
fn joined(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (actors(&sentences.old), actors(&sentences.new));
    if old.len() != new.len() {
        return;
    }
    for (a, b) in old.into_iter().zip(new) {
        let (before, after) = (
            named(&sentences.old, a.clone()),
            named(&sentences.new, b.clone()),
        );
        // One in place of another is told by its own words.
        if before.is_empty() == after.is_empty() {
            continue;
        }
        let (from, to) = (sentences.old.told(a.clone()), sentences.new.told(b.clone()));
        let message = format!(
            "those who act changed from {} to {}",
            clipped(from),
            clipped(to)
        );
        found.push(sentences.valued(&catalogue::ACTOR_CHANGED, (Some(from), Some(to)), message));
        sentences.old.claim_words(a);
        sentences.new.claim_words(b);
    }
}

/// Who is bound by each duty, and by whom something is done: "approved by the owner".
fn actors(side: &Side<'_>) -> Vec<Range<usize>> {
    const MOST: usize = 10;
    let words = side.words();
    let inside = |bytes: &Range<usize>| {
        let within = |at: &usize| bytes.start <= words[*at].start && words[*at].end <= bytes.end;
        let first = (0..words.len()).find(within);
        let last = (0..words.len()).rev().find(within);
        first.zip(last).map(|(first, last)| first..last + 1)
    };
    let bound = side
        .reading
        .duties
        .iter()
        .filter_map(|duty| inside(&duty.actor));
    let agents = (0..words.len()).filter(|at| words[*at].is("by")).map(|at| {
        let rest = words[at + 1..].iter().take(MOST);
        let end = rest
            .take_while(|word| {
                word.spoken
                    && !word.any(&[
                        "if", "when", "unless", "within", "before", "after", "in", "on", "at",
                    ])
            })
            .count();
        at + 1..at + 1 + end
    });
    bound.chain(agents).collect()
}

/// The stems of the names in a range that no other finding tells of.
fn named(side: &Side<'_>, range: Range<usize>) -> BTreeSet<String> {
    let left: Vec<_> = side.left(range).cloned().collect();
    parties(&left)
        .into_iter()
        .map(|word| stem(&word.lower).to_owned())
        .collect()
}

/// "Invite them" that became "The owner invites them": the instruction got somebody who carries it out.
fn subject_came(sentences: &mut Sentences<'_>, found: &mut Found) -> bool {
    if !sentences.old.reading.imperative || sentences.new.reading.imperative {
        return false;
    }
    let first = sentences.old.words().iter().find(|word| word.spoken);
    let Some(verb) = first.map(|word| word.lower.clone()) else {
        return false;
    };
    let words = sentences.new.words();
    let Some(at) = words
        .iter()
        .take(20)
        .position(|word| inflected(&word.lower, &verb))
    else {
        return false;
    };
    let range = 0..at;
    let names = |side: &Side<'_>| side.words()[range.clone()].iter().any(is_party);
    if at == 0 || !names(&sentences.new) {
        return false;
    }
    // A modal between the actor and the verb is no part of the name.
    let modal = sentences
        .new
        .reading
        .duties
        .first()
        .map_or(at, |duty| duty.at.start.min(at));
    let text = sentences.new.told(0..modal).to_owned();
    let message = format!("it is said who does it now: {}", clipped(&text));
    found.push(sentences.valued(&catalogue::ACTOR_CHANGED, (None, Some(&text)), message));
    sentences.new.claim_words(range);
    true
}
