//! Directories and files on disk, reached without following a symbolic link.
//!
//! On Unix each step is taken from the directory opened before it, so a directory that is
//! swapped for a link while it is being read leads nowhere. Elsewhere each step is looked at
//! before it is taken.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;

/// What a name on disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    File,
    Directory,
    Symlink,
    Other,
}

pub(crate) use platform::Directory;

impl Directory {
    /// Opens the directory `path` names below this one, part by part.
    pub(crate) fn below(self, path: &str) -> io::Result<Self> {
        path.split('/')
            .filter(|part| !part.is_empty())
            .try_fold(self, |directory, part| directory.child(part.as_ref()))
    }
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

#[cfg(unix)]
mod platform {
    use std::ffi::OsStr;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;

    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat};

    use super::{File, Kind, OsString, Path, io, regular};

    /// An open directory.
    pub(crate) struct Directory(OwnedFd);

    const DIRECTORY: OFlags = OFlags::RDONLY
        .union(OFlags::DIRECTORY)
        .union(OFlags::CLOEXEC);

    impl Directory {
        /// Opens the directory everything else is below; links on the way to it are followed.
        pub(crate) fn root(path: &Path) -> io::Result<Self> {
            Ok(Self(rustix::fs::open(path, DIRECTORY, Mode::empty())?))
        }

        /// Opens a directory in this one.
        pub(crate) fn child(&self, name: &OsStr) -> io::Result<Self> {
            let flags = DIRECTORY.union(OFlags::NOFOLLOW);
            Ok(Self(openat(&self.0, name, flags, Mode::empty())?))
        }

        /// Opens a regular file in this directory; a pipe or device is refused without waiting.
        pub(crate) fn file(&self, name: &OsStr) -> io::Result<File> {
            let flags = OFlags::RDONLY
                .union(OFlags::NOFOLLOW)
                .union(OFlags::NONBLOCK)
                .union(OFlags::CLOEXEC);
            regular(File::from(openat(&self.0, name, flags, Mode::empty())?))
        }

        /// Returns the names in this directory, sorted.
        pub(crate) fn names(&self) -> io::Result<Vec<(OsString, Kind)>> {
            let mut names = Vec::new();
            for entry in Dir::read_from(&self.0)? {
                let entry = entry?;
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                if name == "." || name == ".." {
                    continue;
                }
                names.push((name.to_owned(), self.kind(name, entry.file_type())));
            }
            names.sort();
            Ok(names)
        }

        fn kind(&self, name: &OsStr, known: FileType) -> Kind {
            let stat = || statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW);
            let file_type = match known {
                FileType::Unknown => stat().map_or(FileType::Unknown, |stat| {
                    FileType::from_raw_mode(stat.st_mode)
                }),
                known => known,
            };
            match file_type {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Symlink,
                _ => Kind::Other,
            }
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use std::ffi::OsStr;
    use std::fs::FileType;
    use std::path::PathBuf;

    use super::{File, Kind, OsString, Path, io, regular};

    /// A directory by path.
    pub(crate) struct Directory(PathBuf);

    impl Directory {
        pub(crate) fn root(path: &Path) -> io::Result<Self> {
            Ok(Self(path.to_owned()))
        }

        pub(crate) fn child(&self, name: &OsStr) -> io::Result<Self> {
            let path = self.0.join(name);
            match kind(path.symlink_metadata()?.file_type()) {
                Kind::Directory => Ok(Self(path)),
                _ => Err(io::Error::other("it is not a directory")),
            }
        }

        pub(crate) fn file(&self, name: &OsStr) -> io::Result<File> {
            let path = self.0.join(name);
            match kind(path.symlink_metadata()?.file_type()) {
                Kind::File => regular(File::open(path)?),
                _ => Err(io::Error::other("it is not a regular file")),
            }
        }

        pub(crate) fn names(&self) -> io::Result<Vec<(OsString, Kind)>> {
            let mut names = Vec::new();
            for entry in self.0.read_dir()? {
                let entry = entry?;
                names.push((entry.file_name(), kind(entry.file_type()?)));
            }
            names.sort();
            Ok(names)
        }
    }

    fn kind(file_type: FileType) -> Kind {
        if file_type.is_symlink() {
            Kind::Symlink
        } else if file_type.is_dir() {
            Kind::Directory
        } else if file_type.is_file() {
            Kind::File
        } else {
            Kind::Other
        }
    }
}
