//! The files in which two states of the repository differ.

use std::cmp::Ordering;

use gix::Repository as Local;
use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, BlobId, Entry, TreeChange};

use crate::list::{ReadError, State};
use crate::open::Repository;
use crate::tree_diff::Differ;
use crate::worktree;

impl Repository {
    /// Returns the regular files whose content differs between two states, sorted by path.
    ///
    /// Of two commits no file is read. Of the working tree the files are read that git does not
    /// know to be unchanged; the blob named for one of them may not exist in the repository, so
    /// its bytes come from [`Repository::read`] with an entry without a blob.
    pub fn tree_changes(
        &self,
        old: &At,
        new: &At,
        limits: &Limits,
    ) -> Result<Vec<TreeChange>, ReadError> {
        let local = self.local();
        let (old, new) = (self.state(&local, old)?, self.state(&local, new)?);
        let tree = |state: &State| match state {
            State::Empty => Some(None),
            State::Tree { id, .. } => Some(Some(*id)),
            State::Worktree | State::Index => None,
        };
        if let (Some(old), Some(new)) = (tree(&old), tree(&new)) {
            return Differ::new(&local, limits).changes(old, new, &|_| true);
        }
        let old = self.names(&local, &old, limits)?.entries;
        let new = self.names(&local, &new, limits)?.entries;
        let mut reader = worktree::Reader::new(self, &local);
        let mut hash = |entry: &Entry| blob_of(&local, &mut reader, entry, limits);
        Ok(compare(&old, &new, &mut hash))
    }
}

/// Returns the blob of a file; one that cannot be read differs from every other.
fn blob_of(
    local: &Local,
    reader: &mut worktree::Reader<'_>,
    entry: &Entry,
    limits: &Limits,
) -> BlobId {
    entry.blob.clone().unwrap_or_else(|| {
        let bytes = reader.read(&entry.path, limits);
        let id = bytes.ok().and_then(|bytes| worktree::hash(local, &bytes));
        id.unwrap_or_else(|| local.object_hash().null()).to_string()
    })
}

fn compare(
    old: &[Entry],
    new: &[Entry],
    blob: &mut dyn FnMut(&Entry) -> BlobId,
) -> Vec<TreeChange> {
    let mut changes = Vec::new();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.path.cmp(&b.path),
        };
        let a = if order == Ordering::Greater {
            None
        } else {
            old.next()
        };
        let b = if order == Ordering::Less {
            None
        } else {
            new.next()
        };
        let Some(path) = a.or(b).map(|entry| &entry.path) else {
            continue;
        };
        let (old, new) = (a.map(&mut *blob), b.map(&mut *blob));
        if old != new {
            changes.push(TreeChange {
                path: path.clone(),
                old,
                new,
            });
        }
    }
}
