//! A baseline: every artifact of a release with the digest of its bytes.
//!
//! It stands in the message of a tag, between two lines that nothing else has, so that it goes
//! wherever the tag goes and `git show` prints it.

use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;

const BEGIN: &str = "-----BEGIN GOVKIT MANIFEST-----";
const END: &str = "-----END GOVKIT MANIFEST-----";
const FORMAT: &str = "govkit.manifest";

/// One artifact of a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its file.
    pub path: String,
    /// Its kind.
    pub kind: String,
    /// Its status, where it has one.
    pub status: Option<String>,
    /// The digest of its bytes: `sha256:` and hexadecimal digits.
    pub digest: String,
}

/// All artifacts of a release, by id and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest(pub Vec<Entry>);

/// Why a text has no manifest to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// There is none in it.
    #[error("it has no manifest")]
    Absent,
    /// It is damaged, or of a version that is not known here.
    #[error("its manifest cannot be read: line {line}: {reason}")]
    Damaged {
        /// The line of the manifest, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    format_version: String,
    count: usize,
}

impl Manifest {
    /// Lists the artifacts of a corpus.
    pub fn of(corpus: &Corpus) -> Self {
        let entry = |artifact: &crate::artifact::Artifact| Entry {
            id: artifact.id.clone(),
            path: artifact.path.as_str().to_owned(),
            kind: artifact.kind.to_string(),
            status: artifact.status(corpus.config()),
            digest: artifact.digest(),
        };
        let mut entries: Vec<Entry> = corpus.artifacts().iter().map(entry).collect();
        entries.sort();
        Self(entries)
    }

    /// Returns the lines a tag's message ends with.
    pub fn write(&self) -> String {
        let head = Head {
            format: FORMAT.to_owned(),
            format_version: "1.0".to_owned(),
            count: self.0.len(),
        };
        let mut text = format!("{BEGIN}\n");
        let head = serde_json::to_string(&head).into_iter();
        let lines = head.chain(self.0.iter().flat_map(serde_json::to_string));
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
        text + END + "\n"
    }

    /// Reads the manifest out of a tag's message; the last one counts.
    pub fn read(message: &str) -> Result<Self, ManifestError> {
        let (_, rest) = message
            .rsplit_once(&format!("{BEGIN}\n"))
            .ok_or(ManifestError::Absent)?;
        let damaged = |line: usize, reason: &str| ManifestError::Damaged {
            line,
            reason: reason.to_owned(),
        };
        let (body, _) = rest
            .split_once(END)
            .ok_or_else(|| damaged(0, "its end is missing"))?;
        let mut lines = body.lines();
        let head = lines
            .next()
            .and_then(|line| serde_json::from_str::<Head>(line).ok());
        let head = head.ok_or_else(|| damaged(1, "it does not begin as one"))?;
        if head.format != FORMAT || !head.format_version.starts_with("1.") {
            return Err(damaged(1, "it is of another version"));
        }
        let mut entries = Vec::new();
        for (line, number) in lines.zip(2..) {
            let entry = serde_json::from_str(line);
            entries.push(entry.map_err(|error| damaged(number, &error.to_string()))?);
        }
        if entries.len() != head.count {
            return Err(damaged(
                entries.len() + 1,
                "artifacts are missing or too many",
            ));
        }
        Ok(Self(entries))
    }

    /// Says in what `now` differs from this: entries that are gone or were other, with what is
    /// there now, and entries that are new.
    pub fn differences<'m>(&'m self, now: &'m Self) -> Vec<(Option<&'m Entry>, Option<&'m Entry>)> {
        let key = |entry: &Entry| (entry.id.clone(), entry.path.clone());
        let find = |list: &'m Self, wanted: &Entry| {
            let same_place = list.0.iter().find(|entry| key(entry) == key(wanted));
            same_place.or_else(|| list.0.iter().find(|entry| entry.id == wanted.id))
        };
        let mut found: Vec<_> = self
            .0
            .iter()
            .map(|then| (Some(then), find(now, then)))
            .filter(|(then, now)| then != now)
            .collect();
        found.extend(
            now.0
                .iter()
                .filter(|entry| find(self, entry).is_none())
                .map(|new| (None, Some(new))),
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, digest: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            path: format!("{id}.md"),
            kind: "policy".to_owned(),
            status: None,
            digest: digest.to_owned(),
        }
    }

    #[test]
    fn a_manifest_is_read_back_from_a_message() {
        let manifest = Manifest(vec![entry("A", "1"), entry("B\n-----END", "2")]);
        let message = format!("v1\n\nNotes.\n\n{}", manifest.write());
        assert_eq!(Manifest::read(&message), Ok(manifest));
        assert_eq!(Manifest::read("v1\n"), Err(ManifestError::Absent));
        let cut = message
            .replacen("\"B", "\"C", 1)
            .replace("{\"id\":\"A\"", "");
        assert!(matches!(
            Manifest::read(&cut),
            Err(ManifestError::Damaged { line: 2, .. })
        ));
    }

    #[test]
    fn a_line_that_is_missing_is_noticed() {
        let text = Manifest(vec![entry("A", "1"), entry("B", "2")]).write();
        let without: String = text
            .lines()
            .filter(|line| !line.contains("\"B\""))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(Manifest::read(&without).is_err());
    }

    #[test]
    fn what_is_gone_new_or_other_differs() {
        let then = Manifest(vec![entry("A", "1"), entry("B", "2"), entry("C", "3")]);
        let now = Manifest(vec![entry("A", "1"), entry("B", "9"), entry("D", "4")]);
        let ids = |pair: &(Option<&Entry>, Option<&Entry>)| {
            (
                pair.0.map(|it| it.id.clone()),
                pair.1.map(|it| it.id.clone()),
            )
        };
        let some = |id: &str| Some(id.to_owned());
        let found: Vec<_> = then.differences(&now).iter().map(ids).collect();
        assert_eq!(
            found,
            [(some("B"), some("B")), (some("C"), None), (None, some("D"))]
        );
    }
}
