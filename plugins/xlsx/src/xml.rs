//! The only way by which foreign text reaches a part of the workbook.

use govkit_reader::clean;

/// Escapes text for an element or a quoted attribute, without what XML cannot hold.
pub(crate) fn text(raw: &str) -> String {
    let raw = clean(raw);
    let mut out = String::with_capacity(raw.len() + raw.len() / 16);
    for ch in raw.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(ch),
        }
    }
    out
}

/// Escapes the text of a cell: a spreadsheet would read `_x0041_` as the letter A.
pub(crate) fn cell(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find("_x") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail.as_bytes().get(2..7);
        let coded =
            code.is_some_and(|code| code[..4].iter().all(u8::is_ascii_hexdigit) && code[4] == b'_');
        out.push_str(if coded { "_x005F_" } else { "_" });
        rest = &tail[1..];
    }
    out.push_str(rest);
    text(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            text("a<b>&\"c\u{1}\u{202e}\u{ffff}\r\nd\re\tf"),
            "a&lt;b&gt;&amp;&quot;c\u{fffd}\u{fffd}\u{fffd}\nd\ne\tf"
        );
    }

    #[test]
    fn a_code_of_the_spreadsheet_stays_as_it_was_written() {
        assert_eq!(
            cell("_x003D_1+1 _x1_ a_xé_b"),
            "_x005F_x003D_1+1 _x1_ a_xé_b"
        );
        assert_eq!(cell("_x_x000A_"), "_x_x005F_x000A_");
    }
}
