//! What a commit of named files would change: read from disk, nothing written yet.

use std::io::Read as _;

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage, Stat};
use gix::objs::tree::{EntryKind, EntryMode};
use gix::worktree::stack::state::attributes::Source;
use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;

use crate::commit::Commit;
use crate::disk::Directory;
use crate::open::{Repository, reason};
use crate::settings::Settings;
use crate::write::error::CommitError;

/// Settings that say how a file becomes a blob, and what a move of a branch leaves behind.
const FORM: [&str; 6] = [
    "core.autocrlf",
    "core.eol",
    "core.checkRoundtripEncoding",
    "core.ignoreCase",
    "core.fileMode",
    "core.logAllRefUpdates",
];

/// The named files as a commit would have them.
pub struct Draft {
    pub(crate) head: Option<Commit>,
    pub(crate) files: Vec<DraftFile>,
}

/// One file of a draft that differs from the last commit.
pub struct DraftFile {
    /// Its path.
    pub path: RepoPath,
    /// The bytes the commit would have; absent for a file that is gone.
    pub bytes: Option<Vec<u8>>,
    /// What the last commit has there.
    pub(crate) before: Option<(EntryKind, ObjectId)>,
    pub(crate) executable: bool,
    pub(crate) stat: Stat,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths = self.files.iter().map(|file| &file.path);
        f.debug_list().entries(paths).finish()
    }
}

impl Draft {
    /// Returns the commit the draft builds on; `None` before the first one.
    pub fn base(&self) -> Option<String> {
        Some(self.head.as_ref()?.id.to_string())
    }

    /// Returns the files that differ from the last commit, by path.
    pub fn files(&self) -> &[DraftFile] {
        &self.files
    }
}

impl DraftFile {
    /// Returns `added`, `changed` or `removed`.
    pub fn change(&self) -> &'static str {
        match (&self.before, &self.bytes) {
            (_, None) => "removed",
            (None, Some(_)) => "added",
            (Some(_), Some(_)) => "changed",
        }
    }

    pub(crate) fn kind(&self) -> EntryKind {
        match self.executable {
            true => EntryKind::BlobExecutable,
            false => EntryKind::Blob,
        }
    }
}

impl Repository {
    /// Reads the named files as `git add` would store them and keeps those that differ from the
    /// last commit. Nothing is written, and no filter program is run.
    pub fn draft(&self, paths: &[RepoPath], limits: &Limits) -> Result<Draft, CommitError> {
        let root = self.workdir().ok_or(CommitError::Bare)?;
        let settings = Settings::load(self);
        let local = self.writer(&form(&settings))?;
        refuse_unfinished(self)?;
        let head = self.settled_head(&local)?;
        let object = |error: gix::Error| CommitError::Object {
            reason: reason(&error),
        };
        let (mut pipeline, index) = local.filter_pipeline(None).map_err(object)?;
        let mut filters = Filters::new(&local, &index, &settings)?;
        let mut sorted: Vec<&RepoPath> = paths.iter().collect();
        sorted.sort();
        sorted.dedup();
        let mut files = Vec::new();
        for path in sorted {
            refuse_foreign(root, &index, path)?;
            let staged = staged(&index, path)?;
            let before = entry_of(&local, head.as_ref(), path)?;
            let Some(found) = read(root, path, limits)? else {
                if before.is_none() && staged.is_none() {
                    return Err(CommitError::Absent { path: path.clone() });
                }
                files.push(DraftFile {
                    path: path.clone(),
                    bytes: None,
                    before,
                    executable: false,
                    stat: Stat::default(),
                });
                continue;
            };
            filters.refuse(path)?;
            let mut bytes = Vec::new();
            let converted = pipeline
                .convert_to_git(&*found.bytes, path.as_str().as_ref(), &index)
                .map_err(|error| CommitError::File {
                    path: path.clone(),
                    reason: reason(&error),
                })?;
            let mut converted = converted;
            converted
                .read_to_end(&mut bytes)
                .map_err(|error| CommitError::File {
                    path: path.clone(),
                    reason: error.to_string(),
                })?;
            files.push(DraftFile {
                path: path.clone(),
                bytes: Some(bytes),
                before,
                executable: executable(&settings, found.executable, staged, before),
                stat: found.stat,
            });
        }
        files.retain(|file| differs(&local, file));
        Ok(Draft { head, files })
    }
}

/// Settings as the `key=value` an opened repository takes; a value that could be more is left out.
pub(crate) fn form(settings: &Settings) -> Vec<String> {
    let plain = |value: &String| {
        value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b',' | b' '))
    };
    let known = FORM.iter().filter_map(|key| {
        let value = settings.value(key).filter(plain)?;
        Some(format!("{key}={value}"))
    });
    known.collect()
}

/// A commit in between would end up in what is to come.
pub(crate) fn refuse_unfinished(repository: &Repository) -> Result<(), CommitError> {
    match repository.unfinished() {
        Some((what, way_out)) => Err(CommitError::Unfinished { what, way_out }),
        None => Ok(()),
    }
}

/// A file of a submodule, or of a repository that lies in this one, is committed there.
fn refuse_foreign(
    root: &std::path::Path,
    index: &gix::index::State,
    path: &RepoPath,
) -> Result<(), CommitError> {
    let parts = path.as_str().match_indices('/');
    for directory in parts.map(|(at, _)| &path.as_str()[..at]) {
        let entry = index.entry_by_path(directory.into());
        let submodule = entry.is_some_and(|entry| entry.mode == Mode::COMMIT);
        let own = root.join(directory).join(".git");
        if submodule || own.symlink_metadata().is_ok() {
            return Err(CommitError::File {
                path: path.clone(),
                reason: format!("`{directory}` is a repository of its own; commit it there"),
            });
        }
    }
    Ok(())
}

/// What is staged at a path, where it is one file without a conflict.
fn staged<'i>(
    index: &'i gix::index::State,
    path: &RepoPath,
) -> Result<Option<&'i gix::index::Entry>, CommitError> {
    let name: &BStr = path.as_str().into();
    let range = index.entry_range(name);
    let entries = range.map_or(&[][..], |range| &index.entries()[range]);
    if entries
        .iter()
        .any(|entry| entry.stage() != Stage::Unconflicted)
    {
        return Err(CommitError::Unmerged { path: path.clone() });
    }
    let in_sparse = index
        .entries()
        .iter()
        .any(|entry| entry.mode == Mode::DIR && name.starts_with(entry.path(index).as_bytes()));
    let left_out = |entry: &gix::index::Entry| entry.flags.contains(Flags::SKIP_WORKTREE);
    if in_sparse || entries.iter().any(left_out) {
        return Err(CommitError::LeftOut { path: path.clone() });
    }
    Ok(entries.first())
}

/// What a commit has at a path, where it is a file or a link.
pub(crate) fn entry_of(
    local: &Local,
    commit: Option<&Commit>,
    path: &RepoPath,
) -> Result<Option<(EntryKind, ObjectId)>, CommitError> {
    let Some(commit) = commit else {
        return Ok(None);
    };
    let object = |error: gix::Error| CommitError::Object {
        reason: reason(&error),
    };
    let tree = local.find_tree(commit.tree).map_err(object)?;
    let entry = tree.lookup_entry_by_path(path.as_str()).map_err(object)?;
    let entry = entry.map(|entry| (EntryMode::kind(&entry.mode()), entry.object_id()));
    Ok(entry.filter(|(kind, _)| *kind != EntryKind::Tree))
}

struct Found {
    bytes: Vec<u8>,
    stat: Stat,
    executable: bool,
}

/// Reads a regular file without following a link; `None` where there is none.
fn read(
    root: &std::path::Path,
    path: &RepoPath,
    limits: &Limits,
) -> Result<Option<Found>, CommitError> {
    let failed = |reason: String| CommitError::File {
        path: path.clone(),
        reason,
    };
    let on_disk = root.join(path.as_str());
    match on_disk.symlink_metadata() {
        Ok(_) => {}
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
    }
    let file = Directory::root(root)
        .and_then(|directory| directory.below(path.directory()))
        .and_then(|directory| directory.file(path.file_name().as_ref()));
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|error| failed(error.to_string()))?,
    };
    let limit = limits.artifact_bytes;
    let mut bytes = Vec::new();
    // The times are taken before the bytes: a change in between shows as one that is not staged.
    let metadata = gix::index::fs::Metadata::from_file(&file);
    let metadata = metadata.map_err(|error| failed(error.to_string()))?;
    let read = (&mut file)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes);
    read.map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(failed(format!(
            "it has more than the {limit} bytes that are read"
        )));
    }
    let stat = Stat::from_fs(&metadata).map_err(|error| failed(error.to_string()))?;
    Ok(Some(Found {
        bytes,
        stat,
        executable: metadata.is_executable(),
    }))
}

/// Also a file where a directory should be: then nothing is there.
fn is_missing(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

/// Where the file system cannot tell, what git knows of the file stays.
fn executable(
    settings: &Settings,
    on_disk: bool,
    staged: Option<&gix::index::Entry>,
    before: Option<(EntryKind, ObjectId)>,
) -> bool {
    if cfg!(unix) && settings.is_on("core.fileMode", true) {
        return on_disk;
    }
    match staged {
        Some(entry) => entry.mode == Mode::FILE_EXECUTABLE,
        None => before.is_some_and(|(kind, _)| kind == EntryKind::BlobExecutable),
    }
}

fn differs(local: &Local, file: &DraftFile) -> bool {
    match (&file.bytes, file.before) {
        // Staged for the first time, then deleted: the index still has it.
        (None, _) => true,
        (Some(bytes), Some((kind, id))) => {
            kind != file.kind() || crate::worktree::hash(local, bytes) != Some(id)
        }
        (Some(_), None) => true,
    }
}

/// The filter programs that somebody has set up, and the attributes that ask for them.
struct Filters<'a> {
    stack: gix::AttributeStack<'a>,
    outcome: gix::attrs::search::Outcome,
    settings: &'a Settings,
}

impl<'a> Filters<'a> {
    fn new(
        local: &'a Local,
        index: &gix::index::State,
        settings: &'a Settings,
    ) -> Result<Self, CommitError> {
        let stack = local.attributes_only(index, Source::WorktreeThenIdMapping);
        let stack = stack.map_err(|error| CommitError::Object {
            reason: reason(&error),
        })?;
        let outcome = stack.selected_attribute_matches(["filter"]);
        Ok(Self {
            stack,
            outcome,
            settings,
        })
    }

    /// A filter nobody set up does nothing in git, too.
    fn refuse(&mut self, path: &RepoPath) -> Result<(), CommitError> {
        let name: &BStr = path.as_str().into();
        let platform = self.stack.at_entry(name, Some(Mode::FILE));
        let platform = platform.map_err(|error| CommitError::File {
            path: path.clone(),
            reason: reason(&error),
        })?;
        platform.matching_attributes(&mut self.outcome);
        for found in self.outcome.iter_selected() {
            let gix::attrs::StateRef::Value(value) = found.assignment.state else {
                continue;
            };
            let filter = value.as_bstr().to_str_lossy().into_owned();
            let set_up = ["clean", "process", "required"].iter().any(|key| {
                self.settings
                    .value(&format!("filter.{filter}.{key}"))
                    .is_some()
            });
            if set_up {
                return Err(CommitError::Filter {
                    path: path.clone(),
                    filter,
                });
            }
        }
        Ok(())
    }
}
