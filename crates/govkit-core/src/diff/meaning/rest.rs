//! What changed in a sentence and no other reader took: asides, the duty itself, plain text.

use std::ops::Range;

use super::{Sentences, Side, inflected};
use crate::diff::catalogue::{self, ChangeRule};
use crate::diff::change_set::ChangeSeverity::Substantive;
use crate::diff::editorial::{invisible, look_alike};
use crate::diff::fields::clipped;
use crate::diff::found::{Draft, Found};
use crate::diff::reading::{Force, Word};

/// Reports what is left; `told` says that something of the sentence was reported already.
pub(super) fn report(sentences: &mut Sentences<'_>, told: bool, found: &mut Found) {
    let mut open = Vec::new();
    for (a, b) in sentences.hunks.clone() {
        let untold = has(&sentences.old, a.clone()) || has(&sentences.new, b.clone());
        if !untold || only_inflected(sentences, a.clone(), b.clone()) {
            continue;
        }
        match aside(sentences, a.clone(), b.clone()) {
            Some(rule) => {
                let (text, old, new) = match a.is_empty() {
                    true => (
                        sentences.new.told(b.clone()),
                        None,
                        Some(sentences.new.told(b)),
                    ),
                    false => (
                        sentences.old.told(a.clone()),
                        Some(sentences.old.told(a)),
                        None,
                    ),
                };
                let what = if new.is_some() {
                    "words are new"
                } else {
                    "words are gone"
                };
                found.push(sentences.valued(
                    rule,
                    (old, new),
                    format!("{what}: {}", clipped(text)),
                ));
            }
            None => open.push((a, b)),
        }
    }
    if open.is_empty() && (told || found_aside(sentences) || sentences.only_terms()) {
        return;
    }
    if open.is_empty() && taken(sentences) {
        let message = "only the way a quantity or a date is written changed".to_owned();
        return found.push(sentences.draft(&catalogue::TEXT_EDITORIAL, message));
    }
    if negated(sentences, &open) {
        return found.push(turned(sentences));
    }
    let rule = rule(sentences, &open);
    let message = message(sentences, rule, &open);
    found.push(sentences.draft(rule, message));
}

/// Whether nothing but a negation came or went.
fn negated(sentences: &Sentences<'_>, open: &[(Range<usize>, Range<usize>)]) -> bool {
    let left = |side: &Side<'_>, range: &Range<usize>| -> Vec<Word> {
        side.left(range.clone()).cloned().collect()
    };
    let is_negation = |words: &[Word]| words.iter().all(|word| word.any(&["not", "never", "no"]));
    let [(a, b)] = open else {
        return false;
    };
    let (old, new) = (left(&sentences.old, a), left(&sentences.new, b));
    old.is_empty() != new.is_empty() && is_negation(&old) && is_negation(&new)
}

fn turned(sentences: &Sentences<'_>) -> Draft {
    match sentences.normative() {
        true => {
            let message = "a negation came or went in a duty".to_owned();
            sentences.draft(&catalogue::OBL_POLARITY, message)
        }
        false => {
            let message = "a negation came or went".to_owned();
            sentences
                .draft(sentences.plain, message)
                .severity(Substantive)
        }
    }
}

/// Whether some hunk was told as an aside, so that the sentence is not told again.
fn found_aside(sentences: &Sentences<'_>) -> bool {
    sentences.hunks.iter().any(|(a, b)| {
        (has(&sentences.old, a.clone()) || has(&sentences.new, b.clone()))
            && aside(sentences, a.clone(), b.clone()).is_some()
    })
}

/// Whether some reader took every word that changed, and found that it says the same.
fn taken(sentences: &Sentences<'_>) -> bool {
    let all = |side: &Side<'_>, range: &Range<usize>| {
        range
            .clone()
            .all(|at| side.claimed[at] || !side.words()[at].spoken)
    };
    sentences.rewritten
        && sentences
            .hunks
            .iter()
            .all(|(a, b)| all(&sentences.old, a) && all(&sentences.new, b))
}

fn has(side: &Side<'_>, range: Range<usize>) -> bool {
    side.left(range).next().is_some()
}

fn only_inflected(sentences: &Sentences<'_>, a: Range<usize>, b: Range<usize>) -> bool {
    let words = |side: &Side<'_>, range| -> Vec<String> {
        side.left(range)
            .map(|word: &Word| word.lower.clone())
            .collect()
    };
    let (old, new) = (words(&sentences.old, a), words(&sentences.new, b));
    old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| inflected(old, new))
}

/// Something put in or taken out that adds no duty: a bracket, or what a sentence is for.
fn aside(
    sentences: &Sentences<'_>,
    a: Range<usize>,
    b: Range<usize>,
) -> Option<&'static ChangeRule> {
    let (side, range, rule) = match (a.is_empty(), b.is_empty()) {
        (true, false) => (&sentences.new, b, &catalogue::TEXT_ADDED),
        (false, true) => (&sentences.old, a, &catalogue::TEXT_REMOVED),
        _ => return purpose(sentences, a, b),
    };
    let words = &side.words()[range.clone()];
    let (first, last) = (words.first()?, words.last()?);
    // The differ may take the closing bracket of the one before for this one's.
    let bracket = first.is("(") && last.is(")")
        || last.is("(")
            && side
                .words()
                .get(range.end)
                .is_some_and(|next| next.is(")") || next.spoken)
            && words.iter().any(|word| word.is(")"))
        || inside_bracket(side, &range) && whole_bracket(side, &range);
    let long = words.iter().filter(|word| word.spoken).count() >= 5;
    let binding = side
        .reading
        .duties
        .iter()
        .any(|duty| duty.force > Force::Permit);
    (bracket || is_purpose(words) || long && !binding).then_some(rule)
}

/// A sentence that got its purpose in front: "In order to …, no member may".
fn purpose(
    sentences: &Sentences<'_>,
    a: Range<usize>,
    b: Range<usize>,
) -> Option<&'static ChangeRule> {
    let (old, new) = (&sentences.old.words()[a.clone()], &sentences.new.words()[b]);
    let little = old.iter().filter(|word| word.spoken).count() <= 1 && a.start <= 1;
    (little && a.is_empty() && is_purpose(new)).then_some(&catalogue::TEXT_ADDED)
}

fn is_purpose(words: &[Word]) -> bool {
    let first: Vec<&str> = words
        .iter()
        .filter(|word| word.spoken)
        .take(3)
        .map(|word| word.lower.as_str())
        .collect();
    matches!(
        first.as_slice(),
        ["in", "order", "to"] | ["to", "ensure", _] | ["so", "that", _]
    )
}

/// Whether a range lies between brackets.
fn inside_bracket(side: &Side<'_>, range: &Range<usize>) -> bool {
    let depth = |words: &[Word]| {
        words
            .iter()
            .fold(0_i32, |depth, word| match word.lower.as_str() {
                "(" => depth + 1,
                ")" => depth - 1,
                _ => depth,
            })
    };
    depth(&side.words()[..range.start]) > 0
}

/// Whether the bracket around a range holds nothing else.
fn whole_bracket(side: &Side<'_>, range: &Range<usize>) -> bool {
    let words = side.words();
    let before = range
        .start
        .checked_sub(1)
        .is_some_and(|at| words[at].is("("));
    before && words.get(range.end).is_some_and(|next| next.is(")"))
}

/// Whether a change lies in a bracket of examples on the side that has it.
fn example(side: &Side<'_>, range: &Range<usize>) -> bool {
    if !inside_bracket(side, range) {
        return false;
    }
    let words = side.words();
    let open = (0..range.start).rev().find(|at| words[*at].is("("));
    open.is_some_and(|at| {
        let first: Vec<&str> = words[at + 1..]
            .iter()
            .take(3)
            .map(|word| word.lower.as_str())
            .collect();
        matches!(
            first.as_slice(),
            ["e", ".", "g"]
                | ["i", ".", "e"]
                | ["for", "example", _]
                | ["such", "as", _]
                | ["eg", ..]
                | ["e.g", ..]
        )
    })
}

fn rule(sentences: &Sentences<'_>, open: &[(Range<usize>, Range<usize>)]) -> &'static ChangeRule {
    let binding = |side: &Side<'_>| {
        let mut duties = side.reading.duties.iter();
        duties.any(|duty| duty.force > Force::Permit && !duty.faint)
    };
    let illustrative = !open.is_empty()
        && open.iter().all(|(a, b)| {
            (a.is_empty() || example(&sentences.old, a))
                && (b.is_empty() || example(&sentences.new, b))
        });
    let plain = std::ptr::eq(sentences.plain, &catalogue::TERM_DEFINITION)
        || illustrative
        || open.is_empty();
    match binding(&sentences.old) && binding(&sentences.new) && !plain {
        true => &catalogue::OBL_REWORDED,
        false => sentences.plain,
    }
}

/// One sentence: what cannot be seen is named, else the first words that differ.
fn message(
    sentences: &Sentences<'_>,
    rule: &ChangeRule,
    open: &[(Range<usize>, Range<usize>)],
) -> String {
    let (before, after) = (sentences.old.text, sentences.new.text);
    let hidden = invisible(before, after);
    if !hidden.is_empty() {
        return format!("text changed, and characters nobody can see are among it: {hidden}");
    }
    let alike = look_alike(before, after);
    if !alike.is_empty() {
        return format!("letters were replaced by others that look alike: {alike}");
    }
    let what = match rule.id {
        "OBL-REWORDED" => "a duty asks for something else",
        _ => "text changed",
    };
    let first = open
        .first()
        .map(|(a, b)| (sentences.old.told(a.clone()), sentences.new.told(b.clone())));
    let (old, new) = match &first {
        Some((old, new)) => (
            Some(*old).filter(|text| !text.is_empty()),
            Some(*new).filter(|text| !text.is_empty()),
        ),
        None => sentences.redline.first_change(),
    };
    match (old, new) {
        (Some(old), Some(new)) => format!("{what}: {} to {}", clipped(old), clipped(new)),
        (Some(old), None) => format!("{what}: {} is gone", clipped(old)),
        (None, Some(new)) => format!("{what}: {} is new", clipped(new)),
        (None, None) => what.to_owned(),
    }
}
