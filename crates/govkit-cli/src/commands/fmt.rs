//! `govkit fmt`

use anyhow::Result;
use govkit_core::edit::formatted;
use govkit_core::snapshot::At;

use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::exit::Exit;
use crate::rewriting::{replacement, text_on_disk};
use crate::select::{Selection, Wanted};

/// Lay out front matter
///
/// Puts keys at the start of their line, one blank on both sides of `=`, one empty line before a
/// table, and takes blanks from the ends of lines. Values, comments, order and the text below the
/// front matter stay as they are. Only TOML is laid out. Prints the files that changed.
///
/// Exits 0; with `--check` nothing is written, and 1 means that a file would change. A front
/// matter that cannot be read is warned about and left alone, with exit code 1.
///
/// Examples:
///   govkit fmt
///   govkit fmt --check
///   govkit fmt POL-014 -- procedures
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct FmtArgs {
    /// Only these: ids or paths
    artifacts: Vec<String>,
    /// Write nothing; say which files would change
    #[arg(long)]
    check: bool,
    /// Only files at these paths, directories or patterns
    #[arg(last = true, value_name = "PATHSPEC")]
    pathspec: Vec<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &FmtArgs) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let corpus = context.corpus(&At::Worktree)?;
    let wanted = Wanted {
        names: &args.artifacts,
        specs: &args.pathspec,
        files0_from: None,
    };
    let selection = Selection::new(context, &corpus, &wanted)?;
    let mut changes = Vec::new();
    let mut ids = Vec::new();
    let mut unreadable = false;
    for problem in corpus
        .problems()
        .iter()
        .filter(|problem| selection.has(&problem.path))
    {
        unreadable = true;
        context
            .ui
            .warn(&format!("{}: {}", problem.path, problem.message));
    }
    for artifact in corpus
        .artifacts()
        .iter()
        .filter(|artifact| selection.has(&artifact.path))
    {
        let (Some(kind), None) = (corpus.config().kind(&artifact.kind), &artifact.damage) else {
            continue;
        };
        let old = text_on_disk(context, &artifact.path)?;
        let new = formatted(&old, kind, &context.limits)?;
        if let Some(change) = replacement(&artifact.path, &old, new) {
            ids.push(artifact.id.as_str());
            changes.push(change);
        }
    }
    if !args.check {
        context.repository()?.replace_files(&changes)?;
    }
    match context.global.quiet {
        true => context.ui.ids(ids, context.global.null)?,
        false => {
            let paths = changes.iter().map(|change| change.path.as_str());
            context.ui.ids(paths, context.global.null)?;
        }
    }
    Ok(Exit::no_if(
        unreadable || (args.check && !changes.is_empty()),
    ))
}
