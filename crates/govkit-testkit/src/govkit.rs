//! Runs of the `govkit` program.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{Output, Repo, Run, scratch};

/// The day on which every test takes place.
pub const NOW: &str = "2026-11-23";

/// The `govkit` program under test.
#[derive(Debug, Clone)]
pub struct Govkit {
    program: PathBuf,
}

impl Govkit {
    /// Names the program; a test of govkit-cli passes `env!("CARGO_BIN_EXE_govkit")`.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Govkit {
        Govkit {
            program: program.into(),
        }
    }

    /// Runs `govkit ARGS` in the repository.
    pub fn run<A: AsRef<OsStr>>(&self, repo: &Repo, args: impl IntoIterator<Item = A>) -> Output {
        self.prepare(repo).args(args).run()
    }

    /// Prepares a run of govkit in the repository, to be given arguments, input or variables.
    #[must_use]
    pub fn prepare(&self, repo: &Repo) -> Run {
        settings(repo.run(&self.program.to_string_lossy()))
    }

    /// Runs a script under bash in the repository, with `govkit` on its path.
    pub fn bash(&self, repo: &Repo, script: &str) -> Output {
        let here = self.program.parent().unwrap_or(Path::new("."));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            std::iter::once(here.to_owned()).chain(std::env::split_paths(&path)),
        )
        .expect("no directory on the path contains a colon");
        settings(repo.run("bash"))
            .env("PATH", path)
            .args(["-c", script])
            .run()
    }
}

/// The day is fixed; compiled plugins are shared by all tests, because compiling one takes longer than most tests.
fn settings(run: Run) -> Run {
    run.env("GOVKIT_NOW", NOW)
        .env("XDG_CACHE_HOME", scratch("cache"))
}
