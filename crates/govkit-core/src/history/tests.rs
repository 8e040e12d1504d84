//! Histories of literal commits: blob ids are the texts themselves.

use super::*;

const CONFIG: &str = r#"
[kinds.policy]
paths = ["p/**/*.md"]
syntax = ["toml", "none"]
id = { field = "id" }
"#;

fn text(id: &str, body: &str) -> Option<String> {
    Some(format!("+++\nid = \"{id}\"\n+++\n{body}\n"))
}

fn change(path: &str, old: Option<String>, new: Option<String>) -> TreeChange {
    let path = RepoPath::new(path).unwrap();
    TreeChange { path, old, new }
}

/// Walks commits, newest first, and tells each version as `change path <- old_path (old_id)`.
fn follow(id: &str, path: Option<&str>, commits: &[&[TreeChange]]) -> Vec<String> {
    let config = Config::parse(CONFIG, "govkit.toml").unwrap();
    let path = path.map(|path| RepoPath::new(path).unwrap());
    let mut history = History::new(&config, &Limits::DEFAULT, id, path.as_ref());
    for (at, changes) in commits.iter().enumerate() {
        let commit = CommitInfo {
            id: format!("c{at}"),
            author: String::new(),
            date: String::new(),
            subject: String::new(),
        };
        history.visit(&commit, changes, &mut |blob| Ok(blob.clone().into_bytes()));
    }
    history.into_versions().iter().map(told).collect()
}

fn told(version: &Version) -> String {
    let mut told = format!(
        "{} {:?} {}",
        version.commit.id, version.change, version.path
    );
    if let Some(path) = &version.old_path {
        told += &format!(" <- {path}");
    }
    if let Some(id) = &version.old_id {
        told += &format!(" as {id}");
    }
    told
}

const BODY: &str = "one line of text\nanother line of text\na third line of text\n";

#[test]
fn an_edit_is_a_change_and_the_first_commit_adds() {
    let versions = follow(
        "A",
        Some("p/a.md"),
        &[
            &[change("p/a.md", text("A", "one"), text("A", "two"))],
            &[change("p/b.md", None, text("B", "x"))],
            &[change("p/a.md", None, text("A", "one"))],
        ],
    );
    assert_eq!(versions, ["c0 Changed p/a.md", "c2 Added p/a.md"]);
}

#[test]
fn an_old_text_without_an_id_is_the_same_artifact() {
    let versions = follow(
        "A",
        Some("p/a.md"),
        &[&[change("p/a.md", Some("plain\n".into()), text("A", "one"))]],
    );
    assert_eq!(versions, ["c0 Changed p/a.md"]);
}

#[test]
fn the_id_is_followed_to_another_path_however_much_the_text_changed() {
    let versions = follow(
        "A",
        Some("p/new.md"),
        &[
            &[
                change("p/new.md", None, text("A", "all new words")),
                change("p/old.md", text("A", BODY), None),
            ],
            &[change("p/old.md", None, text("A", BODY))],
        ],
    );
    assert_eq!(
        versions,
        ["c0 Renamed p/new.md <- p/old.md", "c1 Added p/old.md"]
    );
}

#[test]
fn a_reused_path_is_not_followed() {
    let versions = follow(
        "B",
        Some("p/a.md"),
        &[
            &[change("p/a.md", text("A", BODY), text("B", BODY))],
            &[change("p/a.md", None, text("A", BODY))],
        ],
    );
    assert_eq!(versions, ["c0 Added p/a.md"]);
}

#[test]
fn a_change_of_id_is_crossed_where_git_sees_a_rename() {
    let versions = follow(
        "B",
        Some("p/b.md"),
        &[
            &[
                change("p/a.md", text("A", BODY), None),
                change("p/b.md", None, text("B", BODY)),
            ],
            &[change("p/a.md", text("A", "x"), text("A", BODY))],
            &[change("p/a.md", None, text("A", "x"))],
        ],
    );
    assert_eq!(
        versions,
        [
            "c0 Renamed p/b.md <- p/a.md as A",
            "c1 Changed p/a.md",
            "c2 Added p/a.md"
        ]
    );
}

#[test]
fn a_copy_that_leaves_a_stub_is_followed() {
    let versions = follow(
        "A",
        Some("p/new.md"),
        &[
            &[
                change("p/new.md", None, text("A", BODY)),
                change("p/old.md", text("A", BODY), text("A", "moved")),
            ],
            &[change("p/old.md", None, text("A", BODY))],
        ],
    );
    assert_eq!(
        versions,
        ["c0 Renamed p/new.md <- p/old.md", "c1 Added p/old.md"]
    );
}

#[test]
fn a_removed_artifact_is_found_and_so_is_its_first_life() {
    let versions = follow(
        "A",
        None,
        &[
            &[change("p/b.md", text("B", "x"), None)],
            &[change("p/a.md", text("A", "two"), None)],
            &[change("p/a.md", None, text("A", "two"))],
            &[change("p/first.md", text("A", "one"), text("C", "other"))],
            &[change("p/first.md", None, text("A", "one"))],
        ],
    );
    assert_eq!(
        versions,
        [
            "c1 Removed p/a.md",
            "c2 Added p/a.md",
            "c3 Removed p/first.md",
            "c4 Added p/first.md"
        ]
    );
}

#[test]
fn of_two_files_that_had_the_id_the_one_most_alike_is_followed() {
    let versions = follow(
        "A",
        Some("p/z.md"),
        &[&[
            change("p/a.md", text("A", "nothing of it"), None),
            change("p/b.md", text("A", BODY), None),
            change("p/z.md", None, text("A", BODY)),
        ]],
    );
    assert_eq!(versions, ["c0 Renamed p/z.md <- p/b.md"]);
}
