//! One side of an artifact, read: fields, outline, lines; with or without a configuration.

use std::borrow::Cow;

use super::change_set::Place;
use crate::artifact::Artifact;
use crate::front_matter::{FrontMatter, detect};
use crate::limits::Limits;
use crate::outline::Outline;
use crate::value::Table;

/// One side of an artifact.
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) fields: Cow<'a, Table>,
    /// Offset of the body's first byte.
    pub(super) body: usize,
    pub(super) outline: Cow<'a, Outline>,
    /// The artifact, where a configuration says how to read one.
    pub(super) artifact: Option<&'a Artifact>,
    line_starts: Vec<usize>,
}

impl<'a> Document<'a> {
    pub(super) fn of_artifact(artifact: &'a Artifact) -> Self {
        Self {
            text: &artifact.text,
            fields: Cow::Borrowed(&artifact.fields),
            body: artifact.body,
            outline: Cow::Borrowed(artifact.outline()),
            artifact: Some(artifact),
            line_starts: line_starts(&artifact.text),
        }
    }

    /// Reads a text no configuration speaks of: Markdown, with whatever front matter it has.
    pub(super) fn detected(text: &'a str) -> Self {
        let front = detect(text)
            .and_then(|split| FrontMatter::read_split(text, split, &Limits::DEFAULT).ok())
            .unwrap_or_default();
        Self {
            text,
            fields: Cow::Owned(front.fields),
            body: front.body,
            outline: Cow::Owned(Outline::parse(text, front.body)),
            artifact: None,
            line_starts: line_starts(text),
        }
    }

    /// Returns the line of a byte offset, from 1.
    pub(super) fn line(&self, offset: usize) -> u32 {
        self.line_starts.partition_point(|start| *start <= offset) as u32
    }

    /// Returns the title: the first heading, where no kind says otherwise.
    pub(super) fn title(&self) -> Option<String> {
        match self.artifact {
            Some(artifact) => Some(artifact.title.clone()),
            None => self
                .fields
                .field("title")
                .and_then(|field| field.node.value.scalar())
                .or_else(|| {
                    self.outline
                        .sections
                        .first()
                        .map(|first| first.heading.clone())
                }),
        }
    }

    /// Returns what a place says of a section; nothing for the text before the first heading.
    pub(super) fn place(&self, section: Option<usize>) -> Place {
        let section = section.and_then(|index| self.outline.sections.get(index));
        Place {
            section: section.map(|section| section.anchor.clone()),
            heading: section.map(|section| section.heading.clone()),
            ..Place::default()
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 1))
        .collect()
}
