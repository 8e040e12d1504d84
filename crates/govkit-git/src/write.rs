//! Everything that writes to a repository.

mod commit;
mod directory;
mod draft;
mod durable;
mod error;
mod files;
mod hooks;
mod index;

pub use commit::{Made, NewCommit, Sign};
pub use draft::{Draft, DraftFile};
pub use error::CommitError;
pub use files::Replacement;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use govkit_core::path::{PathError, RepoPath};
use govkit_core::untrusted::Untrusted;

use crate::local::LocalFile;
use crate::open::{OpenError, Repository, reason, shown};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A bare repository has no files to add to.
    #[error("the repository has no working tree to put `{path}` in")]
    Bare {
        /// The file.
        path: RepoPath,
    },
    /// Some system could not hold the name.
    #[error("`{path}` cannot be made: {reason}")]
    Name {
        /// The file.
        path: RepoPath,
        /// What is wrong with the name.
        reason: PathError,
    },
    /// Something is there already.
    #[error("`{path}` is there already; nothing was overwritten")]
    Exists {
        /// The file.
        path: RepoPath,
    },
    /// A directory on the way is a link or no directory.
    #[error(
        "`{path}` cannot be made: `{}` is not a directory of this repository",
        shown(part)
    )]
    NotADirectory {
        /// The file.
        path: RepoPath,
        /// The part of the way.
        part: PathBuf,
    },
    /// A tag of that name is there already, or somebody else makes it just now.
    #[error("the tag `{}` cannot be made: {reason}", Untrusted::line(name))]
    Tag {
        /// The name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The system refuses.
    #[error("`{path}` cannot be written")]
    Io {
        /// The file.
        path: RepoPath,
        /// What the system says.
        source: std::io::Error,
    },
    /// Somebody wrote to a local file in the meantime.
    #[error(
        "`{}` changed while it was looked at; nothing was written",
        shown(path)
    )]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Another program is writing to a local file.
    #[error(
        "`{}` is being written by another program (if none runs, remove `{}`)",
        shown(path),
        shown(lock)
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// What says so.
        lock: PathBuf,
    },
    /// The system refuses a local file.
    #[error("`{}` cannot be written", shown(path))]
    Local {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Makes a git repository in `directory`, which may be there already and hold files.
///
/// # Errors
///
/// [`OpenError::Unreadable`] when the system refuses or `directory` has a repository already.
pub fn init(directory: &Path) -> Result<Repository, OpenError> {
    let unreadable = |reason| OpenError::Unreadable {
        path: directory.to_owned(),
        reason,
    };
    gix::ThreadSafeRepository::init(
        directory,
        gix::create::Kind::WithWorktree,
        gix::create::Options::default(),
    )
    .map_err(|error| unreadable(reason(&error)))?;
    Repository::open(directory)
}

impl Repository {
    /// Adds a file to the working tree, with the directories it needs.
    ///
    /// A file that is there stays as it is, and no symbolic link is followed. When this returns,
    /// the file has reached the disk.
    pub fn create_file(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), WriteError> {
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        RepoPath::portable(path.as_str()).map_err(|reason| WriteError::Name {
            path: path.clone(),
            reason,
        })?;
        let directory = make_directories(root, path)?;
        write_new(&directory, path, bytes)
    }
}

/// Who makes something, and when.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Seconds since 1970, UTC.
    pub seconds: i64,
}

impl Repository {
    /// Makes an annotated tag of a commit; a tag that is there stays as it is.
    pub fn create_tag(
        &self,
        name: &str,
        commit: &str,
        by: &Signature,
        message: &str,
    ) -> Result<(), WriteError> {
        let failed = |reason: String| WriteError::Tag {
            name: name.to_owned(),
            reason,
        };
        let known = self.tag(name).map_err(|error| failed(error.to_string()))?;
        if known.is_some() {
            return Err(failed(
                "it is there already; nothing was changed".to_owned(),
            ));
        }
        let commit =
            crate::object::id_of(commit).ok_or_else(|| failed("it has no commit".to_owned()))?;
        let time = format!("{} +0000", by.seconds);
        let plain = |text: &str| text.replace(['<', '>', '\n', '\0'], "");
        let (signer, email) = (plain(&by.name), plain(&by.email));
        let tagger = gix::actor::SignatureRef {
            name: signer.as_str().into(),
            email: email.as_str().into(),
            time: &time,
        };
        let must_not_exist = gix::refs::transaction::PreviousValue::MustNotExist;
        let local = self.local();
        let made = local.tag(
            name,
            commit,
            gix::objs::Kind::Commit,
            Some(tagger),
            message,
            must_not_exist,
        );
        made.map(drop).map_err(|error| failed(reason(&error)))
    }
}

impl LocalFile {
    /// Replaces the file by `bytes`, or removes it, if it still is what was read.
    ///
    /// Git's own lock is held meanwhile, `config.lock` for `config`, so that no setting another
    /// program writes is lost.
    pub fn replace(&self, bytes: Option<&[u8]>) -> Result<(), WriteError> {
        let local = |source| WriteError::Local {
            path: self.path.clone(),
            source,
        };
        let directory = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(local)?;
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let lock = directory.join(name);
        let mut file = match File::options().write(true).create_new(true).open(&lock) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(WriteError::Locked {
                    path: self.path.clone(),
                    lock,
                });
            }
            Err(error) => return Err(local(error)),
        };
        let written = || -> Result<(), WriteError> {
            if self.now().map_err(local)? != self.bytes {
                return Err(WriteError::Changed {
                    path: self.path.clone(),
                });
            }
            let Some(bytes) = bytes else {
                std::fs::remove_file(&self.path).map_err(local)?;
                return std::fs::remove_file(&lock).map_err(local);
            };
            file.write_all(bytes).map_err(local)?;
            self.set_mode(&file).map_err(local)?;
            file.sync_all().map_err(local)?;
            std::fs::rename(&lock, &self.path).map_err(local)
        };
        let mut written = written;
        let outcome = written();
        if outcome.is_err() {
            // Nothing is lost with it: the file itself was not touched.
            let _ = std::fs::remove_file(&lock);
        }
        outcome?;
        sync_directory(directory).map_err(local)
    }

    /// A hook can be run; another file keeps the mode it has.
    #[cfg(unix)]
    fn set_mode(&self, file: &File) -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match std::fs::metadata(&self.path) {
            _ if self.executable => 0o755,
            Ok(metadata) => metadata.permissions().mode(),
            Err(_) => 0o644,
        };
        file.set_permissions(std::fs::Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn set_mode(&self, _: &File) -> std::io::Result<()> {
        Ok(())
    }
}

impl Repository {
    /// Writes a file of the working tree, in place of one that is there.
    ///
    /// No symbolic link is followed: one at the path itself is replaced. The file holds the old
    /// or the new bytes, never a part.
    pub fn put_file(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), WriteError> {
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        RepoPath::portable(path.as_str()).map_err(|reason| WriteError::Name {
            path: path.clone(),
            reason,
        })?;
        let directory = make_directories(root, path)?;
        let file = new_file(&directory, path, bytes)?;
        file.persist(directory.join(path.file_name()))
            .map_err(|error| io(path, error.error))?;
        sync_directory(&directory).map_err(|source| io(path, source))
    }

    /// Removes a file of the working tree; `false` where there is none.
    pub fn remove_file(&self, path: &RepoPath) -> Result<bool, WriteError> {
        let root = self
            .workdir()
            .ok_or_else(|| WriteError::Bare { path: path.clone() })?;
        let directory = make_directories(root, path)?;
        match std::fs::remove_file(directory.join(path.file_name())) {
            Ok(()) => sync_directory(&directory)
                .map(|()| true)
                .map_err(|source| io(path, source)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(io(path, source)),
        }
    }
}

/// Makes the directories above `path` that are missing and looks at each one that is there.
fn make_directories(root: &Path, path: &RepoPath) -> Result<PathBuf, WriteError> {
    let mut directory = root.to_owned();
    for part in path.directory().split('/').filter(|part| !part.is_empty()) {
        directory.push(part);
        match std::fs::create_dir(&directory) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(io(path, source)),
        }
        let metadata = directory
            .symlink_metadata()
            .map_err(|source| io(path, source))?;
        if !metadata.is_dir() {
            return Err(WriteError::NotADirectory {
                path: path.clone(),
                part: directory,
            });
        }
    }
    Ok(directory)
}

/// The content is complete on disk before the name appears.
fn write_new(directory: &Path, path: &RepoPath, bytes: &[u8]) -> Result<(), WriteError> {
    let file = new_file(directory, path, bytes)?;
    file.persist_noclobber(directory.join(path.file_name()))
        .map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.clone() },
            _ => io(path, error.error),
        })?;
    sync_directory(directory).map_err(|source| io(path, source))
}

/// A file beside its final place, its content on disk.
fn new_file(
    directory: &Path,
    path: &RepoPath,
    bytes: &[u8],
) -> Result<tempfile::NamedTempFile, WriteError> {
    let mut file = tempfile::Builder::new()
        .prefix(".govkit-")
        .permissions(default_permissions())
        .tempfile_in(directory)
        .map_err(|source| io(path, source))?;
    file.write_all(bytes).map_err(|source| io(path, source))?;
    file.as_file()
        .sync_all()
        .map_err(|source| io(path, source))?;
    Ok(file)
}

fn io(path: &RepoPath, source: std::io::Error) -> WriteError {
    WriteError::Io {
        path: path.clone(),
        source,
    }
}

/// A temporary file is private by default; this one stays, and is for everybody.
#[cfg(unix)]
fn default_permissions() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::Permissions::from_mode(0o666)
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory cannot be opened for this, and the system does it by itself.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}
