//! What changed in running text, as findings.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::align::Alignment;
use super::body::Both;
use super::catalogue::{self, ChangeRule};
use super::change_set::Place;
use super::document::Document;
use super::editorial::{Difference, difference, invisible, look_alike};
use super::fields::clipped;
use super::found::{Draft, Found};
use super::prose::{BlockKind, Prose};
use super::redline::{MAX_SENTENCE_BYTES, Mark, Redline};
use super::targets;

/// Everything that is known of the text of two bodies.
pub(super) struct Passages<'a> {
    pub(super) old: (&'a Document<'a>, &'a Prose),
    pub(super) new: (&'a Document<'a>, &'a Prose),
    /// How the sentences of each pair of sections belong together.
    pub(super) all: Vec<(Both, Alignment)>,
    /// Sentences that moved: new to old.
    pub(super) moves: BTreeMap<usize, usize>,
    /// Whether the text defines a term.
    pub(super) glossary: bool,
    pub(super) all_targets: OnceCell<(BTreeSet<String>, BTreeSet<String>)>,
}

impl Passages<'_> {
    /// Reports what changed; returns the pairs of sections something was found in.
    pub(super) fn report(&self, found: &mut Found) -> BTreeSet<Both> {
        let mut touched = BTreeSet::new();
        for (both, alignment) in &self.all {
            let before = found.len();
            for (old, new) in &alignment.changed {
                self.changed(*both, *old, *new, found);
            }
            self.gone(*both, &alignment.removed, found);
            self.came(*both, &alignment.added, found);
            self.nesting(*both, &alignment.same, found);
            let some_moved = alignment.removed.len() + alignment.added.len() > 0;
            if found.len() > before || some_moved {
                touched.insert(*both);
            }
        }
        self.moved(found);
        touched
    }

    /// The targets of all links on each side.
    fn targets(&self) -> (&BTreeSet<String>, &BTreeSet<String>) {
        let of = |prose: &Prose| {
            let texts = prose
                .sentences
                .iter()
                .map(|sentence| sentence.text.as_str());
            texts.flat_map(targets::of).map(str::to_owned).collect()
        };
        let (old, new) = self
            .all_targets
            .get_or_init(|| (of(self.old.1), of(self.new.1)));
        (old, new)
    }

    fn place(&self, (old, new): Both, from: Option<usize>, to: Option<usize>) -> Place {
        let mut place = match to {
            Some(_) => self.new.0.place(new),
            None => self.old.0.place(old),
        };
        place.old_line = from.map(|at| self.old.0.line(self.old.1.sentences[at].start));
        place.new_line = to.map(|at| self.new.0.line(self.new.1.sentences[at].start));
        place
    }

    fn changed(&self, both: Both, old: usize, new: usize, found: &mut Found) {
        let (before, after) = (
            &self.old.1.sentences[old].text,
            &self.new.1.sentences[new].text,
        );
        let kind = self.new.1.block_of(new).kind;
        let at = self.place(both, Some(old), Some(new));
        // Blanks and signs are the text of code.
        let long = before.len().max(after.len()) > MAX_SENTENCE_BYTES;
        let how = match kind {
            _ if long => Difference::Text,
            BlockKind::Code => Difference::Text,
            _ => difference(before, after),
        };
        if how == Difference::Text && targets::only(before, after) {
            return targets::report(before, after, &at, found);
        }
        let line = found.redline(before, after);
        let (rule, message) = match &how {
            Difference::Editorial(what) => {
                (&catalogue::TEXT_EDITORIAL, format!("only {what} changed"))
            }
            Difference::Notation(a, b) => {
                (&catalogue::OBL_NOTATION, format!("`{a}` is written `{b}`"))
            }
            Difference::Text => (self.rule_of(kind), self.told(before, after, &line)),
        };
        let mut draft = Draft::new(rule, at.clone(), message);
        if let Difference::Notation(a, b) = how {
            draft.modal = (Some(a), Some(b));
        }
        found.push(draft.quotes(Some(before), Some(after)).text(line));
        targets::report(before, after, &at, found);
    }

    fn rule_of(&self, kind: BlockKind) -> &'static ChangeRule {
        match kind {
            _ if self.glossary => &catalogue::TERM_DEFINITION,
            BlockKind::Item => &catalogue::ITEM_CHANGED,
            _ => &catalogue::TEXT_CHANGED,
        }
    }

    /// One sentence on a changed one: what cannot be seen is named, else the first words that differ.
    fn told(&self, before: &str, after: &str, line: &Redline) -> String {
        let hidden = invisible(before, after);
        if !hidden.is_empty() {
            return format!("text changed, and characters nobody can see are among it: {hidden}");
        }
        let alike = look_alike(before, after);
        if !alike.is_empty() {
            return format!("letters were replaced by others that look alike: {alike}");
        }
        match line.first_change() {
            (Some(old), Some(new)) => format!("text changed: {} to {}", clipped(old), clipped(new)),
            (Some(old), None) => format!("words are gone: {}", clipped(old)),
            (None, Some(new)) => format!("words are new: {}", clipped(new)),
            (None, None) => "text changed".to_owned(),
        }
    }

    fn gone(&self, both: Both, removed: &[usize], found: &mut Found) {
        let moved: BTreeSet<usize> = self.moves.values().copied().collect();
        let left: Vec<usize> = removed
            .iter()
            .copied()
            .filter(|at| !moved.contains(at))
            .collect();
        for run in runs(self.old.1, &left) {
            let text = joined(self.old.1, &run);
            let (item, what) = what(self.old.1, &run);
            let rule = if item {
                &catalogue::ITEM_REMOVED
            } else {
                &catalogue::TEXT_REMOVED
            };
            let at = self.place(both, run.first().copied(), None);
            let draft = Draft::new(
                rule,
                at.clone(),
                format!("{what} is gone: {}", clipped(&text)),
            );
            let line = Redline(vec![(Mark::Old, text.clone())]);
            found.push(draft.quotes(Some(&text), None).text(line));
            targets::lost(&text, self.targets().1, &at, found);
        }
    }

    fn came(&self, both: Both, added: &[usize], found: &mut Found) {
        let left: Vec<usize> = added
            .iter()
            .copied()
            .filter(|at| !self.moves.contains_key(at))
            .collect();
        for run in runs(self.new.1, &left) {
            let text = joined(self.new.1, &run);
            let (item, what) = what(self.new.1, &run);
            let rule = if item {
                &catalogue::ITEM_ADDED
            } else {
                &catalogue::TEXT_ADDED
            };
            let at = self.place(both, None, run.first().copied());
            let draft = Draft::new(
                rule,
                at.clone(),
                format!("{what} is new: {}", clipped(&text)),
            );
            let line = Redline(vec![(Mark::New, text.clone())]);
            found.push(draft.quotes(None, Some(&text)).text(line));
            targets::gained(&text, self.targets().0, &at, found);
        }
    }

    /// Reports text that is equal and stands in another list or quotation: once a run.
    fn nesting(&self, both: Both, same: &[(usize, usize)], found: &mut Found) {
        let differs = |(old, new): &(usize, usize)| {
            let (old, new) = (self.old.1.block_of(*old), self.new.1.block_of(*new));
            old.nesting != new.nesting || old.kind != new.kind
        };
        let mut before = None;
        for (index, pair) in same.iter().enumerate() {
            if !differs(pair) {
                continue;
            }
            if index == 0 || before != Some(index - 1) {
                let (old, new) = *pair;
                let text = &self.new.1.sentences[new].text;
                let at = self.place(both, Some(old), Some(new));
                let message = format!(
                    "{} stands in another list, list level or quotation",
                    clipped(text)
                );
                found.push(
                    Draft::new(&catalogue::TEXT_CHANGED, at, message)
                        .quotes(Some(text), Some(text)),
                );
            }
            before = Some(index);
        }
    }

    fn moved(&self, found: &mut Found) {
        let news: Vec<usize> = self.moves.keys().copied().collect();
        let mut runs = runs(self.new.1, &news);
        // A passage that stood in two places is two moves.
        runs = runs
            .into_iter()
            .flat_map(|run| self.together(run))
            .collect();
        for run in runs {
            let (to, from) = (run[0], self.moves[&run[0]]);
            let text = joined(self.new.1, &run);
            let (item, _) = what(self.new.1, &run);
            let rule = if item {
                &catalogue::ITEM_MOVED
            } else {
                &catalogue::TEXT_MOVED
            };
            let section = |(document, prose): (&Document<'_>, &Prose), at: usize| {
                document.outline.section_at(prose.sentences[at].start)
            };
            let (old, new) = (section(self.old, from), section(self.new, to));
            let at = self.place((old, new), Some(from), Some(to));
            let message = format!(
                "{} stands elsewhere, from line {} to {}",
                clipped(&text),
                at.old_line.unwrap_or(0),
                at.new_line.unwrap_or(0)
            );
            let line = Redline(vec![(Mark::Same, text.clone())]);
            found.push(
                Draft::new(rule, at, message)
                    .quotes(Some(&text), Some(&text))
                    .text(line),
            );
        }
    }

    fn together(&self, run: Vec<usize>) -> Vec<Vec<usize>> {
        let mut out: Vec<Vec<usize>> = Vec::new();
        for at in run {
            let goes_on = |last: &Vec<usize>| {
                last.last()
                    .is_some_and(|before| self.moves[before] + 1 == self.moves[&at])
            };
            match out.last_mut().filter(|last| goes_on(last)) {
                Some(last) => last.push(at),
                None => out.push(vec![at]),
            }
        }
        out
    }
}

/// Sentences that follow each other in one block.
fn runs(prose: &Prose, sentences: &[usize]) -> Vec<Vec<usize>> {
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

fn joined(prose: &Prose, run: &[usize]) -> String {
    let code = run
        .first()
        .is_some_and(|at| prose.block_of(*at).kind == BlockKind::Code);
    let texts: Vec<&str> = run
        .iter()
        .map(|at| prose.sentences[*at].text.as_str())
        .collect();
    texts.join(if code { "\n" } else { " " })
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
