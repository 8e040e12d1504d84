//! The only ways by which foreign text reaches a page.

pub use govkit_book::address::{address, slug};
pub use govkit_book::html::text;
