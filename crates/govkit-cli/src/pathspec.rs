//! Path specs as typed behind `--`: paths, directories and patterns.

use anyhow::{Context as _, Result};
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::context::Context;

/// Paths, directories and patterns, of which a file has to fit one.
#[derive(Debug)]
pub(crate) struct PathSpecs {
    specs: Vec<String>,
    globs: Option<GlobSet>,
}

impl PathSpecs {
    /// Reads path specs, which are relative to the current directory.
    pub(crate) fn new(context: &Context<'_>, typed: &[String]) -> Result<Self> {
        let specs = typed.iter().map(|spec| context.to_repository_path(spec));
        let specs: Vec<String> = specs.collect();
        let patterns = specs.iter().filter(|spec| spec.contains(['*', '?', '[']));
        let patterns: Vec<&String> = patterns.collect();
        let mut builder = GlobSetBuilder::new();
        for pattern in &patterns {
            let glob = Glob::new(pattern);
            builder.add(glob.with_context(|| format!("read `{pattern}` as a path pattern"))?);
        }
        let globs = if patterns.is_empty() {
            None
        } else {
            Some(builder.build().context("read the path patterns")?)
        };
        Ok(Self { specs, globs })
    }

    /// Whether a file fits one of them; no file fits none at all.
    pub(crate) fn has(&self, path: &str) -> bool {
        let under = |spec: &String| {
            // The root of the repository, which everything is under.
            spec.is_empty()
                || path
                    .strip_prefix(spec.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let globs = self.globs.as_ref();
        self.specs.iter().any(under) || globs.is_some_and(|globs| globs.is_match(path))
    }
}
