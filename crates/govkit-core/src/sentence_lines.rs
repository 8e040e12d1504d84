//! An artifact as lines that git can compare: one for each field, each list item, each sentence.
//!
//! A paragraph that is wrapped anew has the same lines; a word that changes, changes one.
//! Characters nobody can see are shown as `\u{…}`, so that what git prints of them can be read.

use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::diff::sentences;
use crate::front_matter::{FrontMatter, detect};
use crate::limits::Limits;
use crate::outline::markdown_options;
use crate::untrusted::Untrusted;
use crate::value::{Table, Value};

/// Returns the lines of an artifact: its fields, a blank line, its body.
///
/// A front matter that cannot be read stays as it is written.
pub fn sentence_lines(text: &str) -> String {
    let mut out = String::new();
    let front =
        detect(text).and_then(|split| FrontMatter::read_split(text, split, &Limits::DEFAULT).ok());
    let body = front.as_ref().map_or(0, |front| front.body);
    if let Some(front) = &front {
        fields(&front.fields, "", &mut out);
        out.push('\n');
    }
    for line in body_lines(&text[body..]).lines() {
        let _ = writeln!(out, "{}", Untrusted::block(line.trim_end()));
    }
    out
}

fn fields(table: &Table, prefix: &str, out: &mut String) {
    for field in &table.0 {
        let path = match prefix {
            "" => field.key.clone(),
            prefix => format!("{prefix}.{}", field.key),
        };
        match &field.node.value {
            Value::Table(inner) => fields(inner, &path, out),
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    match &item.value {
                        Value::Table(inner) => {
                            fields(inner, &format!("{path}[{}]", name(inner, index)), out);
                        }
                        value => line(&path, value, out),
                    }
                }
            }
            value => line(&path, value, out),
        }
    }
}

fn line(path: &str, value: &Value, out: &mut String) {
    let text = value.display();
    let _ = writeln!(out, "{}: {}", Untrusted::line(path), Untrusted::line(&text));
}

/// What tells a step from the others: its id, else its number.
fn name(table: &Table, index: usize) -> String {
    let id = table.key("id").or_else(|| table.key("name"));
    let id = id.and_then(|field| field.node.value.scalar());
    id.unwrap_or_else(|| (index + 1).to_string())
}

/// The body with each sentence on a line of its own; headings, tables and code as written.
fn body_lines(body: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    for run in prose(body) {
        out.push_str(&body[at..run.start]);
        let line_start = body[..run.start].rfind('\n').map_or(0, |lf| lf + 1);
        let indent: String = body[line_start..run.start]
            .chars()
            .map(|ch| if ch == '>' { '>' } else { ' ' })
            .collect();
        let text = one_line(&body[run.clone()]);
        let sentences: Vec<&str> = sentences::split(&text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        out.push_str(&sentences.join(&format!("\n{indent}")));
        at = run.end;
    }
    out.push_str(&body[at..]);
    out
}

/// Joins the lines of a paragraph; the mark of a quotation goes with the line end.
fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end());
    lines.collect::<Vec<_>>().join(" ")
}

/// Where running text stands: paragraphs and the text of list items.
fn prose(body: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    // Inside these nothing is running text.
    let mut closed = 0_usize;
    for (event, range) in Parser::new_ext(body, markdown_options()).into_offset_iter() {
        let inline = match &event {
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak
            | Event::HardBreak => true,
            Event::Start(tag) => is_inline(tag),
            Event::End(tag) => is_inline_end(*tag),
            _ => false,
        };
        if inline {
            if closed == 0 {
                let start = open.as_ref().map_or(range.start, |run| run.start);
                let end = open
                    .as_ref()
                    .map_or(range.end, |run| run.end.max(range.end));
                open = Some(start..end);
            }
            continue;
        }
        runs.extend(open.take());
        match event {
            Event::Start(tag) if is_closed(&tag) => closed += 1,
            Event::End(
                TagEnd::Heading(_) | TagEnd::Table | TagEnd::CodeBlock | TagEnd::HtmlBlock,
            ) => {
                closed = closed.saturating_sub(1);
            }
            _ => {}
        }
    }
    runs.extend(open);
    runs
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

fn is_inline_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn is_closed(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Heading { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::HtmlBlock
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_field_item_and_sentence_has_a_line() {
        let text = "+++\nid = \"P\"\ndue = 2026-01-01\n\n[links]\nuses = [\"A\", \"B\"]\n\n[[steps]]\nid = \"log\"\ndo = \"Log it.\\nNow.\"\n+++\n\
            # One. Two.\n\nFirst is first. Second\nis second.\n\n- An item. It goes\n  on.\n  - Deep. Down.\n\n> Said. Done.\n\n| a. b | c |\n|---|---|\n\n```\nx. Y.\n```\n";
        assert_eq!(
            sentence_lines(text),
            "id: P\ndue: 2026-01-01\nlinks.uses: A\nlinks.uses: B\nsteps[log].id: log\nsteps[log].do: Log it.\\nNow.\n\n\
            # One. Two.\n\nFirst is first.\nSecond is second.\n\n- An item.\n  It goes on.\n  - Deep.\n    Down.\n\n> Said.\n> Done.\n\n| a. b | c |\n|---|---|\n\n```\nx. Y.\n```\n"
        );
    }

    #[test]
    fn a_paragraph_wrapped_anew_has_the_same_lines() {
        let lines = sentence_lines("# T\n\nOne is one. Two\nis two.\n");
        assert_eq!(lines, sentence_lines("# T\n\nOne is\none. Two is two.\n"));
        assert_eq!(lines, "# T\n\nOne is one.\nTwo is two.\n");
    }

    #[test]
    fn what_nobody_can_see_is_shown() {
        assert_eq!(
            sentence_lines("a\u{200b}b\u{1b}[2J.\n"),
            "a\\u{200b}b\\u{1b}[2J.\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_no_word_is_lost(text in "(\\PC|[\n>*_`#|. -]){0,80}") {
            let lines = sentence_lines(&text);
            if detect(&text).is_none() {
                let words = |text: &str| text.chars().filter(|ch| ch.is_alphanumeric()).collect::<String>();
                prop_assert!(words(&lines).len() >= words(&text).len(), "{lines}");
            }
        }
    }
}
