//! Directories that appear with all their files, or not at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use govkit_core::path::RepoPath;

use crate::open::Repository;
use crate::write::{WriteError, io, make_directories, sync_directory};

impl Repository {
    /// Adds a directory with files to the working tree.
    ///
    /// It is made beside git's own files and moved into its place when it is complete, so that a
    /// killed program leaves nothing in the working tree. One that is there stays as it is.
    pub fn create_directory(
        &self,
        path: &RepoPath,
        files: &[(&str, &[u8])],
    ) -> Result<(), WriteError> {
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        RepoPath::portable(path.as_str()).map_err(|reason| WriteError::Name {
            path: path.clone(),
            reason,
        })?;
        let parent = make_directories(root, path)?;
        let target = parent.join(path.file_name());
        if target.symlink_metadata().is_ok() {
            return Err(WriteError::Exists { path: path.clone() });
        }
        let made = Making::new(self.git_dir(), files).or_else(|_| Making::new(&parent, files));
        let made = made.map_err(|source| io(path, source))?;
        let moved = match fs::rename(&made.0, &target) {
            // Git's files are on another disk than the working tree.
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                drop(made);
                let made = Making::new(&parent, files).map_err(|source| io(path, source))?;
                fs::rename(&made.0, &target).map(|()| made.forget())
            }
            Err(error) if target.symlink_metadata().is_ok() => {
                drop(error);
                return Err(WriteError::Exists { path: path.clone() });
            }
            moved => moved.map(|()| made.forget()),
        };
        moved.map_err(|source| io(path, source))?;
        sync_directory(&parent).map_err(|source| io(path, source))
    }
}

/// A directory under a name of its own, taken away unless it found its place.
struct Making(PathBuf);

impl Making {
    fn new(beside: &Path, files: &[(&str, &[u8])]) -> std::io::Result<Self> {
        let name = tempfile::Builder::new()
            .prefix("govkit-new-")
            .make_in(beside, |path| {
                // Not the private mode of a temporary directory: this one stays.
                fs::create_dir(path)
            })?;
        let (_, name) = name.into_parts();
        let making = Self(name.keep().map_err(|error| error.error)?);
        for (file, bytes) in files {
            let mut file = File::create_new(making.0.join(file))?;
            file.write_all(bytes)?;
            file.sync_all()?;
        }
        sync_directory(&making.0)?;
        Ok(making)
    }

    fn forget(mut self) {
        self.0 = PathBuf::new();
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            // What cannot be taken away harms nobody; `doctor` names it.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
