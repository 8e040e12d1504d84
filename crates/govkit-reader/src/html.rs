//! The only way by which foreign text reaches a page.

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
