//! Two states of the repository side by side: what `diff` and `status` compare.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::diff::{
    ArtifactChange, Change, ChangeSet, ChangedFile, Compare, CompareMode, FileSide, Pair,
    SideBySide, diff, pair, side_by_side, structure,
};
use govkit_core::path::RepoPath;
use govkit_core::review::Statuses;
use govkit_core::similarity::sizes_suit;
use govkit_core::snapshot::{At, Entry, File, TreeChange};
use govkit_core::time::{Moment, Question, Why};
use govkit_git::Beginning;
use rayon::prelude::*;

use crate::context::Context;
use crate::past::Answer;

/// The files that differ between two states, paired.
pub(crate) struct Comparison {
    compare: Compare,
    pairs: Vec<Pair>,
    old_config: Arc<Config>,
    config: Arc<Config>,
}

impl Comparison {
    /// Reads the claimed files that differ between `old` and `new`, and pairs them.
    ///
    /// Each side is read with its own configuration, so that moving the directories of a kind
    /// is a rename and not a removal; a side without one borrows the other's.
    pub(crate) fn read(
        context: &Context<'_>,
        mode: CompareMode,
        old: &At,
        new: &At,
    ) -> Result<Self> {
        Self::read_with(context, mode, old, new, configs(context, old, new)?)
    }

    /// Like [`Comparison::read`], each side with the configuration given for it.
    pub(crate) fn read_with(
        context: &Context<'_>,
        mode: CompareMode,
        old: &At,
        new: &At,
        (old_config, new_config): (Arc<Config>, Arc<Config>),
    ) -> Result<Self> {
        let changes = context
            .repository()?
            .tree_changes(old, new, &context.limits)?;
        let files = read(context, changes, (old, &old_config), (new, &new_config))?;
        let compare = Compare {
            mode,
            base: label(context, old)?,
            head: label(context, new)?,
        };
        Ok(Self {
            compare,
            pairs: pair(files),
            old_config,
            config: new_config,
        })
    }

    /// Says which artifacts were added, removed, renamed or changed, reading as little as that
    /// takes: a file that stays at its path is taken for the artifact it was, and files that come
    /// are read only where others go. The answer has paths, and no ids.
    pub(crate) fn of_paths(
        context: &Context<'_>,
        mode: CompareMode,
        old: &At,
        new: &At,
    ) -> Result<ChangeSet> {
        let (old_config, new_config) = configs(context, old, new)?;
        let changes = context
            .repository()?
            .tree_changes(old, new, &context.limits)?;
        let (mut stay, mut come, mut go) = (Vec::new(), Vec::new(), Vec::new());
        for change in changes {
            let was = change.old.is_some() && old_config.claim(&change.path).is_some();
            let is = change.new.is_some() && new_config.claim(&change.path).is_some();
            match (was, is) {
                (true, true) => stay.push(change),
                (false, true) => come.push(change),
                (true, false) => go.push(change),
                (false, false) => {}
            }
        }
        let compare = Compare {
            mode,
            base: label(context, old)?,
            head: label(context, new)?,
        };
        let mut set = if come.is_empty() || go.is_empty() {
            let mut set = structure(compare, &[]);
            set.artifacts
                .extend(come.iter().map(|change| told(change, Change::Added)));
            set.artifacts
                .extend(go.iter().map(|change| told(change, Change::Removed)));
            set
        } else {
            let (old, new) = ((old, &*old_config), (new, &*new_config));
            structure(compare, &pair(moved(context, go, come, old, new)?))
        };
        set.artifacts
            .extend(stay.iter().map(|change| told(change, Change::Changed)));
        set.artifacts.sort_by(|a, b| a.path.cmp(&b.path));
        set.recount();
        Ok(set)
    }

    /// Reads what `A..B`, `A...B` or `A` (with the files on disk) names.
    pub(crate) fn of_range(context: &Context<'_>, range: &str) -> Result<Self> {
        let revision =
            |text: &str| At::Revision(if text.is_empty() { "HEAD" } else { text }.to_owned());
        if let Some((old, new)) = range.split_once("...") {
            let name = |text: &str| if text.is_empty() { "HEAD" } else { text }.to_owned();
            let base = context.repository()?.merge_base(&name(old), &name(new))?;
            let base = base.ok_or_else(|| {
                crate::error::hinted(
                    format!("the two sides of `{range}` have no common commit here"),
                    "a shallow clone may lack it: `git fetch --unshallow` (in CI: fetch-depth 0)",
                )
            })?;
            return Self::read(
                context,
                CompareMode::MergeBase,
                &At::Revision(base),
                &revision(new),
            );
        }
        match range.split_once("..") {
            Some((old, new)) => {
                Self::read(context, CompareMode::Trees, &revision(old), &revision(new))
            }
            None => Self::read(
                context,
                CompareMode::Worktree,
                &revision(range),
                &At::Worktree,
            ),
        }
    }

    /// Compares in full, and hands out what plugins need beside the change set.
    pub(crate) fn parts(self) -> (ChangeSet, Vec<Pair>, Arc<Config>) {
        let set = diff(self.compare, &self.pairs, &self.config);
        (set, self.pairs, self.config)
    }

    /// Pairs what applied on one date with what applied on another, as it is known now.
    pub(crate) fn on_dates(
        context: &Context<'_>,
        old: Moment,
        new: Moment,
    ) -> Result<(Self, Option<String>)> {
        let then = Answer::ask(context, old, None)?;
        let mut files: BTreeMap<(RepoPath, usize), ChangedFile> = BTreeMap::new();
        place(context, &then, &mut files, |file, side| {
            file.old = Some(side);
        })?;
        let question = Question {
            on: new,
            steps: then.question.steps,
        };
        let now = Answer::of(context, then.past, question)?;
        place(context, &now, &mut files, |file, side| {
            file.new = Some(side);
        })?;
        let compare = Compare {
            mode: CompareMode::Trees,
            base: old.to_string(),
            head: new.to_string(),
        };
        let gap = now.past.gap();
        let comparison = Self {
            compare,
            pairs: pair(files.into_values().collect()),
            old_config: now.past.config.clone(),
            config: now.past.config,
        };
        Ok((comparison, gap))
    }

    /// Keeps the artifacts `wanted` asks for.
    pub(crate) fn retain(&mut self, wanted: impl FnMut(&Pair) -> bool) {
        self.pairs.retain(wanted);
    }

    /// Returns the configuration of the new side.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the configurations of both sides.
    pub(crate) fn configs(&self) -> (Arc<Config>, Arc<Config>) {
        (self.old_config.clone(), self.config.clone())
    }

    /// Returns the statuses that the artifacts have on every side.
    pub(crate) fn statuses(&self) -> Statuses {
        Statuses::of_pairs(&self.pairs, &self.config)
    }

    /// Says which artifacts were added, removed, renamed or changed, and nothing more.
    pub(crate) fn structure(self) -> ChangeSet {
        structure(self.compare, &self.pairs)
    }

    /// Returns both texts of each artifact side by side, in the order of the change set.
    pub(crate) fn side_by_side(&self) -> Vec<SideBySide> {
        self.pairs.par_iter().map(side_by_side).collect()
    }

    /// Compares the artifacts in full; nothing is weighed yet.
    pub(crate) fn full(self) -> ChangeSet {
        diff(self.compare, &self.pairs, &self.config)
    }
}

/// Reads what was in force; several versions may have been in force from one path.
fn place(
    context: &Context<'_>,
    answer: &Answer,
    files: &mut BTreeMap<(RepoPath, usize), ChangedFile>,
    put: fn(&mut ChangedFile, FileSide),
) -> Result<()> {
    let mut seen: BTreeMap<RepoPath, usize> = BTreeMap::new();
    let in_force = answer.standings.iter().filter(|it| it.why == Why::InForce);
    for standing in in_force {
        let artifact = answer
            .past
            .artifact(context, standing.path, standing.text)?;
        let path = artifact.path.clone();
        let nth = seen.entry(path.clone()).or_default();
        *nth += 1;
        let file = files.entry((path.clone(), *nth)).or_insert(ChangedFile {
            path,
            old: None,
            new: None,
        });
        put(file, FileSide::of_artifact(artifact));
    }
    Ok(())
}

/// An artifact known by its path alone.
fn told(change: &TreeChange, what: Change) -> ArtifactChange {
    ArtifactChange {
        id: None,
        kind: None,
        title: None,
        change: what,
        path: change.path.as_str().to_owned(),
        old_path: None,
        old_id: None,
        similarity: None,
        fields: Vec::new(),
        severity: None,
    }
}

/// Most ids that are searched for in files before it is cheaper to read the files.
const SEARCHED_IDS: usize = 64;

/// Bytes in which a front matter usually ends.
const BEGINNING: usize = 2 << 10;

/// Reads the files that go, and those that come as far as one of them may be one that goes.
fn moved(
    context: &Context<'_>,
    go: Vec<TreeChange>,
    come: Vec<TreeChange>,
    old: (&At, &Config),
    new: (&At, &Config),
) -> Result<Vec<ChangedFile>> {
    let gone = sides(context, &go, Side::Old, old)?;
    let came = match wanted(context, &gone, &come, new)? {
        None => sides(context, &come, Side::New, new)?,
        Some(known) => {
            let (places, wanted): (Vec<usize>, Vec<TreeChange>) = (known.iter().enumerate())
                .filter(|(_, side)| side.is_none())
                .map(|(place, _)| (place, come[place].clone()))
                .unzip();
            let mut came = known;
            for (place, side) in places
                .into_iter()
                .zip(sides(context, &wanted, Side::New, new)?)
            {
                came[place] = side;
            }
            came
        }
    };
    let go = go.into_iter().zip(gone).map(|(change, old)| ChangedFile {
        path: change.path,
        old,
        new: None,
    });
    let come = come.into_iter().zip(came).map(|(change, new)| ChangedFile {
        path: change.path,
        old: None,
        new,
    });
    Ok(go.chain(come).collect())
}

/// Finds the files that come and need not be read, by how they begin; `None` where all are read.
///
/// A file has to be read where it may have the id of one that goes, or is of a size that one of
/// those may have grown or shrunk to.
fn wanted(
    context: &Context<'_>,
    gone: &[Option<FileSide>],
    come: &[TreeChange],
    (at, config): (&At, &Config),
) -> Result<Option<Vec<Option<FileSide>>>> {
    let gone = || gone.iter().flatten();
    let ids: BTreeSet<&str> = gone().filter_map(FileSide::id).collect();
    if gone().count() > SEARCHED_IDS || come.len() < FEW || *at == At::Worktree {
        return Ok(None);
    }
    let entries: Vec<Entry> = (come.iter())
        .map(|change| Entry {
            path: change.path.clone(),
            blob: change.new.clone(),
        })
        .collect();
    let repository = context.repository()?;
    let starts = repository.beginnings(&entries, BEGINNING, &context.limits);
    let unread = |(entry, start): (Entry, Result<Beginning, String>)| {
        let (kind, start) = (config.claim(&entry.path)?, start.ok()?);
        let Beginning { bytes, size } = start;
        let alike = gone().any(|side| sizes_suit(side.size, size));
        let may_be = alike || Artifact::may_have_id(&bytes, size, &entry.path, kind, &ids);
        (!may_be).then(|| FileSide::unread(kind, size))
    };
    Ok(Some(entries.into_iter().zip(starts).map(unread).collect()))
}

/// Reads both sides of every change that a kind claims.
fn read(
    context: &Context<'_>,
    changes: Vec<TreeChange>,
    old: (&At, &Config),
    new: (&At, &Config),
) -> Result<Vec<ChangedFile>> {
    let (old_sides, new_sides) = rayon::join(
        || sides(context, &changes, Side::Old, old),
        || sides(context, &changes, Side::New, new),
    );
    let both = old_sides?.into_iter().zip(new_sides?);
    let files = changes
        .into_iter()
        .zip(both)
        .map(|(change, (old, new))| ChangedFile {
            path: change.path,
            old,
            new,
        });
    Ok(files
        .filter(|file| file.old.is_some() || file.new.is_some())
        .collect())
}

fn configs(context: &Context<'_>, old: &At, new: &At) -> Result<(Arc<Config>, Arc<Config>)> {
    // The file of `--config` is the same for both sides: it is read once.
    if context.global.config.is_some() {
        let config = context.config(new)?;
        return Ok((config.clone(), config));
    }
    let old_config = if *old == At::Empty {
        None
    } else {
        context.find_config(old)?.map(Arc::new)
    };
    let new_config = context.find_config(new)?.map(Arc::new);
    match (old_config, new_config) {
        (Some(old), Some(new)) => Ok((old, new)),
        (Some(one), None) | (None, Some(one)) => Ok((one.clone(), one)),
        (None, None) => {
            let config = context.config(new)?;
            Ok((config.clone(), config))
        }
    }
}

/// One of the two states.
#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

impl Side {
    fn blob(self, change: &TreeChange) -> Option<&String> {
        match self {
            Self::Old => change.old.as_ref(),
            Self::New => change.new.as_ref(),
        }
    }
}

/// Reads one side of every change; `None` where the side has no file or no kind claims it.
fn sides(
    context: &Context<'_>,
    changes: &[TreeChange],
    which: Side,
    (at, config): (&At, &Config),
) -> Result<Vec<Option<FileSide>>> {
    let mut wanted = Vec::new();
    let mut places = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let Some(blob) = which.blob(change) else {
            continue;
        };
        if config.claim(&change.path).is_none() {
            continue;
        }
        // A file on disk need not be in the object database under the name it would have.
        let blob = (*at != At::Worktree).then(|| blob.clone());
        wanted.push(Entry {
            path: change.path.clone(),
            blob,
        });
        places.push(place);
    }
    let files = context.repository()?.read(wanted, &context.limits);
    let make = |file| side(file, config, context);
    // To wake other threads takes longer than to read a few files.
    let read: Vec<Option<FileSide>> = if files.len() < FEW {
        files.into_iter().map(make).collect()
    } else {
        files.into_par_iter().map(make).collect()
    };
    let mut sides: Vec<Option<FileSide>> = changes.iter().map(|_| None).collect();
    for (place, side) in places.into_iter().zip(read) {
        sides[place] = side;
    }
    Ok(sides)
}

/// Fewer files than this are read by one thread.
const FEW: usize = 16;

fn side(file: File, config: &Config, context: &Context<'_>) -> Option<FileSide> {
    match file.bytes {
        Ok(bytes) => FileSide::read(
            &file.entry.path,
            bytes,
            file.entry.blob,
            config,
            &context.limits,
        ),
        Err(reason) => Some(FileSide::unreadable(
            config.claim(&file.entry.path)?,
            reason,
        )),
    }
}

/// What JSON calls a state: a full commit id, `worktree`, `index` or `empty`.
pub(crate) fn label(context: &Context<'_>, at: &At) -> Result<String> {
    Ok(match at {
        At::Worktree => "worktree".to_owned(),
        At::Index => "index".to_owned(),
        At::Empty => "empty".to_owned(),
        At::Revision(revision) => context.repository()?.resolve(revision)?.id,
    })
}
