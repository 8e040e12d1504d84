//! A few words for the plugin's author: `govkit -v` shows them.
//!
//! Natively they go nowhere.

#[cfg(target_arch = "wasm32")]
use crate::bindings::describe::govkit::plugin::log as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::host;

use crate::bindings::describe::govkit::plugin::log::Level;

/// Says why the plugin is about to stop; a panic says so by itself.
pub fn error(message: &str) {
    host::write(Level::Error, message);
}

/// Writes a warning.
pub fn warning(message: &str) {
    host::write(Level::Warning, message);
}

/// Writes something worth knowing.
pub fn info(message: &str) {
    host::write(Level::Info, message);
}

/// Writes something for debugging.
pub fn debug(message: &str) {
    host::write(Level::Debug, message);
}
