//! `set`, `mv`, `fmt` and `edit`: git says that exactly what was asked for has changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::store::{handbook, json};

const ACCESS: &str = "policies/POL-001-access.md";

fn run(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, args)
}

/// The lines git says were taken away and put in.
fn changed_lines(repo: &Repo) -> String {
    let diff = repo.git(["diff", "--unified=0", "--no-color", "--no-renames"]);
    let is_line = |line: &&str| {
        (line.starts_with('-') && !line.starts_with("---"))
            || (line.starts_with('+') && !line.starts_with("+++ "))
    };
    diff.lines()
        .filter(is_line)
        .map(|line| format!("{line}\n"))
        .collect()
}

fn status(repo: &Repo) -> String {
    repo.git(["status", "--porcelain=v1", "--untracked-files=all"])
}

/// A handbook whose access policy has comments and a layout of its own.
fn commented() -> Repo {
    let repo = handbook();
    let text = repo.read(ACCESS);
    repo.write(
        ACCESS,
        text.replacen(
            "title = \"Access\"",
            "title   =  'Access'   # in plain words",
            1,
        ),
    );
    repo.commit("Comments");
    repo
}

#[test]
fn a_status_there_is_none_of_is_refused() {
    let repo = govkit_testkit::itsm();
    let before = repo.read("policies/POL-007-suppliers.md");
    let wrong = run(&repo, &["set", "POL-007", "status=efective"]).expect_code(2);
    let said = wrong.errors();
    assert!(
        said.contains("a policy has no status `efective`")
            && said.contains("did you mean `effective`? it may be draft, review"),
        "{said}"
    );
    assert_eq!(repo.read("policies/POL-007-suppliers.md"), before);
    drop(run(&repo, &["set", "POL-007", "status=review"]).expect_code(0));
    assert!(
        repo.read("policies/POL-007-suppliers.md")
            .contains("status = \"review\"")
    );
}

#[test]
fn a_field_is_set_and_nothing_else_changes() {
    let repo = commented();
    let output = run(
        &repo,
        &[
            "set",
            "POL-001",
            "title=Doors and screens",
            "links.see+=POL-002",
        ],
    );
    assert_eq!(output.ok(), format!("POL-001\t{ACCESS}\n"));
    assert_eq!(
        changed_lines(&repo),
        "-title   =  'Access'   # in plain words\n+title   =  \"Doors and screens\"   # in plain words\n+\n+[links]\n+see = [\"POL-002\"]\n"
    );
    assert_eq!(status(&repo), format!(" M {ACCESS}\n"));
    assert_eq!(
        run(&repo, &["get", "POL-001", "links.see"]).ok(),
        "POL-002\n"
    );
    // What it says already is not written again.
    let before = fs::metadata(repo.path().join(ACCESS))
        .unwrap()
        .modified()
        .unwrap();
    let answer = run(
        &repo,
        &[
            "set",
            "POL-001",
            "title=Doors and screens",
            "--format",
            "json",
        ],
    );
    assert_eq!(json(&answer)["changed"], false);
    assert_eq!(
        fs::metadata(repo.path().join(ACCESS))
            .unwrap()
            .modified()
            .unwrap(),
        before
    );
}

#[test]
fn line_ends_and_modes_of_a_file_stay() {
    let repo = commented();
    repo.git(["config", "core.autocrlf", "true"]);
    let windows = repo.read(ACCESS).replace('\n', "\r\n");
    repo.write(ACCESS, &windows);
    let path = repo.path().join(ACCESS);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    drop(run(&repo, &["set", "POL-001", "title=Doors"]).ok());
    assert_eq!(
        repo.read(ACCESS),
        windows.replacen("'Access'", "\"Doors\"", 1)
    );
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn what_cannot_be_set_is_refused_and_nothing_is_written() {
    let repo = commented();
    for (args, says) in [
        (["POL-001", "id=POL-9"], "`govkit mv`"),
        (["POL-001", "title"], "not FIELD=VALUE"),
        (["POL-001", "links.see-=POL-9"], "has no `POL-9`"),
        (["POL-001", "title+=x"], "is no list"),
        (["PRC-001", "links=x"], "is a table"),
        (["POL-999", "title=x"], "no artifact is called"),
    ] {
        let output = run(&repo, &["set", args[0], args[1]]).expect_code(2);
        assert!(output.errors().contains(says), "{output}");
    }
    assert_eq!(status(&repo), "");
}

/// A handbook where everything refers to POL-001 in every way.
fn referring() -> Repo {
    let repo = handbook();
    let access = repo.read(ACCESS);
    repo.write(
        ACCESS,
        access.replacen("+++\n#", "\n[params]\ndays = \"3 days\"\n+++\n#", 1),
    );
    let procedure = repo.read("procedures/PRC-001.md");
    repo.write(
        "procedures/PRC-001.md",
        format!("{procedure}\nPOL-001 gives {{{{ POL-001.days }}}}, see [[POL-001]] and [it](../{ACCESS}#scope).\n"),
    );
    repo.write("README.md", format!("[Access]({ACCESS})\n"));
    repo.commit("References");
    repo
}

#[test]
fn an_id_is_renamed_wherever_it_is_referred_to() {
    let repo = referring();
    let before = run(&repo, &["check", "--format", "line"]).text();
    let dry = run(&repo, &["mv", "POL-001", "POL-101", "--dry-run"]).ok();
    assert_eq!(status(&repo), "");
    let output = run(&repo, &["-v", "mv", "POL-001", "POL-101"]);
    assert_eq!(output.ok(), dry);
    assert_eq!(
        dry,
        "README.md\npolicies/POL-001-access.md\npolicies/POL-101-access.md\nprocedures/PRC-001.md\n"
    );
    assert!(
        output
            .errors()
            .contains("procedures/PRC-001.md:10: mentions POL-001"),
        "{output}"
    );
    assert_eq!(
        repo.git(["status", "--porcelain=v1", "--untracked-files=all"]),
        format!(
            " M README.md\n D {ACCESS}\n M procedures/PRC-001.md\n?? policies/POL-101-access.md\n"
        )
    );
    repo.git(["add", "--all", "--intent-to-add"]);
    let lines = changed_lines(&repo);
    assert!(
        lines.contains("+[Access](policies/POL-101-access.md)\n"),
        "{lines}"
    );
    assert!(lines.contains("+POL-001 gives {{ POL-101.days }}, see [[POL-101]] and [it](../policies/POL-101-access.md#scope).\n"), "{lines}");
    assert!(lines.contains("+implements = [\"POL-101\"]\n"), "{lines}");
    assert_eq!(
        run(&repo, &["check", "--format", "line"]).text(),
        before.replace("POL-001", "POL-101"),
        "no link was lost"
    );
    // The whole of it is one commit, and history follows the id.
    let output = run(&repo, &["commit", "--all", "README.md", "-m", "x"]);
    assert_eq!(output.code, 2, "names and --all are two ways: {output}");
    let files: Vec<&str> = dry.lines().collect();
    let named = ["commit", "-m", "Renamed"].iter().chain(&files);
    drop(govkit().run(&repo, named).ok());
    assert_eq!(status(&repo), "");
    assert!(
        repo.git(["show", "--format=", "--name-status", "-M50%"])
            .contains(&format!("\t{ACCESS}\tpolicies/POL-101-access.md"))
    );
}

#[test]
fn a_rename_that_cannot_be_whole_does_not_happen() {
    let repo = referring();
    repo.branch("other")
        .write(
            "policies/POL-300-new.md",
            repo.read(ACCESS).replace("POL-001", "POL-300"),
        )
        .commit("New");
    repo.switch("main");
    for (old, new, says) in [
        ("POL-001", "POL-002", "is taken"),
        ("POL-001", "POL-300", "is taken on this or another branch"),
        ("POL-001", "POL 4", "cannot be an id"),
        ("POL-999", "POL-4", "no artifact is called"),
    ] {
        let output = run(&repo, &["mv", old, new]).expect_code(2);
        assert!(output.errors().contains(says), "{output}");
    }
    // A link whose letters are escaped is read, and cannot be rewritten in place.
    repo.replace(
        "procedures/PRC-001.md",
        "[\"POL-001\"]",
        "[\"POL\\u002D001\"]",
    )
    .commit("Escaped");
    let output = run(&repo, &["mv", "POL-001", "POL-101"]).expect_code(2);
    assert!(output.errors().contains("line 6"), "{output}");
    assert_eq!(status(&repo), "");
}

#[test]
fn fmt_lays_out_front_matter_alone() {
    let repo = commented();
    let output = run(&repo, &["fmt", "--check"]).expect_code(1);
    assert_eq!(output.text(), format!("{ACCESS}\n"));
    assert_eq!(status(&repo), "");
    assert_eq!(run(&repo, &["fmt"]).ok(), format!("{ACCESS}\n"));
    assert_eq!(
        changed_lines(&repo),
        "-title   =  'Access'   # in plain words\n+title = 'Access'   # in plain words\n"
    );
    assert_eq!(run(&repo, &["fmt", "--check"]).ok(), "");
    repo.replace(ACCESS, "title =", "title ");
    let output = run(&repo, &["fmt"]).expect_code(1);
    assert!(output.errors().contains("front matter"), "{output}");
}

#[test]
fn an_editor_is_opened_as_git_would_and_the_text_is_checked() {
    let repo = handbook();
    let with = |variables: &[(&str, &str)], args: &[&str]| {
        let run = govkit().prepare(&repo).env("TERM", "xterm");
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        run.args(args).run()
    };
    let edit = |script: &str| with(&[("EDITOR", script)], &["edit", "POL-001"]);
    let output = edit("sed -i 's/lock their screens/lock their doors/'");
    assert_eq!(
        (output.code, status(&repo)),
        (0, format!(" M {ACCESS}\n")),
        "{output}"
    );
    let output = edit("sed -i 's/^title.*/title = /'").expect_code(1);
    assert!(output.text().contains(ACCESS), "{output}");
    assert_eq!(edit("false").code, 2);
    repo.git(["restore", "."]);
    // VISUAL before EDITOR, GIT_EDITOR before both, and nothing the repository names.
    repo.git(["config", "core.editor", "touch hostile;"]);
    let both = [("VISUAL", "touch visual;:"), ("EDITOR", "touch editor;:")];
    drop(with(&both, &["edit", "POL-001"]).ok());
    let all = [both[0], both[1], ("GIT_EDITOR", "touch git;:")];
    drop(with(&all, &["edit", "POL-001"]).ok());
    assert_eq!(status(&repo), "?? git\n?? visual\n");
}
