//! The only ways by which foreign text reaches a page.

/// Escapes text for an element or a quoted attribute. Control characters, and those that turn the
/// direction of the text around, are shown as a replacement character.
pub fn text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + raw.len() / 16);
    for ch in raw.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(ch),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            _ if ch.is_control() => out.push('\u{fffd}'),
            _ => out.push(ch),
        }
    }
    out
}

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

/// Makes an anchor of a heading, as GitHub does: small letters, `-` for a blank.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|ch| match ch {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            _ if ch.is_alphanumeric() => Some(ch),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}
