//! The only ways by which foreign text reaches a page.

pub use govkit_reader::address::slug;
pub use govkit_reader::html::text;

/// Returns an address that may stand in a link: `http`, `https` or `mailto` and nothing else, with
/// only characters an address is written with. Not yet escaped.
pub fn safe_address(raw: &str) -> Option<&str> {
    let scheme = raw.split_once(':')?.0.to_ascii_lowercase();
    let known = ["http", "https", "mailto"].contains(&scheme.as_str());
    let plain = raw
        .chars()
        .all(|ch| ch.is_ascii_graphic() || ch.is_alphanumeric());
    (known && plain).then_some(raw)
}
