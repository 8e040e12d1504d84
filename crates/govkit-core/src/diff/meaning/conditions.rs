//! Conditions and exceptions that came, went or say something else.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Sentences, Side, differing, inflected};
use crate::diff::catalogue;
use crate::diff::fields::clipped;
use crate::diff::found::Found;
use crate::diff::reading::{Condition, ConditionKind, Reading, Word, content};

/// Reports the clauses of a sentence that changed.
pub(super) fn report(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (
        sentences.old.reading.conditions.clone(),
        sentences.new.reading.conditions.clone(),
    );
    let said = |side: &Side<'_>, clause: &Condition| -> Vec<String> {
        let words = side.words()[clause.at.clone()].iter();
        words
            .filter(|word| word.spoken)
            .map(|word| word.lower.clone())
            .collect()
    };
    let texts = |side: &Side<'_>, clauses: &[Condition]| -> Vec<(ConditionKind, Vec<String>)> {
        clauses
            .iter()
            .map(|clause| (clause.kind, said(side, clause)))
            .collect()
    };
    let (before, after) = (texts(&sentences.old, &old), texts(&sentences.new, &new));
    for pair in differing(&before, &after, |a, b| a == b, near) {
        match pair {
            (Some(a), Some(b)) => altered(sentences, &old[a], &new[b], found),
            (Some(a), None) => gone(sentences, &old[a], found),
            (None, Some(b)) => came(sentences, &new[b], found),
            (None, None) => {}
        }
    }
}

/// Whether two clauses are one that says something else: of one kind, or much alike.
fn near(a: &(ConditionKind, Vec<String>), b: &(ConditionKind, Vec<String>)) -> bool {
    let exception = |kind| kind == ConditionKind::Exception;
    let shared = a.1.iter().filter(|word| b.1.contains(word)).count();
    exception(a.0) == exception(b.0)
        && (a.1.first() == b.1.first() || shared * 3 >= a.1.len().min(b.1.len()))
}

fn altered(sentences: &mut Sentences<'_>, a: &Condition, b: &Condition, found: &mut Found) {
    let open = sentences.old.open(&a.span) || sentences.new.open(&b.span);
    if open && !only_inflected(sentences, a, b) {
        let (before, after) = (
            &sentences.old.text[a.span.clone()],
            &sentences.new.text[b.span.clone()],
        );
        // Conditions joined in one clause: one of them may be gone.
        let lost = lost(sentences, a, b);
        for part in &lost {
            let text = sentences.old.told(part.clone());
            let message = format!("a condition is gone: {}", clipped(text));
            found.push(sentences.valued(&catalogue::COND_REMOVED, (Some(text), None), message));
        }
        if lost.is_empty() {
            let message = format!(
                "a condition changed from {} to {}",
                clipped(before),
                clipped(after)
            );
            found.push(sentences.valued(
                &catalogue::COND_CHANGED,
                (Some(before), Some(after)),
                message,
            ));
        }
    }
    sentences.old.claim(&a.span);
    sentences.new.claim(&b.span);
}

fn only_inflected(sentences: &Sentences<'_>, a: &Condition, b: &Condition) -> bool {
    let left = |side: &Side<'_>, clause: &Condition| -> Vec<String> {
        side.left(clause.at.clone())
            .map(|word| word.lower.clone())
            .collect()
    };
    let (old, new) = (left(&sentences.old, a), left(&sentences.new, b));
    old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| inflected(old, new))
}

fn gone(sentences: &mut Sentences<'_>, clause: &Condition, found: &mut Found) {
    if !sentences.old.open(&clause.span) {
        return;
    }
    let everywhere = [&sentences.new.reading];
    let came = sentences.around.came().iter();
    let spoken: BTreeSet<&str> = everywhere
        .into_iter()
        .chain(came)
        .flat_map(|reading| reading.words.iter().map(|word| word.lower.as_str()))
        .collect();
    let parts = parts(&sentences.old.reading, clause);
    let lost: Vec<Range<usize>> = match parts.len() {
        0 | 1 => vec![clause.at.clone()],
        _ => absent(&sentences.old, &parts, &spoken),
    };
    let told: Vec<(String, String)> = lost
        .into_iter()
        .map(|part| {
            let text = sentences.old.told(part).to_owned();
            let what = match clause.kind {
                ConditionKind::Exception => "an exception is gone",
                _ => "a condition is gone",
            };
            (format!("{what}: {}", clipped(&text)), text)
        })
        .collect();
    for (message, text) in told {
        found.push(sentences.valued(&catalogue::COND_REMOVED, (Some(&text), None), message));
    }
    sentences.old.claim(&clause.span);
}

fn came(sentences: &mut Sentences<'_>, clause: &Condition, found: &mut Found) {
    if !sentences.new.open(&clause.span) {
        return;
    }
    let text = &sentences.new.text[clause.span.clone()];
    let what = match clause.kind {
        ConditionKind::Exception => "an exception is new",
        _ => "a condition is new",
    };
    let message = format!("{what}: {}", clipped(text));
    found.push(sentences.valued(&catalogue::COND_ADDED, (None, Some(text)), message));
    sentences.new.claim(&clause.span);
}

/// The parts of an old clause that the new one, and what is new around it, say nothing of.
fn lost(sentences: &Sentences<'_>, a: &Condition, b: &Condition) -> Vec<Range<usize>> {
    let parts_old = parts(&sentences.old.reading, a);
    let parts_new = parts(&sentences.new.reading, b);
    if parts_old.len() < 2 || parts_new.len() >= parts_old.len() {
        return Vec::new();
    }
    let inside = sentences.new.words()[b.at.clone()].iter();
    let came = sentences
        .around
        .came()
        .iter()
        .flat_map(|reading| &reading.words);
    let spoken: BTreeSet<&str> = inside.chain(came).map(|word| word.lower.as_str()).collect();
    absent(&sentences.old, &parts_old, &spoken)
}

/// A clause at its commas and its `and` and `or`; pieces of fewer than three words belong to the one before.
fn parts(reading: &Reading, clause: &Condition) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = clause.at.start;
    let breaks = |word: &Word| word.any(&[",", ";", "and", "or"]);
    for at in clause.at.clone().chain([clause.at.end]) {
        if at < clause.at.end && !breaks(&reading.words[at]) {
            continue;
        }
        let said = reading.words[start..at]
            .iter()
            .filter(|word| content(word))
            .count();
        match out.last_mut() {
            Some(last) if said < 2 => last.end = at,
            // A word alone at the beginning, "if", belongs to what follows.
            None if said < 2 && at < clause.at.end => continue,
            _ if said > 0 => out.push(start..at),
            _ => {}
        }
        start = at + 1;
    }
    out
}

/// The parts none of whose own words, those no other part has, is spoken any more.
fn absent(side: &Side<'_>, parts: &[Range<usize>], spoken: &BTreeSet<&str>) -> Vec<Range<usize>> {
    let own = |part: &Range<usize>| -> Vec<&Word> {
        let elsewhere = |word: &Word| {
            parts.iter().filter(|other| *other != part).any(|other| {
                side.words()[other.clone()]
                    .iter()
                    .any(|same| same.lower == word.lower)
            })
        };
        let words = side.words()[part.clone()].iter();
        words
            .filter(|word| content(word) && !elsewhere(word))
            .collect()
    };
    let gone = |part: &&Range<usize>| {
        let own = own(part);
        !own.is_empty() && own.iter().all(|word| !spoken.contains(word.lower.as_str()))
    };
    parts.iter().filter(gone).cloned().collect()
}
