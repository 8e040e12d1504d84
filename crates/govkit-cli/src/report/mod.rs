//! Reports: pure functions from values to bytes. Nothing here decides an exit code.

pub(crate) mod cell;
pub(crate) mod diff;
pub(crate) mod docx;
pub(crate) mod envelope;
pub(crate) mod findings;
pub(crate) mod github;
pub(crate) mod html;
pub(crate) mod listing;
pub(crate) mod log;
pub(crate) mod markdown;
pub(crate) mod review;
pub(crate) mod sarif;
pub(crate) mod wire;
