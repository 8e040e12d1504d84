//! Reports: pure functions from values to bytes. Nothing here decides an exit code.

pub(crate) mod cell;
pub(crate) mod diff;
pub(crate) mod envelope;
pub(crate) mod findings;
pub(crate) mod listing;
pub(crate) mod review;
pub(crate) mod wire;
