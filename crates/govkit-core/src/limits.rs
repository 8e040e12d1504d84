//! How much of anything govkit is ready to take from a repository.

/// Bounds on untrusted input; past one of them a file gets a finding and the run goes on.
///
/// A repository may only lower them; raising one is the command line's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one artifact.
    pub artifact_bytes: u64,
    /// Bytes of one front matter.
    pub front_matter_bytes: usize,
    /// Keys in one front matter, all levels together.
    pub front_matter_keys: usize,
    /// Levels of nesting in one front matter.
    pub front_matter_depth: usize,
    /// Entries of one tree, directories included.
    pub tree_entries: usize,
    /// Directories above an entry.
    pub tree_depth: usize,
    /// Bytes of one path.
    pub path_bytes: usize,
    /// Commits a history walk may visit.
    pub commits: usize,
    /// Findings one rule may report for one artifact before the rest is counted only.
    pub findings_per_artifact: usize,
}

impl Limits {
    /// The limits in force unless somebody says otherwise.
    pub const DEFAULT: Self = Self {
        artifact_bytes: 2 << 20,
        front_matter_bytes: 64 << 10,
        front_matter_keys: 1_000,
        front_matter_depth: 32,
        tree_entries: 1_000_000,
        tree_depth: 64,
        path_bytes: 1_024,
        commits: 1_000_000,
        findings_per_artifact: 1_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
