//! `govkit mv`

use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, FILE_NAME, Kind};
use govkit_core::corpus::Corpus;
use govkit_core::edit::{Patch, Renaming, patched, renamed_path};
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;
use govkit_git::write::Replacement;
use serde_json::json;

use crate::args::Format;
use crate::commands::init::refuse_unless_worktree;
use crate::commands::new::taken_ids;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::envelope;
use crate::rewriting::{on_disk, replacement, text_on_disk};

/// Rename an id, and every reference to it
///
/// Rewrites the id itself, links in front matter, steps and activities, `{{ ID.parameter }}`, `[[ID]]`,
/// links to the file in every Markdown text, and `who` in govkit.toml. The file moves where its
/// name begins with the id or its path gives it. All of it happens or nothing. An id that is used on
/// any local or remote-tracking branch is refused. Words that only mention the id stay: they are
/// listed with `-v`.
///
/// The files are written, not committed. Prints each file that changed, came or went: what
/// `govkit commit` has to be given.
///
/// Formats: human, tsv (when piped: path), json.
///
/// Examples:
///   govkit mv ROLE-ciso ROLE-security-officer
///   govkit mv POL-014 POL-114 --dry-run
///   govkit mv POL-014 POL-114 | xargs govkit commit -m 'POL-014 is POL-114 now'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct MvArgs {
    /// The artifact: an id or a path
    old: String,
    /// Its id from now on
    new: String,
    /// Write nothing; say which files would change
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &MvArgs) -> Result<Exit> {
    let offered = [Format::Human, Format::Tsv, Format::Json];
    let format = context.ui.format("mv", &offered, Format::Tsv)?;
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let config = context.config(&At::Worktree)?;
    let corpus = context.corpus_with(&At::Worktree, config.clone())?;
    let renaming = plan(context, args, &corpus, &config)?;
    let files = files(context, &corpus, &config, &renaming)?;
    if !args.dry_run {
        context.repository()?.replace_files(&files)?;
    }
    print(context, &renaming, &files, format)?;
    mentions(context, &corpus, &renaming);
    Ok(Exit::Clean)
}

fn plan(
    context: &Context<'_>,
    args: &MvArgs,
    corpus: &Corpus,
    config: &Config,
) -> Result<Renaming> {
    let artifact = corpus
        .find(&args.old)
        .or_else(|| corpus.at_path(&context.to_repository_path(&args.old)));
    let artifact = artifact.ok_or_else(|| crate::error::no_artifact(&args.old, "the work tree"))?;
    if corpus.all(&artifact.id).count() > 1 {
        return Err(hinted(
            format!("{} is the id of more than one file", artifact.id),
            "`govkit check` says which; give one of them another id by hand",
        ));
    }
    let kind = config
        .kind(&artifact.kind)
        .context("the kind of the artifact is gone")?;
    refuse_id(context, &args.new, kind)?;
    let path =
        renamed_path(artifact, kind, &args.new).and_then(|path| RepoPath::portable(path).ok());
    let path = path.filter(|path| {
        config
            .claim(path)
            .is_some_and(|found| found.name == kind.name)
    });
    let path = path.ok_or_else(|| {
        hinted(
            format!("kind `{}` has no path for the id `{}`", kind.name, args.new),
            "choose another id",
        )
    })?;
    if path != artifact.path && corpus.has_file(path.as_str()) {
        return Err(hinted(
            format!("`{path}` is there already"),
            "choose another id, or move that file away",
        ));
    }
    Ok(Renaming {
        old: artifact.id.clone(),
        new: args.new.clone(),
        old_path: artifact.path.clone(),
        new_path: path,
    })
}

fn refuse_id(context: &Context<'_>, new: &str, kind: &Kind) -> Result<()> {
    let odd = |ch: char| ch.is_control() || ch.is_whitespace() || "\"'\\[]{}|#`<>".contains(ch);
    if new.is_empty() || new.contains(odd) {
        return Err(hinted(
            format!("`{new}` cannot be an id"),
            "an id has no blanks, quotes or brackets",
        ));
    }
    if kind.id.shaped(kind.id.raw(new)) != new {
        let shape = kind.id.shape.as_deref().unwrap_or("{}");
        return Err(hinted(
            format!("the id `{new}` is not of the shape `{shape}`"),
            format!("for example `{}`", kind.id.shaped(new)),
        ));
    }
    if let Some(pattern) = kind
        .id
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.is_match(new))
    {
        return Err(hinted(
            format!(
                "the id `{new}` does not look like `{pattern}`, as kind `{}` asks",
                kind.name
            ),
            "choose another id",
        ));
    }
    if taken_ids(context)?.contains(new) {
        return Err(hinted(
            format!("the id `{new}` is taken on this or another branch"),
            "choose another one",
        ));
    }
    Ok(())
}

/// Every file that changes, the moved one among them.
fn files(
    context: &Context<'_>,
    corpus: &Corpus,
    config: &Arc<Config>,
    renaming: &Renaming,
) -> Result<Vec<Replacement>> {
    let repository = context.repository()?;
    let mut files = Vec::new();
    for artifact in corpus.artifacts() {
        // What git stores tells whether anything is to do; what is on disk is changed.
        let itself = artifact.path == renaming.old_path;
        if !itself && patches(renaming, artifact, config)?.is_empty() {
            continue;
        }
        let artifact = on_disk(context, artifact, config)?;
        let new = patched(&artifact.text, patches(renaming, &artifact, config)?);
        if itself && renaming.new_path != renaming.old_path {
            files.push(Replacement {
                path: renaming.new_path.clone(),
                old: None,
                new: Some(new.into_bytes()),
            });
            files.push(Replacement {
                path: artifact.path.clone(),
                old: Some(artifact.text.as_bytes().to_vec()),
                new: None,
            });
        } else {
            files.extend(replacement(&artifact.path, &artifact.text, new));
        }
    }
    for entry in repository.list(&At::Worktree, &context.limits)?.entries {
        let path = entry.path;
        let is_config = path.as_str() == FILE_NAME && context.global.config.is_none();
        let markdown = path.as_str().ends_with(".md") || path.as_str().ends_with(".markdown");
        let ours = corpus.at_path(path.as_str()).is_some();
        if ours || !(is_config || markdown) {
            continue;
        }
        // A text that is none, or too long, has no links anybody could follow.
        let Ok(text) = text_on_disk(context, &path) else {
            continue;
        };
        let patches = match is_config {
            true => renaming.in_config(&text),
            false => renaming
                .in_text(&text, &path)
                .with_context(|| format!("rewrite `{path}`"))?,
        };
        let new = patched(&text, patches);
        files.extend(replacement(&path, &text, new));
    }
    Ok(files)
}

fn patches(renaming: &Renaming, artifact: &Artifact, config: &Config) -> Result<Vec<Patch>> {
    renaming
        .in_artifact(artifact, config)
        .with_context(|| format!("rewrite `{}`", artifact.path))
}

fn print(
    context: &Context<'_>,
    renaming: &Renaming,
    files: &[Replacement],
    format: Format,
) -> Result<()> {
    if context.global.quiet {
        return context.ui.ids([renaming.new.as_str()], context.global.null);
    }
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    match format {
        Format::Json => context.ui.report(|out| {
            let answer = json!({
                "old": renaming.old, "new": renaming.new,
                "old_path": renaming.old_path.as_str(), "path": renaming.new_path.as_str(),
                "items": paths.iter().map(|path| json!({"path": path})).collect::<Vec<_>>(),
            });
            envelope::json("mv", &answer, out)
        }),
        _ => context.ui.ids(paths, context.global.null),
    }
}

/// Words that mention the id and are no reference.
fn mentions(context: &Context<'_>, corpus: &Corpus, renaming: &Renaming) {
    let is_part = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '_');
    for artifact in corpus.artifacts() {
        let Ok(patches) = renaming.in_artifact(artifact, corpus.config()) else {
            continue;
        };
        for (at, _) in artifact.text.match_indices(&renaming.old) {
            let behind = artifact.text[at + renaming.old.len()..].chars().next();
            let before = artifact.text[..at].chars().next_back();
            let rewritten = patches
                .iter()
                .any(|patch| patch.span.start <= at && at < patch.span.end);
            if rewritten || before.is_some_and(is_part) || behind.is_some_and(is_part) {
                continue;
            }
            let line = artifact.position(at).line;
            context.ui.detail(&format!(
                "{}:{line}: mentions {} and stays as it is",
                artifact.path, renaming.old
            ));
        }
    }
}
