//! `govkit plugin remove`

use anyhow::{Context as _, Result};
use govkit_core::config::{FILE_NAME as CONFIG_NAME, without_plugin};
use govkit_core::lock::{FILE_NAME as LOCK_NAME, PluginSource};
use govkit_core::path::RepoPath;
use govkit_core::snapshot::At;

use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::lock;

/// The configuration first, then the pin, the component last: a part of it runs nothing.
pub(super) fn run(context: &Context<'_>, name: &str) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let repository = context.repository()?;
    let file = |name: &str| RepoPath::new(name).context("a plain file name is a path");
    let mut gone = Vec::new();
    let text = context.config_text(&At::Worktree)?.map(|(text, _)| text);
    if let Some(without) = text.and_then(|text| without_plugin(&text, name)) {
        repository.put_file(&file(CONFIG_NAME)?, without.as_bytes())?;
        gone.push(CONFIG_NAME.to_owned());
    }
    if let Some(mut lock) = lock(context, &At::Worktree)? {
        let pin = lock.get(name).cloned();
        if lock.remove(name) {
            repository.put_file(&file(LOCK_NAME)?, lock.to_string().as_bytes())?;
            gone.push(LOCK_NAME.to_owned());
        }
        // Only what `plugin add` put there is taken away.
        let ours = format!("plugins/{name}.wasm");
        if let Some(PluginSource::Path(path)) = pin.map(|pin| pin.source)
            && path.as_str() == ours
            && repository.remove_file(&path)?
        {
            gone.push(ours);
        }
    }
    if gone.is_empty() {
        return Err(hinted(
            format!("no plugin is called `{name}` here"),
            "`govkit plugin list` shows which are",
        ));
    }
    context
        .ui
        .say(&format!("took `{name}` out of {}", gone.join(", ")));
    Ok(Exit::Clean)
}
