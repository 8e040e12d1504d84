//! Passages only one side has: what is said of the text, and of the duties in it.

use super::catalogue;
use super::change_set::ChangeSeverity::Substantive;
use super::change_set::{Direction, Place};
use super::fields::clipped;
use super::found::{Draft, Found};
use super::meaning::{self, Alone};
use super::prose::{BlockKind, Prose};
use super::reading::{ConditionKind, Force, Reading};
use super::redline::{Mark, Redline};

/// A passage told in one finding: sentences of one block that follow each other.
pub(super) struct Lone<'a> {
    pub(super) text: String,
    prose: &'a Prose,
    run: Vec<usize>,
    /// Whether it is a whole list item, and what to call it.
    item: bool,
    noun: &'static str,
    /// The sentences of it that carry a duty or an exception, read.
    read: Vec<(usize, Reading)>,
}

/// The passages of some sentences; one that carries a duty stands by itself unless it is a list item.
pub(super) fn passages<'a>(prose: &'a Prose, sentences: &[usize]) -> Vec<Lone<'a>> {
    let mut out = Vec::new();
    for run in runs(prose, sentences) {
        let (item, noun) = what(prose, &run);
        let prosaic = prose.block_of(run[0]).kind.is_prose();
        let read = |at: &usize| (*at, Reading::of(&prose.sentences[*at].text));
        let read: Vec<(usize, Reading)> = match prosaic {
            true => run
                .iter()
                .map(read)
                .filter(|(_, reading)| Alone::of(reading) != Alone::Text)
                .collect(),
            false => Vec::new(),
        };
        if item || read.is_empty() {
            out.push(Lone {
                text: joined(prose, &run),
                prose,
                run,
                item,
                noun,
                read,
            });
            continue;
        }
        let mut rest: Vec<usize> = Vec::new();
        for at in run {
            match read.iter().find(|(other, _)| *other == at) {
                Some((_, reading)) => {
                    out.extend(plain(prose, std::mem::take(&mut rest)));
                    out.push(Lone {
                        text: prose.sentences[at].text.clone(),
                        prose,
                        run: vec![at],
                        item: false,
                        noun: "a sentence",
                        read: vec![(at, reading.clone())],
                    });
                }
                None => rest.push(at),
            }
        }
        out.extend(plain(prose, rest));
    }
    out
}

fn plain(prose: &Prose, run: Vec<usize>) -> Option<Lone<'_>> {
    let (_, noun) = what(prose, &run);
    (!run.is_empty()).then(|| Lone {
        text: joined(prose, &run),
        prose,
        run,
        item: false,
        noun,
        read: Vec::new(),
    })
}

impl Lone<'_> {
    pub(super) fn first(&self) -> Option<usize> {
        self.run.first().copied()
    }

    /// Reports the passage as gone or new, and the duties in it.
    pub(super) fn report(&self, side: Mark, at: &Place, found: &mut Found) {
        if self.item || self.read.is_empty() {
            found.push(self.passage(side, at));
        }
        for (sentence, reading) in &self.read {
            let text = &self.prose.sentences[*sentence].text;
            alone(text, reading, side, at, found);
        }
    }

    /// Reports a sentence of a section only one side has, if it carries a duty.
    pub(super) fn duties(
        prose: &Prose,
        sentence: usize,
        side: Mark,
        at: &Place,
        found: &mut Found,
    ) {
        if prose.block_of(sentence).kind.is_prose() {
            let text = &prose.sentences[sentence].text;
            alone(text, &Reading::of(text), side, at, found);
        }
    }

    fn passage(&self, side: Mark, at: &Place) -> Draft {
        let old = side == Mark::Old;
        let rule = match (self.item, old) {
            (true, true) => &catalogue::ITEM_REMOVED,
            (true, false) => &catalogue::ITEM_ADDED,
            (false, true) => &catalogue::TEXT_REMOVED,
            (false, false) => &catalogue::TEXT_ADDED,
        };
        let state = if old { "gone" } else { "new" };
        let message = format!("{} is {state}: {}", self.noun, clipped(&self.text));
        let draft = Draft::new(rule, at.clone(), message);
        let draft = match old {
            true => draft.quotes(Some(&self.text), None),
            false => draft.quotes(None, Some(&self.text)),
        };
        self.lent(draft, side)
            .text(Redline(vec![(side, self.text.clone())]))
    }

    /// An item of a list takes its weight from the sentence that introduces the list: "must include:".
    fn lent(&self, mut draft: Draft, side: Mark) -> Draft {
        let block = self.run.first().map(|at| self.prose.sentences[*at].block);
        let introduction = block
            .filter(|_| self.item)
            .and_then(|block| self.prose.introduction(block));
        let Some(introduction) = introduction.map(|sentence| Reading::of(&sentence.text)) else {
            return draft;
        };
        let duty = introduction
            .duties
            .iter()
            .find(|duty| duty.force == Force::Require && !duty.faint);
        let condition = introduction
            .conditions
            .iter()
            .any(|clause| clause.kind != ConditionKind::Lead);
        if duty.is_some() {
            let direction = if side == Mark::New {
                Direction::Tightens
            } else {
                Direction::Relaxes
            };
            draft = draft.severity(Substantive).direction(direction);
            draft.message.push_str(", in a list of what is required");
        } else if condition {
            draft = draft.severity(Substantive);
            draft.message.push_str(", in a list of conditions");
        }
        draft
    }
}

fn alone(text: &str, reading: &Reading, side: Mark, at: &Place, found: &mut Found) {
    match side {
        Mark::Old => meaning::removed(text, reading, at, found),
        _ => meaning::added(text, reading, at, found),
    }
}

/// Sentences that follow each other in one block.
pub(super) fn runs(prose: &Prose, sentences: &[usize]) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = Vec::new();
    for at in sentences {
        let goes_on = |last: &Vec<usize>| {
            last.last().is_some_and(|before| {
                before + 1 == *at && prose.sentences[*before].block == prose.sentences[*at].block
            })
        };
        match out.last_mut().filter(|last| goes_on(last)) {
            Some(last) => last.push(*at),
            None => out.push(vec![*at]),
        }
    }
    out
}

pub(super) fn joined(prose: &Prose, run: &[usize]) -> String {
    let code = run
        .first()
        .is_some_and(|at| prose.block_of(*at).kind == BlockKind::Code);
    let texts: Vec<&str> = run
        .iter()
        .map(|at| prose.sentences[*at].text.as_str())
        .collect();
    texts.join(if code { "\n" } else { " " })
}

/// Whether a run is a whole list item.
pub(super) fn is_item(prose: &Prose, run: &[usize]) -> bool {
    what(prose, run).0
}

/// Whether a run is a whole list item, and what to call it.
fn what(prose: &Prose, run: &[usize]) -> (bool, &'static str) {
    let Some(first) = run.first() else {
        return (false, "text");
    };
    let block = prose.block_of(*first);
    let whole = block.sentences.len() == run.len();
    match block.kind {
        BlockKind::Item if whole && block.leads => (true, "a list item"),
        BlockKind::Row => (false, "a table row"),
        BlockKind::Code => (false, "code"),
        BlockKind::Html => (false, "raw HTML"),
        BlockKind::Definition => (false, "a link reference"),
        _ if whole => (false, "a paragraph"),
        _ => (false, "a sentence"),
    }
}
