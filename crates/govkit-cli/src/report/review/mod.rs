//! Reviews: one renderer a format. A renderer is a pure function from a review to bytes; what it
//! leaves out it counts, and no format changes the exit code.

mod github;
mod html;
mod markdown;
mod sarif;
mod words;

pub(crate) use github::github;
pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use sarif::sarif;

#[cfg(test)]
mod tests;
