//! Repositories made with the `git` program, apart from whatever git the machine is set up for.

use std::path::Path;
use std::process::Command;

use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, Listing};
use govkit_git::Repository;
use tempfile::TempDir;

/// A repository with a working tree, on branch `main`.
pub(crate) struct Repo {
    directory: TempDir,
    seconds: std::cell::Cell<u64>,
}

impl Repo {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// `git init` with further arguments.
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let repo = Self {
            directory: TempDir::new().unwrap(),
            seconds: std::cell::Cell::new(1_700_000_000),
        };
        let init = ["init", "-q", "-b", "main"];
        repo.git(&[&init, arguments].concat());
        repo
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::discover(self.path()).unwrap()
    }

    /// Runs git here and returns what it prints, without the last line end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = git_in(self.path(), arguments, self.seconds.get());
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }

    /// The lines git prints.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<String> {
        self.git(arguments).lines().map(str::to_owned).collect()
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Commits everything, one minute after the last commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.seconds.set(self.seconds.get() + 60);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes an object of any content, and returns its id.
    pub(crate) fn object(&self, kind: &str, bytes: &[u8]) -> String {
        let file = self.path().join(".git/object-to-hash");
        std::fs::write(&file, bytes).unwrap();
        let file = file.to_str().unwrap();
        self.git(&["hash-object", "-t", kind, "--literally", "-w", file])
    }

    /// Commits a tree of any content: `(mode, name, hexadecimal id)`.
    pub(crate) fn commit_raw_tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let tree = self.raw_tree(entries);
        self.commit_tree(&tree)
    }

    pub(crate) fn commit_tree(&self, tree: &str) -> String {
        let commit = self.git(&["commit-tree", "-m", "raw", tree]);
        self.git(&["update-ref", "refs/heads/main", &commit]);
        commit
    }

    pub(crate) fn raw_tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let mut tree = Vec::new();
        for (mode, name, id) in entries {
            tree.extend_from_slice(mode.as_bytes());
            tree.push(b' ');
            tree.extend_from_slice(name);
            tree.push(0);
            let byte = |at| u8::from_str_radix(&id[at..at + 2], 16).unwrap();
            tree.extend((0..id.len()).step_by(2).map(byte));
        }
        self.object("tree", &tree)
    }
}

/// Runs git in a directory with nothing from the machine's own configuration.
pub(crate) fn git_in(directory: &Path, arguments: &[&str], seconds: u64) -> std::process::Output {
    let date = format!("{seconds} +0000");
    Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
        .env("HOME", directory)
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
        .env("GIT_CONFIG_VALUE_0", "always")
        .env("GIT_AUTHOR_NAME", "A U Thor")
        .env("GIT_AUTHOR_EMAIL", "author@example.org")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_NAME", "C O Mitter")
        .env("GIT_COMMITTER_EMAIL", "committer@example.org")
        .env("GIT_COMMITTER_DATE", &date)
        .output()
        .unwrap()
}

pub(crate) fn revision(name: &str) -> At {
    At::Revision(name.to_owned())
}

pub(crate) fn list(repository: &Repository, at: &At) -> Listing {
    repository.list(at, &Limits::DEFAULT).unwrap()
}

/// The paths of a listing.
pub(crate) fn paths(listing: &Listing) -> Vec<&str> {
    listing
        .entries
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}
