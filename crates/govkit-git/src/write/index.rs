//! The list of staged files: a commit changes the entries of its own files and no other.
//!
//! A plain index is rewritten here. One with more in it than gix writes back (version 4, a split
//! or sparse index, the caches of untracked files and of a file system monitor, what a settled
//! conflict looked like) is rewritten by git itself, with hooks and monitors switched off.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Flags, Mode, Stat};
use gix::{ObjectId, Repository as Local};
use govkit_core::path::RepoPath;

use crate::open::reason;
use crate::write::error::CommitError;

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// One entry as it is to be.
pub(crate) struct Staging {
    pub(crate) path: RepoPath,
    /// The blob; absent for a file that is gone.
    pub(crate) blob: Option<(ObjectId, bool, Stat)>,
}

/// Git's own lock of the index, held so that no git writes meanwhile.
///
/// It goes when this is dropped. A program that is killed leaves it behind, as git does; nobody
/// but the user may say that it is stale.
pub(crate) struct IndexLock {
    index: PathBuf,
    lock: PathBuf,
}

impl IndexLock {
    pub(crate) fn take(index: &Path) -> Result<Self, CommitError> {
        let mut name = index.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let lock = index.with_file_name(name);
        let start = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            match std::fs::File::options()
                .write(true)
                .create_new(true)
                .open(&lock)
            {
                Ok(_) => {
                    let index = index.to_owned();
                    return Ok(Self { index, lock });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(CommitError::Index {
                        path: index.to_owned(),
                        reason: error.to_string(),
                    });
                }
            }
            if start.elapsed() > PATIENCE {
                return Err(CommitError::Locked {
                    lock,
                    seconds: PATIENCE.as_secs(),
                });
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// Writes the index that is to be, beside the one that is.
    pub(crate) fn prepare(
        &self,
        local: &Local,
        entries: &[Staging],
        durable: bool,
    ) -> Result<tempfile::NamedTempFile, CommitError> {
        let failed = |reason: String| CommitError::Index {
            path: self.index.clone(),
            reason,
        };
        let io = |error: std::io::Error| failed(error.to_string());
        let next = self.beside().map_err(io)?;
        let mut index = gix::index::File::at_or_default(
            &self.index,
            local.object_hash(),
            false,
            gix::index::decode::Options::default(),
        )
        .map_err(|error| failed(reason(&error)))?;
        if is_more_than_plain(&index, &self.index) {
            by_git(local, &self.index, next.path(), entries).map_err(failed)?;
        } else {
            put(&mut index, entries);
            let mut out = std::io::BufWriter::new(next.as_file());
            index
                .write_to(&mut out, gix::index::write::Options::default())
                .map_err(|error| failed(reason(&error)))?;
            out.flush().map_err(io)?;
        }
        if durable {
            std::fs::File::open(next.path())
                .and_then(|file| file.sync_all())
                .map_err(io)?;
        }
        Ok(next)
    }

    /// Puts the new index in the place of the old one; [`Before`] takes it back.
    pub(crate) fn put(&self, next: tempfile::NamedTempFile) -> Result<Before, CommitError> {
        let failed = |error: std::io::Error| CommitError::Index {
            path: self.index.clone(),
            reason: error.to_string(),
        };
        let before = self.keep().map_err(failed)?;
        match next.persist(&self.index) {
            Ok(_) => Ok(before),
            Err(error) => Err(failed(error.error)),
        }
    }

    /// A second name for the index as it is: putting it back takes no room on the disk, and keeps
    /// the time it was written, which says what files are unchanged.
    fn keep(&self) -> std::io::Result<Before> {
        if !self.index.exists() {
            return Ok(Before::Absent);
        }
        let linked = tempfile::Builder::new()
            .prefix("index.govkit-")
            .make_in(self.directory(), |path| {
                std::fs::hard_link(&self.index, path)
            });
        if let Ok(linked) = linked {
            return Ok(Before::Kept(linked.into_temp_path()));
        }
        // Some file systems have no second names.
        let copy = self.beside()?;
        let modified = self.index.metadata()?.modified()?;
        std::fs::copy(&self.index, copy.path())?;
        copy.as_file().set_modified(modified)?;
        Ok(Before::Kept(copy.into_temp_path()))
    }

    /// Puts the index back as it was.
    pub(crate) fn restore(&self, before: Before) -> Result<(), CommitError> {
        let Before::Kept(mut kept) = before else {
            return std::fs::remove_file(&self.index).map_err(|error| self.failed(&error));
        };
        let mut tries = 0;
        loop {
            kept = match kept.persist(&self.index) {
                Ok(()) => return Ok(()),
                Err(error) if tries == 20 => return Err(self.failed(&error.error)),
                Err(error) => error.path,
            };
            tries += 1;
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn failed(&self, error: &std::io::Error) -> CommitError {
        CommitError::Index {
            path: self.index.clone(),
            reason: error.to_string(),
        }
    }

    fn directory(&self) -> &Path {
        self.index.parent().unwrap_or(Path::new("."))
    }

    fn beside(&self) -> std::io::Result<tempfile::NamedTempFile> {
        let file = tempfile::Builder::new()
            .prefix("index.govkit-")
            .permissions(super::default_permissions())
            .tempfile_in(self.directory())?;
        if let Ok(metadata) = self.index.metadata() {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        Ok(file)
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        // It is this program's own; where it cannot be removed, `doctor` finds it.
        let _ = std::fs::remove_file(&self.lock);
    }
}

/// The index as it was.
pub(crate) enum Before {
    /// There was none.
    Absent,
    /// It has another name, which goes when this is dropped.
    Kept(tempfile::TempPath),
}

/// Whether gix would drop something of this index.
fn is_more_than_plain(index: &gix::index::File, path: &Path) -> bool {
    // A split index is put together when it is read; only its other half shows that it was one.
    let split = || {
        let names = path
            .parent()
            .and_then(|directory| directory.read_dir().ok());
        names.into_iter().flatten().flatten().any(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("sharedindex.")
        })
    };
    index.version() == gix::index::Version::V4
        || index.untracked().is_some()
        || index.fs_monitor().is_some()
        || index.resolve_undo().is_some()
        || index.is_sparse()
        || split()
}

fn put(index: &mut gix::index::File, entries: &[Staging]) {
    // Git compares the content of a file that is as young as the index. The new index is younger
    // than the files, so that this has to be written down: a size of 0 asks for the same.
    let options = gix::index::entry::stat::Options::default();
    let written = index.timestamp();
    for entry in index.entries_mut() {
        if entry.stat.is_racy(written, options) {
            entry.stat.size = 0;
        }
    }
    for staging in entries {
        let path: &BStr = staging.path.as_str().into();
        let below = format!("{}/", staging.path.as_str());
        let gone = staging.blob.is_none();
        // A file takes the place of a directory of this name, and of a file where it has a directory.
        index.remove_entries(|_, found, _| {
            let above = || {
                path.strip_prefix(found.as_bytes())
                    .is_some_and(|rest| rest.starts_with(b"/"))
            };
            match gone {
                true => found == path,
                false => found == path || found.starts_with(below.as_bytes()) || above(),
            }
        });
        if let Some((id, executable, stat)) = staging.blob {
            let mode = match executable {
                true => Mode::FILE_EXECUTABLE,
                false => Mode::FILE,
            };
            index.dangerously_push_entry(stat, id, Flags::empty(), mode, path);
        }
    }
    index.sort_entries();
    // What git remembers of the trees would be those of before.
    index.remove_tree();
}

/// Hands the entries to `git update-index`, on a copy; nothing a repository names is run.
fn by_git(local: &Local, index: &Path, next: &Path, entries: &[Staging]) -> Result<(), String> {
    let io = |error: std::io::Error| error.to_string();
    if index.exists() {
        let modified = index.metadata().and_then(|metadata| metadata.modified());
        std::fs::copy(index, next).map_err(io)?;
        let file = std::fs::File::options().write(true).open(next);
        let file = file.map_err(io)?;
        file.set_modified(modified.map_err(io)?).map_err(io)?;
    }
    let mut command = Command::new("git");
    command
        .arg("--git-dir")
        .arg(absolute(local.git_dir()))
        .arg("--work-tree")
        .arg(absolute(local.workdir().unwrap_or(local.git_dir())))
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args(["update-index", "--add", "--replace", "-z", "--index-info"])
        .current_dir(local.workdir().unwrap_or(local.git_dir()))
        .env("GIT_INDEX_FILE", absolute(next))
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| {
        format!("it is of a form only `git` itself writes, and git cannot be run: {error}")
    })?;
    let mut lines = Vec::new();
    for entry in entries {
        let (mode, id) = match entry.blob {
            Some((id, true, _)) => ("100755", id),
            Some((id, false, _)) => ("100644", id),
            None => ("0", ObjectId::null(local.object_hash())),
        };
        lines.extend_from_slice(format!("{mode} {id}\t{}\0", entry.path.as_str()).as_bytes());
    }
    let mut stdin = child.stdin.take().ok_or("git has no input")?;
    let written = stdin.write_all(&lines);
    drop(stdin);
    let output = child.wait_with_output().map_err(io)?;
    written.map_err(io)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
