//! Records that say that an artifact was read again and still fits: one file each, never changed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::path::RepoPath;

/// Where the records are kept.
pub const REVIEWS_DIRECTORY: &str = ".govkit/reviews";

/// The version of a record's shape.
const FORMAT: &str = "govkit.reviewed/1";

/// Bytes a record may have.
const MAX_BYTES: usize = 64 << 10;

/// Why a record is left aside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More bytes than any record has.
    #[error("it has {0} bytes, more than a record may have")]
    TooBig(usize),
    /// Not TOML, or a key is missing.
    #[error("{0}")]
    Syntax(String),
    /// Written by a later govkit, or not a record.
    #[error("its format is `{0}`, which this govkit does not know")]
    Format(String),
}

/// A record: somebody read an artifact again after something it rests on changed.
///
/// Keys this version does not know are left alone, so that later ones can add some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRecord {
    format: String,
    /// The artifact that was read again.
    pub artifact: String,
    /// What it rests on.
    pub against: String,
    /// The section of that, where one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// What that said then, as a stamp.
    pub stamp: String,
    /// The name of the person.
    pub by: String,
    /// The day, `2026-11-27`.
    pub on: String,
    /// The file.
    #[serde(skip)]
    pub path: String,
}

impl ReviewRecord {
    /// Makes a record of today.
    pub fn new(
        artifact: &str,
        against: &str,
        section: Option<&str>,
        stamp: String,
        by: &str,
        on: Date,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            artifact: artifact.to_owned(),
            against: against.to_owned(),
            section: section.map(str::to_owned),
            stamp,
            by: by.to_owned(),
            on: on.to_string(),
            path: String::new(),
        }
    }

    /// Whether the record clears a link of `artifact` to `against`, which says `stamp` now.
    ///
    /// A record about the whole says something about each section only through the stamp of the
    /// whole; a record about a section clears links to that section and nothing else.
    pub(super) fn clears(
        &self,
        artifact: &str,
        against: &str,
        stamp_of: &mut dyn FnMut(Option<&str>) -> Option<String>,
        section: Option<&str>,
    ) -> bool {
        let covers = self.section.is_none() || self.section.as_deref() == section;
        self.artifact == artifact
            && self.against == against
            && covers
            && stamp_of(self.section.as_deref()).as_ref() == Some(&self.stamp)
    }
}

/// Reads a record; `path` is remembered.
pub fn read_record(text: &str, path: &str) -> Result<ReviewRecord, RecordError> {
    if text.len() > MAX_BYTES {
        return Err(RecordError::TooBig(text.len()));
    }
    let mut record: ReviewRecord = toml::from_str(text)
        .map_err(|error| RecordError::Syntax(error.message().trim().replace('\n', " ")))?;
    if record.format != FORMAT {
        return Err(RecordError::Format(record.format));
    }
    record.path = path.to_owned();
    Ok(record)
}

/// Returns the text of a record's file.
pub fn record_text(record: &ReviewRecord) -> String {
    toml::to_string(record).unwrap_or_default()
}

/// Returns where a record belongs: a name of its own, so that branches do not collide.
pub fn record_path(record: &ReviewRecord) -> RepoPath {
    let word = |text: &str| -> String {
        let kept = text.chars().map(|ch| match ch.is_ascii_alphanumeric() {
            true => ch,
            false => '-',
        });
        kept.take(40).collect()
    };
    let digest = Sha256::digest(record_text(record).as_bytes());
    let hash: String = digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let name = format!(
        "{REVIEWS_DIRECTORY}/{}-{}-against-{}-{hash}.toml",
        word(&record.on),
        word(&record.artifact),
        word(&record.against),
    );
    RepoPath::new(name).expect("letters, digits and `-` make a path")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> ReviewRecord {
        let day = jiff::civil::date(2026, 11, 27);
        ReviewRecord::new(
            "PRC-077",
            "POL-014",
            Some("escalation"),
            "norm1:ab".into(),
            "Ada \"A\" Example",
            day,
        )
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let path = record_path(&record());
        assert!(
            path.as_str()
                .starts_with(".govkit/reviews/2026-11-27-PRC-077-against-POL-014-")
        );
        let read = read_record(&record_text(&record()), path.as_str()).unwrap();
        assert_eq!(
            ReviewRecord {
                path: String::new(),
                ..read
            },
            record()
        );
    }

    #[test]
    fn later_keys_are_left_alone_and_other_formats_are_not_guessed_at() {
        let more = format!("{}\n[signature]\nkey = 'x'\n", record_text(&record()));
        assert!(read_record(&more, "p").is_ok());
        let other = record_text(&record()).replace("reviewed/1", "reviewed/2");
        assert!(matches!(
            read_record(&other, "p"),
            Err(RecordError::Format(_))
        ));
        assert!(matches!(
            read_record("a = ", "p"),
            Err(RecordError::Syntax(_))
        ));
    }
}
