//! Duties that got stronger or weaker, were turned round, came or went inside a sentence.

use super::{Sentences, Side, differing};
use crate::diff::catalogue::{self, ChangeRule};
use crate::diff::change_set::ChangeSeverity::{self, Breaking, Minor, Substantive};
use crate::diff::change_set::Direction;
use crate::diff::fields::clipped;
use crate::diff::found::{Draft, Found};
use crate::diff::reading::{Duty, Force, content};

/// Reports the duties of a sentence that changed.
pub(super) fn report(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (
        sentences.old.reading.duties.clone(),
        sentences.new.reading.duties.clone(),
    );
    for pair in paired(sentences, &old, &new) {
        match pair {
            (Some(a), Some(b)) => both(sentences, &old[a], &new[b], found),
            (Some(a), None) => {
                let vanished = new.iter().all(|duty| duty.faint);
                gone(sentences, &old[a], vanished, found);
            }
            (None, Some(b)) => came(sentences, &new[b], found),
            (None, None) => {}
        }
    }
}

/// Duties that belong together: in order where both sides have as many, else by what is asked.
fn paired(
    sentences: &Sentences<'_>,
    old: &[Duty],
    new: &[Duty],
) -> Vec<(Option<usize>, Option<usize>)> {
    if old.len() == new.len() {
        return (0..old.len()).map(|at| (Some(at), Some(at))).collect();
    }
    let asked = |side: &Side<'_>, duty: &Duty| -> Vec<String> {
        let behind = side.words()[duty.at.end..]
            .iter()
            .filter(|word| content(word));
        behind.take(3).map(|word| word.lower.clone()).collect()
    };
    let near = |a: &Duty, b: &Duty| {
        let (a, b) = (asked(&sentences.old, a), asked(&sentences.new, b));
        a.iter().any(|word| b.contains(word))
    };
    let same = |a: &Duty, b: &Duty| near(a, b) && a.force == b.force && a.negative == b.negative;
    let mut pairs = differing(old, new, same, near);
    let (kept_old, kept_new) = super::common(old, new, same);
    pairs.extend(
        kept_old
            .into_iter()
            .zip(kept_new)
            .map(|(a, b)| (Some(a), Some(b))),
    );
    pairs.sort();
    pairs
}

/// What became of a duty both sides have.
fn both(sentences: &mut Sentences<'_>, a: &Duty, b: &Duty, found: &mut Found) {
    let (before, after) = (
        &sentences.old.text[a.modal.clone()],
        &sentences.new.text[b.modal.clone()],
    );
    if before != after
        && let Some((rule, severity, what)) = compared(a, b)
    {
        let actor = subject(sentences, b);
        let message = format!("{what}{actor}: from {before} to {after}");
        let mut draft = sentences.draft(rule, message).severity(severity);
        draft.modal = (Some(before.to_owned()), Some(after.to_owned()));
        if std::ptr::eq(rule, &catalogue::OBL_STRENGTHENED) && b.force <= Force::Permit {
            draft = draft.direction(Direction::Neutral);
        }
        found.push(draft);
    }
    sentences.old.claim(&a.modal);
    sentences.new.claim(&b.modal);
}

/// The rule for a change from one force to another.
fn compared(a: &Duty, b: &Duty) -> Option<(&'static ChangeRule, ChangeSeverity, &'static str)> {
    let binding = |duty: &Duty| duty.force > Force::Permit;
    if a.negative != b.negative && binding(a) && binding(b) {
        return Some((&catalogue::OBL_POLARITY, Breaking, "a duty is turned round"));
    }
    match b.force.cmp(&a.force) {
        std::cmp::Ordering::Equal => Some((
            &catalogue::OBL_NOTATION,
            Minor,
            "a duty of the same force is worded otherwise",
        )),
        // A permission taken away is a duty to refrain.
        std::cmp::Ordering::Greater => {
            let severity = match (a.force, b.force) {
                (Force::Commit, _) => Substantive,
                (_, Force::Require) => Breaking,
                (_, Force::Permit) => Minor,
                _ => Substantive,
            };
            Some((
                &catalogue::OBL_STRENGTHENED,
                severity,
                "a duty got stronger",
            ))
        }
        std::cmp::Ordering::Less => {
            Some((&catalogue::OBL_WEAKENED, Substantive, "a duty got weaker"))
        }
    }
}

/// ` on the owner`, where a duty says whom it binds.
fn subject(sentences: &Sentences<'_>, duty: &Duty) -> String {
    match sentences.new.text[duty.actor.clone()].trim() {
        "" => String::new(),
        actor => format!(" on {}", clipped(actor)),
    }
}

/// A duty only the old side has: weakened where nothing takes its place, else gone.
fn gone(sentences: &mut Sentences<'_>, duty: &Duty, vanished: bool, found: &mut Found) {
    if duty.faint {
        return;
    }
    let modal = sentences.old.text[duty.modal.clone()].to_owned();
    let binds = duty.force > Force::Permit;
    if vanished && let Some(declared) = declared(sentences, duty) {
        let message = format!("what was required is declared now: `{declared}` instead of {modal}");
        let mut draft = sentences.draft(&catalogue::OBL_NOTATION, message);
        draft.modal = (Some(modal), Some(declared));
        found.push(draft);
        sentences.old.claim(&duty.modal);
        return;
    }
    let draft = match (vanished && binds, duty.force) {
        (true, _) => {
            let instead = instead(sentences, duty);
            let words = instead
                .as_deref()
                .map_or_else(|| "plain words".to_owned(), clipped);
            let message = format!("a duty lost its word: {words} in place of {modal}");
            let mut draft = sentences.draft(&catalogue::OBL_WEAKENED, message);
            draft.modal = (Some(modal), instead);
            draft
        }
        (false, Force::Exempt) => sentences.draft(
            &catalogue::COND_REMOVED,
            format!("an exemption is gone: `{modal}`"),
        ),
        (false, _) => removed(
            sentences.draft(&catalogue::OBL_REMOVED, format!("a duty is gone: {modal}")),
            duty,
            &modal,
        ),
    };
    found.push(draft);
    sentences.old.claim(&duty.modal);
}

/// "Shall be removed" that became "is removed": the text does it by saying so.
fn declared(sentences: &Sentences<'_>, duty: &Duty) -> Option<String> {
    let old = &sentences.old.words()[duty.at.end..];
    let (be, rest) = old.split_first()?;
    if !be.is("be") || duty.negative {
        return None;
    }
    let done = rest
        .iter()
        .take(3)
        .find(|word| word.lower.ends_with("ed") || word.lower.ends_with("en"))?;
    let new = sentences.new.words();
    let at = new.iter().position(|word| word.lower == done.lower)?;
    let be = new[at.saturating_sub(3)..at]
        .iter()
        .find(|word| word.any(&["is", "are"]))?;
    Some(be.lower.clone())
}

/// What stands where the modal stood.
fn instead(sentences: &Sentences<'_>, duty: &Duty) -> Option<String> {
    let (_, new) = sentences
        .hunks
        .iter()
        .find(|(old, _)| old.start < duty.at.end && duty.at.start < old.end)?;
    let text = sentences.new.told(new.clone());
    (!text.is_empty()).then(|| text.to_owned())
}

fn came(sentences: &mut Sentences<'_>, duty: &Duty, found: &mut Found) {
    if duty.faint {
        return;
    }
    let modal = sentences.new.text[duty.modal.clone()].to_owned();
    let draft = match duty.force {
        Force::Exempt => sentences.draft(
            &catalogue::COND_ADDED,
            format!("an exemption is new: `{modal}`"),
        ),
        _ => {
            let message = format!("a duty is new{}: {modal}", subject(sentences, duty));
            added(
                sentences.draft(&catalogue::OBL_ADDED, message),
                duty,
                &modal,
            )
        }
    };
    found.push(draft);
    sentences.new.claim(&duty.modal);
}

/// A new duty with the severity and direction of its force.
pub(super) fn added(mut draft: Draft, duty: &Duty, modal: &str) -> Draft {
    draft.modal = (None, Some(modal.to_owned()));
    match duty.force {
        Force::Require => draft,
        Force::Permit => draft.severity(Minor).direction(Direction::Relaxes),
        _ => draft.severity(Substantive),
    }
}

/// A duty that is gone, with the severity and direction of its force.
pub(super) fn removed(mut draft: Draft, duty: &Duty, modal: &str) -> Draft {
    draft.modal = (Some(modal.to_owned()), None);
    match duty.force {
        Force::Permit => draft.severity(Minor).direction(Direction::Tightens),
        _ => draft,
    }
}
