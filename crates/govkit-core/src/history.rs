//! The versions of one artifact, found by following its id back through the commits.
//!
//! Paths are reused by other documents, documents move by being copied with a stub left behind,
//! and files change their names while their text is edited; so a path is not an artifact. A
//! [`History`] is told of one commit after another, newest first, and keeps track of where the
//! artifact was. It goes on under another id only where git sees the file renamed, or copied
//! while the original was changed.

use std::collections::HashMap;

use serde::Serialize;

use crate::artifact::Artifact;
use crate::config::Config;
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::similarity::{self, Chunks, RENAME_THRESHOLD};
use crate::snapshot::{BlobId, Bytes, CommitInfo, TreeChange};

/// What a commit did to an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there before.
    Added,
    /// Its text changed, at the same path.
    Changed,
    /// It moved; its text may have changed, too.
    Renamed,
    /// It was there before.
    Removed,
}

/// One version of an artifact: a commit and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The commit.
    pub commit: CommitInfo,
    /// What it did.
    pub change: Change,
    /// Where the artifact is after the commit; for a removal, where it was.
    pub path: RepoPath,
    /// Where it was before, where that is another path.
    pub old_path: Option<RepoPath>,
    /// The id it has after the commit; for a removal, the one it had.
    pub id: String,
    /// The id it had before, where that is another.
    pub old_id: Option<String>,
    /// Its blob after the commit; absent for a removal.
    pub blob: Option<BlobId>,
    /// Its blob before the commit; absent for an addition.
    pub old_blob: Option<BlobId>,
    /// For a move: how alike the two files are, in percent, as git counts.
    pub similarity: Option<u8>,
}

/// Reads a blob.
pub type ReadBlob<'a> = dyn FnMut(&BlobId) -> Bytes + 'a;

/// Follows one id back through history.
#[derive(Debug)]
pub struct History<'a> {
    config: &'a Config,
    limits: &'a Limits,
    /// The id that was asked for.
    id: String,
    /// Where the artifact is in the tree the last visited commit started from.
    at: Option<Place>,
    ids: HashMap<(BlobId, RepoPath), Option<String>>,
    versions: Vec<Version>,
}

#[derive(Clone, Debug)]
struct Place {
    path: RepoPath,
    id: String,
}

/// Where the artifact was before a commit that moved it.
struct Origin<'c> {
    change: &'c TreeChange,
    /// The id there; the artifact's own where the old file has none to read.
    id: String,
}

impl<'a> History<'a> {
    /// Starts at the newest revision, where the artifact `id` is at `path`, or not there at all.
    pub fn new(config: &'a Config, limits: &'a Limits, id: &str, path: Option<&RepoPath>) -> Self {
        let id = id.to_owned();
        Self {
            config,
            limits,
            at: path.map(|path| Place {
                path: path.clone(),
                id: id.clone(),
            }),
            id,
            ids: HashMap::new(),
            versions: Vec::new(),
        }
    }

    /// Takes the next older commit with the files it changed, sorted by path.
    ///
    /// Only changes of files that a kind claims count; others may be left out.
    pub fn visit(&mut self, commit: &CommitInfo, changes: &[TreeChange], read: &mut ReadBlob<'_>) {
        let Some(place) = self.at.clone() else {
            self.look_for_removal(commit, changes, read);
            return;
        };
        let found = changes.binary_search_by(|change| change.path.cmp(&place.path));
        let Ok(change) = found.map(|at| &changes[at]) else {
            return;
        };
        if let Some(old) = &change.old {
            let old_id = self.id_of(old, &change.path, read);
            if old_id.is_none_or(|id| id == place.id) {
                self.push(commit, Change::Changed, &place, change);
                return;
            }
        }
        match self.origin(&place, change, changes, read) {
            Some(origin) => self.push_renamed(commit, &place, change, &origin, read),
            None => {
                self.push(commit, Change::Added, &place, change);
                self.at = None;
            }
        }
    }

    /// Returns the versions found so far, newest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Returns the versions found, newest first.
    pub fn into_versions(self) -> Vec<Version> {
        self.versions
    }

    /// Whether older commits can still have versions: whether the artifact is in the tree the
    /// last visited commit started from.
    pub fn is_present(&self) -> bool {
        self.at.is_some()
    }

    fn push(&mut self, commit: &CommitInfo, change: Change, place: &Place, file: &TreeChange) {
        let (blob, old_blob) = match change {
            Change::Added => (file.new.clone(), None),
            Change::Removed => (None, file.old.clone()),
            Change::Changed | Change::Renamed => (file.new.clone(), file.old.clone()),
        };
        self.versions.push(Version {
            commit: commit.clone(),
            change,
            path: place.path.clone(),
            old_path: None,
            id: place.id.clone(),
            old_id: None,
            blob,
            old_blob,
            similarity: None,
        });
    }

    fn push_renamed(
        &mut self,
        commit: &CommitInfo,
        place: &Place,
        file: &TreeChange,
        origin: &Origin<'_>,
        read: &mut ReadBlob<'_>,
    ) {
        let old_blob = origin.change.old.clone();
        let bytes = |blob: &Option<BlobId>, read: &mut ReadBlob<'_>| read(blob.as_ref()?).ok();
        let similarity = if old_blob == file.new {
            Some(100)
        } else {
            let old = bytes(&old_blob, read);
            old.zip(bytes(&file.new, read))
                .map(|(old, new)| similarity::percent(&old, &new))
        };
        self.versions.push(Version {
            commit: commit.clone(),
            change: Change::Renamed,
            path: place.path.clone(),
            old_path: Some(origin.change.path.clone()),
            id: place.id.clone(),
            old_id: (origin.id != place.id).then(|| origin.id.clone()),
            blob: file.new.clone(),
            old_blob,
            similarity,
        });
        self.at = Some(Place {
            path: origin.change.path.clone(),
            id: origin.id.clone(),
        });
    }

    fn look_for_removal(
        &mut self,
        commit: &CommitInfo,
        changes: &[TreeChange],
        read: &mut ReadBlob<'_>,
    ) {
        let wanted = self.id.clone();
        let found = changes
            .iter()
            .find(|change| self.gives_up(change, &wanted, read));
        if let Some(change) = found {
            let place = Place {
                path: change.path.clone(),
                id: wanted,
            };
            self.push(commit, Change::Removed, &place, change);
            self.at = Some(place);
        }
    }

    /// Finds where the artifact came from when its path is new to it.
    fn origin<'c>(
        &mut self,
        place: &Place,
        file: &TreeChange,
        changes: &'c [TreeChange],
        read: &mut ReadBlob<'_>,
    ) -> Option<Origin<'c>> {
        let same_id = self.same_id(place, file, changes, read);
        let change = match same_id {
            Some(change) => change,
            None if file.old.is_some() => return None,
            None => self
                .renamed_from(file, changes, read)
                .or_else(|| self.copied_from(file, changes, read))?,
        };
        let id = self.id_of(change.old.as_ref()?, &change.path, read);
        Some(Origin {
            change,
            id: id.unwrap_or_else(|| place.id.clone()),
        })
    }

    /// Another file that had the id until this commit; of several, the one most alike.
    fn same_id<'c>(
        &mut self,
        place: &Place,
        file: &TreeChange,
        changes: &'c [TreeChange],
        read: &mut ReadBlob<'_>,
    ) -> Option<&'c TreeChange> {
        let candidates: Vec<&TreeChange> = changes
            .iter()
            .filter(|change| change.path != place.path && self.gives_up(change, &place.id, read))
            .collect();
        if candidates.len() < 2 {
            return candidates.first().copied();
        }
        let best = most_alike(file, &candidates, read).map(|(change, _)| change);
        best.or_else(|| candidates.first().copied())
    }

    /// Whether a file has the id before a commit and not after it.
    fn gives_up(&mut self, change: &TreeChange, id: &str, read: &mut ReadBlob<'_>) -> bool {
        let Some(old) = &change.old else { return false };
        if self.id_of(old, &change.path, read).as_deref() != Some(id) {
            return false;
        }
        match &change.new {
            None => true,
            Some(new) => self.id_of(new, &change.path, read).as_deref() != Some(id),
        }
    }

    /// The removed file git would say the file is a rename of.
    fn renamed_from<'c>(
        &self,
        file: &TreeChange,
        changes: &'c [TreeChange],
        read: &mut ReadBlob<'_>,
    ) -> Option<&'c TreeChange> {
        let claimed = |change: &&TreeChange| self.config.claim(&change.path).is_some();
        let side = |wanted: &dyn Fn(&TreeChange) -> Option<&BlobId>, read: &mut ReadBlob<'_>| {
            let mut files = Vec::new();
            for change in changes.iter().filter(claimed) {
                if let Some(bytes) = wanted(change).and_then(|blob| read(blob).ok()) {
                    files.push((change, bytes));
                }
            }
            files
        };
        let is_removed = |change: &TreeChange| change.new.is_none();
        if !changes.iter().filter(claimed).any(is_removed) {
            return None;
        }
        let removed = side(
            &|change| change.old.as_ref().filter(|_| change.new.is_none()),
            read,
        );
        let added = side(
            &|change| change.new.as_ref().filter(|_| change.old.is_none()),
            read,
        );
        let pairs = similarity::pair_renames(&named(&removed), &named(&added));
        let pair = pairs
            .iter()
            .find(|(_, new, _)| added[*new].0.path == file.path)?;
        Some(removed[pair.0].0)
    }

    /// The file changed in the same commit that git would say the file is a copy of.
    fn copied_from<'c>(
        &self,
        file: &TreeChange,
        changes: &'c [TreeChange],
        read: &mut ReadBlob<'_>,
    ) -> Option<&'c TreeChange> {
        let changed: Vec<&TreeChange> = changes
            .iter()
            .filter(|change| change.old.is_some() && change.new.is_some())
            .filter(|change| self.config.claim(&change.path).is_some())
            .collect();
        let (source, score) = most_alike(file, &changed, read)?;
        (score >= RENAME_THRESHOLD).then_some(source)
    }

    /// The id a blob has at a path; a blob is read once.
    fn id_of(&mut self, blob: &BlobId, path: &RepoPath, read: &mut ReadBlob<'_>) -> Option<String> {
        let kind = self.config.claim(path)?;
        if kind.id.field.is_none() {
            return kind.id.from_path(path.as_str());
        }
        let key = (blob.clone(), path.clone());
        if let Some(known) = self.ids.get(&key) {
            return known.clone();
        }
        let text = read(blob)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let id = text.and_then(|text| Artifact::id_in(&text, path, kind, self.limits));
        self.ids.insert(key, id.clone());
        id
    }
}

fn named<'b>(files: &'b [(&TreeChange, Vec<u8>)]) -> Vec<(RepoPath, &'b [u8])> {
    files
        .iter()
        .map(|(change, bytes)| (change.path.clone(), bytes.as_slice()))
        .collect()
}

/// The change whose old side is most like the new side of `file`, with the score; of equals the
/// one with the same name, then the first by path.
fn most_alike<'c>(
    file: &TreeChange,
    candidates: &[&'c TreeChange],
    read: &mut ReadBlob<'_>,
) -> Option<(&'c TreeChange, u32)> {
    if candidates.is_empty() {
        return None;
    }
    let new = Chunks::of(&read(file.new.as_ref()?).ok()?);
    let mut best: Option<(&TreeChange, u32, bool)> = None;
    for change in candidates {
        let Some(old) = change.old.as_ref().and_then(|blob| read(blob).ok()) else {
            continue;
        };
        let score = similarity::score(&Chunks::of(&old), &new);
        let same_name = change.path.file_name() == file.path.file_name();
        if best.is_none_or(|(_, most, named)| (score, same_name) > (most, named)) {
            best = Some((change, score, same_name));
        }
    }
    best.map(|(change, score, _)| (change, score))
}

#[cfg(test)]
mod tests;
