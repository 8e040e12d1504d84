//! Findings: what a rule or a plugin has to say about a place.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Level;
use crate::path::RepoPath;
use crate::position::Position;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Severity {
    /// Returns the word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Returns the severity of a level, `None` for [`Level::Off`].
    pub fn of(level: Level) -> Option<Self> {
        match level {
            Level::Off => None,
            Level::Info => Some(Self::Info),
            Level::Warning => Some(Self::Warning),
            Level::Error => Some(Self::Error),
        }
    }
}

/// A change that would mend a finding, as replacements in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// Whether it can be applied without a person reading it.
    pub safe: bool,
    /// The replacements, in file order, not overlapping.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// The file.
    pub path: RepoPath,
    /// Offset of the first byte replaced.
    pub start: usize,
    /// Offset after the last byte replaced.
    pub end: usize,
    /// What comes in its place.
    pub replacement: String,
}

/// Something a rule reports.
///
/// Findings sort by path, place and rule: the order they are shown in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file.
    pub path: RepoPath,
    /// Where in the file: line and column from 1, or 0 for the file as a whole.
    #[serde(flatten)]
    pub position: Position,
    /// The rule's id; a plugin's rules are `plugin/rule`.
    pub rule: String,
    /// How much it matters, configuration applied.
    pub severity: Severity,
    /// One sentence: what is wrong here.
    pub message: String,
    /// The artifact's id, where the file has one.
    pub artifact: Option<String>,
    /// The way out, in the imperative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How many characters from `position` the finding is about; 0 where unknown.
    #[serde(skip)]
    pub width: usize,
    /// The plugin that reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// A change that would mend it; the best where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The other changes that would, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more_fixes: Vec<Fix>,
    /// What a plugin adds for scripts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
}

impl Finding {
    /// Returns a fingerprint that survives edits elsewhere in the file: rule, artifact (or
    /// path) and message, never the line.
    pub fn fingerprint(&self) -> String {
        use sha2::{Digest, Sha256};
        let subject = self.artifact.as_deref().unwrap_or(self.path.as_str());
        let mut hash = Sha256::new();
        for part in [self.rule.as_str(), subject, self.message.as_str()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
