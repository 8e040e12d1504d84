//! The working tree: the files git tracks and the ones it would offer to add.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::Path;

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Flags, Mode};
use gix::worktree::stack::state::ignore::Source;
use gix::{AttributeStack, ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{BlobId, Bytes, Entry};

use crate::disk::{Directory, Kind};
use crate::list::{ReadError, push_staged, read_index};
use crate::open::{Repository, reason, shown};
use crate::tree::{self, Names};

/// Lists the working tree. Directories of other repositories are not entered.
pub(crate) fn list(
    repository: &Repository,
    local: &Local,
    limits: &Limits,
) -> Result<Names, ReadError> {
    let Some(root) = repository.workdir() else {
        return Ok(Names::default());
    };
    let index = read_index(local)?;
    let ignored = local
        .excludes(&index, None, Source::WorktreeThenIdMappingIfNotSkipped)
        .map_err(|error| failed(root, reason(&error)))?;
    let mut walk = Walk {
        root,
        index: &index,
        ignored,
        names: Names::default(),
        limits,
    };
    walk.run()?;
    let Walk { mut names, .. } = walk;
    names.finish();
    add_left_out(local, &index, &mut names, limits)?;
    names.finish();
    Ok(names)
}

fn failed(path: &Path, reason: impl ToString) -> ReadError {
    ReadError::Worktree {
        path: shown(path),
        reason: reason.to_string(),
    }
}

/// Files a sparse checkout leaves out are unchanged as far as git is concerned.
fn add_left_out(
    local: &Local,
    index: &gix::index::File,
    names: &mut Names,
    limits: &Limits,
) -> Result<(), ReadError> {
    let mut left_out = Names::default();
    for entry in index.entries() {
        let sparse = entry.mode == Mode::DIR || entry.flags.contains(Flags::SKIP_WORKTREE);
        let path = entry.path(index).trim_end_with(|ch| ch == '/');
        if sparse && tree::check_name(path, b"", limits).is_ok() {
            push_staged(local, path, entry, &mut left_out, limits)?;
        }
    }
    let on_disk = std::mem::take(&mut names.entries);
    let is_new = |entry: &Entry| {
        on_disk
            .binary_search_by(|found| found.path.cmp(&entry.path))
            .is_err()
    };
    left_out.entries.retain(is_new);
    names.entries = on_disk;
    names.entries.append(&mut left_out.entries);
    Ok(())
}

struct Walk<'a> {
    root: &'a Path,
    index: &'a gix::index::File,
    ignored: AttributeStack<'a>,
    names: Names,
    limits: &'a Limits,
}

/// A directory that is being read.
struct Level {
    directory: Directory,
    path: Vec<u8>,
    names: std::vec::IntoIter<(OsString, Kind)>,
    /// Whether only files git tracks count here.
    tracked_only: bool,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), ReadError> {
        let root = Directory::root(self.root).map_err(|error| failed(self.root, error))?;
        let names = root.names().map_err(|error| failed(self.root, error))?;
        let mut levels = vec![Level {
            directory: root,
            path: Vec::new(),
            names: names.into_iter(),
            tracked_only: false,
        }];
        while let Some(level) = levels.last_mut() {
            let Some((name, kind)) = level.names.next() else {
                levels.pop();
                continue;
            };
            if name == ".git" {
                continue;
            }
            self.names.count(self.limits)?;
            let path = tree::joined(&level.path, name.as_encoded_bytes());
            if let Err(reason) = tree::check_name(&path, b"", self.limits) {
                self.names.skip(&path, reason);
                continue;
            }
            if kind != Kind::Directory {
                self.visit(&path, kind, level.tracked_only)?;
                continue;
            }
            let tracked_only = level.tracked_only || self.is_ignored(&path, kind)?;
            if tracked_only && !self.index.path_is_directory(BStr::new(&path)) {
                continue;
            }
            if levels.len() > self.limits.tree_depth {
                let reason = format!(
                    "it is below more than {} directories",
                    self.limits.tree_depth
                );
                self.names.skip(&path, reason);
                continue;
            }
            let child = levels.last().map(|level| level.directory.child(&name));
            levels.extend(child.and_then(|child| self.enter(child, path, tracked_only)));
        }
        Ok(())
    }

    /// Opens a directory; one that cannot be opened, or belongs to another repository, is skipped.
    fn enter(
        &mut self,
        child: std::io::Result<Directory>,
        path: Vec<u8>,
        tracked_only: bool,
    ) -> Option<Level> {
        let opened = child.and_then(|directory| Ok((directory.names()?, directory)));
        match opened {
            Ok((names, _)) if names.iter().any(|(name, _)| name == ".git") => {
                self.names.skip(&path, "it is a repository of its own");
                None
            }
            Ok((names, directory)) => Some(Level {
                directory,
                path,
                names: names.into_iter(),
                tracked_only,
            }),
            Err(error) => {
                self.names.skip(&path, error.to_string());
                None
            }
        }
    }

    fn visit(&mut self, path: &[u8], kind: Kind, tracked_only: bool) -> Result<(), ReadError> {
        let tracked = self.index.entry_by_path(BStr::new(path));
        if tracked.is_none() && (tracked_only || self.is_ignored(path, kind)?) {
            return Ok(());
        }
        match kind {
            Kind::File => {
                let blob = tracked.and_then(|entry| self.unchanged(path, entry));
                let Some(path) = RepoPath::new(String::from_utf8_lossy(path)).ok() else {
                    return Ok(());
                };
                self.names.entries.push(Entry {
                    path,
                    blob: blob.map(|id| id.to_string()),
                });
            }
            Kind::Symlink => self.names.skip(path, "a symbolic link"),
            Kind::Other | Kind::Directory => self.names.skip(path, "it is not a regular file"),
        }
        Ok(())
    }

    /// Returns the staged blob where the file's size and times say that it was not touched since,
    /// as `git status` decides it.
    fn unchanged(&self, path: &[u8], entry: &gix::index::Entry) -> Option<ObjectId> {
        let regular = matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE);
        if !regular || entry.flags.contains(Flags::INTENT_TO_ADD) {
            return None;
        }
        let options = gix::index::entry::stat::Options::default();
        if entry.stat.is_racy(self.index.timestamp(), options) {
            return None;
        }
        let file = self.root.join(BStr::new(path).to_path().ok()?);
        let metadata = gix::index::fs::Metadata::from_path_no_follow(&file).ok()?;
        let now = gix::index::entry::Stat::from_fs(&metadata).ok()?;
        (metadata.is_file() && entry.stat.matches(&now, options)).then_some(entry.id)
    }

    fn is_ignored(&mut self, path: &[u8], kind: Kind) -> Result<bool, ReadError> {
        let mode = match kind {
            Kind::Directory => Mode::DIR,
            Kind::Symlink => Mode::SYMLINK,
            Kind::File | Kind::Other => Mode::FILE,
        };
        let platform = self.ignored.at_entry(BStr::new(path), Some(mode));
        platform
            .map(|platform| platform.is_excluded())
            .map_err(|error| failed(self.root, reason(&error)))
    }
}

/// Reads files from disk, keeping the last directory open.
pub(crate) struct Reader<'a> {
    repository: &'a Repository,
    local: &'a Local,
    index: Option<Option<gix::worktree::Index>>,
    last: Option<(String, Directory)>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(repository: &'a Repository, local: &'a Local) -> Self {
        Self {
            repository,
            local,
            index: None,
            last: None,
        }
    }

    /// Reads a file; where only its line ends differ from what is staged, as it is staged.
    pub(crate) fn read(&mut self, path: &RepoPath, limits: &Limits) -> Bytes {
        let bytes = self.raw(path, limits)?;
        Ok(self.as_staged(path, bytes))
    }

    fn raw(&mut self, path: &RepoPath, limits: &Limits) -> Bytes {
        let io = |error: std::io::Error| error.to_string();
        let file = self
            .directory(path.directory())
            .and_then(|directory| directory.file(path.file_name().as_ref()))
            .map_err(io)?;
        let mut bytes = Vec::new();
        let limit = limits.artifact_bytes;
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(io)?;
        if bytes.len() as u64 > limit {
            return Err(format!("it has more than the {limit} bytes that are read"));
        }
        Ok(bytes)
    }

    fn directory(&mut self, path: &str) -> std::io::Result<&Directory> {
        if self.last.as_ref().is_none_or(|(last, _)| last != path) {
            let missing = || std::io::Error::other("the repository has no working tree");
            let root = self.repository.workdir().ok_or_else(missing)?;
            self.last = None;
            let directory = Directory::root(root)?.below(path)?;
            return Ok(&self.last.insert((path.to_owned(), directory)).1);
        }
        let missing = || std::io::Error::other("no directory is open");
        self.last
            .as_ref()
            .map(|(_, directory)| directory)
            .ok_or_else(missing)
    }

    /// A checkout may turn LF into CRLF; then every line would differ from what was committed.
    /// Only the staged blob decides, no setting: it is that blob once the CRs are gone, or not.
    fn as_staged(&mut self, path: &RepoPath, bytes: Vec<u8>) -> Vec<u8> {
        if !bytes.contains_str("\r\n") {
            return bytes;
        }
        let local = self.local;
        let index = self.index.get_or_insert_with(|| read_index(local).ok());
        let staged = index
            .as_ref()
            .and_then(|index| Some(index.entry_by_path(path.as_str().into())?.id));
        let Some(staged) = staged else { return bytes };
        let unix = bytes.replace("\r\n", "\n");
        if hash(local, &unix) == Some(staged) {
            unix
        } else {
            bytes
        }
    }
}

impl Repository {
    /// Returns the id git gives a blob of these bytes.
    pub fn blob_id(&self, bytes: &[u8]) -> BlobId {
        hash(&self.local(), bytes).map_or_else(String::new, |id| id.to_string())
    }
}

/// Returns the id `bytes` have as a blob.
pub(crate) fn hash(local: &Local, bytes: &[u8]) -> Option<ObjectId> {
    gix::objs::compute_hash(local.object_hash(), gix::objs::Kind::Blob, bytes).ok()
}

/// Reads one file from disk by path; `None` where there is none or it is no regular file.
pub(crate) fn read_path(
    repository: &Repository,
    local: &Local,
    path: &RepoPath,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, String> {
    let Some(root) = repository.workdir() else {
        return Ok(None);
    };
    match root.join(path.as_str()).symlink_metadata() {
        Ok(metadata) if metadata.is_file() => {}
        _ => return Ok(None),
    }
    Reader::new(repository, local).read(path, limits).map(Some)
}
