//! `govkit log`

use std::ops::ControlFlow;

use anyhow::Result;
use govkit_core::diff::FieldChange;
use govkit_core::history::{Change, History, Version};
use govkit_core::snapshot::{CommitInfo, TreeChange};
use govkit_core::time::{NodeId, Story};
use govkit_git::Parents;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::context::Context;
use crate::error::{hinted, no_artifact};
use crate::exit::Exit;
use crate::past::Past;
use crate::report::listing::{FORMATS, Listing};
use crate::report::log as report;
use crate::versions::{Review, Versions};

/// Show every version of an artifact, newest first; without one, of all artifacts
///
/// Follows the id, not the path: across renames, moves by copy, changes of format, and past
/// other documents that once used the same path. Walks the first parents of the revision. What is
/// found out is kept in the user's cache, so that the next run only reads what is new.
///
/// Formats: human, tsv (when piped: date, commit, change, path, author, subject; for more than
/// one artifact with the id before the path), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit log POL-001
///   govkit log POL-001 --review
///   govkit log --kind policy --status
///   govkit log --latest --format csv
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct LogArgs {
    /// Ids, or paths of artifacts that are there now [default: all]
    #[arg(value_name = "ARTIFACT")]
    artifacts: Vec<String>,
    /// Only artifacts of this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only the newest version of each artifact that is there now
    #[arg(long)]
    latest: bool,
    /// Only versions that changed the status, with the status before and after
    #[arg(long)]
    status: bool,
    /// Say of each version what changed in meaning
    #[arg(long)]
    review: bool,
    /// Walk all parents of merges, not only the first
    #[arg(long, conflicts_with_all = ["latest", "kind"])]
    all_parents: bool,
    /// Oldest first
    #[arg(long)]
    reverse: bool,
}

/// One version in `govkit log --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    /// The artifact, where the log is about more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
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
    /// With `--status`: the status before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusChange>,
    /// With `--review`: what changed in meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<Review>,
}

/// How a version changed the status.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StatusChange {
    old: Option<String>,
    new: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &LogArgs) -> Result<Exit> {
    let format = context.ui.format("log", FORMATS, Format::Tsv)?;
    let at = context.at();
    let mut past = Past::open(context, &at)?;
    if let Some(kind) = args.kind.as_deref()
        && past.config.kind(kind).is_none()
    {
        return Err(hinted(
            format!("no kind is called `{kind}`"),
            "`govkit schema` lists them",
        ));
    }
    let story = past.story(context, past.steps())?;
    let (ids, mut versions) = if args.all_parents {
        all_parents(context, args, &past, &story)?
    } else {
        let (ids, nodes) = select(context, args, &past, &story)?;
        (ids, Versions::of(context, &past, &story, &nodes)?)
    };
    past.keep(context);
    if args.status {
        versions.keep_status_changes(context, &mut past)?;
    }
    let is_single = args.artifacts.len() == 1;
    let wants_fields = matches!(format, Format::Json | Format::Ndjson);
    let mut rows = Vec::new();
    for version in versions.list() {
        rows.push(Item {
            id: (!is_single).then(|| version.id.clone()),
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
            change: word(version.change),
            fields: if wants_fields {
                versions.fields(context, &past.config, version)
            } else {
                Vec::new()
            },
            status: versions
                .status(version)
                .map(|(old, new)| StatusChange { old, new }),
            review: args
                .review
                .then(|| versions.review(context, &past.config, version)),
        });
    }
    if args.reverse {
        rows.reverse();
    }
    let mut listing = listing(args, &rows, is_single)?;
    if let [id] = ids.as_slice() {
        listing.extra.insert("id".to_owned(), id.as_str().into());
    }
    let gap = past.gap();
    listing
        .extra
        .insert("complete".to_owned(), gap.is_none().into());
    if args.review && format == Format::Human && !context.global.quiet {
        let style = context.ui.style();
        let blocks = rows.iter().map(|row| {
            (
                report::Head {
                    date: &row.date,
                    commit: &row.commit,
                    id: row.id.as_deref(),
                    change: row.change,
                    subject: &row.subject,
                },
                row.review.as_ref(),
            )
        });
        let blocks: Vec<_> = blocks.collect();
        context
            .ui
            .report(|out| report::reviews(&blocks, style, out))?;
    } else {
        listing.print(context.ui, context.global)?;
    }
    Ok(match gap {
        Some(gap) => {
            context.ui.warn(&gap.replace(
                "so the answer is not known",
                "so older versions may be missing",
            ));
            Exit::Incomplete
        }
        None => Exit::Clean,
    })
}

/// The ids that were asked for, and their versions, newest first.
fn select(
    context: &Context<'_>,
    args: &LogArgs,
    past: &Past,
    story: &Story,
) -> Result<(Vec<String>, Vec<NodeId>)> {
    let (mut ids, mut nodes) = (Vec::new(), Vec::new());
    if args.artifacts.is_empty() {
        let count = u32::try_from(story.nodes().len()).unwrap_or(u32::MAX);
        nodes = (0..count).collect();
    }
    for name in &args.artifacts {
        match past.find(context, story, name) {
            Some(newest) => {
                ids.push(story.id(story.node(newest)).to_owned());
                let versions = story.back(newest).map(|(at, _)| at);
                nodes.extend(versions.take(if args.latest { 1 } else { usize::MAX }));
            }
            None if past.gap().is_some() => ids.push(past.shaped(name)),
            None => return Err(no_artifact(name, "the history")),
        }
    }
    let of_kind = |at: &NodeId| {
        let node = story.node(*at);
        let text = node.text.or(node.old_text);
        let kind = text.and_then(|text| past.config.kinds.get(past.timeline().kind(text)));
        args.kind
            .as_deref()
            .is_none_or(|wanted| kind.is_some_and(|kind| kind.name == wanted))
    };
    nodes.retain(of_kind);
    if args.artifacts.is_empty() {
        nodes.retain(|at| {
            let node = story.node(*at);
            // That a text got another id is told once, where it got it.
            !node.moved_on && (!args.latest || story.at_path(node.path) == Some(*at))
        });
    }
    nodes.sort_unstable_by_key(|at| {
        let node = story.node(*at);
        (
            std::cmp::Reverse(node.step),
            past.path(node.path).as_str(),
            *at,
        )
    });
    nodes.dedup();
    Ok((ids, nodes))
}

/// Follows what is there now through all parents: one walk, however many artifacts.
fn all_parents(
    context: &Context<'_>,
    args: &LogArgs,
    past: &Past,
    story: &Story,
) -> Result<(Vec<String>, Versions)> {
    let repository = context.repository()?;
    let config = past.config.clone();
    let mut asked: Vec<(String, Option<_>)> = Vec::new();
    let here = |node: NodeId| {
        let node = story.node(node);
        (
            story.id(node).to_owned(),
            node.text.map(|_| past.path(node.path)),
        )
    };
    for name in &args.artifacts {
        let found = past.find(context, story, name);
        asked.push(found.map_or_else(|| (past.shaped(name), None), here));
    }
    if args.artifacts.is_empty() {
        let ends = story
            .ends()
            .into_iter()
            .filter(|at| story.node(*at).text.is_some());
        asked.extend(ends.map(here));
    }
    let limits = &context.limits;
    let mut histories: Vec<History<'_>> = asked
        .iter()
        .map(|(id, path)| History::new(&config, limits, id, *path))
        .collect();
    let mut read = repository.blobs(limits);
    let keep = |path: &govkit_core::path::RepoPath| config.claim(path).is_some();
    let mut visit = |commit: &CommitInfo, changes: &[TreeChange]| {
        for history in &mut histories {
            history.visit(commit, changes, &mut read);
        }
        ControlFlow::Continue(())
    };
    repository.walk(&past.tip, Parents::All, &keep, &mut visit, limits)?;
    let versions: Vec<Vec<Version>> = histories.into_iter().map(History::into_versions).collect();
    for ((_, versions), name) in asked.iter().zip(&versions).zip(&args.artifacts) {
        if versions.is_empty() && past.gap().is_none() {
            return Err(no_artifact(name, "the history"));
        }
    }
    let ids = asked.into_iter().map(|(id, _)| id).collect();
    Ok((ids, Versions::new(versions.into_iter().flatten().collect())))
}

fn listing(args: &LogArgs, rows: &[Item], is_single: bool) -> Result<Listing> {
    let mut columns = vec!["date", "commit", "change", "path", "author", "subject"];
    if !is_single {
        columns.insert(3, "id");
    }
    if args.status {
        columns.extend(["old_status", "status"]);
    }
    if args.review {
        columns.extend(["severity", "summary"]);
    }
    let mut listing = Listing::new("log", "version", &columns);
    listing.hidden = match args.status {
        true => &["author", "path", "subject", "change"],
        false => &["author", "path"],
    };
    for item in rows {
        let mut row = vec![
            item.date.clone(),
            item.commit.get(..12).unwrap_or(&item.commit).to_owned(),
            item.change.to_owned(),
            item.path.clone(),
            item.author.clone(),
            item.subject.clone(),
        ];
        if !is_single {
            row.insert(3, item.id.clone().unwrap_or_default());
        }
        if let Some(status) = item.status.as_ref().filter(|_| args.status) {
            let cell = |status: &Option<String>| status.clone().unwrap_or_default();
            row.extend([cell(&status.old), cell(&status.new)]);
        }
        if let Some(review) = &item.review {
            row.extend([review.severity.to_owned(), review.summary()]);
        }
        listing.push(&item.commit, row, item)?;
        if let Some(old_path) = &item.old_path {
            listing.note(format!("{old_path} -> {}", item.path));
        }
    }
    Ok(listing)
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Changed => "changed",
        Change::Renamed => "renamed",
        Change::Removed => "removed",
    }
}
