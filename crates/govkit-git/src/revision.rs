//! Names of revisions: from what a user types to a commit.

use gix::bstr::ByteSlice;
use gix::objs::Kind;
use gix::{ObjectId, Repository as Local};
use govkit_core::snapshot::CommitInfo;
use govkit_core::untrusted::Untrusted;

use crate::commit::Commit;
use crate::object::{self, MOVED_PAUSE, MOVED_TRIES, Unread};
use crate::open::{Repository, reason};

/// Bytes one commit may have.
const COMMIT_BYTES: u64 = 16 << 20;

/// Annotated tags that may point at each other before a commit.
const TAG_DEPTH: usize = 16;

/// Why a revision cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// Nothing has this name.
    #[error(
        "there is no revision `{}`: it is no branch, tag or commit of this repository{hint}",
        line(revision)
    )]
    Unknown {
        /// What the user typed.
        revision: String,
        /// ` (…)` with the way out, or empty.
        hint: &'static str,
    },
    /// Several objects have it as the start of their name.
    #[error(
        "`{}` is the start of more than one object's name; write more of it",
        line(revision)
    )]
    Ambiguous {
        /// What the user typed.
        revision: String,
    },
    /// It names something that has no history: a file, a directory, a range.
    #[error("`{}` names {what}, not a commit", line(revision))]
    NotACommit {
        /// What the user typed.
        revision: String,
        /// What it names.
        what: String,
    },
    /// Nothing was committed yet.
    #[error("nothing has been committed yet, so there is no `{}`", line(revision))]
    Unborn {
        /// What the user typed.
        revision: String,
    },
    /// The repository is damaged there.
    #[error("`{}` cannot be read: {reason}", line(revision))]
    Unreadable {
        /// What the user typed.
        revision: String,
        /// What is wrong.
        reason: String,
    },
}

fn line(text: &str) -> Untrusted<'_> {
    Untrusted::line(text)
}

impl Repository {
    /// Finds the commit a revision names, in any spelling `git rev-parse` knows.
    pub fn resolve(&self, revision: &str) -> Result<CommitInfo, RevisionError> {
        Ok(self.commit_of(&self.local(), revision)?.info())
    }

    /// Returns the commit that is checked out; `None` before the first one.
    pub fn head(&self) -> Result<Option<CommitInfo>, RevisionError> {
        Ok(self.head_commit(&self.local())?.map(|commit| commit.info()))
    }

    /// Returns the commit two revisions have in common, the best where there are several.
    pub fn merge_base(&self, a: &str, b: &str) -> Result<Option<String>, RevisionError> {
        let local = self.local();
        let one = self.commit_of(&local, a)?.id;
        let other = self.commit_of(&local, b)?.id;
        let bases =
            local
                .merge_bases_many(one, &[other])
                .map_err(|error| RevisionError::Unreadable {
                    revision: format!("{a}...{b}"),
                    reason: reason(&error),
                })?;
        Ok(bases.first().map(|id| id.to_string()))
    }

    /// Counts the commits that `tip` builds on and `other` does not.
    pub fn commits_ahead(&self, tip: &str, other: &str) -> Result<usize, RevisionError> {
        let local = self.local();
        let from = self.commit_of(&local, tip)?.id;
        let without = self.commit_of(&local, other)?.id;
        let unreadable = |error: gix::Error| RevisionError::Unreadable {
            revision: format!("{other}..{tip}"),
            reason: reason(&error),
        };
        let walk = local.rev_walk([from]).with_hidden([without]).all();
        let mut count = 0;
        for commit in walk.map_err(unreadable)? {
            commit.map_err(|error| RevisionError::Unreadable {
                revision: format!("{other}..{tip}"),
                reason: reason(&error),
            })?;
            count += 1;
        }
        Ok(count)
    }

    /// Returns the branch that is checked out; `None` when a commit is, and not a branch.
    pub fn branch(&self) -> Result<Option<String>, RevisionError> {
        let name = self
            .local()
            .head_name()
            .map_err(|error| RevisionError::Unreadable {
                revision: "HEAD".to_owned(),
                reason: reason(&error),
            })?;
        Ok(name.map(|name| name.shorten().to_str_lossy().into_owned()))
    }

    /// Returns local and remote-tracking branches with the commit each one points at, by name.
    ///
    /// A branch that cannot be read is left out.
    pub fn branch_tips(&self) -> Result<Vec<(String, String)>, RevisionError> {
        let local = self.local();
        let unreadable = |error: gix::Error| RevisionError::Unreadable {
            revision: "refs/heads".to_owned(),
            reason: reason(&error),
        };
        let references = local.references().map_err(unreadable)?;
        let mut tips = Vec::new();
        for prefix in ["refs/heads/", "refs/remotes/"] {
            for reference in references.prefixed(prefix).map_err(unreadable)?.flatten() {
                // `origin/HEAD` repeats another branch.
                let Some(id) = reference.try_id() else {
                    continue;
                };
                let Ok(name) = reference.name().shorten().to_str() else {
                    continue;
                };
                if self.read_commit(&local, id.detach()).is_ok() {
                    tips.push((name.to_owned(), id.to_string()));
                }
            }
        }
        tips.sort();
        Ok(tips)
    }

    pub(crate) fn head_commit(&self, local: &Local) -> Result<Option<Commit>, RevisionError> {
        let unreadable = |why: Unread| RevisionError::Unreadable {
            revision: "HEAD".to_owned(),
            reason: why.reason,
        };
        let mut head = local
            .head()
            .map_err(|error| unreadable(reason(&error).into()))?;
        if head.is_unborn() {
            return Ok(None);
        }
        // A `git gc` beside may move the commit from one pack to another just then.
        for _ in 0..MOVED_TRIES {
            if head.try_peel_to_id().is_ok() {
                break;
            }
            std::thread::sleep(MOVED_PAUSE);
        }
        let id = head
            .try_peel_to_id()
            .map_err(|error| unreadable(reason(&error).into()))?;
        id.map(|id| self.read_commit(local, id.detach()).map_err(unreadable))
            .transpose()
    }

    pub(crate) fn commit_of(&self, local: &Local, revision: &str) -> Result<Commit, RevisionError> {
        let id = self.object_of(local, revision)?;
        self.peel(local, revision, id)
    }

    /// Follows annotated tags to the commit; each object is measured before it is read.
    fn peel(
        &self,
        local: &Local,
        revision: &str,
        mut id: ObjectId,
    ) -> Result<Commit, RevisionError> {
        let unreadable = |why: Unread| RevisionError::Unreadable {
            revision: revision.to_owned(),
            reason: why.reason,
        };
        for _ in 0..TAG_DEPTH {
            match object::kind_of(local, &id).map_err(unreadable)? {
                Kind::Commit => return self.read_commit(local, id).map_err(unreadable),
                Kind::Tag => id = tag_target(local, &id).map_err(unreadable)?,
                kind => {
                    return Err(RevisionError::NotACommit {
                        revision: revision.to_owned(),
                        what: format!("a {}", word(kind)),
                    });
                }
            }
        }
        Err(unreadable(
            format!("more than {TAG_DEPTH} tags lead to it").into(),
        ))
    }

    fn object_of(&self, local: &Local, revision: &str) -> Result<ObjectId, RevisionError> {
        let owned = || revision.to_owned();
        let spec = match local.rev_parse(revision) {
            Ok(spec) => spec,
            Err(_) if revision == "HEAD" || revision == "@" => {
                return match self.head_commit(local)? {
                    Some(commit) => Ok(commit.id),
                    None => Err(RevisionError::Unborn { revision: owned() }),
                };
            }
            Err(error) if is_ambiguous(&error) => {
                return Err(RevisionError::Ambiguous { revision: owned() });
            }
            Err(_) => {
                return Err(RevisionError::Unknown {
                    revision: owned(),
                    hint: if self.is_shallow() {
                        "; older commits were left out of this clone (`git fetch --unshallow` gets them)"
                    } else {
                        ""
                    },
                });
            }
        };
        spec.single()
            .map(gix::Id::detach)
            .ok_or_else(|| RevisionError::NotACommit {
                revision: owned(),
                what: "a range".to_owned(),
            })
    }

    /// Reads a commit; an `Err` is a reason for people.
    pub(crate) fn read_commit(&self, local: &Local, id: ObjectId) -> Result<Commit, Unread> {
        let mut buffer = Vec::new();
        let bytes = object::read_into(local, &id, Kind::Commit, COMMIT_BYTES, &mut buffer)?;
        Commit::parse(id, bytes)
            .ok_or_else(|| format!("commit {id} names no tree (run `git fsck`)").into())
    }
}

fn is_ambiguous(error: &gix::Error) -> bool {
    use gix::revision::spec::parse::Error;
    let found = error.downcast_any_ref::<Error>();
    matches!(found, Some(Error::AmbiguousPrefix { .. }))
}

fn tag_target(local: &Local, id: &ObjectId) -> Result<ObjectId, Unread> {
    let mut buffer = Vec::new();
    let bytes = object::read_into(local, id, Kind::Tag, COMMIT_BYTES, &mut buffer)?;
    let target = bytes.split(|byte| *byte == b'\n').next();
    target
        .and_then(|line| line.strip_prefix(b"object "))
        .and_then(|hex| ObjectId::from_hex(hex).ok())
        .ok_or_else(|| format!("tag {id} names no object (run `git fsck`)").into())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Tree => "directory",
        Kind::Blob => "file",
        Kind::Commit => "commit",
        Kind::Tag => "tag",
    }
}
