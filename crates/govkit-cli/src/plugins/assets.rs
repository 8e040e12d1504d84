//! The files that a repository lists for a plugin.

use anyhow::Result;
use globset::{GlobBuilder, GlobSetBuilder};
use govkit_core::config::PluginConfig;
use govkit_core::snapshot::At;
use govkit_host::Asset;

use crate::context::Context;
use crate::error::hinted;

const MAX_ASSETS: usize = 1_000;
const MAX_ASSET_BYTES: usize = 16 << 20;
const MAX_ALL_BYTES: usize = 64 << 20;

/// Reads the files that the configuration of a plugin lists.
pub(super) fn assets(
    context: &Context<'_>,
    at: &At,
    name: &str,
    config: &PluginConfig,
) -> Result<Vec<Asset>> {
    if config.assets.is_empty() {
        return Ok(Vec::new());
    }
    let wrong = |message: String| {
        hinted(
            message,
            format!("see `assets` in `[plugins.{name}]` of govkit.toml"),
        )
    };
    let mut globs = GlobSetBuilder::new();
    for pattern in &config.assets {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        globs.add(glob.map_err(|error| wrong(format!("`{pattern}` is no pattern: {error}")))?);
    }
    let globs = globs.build()?;
    let repository = context.repository()?;
    let mut assets = Vec::new();
    let mut total = 0;
    for entry in repository.list(at, &context.limits)?.entries {
        let path = entry.path.as_str();
        if !globs.is_match(path) {
            continue;
        }
        let bytes = repository.read_path(at, path)?.unwrap_or_default();
        total += bytes.len();
        if bytes.len() > MAX_ASSET_BYTES || total > MAX_ALL_BYTES || assets.len() == MAX_ASSETS {
            return Err(wrong(format!(
                "with `{path}` the plugin `{name}` has more than {MAX_ASSETS} assets, 16 MiB in one or 64 MiB in all"
            )));
        }
        assets.push(Asset {
            name: path.to_owned(),
            bytes: bytes.into(),
        });
    }
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(assets)
}
