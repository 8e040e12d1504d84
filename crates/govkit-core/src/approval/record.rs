//! A statement with its signature, as it lies in the tree.

use std::collections::BTreeMap;

use super::statement::{Statement, StatementError};
use super::{DIRECTORY, sha256};
use crate::path::RepoPath;

/// The file with the statement, exactly the bytes that are signed.
pub const STATEMENT: &str = "statement";

/// The file with the signature, as `ssh-keygen -Y sign` writes it.
pub const SIGNATURE: &str = "signature";

/// Bytes a signature may have.
const MAX_SIGNATURE: usize = 16 << 10;

/// The bytes of both files, as far as they are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRecord {
    /// The directory of the record.
    pub directory: String,
    /// The statement.
    pub statement: Option<Vec<u8>>,
    /// The signature.
    pub signature: Option<Vec<u8>>,
}

/// A record, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The directory it lies in.
    pub directory: String,
    /// The SHA-256 of its statement.
    pub name: String,
    /// What is signed.
    pub bytes: Vec<u8>,
    /// The same, read.
    pub statement: Result<Statement, StatementError>,
    /// The signature; nothing where there is none that can be read.
    pub signature: Option<String>,
}

impl Record {
    /// Reads a record; without a statement it is none.
    pub fn read(raw: RawRecord) -> Option<Self> {
        let bytes = raw.statement?;
        let signature = raw
            .signature
            .filter(|bytes| bytes.len() <= MAX_SIGNATURE)
            .and_then(|bytes| String::from_utf8(bytes).ok());
        Some(Self {
            directory: raw.directory,
            name: sha256(&bytes),
            statement: Statement::parse(&bytes),
            bytes,
            signature,
        })
    }

    /// Returns the artifact it speaks of: of one that cannot be read, nothing.
    pub fn artifact(&self) -> Option<&str> {
        let statement = self.statement.as_ref().ok()?;
        Some(&statement.artifact)
    }

    /// Whether it lies where a record of this name belongs.
    pub fn is_in_place(&self) -> bool {
        self.artifact()
            .is_some_and(|artifact| self.directory == record_directory(artifact, &self.name))
    }
}

/// Returns the directory a record belongs in.
pub fn record_directory(artifact: &str, name: &str) -> String {
    let kept = artifact.chars().map(|ch| match ch {
        ch if ch.is_ascii_alphanumeric() => ch,
        '-' | '_' => ch,
        _ => '-',
    });
    let word: String = kept.take(60).collect();
    let word = word.trim_start_matches('-');
    // Windows keeps some names for itself; a digest in front of none of them makes it usable.
    let word = match RepoPath::portable(word) {
        Ok(_) => word.to_owned(),
        Err(_) => format!("artifact-{word}"),
    };
    format!("{DIRECTORY}/{word}/{}", name.get(..20).unwrap_or(name))
}

/// Puts the files below [`DIRECTORY`] together to records; other files there are left aside.
pub fn records_of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<Record> {
    let mut raw: BTreeMap<String, RawRecord> = BTreeMap::new();
    for (path, bytes) in files {
        let Some((directory, file)) = path.rsplit_once('/') else {
            continue;
        };
        let record = raw
            .entry(directory.to_owned())
            .or_insert_with(|| RawRecord {
                directory: directory.to_owned(),
                ..RawRecord::default()
            });
        match file {
            STATEMENT => record.statement = Some(bytes),
            SIGNATURE => record.signature = Some(bytes),
            _ => {}
        }
    }
    raw.into_values().filter_map(Record::read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_record_is_a_portable_path() {
        let name = "0123456789abcdef".repeat(4);
        let ids = [
            "POL-001",
            "../../etc",
            "CON",
            "a/b.md",
            "",
            "é",
            ".govkit/allowed_signers",
        ];
        for id in ids {
            let directory = record_directory(id, &name);
            assert!(RepoPath::portable(&directory).is_ok(), "{directory}");
            assert_eq!(directory.split('/').count(), 4, "{directory}");
        }
        let plain = record_directory("POL-001", &name);
        assert_eq!(plain, ".govkit/approvals/POL-001/0123456789abcdef0123");
    }

    #[test]
    fn files_become_records_by_their_directory() {
        let files = [
            ("d/a/statement", "x"),
            ("d/a/signature", "y"),
            ("d/b/signature", "z"),
            ("d/.gitattributes", "* -text"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let records = records_of(files);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].signature.as_deref(), Some("y"));
        assert!(!records[0].is_in_place());
    }
}
