//! `hook`: what is installed in a clone, what it does at a commit, and how it goes again.

use std::os::unix::fs::PermissionsExt as _;

use govkit_core::config::Syntax;
use govkit_core::front_matter::{FrontMatter, Split};
use govkit_core::limits::Limits;
use govkit_core::position::Span;
use govkit_core::value::{Table, Value};
use govkit_testkit::Repo;

use crate::govkit;
use crate::shell::{bash, broken};
use crate::store::{handbook, json};

const ALL: &str = "--pre-commit --commit-msg --diff --textconv --merge";

fn exists(repo: &Repo, path: &str) -> bool {
    repo.path().join(path).exists()
}

#[test]
fn what_is_installed_goes_without_a_trace_and_twice_is_once() {
    let repo = handbook();
    let before = repo.read(".git/config");
    assert_eq!(
        bash(&repo, "govkit hook status | cut -f2 | sort -u").ok(),
        "absent\n"
    );
    assert_eq!(bash(&repo, &format!("govkit hook install {ALL}")).code, 0);
    assert_eq!(
        bash(&repo, "govkit hook status | cut -f2 | sort -u").ok(),
        "installed\n"
    );
    let git = |key: &str| bash(&repo, &format!("git config --local {key}")).ok();
    assert_eq!(
        git("merge.govkit.driver"),
        "govkit hook merge-driver %O %A %B %L %P %S %X %Y\n"
    );
    assert_eq!(git("diff.govkit.textconv"), "govkit hook textconv\n");
    let attributes = "git check-attr diff merge -- policies/a/POL-001.md README.md";
    assert_eq!(
        bash(&repo, attributes).ok(),
        "policies/a/POL-001.md: diff: govkit\npolicies/a/POL-001.md: merge: govkit\nREADME.md: diff: unspecified\nREADME.md: merge: unspecified\n"
    );
    let mode = |path: &str| {
        repo.path()
            .join(path)
            .metadata()
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(".git/hooks/pre-commit"), 0o755);
    let installed = (repo.read(".git/config"), repo.read(".git/info/attributes"));
    let again = bash(&repo, &format!("govkit hook install {ALL}"));
    assert_eq!(
        (again.code, again.errors().as_str()),
        (0, "nothing to do\n")
    );
    assert_eq!(
        (repo.read(".git/config"), repo.read(".git/info/attributes")),
        installed
    );
    assert_eq!(
        bash(&repo, "git status --porcelain").ok(),
        "",
        "the working tree is untouched"
    );
    assert_eq!(bash(&repo, "govkit hook uninstall").code, 0);
    assert_eq!(repo.read(".git/config"), before);
    for path in [
        ".git/hooks/pre-commit",
        ".git/hooks/commit-msg",
        ".git/info/attributes",
        ".git/config.lock",
    ] {
        assert!(!exists(&repo, path), "{path}");
    }
}

#[test]
fn pieces_come_and_go_one_by_one() {
    let repo = handbook();
    let run = |line: &str| bash(&repo, &format!("govkit hook {line}"));
    assert_eq!(run("install").code, 2, "nothing without being named");
    assert_eq!(run("install --merge").code, 0);
    assert!(
        repo.read(".git/info/attributes")
            .contains("/policies/**/*.md merge=govkit\n")
    );
    assert_eq!(run("install --textconv").code, 0);
    assert!(
        repo.read(".git/info/attributes")
            .contains("/policies/**/*.md diff=govkit merge=govkit\n")
    );
    assert_eq!(run("uninstall --merge").code, 0);
    assert!(
        repo.read(".git/info/attributes")
            .contains("/policies/**/*.md diff=govkit\n")
    );
    let states = run("status --format json");
    let states = json(&states)["items"].as_array().unwrap().clone();
    let installed: Vec<&str> = states
        .iter()
        .filter(|item| item["state"] == "installed")
        .map(|item| item["piece"].as_str().unwrap())
        .collect();
    assert_eq!(installed, ["textconv", "paths"]);
    assert_eq!(run("install --merge --share").code, 0);
    assert!(!exists(&repo, ".git/info/attributes"));
    assert!(
        repo.read(".gitattributes")
            .contains("/procedures/**/*.md diff=govkit merge=govkit\n")
    );
    assert_eq!(run("uninstall").code, 0);
    assert!(!exists(&repo, ".gitattributes"));
}

#[test]
fn what_somebody_else_set_up_stays() {
    let repo = handbook();
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\nmake test\n");
    let refused = bash(&repo, "govkit hook install --pre-commit --merge").expect_code(2);
    assert!(
        refused
            .errors()
            .contains("add the line `govkit hook run pre-commit \"$@\" || exit 1`"),
        "{refused}"
    );
    assert_eq!(repo.read(".git/hooks/pre-commit"), "#!/bin/sh\nmake test\n");
    assert!(
        !repo.read(".git/config").contains("govkit"),
        "all or nothing"
    );
    repo.git(["config", "merge.govkit.driver", "true"]);
    let refused = bash(&repo, "govkit hook install --merge").expect_code(2);
    assert!(
        refused
            .errors()
            .contains("git config --local --unset merge.govkit.driver"),
        "{refused}"
    );
    let left = bash(&repo, "govkit hook uninstall");
    assert_eq!(left.code, 0, "{left}");
    assert_eq!(repo.read(".git/hooks/pre-commit"), "#!/bin/sh\nmake test\n");
    assert_eq!(repo.git(["config", "merge.govkit.driver"]), "true\n");
}

#[test]
fn hooks_go_where_git_looks_for_them() {
    let repo = handbook();
    repo.git(["config", "core.hooksPath", ".githooks"]);
    assert_eq!(bash(&repo, "govkit hook install --pre-commit").code, 0);
    assert!(exists(&repo, ".githooks/pre-commit") && !exists(&repo, ".git/hooks/pre-commit"));
    let other = Repo::without_git();
    repo.git(["config", "core.hooksPath", other.path().to_str().unwrap()]);
    let refused = bash(&repo, "govkit hook install --pre-commit").expect_code(2);
    assert!(
        refused.errors().contains("would run in every repository"),
        "{refused}"
    );
    assert!(!other.path().join("pre-commit").exists());
    assert!(
        bash(&repo, "govkit hook status")
            .ok()
            .contains("pre-commit\telsewhere\t")
    );
}

#[test]
fn a_linked_worktree_shares_what_is_installed() {
    let repo = handbook();
    repo.git(["worktree", "add", "--quiet", "linked"]);
    assert_eq!(
        bash(
            &repo,
            "cd linked && govkit hook install --pre-commit --merge"
        )
        .code,
        0
    );
    assert!(exists(&repo, ".git/hooks/pre-commit"));
    assert!(
        bash(&repo, "govkit hook status")
            .ok()
            .contains("merge\tinstalled\t.git/config")
    );
    let failing =
        "cd linked && sed -i 's/^title.*//' policies/POL-001-access.md && git commit -qam x";
    assert_eq!(bash(&repo, failing).code, 1);
}

#[test]
fn pre_commit_stops_what_is_staged_and_wrong_and_nothing_else() {
    let repo = broken();
    assert_eq!(bash(&repo, "govkit hook install --pre-commit").code, 0);
    repo.write("note.txt", "x\n");
    let other = bash(&repo, "git add note.txt && git commit -qm note");
    assert_eq!(other.code, 0, "what is wrong is not staged: {other}");
    let stopped = bash(&repo, "git add --all && git commit -qm broken");
    assert_eq!(stopped.code, 1, "{stopped}");
    assert!(
        (stopped.text() + &stopped.errors()).contains("POL-009"),
        "{stopped}"
    );
    assert_eq!(bash(&repo, "git commit -qm broken --no-verify").code, 0);
    repo.replace("policies/POL-002-leave.md", "a day", "two days");
    let known = bash(&repo, "git commit -qam leave");
    assert_eq!(known.code, 0, "what HEAD has already stops nobody: {known}");
}

#[test]
fn pre_commit_looks_at_what_is_committed_with_git_commit_file() {
    let repo = handbook();
    assert_eq!(bash(&repo, "govkit hook install --pre-commit").code, 0);
    repo.replace("policies/POL-001-access.md", "title = \"Access\"\n", "");
    repo.replace("policies/POL-002-leave.md", "a day", "two days");
    let good = bash(&repo, "git commit -qm leave policies/POL-002-leave.md");
    assert_eq!(good.code, 0, "{good}");
    let bad = bash(&repo, "git commit -qm access policies/POL-001-access.md");
    assert_eq!(bad.code, 1, "{bad}");
    assert_eq!(bash(&repo, "git commit -qam access").code, 1);
}

#[test]
fn the_first_commit_is_checked_too() {
    let repo = Repo::new();
    assert_eq!(bash(&repo, "govkit init --profile itsm -q && git add --all && govkit hook install --pre-commit --commit-msg").code, 0);
    let first = bash(&repo, "git commit -qm first");
    assert_eq!(first.code, 0, "{first}");
}

#[test]
fn commit_msg_asks_why_a_change_is_breaking() {
    let repo = handbook();
    assert_eq!(bash(&repo, "govkit hook install --commit-msg").code, 0);
    repo.replace("policies/POL-002-leave.md", "a day", "one day");
    assert_eq!(bash(&repo, "git commit -qam small").code, 0);
    repo.remove("policies/POL-001-access.md");
    let breaking = bash(&repo, "govkit diff --fail-change breaking");
    assert_eq!(
        breaking.code, 1,
        "removing a policy is breaking: {breaking}"
    );
    let asked = bash(&repo, "git commit -qam gone");
    assert_eq!(asked.code, 1, "{asked}");
    assert!(
        asked.errors().contains("POL-001") && asked.errors().contains("Reason:"),
        "{asked}"
    );
    assert_eq!(
        bash(&repo, "git commit -qam 'gone\n\n# Reason: no, a comment'").code,
        1
    );
    let given = bash(
        &repo,
        "git commit -qam 'gone\n\nReason: nobody locks screens any more'",
    );
    assert_eq!(given.code, 0, "{given}");
}

/// Reads YAML with the reader of govkit.
fn yaml(text: &str) -> Table {
    let split = Split {
        syntax: Syntax::YamlFile,
        meta: Span::new(0, text.len()),
        body: text.len(),
    };
    FrontMatter::read_split(text, split, &Limits::DEFAULT)
        .unwrap()
        .fields
}

/// Returns every text below a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(&item.value, found)),
        Value::Table(table) => table
            .0
            .iter()
            .for_each(|field| texts(&field.node.value, found)),
        value => found.extend(value.scalar()),
    }
}

fn pipeline(forge: &str) -> String {
    govkit()
        .run(&Repo::without_git(), ["hook", "ci", forge])
        .ok()
}

/// Returns the script of a pipeline that runs `govkit review`.
fn script(forge: &str) -> String {
    let mut found = Vec::new();
    texts(&Value::Table(yaml(&pipeline(forge))), &mut found);
    let mut scripts = found
        .into_iter()
        .filter(|text| text.contains("govkit review"));
    scripts.find(|text| text.contains('\n')).unwrap()
}

#[test]
fn pipelines_are_yaml_and_shell_that_parse_and_take_no_words_into_the_shell() {
    for forge in ["github", "gitlab"] {
        let text = pipeline(forge);
        assert!(!text.contains('@') || !text.contains("@VERSION@"), "{text}");
        let mut found = Vec::new();
        texts(&Value::Table(yaml(&text)), &mut found);
        let scripts: Vec<&String> = found
            .iter()
            .filter(|text| text.contains("govkit review ") || text.contains("cargo install "))
            .collect();
        assert!(scripts.len() >= 2, "{scripts:?}");
        for script in scripts {
            assert!(
                !script.contains("${{"),
                "nothing of the event is pasted into a shell: {script}"
            );
            let repo = Repo::without_git();
            repo.write("script", script.as_bytes());
            let parsed = bash(&repo, "bash -n script");
            assert_eq!(parsed.code, 0, "{parsed}");
        }
    }
    let github = yaml(&pipeline("github"));
    let rights = |name: &str| {
        github
            .field(&format!("permissions.{name}"))
            .unwrap()
            .node
            .value
            .scalar()
    };
    assert_eq!(rights("contents").as_deref(), Some("read"));
    assert_eq!(rights("pull-requests").as_deref(), Some("write"));
    let Some(Value::Table(all)) = github.field("permissions").map(|field| &field.node.value) else {
        panic!("no permissions");
    };
    assert_eq!(all.0.len(), 2);
}

/// Runs the script of GitHub's pipeline with programs that write down what they are told.
fn run_github(review_code: i32, comments: &str, refuse: bool) -> (Repo, govkit_testkit::Output) {
    let repo = Repo::without_git();
    repo.write(
        "bin/govkit",
        format!("#!/bin/sh\necho \"govkit $*\" >> calls\nwhile [ \"$1\" != --output ]; do shift; done\nprintf '<!-- govkit:review -->\\nText.\\n' > \"$2\"\nexit {review_code}\n"),
    );
    let gh = format!(
        "#!/bin/sh\necho \"gh $*\" >> calls\ncase \"$*\" in *--paginate*) printf '{comments}' ;; *) exit {} ;; esac\n",
        i32::from(refuse)
    );
    repo.write("bin/gh", gh).write("script", script("github"));
    let run = "chmod +x bin/*; PATH=\"$PWD/bin:$PATH\" RUNNER_TEMP=. GITHUB_STEP_SUMMARY=summary GITHUB_REPOSITORY=o/r BASE='main; touch pwned' NUMBER=7 bash -eo pipefail script";
    let output = bash(&repo, run);
    (repo, output)
}

#[test]
fn the_review_is_one_comment_that_is_kept_up_to_date() {
    for (comments, call) in [
        ("", "--method POST repos/o/r/issues/7/comments"),
        ("41\\n42\\n", "--method PATCH repos/o/r/issues/comments/41"),
    ] {
        for code in [0, 1, 3] {
            let (repo, output) = run_github(code, comments, false);
            assert_eq!(output.code, code, "{output}");
            let calls = repo.read("calls");
            assert_eq!(calls.matches("--method").count(), 1, "{calls}");
            assert!(
                calls.contains(call) && calls.contains("--field body=@./govkit-review.md"),
                "{calls}"
            );
            assert!(
                calls.contains(
                    "govkit review origin/main; touch pwned --head HEAD --format markdown"
                ),
                "{calls}"
            );
            assert!(!exists(&repo, "pwned"));
            assert_eq!(repo.read("summary"), "<!-- govkit:review -->\nText.\n");
        }
    }
    let (repo, output) = run_github(2, "", false);
    assert_eq!(output.code, 2, "an error is no review");
    assert!(!repo.read("calls").contains("gh "));
    let (_, output) = run_github(1, "", true);
    assert_eq!(output.code, 1, "{output}");
    assert!(output.text().contains("::warning::"), "{output}");
}

#[test]
fn the_review_is_one_note_of_a_merge_request() {
    if bash(&Repo::without_git(), "command -v jq").code != 0 {
        println!("skipped: there is no jq");
        return;
    }
    for (notes, call) in [
        (
            "[{\"id\":1,\"author\":{\"id\":8},\"body\":\"<!-- govkit:review -->\"}]",
            "--request POST",
        ),
        (
            "[{\"id\":1,\"author\":{\"id\":8},\"body\":\"<!-- govkit:review -->\"},{\"id\":2,\"author\":{\"id\":9},\"body\":\"<!-- govkit:review -->\"}]",
            "--request PUT",
        ),
    ] {
        let repo = Repo::without_git();
        repo.write("bin/govkit", "#!/bin/sh\nprintf '<!-- govkit:review -->\\n' > govkit-review.md\nexit 1\n")
            .write("bin/git", "#!/bin/sh\n")
            .write("bin/curl", format!("#!/bin/sh\necho \"$*\" >> calls\ncase \"$*\" in *--request*) ;; */user) echo '{{\"id\":9}}' ;; *) echo '{notes}' ;; esac\n"))
            .write("script", script("gitlab"));
        let run = "chmod +x bin/*; PATH=\"$PWD/bin:$PATH\" GOVKIT_TOKEN=t CI_API_V4_URL=https://x/api/v4 CI_PROJECT_ID=5 CI_MERGE_REQUEST_IID=6 CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main bash -eo pipefail script";
        let output = bash(&repo, run);
        assert_eq!(output.code, 1, "{output}");
        let calls = repo.read("calls");
        assert_eq!(calls.matches("--request").count(), 1, "{calls}");
        assert!(calls.contains(call), "{calls}");
    }
}
