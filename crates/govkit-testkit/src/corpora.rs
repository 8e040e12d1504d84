//! Real repositories, where they are at hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns a clone of a corpus with a worktree, or nothing when its bundle is not on this machine; then it says so.
///
/// Bundles are looked for in `$GOVKIT_CORPORA`, else in `../shared/corpora` beside the checkout. The clone is made once
/// and kept below the target directory: read it, never write to it.
///
/// # Panics
/// When the bundle is there and cannot be cloned.
#[must_use]
pub fn corpus(name: &str) -> Option<PathBuf> {
    let Some(bundle) = bundle(name) else {
        say(
            name,
            "set GOVKIT_CORPORA to the directory that holds its bundle",
        );
        return None;
    };
    let size = fs::metadata(&bundle)
        .expect("the bundle was there a moment ago")
        .len();
    let clone = crate::scratch("corpora").join(format!("{name}-{size}"));
    if !clone.join(".git").is_dir() {
        clone_to(&bundle, &clone);
    }
    Some(clone)
}

fn bundle(name: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("GOVKIT_CORPORA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let bundle = dir.join(format!("{name}.bundle"));
    bundle.is_file().then_some(bundle)
}

#[expect(
    clippy::print_stderr,
    reason = "a test that was skipped says so where `--nocapture` shows it"
)]
fn say(name: &str, hint: &str) {
    eprintln!("skipped: no bundle `{name}`; {hint}");
}

/// Clones beside the final place and renames, because another test may be doing the same.
fn clone_to(bundle: &Path, clone: &Path) {
    let parent = clone
        .parent()
        .expect("the clone lies below the target directory");
    let draft = tempfile::tempdir_in(parent).expect("a temporary directory can be made");
    let status = Command::new("git")
        .args(["clone", "--quiet"])
        .arg(bundle)
        .arg(draft.path().join("clone"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .status()
        .expect("git can be started");
    assert!(status.success(), "clone {}", bundle.display());
    if fs::rename(draft.path().join("clone"), clone).is_err() {
        assert!(
            clone.join(".git").is_dir(),
            "nobody else has cloned {}",
            bundle.display()
        );
    }
}
