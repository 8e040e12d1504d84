//! The plugins of a repository: named in `govkit.toml`, pinned in `govkit.lock`, loaded once.

mod assets;
mod history;
pub(crate) mod oci;
pub(crate) mod scaffold;
pub(crate) mod source;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::config::{Config, FILE_NAME as CONFIG_NAME, PluginConfig, position_of};
use govkit_core::lock::{FILE_NAME, Lock, LockedPlugin, PluginSource};
use govkit_core::snapshot::At;
use govkit_host::{Compiler, History, Host, Plugin, PluginLimits, Role, Services, Sha256Digest};

use crate::context::Context;
use crate::error::hinted;

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The file that makes a directory a plugin's project.
pub(crate) const PROJECT: &str = "govkit-plugin.json";

/// The loaded plugins, in the order of their names.
pub(crate) struct Plugins {
    loaded: Vec<(Plugin, PluginConfig)>,
    /// The names of those that came with this program.
    bundled: Vec<String>,
}

impl Plugins {
    /// Loads every plugin the configuration enables, exactly as the lock of `at` pins it. Those
    /// with one of `roles` are about to be run: of them, whoever asks for histories gets them.
    pub(crate) fn load(
        context: &Context<'_>,
        at: &At,
        config: &Config,
        roles: &[Role],
    ) -> Result<Self> {
        let enabled: Vec<(&String, &PluginConfig)> = config
            .plugins
            .iter()
            .filter(|(_, plugin)| plugin.enabled)
            .collect();
        if context.global.no_plugins || enabled.is_empty() {
            return Ok(Self {
                loaded: Vec::new(),
                bundled: Vec::new(),
            });
        }
        let lock = lock(context, at)?;
        let host = host(context)?;
        let trusted = trusted_host(context)?;
        let mut history: Option<Arc<dyn History>> = None;
        let mut loaded = Vec::new();
        let mut bundled = Vec::new();
        for (name, config) in enabled {
            let pin = pin(name, lock.as_ref(), context.global.locked)?;
            let bytes = component(context, at, &pin)?;
            // What came with this program is compiled in it; a stranger's component is not.
            let host = match pin.source {
                PluginSource::Bundled => {
                    bundled.push(name.clone());
                    &trusted
                }
                PluginSource::Path(_) => &host,
            };
            let load = host.load_granted(name, &bytes, &pin.allow);
            let mut plugin =
                load.with_context(|| format!("load the plugin `{name}` ({})", pin.source))?;
            check_config(context, at, &plugin, config)?;
            let mut services = Services::default();
            if plugin.asks_for("assets") {
                services.assets = assets::assets(context, at, name, config)?.into();
            }
            if plugin.asks_for("history") && roles.iter().any(|role| plugin.has(*role)) {
                let read = || history::history(context, at);
                services.history = Some(Arc::clone(history.get_or_insert_with(read)));
            }
            plugin.offer(services);
            loaded.push((plugin, config.clone()));
        }
        Ok(Self { loaded, bundled })
    }

    /// Returns whether the plugin of this name is one that came with this program.
    pub(crate) fn is_bundled(&self, name: &str) -> bool {
        self.bundled.iter().any(|bundled| bundled == name)
    }

    /// Returns the plugin of this name that can do this, with its configuration.
    pub(crate) fn with_role(&self, name: &str, role: Role) -> Option<(&Plugin, &PluginConfig)> {
        self.configured()
            .find(|(plugin, _)| plugin.name() == name && plugin.has(role))
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

/// Makes the host strangers' components run in.
pub(crate) fn host(context: &Context<'_>) -> Result<Host> {
    let host = trusted_host(context)?;
    let program = std::env::current_exe().context("find the program to compile plugins with")?;
    Ok(host.compile_with(Compiler::Child(program)))
}

fn trusted_host(context: &Context<'_>) -> Result<Host> {
    /// Bytes from which compiling takes long enough to be told.
    const LARGE: usize = 1 << 20;
    let mut limits = PluginLimits::default();
    for text in &context.global.plugin_limit {
        limits.set(text).map_err(|message| {
            hinted(
                format!("`--plugin-limit`: {message}"),
                "`govkit help` shows the option",
            )
        })?;
    }
    let ui = context.ui.clone();
    let host = Host::new(cache_directory(), limits)?;
    Ok(host.on_compile(move |name, bytes| {
        let words = format!(
            "compiling the plugin `{name}` ({} KiB); this is done once",
            bytes >> 10
        );
        match bytes >= LARGE {
            true => ui.say(&words),
            false => ui.detail(&words),
        }
    }))
}

/// Holds the plugin's table against its schema; the error names the place in the file.
pub(crate) fn check_config(
    context: &Context<'_>,
    at: &At,
    plugin: &Plugin,
    config: &PluginConfig,
) -> Result<()> {
    let faults = plugin.check_config(config);
    if faults.is_empty() {
        return Ok(());
    }
    let (text, file) = context
        .config_text(at)?
        .unwrap_or_else(|| (String::new(), CONFIG_NAME.to_owned()));
    let line = |fault: &govkit_core::schema::Fault| {
        let mut keys = vec!["plugins", plugin.name(), "config"];
        keys.extend(fault.at.iter().map(String::as_str));
        let place = position_of(&text, &keys).unwrap_or_default();
        let key = fault.place();
        let key = if key.is_empty() { "config" } else { &key };
        format!(
            "{file}:{}:{}: `{key}`: {}",
            place.line, place.column, fault.message
        )
    };
    let lines: Vec<String> = faults.iter().map(line).collect();
    Err(hinted(
        format!(
            "the plugin `{}` cannot use its configuration\n{}",
            plugin.name(),
            lines.join("\n")
        ),
        format!(
            "`govkit plugin inspect {}` shows what it takes",
            plugin.name()
        ),
    ))
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
pub(crate) fn pin(name: &str, lock: Option<&Lock>, locked: bool) -> Result<LockedPlugin> {
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
            "`govkit plugin add FILE` pins it",
        )),
    }
}

/// The bytes of a pinned component, checked against its digest.
pub(crate) fn component(context: &Context<'_>, at: &At, pin: &LockedPlugin) -> Result<Vec<u8>> {
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
            .read_path_up_to(at, path.as_str(), source::MAX_BYTES)?
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
            format!(
                "put the pinned one back; if you trust the new one, `govkit plugin update {}`",
                pin.name
            ),
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
        origin: None,
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
