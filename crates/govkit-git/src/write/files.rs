//! Several files of the working tree, replaced together.

use std::fs::File;
use std::path::{Path, PathBuf};

use govkit_core::path::RepoPath;

use crate::disk::Directory;
use crate::open::Repository;
use crate::write::{WriteError, io, make_directories, new_file, sync_directory};

/// A file as it has to be, and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The file.
    pub path: RepoPath,
    /// What has to be in it; absent where nothing may be there.
    pub old: Option<Vec<u8>>,
    /// What is to be in it; absent where it is to go.
    pub new: Option<Vec<u8>>,
}

/// A file that waits beside its place.
struct Waiting<'a> {
    file: &'a Replacement,
    directory: PathBuf,
    new: Option<tempfile::NamedTempFile>,
}

impl Repository {
    /// Returns the bytes of a file of the working tree as they are on disk; `None` where there is
    /// none. No symbolic link is followed.
    pub fn file_on_disk(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, WriteError> {
        use std::io::Read as _;
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        let file = Directory::root(root)
            .and_then(|directory| directory.below(path.directory()))
            .and_then(|directory| directory.file(path.file_name().as_ref()));
        let mut file = match file {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(io(path, source)),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)
            .map_err(|source| io(path, source))?;
        Ok(Some(bytes))
    }

    /// Replaces files, all or none.
    ///
    /// All new content is on disk before the first name changes; a file that is no longer what it
    /// has to be, or a failure on the way, leaves everything as it was. Files appear and change
    /// in the order given, those that go do so last.
    pub fn replace_files(&self, files: &[Replacement]) -> Result<(), WriteError> {
        let mut waiting = Vec::new();
        for file in files {
            waiting.push(self.prepare(file)?);
        }
        for file in files {
            if self.file_on_disk(&file.path)? != file.old {
                return Err(match file.old {
                    None => WriteError::Exists {
                        path: file.path.clone(),
                    },
                    Some(_) => WriteError::Changed {
                        path: file.path.as_str().into(),
                    },
                });
            }
        }
        waiting.sort_by_key(|waiting| waiting.file.new.is_none());
        let mut done: Vec<(&Replacement, PathBuf)> = Vec::new();
        for Waiting {
            file,
            directory,
            new,
        } in waiting
        {
            let place = directory.join(file.path.file_name());
            let put = match new {
                Some(new) if file.old.is_none() => new
                    .persist_noclobber(&place)
                    .map(drop)
                    .map_err(|error| error.error),
                Some(new) => new.persist(&place).map(drop).map_err(|error| error.error),
                None => std::fs::remove_file(&place),
            };
            if let Err(source) = put.and_then(|()| sync_directory(&directory)) {
                self.take_back(&done);
                return Err(io(&file.path, source));
            }
            done.push((file, directory));
        }
        Ok(())
    }

    fn prepare<'a>(&self, file: &'a Replacement) -> Result<Waiting<'a>, WriteError> {
        let path = &file.path;
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        if file.old.is_none() {
            RepoPath::portable(path.as_str()).map_err(|reason| WriteError::Name {
                path: path.clone(),
                reason,
            })?;
        }
        let directory = make_directories(root, path)?;
        let new = match &file.new {
            Some(bytes) => Some(new_file(&directory, path, bytes)?),
            None => None,
        };
        if let Some(new) = &new
            && let Ok(metadata) = directory.join(path.file_name()).symlink_metadata()
        {
            keep_mode(new.as_file(), &metadata).map_err(|source| io(path, source))?;
        }
        Ok(Waiting {
            file,
            directory,
            new,
        })
    }

    /// Puts back what was there; where even that fails, git still has what was committed.
    fn take_back(&self, done: &[(&Replacement, PathBuf)]) {
        for (file, directory) in done.iter().rev() {
            let place: &Path = &directory.join(file.path.file_name());
            let _ = match &file.old {
                None => std::fs::remove_file(place).map_err(|source| io(&file.path, source)),
                Some(old) => self.put_file(&file.path, old),
            };
        }
    }
}

fn keep_mode(file: &File, metadata: &std::fs::Metadata) -> std::io::Result<()> {
    match metadata.is_file() {
        true => file.set_permissions(metadata.permissions()),
        false => Ok(()),
    }
}
