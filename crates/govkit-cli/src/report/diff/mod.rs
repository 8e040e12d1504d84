//! Change sets: one renderer a format. A renderer is a pure function from a change set to bytes;
//! what it leaves out it counts, and no format changes the exit code.

pub(crate) mod excerpt;
pub(crate) mod github;
pub(crate) mod groups;
mod html;
pub(crate) mod human;
mod json;
pub(crate) mod markdown;
mod name_status;
pub(crate) mod sarif;
mod tsv;
pub(crate) mod words;

pub(crate) use github::github;
pub(crate) use html::html;
pub(crate) use human::human;
pub(crate) use json::{Report, Spreading, gate, json};
pub(crate) use markdown::markdown;
pub(crate) use name_status::name_status;
pub(crate) use sarif::sarif;
pub(crate) use tsv::tsv;

#[cfg(test)]
mod tests;
