//! Where a file came from that is new at its path: the same id elsewhere in the commit, else the
//! file git would say it was renamed from, else the one it was copied from while that changed.

use std::collections::HashMap;

use crate::history::ReadBlob;
use crate::path::RepoPath;
use crate::similarity::{self, Chunks, RENAME_THRESHOLD};
use crate::snapshot::Bytes;
use crate::time::timeline::{LineChange, NONE, PathId, Timeline, UNDECIDED};

/// The changes of one commit, with the ids on both sides.
pub(super) struct Changed<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) changes: &'a [LineChange],
    pub(super) old_ids: &'a [Option<u32>],
    pub(super) new_ids: &'a [Option<u32>],
}

/// What can be told of a commit once for all its files.
#[derive(Default)]
pub(super) struct Pairs {
    /// Of the id before, the changes that give it up.
    given_up: Option<HashMap<u32, Vec<usize>>>,
    /// Of an added file, the removed one git would pair it with.
    renames: Option<HashMap<usize, usize>>,
    /// The old sides that were compared.
    chunks: HashMap<usize, Option<Chunks>>,
}

impl Changed<'_> {
    /// Returns the change a file that is new at its path came from.
    pub(super) fn origin(
        &self,
        at: usize,
        pairs: &mut Pairs,
        read: &mut ReadBlob<'_>,
    ) -> Option<usize> {
        match self.changes[at].origin {
            UNDECIDED => {}
            NONE => return None,
            path => return self.at_path(path),
        }
        let id = self.new_ids[at]?;
        let given_up = pairs.given_up.get_or_insert_with(|| self.given_up());
        let candidates: Vec<usize> = given_up.get(&id).into_iter().flatten().copied().collect();
        let candidates: Vec<usize> = candidates.into_iter().filter(|from| *from != at).collect();
        match candidates.as_slice() {
            [] if self.changes[at].old().is_some() => None,
            [] => self
                .renamed_from(at, pairs, read)
                .or_else(|| self.copied_from(at, pairs, read)),
            [only] => Some(*only),
            several => self
                .most_alike(at, several, pairs, read)
                .map(|(from, _)| from)
                .or(Some(several[0])),
        }
    }

    fn at_path(&self, path: PathId) -> Option<usize> {
        self.changes.iter().position(|change| change.path == path)
    }

    fn given_up(&self) -> HashMap<u32, Vec<usize>> {
        let mut given_up: HashMap<u32, Vec<usize>> = HashMap::new();
        for at in 0..self.changes.len() {
            if let Some(id) = self.gives_up(at) {
                given_up.entry(id).or_default().push(at);
            }
        }
        given_up
    }

    /// The id a file has before the commit and not after it.
    pub(super) fn gives_up(&self, at: usize) -> Option<u32> {
        let id = self.old_ids[at]?;
        (self.new_ids[at] != Some(id)).then_some(id)
    }

    fn path(&self, at: usize) -> &RepoPath {
        self.timeline.path(self.changes[at].path)
    }

    fn bytes(&self, at: usize, new: bool, read: &mut ReadBlob<'_>) -> Option<Vec<u8>> {
        let change = &self.changes[at];
        let text = if new { change.new_text() } else { change.old() }?;
        let bytes: Bytes = read(&self.timeline.blob(text).to_hex());
        bytes.ok()
    }

    fn renamed_from(&self, at: usize, pairs: &mut Pairs, read: &mut ReadBlob<'_>) -> Option<usize> {
        let renames = pairs.renames.get_or_insert_with(|| self.renames(read));
        renames.get(&at).copied()
    }

    fn renames(&self, read: &mut ReadBlob<'_>) -> HashMap<usize, usize> {
        let places = 0..self.changes.len();
        let is_removed = |at: &usize| self.changes[*at].new_text().is_none();
        let is_added = |at: &usize| self.changes[*at].old().is_none();
        if !places.clone().any(|at| is_removed(&at)) {
            return HashMap::new();
        }
        let mut side = |wanted: &dyn Fn(&usize) -> bool, new: bool| {
            let mut files = Vec::new();
            for at in places.clone().filter(|at| wanted(at)) {
                if let Some(bytes) = self.bytes(at, new, read) {
                    files.push((at, bytes));
                }
            }
            files
        };
        let (removed, added) = (side(&is_removed, false), side(&is_added, true));
        let (old, new) = (self.named(&removed), self.named(&added));
        let pairs = similarity::pair_renames(&old, &new);
        let pairs = pairs
            .iter()
            .map(|(from, to, ..)| (added[*to].0, removed[*from].0));
        pairs.collect()
    }

    fn named<'b>(&self, files: &'b [(usize, Vec<u8>)]) -> Vec<(RepoPath, &'b [u8])> {
        let named = files
            .iter()
            .map(|(at, bytes)| (self.path(*at).clone(), bytes.as_slice()));
        named.collect()
    }

    fn copied_from(&self, at: usize, pairs: &mut Pairs, read: &mut ReadBlob<'_>) -> Option<usize> {
        let is_changed = |at: &usize| {
            let change = &self.changes[*at];
            change.old().is_some() && change.new_text().is_some()
        };
        let changed: Vec<usize> = (0..self.changes.len()).filter(is_changed).collect();
        let (from, score) = self.most_alike(at, &changed, pairs, read)?;
        (score >= RENAME_THRESHOLD).then_some(from)
    }

    /// The change whose old side is most like the new side of the file at `at`, with the score; of
    /// equals the one with the same name, then the first by path.
    fn most_alike(
        &self,
        at: usize,
        candidates: &[usize],
        pairs: &mut Pairs,
        read: &mut ReadBlob<'_>,
    ) -> Option<(usize, u32)> {
        if candidates.is_empty() {
            return None;
        }
        let new = Chunks::of(&self.bytes(at, true, read)?);
        let mut best: Option<(usize, u32, bool)> = None;
        for from in candidates {
            let old = pairs.chunks.entry(*from);
            let old = old.or_insert_with(|| Some(Chunks::of(&self.bytes(*from, false, read)?)));
            let Some(old) = old else { continue };
            let score = similarity::score(old, &new);
            let same_name = self.path(*from).file_name() == self.path(at).file_name();
            if best.is_none_or(|(_, most, named)| (score, same_name) > (most, named)) {
                best = Some((*from, score, same_name));
            }
        }
        best.map(|(from, score, _)| (from, score))
    }
}
