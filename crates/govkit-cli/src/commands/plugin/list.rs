//! `govkit plugin list`

use anyhow::Result;

use super::does;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::listing::Listing;

pub(super) fn run(context: &Context<'_>) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let mut listing = Listing::new(
        "plugin",
        "plugin",
        &["name", "version", "does", "sha256", "description"],
    );
    for plugin in Plugins::load(context, &at, &config, &[])?.iter() {
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
