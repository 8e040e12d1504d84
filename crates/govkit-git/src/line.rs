//! Timelines: the first-parent line of a tip, read from git and kept in the user's cache.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gix::{ObjectId, Repository as Local};
use govkit_core::config::Config;
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{BlobId, Bytes, CommitInfo, Entry, TreeChange};
use govkit_core::time::{Facts, Moment, Oid, TextId, Timeline, digest};
use rayon::prelude::*;

use crate::graph::{CommitGraph, PathKey};
use crate::list::ReadError;
use crate::open::Repository;
use crate::tree_diff::Differ;
use crate::walk::boundary;

/// Commits one thread compares before it is worth asking another.
const CHUNK: usize = 256;

/// A commit of the line that is still to be compared with its parent.
pub(crate) struct Link {
    pub(crate) id: ObjectId,
    pub(crate) tree: ObjectId,
    pub(crate) seconds: i64,
    /// Whether git's filter rules out that it changed anything that counts.
    pub(crate) is_quiet: bool,
}

/// A timeline and how far it leads to the tip that was asked for.
#[derive(Debug)]
pub struct Line {
    /// The timeline; it may know commits after the tip.
    pub timeline: Timeline,
    /// How many of its commits lead to the tip.
    pub steps: usize,
}

impl Repository {
    /// Reads the first-parent line of `tip`, as far as the file `cache` holds does not tell
    /// already. A file that is missing, damaged or about other commits only costs time.
    ///
    /// In a shallow clone the line begins after the commits whose parents are missing, and is not
    /// complete.
    pub fn line(
        &self,
        tip: &str,
        config: &Config,
        cache: Option<&LineCache>,
        limits: &Limits,
    ) -> Result<Line, ReadError> {
        let local = self.local();
        let tip = self.commit_of(&local, tip)?.id;
        let known = cache
            .and_then(LineCache::load)
            .filter(Timeline::is_complete);
        let mut timeline = known.unwrap_or_else(|| Timeline::new(true));
        if let Some(steps) = place(&timeline, &tip) {
            return Ok(Line { timeline, steps });
        }
        let (links, base) = self.links(&local, tip, &mut timeline, config, limits)?;
        let changes = self.compare(&links, base, config, limits)?;
        for (link, changes) in links.iter().zip(&changes) {
            if let Some(id) = Oid::new(link.id.as_slice()) {
                timeline.push(id, Moment(link.seconds), changes, config);
            }
        }
        let steps = timeline.steps().len();
        Ok(Line { timeline, steps })
    }

    /// Walks back from the tip to a commit the timeline knows, or to the beginning; returns the
    /// commits on the way, oldest first, and the tree before them.
    fn links(
        &self,
        local: &Local,
        tip: ObjectId,
        timeline: &mut Timeline,
        config: &Config,
        limits: &Limits,
    ) -> Result<(Vec<Link>, Option<ObjectId>), ReadError> {
        let boundary = boundary(local)?;
        let known: HashMap<&[u8], usize> = timeline
            .steps()
            .iter()
            .zip(1..)
            .map(|(step, count)| (step.commit.as_bytes(), count))
            .collect();
        let graph = Metadata::new(self, local, config.roots(), boundary.is_empty());
        let mut links: Vec<Link> = Vec::new();
        let mut next = Some(tip);
        let (mut steps, mut base, mut is_complete) = (0, None, true);
        while let Some(id) = next {
            let found = known.get(id.as_slice()).copied();
            if found.is_some() || boundary.contains(&id) || links.len() >= limits.commits {
                steps = found.unwrap_or(0);
                is_complete = found.is_some();
                base = Some(graph.read(id)?.0.tree);
                break;
            }
            let (link, parent) = graph.read(id)?;
            links.push(link);
            next = parent;
        }
        if steps == 0 {
            *timeline = Timeline::new(is_complete);
        } else {
            timeline.truncate(steps);
        }
        links.reverse();
        Ok((links, base))
    }

    /// Compares each commit with the one before it, on all cores; the answer is in their order.
    fn compare(
        &self,
        links: &[Link],
        base: Option<ObjectId>,
        config: &Config,
        limits: &Limits,
    ) -> Result<Vec<Vec<TreeChange>>, ReadError> {
        let keep = |path: &RepoPath| config.claim(path).is_some();
        let threads = rayon::current_num_threads();
        let size = links.len().div_ceil(threads).max(CHUNK);
        let chunks: Result<Vec<Vec<Vec<TreeChange>>>, ReadError> = links
            .par_chunks(size)
            .enumerate()
            .map(|(nth, chunk)| {
                let local = self.local();
                let mut differ = Differ::new(&local, limits);
                let mut before = match nth {
                    0 => base,
                    nth => Some(links[nth * size - 1].tree),
                };
                let changes = chunk.iter().map(|link| {
                    let old = before.replace(link.tree);
                    if link.is_quiet {
                        return Ok(Vec::new());
                    }
                    differ.changes(old, Some(link.tree), &keep)
                });
                changes.collect()
            })
            .collect();
        Ok(chunks?.into_iter().flatten().collect())
    }

    /// Returns what the commits say, in the order given.
    pub fn commits(&self, ids: &[Oid]) -> Result<Vec<CommitInfo>, ReadError> {
        let local = self.local();
        let read = |id: &Oid| {
            let id = ObjectId::try_from(id.as_bytes())
                .map_err(|_| ReadError::object("a commit's id is too long".to_owned()))?;
            let commit = self.read_commit(&local, id).map_err(ReadError::object)?;
            Ok(commit.info())
        };
        ids.iter().map(read).collect()
    }

    /// Reads the texts and keeps in the timeline what they say; returns why one is missing, where
    /// objects were left out when the repository was cloned.
    pub fn learn(
        &self,
        timeline: &mut Timeline,
        texts: &[TextId],
        config: &Config,
        limits: &Limits,
    ) -> Option<String> {
        let Ok(path) = RepoPath::new("text") else {
            return None;
        };
        let entries: Vec<Entry> = texts
            .iter()
            .map(|text| Entry {
                path: path.clone(),
                blob: Some(timeline.blob(*text).to_hex()),
            })
            .collect();
        let kinds: Vec<_> = texts
            .iter()
            .map(|text| config.kinds.get(timeline.kind(*text)))
            .collect();
        let read = self.map(
            &entries,
            limits,
            &|at, bytes: Bytes| match (bytes, kinds[at]) {
                (Ok(bytes), Some(kind)) => Ok(Facts::read(&bytes, kind, limits)),
                (Err(reason), _) => Err(reason),
                (Ok(_), None) => Err("its kind is gone".to_owned()),
            },
        );
        let mut missing = None;
        for ((text, entry), facts) in texts.iter().zip(&entries).zip(read) {
            match facts {
                Ok(facts) => timeline.tell(*text, facts),
                Err(reason) if !entry.blob.as_ref().is_some_and(|id| self.has(id)) => {
                    missing = missing.or(Some(reason));
                }
                // Too large to read, or damaged: a text without facts.
                Err(_) => timeline.tell(
                    *text,
                    Facts {
                        damaged: true,
                        ..Facts::default()
                    },
                ),
            }
        }
        missing
    }

    /// Whether an object is in the database, readable or not.
    pub fn has(&self, id: &BlobId) -> bool {
        let id = crate::object::id_of(id);
        id.is_some_and(|id| gix::prelude::HeaderExt::header(&self.local().objects, id).is_ok())
    }

    /// Returns where the timelines of this repository are kept below `directory`.
    pub fn line_cache(&self, directory: &Path, config: &Config) -> LineCache {
        let key = digest(config);
        let place = self.common_dir().to_string_lossy().into_owned();
        LineCache {
            directory: directory.join("history"),
            name: format!("{}-{}.timeline", short(place.as_bytes()), hex(&key[..8])),
            key,
        }
    }
}

/// Where a commit stands in a timeline, as a count of commits.
fn place(timeline: &Timeline, id: &ObjectId) -> Option<usize> {
    let steps = timeline.steps();
    let at = steps
        .iter()
        .rposition(|step| step.commit.as_bytes() == id.as_slice());
    at.map(|at| at + 1)
}

/// Reads what a line needs to know of commits: from git's commit-graph where it has them.
pub(crate) struct Metadata<'a> {
    repository: &'a Repository,
    local: &'a Local,
    graph: Option<CommitGraph>,
    roots: Option<Vec<PathKey>>,
}

impl<'a> Metadata<'a> {
    pub(crate) fn new(
        repository: &'a Repository,
        local: &'a Local,
        roots: Option<Vec<String>>,
        has_all: bool,
    ) -> Self {
        // In a shallow clone git does not trust its graph either.
        let objects = repository.common_dir().join("objects");
        let open = || CommitGraph::open(&objects, local.object_hash().len_in_bytes());
        Self {
            repository,
            local,
            graph: has_all.then(open).flatten(),
            roots: roots.map(|roots| roots.iter().map(|root| PathKey::new(root)).collect()),
        }
    }

    pub(crate) fn read(&self, id: ObjectId) -> Result<(Link, Option<ObjectId>), ReadError> {
        let known = self
            .graph
            .as_ref()
            .and_then(|graph| Some((graph, graph.commit(&id)?)));
        if let Some((graph, commit)) = known {
            let roots = self.roots.as_deref();
            let link = Link {
                id,
                tree: commit.tree,
                seconds: commit.seconds,
                is_quiet: roots.is_some_and(|roots| !graph.may_change(&commit, roots)),
            };
            return Ok((link, commit.first_parent));
        }
        let commit = self.repository.read_commit(self.local, id);
        let commit = commit.map_err(ReadError::object)?;
        let link = Link {
            id,
            tree: commit.tree,
            seconds: commit.seconds,
            is_quiet: false,
        };
        Ok((link, commit.parents.first().copied()))
    }
}

/// The file a timeline is kept in.
#[derive(Clone, Debug)]
pub struct LineCache {
    directory: PathBuf,
    name: String,
    key: [u8; 32],
}

impl LineCache {
    /// Returns the file.
    pub fn file(&self) -> PathBuf {
        self.directory.join(&self.name)
    }

    fn load(&self) -> Option<Timeline> {
        Timeline::decode(&fs::read(self.file()).ok()?, &self.key).ok()
    }

    /// Keeps a timeline; whoever reads meanwhile sees the old file or the new one, whole.
    ///
    /// The timeline of a shallow clone is not kept.
    pub fn save(&self, timeline: &Timeline) -> std::io::Result<()> {
        if !timeline.is_complete() {
            return Ok(());
        }
        fs::create_dir_all(&self.directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(&timeline.encode(&self.key))?;
        file.persist(self.file())?;
        Ok(())
    }
}

fn short(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(bytes)[..8])
}

fn hex(bytes: &[u8]) -> String {
    Oid::new(bytes).map(|id| id.to_hex()).unwrap_or_default()
}
