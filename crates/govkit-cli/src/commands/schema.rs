//! `govkit schema`

use anyhow::Result;
use govkit_core::config::{kind_schema, schema};

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::wire;

/// Print a JSON Schema
///
/// `schema config` describes govkit.toml, `schema KIND` the front matter of a kind,
/// `schema output.VERB` what `--format json` prints.
///
/// Examples:
///   govkit schema config
///   govkit schema policy
///   govkit schema output.list
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct SchemaArgs {
    /// `config`, a kind, or `output.VERB` [default: list what there is]
    subject: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &SchemaArgs) -> Result<Exit> {
    let Some(subject) = args.subject.as_deref() else {
        let mut names = vec!["config".to_owned()];
        if let Ok(Some(config)) = context.find_config(&context.at()) {
            names.extend(config.kinds.iter().map(|kind| kind.name.clone()));
        }
        names.extend(wire::VERBS.iter().map(|verb| format!("output.{verb}")));
        context
            .ui
            .report(|out| names.iter().try_for_each(|name| writeln!(out, "{name}")))?;
        return Ok(Exit::Clean);
    };
    let unknown = || {
        hinted(
            format!("there is no schema `{subject}`"),
            "`govkit schema` lists them",
        )
    };
    let schema = match subject.strip_prefix("output.") {
        Some(verb) => wire::schema(verb).ok_or_else(unknown)?,
        None if subject == "config" => schema(),
        None => {
            let config = context.config(&context.at())?;
            kind_schema(config.kind(subject).ok_or_else(unknown)?)
        }
    };
    let text = serde_json::to_string_pretty(&schema)?;
    context.ui.report(|out| writeln!(out, "{text}"))?;
    Ok(Exit::Clean)
}
