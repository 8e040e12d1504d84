//! Untrusted text inside HTML: nothing in it is markup, and nothing in it is hidden.

use std::fmt::{self, Display, Formatter, Write};

use govkit_core::untrusted::{Untrusted, is_invisible};

/// Schemes a link in a text may have; anything else stays text.
const SCHEMES: &[&str] = &["https://", "http://"];

/// Text between tags. A character nobody can see is shown by its number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a>(pub(crate) &'a str);

/// Text between tags, with its web addresses to be followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linked<'a>(pub(crate) &'a str);

/// Text inside a quoted attribute or a title, where no tag may stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain<'a>(pub(crate) &'a str);

/// A sentence of ours: what stands between back-ticks in it is set as code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence<'a>(pub(crate) &'a str);

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = self.0.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return write!(f, "{}", Text(self.0));
        }
        for (at, part) in parts.into_iter().enumerate() {
            match at % 2 {
                0 => write!(f, "{}", Text(part))?,
                _ => write!(f, "<code>{}</code>", Text(part))?,
            }
        }
        Ok(())
    }
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for ch in self.0.chars() {
            match ch {
                '\n' | '\t' => f.write_char(ch)?,
                _ if ch.is_control() || is_invisible(ch) => {
                    write!(f, "<span class=\"hid\">U+{:04X}</span>", ch as u32)?;
                }
                _ => escaped(ch, f)?,
            }
        }
        Ok(())
    }
}

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let shown = Untrusted::line(self.0).to_string();
        shown.chars().try_for_each(|ch| escaped(ch, f))
    }
}

impl Display for Linked<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut before = None;
        while let Some((at, address)) = address(rest, before) {
            let (text, after) = rest.split_at(at);
            write!(
                f,
                "{}<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{}</a>",
                Text(text),
                Plain(address),
                Text(address)
            )?;
            rest = &after[address.len()..];
            before = address.chars().last();
        }
        write!(f, "{}", Text(rest))
    }
}

fn escaped(ch: char, f: &mut Formatter<'_>) -> fmt::Result {
    match ch {
        '<' => f.write_str("&lt;"),
        '>' => f.write_str("&gt;"),
        '&' => f.write_str("&amp;"),
        '"' => f.write_str("&quot;"),
        '\'' => f.write_str("&#39;"),
        _ => f.write_char(ch),
    }
}

/// The first web address of a text that shows where it leads; `before` is what stands in front.
fn address(text: &str, before: Option<char>) -> Option<(usize, &str)> {
    let mut from = 0;
    loop {
        let starts = SCHEMES
            .iter()
            .filter_map(|scheme| text[from..].find(scheme));
        let at = from + starts.min()?;
        let ahead = text[..at].chars().last().or(before);
        match whole_address(&text[at..]) {
            Some(address) if ahead.is_none_or(|ch| !ch.is_alphanumeric()) => {
                return Some((at, address));
            }
            _ => from = at + "http".len(),
        }
    }
}

/// The address a text starts with, if its host is plain to see: no user name in front of it, and
/// no letter behind it that only looks like one of it.
fn whole_address(text: &str) -> Option<&str> {
    let inside = |ch: char| ch.is_ascii_alphanumeric() || "-._~:/?#@!$&+,;=%".contains(ch);
    let end = text.find(|ch| !inside(ch)).unwrap_or(text.len());
    let next = text[end..].chars().next();
    if next.is_some_and(|ch| !ch.is_ascii()) {
        return None;
    }
    let address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '_', '~']);
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.split(':').next()?;
    let plain = host.contains('.') || host == "localhost";
    let plain = plain && host.starts_with(|ch: char| ch.is_ascii_alphanumeric());
    let named = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (plain && named && !authority.contains('@')).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text_and_the_hidden_is_shown() {
        assert_eq!(
            Text("<b>\"it's\" & \u{202e}x\u{0}</b>\n").to_string(),
            "&lt;b&gt;&quot;it&#39;s&quot; &amp; <span class=\"hid\">U+202E</span>x\
             <span class=\"hid\">U+0000</span>&lt;/b&gt;\n"
        );
        assert_eq!(
            Plain("\"><script>\u{200b}\n").to_string(),
            "&quot;&gt;&lt;script&gt;\\u{200b}\\n"
        );
    }

    #[test]
    fn back_ticks_of_a_sentence_set_code() {
        assert_eq!(
            Sentence("a `<b>` c").to_string(),
            "a <code>&lt;b&gt;</code> c"
        );
        assert_eq!(
            Sentence("a ` c").to_string(),
            "a ` c",
            "one that nothing closes"
        );
    }

    fn links(text: &str) -> Vec<String> {
        let shown = Linked(text).to_string();
        let parts = shown.split("href=\"").skip(1);
        parts
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn only_an_address_that_shows_where_it_leads_is_a_link() {
        assert_eq!(
            links("see [it](https://a.example/b?c=1&d) and http://b.example."),
            ["https://a.example/b?c=1&amp;d", "http://b.example"]
        );
        for text in [
            "javascript:alert(1)",
            "[x](data:text/html,x)",
            "//evil.example/x",
            "https:evil.example",
            "https:///evil.example",
            "http://user:pass@evil.example",
            "https://good.example@evil.example",
            "https://good.example%2f@evil.example",
            "https://\u{430}pple.example",
            "https://example.c\u{43e}m",
            "xhttps://a.example",
            "https://",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_text_with_links_still_reads_the_same() {
        let text = "a <https://a.example> b https://b.example\u{200b}";
        let shown = Linked(text).to_string();
        assert_eq!(
            shown,
            "a &lt;<a href=\"https://a.example\" rel=\"noopener noreferrer nofollow\">https://a.example</a>&gt; b \
             https://b.example<span class=\"hid\">U+200B</span>"
        );
    }
}
