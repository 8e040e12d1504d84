//! Markdown to blocks: raw HTML is text, a link leads into the book or to an address of a known
//! scheme, an image is its description.

use govkit_reader::address::slug;
use govkit_reader::{Input, markdown};
use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use crate::blocks::{Block, Look, Span, Target};
use crate::index::{Index, heading_place};

/// Quotes and lists deeper than this stand where they are: a page has no room for more, and no
/// writer of blocks may run out of stack.
const DEPTH: usize = 9;

/// Returns the text of an artifact as blocks; its first heading is left out where it repeats the
/// title.
pub(crate) fn blocks(index: &Index<'_>, at: usize) -> Vec<Block> {
    let mut reader = Reader {
        index,
        at,
        open: vec![Open::Text(Vec::new())],
        spans: Vec::new(),
        looks: Vec::new(),
        links: Vec::new(),
        code: None,
        heading: None,
        headings: 0,
        table: Vec::new(),
        row: Vec::new(),
    };
    for event in markdown::events(&index.input[at].body) {
        reader.event(event);
    }
    reader.finish()
}

/// Returns the anchor of each heading of an artifact: as written, else its slug; none for the one
/// that is left out because it repeats the title.
pub(crate) fn anchors(input: &Input) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut heading: Option<(Option<String>, String)> = None;
    for event in markdown::events(&input.body) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                heading = Some((id.map(|id| id.to_string()), String::new()));
            }
            Event::End(TagEnd::Heading(level)) => {
                let (id, words) = heading.take().unwrap_or_default();
                let first = found.is_empty() && level as u8 == 1;
                let repeats = first && words.trim() == input.title;
                found.push((!repeats).then(|| id.unwrap_or_else(|| slug(&words))));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, words)) = &mut heading {
                    words.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// A block that is not finished.
enum Open {
    /// The text itself.
    Text(Vec<Block>),
    Quote(Vec<Block>),
    List(Option<u64>, Vec<Vec<Block>>),
    Item(Vec<Block>),
    /// One too deep: its blocks go to the one around it.
    Flat,
}

struct Reader<'i, 'a> {
    index: &'i Index<'a>,
    at: usize,
    open: Vec<Open>,
    /// The paragraph, heading or cell so far.
    spans: Vec<Span>,
    /// What each open emphasis makes of the look.
    looks: Vec<Look>,
    links: Vec<Option<Target>>,
    /// The code so far, in a block of it.
    code: Option<String>,
    heading: Option<u8>,
    /// How many headings there were.
    headings: usize,
    table: Vec<Vec<Vec<Span>>>,
    row: Vec<Vec<Span>>,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(raw) | Event::InlineHtml(raw) | Event::Html(raw) => match &mut self.code {
                Some(code) => code.push_str(&raw),
                None => {
                    let (look, link) = (self.look(), self.link());
                    let spans = self.index.spans(self.at, &raw, look, link.as_ref());
                    self.spans.extend(spans);
                }
            },
            Event::Code(raw) | Event::InlineMath(raw) | Event::DisplayMath(raw) => {
                let look = Look {
                    code: true,
                    ..self.look()
                };
                self.span(&raw, look);
            }
            Event::SoftBreak => self.span(" ", self.look()),
            Event::HardBreak => self.span("\n", self.look()),
            Event::Rule => {
                self.close_paragraph();
                self.add(Block::Rule);
            }
            Event::TaskListMarker(done) => {
                self.span(if done { "☑ " } else { "☐ " }, Look::default());
            }
            Event::FootnoteReference(name) => self.span(&name, self.look()),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.nest(Open::Quote(Vec::new())),
            Tag::List(start) => self.nest(Open::List(start, Vec::new())),
            Tag::Item => {
                self.close_paragraph();
                match self.open.last() {
                    Some(Open::List(..)) => self.open.push(Open::Item(Vec::new())),
                    _ => self.open.push(Open::Flat),
                }
            }
            Tag::Heading { level, .. } => {
                self.close_paragraph();
                self.heading = Some(level as u8);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) | Tag::HtmlBlock => {
                self.close_paragraph();
                self.code = Some(String::new());
            }
            Tag::Table(_) | Tag::Paragraph => self.close_paragraph(),
            Tag::Emphasis => self.change(|look| look.italic = true),
            Tag::Strong => self.change(|look| look.bold = true),
            Tag::Strikethrough => self.change(|look| look.strike = true),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push(self.index.target(self.at, &dest_url));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close_paragraph();
                self.close();
            }
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                let code = self.code.take().unwrap_or_default();
                self.add(Block::Code(code.trim_end_matches('\n').to_owned()));
            }
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.spans)),
            TagEnd::TableRow | TagEnd::TableHead => self.table.push(std::mem::take(&mut self.row)),
            TagEnd::Table => self.close_table(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => drop(self.looks.pop()),
            TagEnd::Link | TagEnd::Image => drop(self.links.pop()),
            _ => {}
        }
    }

    fn look(&self) -> Look {
        self.looks.last().copied().unwrap_or_default()
    }

    fn change(&mut self, how: impl FnOnce(&mut Look)) {
        let mut look = self.look();
        how(&mut look);
        self.looks.push(look);
    }

    /// Where the text leads: a link inside a link is none.
    fn link(&self) -> Option<Target> {
        self.links.iter().flatten().next().cloned()
    }

    fn span(&mut self, text: &str, look: Look) {
        self.spans.push(Span {
            text: text.to_owned(),
            look,
            link: self.link(),
        });
    }

    fn nest(&mut self, open: Open) {
        self.close_paragraph();
        let deep = self.open.iter().filter(|one| !matches!(one, Open::Flat));
        self.open.push(match deep.count() {
            0..=DEPTH => open,
            _ => Open::Flat,
        });
    }

    /// The blocks of the innermost block that is not flat; a list has none of its own.
    fn add(&mut self, block: Block) {
        for open in self.open.iter_mut().rev() {
            match open {
                Open::Text(blocks) | Open::Quote(blocks) | Open::Item(blocks) => {
                    return blocks.push(block);
                }
                Open::List(_, items) => return items.push(vec![block]),
                Open::Flat => {}
            }
        }
    }

    fn close_paragraph(&mut self) {
        if !self.spans.is_empty() {
            let spans = std::mem::take(&mut self.spans);
            self.add(Block::Paragraph(spans));
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Quote(blocks)) => self.add(Block::Quote(blocks)),
            Some(Open::List(start, items)) => self.add(Block::List(start, items)),
            Some(Open::Item(blocks)) => {
                if let Some(Open::List(_, items)) = self.open.last_mut() {
                    items.push(blocks);
                }
            }
            // The text itself is closed by `finish` alone.
            Some(text @ Open::Text(_)) => self.open.push(text),
            Some(Open::Flat) | None => {}
        }
    }

    fn close_heading(&mut self) {
        let level = self.heading.take().unwrap_or(1);
        let words = std::mem::take(&mut self.spans);
        let number = self.headings;
        self.headings += 1;
        if self.index.leaves_out(self.at, number) {
            return;
        }
        let place = self.index.place(self.at).unwrap_or_default();
        self.add(Block::Heading {
            // The section's own heading stands where the first level would.
            level: level.saturating_sub(1).max(1),
            place: heading_place(&place, number),
            words,
        });
    }

    fn close_table(&mut self) {
        let mut rows = std::mem::take(&mut self.table);
        if rows.is_empty() {
            return;
        }
        let head = rows.remove(0);
        self.add(Block::Table {
            caption: String::new(),
            widths: widths(&head, &rows),
            head,
            rows,
        });
    }

    fn finish(mut self) -> Vec<Block> {
        self.close_paragraph();
        while self.open.len() > 1 {
            self.close();
        }
        match self.open.pop() {
            Some(Open::Text(blocks)) => blocks,
            _ => Vec::new(),
        }
    }
}

/// Columns as wide as their longest cell asks, within reason.
fn widths(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) -> Vec<u16> {
    let length = |cell: &Vec<Span>| -> usize {
        let texts = cell.iter().map(|span| span.text.chars().count());
        texts.sum()
    };
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.chain(head.get(column)).map(length);
        cells.max().unwrap_or(0).clamp(6, 60)
    };
    let widths = (0..head.len()).map(widest);
    widths
        .map(|width| u16::try_from(width).unwrap_or(60))
        .collect()
}
