//! `merge`: two edits of one artifact become one, field by field and section by section.
//!
//! ```text
//! base, ours, theirs ─► front matter: tables, fields, list items ─┐
//!                    ─► body: sections, lines, sentences ─────────┴─► bytes, conflicts, notes
//! ```
//!
//! Every byte of the answer comes from one of the three texts: nothing is rendered anew, so that
//! comments and layout stay as they were written. Markers stand only where two people changed
//! one field or one passage. What cannot be read as an artifact is merged line by line, and the
//! answer says so.

mod body;
mod conflict;
mod document;
mod endings;
mod fields;
mod keyed;
mod lines;
mod list;
mod out;
mod passage;
#[cfg(test)]
mod properties;
mod sides;
#[cfg(test)]
mod tests;
mod three_way;
mod toml_blocks;
mod verify;
mod yaml_blocks;

pub use conflict::{Conflict, Place};
pub use sides::Sides;

use out::Out;

/// How conflicts are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    /// How many characters a marker has; git says 7 unless a path asks otherwise.
    pub size: usize,
    /// What the three sides are called behind the markers.
    pub labels: Sides<String>,
    /// Whether the text before both changes is shown, too.
    pub with_base: bool,
}

impl Default for Markers {
    fn default() -> Self {
        Self {
            size: 7,
            labels: Sides::new("base", "ours", "theirs").map(str::to_owned),
            with_base: false,
        }
    }
}

/// What became of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The merged file, with markers around each conflict.
    pub bytes: Vec<u8>,
    /// What two people changed, in the order of the file; empty for a clean merge.
    pub conflicts: Vec<Conflict>,
    /// What a reader should know of a merge that needed more than taking one side.
    pub notes: Vec<String>,
}

/// Merges what became of `base` on two sides; `path` says what sort of file it is.
pub fn merge(sides: Sides<&[u8]>, path: &str, markers: &Markers) -> Merged {
    if let Some(bytes) = sides.settled() {
        return Merged {
            bytes: bytes.to_vec(),
            ..Merged::default()
        };
    }
    if sides.any(|bytes| bytes.contains(&0)) {
        return Merged {
            bytes: sides.ours.to_vec(),
            conflicts: vec![Conflict::of_whole_file()],
            notes: vec!["it is no text, so that our side was left as it is".to_owned()],
        };
    }
    let texts = sides.try_map(|bytes| str::from_utf8(bytes).ok());
    let Some(texts) = texts else {
        let mut out = Out::new(markers);
        lines::merge_bytes(sides, &mut out);
        out.note("it is not valid UTF-8: merged line by line");
        return out.finish();
    };
    let (texts, ending) = endings::unify(texts);
    let texts = texts.as_ref().map(|text| text.as_ref());
    let mut merged = document::merge(texts, path, markers);
    endings::restore(&mut merged, ending);
    merged
}
