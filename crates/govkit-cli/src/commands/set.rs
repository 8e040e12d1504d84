//! `govkit set`

use anyhow::{Context as _, Result};
use govkit_core::config::Kind;
use govkit_core::edit::{Change, with_changes};
use govkit_core::nearest::{did_you_mean, nearest};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use serde_json::json;

use crate::args::Format;
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::envelope;
use crate::rewriting::{replacement, text_on_disk};

/// Set fields of an artifact's front matter
///
/// `FIELD=VALUE` sets, `FIELD+=VALUE` adds to a list, `FIELD-=VALUE` takes from one; a dot leads
/// into a table: `links.implements+=POL-014`. The value is read by the type the field has: lists
/// take commas or TOML. Comments, order and layout stay byte for byte; what cannot be done that
/// way is refused. A YAML value is changed only where it stands on one line. The id is renamed with
/// `govkit mv`.
///
/// The file is written, not committed. Formats: human, tsv (when piped: id, path), json.
///
/// Examples:
///   govkit set POL-014 status=approved effective=2026-12-01
///   govkit set PRC-077 'title=Tell the regulator' links.implements+=POL-014
///   govkit set PRC-077 --unset note
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct SetArgs {
    /// An id or a path
    artifact: String,
    /// What to change
    #[arg(value_name = "FIELD=VALUE", required_unless_present = "unset")]
    changes: Vec<String>,
    /// Take a field away
    #[arg(long, value_name = "FIELD")]
    unset: Vec<String>,
    /// Print the text instead of writing the file
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &SetArgs) -> Result<Exit> {
    let offered = [Format::Human, Format::Tsv, Format::Json];
    let format = context.ui.format("set", &offered, Format::Tsv)?;
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let mut changes: Vec<Change> = args.unset.iter().cloned().map(Change::Unset).collect();
    for typed in &args.changes {
        changes.push(change(typed)?);
    }
    let (artifact, config) = context.artifact(&args.artifact, &At::Worktree)?;
    let kind = config
        .kind(&artifact.kind)
        .context("the kind of the artifact is gone")?;
    for change in &changes {
        refuse_unknown_status(kind, change)?;
    }
    let old = text_on_disk(context, &artifact.path)?;
    let new = with_changes(&old, kind, &changes, &context.limits)
        .with_context(|| format!("change `{}`", artifact.path))?;
    if args.dry_run {
        context.ui.report(|out| out.write_all(new.as_bytes()))?;
        return Ok(Exit::Clean);
    }
    let path = &artifact.path;
    let written = replacement(path, &old, new);
    let changed = written.is_some();
    context.repository()?.replace_files(written.as_slice())?;
    context.ui.report(|out| match format {
        _ if context.global.quiet => writeln!(out, "{}", artifact.id),
        Format::Json => {
            let answer = json!({"id": artifact.id, "path": path.as_str(), "changed": changed});
            envelope::json("set", &answer, out)
        }
        Format::Human if changed => writeln!(out, "wrote {} to {path}", artifact.id),
        Format::Human => writeln!(out, "{} says so already", artifact.id),
        _ => writeln!(out, "{}\t{path}", artifact.id),
    })?;
    Ok(Exit::Clean)
}

/// A status the kind does not have is a slip of the keyboard, and nothing is written.
fn refuse_unknown_status(kind: &Kind, change: &Change) -> Result<()> {
    let (Change::Set(field, value), Some(status)) = (change, &kind.status) else {
        return Ok(());
    };
    let is_known = status.values.is_empty() || status.values.contains(value);
    if *field != status.field || is_known {
        return Ok(());
    }
    Err(hinted(
        format!("a {} has no status `{}`", kind.name, Untrusted::line(value)),
        format!(
            "{} it may be {}; nothing was written",
            did_you_mean(nearest(value, status.values.iter().map(String::as_str)))
                .unwrap_or_default(),
            status.values.join(", ")
        )
        .trim_start(),
    ))
}

fn change(typed: &str) -> Result<Change> {
    let usage = || {
        hinted(
            format!("`{typed}` is not FIELD=VALUE"),
            "for example `status=approved`, `links.implements+=POL-014`",
        )
    };
    let (field, value) = typed.split_once('=').ok_or_else(usage)?;
    let value = value.to_owned();
    let change = match (field.strip_suffix('+'), field.strip_suffix('-')) {
        (Some(field), _) => Change::Add(field.to_owned(), value),
        (_, Some(field)) => Change::Drop(field.to_owned(), value),
        _ => Change::Set(field.to_owned(), value),
    };
    let named = change
        .field()
        .split('.')
        .all(|part| !part.trim().is_empty());
    named.then_some(change).ok_or_else(usage)
}
