//! Files that belong to one clone: hooks, settings and attributes. They are in no commit.
//!
//! Nothing here runs anything and no setting changes what is read; this says where git would
//! look, and what stands there. [`LocalFile::replace`] in `write.rs` writes.

use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice;

use crate::open::{Repository, reason, shown};
use crate::user::UserConfig;

/// A file git reads for this clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it is.
    pub path: PathBuf,
    /// What is in it; absent where there is none.
    pub bytes: Option<Vec<u8>>,
    /// Whether git runs it.
    pub executable: bool,
}

/// Why a local file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The hooks are shared with other repositories.
    #[error(
        "`core.hooksPath` is `{}`, outside of this repository: a hook there would run in every repository",
        shown(path)
    )]
    HooksElsewhere {
        /// Where they are.
        path: PathBuf,
    },
    /// There is no place for a file in the working tree.
    #[error("the repository has no working tree")]
    Bare,
    /// It is a symbolic link or no file.
    #[error("`{}` is no regular file", shown(path))]
    NoFile {
        /// Where it is.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("`{}` cannot be read", shown(path))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The settings are damaged.
    #[error("the git settings in `{}` cannot be read: {reason}", shown(path))]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl LocalFile {
    fn read(path: PathBuf, executable: bool) -> Result<Self, LocalError> {
        let mut file = Self {
            path,
            bytes: None,
            executable,
        };
        let metadata = file.path.symlink_metadata();
        if metadata.is_ok_and(|metadata| !metadata.is_file()) {
            return Err(LocalError::NoFile { path: file.path });
        }
        file.bytes = file.now().map_err(|source| LocalError::Io {
            path: file.path.clone(),
            source,
        })?;
        Ok(file)
    }

    /// Returns what is in the file at this moment.
    pub(crate) fn now(&self) -> std::io::Result<Option<Vec<u8>>> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the value of a setting such as `merge.govkit.driver` in this file.
    pub fn setting(&self, key: &str) -> Result<Option<String>, LocalError> {
        let file = self.parsed()?;
        Ok(file
            .string(key)
            .and_then(|value| Some(value.to_str().ok()?.to_owned())))
    }

    /// Returns the file with these settings, a value of `None` taking one away; all else stays
    /// as it is written.
    pub fn with_settings(&self, changes: &[(&str, Option<&str>)]) -> Result<Vec<u8>, LocalError> {
        let mut file = self.parsed()?;
        let failed = |error: String| LocalError::Settings {
            path: self.path.clone(),
            reason: error,
        };
        for (key, value) in changes {
            let mut parts = key.splitn(3, '.');
            let (Some(section), Some(sub), Some(name)) = (parts.next(), parts.next(), parts.next())
            else {
                return Err(failed(format!("`{key}` is no setting")));
            };
            if let Some(value) = value {
                file.set_raw_value_by(section, sub, name, *value)
                    .map_err(|error| failed(error.to_string()))?;
                continue;
            }
            let Ok(mut found) = file.section_mut(section, sub) else {
                continue;
            };
            found.remove(name);
            if found.num_values() == 0 {
                file.remove_section(section, sub);
            }
        }
        Ok(file.to_bstring().into())
    }

    fn parsed(&self) -> Result<gix::config::File, LocalError> {
        let bytes = self.bytes.as_deref().unwrap_or_default();
        gix::config::File::try_from(&*String::from_utf8_lossy(bytes)).map_err(|error| {
            LocalError::Settings {
                path: self.path.clone(),
                reason: reason(&error),
            }
        })
    }
}

impl Repository {
    /// Returns the settings of this clone.
    pub fn local_settings(&self) -> Result<LocalFile, LocalError> {
        LocalFile::read(self.common_dir().join("config"), false)
    }

    /// Returns the attributes of this clone, which no commit has.
    pub fn local_attributes(&self) -> Result<LocalFile, LocalError> {
        LocalFile::read(self.common_dir().join("info").join("attributes"), false)
    }

    /// Returns the attributes at the top of the working tree, which are committed.
    pub fn shared_attributes(&self) -> Result<LocalFile, LocalError> {
        let top = self.workdir().ok_or(LocalError::Bare)?;
        LocalFile::read(top.join(".gitattributes"), false)
    }

    /// Returns the hook git would run, `pre-commit` for example.
    pub fn hook(&self, name: &str) -> Result<LocalFile, LocalError> {
        let directory = self.hooks_directory()?;
        if !self.holds(&directory) {
            return Err(LocalError::HooksElsewhere { path: directory });
        }
        LocalFile::read(directory.join(name), true)
    }

    /// `core.hooksPath` of the working tree, the clone or the user, else `hooks`.
    pub(crate) fn hooks_directory(&self) -> Result<PathBuf, LocalError> {
        const KEY: &str = "core.hooksPath";
        let settings = self.local_settings()?;
        let own = match settings.setting("extensions.worktreeConfig")?.as_deref() {
            Some("true" | "yes" | "on" | "1") => {
                LocalFile::read(self.git_dir().join("config.worktree"), false)?.setting(KEY)?
            }
            _ => None,
        };
        let path = match own {
            Some(path) => Some(path),
            None => settings
                .setting(KEY)?
                .or_else(|| UserConfig::load().value(KEY)),
        };
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            return Ok(self.common_dir().join("hooks"));
        };
        if let Some(rest) = path.strip_prefix("~/") {
            return Ok(gix::path::env::home_dir().unwrap_or_default().join(rest));
        }
        // Git runs hooks at the top of the working tree, and takes the path from there.
        Ok(self.workdir().unwrap_or(self.git_dir()).join(path))
    }

    /// Whether a directory, made or not, is in this repository.
    fn holds(&self, directory: &Path) -> bool {
        let real = directory
            .ancestors()
            .find_map(|above| above.canonicalize().ok());
        let inside = |top: &Path| {
            let top = top.canonicalize().ok();
            real.as_ref()
                .zip(top)
                .is_some_and(|(real, top)| real.starts_with(top))
        };
        inside(self.common_dir()) || self.workdir().is_some_and(inside)
    }
}
