//! Markdown that may stand in a document others render: no raw HTML, nothing loaded, and links of
//! known schemes only.

use std::ops::Range;

use govkit_reader::{Corpus, Input, clean};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::name::line;

/// The Markdown that govkit reads and OSCAL's own has too.
const EXTENSIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// What many a reader has beyond it: `[^1]: ![x](y)` is a picture there, and no definition.
const FOOTNOTES: Options = EXTENSIONS.union(Options::ENABLE_FOOTNOTES);

/// Returns a text of an artifact as it may stand in a document: the values of parameters are put in,
/// terms have no brackets, and nothing in it does anything.
pub(crate) fn prose(corpus: &Corpus<'_>, item: &Input, raw: &str) -> String {
    safe(&clean(&corpus.read(item, raw)))
}

/// Returns a title: one line, and nothing in it does anything either.
pub(crate) fn title(raw: &str) -> String {
    line(&safe(&clean(raw)))
}

/// How often a text is looked at: what was inside raw HTML may be Markdown once that is text.
const PASSES: usize = 8;

/// Returns Markdown with what could do something made text; the rest stays byte for byte.
fn safe(raw: &str) -> String {
    let mut text = raw.trim().to_owned();
    for _ in 0..PASSES {
        let next = once(&once(&text, EXTENSIONS), FOOTNOTES);
        if next == text {
            return text;
        }
        text = next;
    }
    // Nobody writes this by accident: it is shown as it was written.
    escaped(raw.trim())
}

fn once(raw: &str, extensions: Options) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut done = 0;
    for (range, text) in replacements(raw, extensions) {
        if range.start < done {
            continue;
        }
        out.push_str(&raw[done..range.start]);
        out.push_str(&text);
        done = range.end;
    }
    out.push_str(&raw[done..]);
    out
}

/// What is put in place of which bytes, in order.
fn replacements(raw: &str, extensions: Options) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    // The end of the link that is made text.
    let mut inside = 0;
    let mut code = false;
    for (event, range) in Parser::new_ext(raw, extensions).into_offset_iter() {
        if range.start < inside {
            if let (Event::Text(text) | Event::Code(text), Some((_, words))) =
                (&event, found.last_mut())
            {
                words.push_str(&escaped(text));
            }
            continue;
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(_) if !code => found.extend(tags(raw, range)),
            Event::Html(_) | Event::InlineHtml(_) => {
                let text = raw[range.clone()].replace('<', "&lt;");
                found.push((range, text));
            }
            Event::Start(Tag::Image { .. }) => {
                inside = range.end;
                found.push((range, String::new()));
            }
            Event::Start(Tag::Link { dest_url, .. }) if !is_harmless(&dest_url) => {
                inside = range.end;
                found.push((range, String::new()));
            }
            _ => {}
        }
    }
    found
}

/// What is no tag by the book but looks like one: not every reader goes by the book.
fn tags(raw: &str, range: Range<usize>) -> Vec<(Range<usize>, String)> {
    let bytes = raw.as_bytes();
    let is_tag = |at: &usize| {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let before = bytes[..*at].iter().rev();
        let is_escaped = before.take_while(|byte| **byte == b'\\').count() % 2 == 1;
        bytes[*at] == b'<' && !is_escaped && (next.is_ascii_alphabetic() || b"/!?".contains(&next))
    };
    range
        .filter(is_tag)
        .map(|at| (at..at + 1, "&lt;".to_owned()))
        .collect()
}

/// `http`, `https`, `mailto`, or a place in the repository.
fn is_harmless(address: &str) -> bool {
    let address: String = address
        .chars()
        .filter(|ch| !ch.is_control() && !ch.is_whitespace())
        .collect();
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    match before.split_once(':') {
        Some((scheme, _)) => {
            ["http", "https", "mailto"].contains(&scheme.to_ascii_lowercase().as_str())
        }
        None => !address.starts_with("//") && !address.contains('\\'),
    }
}

/// Text of which no Markdown is made.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for ch in text.chars() {
        match ch {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '~' | '|' => {
                out.push('\\');
                out.push(ch);
            }
            _ => out.push(ch),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_nothing_stays_as_it_is() {
        for text in [
            "- a *b* `<c>` [d](https://e.example) [f](../g.md#h)\n- 1 < 2",
            "| a | b |\n| - | - |\n| 1 | 2 |",
            "```\n<script>\n```",
        ] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn html_is_text_and_a_link_of_another_scheme_is_its_words() {
        assert_eq!(safe("a <b onclick=x>c</b>"), "a &lt;b onclick=x>c&lt;/b>");
        assert_eq!(
            safe("<script>\nalert(1)\n</script>"),
            "&lt;script>\nalert(1)\n&lt;/script>"
        );
        assert_eq!(safe("[a *b*](javascript:alert(1)) c"), "a b c");
        assert_eq!(
            safe("[a](java\tscript:x) ![pic](https://x.example/y.png)"),
            "[a](java\tscript:x) pic"
        );
        assert_eq!(safe("<javascript:alert(1)>"), "javascript:alert(1)");
        assert_eq!(
            safe("[a][b]\n\n[b]: //evil.example"),
            "a\n\n[b]: //evil.example"
        );
        assert_eq!(safe("[![x](data:a)](vbscript:y)"), "x");
        assert_eq!(safe("[^1]: ![x](https://a.example/y.png)"), "[^1]: x");
        assert_eq!(safe("<svg/onload=x> 1 <2"), "&lt;svg/onload=x> 1 <2");
        assert_eq!(safe("\\<b> \\\\<b>"), "\\<b> \\\\&lt;b>");
        assert_eq!(
            safe("<script>a</script> [b](javascript:c)"),
            "&lt;script>a&lt;/script> b"
        );
    }
}
