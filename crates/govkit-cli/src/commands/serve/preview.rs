//! The pages as they are now, in memory.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use govkit_core::export::OutputFile;
use govkit_host::{Collected, Role};

use super::SHOWN;
use crate::commands::diff::uncommitted_page;
use crate::context::Context;
use crate::error::hinted;
use crate::plugins::Plugins;

/// Where the page of what is not committed lies.
pub(super) const CHANGES: &str = ".govkit/changes.html";

/// The pages, and how often they were made.
#[derive(Debug)]
pub(super) struct Preview(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    files: HashMap<String, Vec<u8>>,
    version: u64,
    /// Why the pages are not those of the files on disk.
    fault: Option<String>,
}

/// A page that was found.
pub(super) struct Found {
    pub(super) bytes: Vec<u8>,
    pub(super) version: u64,
    pub(super) fault: Option<String>,
}

impl Preview {
    /// Makes the pages for the first time.
    pub(super) fn new(context: &Context<'_>, exporter: &str) -> Result<Self> {
        let preview = Self(Mutex::default());
        preview.renew(context, exporter)?;
        Ok(preview)
    }

    /// Makes the pages anew; the old ones are shown until all of the new are there.
    pub(super) fn renew(&self, context: &Context<'_>, exporter: &str) -> Result<()> {
        let files = pages(context, exporter)?;
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.files = files;
        state.version += 1;
        state.fault = None;
        Ok(())
    }

    /// Remembers why the pages could not be made; the old ones stay.
    pub(super) fn fail(&self, fault: String) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.version += 1;
        state.fault = Some(fault);
    }

    /// Returns how often the pages were made.
    pub(super) fn version(&self) -> u64 {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .version
    }

    /// Returns the file of this path; of a directory, its index.
    pub(super) fn find(&self, path: &str) -> Option<Found> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = match path {
            "" => "index.html".to_owned(),
            path if path.ends_with('/') => format!("{path}index.html"),
            path => path.to_owned(),
        };
        let bytes = state.files.get(&index)?.clone();
        Some(Found {
            bytes,
            version: state.version,
            fault: state.fault.clone(),
        })
    }
}

fn pages(context: &Context<'_>, exporter: &str) -> Result<HashMap<String, Vec<u8>>> {
    let config = context.config(&SHOWN)?;
    let plugins = Plugins::load(context, &SHOWN, &config, &[Role::Exporter])?;
    let Some((plugin, plugin_config)) = plugins.with_role(exporter, Role::Exporter) else {
        return Err(hinted(
            format!("no exporter is called `{exporter}` here"),
            format!(
                "`govkit plugin add {exporter}` adds one that comes with govkit; `govkit export --list` lists yours"
            ),
        ));
    };
    let corpus = context.corpus_with(&SHOWN, config.clone())?;
    let collected = Collected::default();
    plugin
        .export_to(&corpus, plugin_config, Box::new(collected.clone()))
        .with_context(|| format!("make the pages with `{exporter}`"))?;
    let files = collected.take().into_iter();
    let mut files: HashMap<String, Vec<u8>> = files
        .map(|OutputFile { path, bytes }| (path.as_str().to_owned(), bytes))
        .collect();
    let mut changes = Vec::new();
    uncommitted_page(context, &mut changes)?;
    files.insert(CHANGES.to_owned(), changes);
    Ok(files)
}

/// Returns a number that differs where any file a page could depend on does: by its path, its size
/// and its times, and by the commit that is checked out.
pub(super) fn fingerprint(context: &Context<'_>) -> Option<u64> {
    let repository = context.repository().ok()?;
    let root = repository.workdir()?;
    let mut hasher = DefaultHasher::new();
    let head = repository.head().ok()?;
    head.map(|commit| commit.id).hash(&mut hasher);
    for entry in repository.list(&SHOWN, &context.limits).ok()?.entries {
        entry.path.as_str().hash(&mut hasher);
        let metadata = root.join(entry.path.as_str()).symlink_metadata();
        let known = metadata.ok().map(|data| (data.len(), data.modified().ok()));
        known.hash(&mut hasher);
    }
    Some(hasher.finish())
}
