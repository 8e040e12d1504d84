//! The files of a state of the repository, by name.

use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, Entry, Listing, Snapshot, Source};
use govkit_core::untrusted::Untrusted;

use gix::Repository as Local;
use gix::bstr::ByteSlice;
use gix::index::entry::{Flags, Stage};

use crate::object::Unread;
use crate::open::{Repository, reason};
use crate::revision::RevisionError;
use crate::tree::{self, Names, Node};
use crate::{object, worktree};

/// Why files cannot be listed or read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The revision is not usable.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// A directory or commit in the object database is missing or damaged.
    #[error("{reason}")]
    Object {
        /// Which one, what is wrong, and the way out.
        reason: String,
        /// Whether the clone left it out on purpose: the answer is not known here.
        left_out: bool,
    },
    /// More names than anyone has written.
    #[error("the revision has more than {limit} names, the most that are read")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// A bare repository has nothing staged.
    #[error("a repository without a working tree has no staged files; name a revision instead")]
    NoIndex,
    /// Git's index is damaged.
    #[error("the list of staged files (`.git/index`) cannot be read: {reason}")]
    Index {
        /// What is wrong.
        reason: String,
    },
    /// A directory on disk cannot be read.
    #[error("the working tree cannot be read at `{path}`: {reason}")]
    Worktree {
        /// The directory.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// No path of a repository looks like this.
    #[error("`{path}` is no path inside a repository: {reason}", path = Untrusted::line(path))]
    Path {
        /// What the user typed.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

impl ReadError {
    pub(crate) fn object(why: impl Into<Unread>) -> Self {
        let Unread { reason, left_out } = why.into();
        Self::Object { reason, left_out }
    }

    /// Whether an object is not here because the clone left it out, so that no answer is a wrong
    /// one; `git fetch --refetch` brings it.
    pub fn is_left_out(&self) -> bool {
        matches!(self, Self::Object { left_out: true, .. })
    }
}

/// A state with every name resolved: what `At` means in this repository.
pub(crate) enum State {
    Worktree,
    Index,
    Tree {
        id: gix::ObjectId,
        commit: gix::ObjectId,
    },
    Empty,
}

impl State {
    pub(crate) fn source(&self) -> Source {
        let named = |label: &str| Source {
            label: label.to_owned(),
            commit: None,
        };
        match self {
            Self::Worktree => named("worktree"),
            Self::Index => named("index"),
            Self::Empty => named("empty"),
            Self::Tree { commit, .. } => Source {
                label: commit.to_string(),
                commit: Some(commit.to_string()),
            },
        }
    }
}

impl Repository {
    /// Names the files of a state, sorted by path, without reading any of them.
    ///
    /// In the working tree these are the files git tracks and the ones it would offer to add.
    /// A file whose blob is named there is one git knows to be unchanged.
    pub fn list(&self, at: &At, limits: &Limits) -> Result<Listing, ReadError> {
        let local = self.local();
        let state = self.state(&local, at)?;
        let names = self.names(&local, &state, limits)?;
        Ok(Listing {
            source: state.source(),
            entries: names.entries,
            skipped: names.skipped,
        })
    }

    /// Lists a state and reads the files that `claimed` asks for.
    ///
    /// A file that cannot be read carries the reason instead of its bytes.
    pub fn snapshot(
        &self,
        at: &At,
        claimed: impl Fn(&RepoPath) -> bool + Sync,
        limits: &Limits,
    ) -> Result<Snapshot, ReadError> {
        let listing = self.list(at, limits)?;
        let paths = listing
            .entries
            .iter()
            .map(|entry| entry.path.clone())
            .collect();
        let wanted: Vec<Entry> = listing
            .entries
            .into_iter()
            .filter(|entry| claimed(&entry.path))
            .collect();
        Ok(Snapshot {
            source: listing.source,
            files: self.read(wanted, limits),
            paths,
            skipped: listing.skipped,
        })
    }

    /// Reads one regular file of a state, such as `govkit.toml`; `None` where there is none.
    ///
    /// The file may have as many bytes as an artifact may by default.
    pub fn read_path(&self, at: &At, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.read_path_up_to(at, path, Limits::DEFAULT.artifact_bytes)
    }

    /// Reads one regular file of a state that may have up to `most` bytes, such as a component.
    pub fn read_path_up_to(
        &self,
        at: &At,
        path: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let limits = &Limits {
            artifact_bytes: most,
            ..Limits::DEFAULT
        };
        let wanted = RepoPath::new(path).map_err(|error| ReadError::Path {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
        let local = self.local();
        let entry = match self.state(&local, at)? {
            State::Empty => None,
            State::Worktree => {
                return worktree::read_path(self, &local, &wanted, limits).map_err(|reason| {
                    ReadError::Worktree {
                        path: Untrusted::line(path).to_string(),
                        reason,
                    }
                });
            }
            State::Index => index_names(&local, limits)?
                .entries
                .into_iter()
                .find(|entry| entry.path == wanted)
                .and_then(|entry| object::id_of(&entry.blob?)),
            State::Tree { id, .. } => tree::find(&local, id, &wanted)?,
        };
        let Some(id) = entry else { return Ok(None) };
        let mut buffer = Vec::new();
        object::read_into(
            &local,
            &id,
            gix::objs::Kind::Blob,
            limits.artifact_bytes,
            &mut buffer,
        )
        .map_err(|unread| ReadError::Object {
            reason: format!("`{}`: {}", Untrusted::line(path), unread.reason),
            left_out: unread.left_out,
        })?;
        Ok(Some(buffer))
    }

    pub(crate) fn state(&self, local: &Local, at: &At) -> Result<State, ReadError> {
        let of = |commit: Option<crate::commit::Commit>| {
            commit.map_or(State::Empty, |commit| State::Tree {
                id: commit.tree,
                commit: commit.id,
            })
        };
        Ok(match at {
            At::Empty => State::Empty,
            At::Worktree if self.is_bare() => of(self.head_commit(local)?),
            At::Worktree => State::Worktree,
            At::Index if self.is_bare() => return Err(ReadError::NoIndex),
            At::Index => State::Index,
            At::Revision(revision) => match self.commit_of(local, revision) {
                Ok(commit) => of(Some(commit)),
                Err(RevisionError::Unborn { .. }) => State::Empty,
                Err(error) => return Err(error.into()),
            },
        })
    }

    pub(crate) fn names(
        &self,
        local: &Local,
        state: &State,
        limits: &Limits,
    ) -> Result<Names, ReadError> {
        match state {
            State::Empty => Ok(Names::default()),
            State::Tree { id, .. } => tree::list(local, *id, limits),
            State::Index => index_names(local, limits),
            State::Worktree => worktree::list(self, local, limits),
        }
    }
}

fn index_names(local: &Local, limits: &Limits) -> Result<Names, ReadError> {
    let index = read_index(local)?;
    let mut names = Names::default();
    let mut conflict: Vec<u8> = Vec::new();
    for entry in index.entries() {
        // In a sparse index a name that ends in `/` stands for a whole directory.
        let path = entry.path(&index).trim_end_with(|ch| ch == '/');
        names.count(limits)?;
        if entry.stage() != Stage::Unconflicted {
            if conflict != path {
                names.skip(path, "it has a merge conflict");
                path.clone_into(&mut conflict);
            }
            continue;
        }
        // `git add --intent-to-add` promises a file without staging it.
        if entry.flags.contains(Flags::INTENT_TO_ADD) {
            continue;
        }
        if let Err(reason) = tree::check_name(path, b"", limits) {
            names.skip(path, reason);
            continue;
        }
        push_staged(local, path, entry, &mut names, limits)?;
    }
    names.finish();
    Ok(names)
}

/// Adds a staged entry; in a sparse index it may stand for a whole directory.
pub(crate) fn push_staged(
    local: &Local,
    path: &[u8],
    entry: &gix::index::Entry,
    names: &mut Names,
    limits: &Limits,
) -> Result<(), ReadError> {
    match Node::of_mode(u16::try_from(entry.mode.bits()).unwrap_or(u16::MAX)) {
        Node::File => names.entries.extend(tree::entry(path, &entry.id)),
        Node::Directory => {
            for below in tree::list(local, entry.id, limits)?.entries {
                names.count(limits)?;
                let path = tree::joined(path, below.path.as_str().as_bytes());
                let id = below.blob.as_deref().and_then(object::id_of);
                names
                    .entries
                    .extend(id.and_then(|id| tree::entry(&path, &id)));
            }
        }
        node => names.skip(path, node.reason()),
    }
    Ok(())
}

pub(crate) fn read_index(local: &Local) -> Result<gix::worktree::Index, ReadError> {
    local.index_or_empty().map_err(|error| ReadError::Index {
        reason: reason(&error),
    })
}
