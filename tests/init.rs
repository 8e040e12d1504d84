//! `init` and `new`: what they write, and what they refuse to.

use std::fs;

use govkit_testkit::Repo;

use crate::govkit;
use crate::store::{handbook, json, policy};

#[test]
fn init_makes_a_repository_with_one_kind_and_no_artifact() {
    let repo = Repo::without_git();
    let output = govkit().run(&repo, ["init", "--name", "Hand \"book\""]);
    assert_eq!(output.code, 0, "{output}");
    assert_eq!(
        output.stdout, b"",
        "what was done is said on standard error"
    );
    assert!(repo.path().join(".git").is_dir());
    assert!(repo.path().join("govkit.lock").is_file());
    let name = govkit().run(&repo, ["config", "get", "repository.name"]);
    assert_eq!(name.ok(), "Hand \"book\"\n");
    let list = govkit().run(&repo, ["list", "--format", "json"]);
    assert_eq!(json(&list)["items"], serde_json::json!([]));
    let made = govkit().run(&repo, ["new", "document", "--title", "First"]);
    assert_eq!(made.ok(), "DOC-001\tdocuments/DOC-001-first.md\n");
    assert_eq!(govkit().run(&repo, ["check"]).code, 0);
}

#[test]
fn init_with_a_profile_gives_artifacts_that_break_no_rule() {
    let repo = Repo::without_git();
    drop(govkit().run(&repo, ["init", "--profile", "itsm"]).ok());
    let check = govkit().run(&repo, ["check", "--no-plugins"]);
    assert_eq!(check.ok(), "no findings in 12 artifacts\n");
    let git = repo.git(["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(
        git.lines().count(),
        15,
        "12 artifacts, README, govkit.toml, govkit.lock:\n{git}"
    );
}

#[test]
fn init_without_the_starter_writes_the_configuration_only() {
    let repo = Repo::without_git();
    let output = govkit().run(
        &repo,
        [
            "init",
            "handbook",
            "--profile",
            "itsm",
            "--no-starter",
            "-q",
        ],
    );
    assert_eq!(output.ok(), "govkit.toml\ngovkit.lock\n");
    let kinds = govkit().run(&repo, ["-C", "handbook", "config", "get", "profile"]);
    assert_eq!(kinds.ok(), "itsm\n");
}

#[test]
fn init_gives_each_repository_an_id_of_its_own() {
    let id = || {
        let repo = Repo::new();
        drop(govkit().run(&repo, ["init"]).ok());
        govkit().run(&repo, ["config", "get", "repository.id"]).ok()
    };
    let (one, other) = (id(), id());
    assert_ne!(one, other);
    assert!(
        one.trim().len() == 32 && one.trim().bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{one}"
    );
}

#[test]
fn init_overwrites_nothing_and_then_writes_nothing() {
    for there in ["govkit.toml", "govkit.lock", "glossary/TERM-incident.md"] {
        let repo = Repo::new();
        repo.write(there, "mine\n");
        let output = govkit()
            .run(&repo, ["init", "--profile", "itsm"])
            .expect_code(2);
        assert!(output.errors().contains(there), "{output}");
        assert_eq!(repo.read(there), "mine\n");
        let git = repo.git(["status", "--porcelain", "--untracked-files=all"]);
        assert_eq!(git, format!("?? {there}\n"));
    }
}

#[test]
fn init_knows_its_profiles() {
    let repo = Repo::without_git();
    let output = govkit()
        .run(&repo, ["init", "--profile", "isms"])
        .expect_code(2);
    let said = output.errors();
    assert!(
        said.contains("no profile is called `isms`") && said.contains("itsm"),
        "{said}"
    );
    assert_eq!(
        fs::read_dir(repo.path()).unwrap().count(),
        0,
        "nothing is written"
    );
}

#[test]
fn new_takes_the_next_number_and_writes_a_clean_artifact() {
    let repo = handbook();
    let output = govkit().run(
        &repo,
        ["new", "policy", "--title", "Remote work & \"home\""],
    );
    assert_eq!(
        output.ok(),
        "POL-003\tpolicies/POL-003-remote-work-home.md\n"
    );
    let title = govkit().run(&repo, ["get", "POL-003", "title"]);
    assert_eq!(title.ok(), "Remote work & \"home\"\n");
    assert_eq!(
        govkit().run(&repo, ["get", "POL-003", "status"]).ok(),
        "draft\n"
    );
    assert_eq!(govkit().run(&repo, ["check"]).code, 0);
}

#[test]
fn new_counts_the_ids_of_other_branches() {
    let repo = handbook();
    repo.branch("work")
        .write("policies/POL-003.md", policy("POL-003", "Travel", "Go."))
        .commit("travel");
    repo.switch("main");
    // A remote-tracking branch of a colleague.
    repo.branch("theirs")
        .write("policies/POL-004.md", policy("POL-004", "Food", "Eat."))
        .commit("food");
    drop(repo.git(["update-ref", "refs/remotes/origin/food", "HEAD"]));
    repo.switch("main");
    drop(repo.git(["branch", "-D", "theirs"]));
    for taken in ["POL-001", "POL-003", "POL-004"] {
        let output = govkit().run(&repo, ["new", "policy", taken]).expect_code(2);
        assert!(output.errors().contains(taken), "{output}");
    }
    let next = govkit().run(&repo, ["new", "policy", "--format", "json"]);
    let next = json(&next.expect_code(0));
    assert_eq!(next["id"], "POL-005");
    assert_eq!(next["path"], "policies/POL-005-untitled.md");
    assert_eq!(next["format"], "govkit.new");
}

#[test]
fn new_writes_nothing_on_a_dry_run() {
    let repo = handbook();
    let output = govkit().run(
        &repo,
        ["new", "policy", "POL-009", "--title", "Nine", "--dry-run"],
    );
    let text = output.ok();
    assert!(
        text.starts_with("+++\nid = \"POL-009\"\ntitle = \"Nine\"\n"),
        "{text}"
    );
    assert_eq!(repo.git(["status", "--porcelain"]), "");
}

#[test]
fn new_refuses_what_the_kind_does_not_allow() {
    let repo = handbook();
    for (args, word) in [
        (&["new", "recipe"][..], "recipe"),
        (&["new", "policy", "POL-1"], "POL-1"),
        (&["new", "policy", "../POL-009"], "POL-009"),
        (&["--at", "HEAD", "new", "policy"], "--at"),
    ] {
        let output = govkit().run(&repo, args).expect_code(2);
        assert!(output.errors().contains(word), "{output}");
    }
    assert_eq!(repo.git(["status", "--porcelain"]), "");
}
