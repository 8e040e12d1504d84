//! Files the repository lists for the plugin: `assets` in its table of `govkit.toml`.
//!
//! Natively there are none.

#[cfg(target_arch = "wasm32")]
use crate::bindings::asked::govkit::plugin::assets as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::host;

/// Returns their paths from the repository's root, sorted.
pub fn names() -> Vec<String> {
    host::names()
}

/// Returns the bytes of one; `None` for a path that is not listed.
pub fn read(name: &str) -> Option<Vec<u8>> {
    host::read(name)
}
