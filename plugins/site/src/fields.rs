//! Values of the front matter as text.

pub(crate) use govkit_book::fields::{by_when, strings, tables};
