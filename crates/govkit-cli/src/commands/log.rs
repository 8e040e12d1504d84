//! `govkit log`

use std::ops::ControlFlow;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::diff::{FieldChange, field_changes};
use govkit_core::history::{Change, History, Version};
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, BlobId, Bytes, CommitInfo, TreeChange};
use govkit_git::{Parents, WalkEnd};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::{hinted, no_artifact};
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
    #[schemars(with = "Vec<Field>")]
    fields: Vec<FieldChange>,
}

/// A field that one version changed.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used; core's own type is what is printed"
)]
struct Field {
    field: String,
    old: serde_json::Value,
    new: serde_json::Value,
}

pub(crate) fn run(context: &Context<'_>, args: &LogArgs) -> Result<Exit> {
    let at = context.at();
    let tip = match &at {
        At::Revision(revision) => revision.clone(),
        At::Worktree => "HEAD".to_owned(),
        At::Index | At::Empty => {
            return Err(hinted(
                "the index has no history",
                "leave `--at` out or name a revision",
            ));
        }
    };
    let config = context.config(&at)?;
    let (id, path) = start(context, &args.artifact, &tip, &config)?;
    let (versions, end) = follow(context, args, &tip, &config, &id, path.as_ref())?;
    let complete = matches!(end, WalkEnd::Root | WalkEnd::Stopped);
    if versions.is_empty() && complete {
        return Err(no_artifact(
            &args.artifact,
            &format!("the history of `{tip}`"),
        ));
    }
    let mut listing = listing(context, &versions, &config)?;
    listing.extra.insert("id".to_owned(), id.into());
    listing.extra.insert("complete".to_owned(), complete.into());
    if args.reverse {
        listing.reverse();
    }
    listing.print(context.ui, context.global)?;
    if complete {
        return Ok(Exit::Clean);
    }
    context.ui.warn(match end {
        WalkEnd::Shallow => {
            "this clone lacks older commits, so older versions may be missing; `git fetch --unshallow` brings them (in CI: fetch-depth 0)"
        }
        _ => "the history is longer than the limit; older versions are left out",
    });
    Ok(Exit::Incomplete)
}

fn follow(
    context: &Context<'_>,
    args: &LogArgs,
    tip: &str,
    config: &Config,
    id: &str,
    path: Option<&RepoPath>,
) -> Result<(Vec<Version>, WalkEnd)> {
    let repository = context.repository()?;
    let mut history = History::new(config, &context.limits, id, path);
    let mut read = repository.blobs(&context.limits);
    let parents = if args.all_parents {
        Parents::All
    } else {
        Parents::First
    };
    let keep = |path: &RepoPath| config.claim(path).is_some();
    let mut visit = |commit: &CommitInfo, changes: &[TreeChange]| {
        history.visit(commit, changes, &mut read);
        ControlFlow::Continue(())
    };
    let end = repository.walk(tip, parents, &keep, &mut visit, &context.limits)?;
    Ok((history.into_versions(), end))
}

/// The id to follow, and where it is now; an id that is there no longer is taken as typed.
fn start(
    context: &Context<'_>,
    name: &str,
    tip: &str,
    config: &Config,
) -> Result<(String, Option<RepoPath>)> {
    let at = At::Revision(tip.to_owned());
    match context.artifact(name, &at) {
        Ok((artifact, _)) => Ok((artifact.id, Some(artifact.path))),
        Err(_) => {
            context.repository()?.resolve(tip)?;
            let mut shaped = config.kinds.iter().filter(|kind| kind.id.shape.is_some());
            let all_digits = name.bytes().all(|byte| byte.is_ascii_digit());
            let kind = shaped
                .next()
                .filter(|_| all_digits && shaped.next().is_none());
            Ok((
                kind.map_or_else(|| name.to_owned(), |kind| kind.id.shaped(name)),
                None,
            ))
        }
    }
}

fn listing(context: &Context<'_>, versions: &[Version], config: &Config) -> Result<Listing> {
    let mut read = context.repository()?.blobs(&context.limits);
    let mut listing = Listing::new(
        "log",
        "version",
        &["date", "commit", "change", "path", "author", "subject"],
    );
    listing.hidden = &["author", "path"];
    for version in versions {
        let item = item(version, config, context, &mut read);
        let short = item.commit.get(..12).unwrap_or(&item.commit).to_owned();
        let row = vec![
            item.date.clone(),
            short,
            item.change.to_owned(),
            item.path.clone(),
            item.author.clone(),
            item.subject.clone(),
        ];
        listing.push(&version.commit.id, row, &item)?;
        if let Some(old_path) = &item.old_path {
            listing.note(format!("{old_path} -> {}", item.path));
        }
    }
    Ok(listing)
}

fn item(
    version: &Version,
    config: &Config,
    context: &Context<'_>,
    read: &mut dyn FnMut(&BlobId) -> Bytes,
) -> Item {
    let mut artifact = |blob: Option<&BlobId>, path: &RepoPath| {
        let text = String::from_utf8(read(blob?).ok()?).ok()?;
        Artifact::read(
            text.into(),
            path.clone(),
            None,
            config.claim(path)?,
            &context.limits,
        )
        .ok()
    };
    let new = artifact(version.blob.as_ref(), &version.path);
    let old = artifact(
        version.old_blob.as_ref(),
        version.old_path.as_ref().unwrap_or(&version.path),
    );
    let fields = field_changes(
        old.as_ref().map(|old| &old.fields),
        new.as_ref().map(|new| &new.fields),
    );
    Item {
        commit: version.commit.id.clone(),
        date: version.commit.date.clone(),
        author: version.commit.author.clone(),
        subject: version.commit.subject.clone(),
        path: version.path.as_str().to_owned(),
        old_path: version
            .old_path
            .as_ref()
            .map(|path| path.as_str().to_owned()),
        old_id: version.old_id.clone(),
        change: match version.change {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Renamed => "renamed",
            Change::Removed => "removed",
        },
        fields,
    }
}
