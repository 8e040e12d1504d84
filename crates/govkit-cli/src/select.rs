//! Which artifacts a verb is about: names, path specs, and lists of paths from a file.

use std::collections::BTreeSet;
use std::io::Read;

use anyhow::{Context as _, Result};
use govkit_core::corpus::Corpus;
use govkit_core::path::RepoPath;

use crate::context::{Context, describe_at};
use crate::error::no_artifact;
use crate::pathspec::PathSpecs;

/// The artifacts a verb was asked about.
#[derive(Debug)]
pub(crate) struct Selection {
    paths: Option<BTreeSet<String>>,
    specs: PathSpecs,
}

/// Names and path specs as typed.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Ids or paths; one that is neither is an error.
    pub(crate) names: &'a [String],
    /// Paths, directories or globs; one that fits nothing is no error.
    pub(crate) specs: &'a [String],
    /// A file of NUL-separated paths, `-` for standard input.
    pub(crate) files0_from: Option<&'a str>,
}

impl Selection {
    /// Resolves what was typed against a corpus.
    pub(crate) fn new(context: &Context<'_>, corpus: &Corpus, wanted: &Wanted<'_>) -> Result<Self> {
        let mut specs = wanted.specs.to_vec();
        if let Some(source) = wanted.files0_from {
            specs.extend(read_paths(source)?);
        }
        let unrestricted =
            wanted.names.is_empty() && wanted.specs.is_empty() && wanted.files0_from.is_none();
        let mut paths = BTreeSet::new();
        for name in wanted.names {
            let path = corpus
                .find(name)
                .or_else(|| corpus.at_path(&context.to_repository_path(name)));
            match path {
                Some(artifact) => paths.insert(artifact.path.as_str().to_owned()),
                // A file that could not be read as an artifact still has findings to show.
                None if corpus
                    .problems()
                    .iter()
                    .any(|problem| problem.path.as_str() == context.to_repository_path(name)) =>
                {
                    paths.insert(context.to_repository_path(name))
                }
                None => return Err(no_artifact(name, &describe_at(&context.at()))),
            };
        }
        Ok(Self {
            paths: (!unrestricted).then_some(paths),
            specs: PathSpecs::new(context, &specs)?,
        })
    }

    /// Whether this file was asked about.
    pub(crate) fn has(&self, path: &RepoPath) -> bool {
        let Some(paths) = &self.paths else {
            return true;
        };
        paths.contains(path.as_str()) || self.specs.has(path.as_str())
    }
}

/// Reads NUL-separated paths from a file, or from standard input for `-`.
pub(crate) fn read_paths(source: &str) -> Result<Vec<String>> {
    let mut text = String::new();
    if source == "-" {
        std::io::stdin()
            .read_to_string(&mut text)
            .context("read paths from standard input")?;
    } else {
        text = std::fs::read_to_string(source)
            .with_context(|| format!("read paths from `{source}`"))?;
    }
    Ok(text
        .split('\0')
        .map(str::to_owned)
        .filter(|path| !path.is_empty())
        .collect())
}
