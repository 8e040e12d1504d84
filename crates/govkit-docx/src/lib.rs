//! Word documents (Office Open XML) as bytes. Values in, bytes out: no clock, no chance, no file.
//!
//! ```
//! use govkit_docx::{Block, Document, Paragraph, Style};
//!
//! let mut document = Document::new("Handbook");
//! document.blocks.push(Block::Paragraph(Paragraph::of(Style::Title, "Handbook")));
//! assert!(document.to_bytes().starts_with(b"PK"));
//! ```
//!
//! What a text says is only ever text: markup is escaped, what XML cannot hold is left out, no text
//! reaches an instruction of a field, and a link leads to the web, a mailbox or a place in the same
//! document.

mod address;
mod body;
mod contents;
mod model;
mod parts;
mod xml;

pub use model::{Block, Document, Item, Look, Mark, Paragraph, Row, Run, Style, Table, Target};

#[cfg(test)]
mod tests;
