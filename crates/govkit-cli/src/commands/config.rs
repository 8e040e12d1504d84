//! `govkit config`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use govkit_core::config::Effective;
use serde_json::Value;

use crate::args::Format;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::envelope;

/// Show the configuration in force
///
/// `config show` prints `govkit.toml` with its profile and defaults applied; `config get` one
/// value of it. Formats: human (TOML), json.
#[derive(clap::Args, Debug)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Print the whole configuration, profile applied
    Show,
    /// Print one value: `kinds.policy.paths`
    Get {
        /// Dotted key
        key: String,
    },
    /// Print where the configuration is read from
    Path,
}

pub(crate) fn run(context: &Context<'_>, args: &ConfigArgs) -> Result<Exit> {
    let at = context.at();
    context.config(&at)?;
    let (text, name) = context
        .config_text(&at)?
        .context("read the configuration")?;
    let format = context
        .ui
        .format("config", &[Format::Human, Format::Json], Format::Human)?;
    match &args.action {
        Action::Path => {
            let place = match (
                &context.global.config,
                context
                    .repository()
                    .ok()
                    .and_then(|repository| repository.workdir()),
            ) {
                (None, Some(workdir)) => workdir.join(&name).display().to_string(),
                _ => name,
            };
            context.ui.report(|out| writeln!(out, "{place}"))?;
        }
        Action::Show => {
            let effective = Effective::parse(&text, &name)?;
            context.ui.report(|out| match format {
                Format::Json => envelope::json(
                    "config",
                    &serde_json::json!({"config": effective.to_json()}),
                    out,
                ),
                _ => out.write_all(effective.to_toml().as_bytes()),
            })?;
        }
        Action::Get { key } => {
            let Some(value) = Effective::parse(&text, &name)?.get(key) else {
                return Err(hinted(
                    format!("the configuration has no `{key}`"),
                    "`govkit config show` prints all of it",
                ));
            };
            context.ui.report(|out| match (format, &value) {
                (Format::Json, value) => envelope::json(
                    "config",
                    &serde_json::json!({"key": key, "value": value}),
                    out,
                ),
                (_, Value::Array(items)) => items
                    .iter()
                    .try_for_each(|item| writeln!(out, "{}", bare(item))),
                (_, value) => writeln!(out, "{}", bare(value)),
            })?;
        }
    }
    Ok(Exit::Clean)
}

/// A string without its quotes, anything else as JSON.
fn bare(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
