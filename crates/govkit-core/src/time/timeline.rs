//! What each commit of a first-parent line changed, compact enough to be kept in a file.

use std::collections::HashMap;

use crate::config::Config;
use crate::path::RepoPath;
use crate::snapshot::{BlobId, TreeChange};
use crate::time::{Facts, Moment};

/// Bytes of the longest object id git has.
pub(super) const OID_BYTES: usize = 32;

/// The id of an object, in as many bytes as the repository's hash has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; OID_BYTES],
    len: u8,
}

impl Oid {
    /// Takes the bytes of an id; `None` when they are more than any id has.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut all = [0; OID_BYTES];
        all.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self {
            bytes: all,
            len: u8::try_from(bytes.len()).ok()?,
        })
    }

    /// Reads an id from hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digit = |byte: u8| {
            (byte as char)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        let mut bytes = [0; OID_BYTES];
        if !hex.len().is_multiple_of(2) || hex.len() / 2 > OID_BYTES {
            return None;
        }
        for (to, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *to = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Self::new(&bytes[..hex.len() / 2])
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Returns the hexadecimal digits.
    pub fn to_hex(&self) -> BlobId {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = String::with_capacity(self.as_bytes().len() * 2);
        for byte in self.as_bytes() {
            hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
            hex.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        hex
    }
}

impl std::fmt::Debug for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// A commit of the line, counted from the oldest.
pub type StepId = u32;
/// A path some commit of the line changed.
pub type PathId = u32;
/// A blob read as one kind.
pub type TextId = u32;

/// Says "none" where an id would stand.
pub(super) const NONE: u32 = u32::MAX;

/// One commit of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The commit.
    pub commit: Oid,
    /// Its committer time.
    pub time: Moment,
    /// Its known time: the latest committer time among it and those before it.
    pub known: Moment,
    /// One past the last of its changes.
    pub(super) end: u32,
}

/// A file a commit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Its path.
    pub path: PathId,
    /// Its text before, or `NONE`.
    pub(super) old: TextId,
    /// Its text after, or `NONE`.
    pub(super) new: TextId,
    /// Where a new file was renamed or copied from; see `origin.rs`.
    pub(super) origin: u32,
}

/// A file has not been asked yet where it was renamed from.
pub(super) const UNDECIDED: u32 = u32::MAX - 1;

impl LineChange {
    /// Returns the text before; `None` where the file is new.
    pub fn old(&self) -> Option<TextId> {
        (self.old != NONE).then_some(self.old)
    }

    /// Returns the text after; `None` where the file is gone.
    pub fn new_text(&self) -> Option<TextId> {
        (self.new != NONE).then_some(self.new)
    }
}

/// A blob read as one kind, with what it says, once somebody has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) blob: Oid,
    pub(super) kind: u16,
    pub(super) facts: Option<Facts>,
}

/// What each commit of a first-parent line changed, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Whether the line begins at the first commit of all; a shallow clone lacks some.
    pub(super) complete: bool,
    pub(super) steps: Vec<Step>,
    pub(super) changes: Vec<LineChange>,
    pub(super) paths: Vec<RepoPath>,
    pub(super) texts: Vec<Text>,
    /// Indexes for growing; empty until something is added.
    path_ids: HashMap<RepoPath, PathId>,
    text_ids: HashMap<(Oid, u16), TextId>,
    /// Whether it holds more than the file it was read from.
    pub(super) grown: bool,
}

impl Timeline {
    /// Makes an empty line that begins at the first commit of all, or not.
    pub fn new(complete: bool) -> Self {
        Self {
            complete,
            ..Self::default()
        }
    }

    /// Whether the line begins at the first commit of all.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether it holds more than when it was decoded.
    pub fn has_grown(&self) -> bool {
        self.grown
    }

    /// Returns the commits, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns what a commit changed, sorted by path.
    pub fn changes(&self, step: StepId) -> &[LineChange] {
        let at = step as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.steps[before].end);
        &self.changes[start as usize..self.steps[at].end as usize]
    }

    /// Returns the place of the first change of a commit.
    pub(super) fn first_change(&self, step: StepId) -> usize {
        let before = (step as usize).checked_sub(1);
        before.map_or(0, |before| self.steps[before].end as usize)
    }

    /// Returns a path.
    pub fn path(&self, id: PathId) -> &RepoPath {
        &self.paths[id as usize]
    }

    /// Finds a path some commit changed.
    pub fn find_path(&self, path: &str) -> Option<PathId> {
        let at = self.paths.iter().position(|known| known.as_str() == path)?;
        u32::try_from(at).ok()
    }

    /// Returns the blob of a text.
    pub fn blob(&self, id: TextId) -> Oid {
        self.texts[id as usize].blob
    }

    /// Returns the place of a text's kind in the configuration.
    pub fn kind(&self, id: TextId) -> usize {
        usize::from(self.texts[id as usize].kind)
    }

    /// Returns what a text says; `None` while nobody has read it.
    pub fn facts(&self, id: TextId) -> Option<&Facts> {
        self.texts[id as usize].facts.as_ref()
    }

    /// Returns the texts nobody has read, of those given.
    pub fn unread(&self, texts: impl IntoIterator<Item = TextId>) -> Vec<TextId> {
        let mut unread: Vec<TextId> = texts
            .into_iter()
            .filter(|id| self.texts[*id as usize].facts.is_none())
            .collect();
        unread.sort_unstable();
        unread.dedup();
        unread
    }

    /// Returns every text of the first `steps` commits.
    pub fn texts_until(&self, steps: usize) -> impl Iterator<Item = TextId> + '_ {
        let end = steps.checked_sub(1).map_or(0, |last| self.steps[last].end);
        let changes = &self.changes[..end as usize];
        changes
            .iter()
            .flat_map(|change| [change.old(), change.new_text()])
            .flatten()
    }

    /// Keeps what a text says.
    pub fn tell(&mut self, id: TextId, facts: Facts) {
        self.texts[id as usize].facts = Some(facts);
        self.grown = true;
    }

    /// Returns how many commits were known at `moment`.
    pub fn known_at(&self, moment: Moment, within: usize) -> usize {
        self.steps[..within].partition_point(|step| step.known <= moment)
    }

    /// Returns the files that are there after the first `steps` commits, as far as the line
    /// changed them: path, text and the commit that made it so, sorted by path.
    pub fn state(&self, steps: usize) -> Vec<(PathId, TextId, StepId)> {
        let mut last = vec![(NONE, NONE); self.paths.len()];
        for step in 0..steps {
            let step = u32::try_from(step).unwrap_or(NONE);
            for change in self.changes(step) {
                last[change.path as usize] = (change.new, step);
            }
        }
        let mut state: Vec<(PathId, TextId, StepId)> = (0u32..)
            .zip(last)
            .filter(|(_, (text, _))| *text != NONE)
            .map(|(path, (text, step))| (path, text, step))
            .collect();
        state.sort_by(|a, b| self.path(a.0).cmp(self.path(b.0)));
        state
    }

    /// Forgets all commits after the first `steps`.
    pub fn truncate(&mut self, steps: usize) {
        if steps >= self.steps.len() {
            return;
        }
        self.steps.truncate(steps);
        let end = self.steps.last().map_or(0, |step| step.end);
        self.changes.truncate(end as usize);
        self.grown = true;
    }

    /// Adds the next newer commit with what it changed, sorted by path; files no kind of `config`
    /// claims are left out.
    pub fn push(&mut self, commit: Oid, time: Moment, changes: &[TreeChange], config: &Config) {
        self.index();
        let known = self.steps.last().map_or(time, |last| last.known.max(time));
        for change in changes {
            let Some(kind) = config.claim(&change.path) else {
                continue;
            };
            let kind = config
                .kinds
                .iter()
                .position(|known| std::ptr::eq(known, kind));
            let kind = kind
                .and_then(|kind| u16::try_from(kind).ok())
                .unwrap_or(u16::MAX);
            let change = LineChange {
                path: self.path_id(&change.path),
                old: self.text_id(change.old.as_deref(), kind),
                new: self.text_id(change.new.as_deref(), kind),
                origin: UNDECIDED,
            };
            self.changes.push(change);
        }
        let end = u32::try_from(self.changes.len()).unwrap_or(NONE);
        self.steps.push(Step {
            commit,
            time,
            known,
            end,
        });
        self.grown = true;
    }

    fn index(&mut self) {
        if self.path_ids.len() != self.paths.len() {
            self.path_ids = self.paths.iter().cloned().zip(0..).collect();
        }
        if self.text_ids.len() != self.texts.len() {
            let keys = self.texts.iter().map(|text| (text.blob, text.kind));
            self.text_ids = keys.zip(0..).collect();
        }
    }

    fn path_id(&mut self, path: &RepoPath) -> PathId {
        if let Some(id) = self.path_ids.get(path) {
            return *id;
        }
        let id = u32::try_from(self.paths.len()).unwrap_or(NONE);
        self.paths.push(path.clone());
        self.path_ids.insert(path.clone(), id);
        id
    }

    fn text_id(&mut self, blob: Option<&str>, kind: u16) -> TextId {
        let Some(blob) = blob.and_then(Oid::from_hex) else {
            return NONE;
        };
        if let Some(id) = self.text_ids.get(&(blob, kind)) {
            return *id;
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(NONE);
        self.texts.push(Text {
            blob,
            kind,
            facts: None,
        });
        self.text_ids.insert((blob, kind), id);
        id
    }
}
