//! `govkit log`

use std::ops::ControlFlow;

use anyhow::Result;
use govkit_core::history::{Change, Follower, Version};
use govkit_core::value::{Table, Value};
use govkit_git::{Parents, WalkEnd};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// Show every version of an artifact, newest first
///
/// Follows the id, not the path: across renames, moves by copy, changes of format, and past
/// other documents that once used the same path. Walks the first parents of the revision.
///
/// Formats: human, tsv (when piped: date, commit, change, path, author, subject), json,
/// ndjson, csv, markdown.
///
/// Example:
///   govkit log POL-001
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct LogArgs {
    /// An id, or the path of an artifact that is there now
    artifact: String,
    /// Walk all parents of merges, not only the first
    #[arg(long)]
    all_parents: bool,
    /// Oldest first
    #[arg(long)]
    reverse: bool,
}

/// One version in `govkit log --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    commit: String,
    date: String,
    author: String,
    subject: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_id: Option<String>,
    change: &'static str,
    fields: Vec<FieldChange>,
}

/// A field that one version changed.
#[derive(Serialize, JsonSchema)]
struct FieldChange {
    field: String,
    old: serde_json::Value,
    new: serde_json::Value,
}

pub(crate) fn run(context: &Context<'_>, args: &LogArgs) -> Result<Exit> {
    let at = context.at();
    let tip = match &at {
        At::Revision(revision) => revision.clone(),
        At::Worktree => "HEAD".to_owned(),
        At::Index | At::Empty => return Err(hinted("the index has no history", "leave `--at` out or name a revision")),
    };
    let config = context.config(&at)?;
    let repository = context.repository()?;
    let id = resolve_id(context, &args.artifact, &tip, &config)?;
    let mut follower = Follower::new(&id, &config, &context.limits);
    let mut read = repository.blobs(&context.limits);
    let parents = if args.all_parents { Parents::All } else { Parents::First };
    let mut versions = Vec::new();
    let keep = |path: &RepoPath| config.claim(path).is_some();
    let mut visit = |commit: &CommitInfo, changes: &[TreeChange]| {
        versions.extend(follower.visit(commit, changes, &mut read));
        ControlFlow::Continue(())
    };
    let end = repository.walk(&tip, parents, &keep, &mut visit, &context.limits)?;
    if versions.is_empty() && end != WalkEnd::Shallow {
        return Err(no_artifact(&args.artifact, "the history of this revision"));
    }
    let mut listing =
        Listing::new("log", "version", &["date", "commit", "change", "path", "author", "subject"]);
    listing.extra.insert("id".to_owned(), id.as_str().into());
    let mut read = repository.blobs(&context.limits);
    for version in &versions {
        let item = item(version, &config, context, &mut read);
        let commit = item.commit.get(..12).unwrap_or(&item.commit).to_owned();
        let change = item.change.to_owned();
        let row = vec![item.date.clone(), commit, change, item.path.clone(), item.author.clone(), item.subject.clone()];
        listing.push(&item.commit.clone(), row, &item)?;
    }
    if args.reverse {
        listing.reverse();
    }
    let complete = matches!(end, WalkEnd::Root | WalkEnd::Stopped);
    listing.extra.insert("complete".to_owned(), complete.into());
    listing.print(context.ui, context.global)?;
    if complete {
        return Ok(Exit::Clean);
    }
    context.ui.warn(match end {
        WalkEnd::Shallow => "this clone lacks older commits, so older versions may be missing; `git fetch --unshallow` brings them (in CI: fetch-depth 0)",
        _ => "the history is longer than the limit; older versions are left out",
    });
    Ok(Exit::Incomplete)
}
