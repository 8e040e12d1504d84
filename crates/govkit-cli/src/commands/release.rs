//! `govkit release`

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use govkit_core::diff::{ChangeSet, ChangeSeverity, CompareMode};
use govkit_core::manifest::Manifest;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use govkit_git::Repository;
use govkit_git::write::Signature;

use crate::comparison::Comparison;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::markdown;

/// Findings told of one artifact in the notes before the rest is counted only.
const TOLD: usize = 8;

/// Tag a baseline: every artifact with its digest, and what changed since the last one
///
/// Makes an annotated tag of HEAD, or of `--at REV`. Its message has notes from the semantic diff
/// since the last release before it, and a manifest with the id, status and digest of every
/// artifact, which `govkit verify NAME` holds against the commit. Refuses a name that is taken,
/// and artifacts that were changed and not committed.
///
/// The tag is yours alone until you `git push origin NAME`.
///
/// Examples:
///   govkit release v2026.2 --dry-run
///   govkit release v2026.2
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ReleaseArgs {
    /// The name of the tag
    name: String,
    /// Compare with this revision instead of the last release
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Only print the message
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &ReleaseArgs) -> Result<Exit> {
    let repository = context.repository()?;
    if repository.tag(&args.name)?.is_some() {
        return Err(hinted(
            format!("the tag `{}` is there already", Untrusted::line(&args.name)),
            "a release never changes: choose another name",
        ));
    }
    let revision = match &context.global.at {
        Some(revision) => revision.clone(),
        None => {
            refuse_uncommitted(context, repository)?;
            "HEAD".to_owned()
        }
    };
    let commit = repository.resolve(&revision)?;
    let at = At::Revision(commit.id.clone());
    let corpus = context.corpus(&at)?;
    let manifest = Manifest::of(&corpus);
    let since = match &args.since {
        Some(since) => Some((since.clone(), repository.resolve(since)?.id)),
        None => last(repository, &commit.id)?,
    };
    let mut message = format!("{}\n\n", args.name);
    match &since {
        None => writeln!(
            message,
            "The first release: {} artifacts.",
            manifest.0.len()
        )?,
        Some((name, base)) => {
            let base = At::Revision(base.clone());
            let set = Comparison::read(context, CompareMode::Trees, &base, &at)?.full();
            notes(&set, name, &mut message)?;
        }
    }
    message.push('\n');
    message.push_str(&manifest.write());
    if args.dry_run {
        context
            .ui
            .report(|out| write!(out, "{}", Untrusted::block(&message)))?;
        return Ok(Exit::Clean);
    }
    repository.create_tag(
        &args.name,
        &commit.id,
        &signature(context, repository)?,
        &message,
    )?;
    let short = commit.id.get(..12).unwrap_or(&commit.id);
    context.ui.say(&format!(
        "tagged {short} as `{}`, with {} artifacts; `git push origin {}` shares it",
        args.name,
        manifest.0.len(),
        args.name
    ));
    Ok(Exit::Clean)
}

/// What is not committed would not be in the release, and nobody would notice.
fn refuse_uncommitted(context: &Context<'_>, repository: &Repository) -> Result<()> {
    if repository.is_bare() {
        return Ok(());
    }
    let head = At::Revision("HEAD".to_owned());
    let changes = repository.tree_changes(&head, &At::Worktree, &context.limits)?;
    let config = context.config(&At::Worktree)?;
    let changed = changes
        .iter()
        .find(|change| config.claim(&change.path).is_some());
    match changed {
        None => Ok(()),
        Some(change) => Err(hinted(
            format!("`{}` was changed and not committed", change.path),
            "commit it first, or name what to release with `--at HEAD`",
        )),
    }
}

/// The last release the commit builds on, by its commit's place in history.
fn last(repository: &Repository, commit: &str) -> Result<Option<(String, String)>> {
    let mut releases = Vec::new();
    for tag in repository.tags()? {
        let is_release = tag
            .message
            .as_deref()
            .is_some_and(|message| Manifest::read(message).is_ok());
        let is_before = is_release
            && repository.merge_base(&tag.commit.id, commit)?.as_deref()
                == Some(tag.commit.id.as_str());
        if is_before {
            releases.push((tag.name, tag.commit.id));
        }
    }
    let mut newest: Option<(String, String)> = None;
    for (name, id) in releases {
        let is_newer = match &newest {
            None => true,
            Some((_, known)) => {
                repository.merge_base(known, &id)?.as_deref() == Some(known.as_str())
            }
        };
        if is_newer {
            newest = Some((name, id));
        }
    }
    Ok(newest)
}

/// What changed, in Markdown, the worst first.
fn notes(set: &ChangeSet, since: &str, out: &mut String) -> Result<()> {
    let counts = &set.summary.artifacts;
    writeln!(
        out,
        "Since {}: {} added, {} removed, {} renamed, {} changed.",
        Untrusted::line(since),
        counts.added,
        counts.removed,
        counts.renamed,
        counts.changed
    )?;
    let mut artifacts: Vec<_> = set.artifacts.iter().collect();
    artifacts.sort_by_key(|artifact| std::cmp::Reverse(artifact.severity));
    for artifact in artifacts {
        let id = artifact.id.as_deref().unwrap_or(&artifact.path);
        let title = artifact.title.as_deref().unwrap_or_default();
        let severity = artifact.severity.map_or("none", ChangeSeverity::name);
        writeln!(
            out,
            "\n* {} {} ({}, {severity})",
            markdown::cell(id),
            markdown::cell(title),
            artifact.change.name()
        )?;
        let of_it = set
            .findings
            .iter()
            .filter(|finding| finding.artifact.path == artifact.path);
        let mut findings: Vec<_> = of_it.collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in findings.iter().take(TOLD) {
            writeln!(
                out,
                "  * {}: {}",
                finding.severity.name(),
                markdown::cell(&finding.message)
            )?;
        }
        if findings.len() > TOLD {
            writeln!(out, "  * and {} more", findings.len() - TOLD)?;
        }
    }
    Ok(())
}

/// Who makes the tag, as git would say.
fn signature(context: &Context<'_>, repository: &Repository) -> Result<Signature> {
    let named = |variable: &str, setting: &str| {
        let set = std::env::var(variable)
            .ok()
            .filter(|value| !value.is_empty());
        set.or_else(|| repository.user_setting(setting)).with_context(|| {
            format!("find out who makes the tag: set `{setting}` with `git config --global {setting} …`")
        })
    };
    let seconds =
        crate::identity::seconds(context)?.unwrap_or_else(|| jiff::Timestamp::now().as_second());
    Ok(Signature {
        name: named("GIT_COMMITTER_NAME", "user.name")?,
        email: named("GIT_COMMITTER_EMAIL", "user.email")?,
        seconds,
    })
}
