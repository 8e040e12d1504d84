//! Sentences and their words in a piece of prose.

use std::ops::Range;

use memchr::{memchr, memmem};

/// A word: its place in the body, and whether its letters may be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Prose, as opposed to code, a parameter, a glossary term, an address.
    pub(crate) plain: bool,
}

/// A sentence of a body.
pub(crate) struct Sentence<'a> {
    pub(crate) body: &'a str,
    pub(crate) words: &'a [Word],
    pub(crate) range: Range<usize>,
}

impl Sentence<'_> {
    /// Returns the letters of a word; nothing for a word that is not plain.
    pub(crate) fn text(&self, index: usize) -> &str {
        match self.words.get(index) {
            Some(word) if word.plain => self.body.get(word.start..word.end).unwrap_or(""),
            _ => "",
        }
    }

    /// Returns the place from one word to another, both included.
    pub(crate) fn span(&self, first: usize, last: usize) -> Range<usize> {
        self.words[first].start..self.words[last].end
    }
}

/// Calls `found` with each sentence of `prose`, in order. `words` is room to work in.
pub(crate) fn each(
    body: &str,
    prose: Range<usize>,
    words: &mut Vec<Word>,
    mut found: impl FnMut(Sentence<'_>),
) {
    words.clear();
    let mut reader = Reader {
        bytes: &body.as_bytes()[..prose.end],
        at: prose.start,
        term_end: 0,
        words,
    };
    while reader.at < prose.end {
        let ended = reader.step();
        if let Some(end) = ended
            && !reader.words.is_empty()
        {
            found(Sentence {
                body,
                range: reader.words[0].start..end,
                words: reader.words,
            });
            reader.words.clear();
        }
    }
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        found(Sentence {
            body,
            range: first.start..last.end,
            words,
        });
    }
}

/// Which bytes make words: letters, digits, anything beyond ASCII, and what joins them.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] =
            b.is_ascii_alphanumeric() || b >= 0x80 || b == b'_' || b == b'-' || b == b'\'';
        byte += 1;
    }
    table
};

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the glossary term `[[…]]` at hand ends.
    term_end: usize,
    words: &'a mut Vec<Word>,
}

impl Reader<'_> {
    /// Takes the next piece; returns the end of the sentence where it ends one.
    fn step(&mut self) -> Option<usize> {
        let byte = self.bytes[self.at];
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            self.word();
            return None;
        }
        let next = self.bytes.get(self.at + 1).copied();
        match byte {
            b'.' | b'!' | b'?' => return self.stop(),
            b'`' => self.code(),
            b']' if next == Some(b'(') => self.at = self.after(b")", 2),
            b']' if next == Some(b'[') => self.at = self.after(b"]", 2),
            b'[' if next == Some(b'[') => {
                self.term_end = self.after(b"]]", 2);
                self.at += 2;
            }
            b'{' if next == Some(b'{') => self.opaque(b"}}"),
            b'<' if next.is_some_and(|b| b.is_ascii_alphabetic() || b == b'/' || b == b'!') => {
                self.at = self.after(b">", 1);
            }
            b'\\' => self.at += 2,
            _ => self.at += 1,
        }
        None
    }

    fn word(&mut self) {
        let start = self.at;
        let mut end = start + 1;
        while let Some(byte) = self.bytes.get(end) {
            let joined = *byte == b'.' || *byte == b'@';
            let goes_on = WORD[*byte as usize]
                || (joined
                    && self
                        .bytes
                        .get(end + 1)
                        .is_some_and(u8::is_ascii_alphanumeric));
            if !goes_on {
                break;
            }
            end += 1;
        }
        let mut plain = start >= self.term_end;
        if self.bytes[end..].starts_with(b"://") {
            let blank = |byte: &u8| byte.is_ascii_whitespace() || b")>]\"".contains(byte);
            let length = self.bytes[end..].iter().position(blank);
            end = length.map_or(self.bytes.len(), |length| end + length);
            // The full stop after an address ends the sentence, not the address.
            if matches!(self.bytes[end - 1], b'.' | b',' | b';') {
                end -= 1;
            }
            plain = false;
        }
        self.words.push(Word { start, end, plain });
        self.at = end;
    }

    /// Takes inline code as one word.
    fn code(&mut self) {
        let ticks = self.bytes[self.at..]
            .iter()
            .take_while(|byte| **byte == b'`')
            .count();
        let mark = &self.bytes[self.at..self.at + ticks];
        let inside = self.at + ticks;
        match memmem::find(&self.bytes[inside..], mark) {
            Some(length) => self.opaque_until(inside + length + ticks),
            None => self.at = inside,
        }
    }

    fn opaque(&mut self, close: &[u8]) {
        let end = self.after(close, 2);
        self.opaque_until(end);
    }

    fn opaque_until(&mut self, end: usize) {
        self.words.push(Word {
            start: self.at,
            end,
            plain: false,
        });
        self.at = end;
    }

    /// Returns the place after `close`, looked for `skip` bytes on; where it is missing, the
    /// place after those bytes.
    fn after(&self, close: &[u8], skip: usize) -> usize {
        let from = (self.at + skip).min(self.bytes.len());
        let rest = &self.bytes[from..];
        let found = match close {
            [byte] => memchr(*byte, rest),
            _ => memmem::find(rest, close),
        };
        found.map_or(from, |at| from + at + close.len())
    }

    /// Decides whether the mark at hand ends a sentence.
    fn stop(&mut self) -> Option<usize> {
        let mark = self.bytes[self.at];
        let mut end = self.at + 1;
        while self
            .bytes
            .get(end)
            .is_some_and(|byte| b".!?".contains(byte))
        {
            end += 1;
        }
        self.at = end;
        let closers = |byte: &&u8| b")\"'*_]".contains(byte);
        let closed = end + self.bytes[end..].iter().take_while(closers).count();
        let after = &self.bytes[closed..];
        let blanks = after
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == b'>');
        let next = match blanks.count() {
            0 if !after.is_empty() => return None,
            blanks => after.get(blanks),
        };
        if next.is_some_and(u8::is_ascii_lowercase) || (mark == b'.' && self.is_abbreviated()) {
            return None;
        }
        Some(end)
    }

    /// Whether the word before a full stop is one that is written with it.
    fn is_abbreviated(&self) -> bool {
        let Some(word) = self.words.last() else {
            return false;
        };
        let text = &self.bytes[word.start..word.end];
        word.end + 1 == self.at
            && match text {
                [b'I'] => false,
                [letter] => letter.is_ascii_alphabetic(),
                _ => SHORT.iter().any(|short| text.eq_ignore_ascii_case(short)),
            }
    }
}

const SHORT: &[&[u8]] = &[
    b"e.g", b"i.e", b"eg", b"ie", b"cf", b"vs", b"mr", b"mrs", b"ms", b"dr", b"prof", b"no", b"nr",
    b"art", b"sec", b"fig", b"par", b"approx", b"incl", b"resp", b"u.s", b"u.k", b"st",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(body: &str) -> Vec<(String, usize)> {
        let mut out = Vec::new();
        each(body, 0..body.len(), &mut Vec::new(), |sentence| {
            out.push((
                body[sentence.range.clone()].to_owned(),
                sentence.words.len(),
            ));
        });
        out
    }

    fn texts(body: &str) -> Vec<String> {
        sentences(body).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn a_full_stop_before_a_capital_ends_a_sentence() {
        assert_eq!(
            texts("One two. Three (four.) Five! *Six.* Seven"),
            ["One two.", "Three (four.", "Five!", "Six.", "Seven"]
        );
    }

    #[test]
    fn abbreviations_numbers_and_names_do_not() {
        for one in [
            "See e.g. The Standard.",
            "It costs 3.5 pounds.",
            "Ask J. Smith.",
            "See Art. 5 of it.",
            "Open example.com now.",
            "Wait... then go.",
        ] {
            assert_eq!(texts(one).len(), 1, "{one}");
        }
    }

    #[test]
    fn words_are_counted_without_markup_and_addresses() {
        for (text, words) in [
            ("one-two it's **bold** naïve.", 4),
            ("see [the page](https://a.b/c_d?e=f g) now", 4),
            ("run `a b c` twice", 3),
            ("within {{ POL-1.deadline }} of it", 4),
            ("a <br> b", 2),
            ("see https://a.b/c.d, please", 3),
            ("a [[major incident]] b", 4),
        ] {
            assert_eq!(sentences(text)[0].1, words, "{text}");
        }
    }

    #[test]
    fn unclosed_markup_is_read_as_text() {
        for text in ["a `b c", "a [[b c", "a {{", "a ](b c", "a <b c", "a \\"] {
            assert_eq!(sentences(text).len(), 1, "{text}");
        }
    }
}
