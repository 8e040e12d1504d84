//! What programs that were stopped have left behind in git's own directory. Nothing is removed:
//! only the user can say that no other program runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::open::Repository;

/// Directories of references below which locks are looked for, and files that are looked at.
const FILES: usize = 100_000;

/// A file that keeps git from working, or that nobody needs any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The file.
    pub path: PathBuf,
    /// Whether git refuses to write while it is there.
    pub blocks: bool,
    /// How long ago it was made, as far as that is known.
    pub age: Option<Duration>,
}

impl Repository {
    /// Returns what git is in the middle of and the commands that end it: `a merge`,
    /// ``git commit` or `git merge --abort``.
    pub fn unfinished(&self) -> Option<(&'static str, &'static str)> {
        use gix::state::InProgress as State;
        Some(match self.local().state()? {
            // A commit in between does no harm.
            State::Bisect => return None,
            State::Merge => ("a merge", "git commit` or `git merge --abort"),
            State::CherryPick | State::CherryPickSequence => (
                "a cherry-pick",
                "git cherry-pick --continue` or `git cherry-pick --abort",
            ),
            State::Revert | State::RevertSequence => {
                ("a revert", "git revert --continue` or `git revert --abort")
            }
            State::ApplyMailbox => ("an applied patch", "git am --continue` or `git am --abort"),
            _ => ("a rebase", "git rebase --continue` or `git rebase --abort"),
        })
    }

    /// Returns locks, and files that a govkit that was killed did not take away, by path.
    pub fn leftovers(&self) -> Vec<Leftover> {
        let mut found = Vec::new();
        let mut seen = 0;
        for directory in [self.git_dir(), self.common_dir()] {
            for (path, _) in names(directory) {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let blocks = name.ends_with(".lock");
                if blocks
                    || name.starts_with("index.govkit-")
                    || name.starts_with("govkit-hooks-")
                    || name.starts_with("govkit-new-")
                {
                    found.push(leftover(path.clone(), blocks));
                }
            }
            locks_below(&directory.join("refs"), &mut found, &mut seen);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found.dedup();
        found
    }

    /// Whether another govkit writes to this repository at this moment.
    pub fn is_being_written(&self) -> bool {
        let file = std::fs::File::open(self.common_dir().join("govkit.turn"));
        file.is_ok_and(|file| matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)))
    }
}

fn leftover(path: PathBuf, blocks: bool) -> Leftover {
    let modified = path
        .symlink_metadata()
        .and_then(|metadata| metadata.modified());
    Leftover {
        age: modified.ok().and_then(|time| time.elapsed().ok()),
        blocks,
        path,
    }
}

fn locks_below(directory: &Path, found: &mut Vec<Leftover>, seen: &mut usize) {
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for (path, is_directory) in names(&directory) {
            *seen += 1;
            if *seen > FILES {
                return;
            }
            if is_directory {
                directories.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "lock")
            {
                found.push(leftover(path, true));
            }
        }
    }
}

fn names(directory: &Path) -> Vec<(PathBuf, bool)> {
    let entries = directory.read_dir().into_iter().flatten().flatten();
    let kind = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    entries.map(|entry| (entry.path(), kind(&entry))).collect()
}
