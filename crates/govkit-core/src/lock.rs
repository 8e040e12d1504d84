//! `govkit.lock`: which component a plugin's name means, by digest.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::path::RepoPath;
use crate::position::Position;

/// The name of the lock file at a repository's root.
pub const FILE_NAME: &str = "govkit.lock";

/// Bytes a lock file may have.
pub const MAX_BYTES: usize = 1 << 20;

/// Bytes a plugin's name may have.
pub const MAX_NAME_BYTES: usize = 64;

/// Why a lock file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Bigger than [`MAX_BYTES`].
    #[error("{file}: the file has {bytes} bytes, more than the {MAX_BYTES} a lock may have")]
    TooBig {
        /// The file as the user named it.
        file: String,
        /// Its size.
        bytes: usize,
    },
    /// Not TOML, an unknown key, or a value that means nothing.
    #[error("{}:{}:{}: {message}", file, position.line, position.column)]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// What is wrong, and what to do.
        message: String,
    },
}

/// The plugins of a repository, each pinned, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The plugins.
    pub plugins: Vec<LockedPlugin>,
}

/// One pinned plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPlugin {
    /// The name `govkit.toml` uses.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where its component comes from.
    pub source: PluginSource,
    /// SHA-256 of the component, 64 lower-case hexadecimal digits; absent for a bundled one.
    pub sha256: Option<String>,
    /// What it is granted beyond the default, sorted.
    pub allow: Vec<Grant>,
    /// Where `plugin update` looks for a newer one, as `plugin add` was told.
    pub origin: Option<String>,
}

/// Something a plugin may do beyond the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Import WASI, as the run-times of some languages do: it gets an inert one.
    Wasi,
}

impl Grant {
    /// Every grant there is.
    pub const ALL: [Self; 1] = [Self::Wasi];

    /// Returns the word used in the lock.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wasi => "wasi",
        }
    }

    /// Returns the grant of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

/// Where a plugin's component comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginSource {
    /// It is part of the `govkit` program.
    Bundled,
    /// A file of the repository.
    Path(RepoPath),
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => f.write_str("bundled"),
            Self::Path(path) => write!(f, "path:{}", path.as_str()),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    version: Spanned<i64>,
    #[serde(default)]
    plugin: Vec<RawPlugin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlugin {
    name: Spanned<String>,
    version: Spanned<String>,
    source: Spanned<String>,
    sha256: Option<Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
    origin: Option<Spanned<String>>,
}

/// What is wrong, and the offset it is wrong at.
struct Wrong(usize, String);

impl Lock {
    /// Reads a lock; `file` is the name used in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, LockError> {
        if text.len() > MAX_BYTES {
            return Err(LockError::TooBig {
                file: file.to_owned(),
                bytes: text.len(),
            });
        }
        Self::read(text).map_err(|Wrong(offset, message)| LockError::Syntax {
            file: file.to_owned(),
            position: Position::of(text, offset),
            message,
        })
    }

    /// Returns the plugin of this name.
    pub fn get(&self, name: &str) -> Option<&LockedPlugin> {
        self.plugins.iter().find(|plugin| plugin.name == name)
    }

    /// Takes a plugin's pin away; `false` where it has none.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.plugins.len();
        self.plugins.retain(|plugin| plugin.name != name);
        self.plugins.len() < before
    }

    /// Pins a plugin, in place of one of the same name.
    pub fn set(&mut self, plugin: LockedPlugin) {
        match self
            .plugins
            .binary_search_by(|found| found.name.cmp(&plugin.name))
        {
            Ok(at) => self.plugins[at] = plugin,
            Err(at) => self.plugins.insert(at, plugin),
        }
    }

    fn read(text: &str) -> Result<Self, Wrong> {
        let raw: RawLock = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            Wrong(offset, error.message().trim().replace('\n', " "))
        })?;
        if *raw.version.get_ref() != 1 {
            let message = format!(
                "lock version {} is not known; this govkit reads version 1",
                raw.version.get_ref()
            );
            return Err(Wrong(raw.version.span().start, message));
        }
        let mut lock = Self::default();
        for plugin in raw.plugin {
            let at = plugin.name.span().start;
            let plugin = read_plugin(plugin)?;
            if lock.get(&plugin.name).is_some() {
                let message = format!("plugin `{}` is pinned twice; keep one", plugin.name);
                return Err(Wrong(at, message));
            }
            lock.set(plugin);
        }
        Ok(lock)
    }
}

impl fmt::Display for Lock {
    /// Writes the file: the same plugins give the same bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "# Written by govkit. It pins every plugin to the exact component it may run.\n",
        )?;
        f.write_str("version = 1\n")?;
        for plugin in &self.plugins {
            f.write_str("\n[[plugin]]\n")?;
            let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
            writeln!(f, "name = {}", text(&plugin.name))?;
            writeln!(f, "version = {}", text(&plugin.version))?;
            writeln!(f, "source = {}", text(&plugin.source.to_string()))?;
            if let Some(sha256) = &plugin.sha256 {
                writeln!(f, "sha256 = {}", text(sha256))?;
            }
            if !plugin.allow.is_empty() {
                let allow: Vec<String> =
                    plugin.allow.iter().map(|word| text(word.name())).collect();
                writeln!(f, "allow = [{}]", allow.join(", "))?;
            }
            if let Some(origin) = &plugin.origin {
                writeln!(f, "origin = {}", text(origin))?;
            }
        }
        Ok(())
    }
}

/// Whether `name` can name a plugin or a plugin's rule: lower-case ASCII letters, digits and
/// `-`, starting with a letter, at most [`MAX_NAME_BYTES`].
pub fn is_name(name: &str) -> bool {
    let legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    name.len() <= MAX_NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(legal)
}

fn read_plugin(raw: RawPlugin) -> Result<LockedPlugin, Wrong> {
    let wrong = |value: &Spanned<String>, message: String| Wrong(value.span().start, message);
    if !is_name(raw.name.get_ref()) {
        let message = format!(
            "`{}` cannot name a plugin: lower-case letters, digits and `-` only",
            raw.name.get_ref()
        );
        return Err(wrong(&raw.name, message));
    }
    let version = raw.version.get_ref();
    if version.is_empty() || version.len() > 64 || !version.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(wrong(&raw.version, format!("`{version}` is no version")));
    }
    let source = read_source(raw.source.get_ref()).map_err(|why| wrong(&raw.source, why))?;
    match (&source, &raw.sha256) {
        (PluginSource::Path(_), None) => {
            let message = "a plugin from a file needs its `sha256`".to_owned();
            return Err(wrong(&raw.source, message));
        }
        (PluginSource::Bundled, Some(sha256)) => {
            let message = "a bundled plugin has no `sha256`: its version pins it".to_owned();
            return Err(wrong(sha256, message));
        }
        (_, Some(sha256)) if !is_sha256(sha256.get_ref()) => {
            let message = "`sha256` is 64 lower-case hexadecimal digits".to_owned();
            return Err(wrong(sha256, message));
        }
        _ => {}
    }
    let mut allow = Vec::new();
    for word in &raw.allow {
        // One this govkit does not know must not be passed over in silence.
        let Some(grant) = Grant::of(word.get_ref()) else {
            let message = format!(
                "this govkit knows no grant `{}`; it knows `wasi`",
                word.get_ref()
            );
            return Err(wrong(word, message));
        };
        allow.push(grant);
    }
    allow.sort();
    allow.dedup();
    if let Some(origin) = raw
        .origin
        .as_ref()
        .filter(|origin| !is_origin(origin.get_ref()))
    {
        let message = "`origin` is one line of at most 1024 bytes".to_owned();
        return Err(wrong(origin, message));
    }
    Ok(LockedPlugin {
        name: raw.name.into_inner(),
        version: raw.version.into_inner(),
        source,
        sha256: raw.sha256.map(Spanned::into_inner),
        allow,
        origin: raw.origin.map(Spanned::into_inner),
    })
}

/// Whether a text can say where a plugin came from.
pub fn is_origin(text: &str) -> bool {
    !text.is_empty() && text.len() <= 1024 && !text.chars().any(char::is_control)
}

fn read_source(text: &str) -> Result<PluginSource, String> {
    if text == "bundled" {
        return Ok(PluginSource::Bundled);
    }
    let Some(path) = text.strip_prefix("path:") else {
        return Err(format!(
            "source `{text}` is not known; write `bundled` or `path:plugins/NAME.wasm`"
        ));
    };
    RepoPath::portable(path)
        .map(PluginSource::Path)
        .map_err(|why| format!("`{path}` is no path inside the repository: {why}"))
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn message(text: &str) -> String {
        Lock::parse(text, "govkit.lock").unwrap_err().to_string()
    }

    fn pinned(lines: &str) -> String {
        format!("version = 1\n[[plugin]]\n{lines}\n")
    }

    #[test]
    fn what_is_written_reads_back_sorted() {
        let text = format!(
            "version = 1\n[[plugin]]\nname = \"b\"\nversion = \"1.0\"\nsource = \"path:plugins/b.wasm\"\nsha256 = \"{HASH}\"\nallow = [\"wasi\"]\norigin = \"oci:../shelf\"\n\
             [[plugin]]\nname = \"a\"\nversion = \"0.1.0\"\nsource = \"bundled\"\nallow = []\n"
        );
        let lock = Lock::parse(&text, "govkit.lock").unwrap();
        assert_eq!(lock.plugins[0].name, "a");
        assert_eq!(lock.plugins[1].sha256.as_deref(), Some(HASH));
        let written = lock.to_string();
        let expected = format!(
            "# Written by govkit. It pins every plugin to the exact component it may run.\nversion = 1\n\n\
             [[plugin]]\nname = \"a\"\nversion = \"0.1.0\"\nsource = \"bundled\"\n\n\
             [[plugin]]\nname = \"b\"\nversion = \"1.0\"\nsource = \"path:plugins/b.wasm\"\nsha256 = \"{HASH}\"\nallow = [\"wasi\"]\norigin = \"oci:../shelf\"\n"
        );
        assert_eq!(written, expected);
        assert_eq!(Lock::parse(&written, "govkit.lock").unwrap(), lock);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place() {
        let found = message("version = 1\nverson = 2\n");
        assert!(
            found.starts_with("govkit.lock:2:1: unknown field `verson`"),
            "{found}"
        );
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(
            message("version = 2\n"),
            "govkit.lock:1:11: lock version 2 is not known; this govkit reads version 1"
        );
    }

    #[test]
    fn a_digest_in_any_other_spelling_is_refused() {
        for sha256 in ["", "abc", &HASH.to_uppercase(), &HASH[..40]] {
            let text = pinned(&format!(
                "name = \"a\"\nversion = \"1\"\nsource = \"path:a.wasm\"\nsha256 = \"{sha256}\""
            ));
            assert!(message(&text).ends_with("64 lower-case hexadecimal digits"));
        }
    }

    #[test]
    fn a_source_outside_the_repository_is_refused() {
        for path in ["../a.wasm", "/a.wasm", ".git/a.wasm"] {
            let text = pinned(&format!(
                "name = \"a\"\nversion = \"1\"\nsource = \"path:{path}\"\nsha256 = \"{HASH}\""
            ));
            assert!(message(&text).contains("no path inside the repository"));
        }
        let text = pinned("name = \"a\"\nversion = \"1\"\nsource = \"https://x\"");
        assert!(message(&text).contains("is not known; write `bundled`"));
    }

    #[test]
    fn a_name_with_a_path_in_it_is_refused() {
        for name in ["", "../a", "A", "a b", "1a", &"a".repeat(65)] {
            let text = pinned(&format!(
                "name = \"{name}\"\nversion = \"1\"\nsource = \"bundled\""
            ));
            assert!(message(&text).contains("cannot name a plugin"), "{name}");
        }
    }

    #[test]
    fn pins_that_contradict_each_other_are_refused() {
        let one = "[[plugin]]\nname = \"a\"\nversion = \"1\"\nsource = \"bundled\"\n";
        assert!(message(&format!("version = 1\n{one}{one}")).contains("pinned twice"));
        let text = pinned("name = \"a\"\nversion = \"1\"\nsource = \"path:a.wasm\"");
        assert!(message(&text).contains("needs its `sha256`"));
        let text = pinned(&format!(
            "name = \"a\"\nversion = \"1\"\nsource = \"bundled\"\nsha256 = \"{HASH}\""
        ));
        assert!(message(&text).contains("its version pins it"));
        let text = pinned("name = \"a\"\nversion = \"1\"\nsource = \"bundled\"\nallow = [\"net\"]");
        assert!(message(&text).contains("knows no grant `net`"));
        let text =
            pinned("name = \"a\"\nversion = \"1\"\nsource = \"bundled\"\norigin = \"a\\u001b\"");
        assert!(message(&text).contains("`origin` is one line"));
    }

    #[test]
    fn a_lock_past_the_limit_is_refused_unread() {
        let text = "#".repeat(MAX_BYTES + 1);
        assert!(message(&text).contains("more than the 1048576"));
    }
}
