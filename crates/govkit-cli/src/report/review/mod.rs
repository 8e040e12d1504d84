//! Reviews: one renderer a format. A renderer is a pure function from a review to bytes.

mod human;
mod json;
mod tree;
mod words;

pub(crate) use human::{human, reach};
pub(crate) use json::json;

#[cfg(test)]
mod tests;
