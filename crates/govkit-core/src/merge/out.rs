//! The merged text while it is written.

use super::conflict::{Conflict, Place};
use super::sides::Sides;
use super::{Markers, Merged};

/// The merged text, and the same text with every conflict decided for our side.
#[derive(Debug)]
pub(super) struct Out<'m> {
    pub(super) markers: &'m Markers,
    pub(super) bytes: Vec<u8>,
    /// Without markers: what a merged front matter is checked by.
    pub(super) decided: Vec<u8>,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) notes: Vec<String>,
}

impl<'m> Out<'m> {
    pub(super) fn new(markers: &'m Markers) -> Self {
        Self {
            markers,
            bytes: Vec::new(),
            decided: Vec::new(),
            conflicts: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Appends text that is settled.
    pub(super) fn push(&mut self, text: impl AsRef<[u8]>) {
        self.bytes.extend_from_slice(text.as_ref());
        self.decided.extend_from_slice(text.as_ref());
    }

    /// Appends whole lines: what stood before gets its line end first.
    pub(super) fn push_lines(&mut self, text: impl AsRef<[u8]>) {
        if !text.as_ref().is_empty() {
            self.end_line();
            self.push(text);
        }
    }

    /// Ends a line that has begun.
    pub(super) fn end_line(&mut self) {
        end_line(&mut self.bytes);
        end_line(&mut self.decided);
    }

    /// Appends both sides of a conflict, each whole lines, between markers.
    pub(super) fn conflict(
        &mut self,
        place: Place,
        said: Sides<Option<String>>,
        lines: Sides<&[u8]>,
    ) {
        self.end_line();
        let line = self.bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        let labels = &self.markers.labels;
        self.marker(b'<', Some(&labels.ours));
        self.bytes.extend_from_slice(lines.ours);
        end_line(&mut self.bytes);
        if self.markers.with_base {
            self.marker(b'|', Some(&labels.base));
            self.bytes.extend_from_slice(lines.base);
            end_line(&mut self.bytes);
        }
        self.marker(b'=', None);
        self.bytes.extend_from_slice(lines.theirs);
        end_line(&mut self.bytes);
        self.marker(b'>', Some(&labels.theirs));
        self.decided.extend_from_slice(lines.ours);
        self.conflicts.push(Conflict {
            place,
            line,
            base: said.base,
            ours: said.ours,
            theirs: said.theirs,
        });
    }

    fn marker(&mut self, sign: u8, label: Option<&str>) {
        self.bytes
            .extend(std::iter::repeat_n(sign, self.markers.size.clamp(1, 1_000)));
        if let Some(label) = label.filter(|label| !label.is_empty()) {
            // A line break in a label would look like merged text.
            let label = label.replace(['\n', '\r'], " ");
            self.bytes.push(b' ');
            self.bytes.extend_from_slice(label.as_bytes());
        }
        self.bytes.push(b'\n');
    }

    /// Says something of the merge to its reader, once.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// Takes the last line end away.
    pub(super) fn drop_line_end(&mut self) {
        for bytes in [&mut self.bytes, &mut self.decided] {
            if bytes.last() == Some(&b'\n') {
                bytes.pop();
            }
        }
    }

    /// Appends another merge that was written by itself.
    pub(super) fn append(&mut self, mut part: Out<'_>) {
        let lines = self.bytes.iter().filter(|byte| **byte == b'\n').count();
        for conflict in &mut part.conflicts {
            conflict.line += lines;
        }
        self.bytes.append(&mut part.bytes);
        self.decided.append(&mut part.decided);
        self.conflicts.append(&mut part.conflicts);
        for note in part.notes {
            self.note(note);
        }
    }

    pub(super) fn finish(self) -> Merged {
        Merged {
            bytes: self.bytes,
            conflicts: self.conflicts,
            notes: self.notes,
        }
    }
}

fn end_line(bytes: &mut Vec<u8>) {
    if bytes.last().is_some_and(|last| *last != b'\n') {
        bytes.push(b'\n');
    }
}
