//! Which files a commit is about. A name costs what it asks for: the whole corpus is read only
//! for an id that no path has in it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, Entry, TreeChange};

use super::head;
use crate::context::Context;
use crate::error::no_artifact;

/// Returns the files the names stand for; with no names, every artifact that differs.
pub(super) fn paths(context: &Context<'_>, names: &[String]) -> Result<Vec<RepoPath>> {
    let search = Search {
        context,
        config: context.config(&At::Worktree)?,
        changes: OnceCell::new(),
    };
    if names.is_empty() {
        let changes = search.changes()?.iter().map(|change| &change.path);
        let governed = |path: &&RepoPath| {
            search.config.claim(path).is_some() || path.as_str().starts_with(".govkit/")
        };
        return Ok(changes.filter(governed).cloned().collect());
    }
    let mut paths = BTreeSet::new();
    for name in names {
        paths.extend(search.named(name)?);
    }
    Ok(paths.into_iter().collect())
}

struct Search<'a> {
    context: &'a Context<'a>,
    config: Arc<Config>,
    changes: OnceCell<Vec<TreeChange>>,
}

impl Search<'_> {
    /// What differs between the last commit and the work tree, looked up once.
    fn changes(&self) -> Result<&[TreeChange]> {
        if let Some(changes) = self.changes.get() {
            return Ok(changes);
        }
        let repository = self.context.repository()?;
        let limits = &self.context.limits;
        let changes = repository.tree_changes(&head(), &At::Worktree, limits)?;
        Ok(self.changes.get_or_init(|| changes))
    }

    fn named(&self, name: &str) -> Result<Vec<RepoPath>> {
        let typed = self.context.to_repository_path(name);
        let top = self.context.repository()?.workdir();
        let on_disk = top.map(|top| top.join(&typed));
        if on_disk.as_ref().is_some_and(|path| path.is_file()) {
            let path = RepoPath::new(typed.clone());
            return self.with_origin(path.with_context(|| format!("use `{typed}` as a path"))?);
        }
        let likely = self
            .context
            .likely_artifact(name, &At::Worktree, &self.config)?;
        if let Some(artifact) = likely {
            return self.with_origin(artifact.path);
        }
        if let Some(path) = self.changed(name)? {
            return self.with_origin(path);
        }
        let below = format!("{typed}/");
        let changes = self.changes()?.iter().map(|change| &change.path);
        let is_below = |path: &&RepoPath| {
            typed.is_empty() || path.as_str() == typed || path.as_str().starts_with(&below)
        };
        let found: Vec<RepoPath> = changes.filter(is_below).cloned().collect();
        if !found.is_empty() || on_disk.is_some_and(|path| path.is_dir()) {
            return Ok(found);
        }
        if let Some(path) = self.gone(name)? {
            return Ok(vec![path]);
        }
        match self.context.artifact(name, &At::Worktree) {
            Ok((artifact, _)) => self.with_origin(artifact.path),
            Err(_) => Err(no_artifact(name, "the work tree or the last commit")),
        }
    }

    /// The changed file whose artifact has this id now: what is committed was changed, so that the
    /// others need not be read.
    fn changed(&self, id: &str) -> Result<Option<RepoPath>> {
        let changed = self
            .changes()?
            .iter()
            .filter(|change| change.new.is_some() || self.is_on_disk(&change.path));
        let entries = changed
            .filter(|change| self.config.claim(&change.path).is_some())
            .map(|change| Entry {
                path: change.path.clone(),
                blob: None,
            });
        self.with_id(id, entries.collect())
    }

    /// The file among these whose artifact has this id.
    fn with_id(&self, id: &str, entries: Vec<Entry>) -> Result<Option<RepoPath>> {
        let repository = self.context.repository()?;
        let files = repository.read(entries, &self.context.limits);
        let had = files.into_iter().find(|file| {
            let text = file.bytes.as_deref().map(String::from_utf8_lossy);
            let (Some(kind), Ok(text)) = (self.config.claim(&file.entry.path), text) else {
                return false;
            };
            let found = Artifact::id_in(&text, &file.entry.path, kind, &self.context.limits);
            found.as_deref() == Some(id)
        });
        Ok(had.map(|file| file.entry.path))
    }

    /// A file, and the one its artifact moved away from.
    fn with_origin(&self, path: RepoPath) -> Result<Vec<RepoPath>> {
        let mut paths = vec![path.clone()];
        let Some(kind) = self.config.claim(&path) else {
            return Ok(paths);
        };
        let repository = self.context.repository()?;
        if repository.read_path(&head(), path.as_str())?.is_some() {
            return Ok(paths);
        }
        let bytes = repository.file_on_disk(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        if let Some(id) = Artifact::id_in(&text, &path, kind, &self.context.limits) {
            paths.extend(self.gone(&id)?);
        }
        Ok(paths)
    }

    /// The file that had this id in the last commit and is not there any more.
    fn gone(&self, id: &str) -> Result<Option<RepoPath>> {
        let gone = self.changes()?.iter().filter(|change| change.new.is_none());
        let gone = gone.filter(|change| !self.is_on_disk(&change.path));
        let entries: Vec<Entry> = gone
            .filter(|change| self.config.claim(&change.path).is_some())
            .map(|change| Entry {
                path: change.path.clone(),
                blob: change.old.clone(),
            })
            .collect();
        self.with_id(id, entries)
    }

    /// A file on disk may have no blob yet.
    fn is_on_disk(&self, path: &RepoPath) -> bool {
        let top = self
            .context
            .repository()
            .ok()
            .and_then(|repository| repository.workdir());
        top.is_some_and(|top| top.join(path.as_str()).symlink_metadata().is_ok())
    }
}
