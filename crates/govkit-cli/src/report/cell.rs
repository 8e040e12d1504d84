//! Cells of tables that cannot do harm in a spreadsheet.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_harmless_and_plain_text_is_left_alone() {
        assert_eq!(csv("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(csv(" ＠x"), "' ＠x");
        assert_eq!(csv("a-b"), "a-b");
    }
}
