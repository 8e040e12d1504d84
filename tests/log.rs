//! `log`: the versions of an artifact, followed by id.

use govkit_testkit::{Output, Repo};
use serde_json::{Value, json};

use crate::govkit;
use crate::store::{CONFIG, handbook, json as parsed, policy};

const ACCESS: &str = "policies/POL-001-access.md";

fn log(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["log", "--format", "json"].iter().chain(args))
}

/// Returns `change path subject` of each version, newest first.
fn versions(repo: &Repo, args: &[&str]) -> Vec<String> {
    let output = log(repo, args);
    assert_eq!(output.code, 0, "{output}");
    let line = |one: &Value| {
        let part = |name: &str| one[name].as_str().unwrap().to_owned();
        format!("{} {} {}", part("change"), part("path"), part("subject"))
    };
    parsed(&output)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

/// A text long enough that git finds it again after an edit.
pub(crate) fn long(id: &str, title: &str) -> String {
    let lines: String = (0..30)
        .map(|line| format!("Line {line} of {title} stays as it is.\n\n"))
        .collect();
    policy(id, title, &lines)
}

/// Returns a repository with a configuration and nothing else.
fn empty() -> Repo {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG).commit("start");
    repo
}

#[test]
fn a_version_has_the_shape_of_the_contract() {
    let repo = handbook();
    repo.replace(ACCESS, "\"ciso\"", "\"cio\"")
        .commit("A new owner\n\nBecause the old one left.");
    let report = parsed(&log(&repo, &["POL-001"]));
    assert_eq!(
        (&report["format"], &report["format_version"]),
        (&json!("govkit.log"), &json!("1.0"))
    );
    assert_eq!(
        (&report["id"], &report["complete"]),
        (&json!("POL-001"), &json!(true))
    );
    assert_eq!(
        report["items"][0],
        json!({"commit": repo.rev("HEAD"), "date": "2026-01-02T00:00:00Z", "author": "Ada Example",
            "subject": "A new owner", "path": ACCESS, "change": "changed",
            "fields": [{"field": "owner", "old": "ciso", "new": "cio"}]})
    );
    let first = &report["items"][1];
    assert_eq!(
        (&first["commit"], &first["change"]),
        (&json!(repo.rev("v1")), &json!("added"))
    );
    assert_eq!(
        first["fields"].as_array().unwrap().len(),
        4,
        "every field is new"
    );
    assert_eq!(
        report["items"].as_array().unwrap().len(),
        2,
        "newest first, and no other commit"
    );
}

#[test]
fn only_the_commits_that_touch_the_artifact_are_versions() {
    let repo = handbook();
    repo.write("README.md", "x\n").commit("a readme");
    repo.replace("policies/POL-002-leave.md", "MAY", "MUST")
        .commit("another artifact");
    repo.replace(ACCESS, "MUST", "SHOULD").commit("softer");
    let git = repo.git(["log", "--format=%s", "--", ACCESS]);
    assert_eq!(git, "softer\nThe first rules\n");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        [
            format!("changed {ACCESS} softer"),
            format!("added {ACCESS} The first rules")
        ]
    );
    assert_eq!(
        versions(&repo, &[ACCESS]),
        versions(&repo, &["POL-001"]),
        "a path stands for what is there now"
    );
    let reversed = versions(&repo, &["POL-001", "--reverse"]);
    assert!(
        reversed[0].starts_with("added ") && reversed[1].starts_with("changed "),
        "{reversed:?}"
    );
    assert_eq!(
        versions(&repo, &["POL-001", "--at", "v1"]),
        [format!("added {ACCESS} The first rules")]
    );
}

#[test]
fn an_id_is_followed_across_renames_and_edits() {
    let repo = empty();
    repo.write("policies/a.md", long("POL-001", "First"))
        .commit("one");
    repo.rename("policies/a.md", "policies/b.md").commit("move");
    repo.rename("policies/b.md", "policies/deep/c.md")
        .replace("policies/deep/c.md", "Line 3 of", "Line three of")
        .commit("move and edit");
    repo.rename("policies/deep/c.md", "policies/d.md")
        .write("policies/d.md", policy("POL-001", "Rewritten", "All new."))
        .commit("move and rewrite");
    repo.replace("policies/d.md", "All new", "All newer")
        .commit("edit");
    let expected = [
        "changed policies/d.md edit",
        "renamed policies/d.md move and rewrite",
        "renamed policies/deep/c.md move and edit",
        "renamed policies/b.md move",
        "added policies/a.md one",
    ];
    assert_eq!(versions(&repo, &["POL-001"]), expected);
    let items = parsed(&log(&repo, &["POL-001"]))["items"].clone();
    assert_eq!(items[1]["old_path"], "policies/deep/c.md");
    assert_eq!(
        items[1]["fields"],
        json!([{"field": "title", "old": "First", "new": "Rewritten"}])
    );
    assert_eq!(items[3]["fields"], json!([]));
}

#[test]
fn a_path_that_another_document_takes_over_divides_the_histories() {
    let repo = empty();
    repo.write("policies/a.md", long("POL-001", "First"))
        .commit("one");
    repo.rename("policies/a.md", "policies/b.md")
        .commit("make room");
    repo.write(
        "policies/a.md",
        policy("POL-002", "Second", "Quite another text."),
    )
    .commit("reuse the path");
    repo.replace("policies/a.md", "another", "a different")
        .commit("edit the second");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        ["renamed policies/b.md make room", "added policies/a.md one"]
    );
    let second = [
        "changed policies/a.md edit the second",
        "added policies/a.md reuse the path",
    ];
    assert_eq!(versions(&repo, &["POL-002"]), second);
    assert_eq!(versions(&repo, &["policies/a.md"]), second);
}

#[test]
fn two_documents_that_swap_their_paths_keep_their_histories() {
    let repo = empty();
    repo.write("policies/a.md", long("POL-001", "First"))
        .write("policies/b.md", long("POL-002", "Second"))
        .commit("both");
    repo.write("policies/b.md", long("POL-001", "First"))
        .write("policies/a.md", long("POL-002", "Second"))
        .commit("swap");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        ["renamed policies/b.md swap", "added policies/a.md both"]
    );
    assert_eq!(
        versions(&repo, &["POL-002"]),
        ["renamed policies/a.md swap", "added policies/b.md both"]
    );
}

#[test]
fn what_was_deleted_and_comes_back_has_one_history() {
    let repo = handbook();
    let text = repo.read(ACCESS);
    repo.remove(ACCESS).commit("gone");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        [
            format!("removed {ACCESS} gone"),
            format!("added {ACCESS} The first rules")
        ],
        "an id that is there no longer still has a history"
    );
    repo.write("policies/back.md", text).commit("back");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        [
            "added policies/back.md back".to_owned(),
            format!("removed {ACCESS} gone"),
            format!("added {ACCESS} The first rules")
        ]
    );
}

#[test]
fn the_first_parents_are_walked_unless_all_are_asked_for() {
    let repo = handbook();
    repo.branch("work")
        .replace(ACCESS, "MUST", "SHOULD")
        .commit("softer");
    repo.replace(ACCESS, "screens", "doors").commit("doors");
    repo.switch("main")
        .write("README.md", "x\n")
        .commit("meanwhile");
    drop(repo.git(["merge", "--quiet", "--no-ff", "-m", "merge work", "work"]));
    let first = format!("added {ACCESS} The first rules");
    assert_eq!(
        versions(&repo, &["POL-001"]),
        [format!("changed {ACCESS} merge work"), first.clone()]
    );
    let all = versions(&repo, &["POL-001", "--all-parents"]);
    assert!(
        all.contains(&format!("changed {ACCESS} softer"))
            && all.contains(&format!("changed {ACCESS} doors")),
        "{all:?}"
    );
    assert_eq!(all.last(), Some(&first));
}

#[test]
fn a_change_of_id_is_crossed_where_the_commit_renames_the_file() {
    let repo = empty();
    repo.write("policies/draft.md", long("POL-101", "First"))
        .commit("a draft");
    repo.rename("policies/draft.md", "policies/final.md")
        .replace("policies/final.md", "POL-101", "POL-001")
        .commit("number it");
    let report = parsed(&log(&repo, &["POL-001"]));
    assert_eq!(
        versions(&repo, &["POL-001"]),
        [
            "renamed policies/final.md number it",
            "added policies/draft.md a draft"
        ]
    );
    assert_eq!(report["items"][0]["old_id"], "POL-101");
    assert_eq!(report["items"][0]["old_path"], "policies/draft.md");
}

#[test]
fn each_format_tells_the_same_story() {
    let repo = handbook();
    repo.replace(ACCESS, "MUST", "SHOULD").commit("softer");
    let run = |args: &[&str]| {
        govkit()
            .run(&repo, ["log", "POL-001"].iter().chain(args))
            .ok()
    };
    let ids = [repo.rev("HEAD"), repo.rev("v1")];
    assert_eq!(run(&["-q"]), format!("{}\n{}\n", ids[0], ids[1]));
    let tsv = run(&["--format", "tsv"]);
    assert_eq!(
        tsv.lines().next().unwrap(),
        format!(
            "2026-01-02T00:00:00Z\t{}\tchanged\t{ACCESS}\tAda Example\tsofter",
            &ids[0][..12]
        )
    );
    let ndjson = run(&["--format", "ndjson"]);
    let lines: Vec<Value> = ndjson
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["commit"], ids[0]);
    assert_eq!(
        (&lines[2]["type"], &lines[2]["complete"], &lines[2]["count"]),
        (&json!("summary"), &json!(true), &json!(2))
    );
    assert_eq!(run(&["--format", "csv"]).lines().count(), 3);
    assert!(run(&["--format", "human"]).contains("softer"));
    assert!(run(&["--format", "markdown"]).contains("| softer |"));
}

#[test]
fn a_rename_is_told_below_its_row_and_leaves_the_subject_its_room() {
    let repo = handbook();
    let subject = "Move the policy to where those who have to follow it look for it first";
    repo.git([
        "mv",
        ACCESS,
        "policies/POL-001-who-may-enter-and-how-to-ask-for-it.md",
    ]);
    repo.commit(subject);
    let shown = govkit()
        .run(&repo, ["log", "POL-001", "--format", "human"])
        .ok();
    let lines: Vec<&str> = shown.lines().collect();
    let row = lines.iter().position(|line| line.contains("renamed"));
    let row = row.unwrap();
    assert!(lines[row].contains(&subject[..36]), "{shown}");
    let moved = format!("    {ACCESS} -> policies/POL-001-who-may-enter-and-how-to-ask-for-it.md");
    assert_eq!(lines[row + 1], moved, "{shown}");
}
