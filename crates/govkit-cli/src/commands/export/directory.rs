//! The directory an export goes to: filled beside the old one, then put in its place.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use govkit_core::export::{OutputFile, Sink};

use crate::error::hinted;
use crate::ui::write_file;

/// The file that says a directory was made by an export and may be replaced by one.
const MARKER: &str = ".govkit-export";

/// How the name of a directory begins that is being filled.
const PREFIX: &str = ".govkit-export-";

/// The file in it that its run holds a lock on.
const ALIVE: &str = ".alive";

/// A new directory beside the old one, filled file by file; then they are swapped, so that a
/// reader sees all of one export or all of another.
pub(super) struct Fresh {
    place: tempfile::TempDir,
    /// Held while this run lives, so that a later one can tell the rest of one that died.
    alive: File,
    /// The directory whose place it takes.
    old: PathBuf,
    written: Arc<Mutex<Vec<String>>>,
}

/// Where the exporter's files go as they come.
pub(super) struct IntoDirectory {
    place: PathBuf,
    /// The directory to be replaced: a file with the same bytes there is linked, not written.
    old: PathBuf,
    written: Arc<Mutex<Vec<String>>>,
}

impl Sink for IntoDirectory {
    fn put(&mut self, file: OutputFile) -> Result<(), String> {
        let path = self.place.join(file.path.as_str());
        let write = || {
            if let Some(inside) = path.parent() {
                std::fs::create_dir_all(inside)?;
            }
            if linked(&self.old, &file, &path) {
                return Ok(());
            }
            // New, in a directory of our own: nothing is followed and nothing overwritten.
            File::create_new(&path)?.write_all(&file.bytes)
        };
        write().map_err(|error| format!("`{}` cannot be written: {error}", file.path))?;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.push(file.path.as_str().to_owned());
        Ok(())
    }
}

/// Links the old export's file into the new one where both have the same bytes, so that an
/// unchanged page keeps its time and is not sent again by whatever copies the site. A link on the
/// way there is not followed: it could lead out of the export. Where the system cannot link, the
/// caller writes.
fn linked(old: &Path, file: &OutputFile, new: &Path) -> bool {
    let mut from = old.to_owned();
    for part in file.path.as_str().split('/') {
        match from.symlink_metadata() {
            Ok(meta) if meta.is_dir() => from.push(part),
            _ => return false,
        }
    }
    let same_size = from
        .symlink_metadata()
        .is_ok_and(|meta| meta.is_file() && usize::try_from(meta.len()) == Ok(file.bytes.len()));
    if !same_size || !std::fs::read(&from).is_ok_and(|bytes| bytes == file.bytes) {
        return false;
    }
    std::fs::hard_link(&from, new).is_ok()
}

impl Fresh {
    /// Makes a directory beside `directory`, and clears away what runs left that were killed.
    pub(super) fn beside(directory: &Path) -> Result<Self> {
        refuse_foreign(directory)?;
        let parent = directory
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent)
            .with_context(|| format!("make the directory `{}`", parent.display()))?;
        clear_rests(parent);
        let make = || -> std::io::Result<(tempfile::TempDir, File)> {
            let place = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
            let alive = File::create_new(place.path().join(ALIVE))?;
            alive.lock()?;
            // Before it was locked another run could take it for a rest.
            place.path().join(ALIVE).symlink_metadata()?;
            Ok((place, alive))
        };
        let (place, alive) =
            make().with_context(|| format!("make a directory beside `{}`", directory.display()))?;
        Ok(Self {
            place,
            alive,
            old: directory.to_owned(),
            written: Arc::default(),
        })
    }

    /// Returns where an exporter's files go.
    pub(super) fn sink(&self) -> IntoDirectory {
        IntoDirectory {
            place: self.place.path().to_owned(),
            old: self.old.clone(),
            written: self.written.clone(),
        }
    }

    /// Swaps the directories and returns the files' paths, sorted.
    pub(super) fn take_place_of(self, directory: &Path) -> Result<Vec<String>> {
        write_file(
            &self.place.path().join(MARKER),
            b"This directory was made by `govkit export` and may be replaced by it.\n",
        )?;
        set_directory_mode(self.place.path())?;
        refuse_foreign(directory)?;
        let alive = self.place.path().join(ALIVE);
        std::fs::remove_file(&alive).with_context(|| format!("remove `{}`", alive.display()))?;
        drop(self.alive);
        if directory.exists() {
            swap(self.place.path(), directory)?;
            // What is in the temporary place now is the old export.
            self.place
                .close()
                .with_context(|| format!("remove the old `{}`", directory.display()))?;
        } else {
            std::fs::rename(self.place.keep(), directory)
                .with_context(|| format!("put the new `{}` in its place", directory.display()))?;
        }
        let mut paths =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        paths.sort_unstable();
        Ok(paths)
    }
}

/// Removes the directories of runs that were killed: nobody holds their lock any more. What cannot
/// be told or removed stays; it is in nobody's way.
fn clear_rests(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_dir());
        let lock = entry.path().join(ALIVE);
        let is_file = lock.symlink_metadata().is_ok_and(|meta| meta.is_file());
        if is_ours
            && is_file
            && let Ok(file) = File::open(&lock)
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Exchanges two directories: at once where the system can, else in two steps.
fn swap(fresh: &Path, directory: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, directory, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let aside = fresh.with_extension("old");
    std::fs::rename(directory, &aside)
        .with_context(|| format!("move the old `{}` aside", directory.display()))?;
    if let Err(error) = std::fs::rename(fresh, directory) {
        std::fs::rename(&aside, directory)
            .with_context(|| format!("put `{}` back", directory.display()))?;
        return Err(error)
            .with_context(|| format!("put the new `{}` in its place", directory.display()));
    }
    std::fs::rename(&aside, fresh).with_context(|| format!("clear `{}` away", aside.display()))
}

/// Only a directory that is new, empty, or an earlier export may be replaced.
fn refuse_foreign(directory: &Path) -> Result<()> {
    let Ok(meta) = directory.symlink_metadata() else {
        return Ok(());
    };
    if !meta.is_dir() {
        return Err(hinted(
            format!("`{}` is not a directory", directory.display()),
            "name a new directory with `-o`",
        ));
    }
    let mut entries = std::fs::read_dir(directory)
        .with_context(|| format!("read the directory `{}`", directory.display()))?;
    if entries.next().is_none() || directory.join(MARKER).is_file() {
        return Ok(());
    }
    Err(hinted(
        format!(
            "`{}` holds files that no export made; nothing was written",
            directory.display()
        ),
        "name a new or empty directory with `-o`",
    ))
}

/// A temporary directory is private; an export is to be read.
#[cfg(unix)]
fn set_directory_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .context("set the mode of the new directory")
}

#[cfg(not(unix))]
fn set_directory_mode(_path: &Path) -> Result<()> {
    Ok(())
}
