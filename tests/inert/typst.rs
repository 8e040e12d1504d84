//! The source of Typst, read by its rule: every text stands in a string.

use std::collections::BTreeSet;

/// The words that the handbook's own source is made of.
const WORDS: &[&str] = &[
    "set",
    "document",
    "title",
    "date",
    "none",
    "page",
    "paper",
    "numbering",
    "footer",
    "context",
    "text",
    "size",
    "pt",
    "h",
    "fr",
    "counter",
    "display",
    "both",
    "true",
    "false",
    "lang",
    "table",
    "stroke",
    "luma",
    "heading",
    "n",
    "pos",
    "len",
    "if",
    "show",
    "where",
    "level",
    "it",
    "pagebreak",
    "weak",
    "v",
    "cm",
    "weight",
    "outline",
    "Contents",
    "depth",
    "outlined",
    "Approvals",
    "label",
    "link",
    "raw",
    "linebreak",
    "strike",
    "emph",
    "strong",
    "block",
    "quote",
    "line",
    "length",
    "list",
    "enum",
    "start",
    "columns",
    "header",
];

/// Returns the texts of a source's strings; fails where anything outside of them is not the handbook's own.
pub(crate) fn strings(source: &str) -> BTreeSet<String> {
    let (comment, mut rest) = source.split_once('\n').unwrap();
    assert!(comment.starts_with("// Every text"), "{comment}");
    let mut strings = BTreeSet::new();
    let mut outside = String::new();
    while let Some(at) = rest.find('"') {
        outside.push_str(&rest[..at]);
        outside.push('"');
        let (text, after) = string(&rest[at + 1..]);
        let too_long = outside.ends_with("link(\"") && text.len() > 8_000;
        assert!(!too_long, "Typst refuses {text:?}");
        strings.insert(text);
        rest = after;
    }
    outside.push_str(rest);
    must_be_own(&outside);
    strings
}

/// Reads a string behind its first quote: its text, and what follows.
fn string(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = source.chars();
    loop {
        match chars.next().unwrap() {
            '"' => return (text, chars.as_str()),
            '\\' => match chars.next().unwrap() {
                'n' => text.push('\n'),
                ch @ ('\\' | '"') => text.push(ch),
                other => panic!("`\\{other}` is no escape of ours"),
            },
            ch => {
                let ends = ch.is_control() || "\u{2028}\u{2029}".contains(ch);
                assert!(!ends, "U+{:04X} in a string", u32::from(ch));
                text.push(ch);
            }
        }
    }
}

fn must_be_own(outside: &str) {
    let word = |ch: char| ch.is_alphanumeric() || ch == '_';
    for word in outside
        .split(|ch| !word(ch))
        .filter(|word| !word.is_empty())
    {
        let letters = word.trim_start_matches(|ch: char| ch.is_ascii_digit());
        assert!(letters.is_empty() || WORDS.contains(&letters), "{word}");
    }
    let known = |ch: char| word(ch) || " \n\"#()[]{},;:.%<=>+|".contains(ch);
    let odd: Vec<char> = outside.chars().filter(|ch| !known(*ch)).collect();
    assert!(odd.is_empty(), "{odd:?}");
    let mut open = Vec::new();
    for ch in outside.replace("=>", "").replace(" < ", "").chars() {
        match ch {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => assert_eq!(open.pop(), Some(ch)),
            _ => {}
        }
    }
    assert!(open.is_empty());
}

/// A text as a string of the source has it.
pub(crate) fn shown(text: &str) -> String {
    let text = text.replace(['\u{2028}', '\u{2029}', '\t'], " ");
    super::on_a_page(&text)
}
