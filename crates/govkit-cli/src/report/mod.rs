//! Reports: pure functions from values to bytes. Nothing here decides an exit code.

pub(crate) mod envelope;
pub(crate) mod listing;
