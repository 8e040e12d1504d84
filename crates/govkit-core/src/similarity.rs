//! How alike two files are, counted the way git's rename detection counts.

/// Returns the similarity of two files in percent, rounded down, as `git diff -M` shows it.
pub fn percent(_old: &[u8], _new: &[u8]) -> u8 {
    0
}
