//! `govkit config`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use govkit_core::config::effective;

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
    let (text, name) = context.config_text(&at)?.context("read the configuration")?;
    let format = context.ui.format("config", &[Format::Human, Format::Json], Format::Human)?;
    match &args.action {
        Action::Path => {
            let place = match (&context.global.config, context.repository().ok().and_then(|repository| repository.workdir())) {
                (None, Some(workdir)) => workdir.join(&name).display().to_string(),
                _ => name,
            };
            context.ui.report(|out| writeln!(out, "{place}"))?;
        }
        Action::Show => {
            let table = effective(&text, &name)?;
            let toml = toml::to_string_pretty(&table).context("print the configuration")?;
            context.ui.report(|out| match format {
                Format::Json => envelope::json("config", &serde_json::json!({"config": table}), out),
                _ => out.write_all(toml.as_bytes()),
            })?;
        }
        Action::Get { key } => {
            let table = toml::Value::Table(effective(&text, &name)?);
            let value = key.split('.').try_fold(&table, |value, part| value.get(part));
            let Some(value) = value else {
                return Err(hinted(format!("the configuration has no `{key}`"), "`govkit config show` prints all of it"));
            };
            context.ui.report(|out| match (format, value) {
                (Format::Json, value) => envelope::json("config", &serde_json::json!({"key": key, "value": value}), out),
                (_, toml::Value::String(text)) => writeln!(out, "{text}"),
                (_, toml::Value::Array(items)) => items.iter().try_for_each(|item| match item {
                    toml::Value::String(text) => writeln!(out, "{text}"),
                    item => writeln!(out, "{item}"),
                }),
                (_, toml::Value::Table(table)) => write!(out, "{}", toml::to_string_pretty(table).unwrap_or_default()),
                (_, value) => writeln!(out, "{value}"),
            })?;
        }
    }
    Ok(Exit::Clean)
}
