//! The user's hooks, run only where somebody asks for it, as `git commit` runs them.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::open::Repository;
use crate::write::error::CommitError;
use crate::write::index::absolute;

/// What a hook is told besides its arguments.
pub(crate) struct Surroundings<'a> {
    /// An index with what is to be committed.
    pub(crate) index: &'a Path,
}

/// Runs a hook where there is one; its output goes to standard error.
pub(crate) fn run(
    repository: &Repository,
    name: &'static str,
    arguments: &[&Path],
    surroundings: &Surroundings<'_>,
) -> Result<(), CommitError> {
    let failed = |how: String| CommitError::Hook { name, how };
    let directory = repository
        .hooks_directory()
        .map_err(|error| failed(format!("cannot be found: {error}")))?;
    let path = directory.join(name);
    if !is_executable(&path) {
        return Ok(());
    }
    let top = repository.workdir().ok_or(CommitError::Bare)?;
    let status = Command::new(absolute(&path))
        .args(arguments)
        .current_dir(top)
        .env("GIT_DIR", absolute(repository.git_dir()))
        .env("GIT_WORK_TREE", absolute(top))
        .env("GIT_INDEX_FILE", absolute(surroundings.index))
        .env("GIT_EDITOR", ":")
        .stdin(Stdio::null())
        // What a hook says is for people; standard output is for the answer.
        .stdout(std::io::stderr())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("said no ({status})"))),
        Err(error) => Err(failed(format!("cannot be run: {error}"))),
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
