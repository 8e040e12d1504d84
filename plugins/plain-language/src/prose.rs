//! Where the prose of a Markdown body is: paragraphs and list items, without code, tables,
//! headings, raw HTML and link definitions.
//!
//! This reads lines, not the whole grammar: a plugin that flags a sentence too few is better than
//! one that flags a table.

use std::ops::Range;

use memchr::{memchr, memmem};

/// Calls `found` with the range of each piece of prose, in order.
pub(crate) fn each(body: &str, mut found: impl FnMut(Range<usize>)) {
    let mut reader = Reader {
        bytes: body.as_bytes(),
        open: None,
        fence: None,
        html: Html::None,
        in_list: false,
        in_table: false,
    };
    let mut start = 0;
    while start < reader.bytes.len() {
        let rest = &reader.bytes[start..];
        let end = start + memchr(b'\n', rest).unwrap_or(rest.len());
        if let Some(prose) = reader.line(start, end) {
            found(prose);
        }
        start = end + 1;
    }
    found_last(reader.open, found);
}

fn found_last(open: Option<Range<usize>>, mut found: impl FnMut(Range<usize>)) {
    if let Some(prose) = open {
        found(prose);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Html {
    None,
    UntilBlank,
    Comment,
}

struct Reader<'a> {
    bytes: &'a [u8],
    open: Option<Range<usize>>,
    /// The character and length of the code fence that is open.
    fence: Option<(u8, usize)>,
    html: Html,
    in_list: bool,
    in_table: bool,
}

impl Reader<'_> {
    /// Takes one line, and returns the prose that it ends.
    fn line(&mut self, start: usize, end: usize) -> Option<Range<usize>> {
        let (start, indent) = self.content(start, end);
        let line = &self.bytes[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_end();
        let end = start + line.len();
        if let Some((mark, length)) = self.fence {
            if run(line, mark) >= length && line.iter().all(|byte| *byte == mark) {
                self.fence = None;
            }
            return None;
        }
        if self.html == Html::Comment {
            if memmem::find(line, b"-->").is_some() {
                self.html = Html::None;
            }
            return None;
        }
        if line.is_empty() {
            self.html = Html::None;
            self.in_table = false;
            return self.open.take();
        }
        if self.html == Html::UntilBlank || self.in_table {
            return None;
        }
        // Four blanks are code, unless they continue a paragraph or stand in a list.
        if indent >= 4 && self.open.is_none() && !self.in_list {
            return None;
        }
        self.visible_line(line, start..end, indent)
    }

    fn visible_line(
        &mut self,
        line: &[u8],
        at: Range<usize>,
        indent: usize,
    ) -> Option<Range<usize>> {
        let first = line[0];
        match first {
            b'`' | b'~' if run(line, first) >= 3 => {
                self.fence = Some((first, run(line, first)));
                self.open.take()
            }
            b'#' if is_heading(line) => self.open.take(),
            b'|' => self.open.take(),
            b'<' if is_html(line) => {
                self.html = match line.starts_with(b"<!--") {
                    true if memmem::find(line, b"-->").is_some() => Html::None,
                    true => Html::Comment,
                    false => Html::UntilBlank,
                };
                self.open.take()
            }
            b'=' | b'-' | b'_' | b'*' if is_rule(line) => {
                // Under a paragraph this makes it a heading, which is no prose either.
                let heading = first == b'=' || first == b'-';
                self.open.take().filter(|_| !heading)
            }
            b':' | b'-' if is_table_delimiter(line) => {
                self.in_table = true;
                self.open = None;
                None
            }
            b'[' if is_definition(line) => self.open.take(),
            _ => match list_marker(line) {
                Some(marker) => {
                    self.in_list = true;
                    let item = at.start + marker..at.end;
                    self.open.replace(item)
                }
                None => {
                    match &mut self.open {
                        Some(open) => open.end = at.end,
                        None => {
                            self.in_list &= indent >= 2;
                            self.open = Some(at);
                        }
                    }
                    None
                }
            },
        }
    }

    /// Skips blanks and quote marks; returns where the content starts and how deep it is indented.
    fn content(&self, mut at: usize, end: usize) -> (usize, usize) {
        let mut indent = 0;
        while at < end {
            match self.bytes[at] {
                b' ' => indent += 1,
                b'\t' => indent += 4,
                b'>' if indent < 4 => indent = 0,
                _ => break,
            }
            at += 1;
        }
        (at, indent)
    }
}

fn run(line: &[u8], mark: u8) -> usize {
    line.iter().take_while(|byte| **byte == mark).count()
}

fn is_heading(line: &[u8]) -> bool {
    let level = run(line, b'#');
    level <= 6 && matches!(line.get(level), None | Some(b' ' | b'\t'))
}

/// Whether the line is a thematic break or the underline of a heading.
fn is_rule(line: &[u8]) -> bool {
    let mark = line[0];
    let only = line.iter().all(|byte| *byte == mark || *byte == b' ');
    only && (mark == b'=' || line.iter().filter(|byte| **byte == mark).count() >= 3)
}

fn is_table_delimiter(line: &[u8]) -> bool {
    memchr(b'|', line).is_some() && line.iter().all(|byte| b"-:| ".contains(byte))
}

fn is_html(line: &[u8]) -> bool {
    match line.get(1) {
        Some(b'!' | b'/' | b'?') => true,
        // `<https://…>` is a link, not a tag.
        Some(byte) if byte.is_ascii_alphabetic() => {
            let name = line[1..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric());
            line.get(1 + name.count()) != Some(&b':')
        }
        _ => false,
    }
}

/// Whether the line defines a link target or a footnote: `[name]: …`.
fn is_definition(line: &[u8]) -> bool {
    memchr(b']', line).is_some_and(|at| line.get(at + 1) == Some(&b':'))
}

/// Returns the length of a list marker with the blank after it.
fn list_marker(line: &[u8]) -> Option<usize> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mark = *line.get(digits)?;
    let marks = match digits {
        0 => matches!(mark, b'-' | b'*' | b'+'),
        1..=9 => matches!(mark, b'.' | b')'),
        _ => false,
    };
    (marks && matches!(line.get(digits + 1), Some(b' ' | b'\t'))).then_some(digits + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(body: &str) -> Vec<&str> {
        let mut out = Vec::new();
        each(body, |range| out.push(&body[range]));
        out
    }

    #[test]
    fn paragraphs_and_list_items_are_prose() {
        assert_eq!(
            prose("One\ntwo.\n\n- a\n- b\n  more\n\n1. c\n2) d\n\nlast"),
            ["One\ntwo.", "a", "b\n  more", "c", "d", "last"]
        );
    }

    #[test]
    fn headings_code_tables_and_html_are_not() {
        let body = "# Heading\ntext\n```\ncode\n```\n~~~rust\ncode\n```\n~~~\n| a | b |\n|---|---|\n\n    code\n\n<div>\nhtml\n</div>\n\n<!-- a\ncomment -->\n[x]: http://a\nSetext\n===\nend";
        assert_eq!(prose(body), ["text", "end"]);
    }

    #[test]
    fn a_table_without_outer_bars_is_no_prose() {
        assert_eq!(prose("a | b\n- | -\nc | d\n\nText."), ["Text."]);
        assert_eq!(prose("a | b\n:-- | --\nc | d\n\nText."), ["Text."]);
    }

    #[test]
    fn quotes_and_crlf_are_read() {
        assert_eq!(
            prose("> One\r\n> two.\r\n\r\nThree.\r\n"),
            ["One\r\n> two.", "Three."]
        );
    }

    #[test]
    fn a_paragraph_inside_a_list_is_prose() {
        assert_eq!(prose("- a\n\n    b\n\nc\n\n    code"), ["a", "b", "c"]);
    }

    #[test]
    fn a_link_at_the_start_of_a_line_is_prose() {
        assert_eq!(prose("<https://a.b> is it.\n"), ["<https://a.b> is it."]);
        assert_eq!(prose("[a](b) is it.\n"), ["[a](b) is it."]);
    }
}
