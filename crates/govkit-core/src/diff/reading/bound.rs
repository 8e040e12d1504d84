//! What a number limits: the most, the least, a rhythm.

use std::ops::Range;
use std::sync::LazyLock;

use super::words::{Lexicon, Word};

/// What a number limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The most: within, no later than, up to.
    AtMost,
    /// The least: at least, no less than; also how long something is kept.
    AtLeast,
    /// A rhythm: every, annually.
    Every,
    /// Not said.
    Unknown,
}

#[rustfmt::skip]
const MOST: &[&str] = &[
    "within", "within the next", "no later than", "not later than", "at the latest", "at most",
    "up to", "no more than", "not more than", "less than", "fewer than", "under", "below",
    "maximum of", "a maximum of", "not exceed", "not exceeding", "not to exceed",
    "no longer than", "not longer than", "no older than", "not older than", "maximum", "max",
];
#[rustfmt::skip]
const LEAST: &[&str] = &[
    "at least", "no less than", "not less than", "no fewer than", "not fewer than",
    "minimum of", "a minimum of", "no earlier than", "not earlier than", "for at least",
    "minimum", "min",
];
/// The most where it is forbidden; else where something begins.
#[rustfmt::skip]
const BEYOND: &[&str] = &[
    "more than", "over", "longer than", "older than", "exceed", "exceeds", "exceeding",
    "greater than", "above",
];
const RHYTHM: &[&str] = &["every", "each", "per"];
/// What the words before a number say of it.
#[derive(Clone, Copy)]
enum Side {
    Most,
    Least,
    Beyond,
    Rhythm,
}

static LISTS: &[(&[&str], Side)] = &[
    (MOST, Side::Most),
    (LEAST, Side::Least),
    (BEYOND, Side::Beyond),
    (RHYTHM, Side::Rhythm),
];
static BOUNDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(LISTS.iter().flat_map(|(list, _)| list.iter().copied())));

/// The list a phrase of all lists stands in.
fn which_list(phrase: usize) -> usize {
    let mut end = 0;
    let within = |(list, _): &(&[&str], Side)| {
        end += list.len();
        phrase < end
    };
    LISTS.iter().position(within).unwrap_or(0)
}

/// Words between the bound and its number.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "a", "an", "the", "period", "of", "total", "additional", "another", "about",
    "approximately", "us", "$", "€", "£", "usd", "eur", "gbp",
];
/// Verbs of keeping: "kept for seven years" is the least, not the most.
#[rustfmt::skip]
const KEEPING: &[&str] = &[
    "retain", "retained", "retains", "keep", "keeps", "kept", "store", "stored", "archive",
    "archived", "preserve", "preserved", "maintain", "maintained", "hold", "held", "retention",
    "available",
];

/// The bound before a number: how many words it takes, and which.
pub(super) fn before(words: &[Word], at: usize) -> Option<(usize, Bound)> {
    let mut end = at;
    while end > 0 && at - end < 4 && words[end - 1].any(BETWEEN) {
        end -= 1;
    }
    // Longest first: "no later than" and not "than".
    for start in end.saturating_sub(4)..end {
        let Some((_, which)) = BOUNDS
            .longest(words, start)
            .filter(|(count, _)| start + count == end)
        else {
            continue;
        };
        let bound = match LISTS[which_list(which)].1 {
            Side::Most => Bound::AtMost,
            Side::Least => Bound::AtLeast,
            Side::Beyond => beyond(words, start),
            Side::Rhythm => Bound::Every,
        };
        return Some((start, bound));
    }
    None
}

/// "Must not be kept for more than": the most. "Purchases above": where a rule begins to apply, and
/// whether more is stricter depends on the rule.
fn beyond(words: &[Word], start: usize) -> Bound {
    let denied = words[..start]
        .iter()
        .any(|word| word.any(&["not", "never", "cannot"]));
    if denied {
        Bound::AtMost
    } else {
        Bound::Unknown
    }
}

#[rustfmt::skip]
const LEAST_BEHIND: &[&str] = &[
    "or more", "or longer", "or greater", "or above", "or later", "notice", "in advance",
];
const MOST_BEHIND: &[&str] = &[
    "or less",
    "or fewer",
    "or shorter",
    "or below",
    "at the latest",
];
static BEHIND: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(LEAST_BEHIND.iter().chain(MOST_BEHIND).copied()));

/// The bound that stands behind a number, or follows from what is done.
pub(super) fn after(words: &[Word], range: Range<usize>, time: bool) -> Bound {
    match BEHIND.longest(words, range.end) {
        Some((_, which)) if which < LEAST_BEHIND.len() => return Bound::AtLeast,
        Some(_) => return Bound::AtMost,
        None => {}
    }
    let lasts = words[..range.start]
        .iter()
        .rev()
        .take(4)
        .any(|word| word.is("for"));
    let kept = || words[..range.start].iter().any(|word| word.any(KEEPING));
    if time && lasts && kept() {
        return Bound::AtLeast;
    }
    Bound::Unknown
}
