//! Cells of tables that cannot do harm where they are shown.

use govkit_core::untrusted::Untrusted;

/// Returns a cell no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or line
/// end, or its full-width form, gets an apostrophe before it (OWASP, CSV injection).
pub(crate) fn csv(text: &str) -> String {
    let dangerous = |ch: char| {
        matches!(
            ch,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.trim_start_matches(' ').starts_with(dangerous) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Returns text that cannot leave its place in Markdown, bring markup, name a person (`@`) or
/// link an issue (`#`) or an address.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in Untrusted::line(text).to_string().chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A zero-width space keeps a forge from reading a mention or an address.
            '@' => out.push_str("@\u{200b}"),
            ':' => out.push_str("&#58;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => out.extend(['\\', ch]),
            ch => out.push(ch),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_harmless_and_plain_text_is_left_alone() {
        assert_eq!(csv("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv(" ＠x"), "' ＠x");
        assert_eq!(csv("a-b"), "a-b");
    }

    #[test]
    fn a_cell_cannot_leave_its_table_nor_call_anybody() {
        assert_eq!(markdown("a|b\n<x>"), "a\\|b\\\\n&lt;x&gt;");
        assert_eq!(markdown("@a #1"), "@\u{200b}a \\#1");
        assert_eq!(markdown("http://x"), "http&#58;//x");
    }
}
