//! Lines of a text, looked up many times.

use govkit_core::position::Position;

/// Where the lines of a text start.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1));
        Self {
            text,
            starts: starts.collect(),
        }
    }

    /// Returns how many lines there are; text after the last line feed is one more.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Returns what `Position::of` would; `offset` is on the border of a character.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let before = self.text.get(start..offset).unwrap_or("");
        Position {
            line,
            column: before.chars().count() as u32 + 1,
        }
    }
}

/// Lines of a text, asked for a few times and mostly in order.
pub(crate) struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> LineCount<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// Returns the line of a byte, from 1; one past the end is on the last.
    pub(crate) fn line(&mut self, offset: usize) -> u32 {
        let to = offset.min(self.text.len());
        if to < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at..to]).count() as u32;
        self.at = to;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_agree_with_the_ones_of_core() {
        for text in ["", "a", "aé\nxy\n\nz", "\n", "a\r\nb"] {
            let lines = Lines::of(text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                assert_eq!(lines.position(offset), Position::of(text, offset));
            }
            let mut counted = LineCount::of(text);
            for offset in (0..=text.len() + 1).chain((0..text.len()).rev()) {
                assert_eq!(
                    counted.line(offset),
                    lines.line(offset),
                    "{text:?} {offset}"
                );
            }
        }
    }
}
