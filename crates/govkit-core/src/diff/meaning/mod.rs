//! What a change of a sentence means: duties, quantities, dates, conditions, parties, references.
//!
//! Both sides are read, and each reader's records are held against each other. A record that
//! differs is a finding and takes its words along; what is left of the words that changed is told
//! as a change of the duty or of the text. Nothing that changed is left untold.

mod alone;
mod conditions;
mod duties;
mod parties;
mod quantities;
mod references;
mod rest;
mod terms;

use std::cell::OnceCell;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

pub(super) use alone::{Alone, added, removed};
pub(super) use quantities::{Pressed, pressed};
pub(super) use terms::{Term, replaced};

use super::catalogue::ChangeRule;
use super::change_set::Place;
use super::found::{Draft, Found};
use super::reading::{Reading, Word, content, stem};
use super::redline::Redline;

/// One side of a sentence that changed.
pub(super) struct Side<'a> {
    pub(super) text: &'a str,
    pub(super) reading: Reading,
    /// For each word whether the other side lacks it.
    changed: Vec<bool>,
    /// For each word whether a finding tells of it.
    claimed: Vec<bool>,
    /// Words of grammar that carry the change: an `and` in place of an `or`.
    weighty: Vec<bool>,
}

impl<'a> Side<'a> {
    fn of(text: &'a str) -> Self {
        let reading = Reading::of(text);
        let count = reading.words.len();
        Self {
            text,
            reading,
            changed: vec![false; count],
            claimed: vec![false; count],
            weighty: vec![false; count],
        }
    }

    fn words(&self) -> &[Word] {
        &self.reading.words
    }

    /// The text of some words.
    fn told(&self, words: Range<usize>) -> &'a str {
        match self.reading.words.get(words) {
            Some([first, .., last]) => &self.text[first.start..last.end],
            Some([only]) => &self.text[only.start..only.end],
            _ => "",
        }
    }

    fn claim(&mut self, bytes: &Range<usize>) {
        for (at, word) in self.reading.words.iter().enumerate() {
            if bytes.start <= word.start && word.end <= bytes.end {
                self.claimed[at] = true;
            }
        }
    }

    fn claim_words(&mut self, words: Range<usize>) {
        self.claimed[words].fill(true);
    }

    /// Whether some word in a range of bytes changed and no finding tells of it.
    fn open(&self, bytes: &Range<usize>) -> bool {
        let words = self.reading.words.iter().enumerate();
        words
            .filter(|(_, word)| bytes.start <= word.start && word.end <= bytes.end)
            .any(|(at, _)| self.says(at))
    }

    /// The words that changed, that say something, and that no finding tells of.
    fn left(&self, range: Range<usize>) -> impl Iterator<Item = &Word> {
        range
            .filter(|at| self.says(*at))
            .map(|at| &self.reading.words[at])
    }

    /// Whether a word changed, says something, and no finding tells of it.
    fn says(&self, at: usize) -> bool {
        let word = &self.reading.words[at];
        self.changed[at] && !self.claimed[at] && (content(word) || self.weighty[at])
    }
}

/// Both sides of a sentence that changed, and where its words differ.
pub(super) struct Sentences<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Words that differ: indices on the old side and on the new.
    pub(super) hunks: Vec<(Range<usize>, Range<usize>)>,
    /// Where the sentence stands.
    pub(super) at: Place,
    /// The words that changed, for people.
    pub(super) redline: Redline,
    /// The rule for text that changed without a duty.
    pub(super) plain: &'static ChangeRule,
    /// What stands in sentences of the same section that are new, or gone: it may have moved there.
    pub(super) around: &'a Around<'a>,
    /// Whether the pairing of the sentences rests on likeness across sections.
    pub(super) likely: bool,
    /// Whether nothing but terms differs that are told of elsewhere.
    terms: bool,
    /// Whether some quantity or date is the same and written differently.
    rewritten: bool,
}

/// The sentences that are gone from a section and those that are new in it, read when asked for.
#[derive(Default)]
pub(super) struct Around<'a> {
    gone: Vec<&'a str>,
    came: Vec<&'a str>,
    read: OnceCell<(Vec<Reading>, Vec<Reading>)>,
}

impl<'a> Around<'a> {
    pub(super) fn new(gone: Vec<&'a str>, came: Vec<&'a str>) -> Self {
        Self {
            gone,
            came,
            read: OnceCell::new(),
        }
    }

    fn read(&self) -> &(Vec<Reading>, Vec<Reading>) {
        let all = |texts: &[&str]| texts.iter().map(|text| Reading::of(text)).collect();
        self.read.get_or_init(|| (all(&self.gone), all(&self.came)))
    }

    fn gone(&self) -> &[Reading] {
        &self.read().0
    }

    fn came(&self) -> &[Reading] {
        &self.read().1
    }
}

impl<'a> Sentences<'a> {
    /// Reads both sides.
    pub(super) fn of(
        (old, new): (&'a str, &'a str),
        (at, redline, plain): (Place, Redline, &'static ChangeRule),
        around: &'a Around<'a>,
    ) -> Self {
        let (mut old, mut new) = (Side::of(old), Side::of(new));
        let hunks = hunks(old.words(), new.words());
        for (a, b) in &hunks {
            old.changed[a.clone()].fill(true);
            new.changed[b.clone()].fill(true);
            swapped(&mut old, a.clone(), &mut new, b.clone());
        }
        Self {
            old,
            new,
            hunks,
            at,
            redline,
            plain,
            around,
            likely: false,
            terms: false,
            rewritten: false,
        }
    }

    /// Whether the sentence binds somebody, before or after.
    fn normative(&self) -> bool {
        self.old.reading.normative() || self.new.reading.normative()
    }

    /// Whether it is a row of a table: its cells are no clauses.
    fn row(&self) -> bool {
        self.new.text.starts_with('|')
    }

    /// Whether it is a title or a stamp, such as "Version 1.4": too short to say anything else.
    fn label(&self) -> bool {
        let spoken = |side: &Side<'_>| side.words().iter().filter(|word| word.spoken).count();
        !self.normative() && spoken(&self.old).max(spoken(&self.new)) <= 4
    }

    /// Starts a finding that quotes both sentences.
    fn draft(&self, rule: &'static ChangeRule, message: String) -> Draft {
        Draft::new(rule, self.at.clone(), message)
            .quotes(Some(self.old.text), Some(self.new.text))
            .text(self.redline.clone())
            .likely(self.likely)
    }

    /// The same with a value on each side instead of the whole sentences.
    fn valued(
        &self,
        rule: &'static ChangeRule,
        (old, new): (Option<&str>, Option<&str>),
        message: String,
    ) -> Draft {
        self.draft(rule, message).words(old, new)
    }

    /// Takes out what is a replacement of a term throughout the text.
    fn without(&mut self, terms: &[Term]) {
        let hunks = self.hunks.len();
        let (old, new) = (&self.old, &self.new);
        let is_term = |(a, b): &(Range<usize>, Range<usize>)| {
            terms
                .iter()
                .any(|term| term.is(old, a.clone(), new, b.clone()))
        };
        let (told, left): (Vec<_>, Vec<_>) = self.hunks.iter().cloned().partition(is_term);
        self.terms = told.len() == hunks && hunks > 0;
        for (a, b) in told {
            self.old.claim_words(a);
            self.new.claim_words(b);
        }
        self.hunks = left;
    }

    /// Whether nothing but terms replaced throughout differs.
    fn only_terms(&self) -> bool {
        self.terms
    }
}

/// Reports all that a change of a sentence means; `terms` are told of elsewhere.
pub(super) fn changed(mut sentences: Sentences<'_>, terms: &[Term], found: &mut Found) {
    let before = found.len();
    sentences.without(terms);
    quantities::report(&mut sentences, found);
    references::report(&mut sentences, found);
    duties::report(&mut sentences, found);
    parties::report(&mut sentences, found);
    if !sentences.row() || sentences.normative() {
        conditions::report(&mut sentences, found);
    }
    rest::report(&mut sentences, found.len() > before, found);
}

/// Marks an `and` that took the place of an `or`, or the other way round.
fn swapped(old: &mut Side<'_>, a: Range<usize>, new: &mut Side<'_>, b: Range<usize>) {
    let find = |side: &Side<'_>, mut range: Range<usize>, word: &str| {
        range.find(|at| side.reading.words[*at].is(word))
    };
    for (from, to) in [("and", "or"), ("or", "and")] {
        if let (Some(x), Some(y)) = (find(old, a.clone(), from), find(new, b.clone(), to)) {
            old.weighty[x] = true;
            new.weighty[y] = true;
        }
    }
}

/// Where two sequences of words differ.
fn hunks(old: &[Word], new: &[Word]) -> Vec<(Range<usize>, Range<usize>)> {
    let keys =
        |words: &[Word]| -> Vec<String> { words.iter().map(|word| word.lower.clone()).collect() };
    let ops = capture_diff_slices(Algorithm::Histogram, &keys(old), &keys(new));
    let differs = ops.iter().filter(|op| op.tag() != DiffTag::Equal);
    let mut out: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in differs {
        let (a, b) = (op.old_range(), op.new_range());
        match out.last_mut() {
            Some((last_a, last_b)) if last_a.end == a.start && last_b.end == b.start => {
                last_a.end = a.end;
                last_b.end = b.end;
            }
            _ => out.push((a, b)),
        }
    }
    out
}

/// What two lists do not share: pairs that took each other's place, and what has no counterpart.
///
/// `same` says what is equal, `near` what belongs together although it differs.
fn differing<T>(
    old: &[T],
    new: &[T],
    same: impl Fn(&T, &T) -> bool,
    near: impl Fn(&T, &T) -> bool,
) -> Vec<(Option<usize>, Option<usize>)> {
    let (kept_old, kept_new) = common(old, new, same);
    let mut out = Vec::new();
    let (mut a, mut b) = (0, 0);
    let ends = kept_old
        .into_iter()
        .zip(kept_new)
        .chain([(old.len(), new.len())]);
    for (to_a, to_b) in ends {
        gap(
            (a..to_a).collect(),
            (b..to_b).collect(),
            |i, j| near(&old[i], &new[j]),
            &mut out,
        );
        (a, b) = (to_a + 1, to_b + 1);
    }
    out
}

fn gap(
    olds: Vec<usize>,
    mut news: Vec<usize>,
    near: impl Fn(usize, usize) -> bool,
    out: &mut Vec<(Option<usize>, Option<usize>)>,
) {
    let mut alone = Vec::new();
    for old in olds {
        match news.iter().position(|new| near(old, *new)) {
            Some(at) => out.push((Some(old), Some(news.remove(at)))),
            None => alone.push(old),
        }
    }
    out.extend(alone.into_iter().map(|old| (Some(old), None)));
    out.extend(news.into_iter().map(|new| (None, Some(new))));
}

/// The longest common subsequence, as indices of both lists.
fn common<T>(old: &[T], new: &[T], same: impl Fn(&T, &T) -> bool) -> (Vec<usize>, Vec<usize>) {
    /// More records than this in a sentence are a table; then only equal beginnings are kept.
    const MOST: usize = 200;
    if old.len().max(new.len()) > MOST {
        let shared = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
        return ((0..shared).collect(), (0..shared).collect());
    }
    let width = new.len() + 1;
    let mut best = vec![0_usize; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            best[i * width + j] = match same(&old[i], &new[j]) {
                true => best[(i + 1) * width + j + 1] + 1,
                false => best[(i + 1) * width + j].max(best[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = (Vec::new(), Vec::new());
    while i < old.len() && j < new.len() {
        if same(&old[i], &new[j]) {
            out.0.push(i);
            out.1.push(j);
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

/// Whether two words differ in nothing but their ending.
fn inflected(old: &str, new: &str) -> bool {
    stem(old) == stem(new)
}

#[cfg(test)]
mod tests;
