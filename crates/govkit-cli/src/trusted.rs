//! The base a branch is held against: which commit it is, and what a review takes from it.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::config::Config;
use govkit_core::review::{ACCEPTED_FILE, Acceptances, TrustedFile, is_trusted_file};
use govkit_core::snapshot::{At, TreeChange};
use govkit_git::Repository;

use crate::context::Context;
use crate::error::hinted;

/// Branches that others are merged into, by the names people give them.
const USUAL: &[&str] = &["main", "master", "trunk"];

/// Finds the branch that is meant when none is named: the one `origin/HEAD` points at, else the
/// usual names; the configuration *there* may name another, the one under review may not.
pub(crate) fn default_base(context: &Context<'_>) -> Result<String> {
    let repository = context.repository()?;
    let there = |name: &str| repository.resolve(name).is_ok();
    let found = std::iter::once("origin/HEAD".to_owned())
        .chain(USUAL.iter().map(|name| (*name).to_owned()))
        .find_map(|name| match name.as_str() {
            "origin/HEAD" => there(&name).then_some(name),
            _ => nearest(repository, &name),
        });
    let found = found.ok_or_else(|| {
        hinted(
            "no branch is called main or master, so there is nothing to hold this one against",
            "name the base: `govkit review BASE`",
        )
    })?;
    let named = context
        .find_config(&At::Revision(found.clone()))
        .ok()
        .flatten()
        .and_then(|config| config.default_branch);
    let named = named.and_then(|name| nearest(repository, &name));
    Ok(named.unwrap_or(found))
}

/// The branch of this name that is further on: the remote's, unless the local one builds on it.
fn nearest(repository: &Repository, name: &str) -> Option<String> {
    let remote = format!("origin/{name}");
    let tip = |name: &str| repository.resolve(name).ok().map(|commit| commit.id);
    match (tip(name), tip(&remote)) {
        (Some(_), Some(theirs)) => {
            let base = repository.merge_base(name, &remote).ok().flatten();
            let local = base.as_ref() == Some(&theirs);
            Some(if local { name.to_owned() } else { remote })
        }
        (Some(_), None) => Some(name.to_owned()),
        (None, Some(_)) => Some(remote),
        (None, None) => None,
    }
}

/// What a review takes from the base and not from the branch.
pub(crate) struct Trusted {
    /// The state the configuration, the lock and the acceptances are read at.
    pub(crate) at: At,
    /// The configuration.
    pub(crate) config: Arc<Config>,
    /// The findings that are accepted.
    pub(crate) accepted: Acceptances,
    /// Whether there was none at the base, so that the branch's own is used.
    pub(crate) of_branch: bool,
}

impl Trusted {
    /// Reads what counts at `tip`, the base as it is now; else where the branch left it; else,
    /// where the base knows nothing of govkit, what the branch brings.
    pub(crate) fn read(context: &Context<'_>, tip: &At, base: &At, head: &At) -> Result<Self> {
        for (at, of_branch) in [(tip, false), (base, false), (head, true)] {
            if let Some(config) = context.find_config(at)? {
                return Ok(Self {
                    at: at.clone(),
                    config: Arc::new(config),
                    accepted: accepted(context, at)?,
                    of_branch,
                });
            }
        }
        let config = context.config(head)?;
        Ok(Self {
            at: head.clone(),
            config,
            accepted: Acceptances::default(),
            of_branch: true,
        })
    }
}

/// Reads the findings that are accepted at a state.
pub(crate) fn accepted(context: &Context<'_>, at: &At) -> Result<Acceptances> {
    let Some(bytes) = context.repository()?.read_path(at, ACCEPTED_FILE)? else {
        return Ok(Acceptances::default());
    };
    let text =
        String::from_utf8(bytes).with_context(|| format!("read `{ACCEPTED_FILE}` as UTF-8"))?;
    Ok(Acceptances::parse(&text, ACCEPTED_FILE)?)
}

/// Reads both sides of the files a review rests on, where the branch changes them.
pub(crate) fn trusted_files(
    context: &Context<'_>,
    changes: &[TreeChange],
    base: &At,
    head: &At,
) -> Result<Vec<TrustedFile>> {
    let repository = context.repository()?;
    let mut files = Vec::new();
    for change in changes
        .iter()
        .filter(|change| is_trusted_file(change.path.as_str()))
    {
        let path = change.path.as_str();
        let text = |at: &At| -> Result<Option<String>> {
            let bytes = repository.read_path(at, path)?;
            Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        };
        files.push(TrustedFile {
            path: path.to_owned(),
            old: text(base)?,
            new: text(head)?,
        });
    }
    Ok(files)
}
