//! Blocks of a book as blocks of Word.

use govkit_book as book;
use govkit_docx::{Block, Document, Item, Look, Paragraph, Row, Run, Style, Table, Target};

/// Where blocks stand: in a quote, in a list, how far to the right.
#[derive(Clone, Copy, Default)]
struct Place {
    quoted: bool,
    /// How many lists there are around.
    lists: u8,
    indent: u8,
}

impl Place {
    /// The place inside a quote that stands here.
    fn quoted(self) -> Self {
        Self {
            quoted: true,
            indent: self.indent + 1,
            ..self
        }
    }
}

/// Adds blocks to a document.
pub(crate) fn write(blocks: &[book::Block], document: &mut Document) {
    all(blocks, Place::default(), document);
}

/// Returns spans as runs.
pub(crate) fn runs(spans: &[book::Span]) -> Vec<Run> {
    let run = |span: &book::Span| Run {
        text: span.text.clone(),
        look: Look {
            bold: span.look.bold,
            italic: span.look.italic,
            strike: span.look.strike,
            code: span.look.code,
        },
        link: span.link.as_ref().map(|link| match link {
            book::Target::Address(to) => Target::Address(to.clone()),
            book::Target::Place(to) => Target::Place(to.clone()),
        }),
        ..Run::default()
    };
    spans.iter().map(run).collect()
}

fn all(blocks: &[book::Block], place: Place, document: &mut Document) {
    for block in blocks {
        one(block, place, document);
    }
}

fn one(block: &book::Block, place: Place, document: &mut Document) {
    let style = match place {
        Place { quoted: true, .. } => Style::Quote,
        Place { lists: 1.., .. } => Style::List,
        _ => Style::Normal,
    };
    let paragraph = |style: Style, runs: Vec<Run>| Paragraph {
        indent: place.indent,
        ..Paragraph::with(style, runs)
    };
    match block {
        book::Block::Heading {
            level,
            place,
            words,
        } => document.push(Paragraph {
            anchor: Some(place.clone()),
            ..Paragraph::with(Style::Heading(level + 2), runs(words))
        }),
        book::Block::Paragraph(spans) => document.push(paragraph(style, runs(spans))),
        book::Block::Code(text) => {
            let lines = text.split('\n').map(|line| vec![Run::plain(line)]);
            lines.for_each(|line| document.push(paragraph(Style::Code, line)));
            document.push(paragraph(Style::Normal, Vec::new()));
        }
        book::Block::Quote(inside) => all(inside, place.quoted(), document),
        book::Block::List(start, items) => list(*start, items, place, document),
        book::Block::Table {
            caption,
            widths,
            head,
            rows,
        } => table(caption, widths, head, rows, document),
        book::Block::Rule => document.push(paragraph(style, vec![Run::plain("* * *")])),
    }
}

/// A list; the first paragraph of an entry has its mark, the others stand under it.
fn list(start: Option<u64>, items: &[Vec<book::Block>], place: Place, document: &mut Document) {
    let list = start.map(|start| document.numbers(place.lists, start));
    let inside = Place {
        lists: place.lists + 1,
        indent: place.indent.max(place.lists) + 1,
        ..place
    };
    for item in items {
        let mark = Some(Item {
            list,
            level: place.lists,
        });
        let (first, rest) = match item.split_first() {
            Some((book::Block::Paragraph(spans), rest)) => (runs(spans), rest),
            _ => (vec![Run::plain("\u{a0}")], item.as_slice()),
        };
        document.push(Paragraph {
            item: mark,
            ..Paragraph::with(Style::List, first)
        });
        all(rest, inside, document);
    }
}

fn table(
    caption: &str,
    widths: &[u16],
    head: &[Vec<book::Span>],
    rows: &[Vec<Vec<book::Span>>],
    document: &mut Document,
) {
    if !caption.is_empty() {
        document.push(Paragraph::of(Style::Caption, caption));
    }
    let cell = |spans: &Vec<book::Span>| Paragraph::with(Style::Cell, runs(spans));
    let mut top = Row::of(head.iter().map(cell).collect());
    for run in top
        .cells
        .iter_mut()
        .flatten()
        .flat_map(|cell| &mut cell.runs)
    {
        run.look.bold = true;
    }
    let rows = rows
        .iter()
        .map(|row| Row::of(row.iter().map(cell).collect()));
    document.blocks.push(Block::Table(Table {
        widths: widths.to_vec(),
        head: 1,
        rows: std::iter::once(top).chain(rows).collect(),
    }));
}
