//! A corpus as a book: chapters by kind, a section for each artifact, and their Markdown as blocks.
//!
//! [`book`] is a pure function. Nothing in a book is markup: a writer escapes every text it gets
//! from here, and may trust a [`Target`] alone.

mod blocks;
mod digest;
mod index;
mod markdown;
mod options;
mod section;

pub use blocks::{Block, Look, Span, Target, plain};
pub use options::Options;

use govkit_reader::{Input, fields};
use index::Index;

/// The artifacts of a repository in reading order.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Its title.
    pub title: String,
    /// Whose it is; empty: not said.
    pub organisation: String,
    /// Its version: what the configuration says, else the newest day from which a text is in force.
    pub version: String,
    /// The newest day from which a text is in force; empty: none is.
    pub date: String,
    /// SHA-256 over its texts, in hexadecimal: two copies with the same one say the same.
    pub digest: String,
    /// Its chapters, why before what before how.
    pub chapters: Vec<Chapter>,
}

/// All artifacts of a kind.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// Its number, from 1.
    pub number: usize,
    /// Its heading.
    pub title: String,
    /// Where links to it lead.
    pub place: String,
    /// An artifact each.
    pub sections: Vec<Section>,
}

/// One artifact.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its number in the book, `2.3`.
    pub number: String,
    /// Where links to it lead.
    pub place: String,
    /// The artifact's id.
    pub id: String,
    /// The artifact's title.
    pub title: String,
    /// The artifact in one sentence; empty: it has none.
    pub summary: Vec<Span>,
    /// What is known of it in short: a label and a value.
    pub facts: Vec<(String, Vec<Span>)>,
    /// Its steps, its activities and its text.
    pub blocks: Vec<Block>,
}

impl Book {
    /// Returns how many artifacts the book has.
    pub fn count(&self) -> usize {
        self.sections().count()
    }

    /// Returns all sections in reading order.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.chapters.iter().flat_map(|chapter| &chapter.sections)
    }
}

/// Makes a book of artifacts.
pub fn book(input: &[Input], options: &Options) -> Book {
    let index = Index::new(input, options);
    let mut chapters = Vec::new();
    for (at, (kind, artifacts)) in index.chapters().iter().enumerate() {
        chapters.push(Chapter {
            number: at + 1,
            title: options::chapter_title(kind),
            place: format!("c{}", at + 1),
            sections: artifacts
                .iter()
                .map(|artifact| section::section(&index, *artifact))
                .collect(),
        });
    }
    let shown = || index.chapters().iter().flat_map(|(_, list)| list);
    let days = shown().filter_map(|at| fields::day(&input[*at].text("effective")));
    let date = days.max().unwrap_or_default();
    Book {
        title: options.title.clone(),
        organisation: options.organisation.clone(),
        version: match options.version.is_empty() {
            true => date.clone(),
            false => options.version.clone(),
        },
        date,
        digest: digest::digest(shown().map(|at| &input[*at])),
        chapters,
    }
}

#[cfg(test)]
mod tests;
