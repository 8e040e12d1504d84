//! `govkit edit`

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use govkit_core::snapshot::At;

use crate::commands::check::{self, CheckArgs};
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;

/// Open an artifact in your editor, and check it afterwards
///
/// The editor is the one git would open: GIT_EDITOR, `core.editor` of your own settings, VISUAL,
/// EDITOR, `vi`. When it ends, the artifact is checked as `govkit check` does, with its exit codes
/// and formats. The file is not committed.
///
/// Examples:
///   govkit edit POL-014
///   EDITOR='code --wait' govkit edit PRC-077
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct EditArgs {
    /// An id or a path
    artifact: String,
}

pub(crate) fn run(context: &Context<'_>, args: &EditArgs) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let (artifact, _) = context.artifact(&args.artifact, &At::Worktree)?;
    let repository = context.repository()?;
    let top = repository
        .workdir()
        .context("the repository has no working tree")?;
    let file = top.join(artifact.path.as_str());
    open(&editor(context)?, &file)?;
    if repository.file_on_disk(&artifact.path)?.is_none() {
        context.ui.say(&format!("`{}` is gone", artifact.path));
        return Ok(Exit::Clean);
    }
    // The id may be another one now; the path is the same.
    let check = CheckArgs::of(context.relative_to_here(artifact.path.as_str()));
    check::run(context, &check)
}

/// The editor to use: never one a repository names.
fn editor(context: &Context<'_>) -> Result<String> {
    let named = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let dumb = named("TERM").is_none_or(|term| term == "dumb");
    let editor = named("GIT_EDITOR")
        .or(context.repository()?.user_setting("core.editor"))
        .or_else(|| named("VISUAL").filter(|_| !dumb))
        .or_else(|| named("EDITOR"));
    match editor {
        Some(editor) => Ok(editor),
        None if dumb => Err(hinted(
            "there is no editor, and no terminal that `vi` could run in",
            "set EDITOR",
        )),
        None => Ok("vi".to_owned()),
    }
}

/// Runs the editor as git does: its words are the shell's.
fn open(editor: &str, file: &Path) -> Result<()> {
    if editor == ":" {
        return Ok(());
    }
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), editor])
        .arg(file)
        .status()
        .with_context(|| format!("start the editor `{editor}`"))?;
    if status.success() {
        return Ok(());
    }
    Err(hinted(
        format!("the editor `{editor}` ended with {status}"),
        "the file is as the editor left it; nothing was checked",
    ))
}
