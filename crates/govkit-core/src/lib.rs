//! What governance *is*: artifacts, kinds, links, rules, findings and change sets.
//!
//! This crate names no outside world. It reads no clock, no environment and no file: bytes
//! come in as a [`Snapshot`](snapshot::Snapshot), dates as arguments, and every answer is a
//! value. The same snapshot, configuration and date give the same answer, byte for byte.
//!
//! The way through it is one straight line:
//!
//! ```text
//! Snapshot + Config ──► Corpus ──► check / diff ──► findings, change sets ──► (a renderer)
//! ```

pub mod approval;
pub mod artifact;
pub mod check;
pub mod config;
pub mod corpus;
pub mod diff;
pub mod edit;
pub mod export;
pub mod finding;
pub mod front_matter;
#[cfg(test)]
mod generated;
pub mod history;
pub mod impact;
pub mod limits;
pub mod lock;
pub mod manifest;
pub mod merge;
pub mod nearest;
pub mod outline;
pub mod path;
pub mod position;
pub mod profile;
pub mod query;
pub mod review;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod sentence_lines;
pub mod similarity;
pub mod snapshot;
pub mod stats;
pub mod template;
pub mod time;
pub mod untrusted;
pub mod value;
