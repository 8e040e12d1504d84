//! `govkit plugin`

use anyhow::{Context as _, Result};
use clap::Subcommand;
use govkit_host::{Host, Plugin, PluginLimits};

use crate::args::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::{Plugins, bundled, cache_directory};
use crate::report::envelope;
use crate::report::listing::Listing;

/// List the plugins of this repository, or inspect a component
#[derive(clap::Args, Debug)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List the plugins this repository uses
    ///
    /// Formats: human, tsv (when piped), json, ndjson, csv, markdown.
    List,
    /// Show what a component is, wants and can do, without running its rules
    ///
    /// Formats: human, json.
    Inspect {
        /// A `.wasm` file, or the name of a plugin of this repository
        component: String,
    },
}

pub(crate) fn run(context: &Context<'_>, args: &PluginArgs) -> Result<Exit> {
    match &args.action {
        Action::List => list(context),
        Action::Inspect { component } => inspect(context, component),
    }
}

fn list(context: &Context<'_>) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let mut listing = Listing::new(
        "plugin",
        "plugin",
        &["name", "version", "does", "sha256", "description"],
    );
    for plugin in Plugins::load(context, &at, &config)?.iter() {
        let about = plugin.description();
        let does = does(plugin);
        let digest = plugin.inspect().digest.to_string();
        let item = serde_json::json!({
            "name": plugin.name(), "version": about.version, "does": does, "sha256": digest, "description": about.description,
        });
        let short = digest.get(..12).unwrap_or(&digest).to_owned();
        let row = vec![
            plugin.name().to_owned(),
            about.version.clone(),
            does.join("+"),
            short,
            about.description.clone(),
        ];
        listing.push(plugin.name(), row, &item)?;
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

fn does(plugin: &Plugin) -> Vec<&'static str> {
    let abilities = [
        ("validator", plugin.is_validator()),
        ("exporter", plugin.is_exporter()),
    ];
    abilities
        .into_iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| name)
        .collect()
}

fn inspect(context: &Context<'_>, name: &str) -> Result<Exit> {
    let format = context
        .ui
        .format("plugin", &[Format::Human, Format::Json], Format::Human)?;
    let bytes = match (std::fs::read(name), bundled(name)) {
        (Ok(bytes), _) => bytes,
        (Err(_), Some(bytes)) => bytes.to_vec(),
        (Err(error), None) => {
            return Err(error).with_context(|| format!("read the component `{name}`"));
        }
    };
    let plugin = Host::new(cache_directory(), PluginLimits::default())?.load(name, &bytes)?;
    let about = plugin.description();
    let inspection = plugin.inspect();
    let rules: Vec<_> = about
        .rules
        .iter()
        .map(|rule| serde_json::json!({"id": rule.id, "summary": rule.summary}))
        .collect();
    let body = serde_json::json!({
        "name": about.name, "version": about.version, "description": about.description, "does": does(&plugin),
        "abi": inspection.abi.number(), "size": inspection.size, "sha256": inspection.digest.to_string(),
        "imports": inspection.imports, "exports": inspection.exports, "rules": rules,
        "fields": about.fields, "config_schema": about.config_schema,
    });
    context.ui.report(|out| {
        if format == Format::Json {
            return envelope::json("plugin", &body, out);
        }
        use govkit_core::untrusted::Untrusted;
        writeln!(
            out,
            "{} {}",
            Untrusted::line(&about.name),
            Untrusted::line(&about.version)
        )?;
        writeln!(out, "{}\n", Untrusted::line(&about.description))?;
        writeln!(out, "  does      {}", does(&plugin).join(", "))?;
        writeln!(out, "  abi       {}", inspection.abi.number())?;
        writeln!(out, "  size      {} bytes", inspection.size)?;
        writeln!(out, "  sha256    {}", inspection.digest)?;
        writeln!(
            out,
            "  imports   {}",
            Untrusted::line(&inspection.imports.join(", "))
        )?;
        writeln!(
            out,
            "  exports   {}",
            Untrusted::line(&inspection.exports.join(", "))
        )?;
        for rule in &about.rules {
            writeln!(
                out,
                "  rule      {:<24} {}",
                Untrusted::line(&rule.id).to_string(),
                Untrusted::line(&rule.summary)
            )?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}
