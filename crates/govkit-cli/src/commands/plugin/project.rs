//! A plugin's project: a directory `plugin new` made.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::error::hinted;
use crate::plugins::PROJECT;
use crate::plugins::scaffold::{Kind, Language};

/// What a project says of itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) lang: Language,
}

impl Project {
    /// Reads the project in a directory.
    pub(super) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(PROJECT);
        let bytes = std::fs::read(&path).map_err(|error| {
            hinted(
                format!(
                    "`{}` is no plugin's project: {PROJECT}: {error}",
                    dir.display()
                ),
                "`govkit plugin new NAME` starts one",
            )
        })?;
        let project: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("read `{}`", path.display()))?;
        if !govkit_core::lock::is_name(&project.name) {
            return Err(hinted(
                format!("`{}`: the name cannot name a plugin", path.display()),
                "lower-case letters, digits and `-`",
            ));
        }
        Ok(project)
    }

    /// Returns where its component is built to.
    pub(super) fn component(&self, dir: &Path) -> PathBuf {
        dir.join("dist").join(format!("{}.wasm", self.name))
    }
}
