//! A body as plain sentences with their places: what can be held against what another text says.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::artifact::Artifact;
use crate::diff::reading::{ConditionKind, Reading};
use crate::diff::sentences;
use crate::outline::markdown_options;

/// A sentence without markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// The words on one line, parameter inserts as written.
    pub(super) text: String,
    /// Where its block starts in the file.
    pub(super) start: usize,
    /// Whether the text before it ends with a colon and obliges: then this item does, too.
    pub(super) obliged: bool,
}

/// Reads the sentences of a body, code and raw HTML left out, in file order.
pub(super) fn statements(artifact: &Artifact) -> Vec<Statement> {
    let source = artifact.body_text();
    let mut reader = Reader {
        body: artifact.body,
        ..Reader::default()
    };
    for (event, range) in Parser::new_ext(source, markdown_options()).into_offset_iter() {
        reader.event(&event, range);
    }
    reader.end_block();
    reader.out
}

#[derive(Default)]
struct Reader {
    body: usize,
    block: String,
    start: Option<usize>,
    /// Code blocks, headings: text that states nothing.
    silent: usize,
    /// Lists that are open, each with whether its introduction obliges.
    lists: Vec<bool>,
    /// Whether the block before ended with a colon and obliges.
    introduced: bool,
    out: Vec<Statement>,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Heading { .. }) => {
                self.end_block();
                self.introduced = false;
                self.silent += 1;
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Heading(_)) => {
                self.silent = self.silent.saturating_sub(1);
            }
            Event::Start(Tag::List(_)) => {
                self.end_block();
                let inherited = self.lists.last().copied().unwrap_or(false);
                self.lists.push(self.introduced || inherited);
            }
            Event::End(TagEnd::List(_)) => {
                self.end_block();
                self.lists.pop();
                self.introduced = false;
            }
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableRow | Tag::TableHead)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) =>
            {
                self.end_block();
            }
            Event::Text(text) | Event::Code(text) => self.text(text, range.start),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => {
                self.text(" ", range.start);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.silent == 0 {
            self.start.get_or_insert(self.body + at);
            self.block.push_str(text);
        }
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let Some(start) = self.start.take() else {
            return;
        };
        let block = block.split_whitespace().collect::<Vec<_>>().join(" ");
        if block.is_empty() {
            return;
        }
        let obliged = self.lists.last().copied().unwrap_or(false);
        self.introduced = block.ends_with(':') && (obliges(&block) || obliged);
        for range in sentences::split(&block) {
            self.out.push(Statement {
                text: block[range].to_owned(),
                start,
                obliged,
            });
        }
    }
}

/// Whether a sentence obliges, allows or forbids, or says when that holds.
pub(super) fn obliges(text: &str) -> bool {
    let read = Reading::of(text);
    !read.duties.is_empty()
        || read
            .conditions
            .iter()
            .any(|clause| clause.kind == ConditionKind::Exception)
        || read
            .words
            .iter()
            .any(|word| word.any(&["never", "always", "only"]))
}
