//! Which files a commit is about.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use govkit_core::corpus::Corpus;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;

use super::head;
use crate::context::Context;
use crate::error::no_artifact;

/// Returns the files the names stand for; with no names, every artifact that differs.
pub(super) fn paths(context: &Context<'_>, names: &[String]) -> Result<Vec<RepoPath>> {
    let config = context.config(&At::Worktree)?;
    let here = context.corpus_with(&At::Worktree, config.clone())?;
    let repository = context.repository()?;
    let changed = || repository.tree_changes(&head(), &At::Worktree, &context.limits);
    if names.is_empty() {
        let changes = changed()?.into_iter().map(|change| change.path);
        return Ok(changes
            .filter(|path| config.claim(path).is_some() || path.as_str().starts_with(".govkit/"))
            .collect());
    }
    let before = match repository.head()? {
        Some(_) => Some(context.corpus_with(&head(), config)?),
        None => None,
    };
    let mut paths = BTreeSet::new();
    for name in names {
        let found = named(context, name, &here, before.as_ref())?;
        if !found.is_empty() {
            paths.extend(found);
            continue;
        }
        let typed = context.to_repository_path(name);
        let below = format!("{typed}/");
        let changes = changed()?.into_iter().map(|change| change.path);
        let found: Vec<RepoPath> = changes
            .filter(|path| typed.is_empty() || path.as_str().starts_with(&below))
            .collect();
        let is_directory = || {
            let top = repository.workdir();
            top.is_some_and(|top| top.join(&typed).is_dir())
        };
        if found.is_empty() && !is_directory() {
            return Err(no_artifact(name, "the work tree or the last commit"));
        }
        paths.extend(found);
    }
    Ok(paths.into_iter().collect())
}

/// The file of an id or of a path, and the one the artifact moved away from.
fn named(
    context: &Context<'_>,
    name: &str,
    here: &Corpus,
    before: Option<&Corpus>,
) -> Result<Vec<RepoPath>> {
    let typed = context.to_repository_path(name);
    let find = |corpus: &Corpus| {
        let found = corpus.find(name).or_else(|| corpus.at_path(&typed));
        found.map(|artifact| (artifact.id.clone(), artifact.path.clone()))
    };
    let now = find(here);
    let then = before.and_then(find);
    let mut paths: Vec<RepoPath> = Vec::new();
    if let Some((id, path)) = &now {
        paths.push(path.clone());
        // A file that went and whose artifact is elsewhere now went with it.
        let old = before.into_iter().flat_map(|before| before.all(id));
        paths.extend(
            old.map(|old| old.path.clone())
                .filter(|old| !here.has_file(old.as_str())),
        );
        return Ok(paths);
    }
    if let Some((_, path)) = then {
        return Ok(vec![path]);
    }
    let is_file = here.has_file(&typed) || before.is_some_and(|before| before.has_file(&typed));
    if is_file {
        let path = RepoPath::new(typed.clone());
        paths.push(path.with_context(|| format!("use `{typed}` as a path"))?);
    }
    Ok(paths)
}
