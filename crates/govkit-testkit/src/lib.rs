//! Builders for repositories and hermetic runs of govkit, for the tests and for `cargo xtask demo`.
//!
//! ```no_run
//! use govkit_testkit::{Govkit, Repo};
//!
//! let repo = Repo::new();
//! repo.write("govkit.toml", "profile = \"itsm\"\n").commit("start");
//! let govkit = Govkit::new("target/debug/govkit");
//! let output = govkit.run(&repo, ["check"]);
//! assert_eq!(output.code, 0, "{output}");
//! ```
//!
//! Everything here panics when it cannot do what it was asked: a test has no use for a fixture that half exists.

mod corpora;
mod govkit;
mod itsm;
mod repo;
mod run;

pub use corpora::corpus;
pub use govkit::{Govkit, NOW};
pub use itsm::{checkout, itsm, itsm_history, write_history};
pub use repo::Repo;
pub use run::{Output, Run};

use std::path::PathBuf;

/// Returns a directory that outlives this run, below the target directory of the running test.
///
/// What is slow to make and safe to keep lives here: clones of corpora, compiled plugins.
///
/// # Panics
/// When the directory cannot be made.
#[must_use]
pub fn scratch(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    let target = program
        .ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").is_file())
        .or(program.parent())
        .expect("a program lies in a directory");
    let dir = target.join("tmp").join(name);
    std::fs::create_dir_all(&dir).unwrap_or_else(|err| panic!("make {}: {err}", dir.display()));
    dir
}
