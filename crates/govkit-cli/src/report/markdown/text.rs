//! Untrusted text in Markdown: it brings no markup, names nobody and links nothing.

use govkit_core::untrusted::Untrusted;

/// Returns text on one line that stays text inside a paragraph, a table cell or a list item.
pub(crate) fn plain(text: &str) -> String {
    cell(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns text on one line that cannot leave its cell, bring markup, name a person (`@`), or link
/// an issue (`#1`, `GH-1`) or a page.
pub(crate) fn cell(text: &str) -> String {
    let shown = Untrusted::line(text).to_string();
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
    while let Some(ch) = rest.chars().next() {
        let after = &rest[ch.len_utf8()..];
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A zero-width space keeps a forge from reading a mention or an address.
            '@' => out.push_str("@\u{200b}"),
            '#' | '!' if after.starts_with(|ch: char| ch.is_ascii_alphanumeric()) => {
                out.extend(['\\', ch, '\u{200b}']);
            }
            '-' if issue(&out, after) => out.push_str("-\u{200b}"),
            ':' => out.push_str("&#58;"),
            '.' if ends_with_word(&out, "www") => out.push_str("&#46;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' => {
                out.extend(['\\', ch]);
            }
            ch => out.push(ch),
        }
        rest = after;
    }
    out
}

/// Returns text for the start of a line of its own: what would begin a list, a heading or a rule
/// there is text as well.
pub(crate) fn quoted(text: &str) -> String {
    let text = plain(text);
    match text.chars().next() {
        Some('-') => format!("&#45;{}", &text[1..]),
        Some('+') => format!("&#43;{}", &text[1..]),
        Some('=') => format!("&#61;{}", &text[1..]),
        Some('/') => format!("&#47;{}", &text[1..]),
        Some(digit) if digit.is_ascii_digit() => {
            let digits = text.find(|ch: char| !ch.is_ascii_digit());
            match digits.map(|at| text.split_at(at)) {
                Some((number, rest)) if rest.starts_with(['.', ')']) => {
                    format!("{number}\\{rest}")
                }
                _ => text,
            }
        }
        _ => text,
    }
}

/// Returns text for a `<summary>`, where Markdown is not read and HTML is.
pub(crate) fn summary(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    for ch in Untrusted::line(&text).to_string().chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' | '#' | '!' => out.extend([ch, '\u{200b}']),
            ch => out.push(ch),
        }
    }
    out
}

/// Returns text between back-ticks, where nothing is markup and nobody is named; a back-tick in it
/// becomes an apostrophe.
pub(crate) fn code_span(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = Untrusted::line(&text).to_string().replace('`', "'");
    match shown.is_empty() {
        true => String::new(),
        false => format!("`{shown}`"),
    }
}

/// Returns the first characters of a text, with a sign where something was cut off.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Whether a hyphen stands in `GH-12`.
fn issue(before: &str, after: &str) -> bool {
    after.starts_with(|ch: char| ch.is_ascii_digit()) && ends_with_word(before, "gh")
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(at) = text.len().checked_sub(word.len()) else {
        return false;
    };
    text.is_char_boundary(at) && text[at..].eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup_and_nobody_is_named() {
        assert_eq!(
            cell("a|b <!-- @team #1 GH-2 www.x.example https://y `z` $m$ \u{202e}"),
            "a\\|b &lt;\\!-- @\u{200b}team \\#\u{200b}1 GH-\u{200b}2 www&#46;x.example https&#58;//y \\`z\\` \\$m\\$ \\\\u{202e}"
        );
        assert_eq!(plain("a\n\n# b"), "a \\# b", "a line feed is a blank");
    }

    #[test]
    fn a_line_of_its_own_begins_nothing() {
        assert_eq!(quoted("- a"), "&#45; a");
        assert_eq!(quoted("12. a"), "12\\. a");
        assert_eq!(quoted("/close"), "&#47;close");
        assert_eq!(quoted("=== x"), "&#61;== x");
        assert_eq!(quoted("24 hours"), "24 hours");
    }

    #[test]
    fn a_summary_is_html_and_no_markdown() {
        assert_eq!(
            summary("P_1 </summary><b>@you #1"),
            "P_1 &lt;/summary&gt;&lt;b&gt;@\u{200b}you #\u{200b}1"
        );
    }

    #[test]
    fn code_ends_where_it_is_to_end() {
        assert_eq!(code_span("a `b` <i>\n@x"), "`a 'b' <i> @x`");
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(
            (cut("äbc", 2), cut("äb", 2)),
            ("äb…".to_owned(), "äb".to_owned())
        );
    }
}
