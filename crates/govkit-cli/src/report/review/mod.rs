//! Reviews: one renderer a format. A renderer is a pure function from a review to bytes; what it
//! leaves out it counts, and no format changes the exit code.

mod github;
pub(crate) mod html;
mod human;
mod json;
pub(crate) mod markdown;
mod sarif;
mod tree;
pub(crate) mod words;

pub(crate) use github::github;
pub(crate) use html::html;
pub(crate) use human::{human, reach};
pub(crate) use json::json;
pub(crate) use markdown::markdown;
pub(crate) use sarif::sarif;

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;
