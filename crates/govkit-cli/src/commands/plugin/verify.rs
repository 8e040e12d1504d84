//! `govkit plugin verify`

use anyhow::Result;
use govkit_core::config::PluginConfig;
use govkit_core::snapshot::At;
use govkit_host::Host;

use super::does;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::{check_config, component, host, lock, pin};
use crate::report::listing::Listing;

/// Looks at each plugin for itself: one that is broken does not hide the next.
pub(super) fn run(context: &Context<'_>) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let host = host(context)?;
    let mut listing = Listing::new(
        "plugin",
        "plugin",
        &["name", "ok", "version", "does", "grants", "why"],
    );
    let mut bad = false;
    for (name, plugin) in config.plugins.iter().filter(|(_, plugin)| plugin.enabled) {
        let found = look(context, &at, &host, name, plugin);
        let why = found.as_ref().err().map(|error| {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            causes.join(": ")
        });
        bad |= why.is_some();
        let (version, does, grants) = found.unwrap_or_default();
        let ok = why.is_none();
        let item = serde_json::json!({
            "name": name, "ok": ok, "version": version, "does": does, "grants": grants, "why": why,
        });
        let row = vec![
            name.clone(),
            if ok { "yes" } else { "no" }.to_owned(),
            version,
            does.join("+"),
            grants.join("+"),
            why.unwrap_or_default(),
        ];
        listing.push(name, row, &item)?;
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::no_if(bad))
}

type Looks = (String, Vec<&'static str>, Vec<&'static str>);

fn look(
    context: &Context<'_>,
    at: &At,
    host: &Host,
    name: &str,
    config: &PluginConfig,
) -> Result<Looks> {
    let pin = pin(name, lock(context, at)?.as_ref(), true)?;
    let bytes = component(context, at, &pin)?;
    let plugin = host.load_granted(name, &bytes, &pin.allow)?;
    check_config(context, at, &plugin, config)?;
    plugin.accepts(config)?;
    let grants = pin.allow.iter().map(|grant| grant.name()).collect();
    Ok((plugin.description().version.clone(), does(&plugin), grants))
}
