//! Blocks as HTML.

use govkit_book::{Block, Span, Target, plain};
use govkit_reader::html::text;

/// Returns spans as elements.
pub(crate) fn spans(spans: &[Span]) -> String {
    let runs = spans.chunk_by(|a, b| a.link == b.link);
    runs.map(|run| {
        let inside: String = run.iter().map(span).collect();
        match run.first().and_then(|first| first.link.as_ref()) {
            Some(Target::Address(to)) => format!("<a href=\"{}\">{inside}</a>", text(to)),
            Some(Target::Place(place)) => format!("<a href=\"#{}\">{inside}</a>", id(place)),
            None => inside,
        }
    })
    .collect()
}

fn span(span: &Span) -> String {
    let mut shown = text(&span.text).replace('\n', "<br>\n");
    let look = span.look;
    let elements = [
        (look.code, "code"),
        (look.strike, "del"),
        (look.italic, "em"),
        (look.bold, "strong"),
    ];
    for (_, element) in elements.iter().filter(|(set, _)| *set) {
        shown = format!("<{element}>{shown}</{element}>");
    }
    shown
}

/// Returns a place of the book as the id of an element.
pub(crate) fn id(place: &str) -> String {
    text(&place.replace('_', "-"))
}

/// Returns the blocks of a section as elements; `title` is the section's.
pub(crate) fn blocks(blocks: &[Block], title: &str) -> String {
    let mut writer = Writer {
        level: SECTION,
        heading: title.to_owned(),
    };
    writer.all(blocks)
}

/// The level of a section's heading: the document and its chapters stand above it.
const SECTION: u8 = 3;

/// What a reader came past.
struct Writer {
    /// The level of the last heading.
    level: u8,
    /// Its words.
    heading: String,
}

impl Writer {
    fn all(&mut self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.one(block)).collect()
    }

    fn one(&mut self, block: &Block) -> String {
        match block {
            Block::Heading {
                level,
                place,
                words,
            } => {
                // Who goes from heading to heading must not miss a level.
                self.level = (level + SECTION).min(self.level + 1).min(6);
                self.heading = plain(words);
                let (level, id) = (self.level, id(place));
                format!("<h{level} id=\"{id}\">{}</h{level}>\n", spans(words))
            }
            Block::Paragraph(words) => format!("<p>{}</p>\n", spans(words)),
            Block::List(start, items) => self.list(*start, items),
            Block::Code(code) => format!("<pre><code>{}</code></pre>\n", text(code)),
            Block::Quote(inside) => format!("<blockquote>\n{}</blockquote>\n", self.all(inside)),
            Block::Table {
                caption,
                head,
                rows,
                ..
            } => match caption.is_empty() {
                true => table(&hidden_caption(&self.heading), head, rows),
                false => table(&self::caption(caption), head, rows),
            },
            Block::Rule => "<hr>\n".to_owned(),
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>]) -> String {
        let items: String = items
            .iter()
            .map(|item| match item.as_slice() {
                [Block::Paragraph(words)] => format!("<li>{}</li>\n", spans(words)),
                item => format!("<li>{}</li>\n", self.all(item)),
            })
            .collect();
        match start {
            None => format!("<ul>\n{items}</ul>\n"),
            Some(1) => format!("<ol>\n{items}</ol>\n"),
            Some(start) => format!("<ol start=\"{start}\">\n{items}</ol>\n"),
        }
    }
}

/// What stands above a table.
pub(crate) fn caption(words: &str) -> String {
    format!("<caption>{}</caption>", text(words))
}

/// What a table is read out by, where the heading above says it to the eye.
pub(crate) fn hidden_caption(words: &str) -> String {
    format!("<caption class=\"hidden\">{}</caption>", text(words))
}

/// Returns a table under a caption.
pub(crate) fn table(caption: &str, head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) -> String {
    let mut out = format!("<table>\n{caption}\n<thead><tr>");
    for cell in head {
        out.push_str(&format!("<th scope=\"col\">{}</th>", spans(cell)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            out.push_str(&format!("<td>{}</td>", spans(cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
    out
}
