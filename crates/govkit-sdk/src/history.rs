//! The versions an artifact went through.
//!
//! A plugin that calls this asks the host for histories: computing them takes time.

pub use crate::bindings::asked::govkit::plugin::history::Version;

#[cfg(target_arch = "wasm32")]
use crate::bindings::asked::govkit::plugin::history as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::host;

/// Returns the versions of an artifact, newest first; none for an id that never was. Where the
/// history is not whole (a shallow clone) this does not return.
///
/// Natively there is no history, and a unit test gets none.
pub fn versions(id: &str) -> Vec<Version> {
    host::versions(id)
}
