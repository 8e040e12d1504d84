//! Docx: a handbook of all artifacts as a Word document.
//!
//! [`document`] is the whole logic, a pure function; the component is a thin layer above it.

mod blocks;
mod plugin;

use govkit_book::{Book, Section, Span};
use govkit_docx::{Block, Document, Paragraph, Row, Run, Style, Table};

/// Returns the Word document of a book.
pub fn document(book: &Book) -> Document {
    let mut document = Document::new(&book.title);
    document.chapters = true;
    document.header = match book.organisation.is_empty() {
        true => book.title.clone(),
        false => format!("{} · {}", book.organisation, book.title),
    };
    document.footer = format!("SHA-256 {}", book.digest);
    title_page(book, &mut document);
    document.blocks.push(Block::PageBreak);
    document
        .blocks
        .push(Block::Contents(2, "Contents".to_owned()));
    for chapter in &book.chapters {
        let mut heading = Paragraph::of(Style::Heading(1), &chapter.title);
        heading.anchor = Some(chapter.place.clone());
        document.push(heading);
        for section in &chapter.sections {
            self::section(section, &mut document);
        }
    }
    document
}

fn title_page(book: &Book, document: &mut Document) {
    document.push(Paragraph::of(Style::Title, &book.title));
    if !book.organisation.is_empty() {
        document.push(Paragraph::of(Style::Subtitle, &book.organisation));
    }
    if !book.version.is_empty() {
        let version = format!("Version {}", book.version);
        document.push(Paragraph::of(Style::Subtitle, &version));
    }
    let count = match book.count() {
        1 => "1 artifact".to_owned(),
        count => format!("{count} artifacts"),
    };
    document.push(Paragraph::of(Style::Subtitle, &count));
    let says = "The number at the foot of each page is a digest of the texts in this handbook: \
                two copies that show the same number say the same.";
    document.push(Paragraph::of(Style::Normal, says));
}

fn section(section: &Section, document: &mut Document) {
    let mut heading = Paragraph::of(Style::Heading(2), &section.title);
    heading.anchor = Some(section.place.clone());
    document.push(heading);
    if !section.summary.is_empty() {
        let runs = blocks::runs(&section.summary);
        document.push(Paragraph::with(Style::Normal, runs));
    }
    document.blocks.push(Block::Table(facts(&section.facts)));
    blocks::write(&section.blocks, document);
}

/// The facts, a row each: what, and the value.
fn facts(facts: &[(String, Vec<Span>)]) -> Table {
    let row = |(label, value): &(String, Vec<Span>)| {
        Row::of(vec![
            Paragraph::with(Style::Cell, vec![Run::bold(label)]),
            Paragraph::with(Style::Cell, blocks::runs(value)),
        ])
    };
    Table {
        widths: vec![25, 75],
        head: 0,
        rows: facts.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests;
