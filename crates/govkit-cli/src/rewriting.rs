//! Texts of the work tree as they are on disk, and what is written in their place.

use anyhow::{Context as _, Result};
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::path::RepoPath;
use govkit_git::write::Replacement;

use crate::context::Context;

/// Returns a file as it is on disk, line ends and all: what the corpus has may be what git stores.
pub(crate) fn text_on_disk(context: &Context<'_>, path: &RepoPath) -> Result<String> {
    let bytes = context.repository()?.file_on_disk(path)?;
    let bytes = bytes.with_context(|| format!("`{path}` is not there any more"))?;
    String::from_utf8(bytes).with_context(|| format!("read `{path}` as UTF-8"))
}

/// Reads an artifact as it is on disk.
pub(crate) fn on_disk(
    context: &Context<'_>,
    artifact: &Artifact,
    config: &Config,
) -> Result<Artifact> {
    let text = text_on_disk(context, &artifact.path)?;
    let kind = config
        .kind(&artifact.kind)
        .context("the kind of the artifact is gone")?;
    let read = Artifact::read(
        text.into(),
        artifact.path.clone(),
        None,
        kind,
        &context.limits,
    );
    read.with_context(|| format!("read `{}`", artifact.path))
}

/// Makes the replacement of one text by another; `None` where they are the same.
pub(crate) fn replacement(path: &RepoPath, old: &str, new: String) -> Option<Replacement> {
    (old != new).then(|| Replacement {
        path: path.clone(),
        old: Some(old.as_bytes().to_vec()),
        new: Some(new.into_bytes()),
    })
}
