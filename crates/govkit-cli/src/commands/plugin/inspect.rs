//! `govkit plugin inspect`

use std::io::Write;

use anyhow::Result;
use govkit_core::lock::{Grant, PluginSource};
use govkit_core::schema::Schema;
use govkit_core::untrusted::Untrusted;
use govkit_host::Plugin;

use super::does;
use crate::args::Format;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::source::Source;
use crate::plugins::{component, host, lock};
use crate::report::envelope;

pub(super) fn run(context: &Context<'_>, name: &str, allow: &[String]) -> Result<Exit> {
    let format = context
        .ui
        .format("plugin", &[Format::Human, Format::Json], Format::Human)?;
    let (plugin, _) = named(context, name, allow)?;
    context.ui.report(|out| match format {
        Format::Json => envelope::json("plugin", &body(&plugin), out),
        _ => human(&plugin, out),
    })?;
    Ok(Exit::Clean)
}

/// Loads a component by the name of a plugin of this repository, else by its place.
pub(super) fn named(
    context: &Context<'_>,
    name: &str,
    allow: &[String],
) -> Result<(Plugin, Vec<u8>)> {
    let mut grants: Vec<Grant> = allow.iter().filter_map(|name| Grant::of(name)).collect();
    let at = context.at();
    let is_file = std::path::Path::new(name).is_file();
    let pinned = match context.repository() {
        Ok(_) if !is_file => lock(context, &at)?.and_then(|lock| lock.get(name).cloned()),
        _ => None,
    };
    let bytes = match &pinned {
        Some(pin) if !matches!(pin.source, PluginSource::Bundled) => {
            grants.extend(&pin.allow);
            component(context, &at, pin)?
        }
        _ => Source::parse(name).read(std::path::Path::new("."))?,
    };
    let plugin = host(context)?.load_granted(name, &bytes, &grants)?;
    Ok((plugin, bytes))
}

fn body(plugin: &Plugin) -> serde_json::Value {
    let about = plugin.description();
    let inspection = plugin.inspect();
    let rules: Vec<_> = about
        .rules
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id, "summary": rule.summary, "severity": rule.severity.name(), "page": rule.page,
            })
        })
        .collect();
    let limits = plugin.limits();
    serde_json::json!({
        "name": about.name, "version": about.version, "description": about.description, "does": does(plugin),
        "abi": inspection.abi.number(), "size": inspection.size, "sha256": inspection.digest.to_string(),
        "imports": inspection.imports, "exports": inspection.exports, "rules": rules,
        "fields": about.fields, "config_schema": about.config_schema.as_ref().map(Schema::json),
        "needs": needs(plugin),
        "limits": {
            "fuel": limits.fuel, "fuel_per_byte": limits.fuel_per_byte, "memory_bytes": limits.memory_bytes,
            "transfer_bytes": limits.transfer_bytes, "findings": limits.findings,
        },
    })
}

fn needs(plugin: &Plugin) -> Vec<&'static str> {
    let about = plugin.description();
    let all = [("graph", about.needs_graph), ("body", about.needs_body)];
    all.into_iter()
        .filter(|(_, needs)| *needs)
        .map(|(name, _)| name)
        .collect()
}

fn human(plugin: &Plugin, out: &mut dyn Write) -> std::io::Result<()> {
    let about = plugin.description();
    let inspection = plugin.inspect();
    let (name, version) = (
        Untrusted::line(&about.name),
        Untrusted::line(&about.version),
    );
    writeln!(
        out,
        "{name} {version}\n{}\n",
        Untrusted::line(&about.description)
    )?;
    let wasi = inspection
        .imports
        .iter()
        .any(|import| import.starts_with("wasi:"));
    let limits = plugin.limits();
    let lines = [
        ("does", does(plugin).join(", ")),
        ("needs", needs(plugin).join(", ")),
        ("fields", about.fields.join(", ")),
        ("abi", inspection.abi.number().to_owned()),
        ("size", format!("{} bytes", inspection.size)),
        ("sha256", inspection.digest.to_string()),
        ("imports", inspection.imports.join(", ")),
        ("exports", inspection.exports.join(", ")),
        (
            "sandbox",
            match wasi {
                true => "an inert WASI, by a grant".to_owned(),
                false => "pure: nothing but what govkit hands it".to_owned(),
            },
        ),
        (
            "limits",
            format!(
                "a call: {} million instructions and {} a byte, {} MiB of memory, {} MiB handed over",
                limits.fuel / 1_000_000,
                limits.fuel_per_byte,
                limits.memory_bytes >> 20,
                limits.transfer_bytes >> 20,
            ),
        ),
    ];
    for (what, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "  {what:<9} {}", Untrusted::line(value))?;
    }
    for rule in &about.rules {
        let id = Untrusted::line(&rule.id).to_string();
        writeln!(
            out,
            "  rule      {id:<24} {}",
            Untrusted::line(&rule.summary)
        )?;
    }
    if let Some(schema) = &about.config_schema {
        let text = serde_json::to_string_pretty(schema.json()).unwrap_or_default();
        writeln!(out, "\nconfiguration:\n{}", Untrusted::block(&text))?;
    }
    Ok(())
}
