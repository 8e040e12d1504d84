//! Repositories made to do harm: nothing is executed, followed or believed, and nothing hangs.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use govkit_core::limits::Limits;
use govkit_core::snapshot::At;
use govkit_git::{Parents, ReadError, Repository};

use crate::repo::{Repo, list, paths, revision};

/// Why the names of a revision are not read.
fn reasons(repo: &Repo) -> Vec<String> {
    let listing = list(&repo.open(), &revision("main"));
    let line =
        |skipped: &govkit_core::snapshot::Skipped| format!("{}: {}", skipped.shown, skipped.reason);
    listing.skipped.iter().map(line).collect()
}

#[test]
fn a_name_that_leaves_the_repository_is_skipped() {
    let repo = Repo::new();
    let blob = repo.object("blob", b"x\n");
    let names: &[&[u8]] = &[
        b"..",
        b".",
        b".git",
        b".GIT",
        b"git~1",
        b".git ",
        b".g\xe2\x80\x8cit",
        b"",
        b"a/b",
        b"../x",
        b"\xff\xfe",
    ];
    for name in names {
        repo.commit_raw_tree(&[("100644", name, &blob), ("100644", b"good.md", &blob)]);
        let listing = list(&repo.open(), &revision("main"));
        assert_eq!(paths(&listing), ["good.md"], "{name:?}");
        assert_eq!(listing.skipped.len(), 1);
        let changes = repo
            .open()
            .tree_changes(&At::Empty, &revision("main"), &Limits::DEFAULT);
        assert_eq!(changes.unwrap().len(), 1);
    }
}

#[test]
fn a_link_is_named_and_not_followed() {
    let repo = Repo::new();
    let target = repo.object("blob", b"/etc/passwd");
    repo.commit_raw_tree(&[("120000", b"policy.md", &target)]);
    assert_eq!(reasons(&repo), ["policy.md: a symbolic link"]);
    let read = repo
        .open()
        .read_path(&revision("main"), "policy.md")
        .unwrap();
    assert_eq!(read, None);
}

#[test]
fn nothing_is_read_below_a_link_of_the_same_name() {
    let repo = Repo::new();
    let target = repo.object("blob", b"/tmp");
    let blob = repo.object("blob", b"x\n");
    let below = repo.raw_tree(&[("100644", b"pwn", &blob)]);
    repo.commit_raw_tree(&[("120000", b"a", &target), ("40000", b"a", &below)]);
    assert!(list(&repo.open(), &revision("main")).entries.is_empty());
    assert_eq!(reasons(&repo).len(), 2);
}

#[test]
fn submodules_and_unknown_modes_are_skipped() {
    let repo = Repo::new();
    let blob = repo.object("blob", b"x\n");
    let commit = "1".repeat(40);
    repo.commit_raw_tree(&[("160000", b"sub", &commit), ("177777", b"weird", &blob)]);
    assert_eq!(
        reasons(&repo),
        [
            "sub: a submodule",
            "weird: its mode 177777 is none git uses"
        ]
    );
}

#[test]
fn a_missing_blob_is_said_of_its_file() {
    let repo = Repo::new();
    let (blob, missing) = (repo.object("blob", b"x\n"), "1".repeat(40));
    repo.commit_raw_tree(&[("100644", b"a", &blob), ("100644", b"b", &missing)]);
    let snapshot = repo
        .open()
        .snapshot(&revision("main"), |_| true, &Limits::DEFAULT)
        .unwrap();
    assert_eq!(snapshot.files[0].bytes, Ok(b"x\n".to_vec()));
    let reason = snapshot.files[1].bytes.as_ref().unwrap_err();
    assert!(reason.contains("is missing"), "{reason}");
}

#[test]
fn an_object_that_is_not_what_its_name_says_is_refused() {
    let repo = Repo::new();
    let good = repo.object("blob", b"good\n");
    let evil = repo.object("blob", b"evil\n");
    repo.commit_raw_tree(&[("100644", b"a", &good)]);
    let file = |id: &str| {
        repo.path()
            .join(".git/objects")
            .join(&id[..2])
            .join(&id[2..])
    };
    std::fs::remove_file(file(&good)).unwrap();
    std::fs::copy(file(&evil), file(&good)).unwrap();
    let read = repo.open().read_path(&revision("main"), "a");
    let error = read.unwrap_err().to_string();
    assert!(error.contains("is not what its name says"), "{error}");
}

#[test]
fn a_tree_of_ten_thousand_million_names_ends_in_an_error() {
    let repo = Repo::new();
    let blob = repo.object("blob", b"x\n");
    let level = |mode: &str, id: &str| {
        let names: Vec<Vec<u8>> = (b'0'..=b'9').map(|digit| vec![digit]).collect();
        let entries: Vec<_> = names
            .iter()
            .map(|name| (mode, name.as_slice(), id))
            .collect();
        repo.raw_tree(&entries)
    };
    let mut tree = level("100644", &blob);
    for _ in 0..9 {
        tree = level("40000", &tree);
    }
    repo.commit_tree(&tree);
    let repository = repo.open();
    let limits = Limits {
        tree_entries: 100_000,
        ..Limits::DEFAULT
    };
    let start = Instant::now();
    let listed = repository.list(&revision("main"), &limits);
    assert!(matches!(listed, Err(ReadError::TooManyEntries { .. })));
    let compared = repository.tree_changes(&At::Empty, &revision("main"), &limits);
    assert!(matches!(compared, Err(ReadError::TooManyEntries { .. })));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_tree_too_deep_is_cut_off() {
    let repo = Repo::new();
    let blob = repo.object("blob", b"x\n");
    let mut tree = repo.raw_tree(&[("100644", b"f", &blob)]);
    for _ in 0..70 {
        tree = repo.raw_tree(&[("40000", b"d", &tree)]);
    }
    repo.commit_tree(&tree);
    let listing = list(&repo.open(), &revision("main"));
    assert!(listing.entries.is_empty());
    assert!(listing.skipped[0].reason.contains("64 directories"));
}

#[test]
fn a_directory_that_is_no_tree_is_an_error() {
    let repo = Repo::new();
    let blob = repo.object("blob", b"x\n");
    repo.commit_raw_tree(&[("40000", b"a", &blob)]);
    let listed = repo.open().list(&revision("main"), &Limits::DEFAULT);
    assert!(matches!(listed, Err(ReadError::Object { .. })));
}

#[test]
fn replaced_objects_and_grafts_change_nothing() {
    let repo = Repo::new();
    repo.write("a.md", "good\n");
    let first = repo.commit("first");
    repo.commit("second");
    let good = repo.git(&["rev-parse", "HEAD:a.md"]);
    let evil = repo.object("blob", b"evil\n");
    repo.git(&["replace", &good, &evil]);
    repo.write(
        ".git/info/grafts",
        format!("{}\n", repo.git(&["rev-parse", "HEAD"])),
    );
    let repository = repo.open();
    let read = repository.read_path(&revision("HEAD"), "a.md").unwrap();
    assert_eq!(read.as_deref(), Some(&b"good\n"[..]));
    assert_eq!(repository.resolve("HEAD~1").unwrap().id, first);
}

#[cfg(unix)]
#[test]
fn hooks_and_settings_of_the_repository_do_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = Repo::new();
    repo.write("a.md", "one\n")
        .write(".gitattributes", "* filter=x diff=x\n");
    repo.commit("first");
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("secret.md"), "secret\n").unwrap();
    let touch = format!("touch {}/PWNED", outside.path().display());
    let config = format!(
        "[core]\n fsmonitor = {touch}\n sshCommand = {touch}\n pager = {touch}\n worktree = {0}\n \
         excludesFile = {0}/secret.md\n hooksPath = hooks\n[filter \"x\"]\n clean = {touch}\n \
         smudge = {touch}\n required = true\n[diff \"x\"]\n textconv = {touch}\n external = {touch}\n\
         [include]\n path = /etc/passwd\n[core]\n useReplaceRefs = true\n",
        outside.path().display()
    );
    let file = repo.path().join(".git/config");
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, before + &config).unwrap();
    for hook in [
        "pre-commit",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
    ] {
        let path = repo.path().join(".git/hooks").join(hook);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{touch}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    repo.write("a.md", "two\r\n");
    let repository = repo.open();
    assert_eq!(
        paths(&list(&repository, &At::Worktree)),
        [".gitattributes", "a.md"]
    );
    let changes = repository
        .tree_changes(&revision("HEAD"), &At::Worktree, &Limits::DEFAULT)
        .unwrap();
    assert_eq!(changes.len(), 1);
    let path = govkit_core::path::RepoPath::new("new.md").unwrap();
    repository.create_file(&path, b"x\n").unwrap();
    assert!(!outside.path().join("PWNED").exists());
    assert_eq!(repository.user_setting("core.sshCommand"), None);
}

#[cfg(unix)]
#[test]
fn nothing_is_read_through_a_link_in_the_working_tree() {
    let repo = Repo::new();
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("secret.md"), "secret\n").unwrap();
    repo.write("dir/secret.md", "mine\n")
        .write("file.md", "mine\n");
    repo.commit("first");
    let entries = list(&repo.open(), &At::Worktree).entries;
    for name in ["dir/secret.md", "file.md"] {
        std::fs::remove_file(repo.path().join(name)).unwrap();
    }
    std::fs::remove_dir(repo.path().join("dir")).unwrap();
    std::os::unix::fs::symlink(outside.path(), repo.path().join("dir")).unwrap();
    let secret = outside.path().join("secret.md");
    std::os::unix::fs::symlink(secret, repo.path().join("file.md")).unwrap();
    // A listing made before the swap must not help either.
    let unread = entries.into_iter().map(|mut entry| {
        entry.blob = None;
        entry
    });
    for file in repo.open().read(unread.collect(), &Limits::DEFAULT) {
        assert!(file.bytes.is_err(), "{:?}", file.bytes);
    }
    let listing = list(&repo.open(), &At::Worktree);
    assert!(listing.entries.is_empty());
    assert_eq!(listing.skipped.len(), 2);
    let read = |path| repo.open().read_path(&At::Worktree, path);
    assert_eq!(read("file.md").unwrap(), None);
    assert!(read("dir/secret.md").is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_working_tree_does_not_block() {
    let repo = Repo::new();
    let pipe = repo.path().join("pipe.md");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let listing = list(&repo.open(), &At::Worktree);
    assert!(listing.entries.is_empty());
    assert_eq!(listing.skipped[0].reason, "it is not a regular file");
}

/// Runs everything over a directory of hostile repositories, where one is given.
#[test]
fn no_hostile_repository_panics_or_hangs() {
    let Some(root) = std::env::var_os("GOVKIT_HOSTILE") else {
        println!("skipped: GOVKIT_HOSTILE is not set");
        return;
    };
    for entry in std::fs::read_dir(&root).unwrap().flatten() {
        if entry.path().is_dir() {
            let start = Instant::now();
            let told = try_everything(&entry.path());
            println!("{:?} {:?}: {told}", entry.file_name(), start.elapsed());
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{:?}",
                entry.path()
            );
        }
    }
    assert!(!Path::new(&root).join("PWNED").exists());
}

fn try_everything(path: &Path) -> String {
    let limits = &Limits::DEFAULT;
    let repository = match Repository::open(path) {
        Ok(repository) => repository,
        Err(error) => return error.to_string(),
    };
    let mut told = Vec::new();
    for at in [At::Worktree, At::Index, revision("main"), revision("HEAD")] {
        match repository.snapshot(&at, |_| true, limits) {
            Ok(snapshot) => {
                let unread = snapshot
                    .files
                    .iter()
                    .filter(|file| file.bytes.is_err())
                    .count();
                told.push(format!("{} files, {unread} unread", snapshot.files.len()));
            }
            Err(error) => told.push(error.to_string()),
        }
        let compared = repository.tree_changes(&At::Empty, &at, limits);
        told.extend(compared.err().map(|error| error.to_string()));
    }
    for parents in [Parents::First, Parents::All] {
        let go_on = &mut |_: &_, _: &[_]| ControlFlow::Continue(());
        let walked = repository.walk("main", parents, &|_| true, go_on, limits);
        told.push(walked.map_or_else(|error| error.to_string(), |end| format!("{end:?}")));
    }
    told.push(format!(
        "{:?}",
        repository.branch_tips().map(|tips| tips.len())
    ));
    told.push(format!(
        "{:?}",
        repository.merge_base("main", "HEAD").is_ok()
    ));
    told.join("; ")
}
