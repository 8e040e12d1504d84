//! What git calls at a commit.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;
use govkit_core::diff::{ChangeFinding, ChangeSet, ChangeSeverity, CompareMode};
use govkit_core::snapshot::At;

use crate::args::Global;
use crate::commands::check::{self, CheckArgs};
use crate::comparison::Comparison;
use crate::context::Context;
use crate::exit::Exit;

/// The hooks govkit has an answer for.
#[derive(Subcommand, Clone, Debug)]
pub(crate) enum Hook {
    /// Check what is staged; only findings that HEAD does not have
    PreCommit,
    /// Ask for a line `Reason: …` when a staged change is breaking
    CommitMsg {
        /// The file with the message
        file: PathBuf,
    },
}

/// How a message says why a change is breaking.
const REASON: &str = "reason:";

/// Breaking changes that are named before the rest is counted.
const MOST_NAMED: usize = 5;

pub(super) fn run(context: &Context<'_>, hook: &Hook) -> Result<Exit> {
    // For `git commit FILE` what is staged stands in a file of its own, and git names it here.
    let index = std::env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
    let global = Global {
        at: Some(":index".to_owned()),
        ..context.global.clone()
    };
    let context = Context::new(&global, context.ui).with_index(index);
    if context.find_config(&At::Index)?.is_none() {
        return Ok(Exit::Clean);
    }
    let head = context.repository()?.head()?.is_some();
    let base = if head {
        At::Revision("HEAD".to_owned())
    } else {
        At::Empty
    };
    match hook {
        Hook::PreCommit => check_staged(&context, &base, head),
        // Before the first commit nobody relied on anything.
        Hook::CommitMsg { .. } if !head => Ok(Exit::Clean),
        Hook::CommitMsg { file } => ask_reason(&context, &base, file),
    }
}

fn check_staged(context: &Context<'_>, base: &At, head: bool) -> Result<Exit> {
    if !head {
        return check::run(context, &CheckArgs::since(None));
    }
    let changes = context
        .repository()?
        .tree_changes(base, &At::Index, &context.limits)?;
    let config = context.config(&At::Index)?;
    let is_ours =
        |path: &str| path == govkit_core::config::FILE_NAME || path == govkit_core::lock::FILE_NAME;
    let governed = changes
        .iter()
        .any(|change| is_ours(change.path.as_str()) || config.claim(&change.path).is_some());
    if !governed {
        return Ok(Exit::Clean);
    }
    check::run(context, &CheckArgs::since(Some("HEAD".to_owned())))
}

fn ask_reason(context: &Context<'_>, base: &At, file: &Path) -> Result<Exit> {
    let path = context.directory().join(file);
    let message = std::fs::read(&path).with_context(|| format!("read `{}`", path.display()))?;
    if needs_none(context, &String::from_utf8_lossy(&message))? {
        return Ok(Exit::Clean);
    }
    let set = Comparison::read(context, CompareMode::Worktree, base, &At::Index)?.full();
    let breaking = breaking(&set);
    if breaking.is_empty() {
        return Ok(Exit::Clean);
    }
    let mut lines =
        vec!["this commit has a breaking change, and its message does not say why:".to_owned()];
    lines.extend(breaking.iter().take(MOST_NAMED).map(|finding| {
        let name = finding
            .artifact
            .id
            .as_deref()
            .unwrap_or(&finding.artifact.path);
        format!("  {name}: {}", finding.message)
    }));
    if breaking.len() > MOST_NAMED {
        lines.push(format!("  and {} more", breaking.len() - MOST_NAMED));
    }
    lines.push(
        "add a line `Reason: …` to the message; `git commit --no-verify` goes without".to_owned(),
    );
    context.ui.say(&lines.join("\n"));
    Ok(Exit::No)
}

/// A message that gives a reason, one that will be folded into another, and a merge, whose
/// changes have theirs.
fn needs_none(context: &Context<'_>, message: &str) -> Result<bool> {
    let written = message.lines().take_while(|line| !line.contains(">8"));
    let mut written = written.filter(|line| !line.starts_with('#'));
    let given = |line: &str| {
        let start = line.get(..REASON.len()).unwrap_or("");
        start.eq_ignore_ascii_case(REASON) && !line[REASON.len()..].trim().is_empty()
    };
    let folded = ["fixup!", "squash!", "amend!"]
        .iter()
        .any(|word| message.starts_with(word));
    let merge = context.repository()?.git_dir().join("MERGE_HEAD").exists();
    Ok(folded || merge || written.any(given))
}

fn breaking(set: &ChangeSet) -> Vec<&ChangeFinding> {
    let all = set.findings.iter();
    all.filter(|finding| finding.severity >= ChangeSeverity::Breaking)
        .collect()
}
