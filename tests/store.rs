//! Where artifacts are read from and written to: disk, index, revisions, every shape of repository.

use govkit_testkit::{Output, Repo};
use serde_json::Value;

use crate::govkit;

/// Two kinds, one of which needs a link to the other.
pub(crate) const CONFIG: &str = r#"
[kinds.policy]
paths = ["policies/**/*.md"]
id = { field = "id", pattern = "POL-[0-9]{3}", new = "POL-{number:3}" }
file = "policies/{id}-{slug}.md"
open = true

[kinds.policy.fields]
title = { type = "string", required = true }

[kinds.policy.status]
values = ["draft", "effective", "retired"]
initial = "draft"
in_force = ["effective"]

[kinds.procedure]
paths = ["procedures/**/*.md"]
id = { field = "id" }
open = true

[kinds.procedure.links]
implements = { to = ["policy"], min = 1, inverse = "implemented_by" }
"#;

/// Returns the text of a policy that breaks no rule.
pub(crate) fn policy(id: &str, title: &str, body: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\ntitle = \"{title}\"\nstatus = \"effective\"\nowner = \"ciso\"\n+++\n# {title}\n\n{body}\n"
    )
}

/// Returns a repository with two policies and a procedure, in one commit tagged `v1`.
pub(crate) fn handbook() -> Repo {
    let repo = Repo::new();
    fill(&repo);
    repo
}

pub(crate) fn fill(repo: &Repo) {
    let access = policy("POL-001", "Access", "People MUST lock their screens.");
    let leave = policy("POL-002", "Leave", "Everybody MAY take a day off.");
    repo.write("govkit.toml", CONFIG)
        .write("policies/POL-001-access.md", access)
        .write("policies/POL-002-leave.md", leave)
        .write(
            "procedures/PRC-001.md",
            "+++\nid = \"PRC-001\"\ntitle = \"Grant access\"\n\n[links]\nimplements = [\"POL-001\"]\n+++\n# Grant access\n",
        );
    repo.commit("The first rules").tag("v1");
}

/// Returns standard output as JSON.
#[track_caller]
pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|err| panic!("no JSON: {err}\n{output}"))
}

/// Returns what `list -q`, `show --raw` and `get` say about POL-001, after `args`.
fn three_verbs(repo: &Repo, args: &[&str]) -> [String; 3] {
    let run = |more: &[&str]| govkit().run(repo, args.iter().chain(more)).ok();
    [
        run(&["list", "-q"]),
        run(&["show", "POL-001", "--raw"]),
        run(&["get", "POL-001", "title"]),
    ]
}

/// What the three verbs say about [`handbook`].
fn as_committed() -> [String; 3] {
    [
        "POL-001\nPOL-002\nPRC-001\n".to_owned(),
        policy("POL-001", "Access", "People MUST lock their screens."),
        "Access\n".to_owned(),
    ]
}

#[test]
fn disk_index_and_revision_are_three_states() {
    let repo = handbook();
    repo.replace(
        "policies/POL-001-access.md",
        "title = \"Access\"",
        "title = \"Staged\"",
    );
    drop(repo.git(["add", "--all"]));
    repo.replace(
        "policies/POL-001-access.md",
        "title = \"Staged\"",
        "title = \"On disk\"",
    );
    let title = |args: &[&str]| {
        govkit()
            .run(&repo, args.iter().chain(&["get", "POL-001", "title"]))
            .ok()
    };
    assert_eq!(title(&[]), "On disk\n");
    assert_eq!(title(&["--at", ":index"]), "Staged\n");
    assert_eq!(title(&["--at", "HEAD"]), "Access\n");
    let with_revision = |name: &str| govkit().run(&repo, ["get", name, "title"]).ok();
    assert_eq!(with_revision("POL-001@v1"), "Access\n");
    assert_eq!(with_revision("POL-001@:index"), "Staged\n");
    assert_eq!(with_revision("policies/POL-001-access.md@main"), "Access\n");
    assert_eq!(
        three_verbs(&repo, &["--at", &repo.rev("HEAD")]),
        as_committed()
    );
}

#[test]
fn a_file_that_git_ignores_is_read_only_when_it_is_tracked() {
    let repo = handbook();
    repo.write(".gitignore", "/policies/\n")
        .write("policies/POL-003.md", policy("POL-003", "Draft", "x"));
    let list = govkit().run(&repo, ["list", "policy", "-q"]);
    assert_eq!(list.ok(), "POL-001\nPOL-002\n");
}

#[test]
fn a_deleted_file_is_gone_on_disk_and_there_in_the_index() {
    let repo = handbook();
    repo.remove("policies/POL-002-leave.md");
    assert_eq!(
        govkit().run(&repo, ["list", "policy", "-q"]).ok(),
        "POL-001\n"
    );
    assert_eq!(
        govkit()
            .run(&repo, ["--at", ":index", "list", "policy", "-q"])
            .ok(),
        "POL-001\nPOL-002\n"
    );
}

#[test]
fn a_bare_repository_answers_from_head() {
    let repo = handbook();
    let bare = repo.home().join("bare.git");
    let bare = bare.to_str().unwrap();
    drop(repo.git(["clone", "--quiet", "--bare", ".", bare]));
    assert_eq!(three_verbs(&repo, &["-C", bare]), as_committed());
    let show = govkit().run(&repo, ["-C", bare, "show", "POL-001", "--format", "json"]);
    assert_eq!(json(&show)["artifact"]["revision"], repo.rev("HEAD"));
}

#[test]
fn a_linked_worktree_has_its_own_files() {
    let repo = handbook();
    drop(repo.git(["worktree", "add", "--quiet", "-b", "side", "side"]));
    assert_eq!(three_verbs(&repo, &["-C", "side"]), as_committed());
    repo.replace(
        "side/policies/POL-001-access.md",
        "title = \"Access\"",
        "title = \"Side\"",
    );
    assert_eq!(
        govkit()
            .run(&repo, ["-C", "side", "get", "POL-001", "title"])
            .ok(),
        "Side\n"
    );
    assert_eq!(
        govkit().run(&repo, ["get", "POL-001", "title"]).ok(),
        "Access\n"
    );
}

#[test]
fn sha256_repositories_packed_refs_and_a_detached_head_make_no_difference() {
    let sha256 = Repo::init(&["--initial-branch=main", "--object-format=sha256"]);
    fill(&sha256);
    assert_eq!(sha256.rev("HEAD").len(), 64);
    for at in ["HEAD", "v1"] {
        assert_eq!(three_verbs(&sha256, &["--at", at]), as_committed());
    }
    let packed = handbook();
    drop(packed.git(["tag", "-a", "annotated", "-m", "a tag object"]));
    drop(packed.git(["gc", "--quiet"]));
    drop(packed.git(["pack-refs", "--all"]));
    assert!(!packed.path().join(".git/refs/heads/main").exists());
    for at in ["HEAD", "v1", "annotated", "refs/heads/main"] {
        assert_eq!(three_verbs(&packed, &["--at", at]), as_committed());
    }
    let detached = handbook();
    drop(detached.git(["checkout", "--quiet", "--detach"]));
    drop(detached.git(["branch", "-D", "main"]));
    assert_eq!(three_verbs(&detached, &["--at", "HEAD"]), as_committed());
    assert_eq!(govkit().run(&detached, ["log", "POL-001", "-q"]).code, 0);
}

#[test]
fn before_the_first_commit_the_files_on_disk_are_read() {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG)
        .write("policies/a.md", policy("POL-001", "Access", "x"));
    assert_eq!(govkit().run(&repo, ["list", "-q"]).ok(), "POL-001\n");
    assert_eq!(
        govkit().run(&repo, ["status"]).ok(),
        "added\tPOL-001\tpolicies/a.md\n"
    );
    let output = govkit().run(&repo, ["--at", "HEAD", "list"]).expect_code(2);
    assert!(output.errors().contains("`HEAD`"), "{output}");
}

#[test]
fn paths_are_relative_to_the_directory_one_stands_in() {
    let repo = handbook();
    let there = ["-C", "policies"];
    let get = |name: &str| {
        govkit()
            .run(&repo, there.iter().chain(&["get", name, "id"]))
            .ok()
    };
    assert_eq!(get("POL-001-access.md"), "POL-001\n");
    assert_eq!(get("./POL-002-leave.md"), "POL-002\n");
    assert_eq!(get("../procedures/PRC-001.md"), "PRC-001\n");
    assert_eq!(get("PRC-001"), "PRC-001\n", "an id is the same everywhere");
    let list = |spec: &str| {
        govkit()
            .run(&repo, there.iter().chain(&["list", "-q", "--", spec]))
            .ok()
    };
    assert_eq!(list("."), "POL-001\nPOL-002\n");
    assert_eq!(list("*leave*"), "POL-002\n");
    assert_eq!(list("../procedures"), "PRC-001\n");
    let inside = govkit()
        .prepare(&repo)
        .dir(&repo.path().join("policies"))
        .args(["get", "POL-001-access.md", "id"]);
    assert_eq!(inside.run().ok(), "POL-001\n");
}

#[test]
fn a_configuration_from_elsewhere_governs_a_repository_without_one() {
    let repo = Repo::new();
    repo.write("policies/a.md", policy("POL-001", "Access", "x"))
        .commit("no govkit.toml");
    let elsewhere = Repo::without_git();
    elsewhere.write("adopt.toml", CONFIG);
    let config = elsewhere.path().join("adopt.toml");
    let config = config.to_str().unwrap();
    for at in [&[][..], &["--at", "HEAD"]] {
        let args = ["--config", config, "list", "-q"];
        assert_eq!(
            govkit().run(&repo, at.iter().chain(&args)).ok(),
            "POL-001\n"
        );
    }
    let without = govkit().run(&repo, ["list"]).expect_code(2);
    assert!(
        without.errors().contains("there is no `govkit.toml`"),
        "{without}"
    );
    assert!(!repo.path().join("govkit.toml").exists());
}
