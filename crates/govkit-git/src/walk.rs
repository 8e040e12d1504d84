//! History: commits from a tip backwards, each with the files it changed.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::ControlFlow;

use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{CommitInfo, TreeChange};

use crate::commit::Commit;
use crate::list::ReadError;
use crate::open::{Repository, reason};
use crate::tree_diff::Differ;

/// Which parents of a commit a walk goes on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parents {
    /// The first: the line of the branch itself, with what was merged as one change.
    First,
    /// All of them; a commit comes after all commits that build on it, and of a merge only what
    /// differs from every parent counts.
    All,
}

/// Why a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalkEnd {
    /// The beginning of history was reached.
    Root,
    /// The clone leaves out older commits; what came before is not known.
    Shallow,
    /// The visitor had seen enough.
    Stopped,
    /// As many commits were visited as the limits allow.
    Limit,
}

/// What a walk calls for each commit: the commit and the files it changed.
type Visit<'a> = dyn FnMut(&CommitInfo, &[TreeChange]) -> ControlFlow<()> + 'a;

impl Repository {
    /// Visits the commits `tip` builds on, newest first, each with the regular files it changed
    /// against the parents it follows as far as `keep` wants them; the first commit of all against
    /// nothing.
    ///
    /// A commit whose parents a shallow clone leaves out is not visited: what it changed is not
    /// known.
    pub fn walk(
        &self,
        tip: &str,
        parents: Parents,
        keep: &dyn Fn(&RepoPath) -> bool,
        visit: &mut Visit<'_>,
        limits: &Limits,
    ) -> Result<WalkEnd, ReadError> {
        let local = self.local();
        let start = self.commit_of(&local, tip)?;
        let walk = Walk {
            repository: self,
            boundary: boundary(&local)?,
            differ: Differ::new(&local, limits),
            local: &local,
            keep,
            limits,
        };
        match parents {
            Parents::First => walk.first_parent(start, visit),
            Parents::All => walk.all(start, visit),
        }
    }
}

pub(crate) fn boundary(local: &Local) -> Result<HashSet<ObjectId>, ReadError> {
    let commits = local
        .shallow_commits()
        .map_err(|error| ReadError::object(reason(&error)))?;
    Ok(commits.map_or_else(HashSet::new, |commits| commits.iter().copied().collect()))
}

struct Walk<'a> {
    repository: &'a Repository,
    local: &'a Local,
    boundary: HashSet<ObjectId>,
    differ: Differ<'a>,
    keep: &'a dyn Fn(&RepoPath) -> bool,
    limits: &'a Limits,
}

impl Walk<'_> {
    fn first_parent(mut self, start: Commit, visit: &mut Visit<'_>) -> Result<WalkEnd, ReadError> {
        let mut commit = start;
        for _ in 0..self.limits.commits {
            if self.boundary.contains(&commit.id) {
                return Ok(WalkEnd::Shallow);
            }
            let parent = match commit.parents.first() {
                Some(id) => Some(self.commit(*id)?),
                None => None,
            };
            let changes = self.differ.changes(
                parent.as_ref().map(|parent| parent.tree),
                Some(commit.tree),
                self.keep,
            )?;
            if visit(&commit.info(), &changes).is_break() {
                return Ok(WalkEnd::Stopped);
            }
            match parent {
                Some(parent) => commit = parent,
                None => return Ok(WalkEnd::Root),
            }
        }
        Ok(WalkEnd::Limit)
    }

    fn all(mut self, start: Commit, visit: &mut Visit<'_>) -> Result<WalkEnd, ReadError> {
        let mut end = WalkEnd::Root;
        let graph = self.graph(start.clone(), &mut end)?;
        let mut children: HashMap<ObjectId, usize> = HashMap::new();
        for parent in graph.values().flat_map(|commit| &commit.parents) {
            *children.entry(*parent).or_default() += 1;
        }
        // Newest first among those all of whose children were visited, as `git log --date-order`;
        // of the same second, the one that was found first.
        let mut ready = BinaryHeap::from([(start.seconds, usize::MAX, start.id)]);
        let mut found = usize::MAX;
        while let Some((_, _, id)) = ready.pop() {
            let Some(commit) = graph.get(&id) else {
                continue;
            };
            if !self.boundary.contains(&id) {
                let Some(changes) = self.changes(commit, &graph)? else {
                    end = WalkEnd::Limit;
                    continue;
                };
                if visit(&commit.info(), &changes).is_break() {
                    return Ok(WalkEnd::Stopped);
                }
            }
            for parent in &commit.parents {
                let left = children.entry(*parent).or_default();
                *left = left.saturating_sub(1);
                if let (0, Some(parent)) = (*left, graph.get(parent)) {
                    found -= 1;
                    ready.push((parent.seconds, found, parent.id));
                }
            }
        }
        Ok(end)
    }

    /// What a merge takes over from one of its parents was told of there, so only files that differ
    /// from all parents count; `None` where a parent lies beyond the limit on commits.
    fn changes(
        &mut self,
        commit: &Commit,
        graph: &HashMap<ObjectId, Commit>,
    ) -> Result<Option<Vec<TreeChange>>, ReadError> {
        let mut trees = Vec::new();
        for parent in &commit.parents {
            let Some(parent) = graph.get(parent) else {
                return Ok(None);
            };
            trees.push(Some(parent.tree));
        }
        let first = trees.first().copied().flatten();
        let mut changes = self.differ.changes(first, Some(commit.tree), self.keep)?;
        for other in trees.into_iter().skip(1) {
            let theirs = self.differ.changes(other, Some(commit.tree), self.keep)?;
            let has = |path: &RepoPath| theirs.binary_search_by(|their| their.path.cmp(path));
            changes.retain(|change| has(&change.path).is_ok());
        }
        Ok(Some(changes))
    }

    /// Reads every commit that `start` builds on, up to the limit.
    fn graph(
        &self,
        start: Commit,
        end: &mut WalkEnd,
    ) -> Result<HashMap<ObjectId, Commit>, ReadError> {
        let mut graph = HashMap::new();
        let mut pending = std::collections::VecDeque::from([start.id]);
        while let Some(id) = pending.pop_front() {
            if graph.contains_key(&id) {
                continue;
            }
            if graph.len() >= self.limits.commits {
                *end = WalkEnd::Limit;
                break;
            }
            let mut commit = self.commit(id)?;
            if self.boundary.contains(&id) {
                *end = WalkEnd::Shallow;
                commit.parents.clear();
            }
            pending.extend(&commit.parents);
            graph.insert(id, commit);
        }
        Ok(graph)
    }

    fn commit(&self, id: ObjectId) -> Result<Commit, ReadError> {
        self.repository
            .read_commit(self.local, id)
            .map_err(ReadError::object)
    }
}
