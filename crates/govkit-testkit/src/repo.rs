//! A git repository made for one test.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Run;

/// Midnight before the first commit: 2026-01-01T00:00:00Z, in seconds since 1970.
const EPOCH: u64 = 1_767_225_600;
const DAY: u64 = 24 * 60 * 60;

/// A git repository, made with the `git` program and without any configuration of this machine.
///
/// The author is always the same and each commit is made one day after the one before, so the same calls give the
/// same commit ids everywhere.
#[derive(Debug)]
pub struct Repo {
    root: PathBuf,
    home: PathBuf,
    commits: Cell<u64>,
    // Both directories disappear with the repository, unless the caller owns the place.
    _temporary: Vec<TempDir>,
}

impl Default for Repo {
    fn default() -> Repo {
        Repo::new()
    }
}

impl Repo {
    /// Makes an empty repository with the branch `main`.
    #[must_use]
    pub fn new() -> Repo {
        Repo::init(&["--initial-branch=main"])
    }

    /// Makes an empty repository with these arguments to `git init`, for example `--object-format=sha256`.
    #[must_use]
    pub fn init(args: &[&str]) -> Repo {
        let repo = Repo::without_git();
        drop(repo.git(["init", "--quiet"].into_iter().chain(args.iter().copied())));
        repo
    }

    /// Makes a directory that is no repository.
    #[must_use]
    pub fn without_git() -> Repo {
        let (root, home) = (temporary(), temporary());
        let canonical =
            fs::canonicalize(root.path()).expect("a temporary directory can be resolved");
        Repo::over(canonical, vec![root, home])
    }

    /// Uses the directory `root`, which stays when the value goes.
    #[must_use]
    pub fn at(root: &Path) -> Repo {
        let root =
            fs::canonicalize(root).unwrap_or_else(|err| panic!("open {}: {err}", root.display()));
        Repo::over(root, vec![temporary()])
    }

    fn over(root: PathBuf, temporary: Vec<TempDir>) -> Repo {
        let home = temporary
            .last()
            .expect("the home directory comes last")
            .path()
            .to_owned();
        Repo {
            root,
            home,
            commits: Cell::new(0),
            _temporary: temporary,
        }
    }

    /// Returns the top directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Returns the home directory of every program that runs here; empty at first.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Writes a file, and the directories above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Repo {
        let file = self.root.join(path);
        let dir = file.parent().expect("a file lies in a directory");
        fs::create_dir_all(dir).unwrap_or_else(|err| panic!("make {}: {err}", dir.display()));
        fs::write(&file, bytes).unwrap_or_else(|err| panic!("write {path}: {err}"));
        self
    }

    /// Returns the text of a file.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|err| panic!("read {path}: {err}"))
    }

    /// Replaces `old` in a file.
    ///
    /// # Panics
    /// When `old` does not stand in the file exactly once.
    #[track_caller]
    pub fn replace(&self, path: &str, old: &str, new: &str) -> &Repo {
        let text = self.read(path);
        let found = text.matches(old).count();
        assert_eq!(found, 1, "`{old}` stands {found} times in {path}, not once");
        self.write(path, text.replacen(old, new, 1))
    }

    /// Deletes a file.
    pub fn remove(&self, path: &str) -> &Repo {
        fs::remove_file(self.root.join(path)).unwrap_or_else(|err| panic!("remove {path}: {err}"));
        self
    }

    /// Moves a file.
    pub fn rename(&self, old: &str, new: &str) -> &Repo {
        let text = fs::read(self.root.join(old)).unwrap_or_else(|err| panic!("read {old}: {err}"));
        self.write(new, text).remove(old)
    }

    /// Copies every file below `from` here.
    pub fn copy(&self, from: &Path) -> &Repo {
        copy_tree(from, &self.root);
        self
    }

    /// Commits everything, one day after the commit before.
    pub fn commit(&self, message: &str) -> &Repo {
        drop(self.git(["add", "--all"]));
        drop(self.git(["commit", "--quiet", "--allow-empty", "--message", message]));
        self
    }

    /// Tags HEAD.
    pub fn tag(&self, name: &str) -> &Repo {
        drop(self.git(["tag", name]));
        self
    }

    /// Starts a branch at HEAD and switches to it.
    pub fn branch(&self, name: &str) -> &Repo {
        drop(self.git(["switch", "--quiet", "--create", name]));
        self
    }

    /// Switches to a branch that exists.
    pub fn switch(&self, name: &str) -> &Repo {
        drop(self.git(["switch", "--quiet", name]));
        self
    }

    /// Returns the full commit id of a revision.
    #[must_use]
    pub fn rev(&self, revision: &str) -> String {
        self.git(["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
            .trim()
            .to_owned()
    }

    /// Runs git here and returns what it printed.
    ///
    /// # Panics
    /// When git does not end with 0.
    #[track_caller]
    pub fn git<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let args: Vec<&str> = args.into_iter().collect();
        if args.first() == Some(&"commit") {
            self.commits.set(self.commits.get() + 1);
        }
        let output = self.run("git").args(&args).run();
        assert_eq!(output.code, 0, "git {args:?}:\n{output}");
        output.text()
    }

    /// Prepares a run of any program here, with the git settings of this repository.
    #[must_use]
    pub fn run(&self, program: &str) -> Run {
        let date = format!("{} +0000", EPOCH + (self.commits.get().max(1) - 1) * DAY);
        Run::new(program, &self.root)
            .redact(&self.root, "[REPO]")
            .redact(&self.home, "[HOME]")
            .env("HOME", &self.home)
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_AUTHOR_NAME", "Ada Example")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada Example")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", date)
    }
}

fn temporary() -> TempDir {
    tempfile::Builder::new()
        .prefix("govkit-")
        .tempdir()
        .expect("a temporary directory can be made")
}

fn copy_tree(from: &Path, to: &Path) {
    let entries = fs::read_dir(from).unwrap_or_else(|err| panic!("list {}: {err}", from.display()));
    fs::create_dir_all(to).unwrap_or_else(|err| panic!("make {}: {err}", to.display()));
    for entry in entries {
        let path = entry.expect("a directory can be listed").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap_or_else(|err| panic!("copy {}: {err}", path.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_tick_by_a_day_and_have_the_same_id_everywhere() {
        let ids = || {
            let repo = Repo::new();
            repo.write("a/b.md", "one\n").commit("first").tag("v1");
            repo.replace("a/b.md", "one", "two")
                .rename("a/b.md", "c.md")
                .commit("second");
            repo.git(["log", "--format=%H %ad %s", "--date=short"])
        };
        let log = ids();
        let dated: Vec<&str> = log.lines().map(|line| &line[41..]).collect();
        assert_eq!(dated, ["2026-01-02 second", "2026-01-01 first"]);
        assert_eq!(log, ids());
    }

    #[test]
    #[should_panic(expected = "`three` stands 0 times in a.md, not once")]
    fn a_replacement_that_finds_nothing_is_loud() {
        Repo::new()
            .write("a.md", "one two\n")
            .replace("a.md", "three", "four");
    }
}
