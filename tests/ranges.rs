//! What `diff` compares and how it answers: ranges, gates, selection, formats.

use std::collections::BTreeSet;

use govkit_testkit::Repo;
use serde_json::json;

use crate::diff::{ACCESS, LEAVE, changes, diff, edited};
use crate::govkit;
use crate::store::{handbook, json as parsed, policy};

#[test]
fn without_a_range_the_files_on_disk_are_compared() {
    let repo = handbook();
    repo.replace(ACCESS, "MUST", "SHOULD");
    drop(repo.git(["add", "--all"]));
    repo.remove(LEAVE)
        .write("policies/new.md", policy("POL-003", "New", "x"));
    let (staged, unstaged) = (
        format!("changed POL-001 {ACCESS}"),
        format!("removed POL-002 {LEAVE}"),
    );
    let new = "added POL-003 policies/new.md".to_owned();
    let all = [staged.clone(), unstaged, new];
    assert_eq!(changes(&diff(&repo, &[])), all);
    assert_eq!(changes(&diff(&repo, &["HEAD"])), all);
    assert_eq!(changes(&diff(&repo, &["v1"])), all);
    for flag in ["--staged", "--cached"] {
        assert_eq!(
            changes(&diff(&repo, &[flag])),
            std::slice::from_ref(&staged)
        );
    }
    let compare = |args: &[&str]| parsed(&diff(&repo, args))["compare"].clone();
    assert_eq!(
        compare(&[]),
        json!({"mode": "worktree", "base": repo.rev("HEAD"), "head": "worktree"})
    );
    assert_eq!(compare(&["--staged"])["head"], "index");
}

#[test]
fn three_dots_leave_out_what_the_other_branch_did() {
    let repo = handbook();
    repo.branch("work")
        .replace(ACCESS, "MUST", "SHOULD")
        .commit("ours");
    repo.switch("main")
        .replace(LEAVE, "MAY", "MUST")
        .commit("theirs");
    let (ours, theirs) = (
        format!("changed POL-001 {ACCESS}"),
        format!("changed POL-002 {LEAVE}"),
    );
    assert_eq!(
        changes(&diff(&repo, &["main...work"])),
        std::slice::from_ref(&ours)
    );
    assert_eq!(
        changes(&diff(&repo, &["work...main"])),
        std::slice::from_ref(&theirs)
    );
    assert_eq!(
        changes(&diff(&repo, &["...work"])),
        std::slice::from_ref(&ours)
    );
    assert_eq!(changes(&diff(&repo, &["main..work"])), [ours, theirs]);
    assert_eq!(
        parsed(&diff(&repo, &["main...work"]))["compare"],
        json!({"mode": "merge-base", "base": repo.rev("v1"), "head": repo.rev("work")})
    );
}

#[test]
fn gates_turn_changes_into_exit_codes() {
    let repo = handbook();
    let code = |args: &[&str]| diff(&repo, args).code;
    assert_eq!(code(&["--exit-code"]), 0);
    assert_eq!(code(&["--fail-change", "editorial"]), 0, "nothing changed");
    repo.replace(ACCESS, "lock their", "lock all their");
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--exit-code"]), 1);
    let severity = parsed(&diff(&repo, &[]))["summary"]["severity"].clone();
    let levels = ["editorial", "minor", "substantive", "breaking"];
    let reached = levels.iter().position(|level| severity == *level).unwrap();
    for (at, level) in levels.iter().enumerate() {
        let output = diff(&repo, &["--fail-change", level]);
        assert_eq!(output.code, i32::from(at <= reached), "{level}: {output}");
        let result = if at <= reached { "fail" } else { "pass" };
        let gate = &parsed(&output)["gate"];
        assert_eq!(
            (&gate["fail_change"], &gate["result"]),
            (&json!(level), &json!(result))
        );
    }
    assert_eq!(code(&["--fail-change", "never"]), 0);
    // An artifact in force that is gone breaks those who relied on it.
    repo.remove(LEAVE);
    assert_eq!(code(&["--fail-change", "breaking"]), 1);
}

#[test]
fn two_files_need_no_repository() {
    let dir = Repo::without_git();
    let text = policy("POL-001", "Access", "People MUST lock their screens.");
    dir.write("old.md", &text).write(
        "new.md",
        text.replace("\"ciso\"", "\"cio\"")
            .replace("MUST", "SHOULD"),
    );
    let no_index = |old: &str, new: &str| diff(&dir, &["--no-index", old, new]);
    let both = no_index("old.md", "new.md");
    let report = parsed(&both);
    assert_eq!(
        report["compare"],
        json!({"mode": "no-index", "base": "old.md", "head": "new.md"})
    );
    assert_eq!(
        report["artifacts"][0]["fields"],
        json!([{"field": "owner", "old": "ciso", "new": "cio"}])
    );
    assert_eq!(report["summary"]["artifacts"]["added"], 0);
    let made = parsed(&no_index("/dev/null", "new.md"));
    assert_eq!(
        made["summary"]["artifacts"],
        json!({"added": 1, "removed": 0, "renamed": 0, "changed": 0})
    );
    let gone = parsed(&no_index("old.md", "/dev/null"));
    assert_eq!(gone["summary"]["artifacts"]["removed"], 1);
    assert_eq!(changes(&no_index("old.md", "old.md")), Vec::<String>::new());
    assert_eq!(
        diff(&dir, &["--no-index", "--exit-code", "old.md", "new.md"]).code,
        1
    );
    assert_eq!(diff(&dir, &["--no-index", "old.md"]).code, 2);
}

#[test]
fn a_change_can_be_asked_by_id_path_and_pattern() {
    let repo = edited();
    let ids = |args: &[&str]| {
        govkit()
            .run(&repo, ["diff", "-q", "v1..v2"].iter().chain(args))
            .ok()
    };
    assert_eq!(
        ids(&[]),
        "POL-001\nPOL-002\nPOL-005\nPOL-007\nPOL-004\nPOL-003\n"
    );
    assert_eq!(ids(&["POL-002"]), "POL-002\n");
    assert_eq!(ids(&[LEAVE, "POL-005"]), "POL-002\nPOL-005\n");
    assert_eq!(ids(&["POL-006"]), "", "it did not change");
    assert_eq!(ids(&["--", "policies/moved"]), "POL-003\n");
    assert_eq!(
        ids(&["--", "policies/POL-003.md"]),
        "POL-003\n",
        "its old path"
    );
    assert_eq!(ids(&["--", "policies/POL-00[57].md"]), "POL-005\nPOL-007\n");
    assert_eq!(ids(&["--", "."]), ids(&[]), "everything is under the root");
    let wrong = govkit()
        .run(&repo, ["diff", "v1..v2", "POL-999"])
        .expect_code(2);
    assert!(wrong.errors().contains("POL-999"), "{wrong}");
}

#[test]
fn name_status_speaks_as_git_does() {
    let repo = edited();
    let git = repo.git(["diff", "--name-status", "-M", "v1", "v2", "--", "policies"]);
    let lines = |text: &str| {
        text.lines()
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
    };
    let ours = |more: &[&str]| {
        govkit()
            .run(
                &repo,
                ["diff", "--name-status", "v1..v2"].iter().chain(more),
            )
            .ok()
    };
    assert_eq!(lines(&ours(&[])), lines(&git));
    assert_eq!(
        ours(&["-z", "POL-003"]),
        "R100\0policies/POL-003.md\0policies/moved/POL-003.md\0"
    );
    let gated = govkit().run(
        &repo,
        [
            "diff",
            "--name-status",
            "v1..v2",
            "--fail-change",
            "editorial",
        ],
    );
    assert_eq!(
        gated.code, 2,
        "severities are not computed, so the gate would never close: {gated}"
    );
    assert_eq!(
        govkit()
            .run(&repo, ["diff", "--name-status", "v1..v2", "--exit-code"])
            .code,
        1
    );
}

#[test]
fn each_format_shows_the_words_that_changed() {
    let repo = handbook();
    repo.replace(ACCESS, "MUST lock", "SHOULD lock")
        .replace(ACCESS, "\"ciso\"", "\"cio\"");
    let run = |format: &str| govkit().run(&repo, ["diff", "--format", format]).ok();
    let human = run("human");
    assert!(
        human.contains("People [-MUST-]{+SHOULD+} lock their screens."),
        "{human}"
    );
    assert!(
        human.contains("ciso") && human.contains("cio") && human.contains(ACCESS),
        "{human}"
    );
    let markdown = run("markdown");
    assert!(
        markdown.contains("People <del>MUST</del><ins><b>SHOULD</b></ins> lock their screens."),
        "{markdown}"
    );
    let tsv = run("tsv");
    assert_eq!(tsv.lines().count(), 2, "{tsv}");
    assert!(
        tsv.lines()
            .all(|line| line.split('\t').nth(2) == Some("POL-001")),
        "{tsv}"
    );
    for format in ["human", "markdown", "tsv", "json"] {
        let output = govkit().run(&repo, ["diff", "--exit-code", "--format", format]);
        assert_eq!(output.code, 1, "{format}: {output}");
    }
}

#[test]
fn a_name_that_is_nothing_is_no_clean_answer() {
    let repo = handbook();
    repo.replace(ACCESS, "MUST", "SHOULD").commit("softer");
    for args in [
        &["mian"][..],
        &["POL-001", "POL-999"],
        &["v1..HEAD", "POL-999"],
        &["v1...HEAD", "policies/gone.md"],
    ] {
        let output = govkit()
            .run(&repo, ["diff", "--exit-code"].iter().chain(args))
            .expect_code(2);
        assert!(output.errors().contains(args.last().unwrap()), "{output}");
    }
    // What is gone on the new side, or has not changed, is a name all the same.
    repo.remove(LEAVE).commit("gone");
    assert_eq!(
        govkit()
            .run(&repo, ["diff", "-q", "v1..HEAD", "POL-002"])
            .ok(),
        "POL-002\n"
    );
    assert_eq!(
        govkit()
            .run(&repo, ["diff", "-q", "v1..HEAD~", "POL-002"])
            .ok(),
        ""
    );
}

#[test]
fn two_revisions_without_dots_get_the_spelling_with_dots() {
    let repo = govkit_testkit::itsm_history();
    let answer = govkit()
        .run(&repo, ["diff", "HEAD~1", "HEAD"])
        .expect_code(2);
    assert!(
        answer.errors().contains("hint: `govkit diff OLD..HEAD`"),
        "{answer}"
    );
}
