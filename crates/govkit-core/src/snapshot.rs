//! A snapshot: the paths and bytes of one revision, as values.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::path::RepoPath;

/// The hexadecimal object id of a blob.
pub type BlobId = String;

/// Which state of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The files on disk; in a bare repository, HEAD.
    Worktree,
    /// What is staged.
    Index,
    /// A revision, in any spelling `git rev-parse` knows.
    Revision(String),
    /// No files at all: the side before the first commit.
    Empty,
}

/// A commit, as far as a report tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitInfo {
    /// Its full hexadecimal id.
    pub id: String,
    /// Author's name.
    pub author: String,
    /// Committer time as RFC 3339 in UTC.
    pub date: String,
    /// First line of the message.
    pub subject: String,
}

/// Where a snapshot comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What to call it: a full commit id, `worktree`, `index` or `empty`.
    pub label: String,
    /// The commit, where it is one.
    pub commit: Option<String>,
}

/// A regular file of a revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path.
    pub path: RepoPath,
    /// Its blob; absent for a file on disk whose content is not known to be a blob's.
    pub blob: Option<BlobId>,
}

/// A name in a revision that is not read, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path as far as it can be shown, escaped where needed.
    pub shown: String,
    /// The path where it is a usable one.
    pub path: Option<RepoPath>,
    /// Why: `a symbolic link`, `a submodule`, `it has a `..` part`.
    pub reason: String,
}

/// The names of a revision, sorted by path; contents come later, for the files somebody claims.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Where it comes from.
    pub source: Source,
    /// Its regular files.
    pub entries: Vec<Entry>,
    /// What is not read.
    pub skipped: Vec<Skipped>,
}

/// A regular file that differs between two revisions; a rename is a removal and an addition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeChange {
    /// Its path.
    pub path: RepoPath,
    /// Its blob before; absent where the file is new.
    pub old: Option<BlobId>,
    /// Its blob after; absent where the file is gone.
    pub new: Option<BlobId>,
}

/// The bytes of a file, or why there are none.
pub type Bytes = Result<Vec<u8>, String>;

/// A file with its bytes.
#[derive(Clone, Debug)]
pub struct File {
    /// The file.
    pub entry: Entry,
    /// Its content.
    pub bytes: Bytes,
}

/// The files of a revision that artifacts are made of, and the names of all others.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Where it comes from.
    pub source: Source,
    /// Files somebody claims, sorted by path.
    pub files: Vec<File>,
    /// Every regular file's path, claimed or not; links between files are checked against it.
    pub paths: BTreeSet<RepoPath>,
    /// What was not read.
    pub skipped: Vec<Skipped>,
}

impl Snapshot {
    /// Makes a snapshot of literal files, for tests and for standard input.
    pub fn of_files<P: Into<String>, B: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, B)>,
    ) -> Self {
        let mut snapshot = Self::default();
        for (path, bytes) in files {
            let Ok(path) = RepoPath::new(path) else {
                continue;
            };
            snapshot.paths.insert(path.clone());
            snapshot.files.push(File {
                entry: Entry { path, blob: None },
                bytes: Ok(bytes.into()),
            });
        }
        snapshot.files.sort_by(|a, b| a.entry.cmp(&b.entry));
        snapshot
    }
}
