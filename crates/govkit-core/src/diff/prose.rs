//! A body as blocks and sentences: what a reader takes in at once.
//!
//! Soft line breaks, indentation and the signs of lists and quotations are no part of a sentence,
//! so text that is only wrapped anew is the same text.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::sentences;
use crate::outline::markdown_options;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum BlockKind {
    /// A paragraph outside lists.
    Paragraph,
    /// A paragraph of a list item.
    Item,
    /// A row of a table.
    Row,
    /// Lines of code.
    Code,
    /// Lines of raw HTML.
    Html,
    /// A link reference, `[label]: target`.
    Definition,
}

impl BlockKind {
    /// Whether its text is sentences, rather than code, markup or a definition.
    pub(super) fn is_prose(self) -> bool {
        matches!(self, Self::Paragraph | Self::Item | Self::Row)
    }
}

/// A paragraph, a table row, a code block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    /// The lists and quotations it stands in, outermost first: `u`, `o`, `q`.
    pub(super) nesting: String,
    /// Whether it is the first block of its list item.
    pub(super) leads: bool,
    /// Its sentences.
    pub(super) sentences: Range<usize>,
}

/// A sentence, a table row or a line of code.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// The Markdown of it on one line, single blanks between words.
    pub(super) text: String,
    /// Where it starts in the file; exact to the line.
    pub(super) start: usize,
    /// The block it stands in.
    pub(super) block: usize,
}

/// The blocks and sentences of a body, in file order.
#[derive(Clone, Debug, Default)]
pub(super) struct Prose {
    pub(super) blocks: Vec<Block>,
    pub(super) sentences: Vec<Sentence>,
}

impl Prose {
    /// Reads the body of `text` that starts at `body`.
    pub(super) fn parse(text: &str, body: usize) -> Self {
        let source = text.get(body..).unwrap_or("");
        let parser = Parser::new_ext(source, markdown_options());
        let mut definitions: Vec<Range<usize>> = parser
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.clone())
            .collect();
        definitions.sort_by_key(|span| span.start);
        let mut reader = Reader {
            source,
            body,
            definitions,
            ..Reader::default()
        };
        for (event, range) in parser.into_offset_iter() {
            reader.event(&event, range);
        }
        reader.end_leaf();
        reader.definitions_before(usize::MAX);
        reader.prose
    }

    pub(super) fn block_of(&self, sentence: usize) -> &Block {
        &self.blocks[self.sentences[sentence].block]
    }

    /// The sentence that introduces the list a block stands in: the one before it that ends with a colon.
    pub(super) fn introduction(&self, block: usize) -> Option<&Sentence> {
        let nesting = &self.blocks[block].nesting;
        let around = |at: &usize| {
            let other = &self.blocks[*at].nesting;
            other.len() < nesting.len() && nesting.starts_with(other.as_str())
        };
        let before = (0..block).rev().find(around)?;
        let last = self.sentences[self.blocks[before].sentences.clone()].last()?;
        let text = last.text.trim_end_matches(['*', '_']);
        text.ends_with(':').then_some(last)
    }

    /// The sentences that start in a range of the file.
    pub(super) fn within(&self, range: Range<usize>) -> Range<usize> {
        let before = |offset| {
            self.sentences
                .partition_point(|sentence| sentence.start < offset)
        };
        before(range.start)..before(range.end).max(before(range.start))
    }
}

/// Running text that is being collected.
struct Leaf {
    start: usize,
    end: usize,
    /// Line breaks: from the end of the text on one line to its start on the next.
    breaks: Vec<Range<usize>>,
    /// Whether a break is open: the next text says where it ends.
    open: bool,
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    body: usize,
    prose: Prose,
    definitions: Vec<Range<usize>>,
    next_definition: usize,
    nesting: String,
    /// Whether the next block is the first of its item.
    leads: bool,
    leaf: Option<Leaf>,
    row: Option<Range<usize>>,
    code: bool,
    heading: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) if self.code => self.lines(text, range.start, BlockKind::Code),
            Event::Html(text) => self.lines(text, range.start, BlockKind::Html),
            Event::SoftBreak | Event::HardBreak => self.line_break(range.start),
            Event::Rule => self.end_leaf(),
            _ => self.inline(range),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. } => {
                self.inline(range);
            }
            Tag::TableHead | Tag::TableRow => {
                self.end_leaf();
                self.row = Some(range);
            }
            Tag::Heading { .. } => {
                self.end_leaf();
                self.heading = true;
            }
            Tag::CodeBlock(kind) => {
                self.end_leaf();
                self.code = true;
                self.begin_block(BlockKind::Code, range.start);
                if let CodeBlockKind::Fenced(info) = kind {
                    self.line(&format!("```{}", info.trim()), range.start);
                }
            }
            Tag::HtmlBlock => {
                self.end_leaf();
                self.begin_block(BlockKind::Html, range.start);
            }
            container => {
                self.end_leaf();
                self.enter(container);
            }
        }
    }

    fn enter(&mut self, container: &Tag<'_>) {
        match container {
            Tag::List(Some(_)) => self.nesting.push('o'),
            Tag::List(None) => self.nesting.push('u'),
            Tag::BlockQuote(_) => self.nesting.push('q'),
            Tag::Item => self.leads = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image => {}
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(),
            TagEnd::Heading(_) => self.heading = false,
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.code = false;
                self.end_block();
            }
            TagEnd::List(_) | TagEnd::BlockQuote(_) => {
                self.end_leaf();
                self.nesting.pop();
            }
            _ => self.end_leaf(),
        }
    }

    fn inline(&mut self, range: Range<usize>) {
        if self.heading || self.row.is_some() || self.code {
            return;
        }
        let leaf = self.leaf.get_or_insert(Leaf {
            start: range.start,
            end: range.end,
            breaks: Vec::new(),
            open: false,
        });
        if leaf.open {
            leaf.open = false;
            if let Some(last) = leaf.breaks.last_mut() {
                last.end = range.start.max(last.start);
            }
        }
        leaf.end = leaf.end.max(range.end);
    }

    fn line_break(&mut self, at: usize) {
        if let Some(leaf) = &mut self.leaf {
            let from = leaf.breaks.last().map_or(leaf.start, |last| last.end);
            leaf.breaks.push(at.max(from)..at.max(from));
            leaf.open = true;
        }
    }

    fn end_leaf(&mut self) {
        let Some(leaf) = self.leaf.take() else { return };
        let kind = if self.nesting.contains(['u', 'o']) {
            BlockKind::Item
        } else {
            BlockKind::Paragraph
        };
        self.begin_block(kind, leaf.start);
        let (text, places) = joined(self.source, &leaf);
        for range in sentences::split(&text) {
            let place = places.partition_point(|(joined, _)| *joined <= range.start);
            let start = places[..place]
                .last()
                .map_or(leaf.start, |(joined, offset)| {
                    // Blanks were dropped on the way: the line is right, the column may not be.
                    (offset + (range.start - joined)).min(leaf.end)
                });
            self.push(text[range].to_owned(), start);
        }
        self.end_block();
    }

    fn end_row(&mut self) {
        if let Some(row) = self.row.take() {
            self.begin_block(BlockKind::Row, row.start);
            self.line(&self.source[row.clone()], row.start);
            self.end_block();
        }
    }

    /// Lines that mean what they say, blanks at their start included.
    fn lines(&mut self, text: &str, start: usize, kind: BlockKind) {
        let mut at = start;
        for line in text.split_inclusive('\n') {
            if kind == BlockKind::Code {
                let line = line.trim_end();
                if !line.is_empty() {
                    self.push(line.to_owned(), at);
                }
            } else {
                self.line(line, at);
            }
            at += line.len();
        }
    }

    fn line(&mut self, text: &str, start: usize) {
        let text = collapsed(text);
        if !text.is_empty() {
            self.push(text, start);
        }
    }

    fn push(&mut self, text: String, start: usize) {
        let end = self.body + self.source.len();
        let floor = self.prose.sentences.last().map_or(0, |last| last.start);
        self.prose.sentences.push(Sentence {
            text,
            // Sentences stand in order, whatever the parser says of their places.
            start: (self.body + start).min(end).max(floor),
            block: self.prose.blocks.len().saturating_sub(1),
        });
    }

    fn begin_block(&mut self, kind: BlockKind, start: usize) {
        self.definitions_before(start);
        let at = self.prose.sentences.len();
        self.prose.blocks.push(Block {
            kind,
            nesting: self.nesting.clone(),
            leads: std::mem::take(&mut self.leads),
            sentences: at..at,
        });
    }

    fn end_block(&mut self) {
        let end = self.prose.sentences.len();
        if let Some(block) = self.prose.blocks.last_mut() {
            block.sentences.end = end;
        }
    }

    fn definitions_before(&mut self, offset: usize) {
        while let Some(span) = self.definitions.get(self.next_definition).cloned()
            && span.start < offset
        {
            self.next_definition += 1;
            let leads = std::mem::take(&mut self.leads);
            let at = self.prose.sentences.len();
            self.prose.blocks.push(Block {
                kind: BlockKind::Definition,
                nesting: self.nesting.clone(),
                leads: false,
                sentences: at..at,
            });
            let text = self.source.get(span.clone()).unwrap_or("").to_owned();
            self.line(&text, span.start);
            self.end_block();
            self.leads = leads;
        }
    }
}

/// The text of a leaf on one line, and for each of its lines where it starts, joined and in the source.
fn joined(source: &str, leaf: &Leaf) -> (String, Vec<(usize, usize)>) {
    let mut text = String::new();
    let mut places = Vec::new();
    let mut from = leaf.start;
    let ends = leaf.breaks.iter().map(|gap| (gap.start, gap.end));
    for (end, next) in ends.chain([(leaf.end, leaf.end)]) {
        let line = collapsed(source.get(from..end).unwrap_or(""));
        if !line.is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            places.push((text.len(), from));
            text.push_str(&line);
        }
        from = next;
    }
    (text, places)
}

/// Single blanks between words, none at the ends. Blanks other than ASCII's are left to be seen.
fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<(BlockKind, String, String)> {
        let prose = Prose::parse(text, 0);
        let show = |(at, sentence): (usize, &Sentence)| {
            let block = prose.block_of(at);
            (block.kind, block.nesting.clone(), sentence.text.clone())
        };
        prose.sentences.iter().enumerate().map(show).collect()
    }

    fn row(kind: BlockKind, nesting: &str, text: &str) -> (BlockKind, String, String) {
        (kind, nesting.into(), text.into())
    }

    #[test]
    fn wrapping_indentation_and_quotation_signs_are_no_text() {
        assert_eq!(
            shown("> One *two*\n> three. Four\n> five.\n\n- a\n  b\n\n  c\n  1. d\n"),
            [
                row(BlockKind::Paragraph, "q", "One *two* three."),
                row(BlockKind::Paragraph, "q", "Four five."),
                row(BlockKind::Item, "u", "a b"),
                row(BlockKind::Item, "u", "c"),
                row(BlockKind::Item, "uo", "d"),
            ]
        );
    }

    #[test]
    fn rows_code_html_and_link_references_are_units() {
        assert_eq!(
            shown(
                "| a  | b |\n|---|---|\n| c | d |\n\n```sh\nx  y\n\n z\n```\n\n<p>\n  q\n</p>\n\nsee [k]\n\n[k]: u.md\n"
            ),
            [
                row(BlockKind::Row, "", "| a | b |"),
                row(BlockKind::Row, "", "| c | d |"),
                row(BlockKind::Code, "", "```sh"),
                row(BlockKind::Code, "", "x  y"),
                row(BlockKind::Code, "", " z"),
                row(BlockKind::Html, "", "<p>"),
                row(BlockKind::Html, "", "q"),
                row(BlockKind::Html, "", "</p>"),
                row(BlockKind::Paragraph, "", "see [k]"),
                row(BlockKind::Definition, "", "[k]: u.md"),
            ]
        );
    }

    #[test]
    fn places_are_those_of_the_line() {
        let text = "+\n\nOne\ntwo. Three\nfour. Five.\n";
        let prose = Prose::parse(text, 3);
        let lines: Vec<usize> = prose
            .sentences
            .iter()
            .map(|sentence| text[..sentence.start].matches('\n').count() + 1)
            .collect();
        assert_eq!(lines, [3, 4, 5]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|[\n#\\[\\](){}`*_>|~=<. 1-]){0,200}") {
            let prose = Prose::parse(&text, 0);
            for sentence in &prose.sentences {
                prop_assert!(sentence.start <= text.len());
                prop_assert!(!sentence.text.is_empty());
            }
        }
    }
}
