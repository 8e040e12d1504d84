//! The one-liners people type, under bash: pipes, exit codes, separators, colours and variables.

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::store::{handbook, json, policy};

/// Runs a script that fails when any part of a pipe does.
pub(crate) fn bash(repo: &Repo, script: &str) -> Output {
    govkit().bash(repo, &format!("set -o pipefail; {script}"))
}

/// Whether a program can be found.
fn installed(program: &str) -> bool {
    bash(&Repo::without_git(), &format!("command -v {program}")).code == 0
}

/// Returns [`handbook`] with a file that breaks two rules, not committed.
pub(crate) fn broken() -> Repo {
    let repo = handbook();
    repo.write(
        "procedures/PRC-002.md",
        "+++\nid = \"PRC-002\"\n\n[links]\nimplements = [\"POL-009\"]\n+++\n# Broken\n[gone](gone.md)\n",
    );
    repo
}

#[test]
fn check_of_the_whole_repository_prints_its_figures() {
    assert_eq!(
        bash(&handbook(), "govkit check").ok(),
        "no findings in 3 artifacts\n"
    );
}

#[test]
fn check_annotates_and_writes_a_report_in_one_run() {
    let repo = broken();
    let output = bash(
        &repo,
        "govkit check --format github --report sarif=govkit.sarif",
    )
    .expect_code(1);
    let text = output.text();
    assert_eq!(
        text.matches("::error file=procedures/PRC-002.md,line=")
            .count(),
        2,
        "{output}"
    );
    let sarif: serde_json::Value = serde_json::from_str(&repo.read("govkit.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
}

#[test]
fn check_since_a_branch_shows_what_this_branch_adds() {
    let repo = broken();
    repo.commit("an old mistake");
    drop(repo.git(["update-ref", "refs/remotes/origin/main", "HEAD"]));
    assert_eq!(bash(&repo, "govkit check --since origin/main").code, 0);
    repo.write(
        "procedures/PRC-003.md",
        "+++\nid = \"PRC-003\"\n+++\n# No policy\n",
    )
    .commit("a new one");
    let output = bash(&repo, "govkit check --since origin/main --format line").expect_code(1);
    let text = output.text();
    assert!(
        text.lines().count() == 1 && text.starts_with("procedures/PRC-003.md:"),
        "{output}"
    );
}

#[test]
fn staged_files_can_be_checked_before_a_commit() {
    let repo = broken();
    repo.write("README.md", "no artifact\n")
        .write("policies/a b.md", policy("POL-003", "Blank", "x"));
    repo.remove("policies/POL-002-leave.md");
    drop(repo.git(["add", "policies", "README.md"]));
    let line =
        "git diff --cached --name-only -z --diff-filter=d -- '*.md' | xargs -0 -r govkit check --";
    assert_eq!(bash(&repo, line).ok(), "no findings in 1 artifact\n");
    drop(repo.git(["add", "--all"]));
    assert_eq!(
        bash(&repo, line).code,
        123,
        "xargs says so when the program says no"
    );
}

#[test]
fn a_list_of_files_can_come_from_git() {
    let repo = broken();
    let line = "git ls-files -z '*.md' | govkit check --files0-from=-";
    assert_eq!(bash(&repo, line).ok(), "no findings in 3 artifacts\n");
    drop(repo.git(["add", "--all"]));
    assert_eq!(bash(&repo, line).code, 1);
}

#[test]
fn a_draft_can_be_checked_before_it_is_a_file() {
    let repo = handbook();
    let draft = "+++\nid = \"POL-003\"\ntitle = \"Draft\"\nstatus = \"nonsense\"\n+++\n";
    repo.write("draft.md", draft);
    let line = "cat draft.md | govkit check --stdin-filename policies/access.md --format line -";
    let output = bash(&repo, line).expect_code(1);
    assert!(
        output
            .text()
            .starts_with("policies/access.md:4:10: error[unknown-status] "),
        "{output}"
    );
}

#[test]
fn findings_can_be_sorted_and_cut() {
    let output = bash(
        &broken(),
        "govkit check --format line | sort -t: -k1,1 | cut -d: -f1-2",
    );
    assert_eq!(
        output.expect_code(1).text(),
        "procedures/PRC-002.md:5\nprocedures/PRC-002.md:8\n"
    );
}

#[test]
fn json_can_be_filtered() {
    let repo = handbook();
    repo.replace("policies/POL-002-leave.md", "\"ciso\"", "\"hr\"");
    let filter = if installed("jq") {
        "jq -r '.items[]|select(.owner==\"ciso\").id'"
    } else {
        "python3 -c 'import json,sys; [print(i[\"id\"]) for i in json.load(sys.stdin)[\"items\"] if i[\"owner\"]==\"ciso\"]'"
    };
    let output = bash(
        &repo,
        &format!("govkit list policy --format json | {filter}"),
    );
    assert_eq!(output.ok(), "POL-001\n");
}

#[test]
fn ids_can_be_shown_one_by_one() {
    let output = bash(
        &handbook(),
        "govkit list policy -q | xargs -r -n1 govkit show | grep '^# '",
    );
    assert_eq!(output.ok(), "# Access\n# Leave\n");
}

#[test]
fn what_is_due_can_be_exported_as_a_table() {
    let repo = handbook();
    for (path, date) in [
        ("policies/POL-001-access.md", "2026-12-31"),
        ("policies/POL-002-leave.md", "2027-01-01"),
    ] {
        repo.replace(path, "owner = ", &format!("review_by = {date}\nowner = "));
    }
    let script = "govkit list --where 'review_by<2027-01-01' --format csv > due.csv";
    assert_eq!(bash(&repo, script).ok(), "");
    assert_eq!(
        repo.read("due.csv"),
        "id,kind,status,owner,path,title\nPOL-001,policy,effective,ciso,policies/POL-001-access.md,Access\n"
    );
}

#[test]
fn paths_survive_xargs_whatever_is_in_them() {
    let repo = handbook();
    repo.write(
        "policies/with blank\nand 'quote'.md",
        policy("POL-003", "Odd", "x"),
    );
    let output = bash(
        &repo,
        "govkit list policy -z --fields path | xargs -0 wc -l | tail -1",
    );
    assert_eq!(
        output.ok().split_whitespace().next(),
        Some("27"),
        "three files of nine lines"
    );
}

#[test]
fn get_prints_the_bare_value_or_says_no() {
    let repo = handbook();
    assert_eq!(
        bash(
            &repo,
            "[ \"$(govkit get POL-001 owner)\" = ciso ] && echo yes"
        )
        .ok(),
        "yes\n"
    );
    let absent = bash(&repo, "govkit get POL-001 review_by").expect_code(1);
    assert_eq!(
        (absent.stdout.len(), absent.stderr.len()),
        (0, 0),
        "{absent}"
    );
    assert_eq!(
        bash(&repo, "govkit get PRC-001 links.implements owner")
            .expect_code(1)
            .text(),
        "POL-001\n"
    );
}

#[test]
fn raw_bytes_have_the_digest_of_the_blob() {
    let repo = handbook();
    // A checkout may change line ends; the digest is about what is stored.
    repo.write(
        "policies/POL-003.md",
        policy("POL-003", "Lines", "a\r\nb").replace('\n', "\r\n"),
    );
    repo.commit("carriage returns").tag("v2");
    for (name, path) in [
        ("POL-001", "policies/POL-001-access.md"),
        ("POL-003", "policies/POL-003.md"),
    ] {
        let shown = bash(&repo, &format!("govkit show {name}@v2 --raw | sha256sum")).ok();
        assert_eq!(
            shown,
            bash(&repo, &format!("git cat-file blob v2:{path} | sha256sum")).ok()
        );
        let shape = govkit().run(&repo, ["show", &format!("{name}@v2"), "--format", "json"]);
        let digest = shown.split_whitespace().next().unwrap();
        assert_eq!(
            json(&shape)["artifact"]["digest"],
            format!("sha256:{digest}")
        );
    }
}

#[test]
fn a_difference_can_gate_a_script() {
    let repo = handbook();
    let line = "govkit diff main...HEAD --exit-code >/dev/null || echo 'governance text changed'";
    repo.branch("work")
        .write("README.md", "no artifact\n")
        .commit("a readme");
    assert_eq!(bash(&repo, line).ok(), "");
    repo.replace("policies/POL-001-access.md", "MUST", "SHOULD")
        .commit("softer");
    assert_eq!(bash(&repo, line).ok(), "governance text changed\n");
}

#[test]
fn references_can_be_drawn() {
    let repo = handbook();
    let dot = bash(&repo, "govkit refs POL-001 --reverse --format dot").ok();
    assert!(dot.starts_with("digraph ") && dot.ends_with("}\n"), "{dot}");
    assert!(
        dot.contains("\"PRC-001\" -> \"POL-001\" [label=\"implements\"];"),
        "{dot}"
    );
    if installed("dot") {
        let svg = bash(
            &repo,
            "govkit refs POL-001 --reverse --format dot | dot -Tsvg",
        )
        .ok();
        assert!(svg.contains("<svg"), "{svg}");
    }
}

#[test]
fn git_can_show_facts_instead_of_front_matter() {
    let repo = handbook();
    repo.write(".gitattributes", "*.md diff=govkit\n").replace(
        "policies/POL-001-access.md",
        "\"ciso\"",
        "\"hr\"",
    );
    drop(repo.git(["config", "diff.govkit.textconv", "govkit show --textconv"]));
    let output = bash(&repo, "git diff -U0 -- policies | grep '^[-+][a-z]'").ok();
    assert_eq!(output, "-owner: ciso\n+owner: hr\n");
}

#[test]
fn every_tag_can_be_asked_in_a_loop() {
    let repo = handbook();
    repo.remove("policies/POL-002-leave.md")
        .commit("fewer")
        .tag("v2");
    let output = bash(
        &repo,
        "for tag in $(git tag); do govkit --at $tag list policy -q | wc -l; done",
    );
    assert_eq!(output.ok(), "2\n1\n");
}

#[test]
fn completions_and_manual_pages_are_well_formed() {
    let repo = Repo::without_git();
    assert_eq!(
        bash(
            &repo,
            "source <(govkit completions bash) && complete -p govkit"
        )
        .code,
        0
    );
    let page = bash(&repo, "govkit man diff | head -3").ok();
    assert!(page.contains(".TH govkit-diff 1"), "{page}");
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let repo = handbook();
    let long = "A sentence that is here to fill the pipe. ".repeat(20_000);
    repo.write("policies/POL-003.md", policy("POL-003", "Long", &long));
    for number in 0..1_500 {
        let text = format!(
            "+++\nid = \"PRC-{number:04}\"\ntitle = \"{}\"\n+++\n",
            "x".repeat(90)
        );
        repo.write(&format!("procedures/{number}.md"), text);
    }
    let ends = |line: &str| {
        bash(
            &repo,
            &format!("set +o pipefail; {line} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"),
        )
    };
    for (line, code) in [
        ("govkit list", "0\n"),
        ("govkit list --format json", "0\n"),
        ("govkit list -q", "0\n"),
        ("govkit show POL-003", "0\n"),
        ("govkit show POL-003 --raw", "0\n"),
        ("govkit search x", "0\n"),
        ("govkit check --format line", "1\n"),
        ("govkit check", "1\n"),
    ] {
        let output = ends(line);
        assert_eq!(
            (output.text().as_str(), output.errors().as_str()),
            (code, ""),
            "{line}: {output}"
        );
    }
}
