//! Markdown for a forge: a comment that keeps its place and its size, and text that stays text.

mod text;

use std::collections::BTreeMap;

use super::diff::words::counted;
pub(crate) use text::{cell, code_span, cut, plain, quoted, summary};

/// What GitHub lets a comment have; longer ones are refused.
const LIMIT: usize = 65_536;
/// What is kept free for the end of the comment.
const RESERVE: usize = 1_500;

/// A comment that is written from the most to the least important.
///
/// Sizes are counted in UTF-16 units, the strictest way to read "65,536 characters".
pub(crate) struct Comment {
    text: String,
    size: usize,
    limit: usize,
    /// What did not fit, by its word in the singular.
    left_out: BTreeMap<&'static str, usize>,
}

impl Comment {
    /// Starts a comment with the line by which a bot finds it again, whatever was pushed since.
    pub(crate) fn new(verb: &str, base: &str, head: &str) -> Self {
        let mut comment = Self {
            text: String::new(),
            size: 0,
            limit: LIMIT,
            left_out: BTreeMap::new(),
        };
        comment.put(&format!("<!-- govkit:{verb} -->\n"));
        if let (Some(base), Some(head)) = (name(base), name(head)) {
            comment.put(&format!("<!-- base={base} head={head} -->\n"));
        }
        comment.put("\n");
        comment
    }

    /// Appends text of bounded size that has to be there.
    pub(crate) fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.size += units(text);
    }

    /// Appends a part if it fits; else counts it as `word` left out.
    pub(crate) fn part(&mut self, part: &str, word: &'static str) -> bool {
        let fits = self.fits(units(part));
        if fits {
            self.put(part);
        } else {
            *self.left_out.entry(word).or_default() += 1;
        }
        fits
    }

    /// Appends a folded block with as many of its parts as fit, or nothing when the first does
    /// not; `summary` and `head` are taken as they are.
    pub(crate) fn folded(
        &mut self,
        summary: &str,
        head: &str,
        parts: impl IntoIterator<Item = String>,
        word: &'static str,
    ) {
        let open = format!("<details><summary>{summary}</summary>\n\n{head}");
        let close = "\n</details>\n\n";
        let mut parts = parts.into_iter().peekable();
        let first = parts.peek().map_or(0, |part| units(part));
        if first == 0 || !self.fits(units(&open) + first + units(close)) {
            *self.left_out.entry(word).or_default() += parts.count();
            return;
        }
        self.put(&open);
        self.limit -= units(close);
        for part in parts {
            self.part(&part, word);
        }
        self.limit += units(close);
        self.put(close);
    }

    fn fits(&self, size: usize) -> bool {
        self.size + size + RESERVE <= self.limit
    }

    /// Ends the comment, and says what was left out.
    pub(crate) fn finish(mut self, notes: &[String]) -> String {
        let left_out: Vec<String> = self
            .left_out
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(word, count)| counted(*count, word))
            .collect();
        if !left_out.is_empty() {
            self.put(&format!(
                "**Cut:** a comment has room for 65,536 characters, so {} did not fit. `--format html` shows all.\n\n",
                left_out.join(" and ")
            ));
        }
        self.put(&format!("<sub>{}</sub>\n", notes.join(" ")));
        self.text
    }
}

/// The length of a text as a forge may count it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A revision's name, if it can stand in an HTML comment.
fn name(revision: &str) -> Option<&str> {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    let safe = revision.bytes().all(plain) && !revision.contains("--") && revision.len() <= 100;
    (safe && !revision.is_empty()).then_some(revision)
}

#[cfg(test)]
mod tests;
