//! The only ways by which foreign text reaches a page.

pub use govkit_reader::address::{address, slug};
pub use govkit_reader::html::text;
