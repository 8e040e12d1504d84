//! Handbook: all artifacts as one numbered page, and the same as Typst source.
//!
//! [`files`] is the whole logic, a pure function; the component is a thin layer above it. Its input is
//! hostile: text reaches the page only through [`govkit_reader::html::text`], and the Typst source only
//! inside a string.

mod approvals;
mod html;
mod options;
mod page;
mod plugin;
mod source;
mod typst;

use std::collections::BTreeMap;

use govkit_book::Book;

pub use approvals::{Approval, approvals};
pub use options::Options;

/// Returns the files of an export by name.
pub fn files(book: &Book, approvals: &[Approval]) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("handbook.html", page::page(book, approvals)),
        ("handbook.typ", source::source(book, approvals)),
    ])
}

#[cfg(test)]
mod tests;
