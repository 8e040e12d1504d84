//! Two states of the repository side by side: what `diff` and `status` compare.

use std::sync::Arc;

use anyhow::Result;
use govkit_core::config::Config;
use govkit_core::diff::{
    ChangeSet, ChangedFile, Compare, CompareMode, FileSide, Pair, diff, pair, structure,
};
use govkit_core::snapshot::{At, Entry, File, TreeChange};
use rayon::prelude::*;

use crate::context::Context;

/// The files that differ between two states, paired.
pub(crate) struct Comparison {
    compare: Compare,
    pairs: Vec<Pair>,
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
        let repository = context.repository()?;
        let (old_config, new_config) = configs(context, old, new)?;
        let changes = repository.tree_changes(old, new, &context.limits)?;
        let (old_sides, new_sides) = rayon::join(
            || {
                sides(context, &changes, old, &old_config, |change| {
                    change.old.as_ref()
                })
            },
            || {
                sides(context, &changes, new, &new_config, |change| {
                    change.new.as_ref()
                })
            },
        );
        let (old_sides, new_sides) = (old_sides?, new_sides?);
        let files = changes
            .into_iter()
            .zip(old_sides.into_iter().zip(new_sides));
        let files = files.filter(|(_, (old, new))| old.is_some() || new.is_some());
        let files = files
            .map(|(change, (old, new))| ChangedFile {
                path: change.path,
                old,
                new,
            })
            .collect();
        let compare = Compare {
            mode,
            base: label(context, old)?,
            head: label(context, new)?,
        };
        Ok(Self {
            compare,
            pairs: pair(files),
            config: new_config,
        })
    }

    /// Keeps the artifacts `wanted` asks for.
    pub(crate) fn retain(&mut self, wanted: impl FnMut(&Pair) -> bool) {
        self.pairs.retain(wanted);
    }

    /// Returns the configuration of the new side.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Says which artifacts were added, removed, renamed or changed, and nothing more.
    pub(crate) fn structure(self) -> ChangeSet {
        structure(self.compare, &self.pairs)
    }

    /// Compares the artifacts in full.
    pub(crate) fn full(self) -> ChangeSet {
        diff(self.compare, &self.pairs, &self.config)
    }
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

/// Reads one side of every change; `None` where the side has no file or no kind claims it.
fn sides(
    context: &Context<'_>,
    changes: &[TreeChange],
    at: &At,
    config: &Config,
    blob: impl Fn(&TreeChange) -> Option<&String>,
) -> Result<Vec<Option<FileSide>>> {
    let mut wanted = Vec::new();
    let mut places = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let Some(blob) = blob(change).filter(|_| config.claim(&change.path).is_some()) else {
            continue;
        };
        // A file on disk need not be in the object database under the name it would have.
        let blob = (*at != At::Worktree).then(|| blob.clone());
        wanted.push(Entry {
            path: change.path.clone(),
            blob,
        });
        places.push(place);
    }
    let files = context.repository()?.read(wanted, &context.limits);
    let read: Vec<Option<FileSide>> = files
        .into_par_iter()
        .map(|file| side(file, config, context))
        .collect();
    let mut sides: Vec<Option<FileSide>> = changes.iter().map(|_| None).collect();
    for (place, side) in places.into_iter().zip(read) {
        sides[place] = side;
    }
    Ok(sides)
}

fn side(file: File, config: &Config, context: &Context<'_>) -> Option<FileSide> {
    match file.bytes {
        Ok(bytes) => FileSide::read(
            &file.entry.path,
            bytes,
            file.entry.blob,
            config,
            &context.limits,
        ),
        Err(reason) => Some(FileSide {
            kind: Arc::from(config.claim(&file.entry.path)?.name.as_str()),
            bytes: Arc::from(Vec::new()),
            artifact: Err(reason),
        }),
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
