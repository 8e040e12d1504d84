//! Bodies and outlines of the artifacts at hand, fetched from the host one by one.
//!
//! An index counts from 0 in the list `check_corpus` or `run` was handed; in `check_artifact`
//! the artifact at hand is 0. A plugin that does not need bodies gets none.

pub use crate::bindings::describe::govkit::plugin::corpus::Section;

#[cfg(target_arch = "wasm32")]
use crate::bindings::describe::govkit::plugin::corpus as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::host;

/// Returns one body; `None` past the end of the list.
pub fn body(index: usize) -> Option<String> {
    host::body(u32::try_from(index).ok()?)
}

/// Returns up to `count` bodies from `first` on: fewer at the end of the list or once they are
/// many MiB, but at least one where there is one.
pub fn bodies(first: usize, count: usize) -> Vec<String> {
    match u32::try_from(first) {
        Ok(first) => host::bodies(first, u32::try_from(count).unwrap_or(u32::MAX)),
        Err(_) => Vec::new(),
    }
}

/// Returns the sections of one body, in file order; `None` past the end of the list.
///
/// Natively there is no Markdown parser at hand, and a unit test gets no sections.
pub fn sections(index: usize) -> Option<Vec<Section>> {
    host::sections(u32::try_from(index).ok()?)
}
