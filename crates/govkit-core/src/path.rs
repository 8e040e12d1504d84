//! Repository paths: relative, `/`-separated, and safe to write on every system.

use std::fmt;

use serde::Serialize;

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing between two slashes, or nothing at all.
    #[error("it has an empty part")]
    Empty,
    /// It starts at a root or a drive.
    #[error("it is absolute")]
    Absolute,
    /// A part is `.` or `..`.
    #[error("it has a `.` or `..` part")]
    Dots,
    /// A part names git's own directory on some system.
    #[error("it names git's own directory")]
    DotGit,
    /// A control, invisible, or separator-like character, or one some systems forbid.
    #[error("it has a character that is not portable (U+{0:04X})")]
    Character(u32),
    /// A part ends with a dot or a blank, which Windows drops.
    #[error("a part ends with a dot or a blank")]
    Trailing,
    /// A part is a device name on Windows.
    #[error("a part is a device name on Windows")]
    Device,
    /// Longer than the limit.
    #[error("it is too long")]
    TooLong,
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
}

/// A path inside a repository: relative, `/` between parts, no `.` or `..`, nothing that
/// could leave the directory it is joined to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RepoPath(String);

const MAX_BYTES: usize = 1_024;
const MAX_PART_BYTES: usize = 255;

impl RepoPath {
    /// Accepts a path that can be *read* safely: what git itself could hold in a tree.
    ///
    /// Names that are merely unportable (a device name, a trailing dot) are accepted here and
    /// refused by [`RepoPath::portable`].
    pub fn new(text: impl Into<String>) -> Result<Self, PathError> {
        let text = text.into();
        if text.len() > MAX_BYTES {
            return Err(PathError::TooLong);
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute);
        }
        for part in text.split('/') {
            check_part(part)?;
        }
        Ok(Self(text))
    }

    /// Accepts a path that can be *written* on every system: see [`PathError`] for what is not.
    pub fn portable(text: impl Into<String>) -> Result<Self, PathError> {
        let path = Self::new(text)?;
        for part in path.0.split('/') {
            check_portable_part(part)?;
        }
        Ok(path)
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the last part without its last extension.
    pub fn file_stem(&self) -> &str {
        let name = self.file_name();
        match name.rfind('.') {
            Some(at) if at > 0 => &name[..at],
            _ => name,
        }
    }

    /// Returns the directory the file is in, without a trailing slash; empty at the root.
    pub fn directory(&self) -> &str {
        self.0.rfind('/').map_or("", |at| &self.0[..at])
    }

    /// Resolves a relative link `target` (no scheme, no query) as seen from this file.
    ///
    /// `None` when it leaves the repository. A leading `/` means the repository's root.
    pub fn join(&self, target: &str) -> Option<String> {
        let mut parts: Vec<&str> = if target.starts_with('/') {
            Vec::new()
        } else {
            self.directory()
                .split('/')
                .filter(|part| !part.is_empty())
                .collect()
        };
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&crate::untrusted::Untrusted::line(&self.0), f)
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

fn check_part(part: &str) -> Result<(), PathError> {
    if part.is_empty() {
        return Err(PathError::Empty);
    }
    if part == "." || part == ".." {
        return Err(PathError::Dots);
    }
    if part.contains('\0') {
        return Err(PathError::Character(0));
    }
    if is_dot_git(part) {
        return Err(PathError::DotGit);
    }
    Ok(())
}

/// Whether some file system would open `.git` when asked for `part`: case folding, trailing
/// dots and blanks (NTFS), the short name `git~1`, characters HFS+ ignores, alternate streams.
fn is_dot_git(part: &str) -> bool {
    // What is left out or folded below is beyond ASCII, so most names are told by their first byte.
    if !matches!(part.as_bytes().first(), Some(b'.' | b'g' | b'G' | 0x80..)) {
        return false;
    }
    let seen: String = part
        .chars()
        .filter(|ch| !crate::untrusted::is_invisible(*ch))
        .collect();
    let stem = seen.split([':', '\\']).next().unwrap_or("");
    let stem = stem.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    stem == ".git" || stem == "git~1"
}

fn check_portable_part(part: &str) -> Result<(), PathError> {
    if part.len() > MAX_PART_BYTES {
        return Err(PathError::TooLong);
    }
    for ch in part.chars() {
        let forbidden = ch.is_control()
            || crate::untrusted::is_invisible(ch)
            || matches!(ch, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
            // Look-alikes of the slash, the backslash, the colon and the dot.
            || matches!(ch, '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}'
                | '\u{2216}' | '\u{29f5}' | '\u{29f9}' | '\u{ff1a}' | '\u{2024}' | '\u{2025}'
                | '\u{2026}' | '\u{ff0e}' | '\u{2236}' | '\u{a789}');
        if forbidden {
            return Err(PathError::Character(ch as u32));
        }
    }
    if part.ends_with(['.', ' ']) || part.starts_with(' ') || part.starts_with('~') {
        return Err(PathError::Trailing);
    }
    // Windows takes a device name with any extension; so do superscript digits.
    let stem = part
        .split('.')
        .next()
        .unwrap_or("")
        .trim_end()
        .to_ascii_uppercase();
    let device = matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) || ["COM", "LPT"].iter().any(|name| {
        stem.strip_prefix(name).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!(
                (chars.next(), chars.next()),
                (Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'), None)
            )
        })
    });
    if device {
        return Err(PathError::Device);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_leaves_the_repository() {
        for bad in [
            "",
            "..",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "a/",
            ".git/config",
            "x/.GIT",
            "git~1",
            ".git ",
            ".g\u{200c}it",
        ] {
            assert!(RepoPath::new(bad).is_err(), "{bad:?}");
        }
        assert!(RepoPath::new("policies/POL-001.md").is_ok());
    }

    #[test]
    fn portable_refuses_what_one_system_cannot_write() {
        for bad in [
            "CON",
            "com1.txt",
            "COM\u{b9}",
            "a.",
            "a\\b",
            "c:x",
            "a\u{202e}b",
            "a\u{ff0f}b",
            "nul.md",
        ] {
            assert!(RepoPath::portable(bad).is_err(), "{bad:?}");
        }
        for good in ["a/b.md", "größe.md", "console.md", "COM10", "日本/語.md"] {
            assert!(RepoPath::portable(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn a_relative_link_resolves_from_its_file() {
        let path = RepoPath::new("a/b/c.md").unwrap();
        assert_eq!(path.join("../d.md").as_deref(), Some("a/d.md"));
        assert_eq!(path.join("/d.md").as_deref(), Some("d.md"));
        assert_eq!(path.join("../../../d.md"), None);
    }
}
