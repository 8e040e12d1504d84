//! A commit, read leniently: history must be listed even where a commit is malformed.

use gix::ObjectId;
use govkit_core::snapshot::CommitInfo;

/// What is needed of a commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    /// Its own id.
    pub(crate) id: ObjectId,
    /// Its tree.
    pub(crate) tree: ObjectId,
    /// Its parents, first parent first.
    pub(crate) parents: Vec<ObjectId>,
    /// Committer time in seconds since 1970, UTC.
    pub(crate) seconds: i64,
    author: String,
    subject: String,
}

impl Commit {
    /// Reads the bytes of a commit; `None` without a tree.
    pub(crate) fn parse(id: ObjectId, bytes: &[u8]) -> Option<Self> {
        let (header, message) = split_header(bytes);
        let mut commit = Self {
            id,
            tree: id,
            parents: Vec::new(),
            seconds: 0,
            author: String::new(),
            subject: subject(message),
        };
        let mut tree = None;
        for line in header.split(|byte| *byte == b'\n') {
            let Some(space) = line.iter().position(|byte| *byte == b' ') else {
                continue;
            };
            let (key, value) = (&line[..space], &line[space + 1..]);
            match key {
                b"tree" if tree.is_none() => tree = Some(ObjectId::from_hex(value).ok()?),
                b"parent" => commit.parents.push(ObjectId::from_hex(value).ok()?),
                b"author" if commit.author.is_empty() => commit.author = name(value),
                b"committer" if commit.seconds == 0 => commit.seconds = seconds(value),
                _ => {}
            }
        }
        commit.tree = tree?;
        Some(commit)
    }

    /// Returns what a report tells of it.
    pub(crate) fn info(&self) -> CommitInfo {
        // Git shows a time it cannot hold as 1970, too.
        let time = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        CommitInfo {
            id: self.id.to_string(),
            author: self.author.clone(),
            date: time.to_string(),
            subject: self.subject.clone(),
        }
    }
}

fn split_header(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    end.map_or((bytes, &[]), |end| (&bytes[..end], &bytes[end + 2..]))
}

/// Git's subject is the first paragraph; people know it as the first line, so that is taken.
fn subject(message: &[u8]) -> String {
    let line = message
        .split(|byte| *byte == b'\n')
        .find(|line| !line.trim_ascii().is_empty())
        .unwrap_or_default();
    String::from_utf8_lossy(line).trim().to_owned()
}

fn name(value: &[u8]) -> String {
    let end = value.iter().position(|byte| *byte == b'<');
    String::from_utf8_lossy(&value[..end.unwrap_or(value.len())])
        .trim()
        .to_owned()
}

/// The digits behind the address: `A U Thor <a@x> 1700000000 +0000`.
fn seconds(value: &[u8]) -> i64 {
    let from = value.iter().rposition(|byte| *byte == b'>');
    let rest = &value[from.map_or(0, |at| at + 1)..];
    std::str::from_utf8(rest)
        .ok()
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Commit> {
        Commit::parse(ObjectId::null(gix::hash::Kind::Sha1), text.as_bytes())
    }

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    #[test]
    fn a_commit_is_read() {
        let commit = parse(&format!(
            "{TREE}author A U Thor <a@x> 1 +0100\ncommitter C <c@x> 1700000000 -0500\n\nfirst line\nsecond\n"
        ))
        .unwrap();
        let info = commit.info();
        assert_eq!(info.author, "A U Thor");
        assert_eq!(info.date, "2023-11-14T22:13:20Z");
        assert_eq!(info.subject, "first line");
    }

    #[test]
    fn a_malformed_commit_is_still_listed() {
        let commit = parse(&format!("{TREE}\nmessage\n")).unwrap();
        assert_eq!(commit.info().author, "");
        let commit = parse(&format!(
            "{TREE}committer c <c@x> 99999999999999999999 +9999\n\nm"
        ))
        .unwrap();
        assert_eq!(commit.info().date, "1970-01-01T00:00:00Z");
        assert!(parse("author a <a@x> 1 +0000\n\nm").is_none());
    }
}
