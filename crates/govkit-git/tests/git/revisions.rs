//! Names of revisions.

use std::path::Path;

use govkit_git::{OpenError, Repository, RevisionError};

use crate::repo::Repo;

/// Two commits on `main`, one on `side`, one merge, and a tag.
fn history() -> Repo {
    let repo = Repo::new();
    repo.write("a.md", "one\n");
    repo.commit("first");
    repo.git(&["tag", "-a", "v1", "-m", "the first"]);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("b.md", "b\n");
    repo.commit("on the side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.md", "two\n");
    repo.commit("second");
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge side", "side"]);
    repo
}

#[test]
fn a_revision_is_resolved_as_git_resolves_it() {
    let repo = history();
    let repository = repo.open();
    let short = repo.git(&["rev-parse", "--short", "HEAD"]);
    for spelling in [
        "HEAD",
        "@",
        "main",
        "heads/side",
        "refs/heads/side",
        "v1",
        "HEAD~1",
        "HEAD^2",
        "main~2",
        "v1^{commit}",
        ":/second",
        "HEAD^{/on the}",
        "@{-1}",
        &short,
    ] {
        let commit = format!("{spelling}^{{commit}}");
        let spelled = if spelling.starts_with(":/") {
            spelling
        } else {
            &commit
        };
        assert_eq!(
            repository.resolve(spelling).unwrap().id,
            repo.git(&["rev-parse", spelled]),
            "{spelling}"
        );
    }
}

#[test]
fn a_commit_is_told_as_git_tells_it() {
    let repo = history();
    let commit = repo.open().head().unwrap().unwrap();
    let format = "--format=%H|%an|%cd|%s";
    let told = repo.git(&[
        "log",
        "-1",
        "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
        format,
    ]);
    let here = format!(
        "{}|{}|{}|{}",
        commit.id, commit.author, commit.date, commit.subject
    );
    assert_eq!(here, told);
}

#[test]
fn an_unknown_revision_is_one_clear_sentence() {
    let repo = history();
    let error = repo.open().resolve("nowhere").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no revision `nowhere`: it is no branch, tag or commit of this repository"
    );
    for odd in [
        "",
        "-x",
        "--all",
        "\u{1b}[31m",
        "a..b..c",
        "HEAD@{",
        "^",
        "@{99}",
        ":",
    ] {
        let error = repo.open().resolve(odd).unwrap_err().to_string();
        assert!(
            !error.contains('\u{1b}') && !error.contains('\n'),
            "{error:?}"
        );
    }
}

#[test]
fn the_start_of_several_names_is_said_to_be_one() {
    let repo = history();
    let ids = ["195\n", "389\n"].map(|text| repo.object("blob", text.as_bytes()));
    assert!(ids.iter().all(|id| id.starts_with("6bb2")), "{ids:?}");
    let error = repo.open().resolve("6bb2").unwrap_err();
    assert!(matches!(error, RevisionError::Ambiguous { .. }), "{error}");
}

#[test]
fn what_is_no_commit_is_said() {
    let repo = history();
    for (spelling, what) in [
        ("HEAD:a.md", "a file"),
        ("HEAD^{tree}", "a directory"),
        ("v1..main", "a range"),
    ] {
        let error = repo.open().resolve(spelling).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{spelling}` names {what}, not a commit")
        );
    }
    let empty = Repo::new();
    let error = empty.open().resolve("HEAD").unwrap_err();
    assert!(matches!(error, RevisionError::Unborn { .. }), "{error}");
}

#[test]
fn the_merge_base_is_gits() {
    let repo = history();
    let repository = repo.open();
    for (a, b) in [("HEAD~1", "side"), ("main", "side"), ("v1", "v1")] {
        assert_eq!(
            repository.merge_base(a, b).unwrap(),
            Some(repo.git(&["merge-base", a, b])),
            "{a} {b}"
        );
    }
    repo.git(&["checkout", "-q", "--orphan", "alone"]);
    repo.commit("another root");
    assert_eq!(repo.open().merge_base("main", "alone").unwrap(), None);
}

#[test]
fn branches_are_listed_with_their_commits() {
    let repo = history();
    repo.git(&["clone", "-q", ".", "clone"]);
    let clone = Repository::discover(&repo.path().join("clone")).unwrap();
    let id = |name: &str| repo.git(&["rev-parse", name]);
    let tip = |name: &str, id: String| (name.to_owned(), id);
    assert_eq!(
        clone.branch_tips().unwrap(),
        [
            tip("main", id("main")),
            tip("origin/main", id("main")),
            tip("origin/side", id("side")),
        ]
    );
}

#[test]
fn outside_of_a_repository_the_way_in_is_told() {
    let directory = tempfile::TempDir::new().unwrap();
    let error = Repository::discover(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::NotFound { .. }), "{error}");
    assert!(error.to_string().contains("`git init`"));
    let error = Repository::discover(Path::new("/no/such/place")).unwrap_err();
    assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
}

#[test]
fn reftable_is_refused_with_the_way_out() {
    let repo = Repo::with(&["--ref-format=reftable"]);
    let error = Repository::discover(repo.path()).unwrap_err();
    assert!(error.to_string().contains("git refs migrate"), "{error}");
}

#[test]
fn objects_borrowed_from_elsewhere_are_refused() {
    let repo = history();
    let elsewhere = tempfile::TempDir::new().unwrap();
    let clone = elsewhere.path().join("clone");
    repo.git(&["clone", "-q", "--shared", ".", clone.to_str().unwrap()]);
    let error = Repository::discover(&clone).unwrap_err();
    assert!(error.to_string().contains("git repack -a -d"), "{error}");
    // A place without objects changes nothing, so it is passed over.
    let alternates = clone.join(".git/objects/info/alternates");
    let nothing = elsewhere.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    crate::repo::git_in(&clone, &["repack", "-q", "-a", "-d"], 0);
    std::fs::write(alternates, format!("{}\n", nothing.display())).unwrap();
    Repository::discover(&clone)
        .unwrap()
        .resolve("main")
        .unwrap();
}
