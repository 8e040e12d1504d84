//! The user's and the system's git settings; never the repository's.

use std::path::Path;

use gix::bstr::ByteSlice;

use crate::open::Repository;

/// Settings from the user's and the system's git configuration files.
pub(crate) struct UserConfig(gix::config::File);

impl UserConfig {
    /// Reads the files; one that cannot be read counts as empty, as every setting is optional.
    pub(crate) fn load() -> Self {
        Self(gix::config::File::from_globals().unwrap_or_default())
    }

    /// Returns the last value of a setting such as `core.pager`.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        let value = self.0.string(key)?;
        Some(value.to_str().ok()?.to_owned())
    }

    /// Whether `safe.directory` lets a repository of another user be read, as git would.
    pub(crate) fn trusts(&self, directory: &Path) -> bool {
        let directory = directory
            .canonicalize()
            .unwrap_or_else(|_| directory.into());
        let mut trusted = false;
        for value in self.0.strings("safe.directory").unwrap_or_default() {
            let Ok(value) = value.to_str() else { continue };
            // An empty value takes back the ones before it.
            if value.is_empty() {
                trusted = false;
            } else if value == "*" {
                trusted = true;
            } else if let Some(above) = value.strip_suffix("/*") {
                trusted |= directory.starts_with(expanded(above));
            } else {
                trusted |= directory == expanded(value);
            }
        }
        trusted
    }
}

fn expanded(value: &str) -> std::path::PathBuf {
    let path = match value.strip_prefix("~/") {
        Some(rest) => gix::path::env::home_dir().unwrap_or_default().join(rest),
        None => value.into(),
    };
    path.canonicalize().unwrap_or(path)
}

impl Repository {
    /// Returns a setting such as `core.pager` or `user.name` from the user's and the system's
    /// git configuration; what the repository itself says is never asked.
    pub fn user_setting(&self, key: &str) -> Option<String> {
        UserConfig::load().value(key)
    }
}
