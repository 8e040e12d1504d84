//! Names and contents, in every shape a repository can have.

use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, Listing};
use govkit_git::{ReadError, Repository};

use crate::repo::{Repo, git_in, list, paths, revision};

/// `blob path` for each file, as `git ls-tree` prints them.
fn named(listing: &Listing) -> Vec<String> {
    let line = |entry: &govkit_core::snapshot::Entry| {
        format!("{} {}", entry.blob.as_deref().unwrap_or("-"), entry.path)
    };
    listing.entries.iter().map(line).collect()
}

const LS_TREE: &[&str] = &["ls-tree", "-r", "--format=%(objectname) %(path)", "HEAD"];

fn sample(repo: &Repo) {
    repo.write("a.md", "one\n")
        .write("a-b/c.md", "two\n")
        .write("a/b/c.md", "three\n")
        .write("größe/日本.md", "four\n");
    repo.commit("first");
}

/// The texts of all files of a state, in path order.
fn texts(repository: &Repository, at: &At) -> Vec<String> {
    let snapshot = repository.snapshot(at, |_| true, &Limits::DEFAULT).unwrap();
    let text = |file: &govkit_core::snapshot::File| {
        file.bytes.clone().map_or_else(
            |why| why,
            |bytes| String::from_utf8_lossy(&bytes).into_owned(),
        )
    };
    snapshot.files.iter().map(text).collect()
}

#[test]
fn a_revision_is_listed_and_read_as_git_has_it() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with(&["--object-format", format]);
        sample(&repo);
        let expected = repo.lines(&[&["-c", "core.quotePath=false"], LS_TREE].concat());
        let check = |repository: &Repository| {
            assert_eq!(repository.object_format(), format);
            assert_eq!(named(&list(repository, &revision("HEAD"))), expected);
            assert_eq!(
                texts(repository, &revision("HEAD")),
                ["two\n", "one\n", "three\n", "four\n"]
            );
        };
        check(&repo.open());
        repo.git(&["gc", "-q"]);
        check(&repo.open());
        assert!(repo.path().join(".git/packed-refs").is_file());
    }
}

#[test]
fn only_the_claimed_files_are_read_and_all_are_named() {
    let repo = Repo::new();
    sample(&repo);
    let snapshot = repo
        .open()
        .snapshot(
            &revision("main"),
            |path| path.as_str() == "a.md",
            &Limits::DEFAULT,
        )
        .unwrap();
    assert_eq!(snapshot.files.len(), 1);
    assert_eq!(snapshot.paths.len(), 4);
    assert_eq!(
        snapshot.source.commit,
        Some(repo.git(&["rev-parse", "HEAD"]))
    );
}

#[test]
fn many_files_are_read_in_the_order_they_were_asked_for() {
    let repo = Repo::new();
    for number in 0..300 {
        repo.write(&format!("f{number:03}.md"), format!("text {number}\n"));
    }
    repo.commit("many");
    repo.git(&["gc", "-q"]);
    let expected: Vec<String> = (0..300).map(|number| format!("text {number}\n")).collect();
    assert_eq!(texts(&repo.open(), &revision("HEAD")), expected);
    assert_eq!(texts(&repo.open(), &At::Worktree), expected);
}

#[test]
fn a_bare_repository_is_read_at_head() {
    let repo = Repo::new();
    sample(&repo);
    repo.git(&["clone", "-q", "--bare", ".", "bare.git"]);
    let bare = repo.path().join("bare.git");
    let repository = Repository::open(&bare).unwrap();
    assert!(repository.is_bare());
    assert_eq!(list(&repository, &At::Worktree).entries.len(), 4);
    let index = repository.list(&At::Index, &Limits::DEFAULT);
    assert!(matches!(index, Err(ReadError::NoIndex)));
    // Standing in it, the repository around it is meant.
    let around = Repository::discover(&bare).unwrap();
    assert!(!around.is_bare());
}

#[test]
fn a_repository_is_found_from_below_and_from_a_linked_working_tree() {
    let repo = Repo::new();
    sample(&repo);
    let below = Repository::discover(&repo.path().join("a/b")).unwrap();
    let root = repo.path().canonicalize().unwrap();
    assert_eq!(below.workdir(), Some(root.as_path()));
    repo.git(&["worktree", "add", "-q", "-b", "side", "linked"]);
    let linked = repo.path().join("linked");
    std::fs::write(linked.join("new.md"), "new\n").unwrap();
    let repository = Repository::discover(&linked).unwrap();
    assert!(paths(&list(&repository, &At::Worktree)).contains(&"new.md"));
    assert_eq!(repository.head().unwrap(), repo.open().head().unwrap());
    assert_eq!(list(&repository, &revision("main")).entries.len(), 4);
}

#[test]
fn before_the_first_commit_there_is_nothing_but_the_working_tree() {
    let repo = Repo::new();
    let repository = repo.open();
    assert_eq!(repository.head().unwrap(), None);
    assert!(list(&repository, &revision("HEAD")).entries.is_empty());
    assert!(list(&repository, &At::Index).entries.is_empty());
    repo.write("a.md", "one\n");
    assert_eq!(paths(&list(&repo.open(), &At::Worktree)), ["a.md"]);
    repo.git(&["add", "a.md"]);
    assert_eq!(paths(&list(&repo.open(), &At::Index)), ["a.md"]);
}

#[test]
fn a_detached_head_is_a_commit_like_any() {
    let repo = Repo::new();
    sample(&repo);
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.write("later.md", "x\n");
    repo.commit("second");
    repo.git(&["checkout", "-q", "--detach", &first]);
    let repository = repo.open();
    assert_eq!(repository.head().unwrap().unwrap().id, first);
    assert_eq!(list(&repository, &revision("HEAD")).entries.len(), 4);
}

#[test]
fn a_shallow_clone_says_so() {
    let repo = Repo::new();
    sample(&repo);
    repo.commit("second");
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "1", &url, "shallow"]);
    let shallow = Repository::discover(&repo.path().join("shallow")).unwrap();
    assert!(shallow.is_shallow());
    assert!(!repo.open().is_shallow());
    assert_eq!(list(&shallow, &revision("HEAD")).entries.len(), 4);
}

#[test]
fn the_working_tree_has_what_git_tracks_and_would_add() {
    let repo = Repo::new();
    sample(&repo);
    repo.write(".gitignore", "*.log\n/out/\n!keep.log\n")
        .write("kept-though-ignored.log", "x\n")
        .write("out/tracked.md", "x\n");
    repo.git(&["add", "-f", "kept-though-ignored.log", "out/tracked.md"]);
    repo.commit("ignores");
    repo.write("new.md", "x\n")
        .write("deep/er/new.md", "x\n")
        .write("noise.log", "x\n")
        .write("keep.log", "x\n")
        .write("out/noise.md", "x\n")
        .write(".git/info/exclude", "secret.md\n")
        .write("secret.md", "x\n");
    std::fs::remove_file(repo.path().join("a.md")).unwrap();
    let mut expected = repo.lines(&[
        "-c",
        "core.quotePath=false",
        "ls-files",
        "-co",
        "--exclude-standard",
    ]);
    expected.retain(|path| path != "a.md");
    expected.sort();
    assert_eq!(paths(&list(&repo.open(), &At::Worktree)), expected);
}

#[test]
fn an_untouched_file_is_known_by_its_blob_and_an_edited_one_is_not() {
    let repo = Repo::new();
    sample(&repo);
    let index = repo.path().join(".git/index");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let file = std::fs::File::options().write(true).open(index).unwrap();
    file.set_modified(later).unwrap();
    repo.write("a.md", "edited\n");
    let listing = list(&repo.open(), &At::Worktree);
    let blob = |path: &str| {
        let found = listing
            .entries
            .iter()
            .find(|entry| entry.path.as_str() == path);
        found.unwrap().blob.clone()
    };
    assert_eq!(blob("a.md"), None);
    assert_eq!(
        blob("a/b/c.md"),
        Some(repo.git(&["rev-parse", "HEAD:a/b/c.md"]))
    );
    assert_eq!(texts(&repo.open(), &At::Worktree)[1], "edited\n");
}

#[test]
fn line_ends_alone_make_no_difference() {
    let repo = Repo::new();
    repo.write("a.md", "one\ntwo\n").write("b.md", "one\ntwo\n");
    repo.commit("first");
    repo.write("a.md", "one\r\ntwo\r\n")
        .write("b.md", "one\r\nTWO\r\n");
    assert_eq!(
        texts(&repo.open(), &At::Worktree),
        ["one\ntwo\n", "one\r\nTWO\r\n"]
    );
    let read = repo.open().read_path(&At::Worktree, "a.md").unwrap();
    assert_eq!(read.as_deref(), Some(&b"one\ntwo\n"[..]));
}

#[test]
fn another_repository_inside_is_not_entered() {
    let repo = Repo::new();
    sample(&repo);
    repo.git(&["clone", "-q", ".", "inner"]);
    let listing = list(&repo.open(), &At::Worktree);
    assert_eq!(listing.entries.len(), 4);
    assert_eq!(listing.skipped[0].shown, "inner");
    assert_eq!(listing.skipped[0].reason, "it is a repository of its own");
}

#[test]
fn what_is_staged_is_listed_apart_from_what_is_on_disk() {
    let repo = Repo::new();
    sample(&repo);
    repo.write("a.md", "staged\n").write("promised.md", "x\n");
    repo.git(&["add", "a.md"]);
    repo.git(&["add", "-N", "promised.md"]);
    repo.write("a.md", "on disk\n");
    let repository = repo.open();
    assert_eq!(texts(&repository, &At::Index)[1], "staged\n");
    assert_eq!(list(&repository, &At::Index).entries.len(), 4);
    assert_eq!(texts(&repository, &At::Worktree)[1], "on disk\n");
}

#[test]
fn a_merge_conflict_is_not_staged() {
    let repo = Repo::new();
    sample(&repo);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("a.md", "theirs\n");
    repo.commit("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.md", "ours\n");
    repo.commit("ours");
    let merge = git_in(repo.path(), &["merge", "-q", "side"], 1_700_001_000);
    assert!(!merge.status.success());
    let listing = list(&repo.open(), &At::Index);
    assert_eq!(listing.entries.len(), 3);
    assert_eq!(listing.skipped[0].reason, "it has a merge conflict");
    assert_eq!(list(&repo.open(), &At::Worktree).entries.len(), 4);
}

#[test]
fn a_sparse_checkout_still_has_all_files() {
    for sparse_index in ["--no-sparse-index", "--sparse-index"] {
        let repo = Repo::new();
        sample(&repo);
        repo.git(&["sparse-checkout", "set", "--cone", sparse_index, "a-b"]);
        assert!(!repo.path().join("a").exists());
        let all = ["a-b/c.md", "a.md", "a/b/c.md", "größe/日本.md"];
        assert_eq!(paths(&list(&repo.open(), &At::Worktree)), all);
        assert_eq!(paths(&list(&repo.open(), &At::Index)), all);
        assert_eq!(texts(&repo.open(), &At::Worktree)[2], "three\n");
    }
}

#[test]
fn one_file_is_read_from_any_state() {
    let repo = Repo::new();
    sample(&repo);
    let repository = repo.open();
    for at in [At::Worktree, At::Index, revision("main")] {
        let read = |path| repository.read_path(&at, path).unwrap();
        assert_eq!(read("a/b/c.md").as_deref(), Some(&b"three\n"[..]));
        assert_eq!(read("a/b"), None);
        assert_eq!(read("no.md"), None);
        assert!(repository.read_path(&at, "../x").is_err());
    }
    assert_eq!(repository.read_path(&At::Empty, "a.md").unwrap(), None);
}

#[test]
fn a_file_past_the_limit_carries_the_reason() {
    let repo = Repo::new();
    repo.write("a.md", vec![b'x'; 101]);
    repo.commit("large");
    let limits = Limits {
        artifact_bytes: 100,
        ..Limits::DEFAULT
    };
    for at in [revision("HEAD"), At::Worktree] {
        let snapshot = repo.open().snapshot(&at, |_| true, &limits).unwrap();
        let reason = snapshot.files[0].bytes.as_ref().unwrap_err();
        assert!(reason.contains("100"), "{reason}");
    }
}

#[test]
fn files_begin_as_they_do_when_read_whole() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with(&["--object-format", format]);
        // Each version is stored as its differences to another: at the start, in the middle, at the end.
        let lines: Vec<String> = (0..400)
            .map(|line| format!("line {line} of it\n"))
            .collect();
        let mut text = lines.concat();
        for version in 0..6 {
            let middle = text.len() / 2;
            text.insert_str(middle, &format!("version {version} says so\n"));
            text.insert_str(0, &format!("title: {version}\n"));
            text.push_str("and so on\n");
            repo.write("long.md", &text)
                .write("copy/long.md", text.replace("on\n", "off\n"));
            repo.write("short.md", format!("{version}"))
                .write("empty.md", "");
            repo.commit("next");
        }
        let check = |repository: &Repository| {
            for revision in ["HEAD", "HEAD~3", "HEAD~5"] {
                let entries = list(repository, &At::Revision(revision.to_owned())).entries;
                let whole = repository.read(entries.clone(), &Limits::DEFAULT);
                for most in [0, 1, 7, 100, 5_000, 1 << 20] {
                    let starts = repository.beginnings(&entries, most, &Limits::DEFAULT);
                    for (file, start) in whole.iter().zip(starts) {
                        let (bytes, start) = (file.bytes.as_ref().unwrap(), start.unwrap());
                        assert_eq!(start.size, bytes.len() as u64, "{}", file.entry.path);
                        let expected = &bytes[..most.min(bytes.len())];
                        assert_eq!(start.bytes, expected, "{} {most}", file.entry.path);
                    }
                }
            }
        };
        check(&repo.open());
        repo.git(&["gc", "-q", "--aggressive"]);
        let packed = repo.git(&["count-objects", "-v"]);
        assert!(packed.starts_with("count: 0"), "{packed}");
        check(&repo.open());
    }
}

#[test]
fn the_beginning_of_a_file_past_the_limit_carries_the_reason() {
    let repo = Repo::new();
    repo.write("large.md", "x".repeat(100));
    repo.commit("first");
    repo.git(&["gc", "-q"]);
    let limits = Limits {
        artifact_bytes: 99,
        ..Limits::DEFAULT
    };
    let repository = repo.open();
    let entries = list(&repository, &revision("HEAD")).entries;
    let start = repository.beginnings(&entries, 10, &limits).remove(0);
    let whole = repository.read(entries, &limits).remove(0).bytes;
    assert_eq!(start.map(|start| start.bytes), whole);
}
