//! Who is where in the book.

use std::collections::BTreeMap;

use govkit_reader::address::address;
use govkit_reader::insert::{Piece, pieces, split_term};
use govkit_reader::{Input, Names};

use crate::blocks::{Look, Span, Target};
use crate::{Options, markdown};

/// The artifacts, indexed, and the places of those the book has.
pub(crate) struct Index<'a> {
    pub(crate) input: &'a [Input],
    chapters: Vec<(String, Vec<usize>)>,
    /// Chapter and section, from 1, of the artifacts in the book.
    places: BTreeMap<usize, (usize, usize)>,
    names: Names<'a>,
    /// The anchors of each artifact's headings, in their order; none for one that is left out.
    anchors: BTreeMap<usize, Vec<Option<String>>>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(input: &'a [Input], options: &Options) -> Self {
        let wanted =
            |status: &String| options.statuses.is_empty() || options.statuses.contains(status);
        let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut index = Self {
            input,
            chapters: Vec::new(),
            places: BTreeMap::new(),
            names: Names::new(input),
            anchors: BTreeMap::new(),
        };
        for (at, one) in input.iter().enumerate() {
            if wanted(&one.status) {
                kinds.entry(&one.kind).or_default().push(at);
            }
        }
        let there: Vec<&str> = kinds.keys().copied().collect();
        for kind in options.in_order(&there) {
            let mut list = kinds.remove(kind).unwrap_or_default();
            list.sort_by_key(|at| (&input[*at].id, &input[*at].path));
            let chapter = index.chapters.len() + 1;
            for (section, at) in list.iter().enumerate() {
                index.places.insert(*at, (chapter, section + 1));
                index.anchors.insert(*at, markdown::anchors(&input[*at]));
            }
            index.chapters.push((kind.to_owned(), list));
        }
        index
    }

    /// The kinds in the order of their chapters, with their artifacts.
    pub(crate) fn chapters(&self) -> &[(String, Vec<usize>)] {
        &self.chapters
    }

    /// Chapter and section of an artifact the book has.
    pub(crate) fn position(&self, at: usize) -> Option<(usize, usize)> {
        self.places.get(&at).copied()
    }

    /// Where links to an artifact lead, if the book has it.
    pub(crate) fn place(&self, at: usize) -> Option<String> {
        let (chapter, section) = self.position(at)?;
        Some(format!("s{chapter}_{section}"))
    }

    /// Where a link in the text of an artifact leads: a place in the book, or an address of a known
    /// scheme.
    pub(crate) fn target(&self, from: usize, to: &str) -> Option<Target> {
        match self.names.follow(from, to) {
            (Some(at), section) => self.section(at, section).map(Target::Place),
            (None, _) => address(to).map(Target::Address),
        }
    }

    /// The place of a section of an artifact; where there is none, of the artifact.
    fn section(&self, at: usize, anchor: &str) -> Option<String> {
        let place = self.place(at)?;
        let mut anchors = self.anchors.get(&at)?.iter();
        let heading = anchors.position(|one| one.as_deref() == Some(anchor));
        Some(match heading.filter(|_| !anchor.is_empty()) {
            Some(heading) => heading_place(&place, heading),
            None => place,
        })
    }

    /// Whether a heading of an artifact, by its number from 0, is left out.
    pub(crate) fn leaves_out(&self, at: usize, heading: usize) -> bool {
        let anchors = self.anchors.get(&at);
        anchors
            .and_then(|all| all.get(heading))
            .is_some_and(Option::is_none)
    }

    /// The artifact of an id by its title, or the id alone where there is none.
    pub(crate) fn named(&self, id: &str) -> Span {
        let Some(at) = self.names.find(id) else {
            return Span::plain(id);
        };
        let title = &self.input[at].title;
        match self.place(at) {
            Some(place) => Span::to(&place, title),
            None => Span::plain(title),
        }
    }

    /// Text with its parameters' values and its terms put in. `look` and `link` are those of the text.
    pub(crate) fn spans(
        &self,
        from: usize,
        raw: &str,
        look: Look,
        link: Option<&Target>,
    ) -> Vec<Span> {
        let span = |text: &str, to: Option<Target>| Span {
            text: text.to_owned(),
            look,
            // A link inside a link is none.
            link: link.cloned().or(to),
        };
        let shown = |piece: &Piece<'_>| match *piece {
            Piece::Text(text) => span(text, None),
            Piece::Parameter(written, name) => {
                match self.names.parameter(&self.input[from], name) {
                    Some((.., value)) => span(&value, None),
                    None => span(written, None),
                }
            }
            Piece::Term(written, inner) => {
                let (word, shown) = split_term(inner);
                match self.names.term(word) {
                    Some(at) => span(shown, self.place(at).map(Target::Place)),
                    None => span(written, None),
                }
            }
        };
        pieces(raw).iter().map(shown).collect()
    }

    /// A line of front matter: no Markdown.
    pub(crate) fn line(&self, from: usize, raw: &str) -> Vec<Span> {
        self.spans(from, raw, Look::default(), None)
    }
}

/// The place of a heading of an artifact, by its number from 0.
pub(crate) fn heading_place(place: &str, heading: usize) -> String {
    format!("{place}_h{}", heading + 1)
}
