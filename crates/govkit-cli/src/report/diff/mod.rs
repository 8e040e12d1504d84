//! Change sets: one renderer a format. A renderer is a pure function from a change set to bytes;
//! what it leaves out it counts, and no format changes the exit code.

mod human;
mod json;
mod markdown;
mod name_status;
mod tsv;
mod words;

pub(crate) use human::human;
pub(crate) use json::{Gate, Report, json};
pub(crate) use markdown::markdown;
pub(crate) use name_status::name_status;
pub(crate) use tsv::tsv;

#[cfg(test)]
mod tests;
