//! Differences between states, and walks through history.

use std::ops::ControlFlow;

use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, CommitInfo, TreeChange};
use govkit_git::{Parents, Repository, WalkEnd};

use crate::repo::{Repo, revision};

fn letters(changes: &[TreeChange]) -> Vec<String> {
    let line = |change: &TreeChange| {
        let letter = match (&change.old, &change.new) {
            (None, _) => 'A',
            (_, None) => 'D',
            _ => 'M',
        };
        format!("{letter}\t{}", change.path)
    };
    changes.iter().map(line).collect()
}

fn changes(repo: &Repo, old: &At, new: &At) -> Vec<String> {
    let changes = repo.open().tree_changes(old, new, &Limits::DEFAULT);
    letters(&changes.unwrap())
}

const DIFF: &[&str] = &["diff", "--name-status", "--no-renames"];

/// Edits, moves, a file that becomes a directory and one that becomes executable.
fn history() -> Repo {
    let repo = Repo::new();
    repo.write("a.md", "one\n")
        .write("d/e/f.md", "f\n")
        .write("d/g.md", "g\n")
        .write("node", "file\n");
    repo.commit("first");
    repo.write("a.md", "two\n").write("d/h.md", "h\n");
    std::fs::remove_file(repo.path().join("d/e/f.md")).unwrap();
    repo.commit("second");
    std::fs::remove_file(repo.path().join("node")).unwrap();
    repo.write("node/below.md", "x\n");
    repo.git(&["update-index", "--chmod=+x", "d/g.md"]);
    repo.git(&["mv", "d/h.md", "i.md"]);
    repo.commit("third");
    repo
}

#[test]
fn trees_differ_where_git_says_so() {
    let repo = history();
    for (old, new) in [
        ("HEAD~2", "HEAD"),
        ("HEAD", "HEAD~2"),
        ("HEAD~1", "HEAD"),
        ("HEAD~2", "HEAD~1"),
        ("HEAD", "HEAD"),
    ] {
        let mut expected = repo.lines(&[DIFF, &[old, new]].concat());
        // A change of the executable bit alone is no change of the text.
        expected.retain(|line| line != "M\td/g.md");
        assert_eq!(changes(&repo, &revision(old), &revision(new)), expected);
    }
}

#[test]
fn against_nothing_every_file_is_new() {
    let repo = history();
    assert_eq!(
        changes(&repo, &At::Empty, &revision("HEAD")),
        ["A\ta.md", "A\td/g.md", "A\ti.md", "A\tnode/below.md"]
    );
    assert_eq!(
        changes(&repo, &revision("HEAD"), &At::Empty),
        ["D\ta.md", "D\td/g.md", "D\ti.md", "D\tnode/below.md"]
    );
}

#[test]
fn the_working_tree_and_the_index_are_compared_like_trees() {
    let repo = history();
    repo.write("a.md", "staged\n");
    repo.git(&["add", "a.md"]);
    repo.write("i.md", "h\r\n")
        .write("new.md", "n\n")
        .write("d/g.md", "G\n");
    let head = revision("HEAD");
    assert_eq!(changes(&repo, &head, &At::Index), ["M\ta.md"]);
    assert_eq!(
        changes(&repo, &head, &At::Worktree),
        ["M\ta.md", "M\td/g.md", "A\tnew.md"]
    );
    assert_eq!(
        changes(&repo, &At::Worktree, &At::Index),
        ["M\td/g.md", "D\tnew.md"]
    );
}

/// Each commit as `id: A path, M path`.
fn walked(repository: &Repository, parents: Parents, limits: &Limits) -> (Vec<String>, WalkEnd) {
    let mut commits = Vec::new();
    let mut visit = |commit: &CommitInfo, changes: &[TreeChange]| {
        commits.push(format!("{}: {}", commit.id, letters(changes).join(", ")));
        ControlFlow::Continue(())
    };
    let end = repository.walk("HEAD", parents, &|_| true, &mut visit, limits);
    (commits, end.unwrap())
}

fn merged() -> Repo {
    let repo = history();
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repo.write("side.md", "s\n");
    repo.commit("side one");
    repo.write("side.md", "s2\n");
    repo.commit("side two");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.md", "three\n");
    repo.commit("main goes on");
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    repo.write("a.md", "four\n");
    repo.commit("last");
    repo
}

/// What git says each commit of a list changed; of a merge as `merges` says.
fn told_by_git(repo: &Repo, merges: &str, list: &[&str]) -> Vec<String> {
    let of = |id: String| {
        let show = ["show", "--format=", "--name-status", "--no-renames", merges];
        let mut lines = repo.lines(&[&show, &[id.as_str()][..]].concat());
        lines.retain(|line| line != "M\td/g.md");
        format!("{id}: {}", lines.join(", "))
    };
    repo.lines(list).into_iter().map(of).collect()
}

#[test]
fn a_walk_visits_what_git_lists() {
    let repo = merged();
    let (first, end) = walked(&repo.open(), Parents::First, &Limits::DEFAULT);
    assert_eq!(end, WalkEnd::Root);
    assert_eq!(
        first,
        told_by_git(
            &repo,
            "--diff-merges=1",
            &["rev-list", "--first-parent", "HEAD"]
        )
    );
    let (all, end) = walked(&repo.open(), Parents::All, &Limits::DEFAULT);
    assert_eq!(end, WalkEnd::Root);
    assert_eq!(
        all,
        told_by_git(
            &repo,
            "--diff-merges=combined",
            &["rev-list", "--date-order", "HEAD"]
        )
    );
}

#[test]
fn a_walk_ends_where_it_is_told_to() {
    let repo = merged();
    let limits = Limits {
        commits: 2,
        ..Limits::DEFAULT
    };
    for parents in [Parents::First, Parents::All] {
        let (commits, end) = walked(&repo.open(), parents, &limits);
        assert_eq!(end, WalkEnd::Limit);
        assert!(commits.len() <= 2, "{commits:?}");
        let end = repo.open().walk(
            "HEAD",
            parents,
            &|_| true,
            &mut |_, _| ControlFlow::Break(()),
            &Limits::DEFAULT,
        );
        assert_eq!(end.unwrap(), WalkEnd::Stopped);
    }
}

#[test]
fn a_walk_does_not_guess_beyond_a_shallow_clone() {
    let repo = merged();
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "2", &url, "shallow"]);
    let shallow = Repository::discover(&repo.path().join("shallow")).unwrap();
    for parents in [Parents::First, Parents::All] {
        let (commits, end) = walked(&shallow, parents, &Limits::DEFAULT);
        assert_eq!(end, WalkEnd::Shallow);
        assert_eq!(commits.len(), 1, "the commit whose parent is there");
    }
}

#[test]
fn a_walk_keeps_the_files_it_is_asked_for() {
    let repo = merged();
    let mut seen = Vec::new();
    repo.open()
        .walk(
            "HEAD",
            Parents::First,
            &|path| path.as_str() == "a.md",
            &mut |_, changes| {
                seen.push(changes.len());
                ControlFlow::Continue(())
            },
            &Limits::DEFAULT,
        )
        .unwrap();
    assert_eq!(seen, [1, 0, 1, 0, 1, 1]);
}
