//! What changed in running text, as findings.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::align::Alignment;
use super::body::Both;
use super::catalogue::{self, ChangeRule};
use super::change_set::Place;
use super::document::Document;
use super::editorial::{Difference, difference};
use super::fields::clipped;
use super::found::{Draft, Found};
use super::lone::{self, Lone};
use super::meaning::{self, Around, Sentences, Term};
use super::prose::{BlockKind, Prose};
use super::redline::{MAX_SENTENCE_BYTES, Mark, Redline};
use super::targets;

/// Everything that is known of the text of two bodies.
pub(super) struct Passages<'a> {
    pub(super) old: (&'a Document<'a>, &'a Prose),
    pub(super) new: (&'a Document<'a>, &'a Prose),
    /// How the sentences of each pair of sections belong together.
    pub(super) all: Vec<(Both, Alignment)>,
    /// Sentences of sections that only the old side has, and of those only the new side has.
    pub(super) lone: (Vec<usize>, Vec<usize>),
    /// Sentences that moved: new to old.
    pub(super) moves: BTreeMap<usize, usize>,
    /// Sentences that moved and were edited on the way: new to old.
    pub(super) edited: BTreeMap<usize, usize>,
    /// Whether the text defines a term.
    pub(super) glossary: bool,
    pub(super) all_targets: OnceCell<(BTreeSet<String>, BTreeSet<String>)>,
}

impl Passages<'_> {
    /// Reports what changed; returns the pairs of sections something was found in.
    pub(super) fn report(&self, found: &mut Found) -> BTreeSet<Both> {
        let mut touched = BTreeSet::new();
        let terms = self.terms(found);
        for (both, alignment) in &self.all {
            let before = found.len();
            let around = self.around(alignment);
            for (old, new) in &alignment.changed {
                self.changed(*both, (*old, *new), (&around, &terms), found);
            }
            self.gone(*both, &alignment.removed, found);
            self.came(*both, &alignment.added, found);
            self.nesting(*both, &alignment.same, found);
            let some = alignment.removed.len() + alignment.added.len() + alignment.changed.len();
            if found.len() > before || some > 0 {
                touched.insert(*both);
            }
        }
        found.fold(&catalogue::OBL_NOTATION);
        self.lone_sections(found);
        self.moved(found);
        self.moved_and_edited(&terms, found);
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

    fn texts(&self, old: usize, new: usize) -> (&str, &str) {
        (
            &self.old.1.sentences[old].text,
            &self.new.1.sentences[new].text,
        )
    }

    /// Whether a pair of sentences is text whose words can be read.
    fn readable(&self, old: usize, new: usize) -> bool {
        let (before, after) = self.texts(old, new);
        let long = before.len().max(after.len()) > MAX_SENTENCE_BYTES;
        !long && self.new.1.block_of(new).kind.is_prose()
    }

    /// Reports the terms that were replaced throughout, each once.
    fn terms(&self, found: &mut Found) -> Vec<Term> {
        let pairs: Vec<(Both, usize, usize)> = self
            .all
            .iter()
            .flat_map(|(both, alignment)| {
                alignment
                    .changed
                    .iter()
                    .map(|(old, new)| (*both, *old, *new))
            })
            .filter(|(_, old, new)| self.readable(*old, *new))
            .collect();
        let texts: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(_, old, new)| self.texts(*old, *new))
            .collect();
        let terms = meaning::replaced(&texts);
        for term in &terms {
            let (both, old, new) = pairs[term.first];
            let (before, after) = texts[term.first];
            let message = format!(
                "{} is called {} now, in {} places",
                clipped(&term.old),
                clipped(&term.new),
                term.count
            );
            let at = self.place(both, Some(old), Some(new));
            let line = found.redline(before, after);
            let draft = Draft::new(&catalogue::TERM_REPLACED, at, message);
            found.push(
                draft
                    .quotes(Some(before), Some(after))
                    .words(Some(&term.old), Some(&term.new))
                    .text(line),
            );
        }
        terms
    }

    /// What is gone from a section and what is new in it, where some of its sentences changed.
    fn around(&self, alignment: &Alignment) -> Around<'_> {
        /// More than this is another text, and says nothing of a single sentence.
        const MOST: usize = 60;
        if alignment.removed.len() + alignment.added.len() > MOST {
            return Around::default();
        }
        fn texts<'p>(prose: &'p Prose, some: &[usize]) -> Vec<&'p str> {
            let text = |at: &usize| prose.sentences[*at].text.as_str();
            some.iter().map(text).collect()
        }
        Around::new(
            texts(self.old.1, &alignment.removed),
            texts(self.new.1, &alignment.added),
        )
    }

    fn changed(
        &self,
        both: Both,
        (old, new): (usize, usize),
        (around, terms): (&Around<'_>, &[Term]),
        found: &mut Found,
    ) {
        let (before, after) = self.texts(old, new);
        let kind = self.new.1.block_of(new).kind;
        let at = self.place(both, Some(old), Some(new));
        // Blanks and signs are the text of code.
        let how = match self.readable(old, new) || kind == BlockKind::Html {
            true => difference(before, after),
            false => Difference::Text,
        };
        if how == Difference::Text && targets::only(before, after) {
            return targets::report(before, after, &at, found);
        }
        let line = found.redline(before, after);
        match how {
            Difference::Text if self.readable(old, new) => {
                let context = (at.clone(), line, self.rule_of(kind));
                let mut sentences = Sentences::of((before, after), context, around);
                sentences.likely = self.edited.contains_key(&new);
                meaning::changed(sentences, terms, found);
            }
            Difference::Text => {
                let message = told(&line);
                let draft = Draft::new(self.rule_of(kind), at.clone(), message);
                found.push(draft.quotes(Some(before), Some(after)).text(line));
            }
            Difference::Editorial(what) => {
                let message = format!("only {what} changed");
                let draft = Draft::new(&catalogue::TEXT_EDITORIAL, at.clone(), message);
                found.push(draft.quotes(Some(before), Some(after)).text(line));
            }
            Difference::Notation(a, b) => {
                let message = format!("`{a}` is written `{b}`");
                let mut draft = Draft::new(&catalogue::OBL_NOTATION, at.clone(), message);
                draft.modal = (Some(a), Some(b));
                found.push(draft.quotes(Some(before), Some(after)).text(line));
            }
        }
        targets::report(before, after, &at, found);
    }

    fn rule_of(&self, kind: BlockKind) -> &'static ChangeRule {
        match kind {
            _ if self.glossary => &catalogue::TERM_DEFINITION,
            BlockKind::Item => &catalogue::ITEM_CHANGED,
            _ => &catalogue::TEXT_CHANGED,
        }
    }

    fn gone(&self, both: Both, removed: &[usize], found: &mut Found) {
        let moved: BTreeSet<usize> = self
            .moves
            .values()
            .chain(self.edited.values())
            .copied()
            .collect();
        let left: Vec<usize> = removed
            .iter()
            .copied()
            .filter(|at| !moved.contains(at))
            .collect();
        for lone in lone::passages(self.old.1, &left) {
            let at = self.place(both, lone.first(), None);
            lone.report(Mark::Old, &at, found);
            targets::lost(&lone.text, self.targets().1, &at, found);
        }
    }

    fn came(&self, both: Both, added: &[usize], found: &mut Found) {
        let known = |at: &usize| self.moves.contains_key(at) || self.edited.contains_key(at);
        let left: Vec<usize> = added.iter().copied().filter(|at| !known(at)).collect();
        for lone in lone::passages(self.new.1, &left) {
            let at = self.place(both, None, lone.first());
            lone.report(Mark::New, &at, found);
            targets::gained(&lone.text, self.targets().0, &at, found);
        }
    }

    /// Reports the duties of sections only one side has; their text is told with the section.
    fn lone_sections(&self, found: &mut Found) {
        let moved: BTreeSet<usize> = self
            .moves
            .values()
            .chain(self.edited.values())
            .copied()
            .collect();
        let section = |(document, prose): (&Document<'_>, &Prose), at: usize| {
            document.outline.section_at(prose.sentences[at].start)
        };
        for at in self.lone.0.iter().filter(|at| !moved.contains(at)) {
            let place = self.place((section(self.old, *at), None), Some(*at), None);
            Lone::duties(self.old.1, *at, Mark::Old, &place, found);
        }
        let known = |at: &usize| self.moves.contains_key(at) || self.edited.contains_key(at);
        for at in self.lone.1.iter().filter(|at| !known(at)) {
            let place = self.place((None, section(self.new, *at)), None, Some(*at));
            Lone::duties(self.new.1, *at, Mark::New, &place, found);
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
        // A passage that stood in two places is two moves.
        let runs = lone::runs(self.new.1, &news)
            .into_iter()
            .flat_map(|run| self.together(run));
        for run in runs {
            let (to, from) = (run[0], self.moves[&run[0]]);
            let text = lone::joined(self.new.1, &run);
            let at = self.moved_place(from, to);
            let message = format!(
                "{} stands elsewhere, from line {} to {}",
                clipped(&text),
                at.old_line.unwrap_or(0),
                at.new_line.unwrap_or(0)
            );
            let line = Redline(vec![(Mark::Same, text.clone())]);
            found.push(
                Draft::new(self.moving(&run), at, message)
                    .quotes(Some(&text), Some(&text))
                    .text(line),
            );
        }
    }

    fn moving(&self, run: &[usize]) -> &'static ChangeRule {
        match lone::is_item(self.new.1, run) {
            true => &catalogue::ITEM_MOVED,
            false => &catalogue::TEXT_MOVED,
        }
    }

    fn moved_place(&self, from: usize, to: usize) -> Place {
        let section = |(document, prose): (&Document<'_>, &Prose), at: usize| {
            document.outline.section_at(prose.sentences[at].start)
        };
        self.place(
            (section(self.old, from), section(self.new, to)),
            Some(from),
            Some(to),
        )
    }

    fn moved_and_edited(&self, terms: &[Term], found: &mut Found) {
        let around = Around::default();
        for (to, from) in &self.edited {
            let (before, after) = self.texts(*from, *to);
            let at = self.moved_place(*from, *to);
            let message = format!(
                "{} stands elsewhere and was edited, from line {} to {}",
                clipped(after),
                at.old_line.unwrap_or(0),
                at.new_line.unwrap_or(0)
            );
            let line = found.redline(before, after);
            let draft = Draft::new(self.moving(&[*to]), at, message).likely(true);
            found.push(draft.quotes(Some(before), Some(after)).text(line));
            let section = |(document, prose): (&Document<'_>, &Prose), at: usize| {
                document.outline.section_at(prose.sentences[at].start)
            };
            let both = (section(self.old, *from), section(self.new, *to));
            self.changed(both, (*from, *to), (&around, terms), found);
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

/// One sentence on a change of text nobody can read as sentences.
fn told(line: &Redline) -> String {
    match line.first_change() {
        (Some(old), Some(new)) => format!("text changed: {} to {}", clipped(old), clipped(new)),
        (Some(old), None) => format!("words are gone: {}", clipped(old)),
        (None, Some(new)) => format!("words are new: {}", clipped(new)),
        (None, None) => "text changed".to_owned(),
    }
}
