//! The user's and the system's git settings; never the repository's.

use std::path::Path;

use gix::bstr::ByteSlice;
use gix::config::Source;
use gix::config::file::includes::Options as Includes;

use crate::open::Repository;

/// Settings from the user's and the system's git configuration files.
pub(crate) struct UserConfig(gix::config::File);

impl UserConfig {
    /// Reads the files; one that cannot be read counts as empty, as every setting is optional.
    pub(crate) fn load() -> Self {
        let home = gix::path::env::home_dir();
        let mut includes = Includes::follow_without_conditional(home.as_deref());
        includes.err_on_max_depth_exceeded = false;
        includes.err_on_missing_config_path = false;
        let options = gix::config::file::init::Options {
            includes,
            lossy: true,
            ignore_io_errors: true,
        };
        // The file git was installed with is left out: to find it, git would have to be run.
        let files = [Source::System, Source::Git, Source::User].map(|source| {
            let path = source.storage_location(&mut gix::path::env::var);
            let mut file = gix::config::file::Metadata::from(source);
            file.path = path.filter(|path| path.is_file());
            file.trust = gix::sec::Trust::Full;
            file
        });
        let read = gix::config::File::from_paths_metadata(files, options);
        Self(read.ok().flatten().unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> UserConfig {
        UserConfig(gix::config::File::try_from(text).unwrap())
    }

    #[test]
    fn the_last_value_counts() {
        let config = config("[core]\npager = less\n[core]\npager = more\n");
        assert_eq!(config.value("core.pager").as_deref(), Some("more"));
        assert_eq!(config.value("core.editor"), None);
        assert_eq!(config.value("no key"), None);
    }

    #[test]
    fn a_repository_of_another_user_is_trusted_by_name() {
        let trusts = |text: &str, path: &str| config(text).trusts(Path::new(path));
        assert!(!trusts("", "/no/where"));
        assert!(trusts("[safe]\ndirectory = /no/where\n", "/no/where"));
        assert!(!trusts("[safe]\ndirectory = /no\n", "/no/where"));
        assert!(trusts("[safe]\ndirectory = /no/*\n", "/no/where/else"));
        assert!(trusts("[safe]\ndirectory = *\n", "/no/where"));
        assert!(!trusts("[safe]\ndirectory = *\ndirectory =\n", "/no/where"));
    }
}
