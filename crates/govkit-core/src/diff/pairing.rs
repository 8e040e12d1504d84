//! Which artifact of the old side is which of the new: by id first, then by similarity.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change_set::{Change, Confidence};
use crate::artifact::Artifact;
use crate::config::{Config, Kind};
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::similarity;
use crate::snapshot::BlobId;

/// A path whose file differs between two sides.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// The path.
    pub path: RepoPath,
    /// The file on the old side, where a kind claims it.
    pub old: Option<FileSide>,
    /// The file on the new side, where a kind claims it.
    pub new: Option<FileSide>,
}

/// A claimed file on one side.
#[derive(Clone, Debug)]
pub struct FileSide {
    /// Its kind.
    pub kind: Arc<str>,
    /// Its bytes; none for a file that cannot be read or was not.
    pub bytes: Arc<[u8]>,
    /// How many bytes the file has.
    pub size: u64,
    /// The artifact it is, or why it is none.
    pub artifact: Result<Arc<Artifact>, String>,
}

impl FileSide {
    /// Takes an artifact that was read.
    pub fn of_artifact(artifact: Artifact) -> Self {
        Self {
            kind: artifact.kind.clone(),
            bytes: Arc::from(artifact.text.clone()),
            size: artifact.text.len() as u64,
            artifact: Ok(Arc::new(artifact)),
        }
    }

    /// Reads a file as the artifact `config` says it is; `None` when no kind claims its path.
    ///
    /// A file that is no artifact (broken front matter, not UTF-8) is kept with the reason.
    pub fn read(
        path: &RepoPath,
        bytes: Vec<u8>,
        blob: Option<BlobId>,
        config: &Config,
        limits: &Limits,
    ) -> Option<Self> {
        let kind = config.claim(path)?;
        let size = bytes.len() as u64;
        let text = match String::from_utf8(bytes) {
            Ok(text) => Arc::<str>::from(text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                return Some(Self {
                    kind: Arc::from(kind.name.as_str()),
                    bytes: Arc::from(error.into_bytes()),
                    size,
                    artifact: Err(format!("byte {at} is not UTF-8")),
                });
            }
        };
        let artifact = Artifact::read(text.clone(), path.clone(), blob, kind, limits);
        Some(Self {
            kind: Arc::from(kind.name.as_str()),
            bytes: Arc::from(text),
            size,
            artifact: artifact.map(Arc::new).map_err(|error| error.to_string()),
        })
    }

    /// Takes a file that was not read, because it has neither the id nor the text of another.
    pub fn unread(kind: &Kind, size: u64) -> Self {
        Self {
            kind: Arc::from(kind.name.as_str()),
            bytes: Arc::from(Vec::new()),
            size,
            artifact: Err("it was not looked into".to_owned()),
        }
    }

    /// Takes a file that cannot be read.
    pub fn unreadable(kind: &Kind, reason: String) -> Self {
        Self {
            kind: Arc::from(kind.name.as_str()),
            bytes: Arc::from(Vec::new()),
            size: 0,
            artifact: Err(reason),
        }
    }

    /// Returns its id; `None` for a file that is no artifact.
    pub fn id(&self) -> Option<&str> {
        self.artifact
            .as_ref()
            .ok()
            .map(|artifact| artifact.id.as_str())
    }
}

/// A file on one side, and where it stands there.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its path.
    pub path: RepoPath,
    /// The file.
    pub side: FileSide,
}

/// An artifact on both sides, or on the one that has it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What happened to it.
    pub change: Change,
    /// Whether the sides belong together by id and path, or by similarity.
    pub confidence: Confidence,
    /// How alike they are in percent, where it is renamed.
    pub similarity: Option<u8>,
    /// The old side.
    pub old: Option<Located>,
    /// The new side.
    pub new: Option<Located>,
}

impl Pair {
    /// Returns the path on the new side, else on the old.
    pub fn path(&self) -> &str {
        let located = self.new.as_ref().or(self.old.as_ref());
        located.map_or("", |located| located.path.as_str())
    }
}

/// Less alike than this, in percent, two files are two files.
const LEAST_SIMILARITY: u8 = 50;

/// Pairs the files that differ; the answer is sorted by path (the new one where there is one).
///
/// Equal paths with equal ids come first, so that an id used twice confuses nobody; then the same
/// id at another path; then equal paths of files that are no artifacts on one side; then files
/// that are alike. Files whose bytes are equal at one path are left out.
pub fn pair(changes: Vec<ChangedFile>) -> Vec<Pair> {
    let mut pool = Pool::default();
    for change in changes {
        let ChangedFile { path, old, new } = change;
        let unchanged = matches!((&old, &new), (Some(old), Some(new)) if old.bytes == new.bytes);
        if !unchanged {
            pool.old.extend(old.map(|side| {
                Some(Located {
                    path: path.clone(),
                    side,
                })
            }));
            pool.new
                .extend(new.map(|side| Some(Located { path, side })));
        }
    }
    pool.old.sort_by(|a, b| path_of(a).cmp(path_of(b)));
    pool.new.sort_by(|a, b| path_of(a).cmp(path_of(b)));
    pool.same_path(|old, new| old.is_some() && old == new);
    pool.same_id();
    pool.same_path(|old, new| old.is_none() || new.is_none());
    pool.alike_at_one_path();
    pool.alike();
    pool.rest()
}

fn path_of(located: &Option<Located>) -> &str {
    located.as_ref().map_or("", |located| located.path.as_str())
}

/// What is not paired yet, sorted by path; places of what is are empty.
#[derive(Default)]
struct Pool {
    old: Vec<Option<Located>>,
    new: Vec<Option<Located>>,
    pairs: Vec<Pair>,
}

impl Pool {
    /// Pairs equal paths whose ids suit.
    fn same_path(&mut self, suits: impl Fn(Option<&str>, Option<&str>) -> bool) {
        for (old, new) in self.at_one_path() {
            let fits = suits(id_of(&self.old[old]), id_of(&self.new[new]));
            if fits {
                self.take(old, new, Change::Changed, None);
            }
        }
    }

    /// Pairs equal ids at different paths; of several, equal bytes first, then in path order.
    fn same_id(&mut self) {
        let mut by_id: BTreeMap<String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, located) in self.old.iter().enumerate() {
            if let Some(id) = id_of(located) {
                by_id.entry(id.to_owned()).or_default().0.push(at);
            }
        }
        for (at, located) in self.new.iter().enumerate() {
            if let Some(id) = id_of(located) {
                by_id.entry(id.to_owned()).or_default().1.push(at);
            }
        }
        for (olds, mut news) in by_id.into_values() {
            let mut later = Vec::new();
            for old in olds {
                let equal = news
                    .iter()
                    .position(|new| bytes(&self.old[old]) == bytes(&self.new[*new]));
                match equal {
                    Some(at) => self.take(old, news.remove(at), Change::Renamed, Some(100)),
                    None => later.push(old),
                }
            }
            for (old, new) in later.into_iter().zip(news) {
                let alike = similarity::percent(bytes(&self.old[old]), bytes(&self.new[new]));
                self.take(old, new, Change::Renamed, Some(alike));
            }
        }
    }

    /// Pairs equal paths under different ids where the text is alike: the id was changed.
    fn alike_at_one_path(&mut self) {
        for (old, new) in self.at_one_path() {
            let alike = similarity::percent(bytes(&self.old[old]), bytes(&self.new[new]));
            if alike >= LEAST_SIMILARITY {
                self.take(old, new, Change::Renamed, Some(alike));
            }
        }
    }

    fn alike(&mut self) {
        let left = |side: &[Option<Located>]| -> Vec<usize> {
            (0..side.len()).filter(|at| side[*at].is_some()).collect()
        };
        let (olds, news) = (left(&self.old), left(&self.new));
        let found = {
            let removed: Vec<_> = olds.iter().filter_map(|at| file(&self.old[*at])).collect();
            let added: Vec<_> = news.iter().filter_map(|at| file(&self.new[*at])).collect();
            similarity::pair_files(&removed, &added)
        };
        for (old, new, alike) in found {
            self.take(olds[old], news[new], Change::Renamed, Some(alike));
        }
    }

    fn rest(mut self) -> Vec<Pair> {
        for located in self.old.into_iter().flatten() {
            self.pairs.push(alone(Change::Removed, Some(located), None));
        }
        for located in self.new.into_iter().flatten() {
            self.pairs.push(alone(Change::Added, None, Some(located)));
        }
        // Where a path was taken over by another artifact, the one that left comes first.
        self.pairs.sort_by(|a, b| {
            let key = |pair: &Pair| (pair.path().to_owned(), pair.new.is_some());
            key(a).cmp(&key(b))
        });
        self.pairs
    }

    fn at_one_path(&self) -> Vec<(usize, usize)> {
        let news: BTreeMap<&str, usize> = self
            .new
            .iter()
            .enumerate()
            .filter_map(|(at, located)| Some((located.as_ref()?.path.as_str(), at)))
            .collect();
        let found = self.old.iter().enumerate().filter_map(|(old, located)| {
            let path = located.as_ref()?.path.as_str();
            Some((old, *news.get(path)?))
        });
        found.collect()
    }

    fn take(&mut self, old: usize, new: usize, change: Change, similarity: Option<u8>) {
        let (old, new) = (self.old[old].take(), self.new[new].take());
        let id = |side: &Option<Located>| id_of(side).map(str::to_owned);
        let by_path = change == Change::Changed;
        let confidence = if by_path || id(&old) == id(&new) && id(&old).is_some() {
            Confidence::Certain
        } else {
            Confidence::Likely
        };
        self.pairs.push(Pair {
            change,
            confidence,
            similarity,
            old,
            new,
        });
    }
}

fn alone(change: Change, old: Option<Located>, new: Option<Located>) -> Pair {
    Pair {
        change,
        confidence: Confidence::Certain,
        similarity: None,
        old,
        new,
    }
}

fn id_of(located: &Option<Located>) -> Option<&str> {
    located.as_ref()?.side.id()
}

fn bytes(located: &Option<Located>) -> &[u8] {
    located.as_ref().map_or(&[], |located| &located.side.bytes)
}

fn file(located: &Option<Located>) -> Option<similarity::File<'_>> {
    let located = located.as_ref()?;
    Some(similarity::File {
        path: located.path.clone(),
        size: located.side.size,
        bytes: &located.side.bytes,
    })
}
