//! Held against git itself, in repositories made for the purpose.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "all of this is a test"
)]

mod changes;
mod corpora;
mod hostile;
mod reading;
mod renames;
mod repo;
mod revisions;
mod writing;
