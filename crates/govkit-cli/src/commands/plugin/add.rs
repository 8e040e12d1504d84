//! `govkit plugin add`, `govkit plugin update`

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::config::{FILE_NAME as CONFIG_NAME, with_plugin};
use govkit_core::lock::{
    FILE_NAME as LOCK_NAME, Grant, Lock, LockedPlugin, PluginSource, is_name, is_origin,
};
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;
use govkit_host::Plugin;

use super::does;
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::source::Source;
use crate::plugins::{bundled_pin, host, lock};

/// Pins a component under its own name or `name`.
pub(super) fn add(
    context: &Context<'_>,
    source: &str,
    name: Option<&str>,
    allow: &[String],
) -> Result<Exit> {
    let mut lock = begin(context)?;
    let grants: Vec<Grant> = allow.iter().filter_map(|name| Grant::of(name)).collect();
    let parsed = Source::parse(source);
    let (plugin, bytes) = load(context, &parsed, name.unwrap_or("new"), &grants)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => plugin.description().name.clone(),
    };
    if !is_name(&name) {
        return Err(hinted(
            format!("`{name}` cannot name a plugin"),
            "`--name` gives it one: lower-case letters, digits and `-`",
        ));
    }
    if lock.get(&name).is_some() {
        return Err(hinted(
            format!("a plugin `{name}` is pinned already"),
            format!(
                "`govkit plugin update {name} {source}` takes this one for it; `--name` gives it another name"
            ),
        ));
    }
    if bundled_pin(&name).is_some() && !matches!(parsed, Source::Bundled(_)) {
        return Err(hinted(
            format!("`{name}` is the name of a plugin that comes with govkit"),
            "`--name` gives this one another",
        ));
    }
    let pin = pin(&name, &plugin, &parsed, source, grants)?;
    write(context, &mut lock, pin, &bytes)?;
    context.ui.say(&format!(
        "pinned `{name}` {} ({}), sha256 {}\ncommit {CONFIG_NAME}, {LOCK_NAME}{}",
        plugin.description().version,
        does(&plugin).join(", "),
        plugin.inspect().digest,
        match parsed {
            Source::Bundled(_) => String::new(),
            _ => format!(" and plugins/{name}.wasm"),
        }
    ));
    Ok(Exit::Clean)
}

/// Takes another component under a name that is pinned; grants stay what they are.
pub(super) fn update(context: &Context<'_>, name: &str, source: Option<&str>) -> Result<Exit> {
    let mut lock = begin(context)?;
    let Some(old) = lock.get(name).cloned() else {
        return Err(hinted(
            format!("no plugin `{name}` is pinned"),
            "`govkit plugin add SOURCE` pins one",
        ));
    };
    let from = match (source, &old.origin, &old.source) {
        (Some(source), _, _) => source.to_owned(),
        (None, Some(origin), _) => origin.clone(),
        (None, None, PluginSource::Bundled) => name.to_owned(),
        (None, None, PluginSource::Path(_)) => {
            return Err(hinted(
                format!("the lock does not say where `{name}` came from"),
                format!("`govkit plugin update {name} SOURCE`"),
            ));
        }
    };
    let parsed = Source::parse(&from);
    let (plugin, bytes) = load(context, &parsed, name, &old.allow)?;
    let pin = pin(name, &plugin, &parsed, &from, old.allow.clone())?;
    if pin.sha256 == old.sha256 && pin.version == old.version {
        context
            .ui
            .say(&format!("`{name}` {} is up to date", old.version));
        return Ok(Exit::Clean);
    }
    let (was, is) = (old.version, pin.version.clone());
    write(context, &mut lock, pin, &bytes)?;
    context.ui.say(&format!(
        "`{name}` {was} is now {is}, sha256 {}; `govkit diff` and `govkit check`, then commit",
        plugin.inspect().digest
    ));
    Ok(Exit::Clean)
}

/// Returns the lock of the files on disk, where it can be written.
fn begin(context: &Context<'_>) -> Result<Lock> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    if context.global.config.is_some() {
        return Err(hinted(
            "plugins are added to a configuration inside the repository",
            "leave `--config` out",
        ));
    }
    if context.find_config(&At::Worktree)?.is_none() {
        return Err(hinted(
            format!("there is no `{CONFIG_NAME}` here to enable a plugin in"),
            "`govkit init` writes one",
        ));
    }
    Ok(lock(context, &At::Worktree)?.unwrap_or_default())
}

fn load(
    context: &Context<'_>,
    source: &Source,
    name: &str,
    grants: &[Grant],
) -> Result<(Plugin, Vec<u8>)> {
    let bytes = source.read(Path::new("."))?;
    let plugin = host(context)?.load_granted(name, &bytes, grants)?;
    Ok((plugin, bytes))
}

fn pin(
    name: &str,
    plugin: &Plugin,
    source: &Source,
    typed: &str,
    allow: Vec<Grant>,
) -> Result<LockedPlugin> {
    if let Source::Bundled(bundled) = source {
        return bundled_pin(bundled)
            .filter(|_| name == bundled)
            .with_context(|| {
                format!("a plugin that comes with govkit keeps its name, `{bundled}`")
            });
    }
    Ok(LockedPlugin {
        name: name.to_owned(),
        version: plugin.description().version.clone(),
        source: PluginSource::Path(place(name)?),
        sha256: Some(plugin.inspect().digest.to_string()),
        allow,
        // A path of this machine means nothing on the next one.
        origin: Some(typed.to_owned())
            .filter(|origin| is_origin(origin) && !Path::new(origin).is_absolute()),
    })
}

fn place(name: &str) -> Result<RepoPath> {
    let path = format!("plugins/{name}.wasm");
    RepoPath::new(path.clone()).with_context(|| format!("use `{path}` as a path"))
}

/// The component first, the pin next, the configuration last: a part of it runs nothing new.
fn write(context: &Context<'_>, lock: &mut Lock, pin: LockedPlugin, bytes: &[u8]) -> Result<()> {
    let repository = context.repository()?;
    let name = pin.name.clone();
    if let PluginSource::Path(path) = &pin.source {
        repository.put_file(path, bytes)?;
    }
    lock.set(pin);
    let file = |name: &str| RepoPath::new(name).context("a plain file name is a path");
    repository.put_file(&file(LOCK_NAME)?, lock.to_string().as_bytes())?;
    let (text, _) = context.config_text(&At::Worktree)?.unwrap_or_default();
    let with = with_plugin(&text, &name);
    if with != text {
        repository.put_file(&file(CONFIG_NAME)?, with.as_bytes())?;
    }
    Ok(())
}
