//! Which section of the old text is which of the new.
//!
//! A written anchor decides first, then the headings on the way to it, without their numbers. What
//! is left is paired where one candidate is clearly the most alike.

use std::collections::{BTreeMap, VecDeque};

use super::bag::{Bag, Words};
use super::document::Document;
use super::prose::Prose;

/// Sections of both sides that belong together.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// For each old section the new one, and whether that rests on similarity.
    pub(super) of_old: Vec<Option<(usize, bool)>>,
    /// For each new section the old one.
    pub(super) of_new: Vec<Option<usize>>,
    /// Whether there was too much to look for alike sections.
    pub(super) truncated: bool,
}

/// The least score at which sections are one, and how far the next best must be away.
const LEAST_SCORE: f64 = 0.5;
const MARGIN: f64 = 0.1;
/// The most pairs of sections that are held against each other.
const MAX_CELLS: usize = 250_000;
/// Own text of fewer words says too little; then what stands under the section counts too.
const FEW_WORDS: usize = 5;

/// Pairs the sections of two documents.
pub(super) fn pair(old: (&Document<'_>, &Prose), new: (&Document<'_>, &Prose)) -> Sections {
    let mut pairer = Pairer {
        old: Side::of(old),
        new: Side::of(new),
        words: Words::default(),
        found: Sections {
            of_old: vec![None; old.0.outline.sections.len()],
            of_new: vec![None; new.0.outline.sections.len()],
            truncated: false,
        },
        queue: VecDeque::from([(None, None)]),
    };
    pairer.anchors();
    pairer.follow();
    while pairer.headings() || pairer.alike() {
        pairer.follow();
    }
    pairer.found
}

/// Returns a heading without the number in front of it.
pub(super) fn without_number(heading: &str) -> &str {
    let heading = heading.trim();
    let rest = heading.trim_start_matches('§').trim_start();
    let digits = rest
        .find(|ch: char| !(ch.is_ascii_digit() || matches!(ch, '.' | ')')))
        .unwrap_or(rest.len());
    let after = rest[digits..].trim_start_matches(['-', '–', ':']);
    let number = rest[..digits].starts_with(|ch: char| ch.is_ascii_digit());
    let text = after.trim_start();
    if number && !text.is_empty() && text.len() < rest[digits..].len() {
        text
    } else {
        heading
    }
}

struct Side<'a> {
    document: &'a Document<'a>,
    prose: &'a Prose,
    keys: Vec<String>,
    children: BTreeMap<Option<usize>, Vec<usize>>,
    bags: BTreeMap<usize, (Bag, Bag)>,
}

impl<'a> Side<'a> {
    fn of((document, prose): (&'a Document<'a>, &'a Prose)) -> Self {
        let sections = document.outline.sections.iter();
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (at, section) in sections.clone().enumerate() {
            children.entry(section.parent).or_default().push(at);
        }
        Self {
            document,
            prose,
            children,
            keys: sections
                .map(|section| without_number(&section.heading).to_lowercase())
                .collect(),
            bags: BTreeMap::new(),
        }
    }

    fn children(&self, parent: Option<usize>) -> impl Iterator<Item = usize> {
        self.children.get(&parent).into_iter().flatten().copied()
    }

    /// The words of the heading, and of the text.
    fn bags(&mut self, section: usize, words: &mut Words) -> &(Bag, Bag) {
        self.bags.entry(section).or_insert_with(|| {
            let found = &self.document.outline.sections[section];
            let text = |range| {
                let sentences = &self.prose.sentences[self.prose.within(range)];
                sentences.iter().map(|sentence| sentence.text.as_str())
            };
            let title = words.bag([self.keys[section].as_str()]);
            let own = words.bag(text(found.heading_span.end..found.own_end));
            if own.len() >= FEW_WORDS {
                return (title, own);
            }
            (
                title,
                words.bag(text(found.heading_span.end..found.span.end)),
            )
        })
    }
}

struct Pairer<'a> {
    old: Side<'a>,
    new: Side<'a>,
    words: Words,
    found: Sections,
    /// Pairs whose children are still to be paired; `None` is the document.
    queue: VecDeque<(Option<usize>, Option<usize>)>,
}

impl Pairer<'_> {
    fn take(&mut self, old: usize, new: usize, likely: bool) {
        self.found.of_old[old] = Some((new, likely));
        self.found.of_new[new] = Some(old);
        self.queue.push_back((Some(old), Some(new)));
    }

    fn left(&self) -> (Vec<usize>, Vec<usize>) {
        let (old, new) = (&self.found.of_old, &self.found.of_new);
        (
            (0..old.len()).filter(|at| old[*at].is_none()).collect(),
            (0..new.len()).filter(|at| new[*at].is_none()).collect(),
        )
    }

    /// Pairs equal written anchors.
    fn anchors(&mut self) {
        let written = |side: &Side<'_>| -> BTreeMap<String, usize> {
            let sections = side.document.outline.sections.iter().enumerate();
            let explicit = sections.filter(|(_, section)| section.explicit);
            explicit
                .map(|(at, section)| (section.anchor.clone(), at))
                .collect()
        };
        let new = written(&self.new);
        for (anchor, old) in written(&self.old) {
            if let Some(new) = new.get(&anchor) {
                self.take(old, *new, false);
            }
        }
    }

    /// Pairs the children of pairs by heading.
    fn follow(&mut self) {
        while let Some((old_parent, new_parent)) = self.queue.pop_front() {
            let (of_old, of_new) = (&self.found.of_old, &self.found.of_new);
            let olds = self
                .old
                .children(old_parent)
                .filter(|at| of_old[*at].is_none());
            let news = self
                .new
                .children(new_parent)
                .filter(|at| of_new[*at].is_none());
            let groups = grouped(&self.old.keys, olds, &self.new.keys, news);
            for (olds, news) in groups {
                if olds.len() == news.len() {
                    olds.into_iter()
                        .zip(news)
                        .for_each(|(old, new)| self.take(old, new, false));
                } else {
                    self.most_alike(&olds, &news);
                }
            }
        }
    }

    /// Pairs sections whose heading is left once on each side: they stand elsewhere now.
    fn headings(&mut self) -> bool {
        let (olds, news) = self.left();
        let groups = grouped(
            &self.old.keys,
            olds.into_iter(),
            &self.new.keys,
            news.into_iter(),
        );
        let mut any = false;
        for (olds, news) in groups {
            let ([old], [new]) = (&*olds, &*news) else {
                continue;
            };
            let score = self.text_alike(*old, *new);
            if score.is_none_or(|score| score >= LEAST_SCORE) {
                self.take(*old, *new, score.is_some_and(|score| score < 0.8));
                any = true;
            }
        }
        any
    }

    /// Pairs what is clearly the most alike of all that is left.
    fn alike(&mut self) -> bool {
        let (olds, news) = self.left();
        self.most_alike(&olds, &news)
    }

    fn most_alike(&mut self, olds: &[usize], news: &[usize]) -> bool {
        if olds.len() * news.len() > MAX_CELLS {
            self.found.truncated = true;
            return false;
        }
        let mut scores = vec![0.0; olds.len() * news.len()];
        for (i, old) in olds.iter().enumerate() {
            for (j, new) in news.iter().enumerate() {
                scores[i * news.len() + j] = self.score(*old, *new);
            }
        }
        let row = |i: usize| {
            (0..news.len())
                .map(|j| scores[i * news.len() + j])
                .collect::<Vec<_>>()
        };
        let column = |j: usize| {
            (0..olds.len())
                .map(|i| scores[i * news.len() + j])
                .collect::<Vec<_>>()
        };
        let mut any = false;
        for (i, old) in olds.iter().enumerate() {
            if let Some(j) = clear_best(&row(i))
                && clear_best(&column(j)) == Some(i)
            {
                self.take(*old, news[j], true);
                any = true;
            }
        }
        any
    }

    fn score(&mut self, old: usize, new: usize) -> f64 {
        let text = self.text_alike(old, new);
        let title = {
            let (old_title, _) = self.old.bags(old, &mut self.words);
            old_title.alike(&self.new.bags(new, &mut self.words).0)
        };
        text.map_or(title, |text| 0.3 * title + 0.7 * text)
    }

    /// How alike the texts are; `None` when neither has any.
    fn text_alike(&mut self, old: usize, new: usize) -> Option<f64> {
        let (_, old) = self.old.bags(old, &mut self.words);
        let (_, new) = self.new.bags(new, &mut self.words);
        (!old.is_empty() || !new.is_empty()).then(|| old.alike(new))
    }
}

/// The best of some scores, if it is good and no other is near.
fn clear_best(scores: &[f64]) -> Option<usize> {
    let (at, best) = scores
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))?;
    let others = scores.iter().enumerate().filter(|(other, _)| *other != at);
    let next = others.map(|(_, score)| *score).fold(0.0, f64::max);
    (*best >= LEAST_SCORE && best - next >= MARGIN).then_some(at)
}

/// Sections by heading, those whose heading both sides have.
fn grouped(
    old_keys: &[String],
    olds: impl Iterator<Item = usize>,
    new_keys: &[String],
    news: impl Iterator<Item = usize>,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut groups: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in olds {
        groups.entry(&old_keys[at]).or_default().0.push(at);
    }
    for at in news {
        if let Some(group) = groups.get_mut(new_keys[at].as_str()) {
            group.1.push(at);
        }
    }
    let both = groups
        .into_values()
        .filter(|(old, new)| !old.is_empty() && !new.is_empty());
    both.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(old: &str, new: &str) -> Vec<(String, String)> {
        let (old, new) = (Document::detected(old), Document::detected(new));
        let prose = |document: &Document<'_>| Prose::parse(document.text, document.body);
        let (a, b) = (prose(&old), prose(&new));
        let found = pair((&old, &a), (&new, &b));
        let named = found.of_old.iter().enumerate().filter_map(|(at, new_at)| {
            let heading =
                |document: &Document<'_>, at: usize| document.outline.sections[at].heading.clone();
            Some((heading(&old, at), heading(&new, (*new_at)?.0)))
        });
        named.collect()
    }

    #[test]
    fn numbers_in_front_of_headings_do_not_count() {
        assert_eq!(without_number("6.1.2 Scope"), "Scope");
        assert_eq!(without_number("3) Scope"), "Scope");
        assert_eq!(without_number("2024"), "2024");
        assert_eq!(without_number("3D printing"), "3D printing");
    }

    #[test]
    fn anchors_then_headings_then_likeness_decide() {
        let old = "# A\n## 1 One {#x}\nfirst\n## 2 Two\nsecond text\n## Three\nkeep the records for seven years\n";
        let new = "# A\n## Uno {#x}\nother\n## 1 Two\nsecond text\n## Third\nkeep the records for ten years\n";
        let expected = [
            ("A", "A"),
            ("1 One", "Uno"),
            ("2 Two", "1 Two"),
            ("Three", "Third"),
        ];
        let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!(pairs(old, new), expected);
    }

    #[test]
    fn unlike_sections_stay_apart() {
        assert_eq!(
            pairs(
                "# Scope\nall staff\n",
                "# Records\nseven years of archives\n"
            ),
            []
        );
    }
}
