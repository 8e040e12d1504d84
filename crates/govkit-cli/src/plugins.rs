//! The plugins of a repository: named in `govkit.toml`, pinned in `govkit.lock`, loaded once.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use govkit_core::config::{Config, PluginConfig};
use govkit_core::lock::{FILE_NAME, Lock, LockedPlugin, PluginSource};
use govkit_core::snapshot::At;
use govkit_host::{Host, Plugin, PluginLimits, Sha256Digest};

use crate::context::Context;
use crate::error::hinted;

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The loaded plugins, in the order of their names.
pub(crate) struct Plugins {
    loaded: Vec<(Plugin, PluginConfig)>,
}

impl Plugins {
    /// Loads every plugin the configuration enables, exactly as the lock of `at` pins it.
    pub(crate) fn load(context: &Context<'_>, at: &At, config: &Config) -> Result<Self> {
        let enabled: Vec<(&String, &PluginConfig)> = config
            .plugins
            .iter()
            .filter(|(_, plugin)| plugin.enabled)
            .collect();
        if context.global.no_plugins || enabled.is_empty() {
            return Ok(Self { loaded: Vec::new() });
        }
        let lock = lock(context, at)?;
        let host = Host::new(cache_directory(), PluginLimits::default())?;
        let mut loaded = Vec::new();
        for (name, plugin) in enabled {
            let pin = pin(name, lock.as_ref(), context.global.locked)?;
            let bytes = component(context, at, &pin)?;
            let load = host.load(name, &bytes);
            let load =
                load.with_context(|| format!("load the plugin `{name}` ({})", pin.source))?;
            loaded.push((load, plugin.clone()));
        }
        Ok(Self { loaded })
    }

    /// Returns the plugins.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Plugin> {
        self.loaded.iter().map(|(plugin, _)| plugin)
    }

    /// Returns the plugins with what the configuration says of them.
    pub(crate) fn configured(&self) -> impl Iterator<Item = (&Plugin, &PluginConfig)> {
        self.loaded.iter().map(|(plugin, config)| (plugin, config))
    }
}

/// Returns the lock of a state, where it has one.
pub(crate) fn lock(context: &Context<'_>, at: &At) -> Result<Option<Lock>> {
    // A configuration from outside the repository is looked after by the lock beside it.
    if let Some(path) = context
        .global
        .config
        .as_ref()
        .map(|path| path.with_file_name(FILE_NAME))
        .filter(|path| path.exists())
    {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("read the lock `{}`", path.display()))?;
        return Ok(Some(Lock::parse(&text, &path.display().to_string())?));
    }
    let Some(bytes) = context.repository()?.read_path(at, FILE_NAME)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).with_context(|| format!("read `{FILE_NAME}` as UTF-8"))?;
    Ok(Some(Lock::parse(&text, FILE_NAME)?))
}

/// The pin of a plugin; one that comes with govkit needs none unless `--locked` asks.
fn pin(name: &str, lock: Option<&Lock>, locked: bool) -> Result<LockedPlugin> {
    let pinned = lock
        .and_then(|lock| lock.plugins.iter().find(|pin| pin.name == name))
        .cloned();
    match (pinned, bundled_pin(name)) {
        (Some(pin), Some(bundled))
            if pin.source == PluginSource::Bundled && pin.version != bundled.version =>
        {
            if locked {
                return Err(hinted(
                    format!(
                        "`{FILE_NAME}` pins `{name}` {}, this govkit carries {}",
                        pin.version, bundled.version
                    ),
                    "use the govkit that made the lock, or change the version in the lock",
                ));
            }
            Ok(bundled)
        }
        (Some(pin), _) => Ok(pin),
        (None, Some(bundled)) if !locked => Ok(bundled),
        (None, _) => Err(hinted(
            format!("the plugin `{name}` is configured but not pinned in `{FILE_NAME}`"),
            "pin it: name, version, source and sha256 of the component",
        )),
    }
}

/// The bytes of a pinned component, checked against its digest.
fn component(context: &Context<'_>, at: &At, pin: &LockedPlugin) -> Result<Vec<u8>> {
    let bytes = match &pin.source {
        PluginSource::Bundled => {
            let found = BUNDLED
                .iter()
                .find(|(name, _, _)| *name == pin.name)
                .map(|(_, _, bytes)| bytes.to_vec());
            return found.ok_or_else(|| {
                hinted(
                    format!("no plugin called `{}` comes with govkit", pin.name),
                    "`govkit plugin list` shows which do",
                )
            });
        }
        PluginSource::Path(path) => context
            .repository()?
            .read_path(at, path.as_str())?
            .ok_or_else(|| {
                hinted(
                    format!(
                        "the plugin `{}` is pinned to `{path}`, which is not there",
                        pin.name
                    ),
                    "commit the component at that path",
                )
            })?,
    };
    let digest = Sha256Digest::of(&bytes).to_string();
    if pin.sha256.as_deref() != Some(digest.as_str()) {
        return Err(hinted(
            format!(
                "the plugin `{}` is not the component `{FILE_NAME}` pins: its sha256 is {digest}",
                pin.name
            ),
            "if you trust the new component, write this digest into the lock",
        ));
    }
    Ok(bytes)
}

/// Returns the pin of a plugin that comes with govkit.
pub(crate) fn bundled_pin(name: &str) -> Option<LockedPlugin> {
    let (name, version, _) = BUNDLED.iter().find(|(bundled, _, _)| *bundled == name)?;
    Some(LockedPlugin {
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        source: PluginSource::Bundled,
        sha256: None,
        allow: Vec::new(),
    })
}

/// Returns the component of a plugin that comes with govkit.
pub(crate) fn bundled(name: &str) -> Option<&'static [u8]> {
    BUNDLED
        .iter()
        .find(|(bundled, _, _)| *bundled == name)
        .map(|(_, _, bytes)| *bytes)
}

/// Returns the directory for compiled plugins: the user's own, never in a repository.
pub(crate) fn cache_directory() -> Option<PathBuf> {
    use etcetera::{BaseStrategy, choose_base_strategy};
    let set = std::env::var_os("GOVKIT_CACHE_DIR")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    set.or_else(|| Some(choose_base_strategy().ok()?.cache_dir().join("govkit")))
}
