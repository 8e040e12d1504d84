//! The one thing that is written: a new file.

use govkit_core::path::RepoPath;
use govkit_git::write::{self, WriteError};

use crate::repo::Repo;

fn path(text: &str) -> RepoPath {
    RepoPath::new(text).unwrap()
}

#[test]
fn a_repository_is_made_and_gets_a_file() {
    let directory = tempfile::TempDir::new().unwrap();
    let repository = write::init(&directory.path().join("new")).unwrap();
    assert_eq!(repository.head().unwrap(), None);
    repository
        .create_file(&path("policies/POL-001.md"), b"text\n")
        .unwrap();
    let file = directory.path().join("new/policies/POL-001.md");
    assert_eq!(std::fs::read(&file).unwrap(), b"text\n");
    let names = std::fs::read_dir(file.parent().unwrap()).unwrap();
    assert_eq!(names.count(), 1, "no temporary file is left");
    assert!(write::init(&directory.path().join("new")).is_err());
}

#[test]
fn nothing_is_overwritten() {
    let repo = Repo::new();
    repo.write("a.md", "mine\n");
    let error = repo
        .open()
        .create_file(&path("a.md"), b"yours\n")
        .unwrap_err();
    assert!(matches!(error, WriteError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read(repo.path().join("a.md")).unwrap(), b"mine\n");
    let error = repo
        .open()
        .create_file(&path("a.md/b.md"), b"x")
        .unwrap_err();
    assert!(matches!(error, WriteError::NotADirectory { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let repo = Repo::new();
    let outside = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(outside.path(), repo.path().join("link")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x"), repo.path().join("dangling")).unwrap();
    for target in ["link/a.md", "link/deep/a.md", "dangling"] {
        repo.open().create_file(&path(target), b"x").unwrap_err();
    }
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_name_some_system_cannot_hold_is_refused() {
    let repo = Repo::new();
    for name in ["CON", "a/nul.md", "a:b.md", "dot."] {
        let error = repo.open().create_file(&path(name), b"x").unwrap_err();
        assert!(matches!(error, WriteError::Name { .. }), "{error}");
    }
}
