//! Why nothing was committed.

use std::path::PathBuf;

use govkit_core::path::RepoPath;
use govkit_core::untrusted::Untrusted;

use crate::open::{OpenError, shown};
use crate::revision::RevisionError;

/// Why nothing was committed. The branch is where it was.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// There are no files to commit.
    #[error("the repository has no working tree, so there is nothing to commit")]
    Bare,
    /// Git is in the middle of something that ends with a commit of its own.
    #[error("{what} is not finished; end it first, with `{way_out}`")]
    Unfinished {
        /// `a merge`.
        what: &'static str,
        /// The commands that end it.
        way_out: &'static str,
    },
    /// A merge conflict is not settled.
    #[error("`{path}` has a merge conflict; settle it, then `git add {path}`")]
    Unmerged {
        /// The file.
        path: RepoPath,
    },
    /// A program would have to turn the file into what is committed.
    #[error(
        "`{path}` goes through the filter `{}`, a program that govkit does not run; commit it with git",
        Untrusted::line(filter)
    )]
    Filter {
        /// The file.
        path: RepoPath,
        /// The filter.
        filter: String,
    },
    /// A sparse checkout has not got the file.
    #[error("`{path}` is left out of the working tree by a sparse checkout")]
    LeftOut {
        /// The file.
        path: RepoPath,
    },
    /// Neither on disk nor committed.
    #[error("there is no file `{path}`, on disk or in the last commit")]
    Absent {
        /// The file.
        path: RepoPath,
    },
    /// A link, a directory, or a file nobody may read.
    #[error("`{path}` cannot be read: {reason}")]
    File {
        /// The file.
        path: RepoPath,
        /// Why.
        reason: String,
    },
    /// Somebody else committed the same file.
    #[error(
        "`{path}` was committed by somebody else in the meantime; nothing was committed: look at `git log -1 -- {path}` and try again"
    )]
    Overtaken {
        /// The file.
        path: RepoPath,
    },
    /// Others write all the time.
    #[error(
        "the branch moved each of the {tries} times it was to be written; nothing was committed: try again"
    )]
    Contended {
        /// How often it was tried.
        tries: usize,
    },
    /// Another program writes.
    #[error(
        "another program has been writing for {seconds} seconds (`{}` is there); nothing was committed: if no git and no govkit runs, `govkit doctor` says what to do",
        shown(lock)
    )]
    Locked {
        /// What says so.
        lock: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The list of staged files cannot be read or written.
    #[error(
        "the list of staged files (`{}`) cannot be written: {reason}; nothing was committed",
        shown(path)
    )]
    Index {
        /// The index.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The branch cannot be written.
    #[error("the branch cannot be moved: {reason}; nothing was committed")]
    Branch {
        /// What is wrong.
        reason: String,
    },
    /// An object cannot be written.
    #[error("the object database cannot be written: {reason}; nothing was committed")]
    Object {
        /// What is wrong.
        reason: String,
    },
    /// A message no commit can have.
    #[error("the message of a commit cannot be empty or have a NUL")]
    Message,
    /// The signature failed.
    #[error("the commit cannot be signed: {0}")]
    Sign(Box<dyn std::error::Error + Send + Sync>),
    /// A hook said no, or could not be run.
    #[error("the hook `{name}` {how}; nothing was committed")]
    Hook {
        /// Which.
        name: &'static str,
        /// How it ended.
        how: String,
    },
    /// The repository cannot be opened again.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The last commit cannot be read.
    #[error(transparent)]
    Revision(#[from] RevisionError),
}
