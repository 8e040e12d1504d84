//! Addresses that a package may name.

/// Word reads no address longer than this.
const LONGEST: usize = 2_000;

/// Whether a link may lead to an address: `http`, `https` or `mailto`, written with the characters of
/// an address alone. Word refuses to open a file that has any other.
pub(crate) fn is_plain(address: &str) -> bool {
    let scheme = ["https://", "http://", "mailto:"];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    let short = address.len() <= LONGEST;
    short && scheme.iter().any(|scheme| address.starts_with(scheme)) && address.bytes().all(plain)
}
