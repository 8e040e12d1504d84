//! Quantities and dates that changed, with the direction they press in.

use std::borrow::Cow;

use super::{Sentences, Side, differing};
use crate::diff::catalogue::{self, ChangeRule};
use crate::diff::change_set::ChangeSeverity::{self, Breaking, Substantive};
use crate::diff::change_set::Direction;
use crate::diff::found::{Draft, Found};
use crate::diff::reading::{Bound, ConditionKind, Dimension, Quantity, Reading};

/// Reports quantities and dates.
pub(super) fn report(sentences: &mut Sentences<'_>, found: &mut Found) {
    amounts(sentences, found);
    dates(sentences, found);
}

fn amounts(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (
        sentences.old.reading.quantities.clone(),
        sentences.new.reading.quantities.clone(),
    );
    let near = |a: &Quantity, b: &Quantity| {
        a.dimension == b.dimension
            || a.dimension.is_time() && b.dimension.is_time()
            || matches!(
                (&a.dimension, &b.dimension),
                (Dimension::Count(_), Dimension::Count(_))
            )
    };
    notation(sentences, &old, &new, found);
    for pair in differing(&old, &new, Quantity::same, near) {
        match pair {
            (Some(a), Some(b)) => {
                let (a, b) = (&old[a], &new[b]);
                found.push(changed(sentences, a, b));
                sentences.old.claim(&a.whole);
                sentences.new.claim(&b.whole);
            }
            (Some(a), None) if !stands(sentences.around.came(), &old[a]) => {
                if single(&sentences.old, &old[a]) {
                    found.push(gone(sentences, &old[a]));
                    sentences.old.claim(&old[a].whole);
                }
            }
            (None, Some(b)) if !stands(sentences.around.gone(), &new[b]) => {
                if single(&sentences.new, &new[b]) {
                    found.push(came(sentences, &new[b]));
                    sentences.new.claim(&new[b].whole);
                }
            }
            (Some(a), None) => sentences.old.claim(&old[a].whole),
            (None, Some(b)) => sentences.new.claim(&new[b].whole),
            (None, None) => {}
        }
    }
}

/// Whether a quantity came or went by itself: not with its clause, which is told as a condition, and
/// not by standing elsewhere now.
fn single(side: &Side<'_>, quantity: &Quantity) -> bool {
    let mut clauses = side.reading.conditions.iter();
    let within = clauses.any(|clause| {
        clause.kind != ConditionKind::Lead
            && clause.span.start <= quantity.span.start
            && quantity.span.end <= clause.span.end
    });
    side.open(&quantity.span) && !within
}

fn stands(readings: &[Reading], quantity: &Quantity) -> bool {
    let mut all = readings.iter().flat_map(|reading| &reading.quantities);
    all.any(|other| other.value == quantity.value && other.dimension == quantity.dimension)
}

/// Equal quantities that are written differently: another unit is told, another notation is none.
fn notation(sentences: &mut Sentences<'_>, old: &[Quantity], new: &[Quantity], found: &mut Found) {
    let (kept_old, kept_new) = super::common(old, new, Quantity::same);
    for (a, b) in kept_old.into_iter().zip(kept_new) {
        let (a, b) = (&old[a], &new[b]);
        let (before, after) = (
            &sentences.old.text[a.span.clone()],
            &sentences.new.text[b.span.clone()],
        );
        if before == after || !sentences.old.open(&a.span) && !sentences.new.open(&b.span) {
            continue;
        }
        if a.dimension.is_time() && unit(before) != unit(after) {
            let message = format!("`{before}` is written `{after}`, which is as long");
            found.push(sentences.valued(
                &catalogue::TIME_EQUIVALENT,
                (Some(before), Some(after)),
                message,
            ));
        }
        sentences.rewritten = true;
        sentences.old.claim(&a.span);
        sentences.new.claim(&b.span);
    }
}

/// The unit of a quantity as written, in the singular.
fn unit(text: &str) -> String {
    let last = text
        .rsplit([' ', '-'])
        .next()
        .unwrap_or(text)
        .to_lowercase();
    last.trim_end_matches('s')
        .trim_start_matches(|ch: char| ch.is_ascii_digit())
        .to_owned()
}

/// How a change of a quantity presses, and on what that rests.
pub(in crate::diff) struct Pressed {
    pub(in crate::diff) direction: Direction,
    pub(in crate::diff) rule: &'static ChangeRule,
    pub(in crate::diff) severity: ChangeSeverity,
}

/// Says how a change from one quantity to another presses, where both limit the same way.
///
/// `binding` says that the quantity stands in a duty.
pub(in crate::diff) fn pressed(old: &Quantity, new: &Quantity, binding: bool) -> Pressed {
    let comparable = old.dimension == new.dimension && old.bound == new.bound;
    let direction = match (comparable, old.bound) {
        (true, Bound::AtMost | Bound::Every) if new.value < old.value => Direction::Tightens,
        (true, Bound::AtMost | Bound::Every) => Direction::Relaxes,
        (true, Bound::AtLeast) if new.value > old.value => Direction::Tightens,
        (true, Bound::AtLeast) => Direction::Relaxes,
        _ => Direction::Neutral,
    };
    let time = old.dimension.is_time() && new.dimension.is_time();
    let (rule, severity) = match direction {
        Direction::Tightens if time && binding => (&catalogue::TIME_TIGHTENED, Breaking),
        Direction::Tightens if time => (&catalogue::TIME_TIGHTENED, Substantive),
        Direction::Relaxes if time => (&catalogue::TIME_RELAXED, Substantive),
        _ => (&catalogue::QTY_CHANGED, Substantive),
    };
    Pressed {
        direction,
        rule,
        severity,
    }
}

fn changed(sentences: &Sentences<'_>, old: &Quantity, new: &Quantity) -> Draft {
    let (before, after) = (
        &sentences.old.text[old.whole.clone()],
        &sentences.new.text[new.whole.clone()],
    );
    let mut pressed = pressed(old, new, sentences.normative());
    let inside = |side: &Side<'_>, quantity: &Quantity| {
        let mut clauses = side.reading.conditions.iter();
        clauses.any(|clause| {
            clause.span.start <= quantity.span.start && quantity.span.end <= clause.span.end
        })
    };
    // In a condition the same change may widen or narrow the duty.
    if inside(&sentences.old, old) || inside(&sentences.new, new) {
        pressed = Pressed {
            direction: Direction::Neutral,
            rule: &catalogue::QTY_CHANGED,
            severity: Substantive,
        };
    }
    let time = old.dimension.is_time() && new.dimension.is_time();
    let what: Cow<'_, str> = match (pressed.direction, old.bound) {
        (Direction::Tightens, Bound::AtLeast) if time => {
            "the time that must at least pass got longer".into()
        }
        (Direction::Relaxes, Bound::AtLeast) if time => {
            "the time that must at least pass got shorter".into()
        }
        (Direction::Tightens, Bound::Every) => "the interval got shorter".into(),
        (Direction::Relaxes, Bound::Every) => "the interval got longer".into(),
        (Direction::Tightens, _) if time => "the time allowed got shorter".into(),
        (Direction::Relaxes, _) if time => "the time allowed got longer".into(),
        (Direction::Tightens, _) => "the limit got tighter".into(),
        (Direction::Relaxes, _) => "the limit got looser".into(),
        _ if time && old.dimension != new.dimension => {
            "the time changed, and the two units have no fixed ratio".into()
        }
        _ => "the quantity changed".into(),
    };
    sentences
        .valued(
            pressed.rule,
            (Some(before), Some(after)),
            format!("{what}: from `{before}` to `{after}`"),
        )
        .severity(pressed.severity)
        .direction(pressed.direction)
}

fn came(sentences: &Sentences<'_>, quantity: &Quantity) -> Draft {
    let text = &sentences.new.text[quantity.whole.clone()];
    sentences.valued(
        &catalogue::QTY_ADDED,
        (None, Some(text)),
        format!("a limit is new: `{text}`"),
    )
}

fn gone(sentences: &Sentences<'_>, quantity: &Quantity) -> Draft {
    let text = &sentences.old.text[quantity.whole.clone()];
    sentences.valued(
        &catalogue::QTY_REMOVED,
        (Some(text), None),
        format!("a limit is gone: `{text}`"),
    )
}

fn dates(sentences: &mut Sentences<'_>, found: &mut Found) {
    let (old, new) = (
        sentences.old.reading.dates.clone(),
        sentences.new.reading.dates.clone(),
    );
    for pair in differing(&old, &new, |a, b| a.same(b), |_, _| true) {
        let (Some(a), Some(b)) = pair else { continue };
        let (before, after) = (
            &sentences.old.text[old[a].span.clone()],
            &sentences.new.text[new[b].span.clone()],
        );
        let message = format!("a date changed from `{before}` to `{after}`");
        found.push(sentences.valued(
            &catalogue::DATE_CHANGED,
            (Some(before), Some(after)),
            message,
        ));
        sentences.old.claim(&old[a].span);
        sentences.new.claim(&new[b].span);
    }
    // The same day, perhaps written differently.
    let (kept_old, kept_new) = super::common(&old, &new, |a, b| a.same(b));
    for (a, b) in kept_old.into_iter().zip(kept_new) {
        sentences.rewritten |= sentences.old.open(&old[a].span) || sentences.new.open(&new[b].span);
        sentences.old.claim(&old[a].span);
        sentences.new.claim(&new[b].span);
    }
}
