//! Bodies: headings that came, went or moved, then the text under each pair of them.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::align::{Alignment, align};
use super::catalogue;
use super::change_set::ChangeSeverity::Editorial;
use super::change_set::{Fact, Place};
use super::document::Document;
use super::editorial::{Difference, difference};
use super::found::{Draft, Found};
use super::prose::Prose;
use super::redline::{Mark, Redline};
use super::sections::{Sections, pair, without_number};
use super::sequence::moved;
use super::text::Passages;
use super::{layout, lone, moves};
use crate::outline::Section;
use crate::position::Span;

/// Text past these bounds is not compared sentence by sentence.
const MAX_BYTES: usize = 2 << 20;
const MAX_SENTENCES: usize = 20_000;

/// Compares two bodies; `glossary` says that their text defines a term.
pub(super) fn diff(old: &Document<'_>, new: &Document<'_>, glossary: bool, found: &mut Found) {
    let (before, after) = (
        Prose::parse(old.text, old.body),
        Prose::parse(new.text, new.body),
    );
    let sections = pair((old, &before), (new, &after));
    found.truncated |= sections.truncated;
    let mut body = Body {
        old,
        new,
        sections,
        glossary,
        touched: BTreeSet::new(),
    };
    body.headings(found);
    let large = |document: &Document<'_>, prose: &Prose| {
        document.text.len() > MAX_BYTES || prose.sentences.len() > MAX_SENTENCES
    };
    if large(old, &before) || large(new, &after) {
        body.whole_sections(found);
        return;
    }
    let passages = body.passages(&before, &after, found);
    body.touched.extend(passages.report(found));
    body.layouts(found);
}

/// A section on each side; `None` is the text before the first heading.
pub(super) type Both = (Option<usize>, Option<usize>);

struct Body<'a> {
    old: &'a Document<'a>,
    new: &'a Document<'a>,
    sections: Sections,
    glossary: bool,
    /// Pairs something was found in.
    touched: BTreeSet<Both>,
}

impl<'a> Body<'a> {
    fn old_section(&self, at: usize) -> &'a Section {
        &self.old.outline.sections[at]
    }

    fn new_section(&self, at: usize) -> &'a Section {
        &self.new.outline.sections[at]
    }

    fn place(&self, old: Option<usize>, new: Option<usize>) -> Place {
        let mut place = match new {
            Some(_) => self.new.place(new),
            None => self.old.place(old),
        };
        place.old_line = old.map(|at| self.old.line(self.old_section(at).heading_span.start));
        place.new_line = new.map(|at| self.new.line(self.new_section(at).heading_span.start));
        place
    }

    /// Reports headings: gone, new, renamed, at another level, moved.
    fn headings(&mut self, found: &mut Found) {
        for old in (0..self.sections.of_old.len()).filter(|at| self.sections.of_old[*at].is_none())
        {
            let section = self.old_section(old);
            let message = format!("section “{}” is gone", section.heading);
            let text = own_text(self.old, section);
            let draft = Draft::new(
                &catalogue::SEC_REMOVED,
                self.place(Some(old), None),
                message,
            );
            found.push(
                draft
                    .words(Some(&section.heading), None)
                    .text(one_sided(Mark::Old, text)),
            );
        }
        for new in (0..self.sections.of_new.len()).filter(|at| self.sections.of_new[*at].is_none())
        {
            let section = self.new_section(new);
            let message = format!("section “{}” is new", section.heading);
            let text = own_text(self.new, section);
            let draft = Draft::new(&catalogue::SEC_ADDED, self.place(None, Some(new)), message);
            found.push(
                draft
                    .words(None, Some(&section.heading))
                    .text(one_sided(Mark::New, text)),
            );
        }
        let pairs: Vec<(usize, usize, bool)> = self
            .sections
            .of_old
            .iter()
            .enumerate()
            .filter_map(|(old, new)| new.map(|(new, likely)| (old, new, likely)))
            .collect();
        let order: Vec<(usize, u64)> = pairs
            .iter()
            .map(|(old, new, _)| {
                let section = self.old_section(*old);
                (*new, (section.own_end - section.heading_span.start) as u64)
            })
            .collect();
        let moved = moved(&order);
        let travelling: BTreeSet<usize> = pairs
            .iter()
            .zip(&moved)
            .filter(|(_, moved)| **moved)
            .map(|((old, ..), _)| *old)
            .collect();
        for (old, new, likely) in pairs {
            self.renamed(old, new, likely, found);
            if travelling.contains(&old) {
                self.moved(old, new, likely, &travelling, found);
            } else {
                self.level(old, new, likely, found);
            }
        }
    }

    fn renamed(&mut self, old: usize, new: usize, likely: bool, found: &mut Found) {
        let (before, after) = (self.old_section(old), self.new_section(new));
        let anchored = before.explicit || after.explicit;
        let (a, b) = (before.heading.as_str(), after.heading.as_str());
        if a == b && (!anchored || before.bare_anchor == after.bare_anchor) {
            return;
        }
        self.touched.insert((Some(old), Some(new)));
        let at = self.place(Some(old), Some(new));
        if a == b {
            let message = format!(
                "the anchor of “{b}” changed from #{} to #{}",
                before.anchor, after.anchor
            );
            let draft = Draft::new(&catalogue::SEC_RENAMED, at, message);
            return found.push(draft.words(Some(&before.anchor), Some(&after.anchor)));
        }
        let numbered = without_number(a) == without_number(b);
        let look = matches!(difference(a, b), Difference::Editorial(_));
        let message = match numbered {
            true => format!("section “{a}” is numbered anew: “{b}”"),
            false => format!("section “{a}” is called “{b}” now"),
        };
        let line = found.redline(a, b);
        let mut draft = Draft::new(&catalogue::SEC_RENAMED, at, message).likely(likely);
        if numbered || look {
            draft = draft.severity(Editorial);
        }
        found.push(draft.words(Some(a), Some(b)).text(line));
    }

    fn moved(
        &mut self,
        old: usize,
        new: usize,
        likely: bool,
        travelling: &BTreeSet<usize>,
        found: &mut Found,
    ) {
        let (before, after) = (self.old_section(old), self.new_section(new));
        // A section that travels with the one around it did not move by itself.
        let with_parent = before.parent.is_some_and(|parent| {
            travelling.contains(&parent)
                && self.sections.of_old[parent].map(|(new, _)| new) == after.parent
        });
        if with_parent {
            return;
        }
        self.touched.insert((Some(old), Some(new)));
        let parent = |document: &Document<'_>, section: &Section| match section.parent {
            Some(parent) => format!("“{}”", document.outline.sections[parent].heading),
            None => "the top level".to_owned(),
        };
        let (from, to) = (parent(self.old, before), parent(self.new, after));
        let message = match from == to {
            true => format!("section “{}” stands elsewhere under {to}", after.heading),
            false => format!("section “{}” moved from {from} to {to}", after.heading),
        };
        let draft = Draft::new(
            &catalogue::SEC_MOVED,
            self.place(Some(old), Some(new)),
            message,
        );
        found.push(
            draft
                .words(Some(&before.heading), Some(&after.heading))
                .likely(likely),
        );
    }

    fn level(&mut self, old: usize, new: usize, likely: bool, found: &mut Found) {
        let (before, after) = (self.old_section(old), self.new_section(new));
        if before.level == after.level {
            return;
        }
        let shift = |old: &Section, new: &Section| i16::from(new.level) - i16::from(old.level);
        // A section that only keeps its distance to the one around it was not levelled anew.
        let with_parent = before.parent.and_then(|parent| {
            let (new_parent, _) = self.sections.of_old[parent]?;
            Some(shift(
                self.old_section(parent),
                self.new_section(new_parent),
            ))
        });
        if with_parent == Some(shift(before, after)) {
            return;
        }
        self.touched.insert((Some(old), Some(new)));
        let (a, b) = (before.level.to_string(), after.level.to_string());
        let message = format!(
            "section “{}” stands at level {b} instead of {a}",
            after.heading
        );
        let draft = Draft::new(
            &catalogue::SEC_MOVED,
            self.place(Some(old), Some(new)),
            message,
        );
        let draft = draft.fact(Fact::SectionLevelChanged).likely(likely);
        found.push(draft.words(Some(&a), Some(&b)));
    }

    /// Every pair of sections, the text before the first heading included.
    fn pairs(&self) -> Vec<Both> {
        let sections = self.sections.of_old.iter().enumerate();
        let pairs = sections.filter_map(|(old, new)| Some((Some(old), Some((*new)?.0))));
        std::iter::once((None, None)).chain(pairs).collect()
    }

    /// Aligns the sentences of each pair, and finds what moved between sections.
    fn passages(&self, before: &'a Prose, after: &'a Prose, found: &mut Found) -> Passages<'a> {
        let text = |prose: &'a Prose| -> Vec<&'a str> {
            prose
                .sentences
                .iter()
                .map(|sentence| sentence.text.as_str())
                .collect()
        };
        let (olds, news) = (text(before), text(after));
        let mut all: Vec<(Both, Alignment)> = Vec::new();
        for (old, new) in self.pairs() {
            let from = before.within(own_range(self.old, old));
            let to = after.within(own_range(self.new, new));
            let alignment = align(&olds, from, &news, to);
            found.truncated |= alignment.truncated;
            all.push(((old, new), alignment));
        }
        // What stood in a section that is gone, or stands in one that is new, may have moved.
        let whole = |document: &Document<'_>, prose: &Prose, at: usize| {
            prose.within(own_range(document, Some(at)))
        };
        let gone = (0..self.sections.of_old.len()).filter(|at| self.sections.of_old[*at].is_none());
        let gone: Vec<usize> = gone.flat_map(|at| whole(self.old, before, at)).collect();
        let came = (0..self.sections.of_new.len()).filter(|at| self.sections.of_new[*at].is_none());
        let came: Vec<usize> = came.flat_map(|at| whole(self.new, after, at)).collect();
        let moves = moves::find(&all, (&olds, &gone), (&news, &came), |at| {
            lone::is_item(after, &[at])
        });
        let moved: BTreeSet<usize> = moves.values().copied().collect();
        let left_old = all
            .iter()
            .flat_map(|(_, alignment)| &alignment.removed)
            .chain(&gone);
        let left_old: Vec<usize> = left_old.copied().filter(|at| !moved.contains(at)).collect();
        let left_new = all
            .iter()
            .flat_map(|(_, alignment)| &alignment.added)
            .chain(&came);
        let left_new: Vec<usize> = left_new
            .copied()
            .filter(|at| !moves.contains_key(at))
            .collect();
        let edited = moves::edited((&olds, &left_old), (&news, &left_new));
        Passages {
            old: (self.old, before),
            new: (self.new, after),
            all,
            lone: (gone, came),
            moves,
            edited,
            glossary: self.glossary,
            all_targets: OnceCell::new(),
        }
    }

    /// Reports pairs whose text says the same and is written differently.
    fn layouts(&self, found: &mut Found) {
        for (old, new) in self.pairs() {
            if self.touched.contains(&(old, new)) {
                continue;
            }
            let (a, b) = (with_heading(self.old, old), with_heading(self.new, new));
            if let Some(mut draft) = layout::difference(self.old, a, self.new, b) {
                let lines = (draft.at.old_line, draft.at.new_line);
                draft.at = self.new.place(new);
                (draft.at.old_line, draft.at.new_line) = lines;
                found.push(draft);
            }
        }
    }

    /// Reports the pairs whose text differs, without saying how.
    fn whole_sections(&self, found: &mut Found) {
        for (old, new) in self.pairs() {
            let (a, b) = (with_heading(self.old, old), with_heading(self.new, new));
            if a.of(self.old.text) == b.of(self.new.text) {
                continue;
            }
            found.truncated = true;
            let mut at = self.new.place(new);
            (at.old_line, at.new_line) =
                (Some(self.old.line(a.start)), Some(self.new.line(b.start)));
            let message = "the text differs and is too large to be compared sentence by sentence";
            found.push(Draft::new(&catalogue::TEXT_CHANGED, at, message));
        }
    }
}

fn own_text<'t>(document: &'t Document<'_>, section: &Section) -> &'t str {
    Span::new(section.heading_span.end, section.own_end)
        .of(document.text)
        .trim()
}

fn one_sided(mark: Mark, text: &str) -> Redline {
    let spans = [(mark, text.to_owned())];
    Redline(
        spans
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    )
}

/// The bytes of a section's own text, without its heading.
fn own_range(document: &Document<'_>, section: Option<usize>) -> std::ops::Range<usize> {
    match section {
        None => document.body..document.outline.preamble_end.max(document.body),
        Some(at) => {
            let section = &document.outline.sections[at];
            section.heading_span.end..section.own_end.max(section.heading_span.end)
        }
    }
}

fn with_heading(document: &Document<'_>, section: Option<usize>) -> Span {
    let own = own_range(document, section);
    let start = section.map_or(own.start, |at| {
        document.outline.sections[at].heading_span.start
    });
    Span::new(start, own.end)
}
