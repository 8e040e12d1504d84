//! `govkit new`

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use govkit_core::snapshot::At;
use govkit_core::template::new_artifact;

use crate::args::Format;
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::envelope;

/// Write a new artifact from its kind's template
///
/// Without ID the next free one is taken. An id that is used on any local or remote-tracking
/// branch is refused, so that parallel work does not collide. Prints the new id and path.
///
/// Formats: human, tsv (when piped: id, path), json.
///
/// Examples:
///   govkit new policy --title 'Remote work'
///   govkit new role ROLE-auditor --title Auditor
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct NewArgs {
    /// The kind: policy, process, procedure…
    kind: String,
    /// The id [default: the next free one]
    id: Option<String>,
    /// The title in plain words
    #[arg(long, value_name = "TITLE", default_value = "Untitled")]
    title: String,
    /// Print the text instead of writing the file
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &NewArgs) -> Result<Exit> {
    let format = context.ui.format(
        "new",
        &[Format::Human, Format::Tsv, Format::Json],
        Format::Tsv,
    )?;
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let config = context.config(&At::Worktree)?;
    let Some(kind) = config.kind(&args.kind) else {
        let known: Vec<&str> = config.kinds.iter().map(|kind| kind.name.as_str()).collect();
        return Err(hinted(
            format!("no kind is called `{}`", args.kind),
            format!("there is {}", known.join(", ")),
        ));
    };
    let taken = taken_ids(context)?;
    let mut random = || {
        let mut bytes = [0_u8; 4];
        // Without randomness the id only loses its surprise; a collision is still refused.
        let _ = getrandom::fill(&mut bytes);
        u32::from_le_bytes(bytes)
    };
    let made = new_artifact(
        kind,
        &taken,
        args.id.as_deref(),
        &args.title,
        context.now()?,
        &mut random,
    )?;
    if args.dry_run {
        context
            .ui
            .report(|out| out.write_all(made.text.as_bytes()))?;
        return Ok(Exit::Clean);
    }
    context
        .repository()?
        .create_file(&made.path, made.text.as_bytes())?;
    let path = made.path.as_str();
    context.ui.report(|out| match format {
        Format::Json => envelope::json(
            "new",
            &serde_json::json!({"id": made.id, "kind": kind.name, "path": path}),
            out,
        ),
        Format::Human if !context.global.quiet => writeln!(
            out,
            "wrote {} to {path}; edit it, then `govkit check`",
            made.id
        ),
        _ if context.global.quiet => writeln!(out, "{}", made.id),
        _ => writeln!(out, "{}\t{path}", made.id),
    })?;
    Ok(Exit::Clean)
}

/// Every id used on disk or on any local or remote-tracking branch.
pub(crate) fn taken_ids(context: &Context<'_>) -> Result<BTreeSet<String>> {
    let repository = context.repository()?;
    let mut taken: BTreeSet<String> = ids(context, &At::Worktree)?;
    let tips: BTreeSet<String> = repository
        .branch_tips()?
        .into_iter()
        .map(|(_, commit)| commit)
        .collect();
    for tip in tips {
        taken.extend(ids(context, &At::Revision(tip))?);
    }
    Ok(taken)
}

fn ids(context: &Context<'_>, at: &At) -> Result<BTreeSet<String>> {
    // A branch from before govkit has no configuration; today's says what its files would be.
    let config = match context.find_config(at) {
        Ok(Some(config)) => std::sync::Arc::new(config),
        _ => context.config(&At::Worktree)?,
    };
    let corpus = context
        .corpus_with(at, config)
        .context("read the ids of other branches")?;
    Ok(corpus
        .artifacts()
        .iter()
        .map(|artifact| artifact.id.clone())
        .collect())
}
