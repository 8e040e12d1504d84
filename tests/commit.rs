//! `commit`: exactly the named files, checked first; git judges what became of the rest.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use govkit_testkit::{Output, Repo, Run};

use crate::govkit;
use crate::store::{handbook, json};

const ACCESS: &str = "policies/POL-001-access.md";
const LEAVE: &str = "policies/POL-002-leave.md";

/// What git says is staged and changed.
fn status(repo: &Repo) -> String {
    repo.git(["status", "--porcelain=v1", "--untracked-files=all"])
}

fn edit_both(repo: &Repo) {
    repo.replace(ACCESS, "lock their screens", "lock their doors");
    repo.replace(LEAVE, "a day off", "two days off");
}

fn commit(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["commit"].iter().chain(args))
}

/// Makes sure that a run ended well.
#[track_caller]
fn done(output: Output) {
    drop(output.ok());
}

/// Whether tree, index and history are what git itself would have made.
#[track_caller]
fn sound(repo: &Repo) {
    repo.git(["fsck", "--strict", "--no-dangling"]);
    let staged = repo.git(["diff", "--cached", "--name-only"]);
    if staged.is_empty() {
        assert_eq!(
            repo.git(["write-tree"]),
            repo.git(["rev-parse", "HEAD^{tree}"]),
            "the index and the commit are one"
        );
    }
    assert!(!repo.path().join(".git/index.lock").exists());
}

#[test]
fn only_the_named_artifact_is_committed_and_all_else_stays() {
    let repo = handbook();
    edit_both(&repo);
    repo.write("notes.txt", "mine\n")
        .write("staged.txt", "staged\n");
    repo.git(["add", "staged.txt"]);
    let output = commit(&repo, &["POL-001", "-m", "Doors, too"]);
    assert_eq!(output.ok(), format!("changed\tPOL-001\t{ACCESS}\n"));
    assert_eq!(
        status(&repo),
        format!(" M {LEAVE}\nA  staged.txt\n?? notes.txt\n")
    );
    assert_eq!(
        repo.git(["show", "--format=%an <%ae> %cn %s", "--name-status", "HEAD"]),
        format!("Ada Example <ada@example.org> Ada Example Doors, too\n\nM\t{ACCESS}\n")
    );
    assert_eq!(
        repo.git(["log", "-g", "--format=%gs", "-1"]),
        "commit: Doors, too\n"
    );
    assert_eq!(
        repo.git(["show", &format!("HEAD:{ACCESS}")]),
        repo.read(ACCESS)
    );
    sound(&repo);
}

#[test]
fn what_was_staged_of_the_named_file_gives_way_to_what_is_on_disk() {
    let repo = handbook();
    repo.replace(ACCESS, "screens", "doors");
    repo.git(["add", ACCESS]);
    repo.replace(ACCESS, "doors", "windows");
    done(commit(&repo, &[ACCESS, "-m", "Windows"]));
    assert_eq!(status(&repo), "");
    assert!(
        repo.git(["show", &format!("HEAD:{ACCESS}")])
            .contains("windows")
    );
    sound(&repo);
}

#[test]
fn a_new_a_removed_and_a_moved_file_are_committed() {
    let repo = handbook();
    repo.remove(LEAVE)
        .rename(ACCESS, "policies/POL-001-doors.md")
        .write(
            "policies/POL-003-pay.md",
            repo.read("policies/POL-001-doors.md")
                .replace("POL-001", "POL-003"),
        );
    let output = commit(
        &repo,
        &[
            "POL-001",
            "POL-002",
            "policies/POL-003-pay.md",
            "-m",
            "All at once",
        ],
    );
    assert_eq!(
        output.ok(),
        format!(
            "removed\tPOL-001\t{ACCESS}\nadded\tPOL-001\tpolicies/POL-001-doors.md\nremoved\tPOL-002\t{LEAVE}\nadded\tPOL-003\tpolicies/POL-003-pay.md\n"
        )
    );
    assert_eq!(status(&repo), "");
    sound(&repo);
    // The last file of a directory takes the directory with it, and a file may take its name.
    repo.remove("procedures/PRC-001.md");
    fs::remove_dir(repo.path().join("procedures")).unwrap();
    repo.write("procedures", "a file now\n");
    done(commit(
        &repo,
        &["PRC-001", "procedures", "--no-check", "-m", "Gone"],
    ));
    assert_eq!(status(&repo), "");
    assert!(
        !repo
            .git(["ls-tree", "-r", "--name-only", "HEAD"])
            .contains("PRC")
    );
    sound(&repo);
}

#[test]
fn all_and_a_directory_take_what_differs() {
    let repo = handbook();
    edit_both(&repo);
    repo.write("notes.txt", "mine\n");
    let output = govkit().run(&repo, ["commit", "--all", "-m", "Both", "--format", "json"]);
    let answer = json(&output);
    assert_eq!(answer["commit"].as_str().unwrap(), repo.rev("HEAD"));
    assert_eq!(answer["branch"], "main");
    assert_eq!(answer["items"].as_array().unwrap().len(), 2);
    assert_eq!(status(&repo), "?? notes.txt\n");
    repo.replace(LEAVE, "two days", "three days");
    done(commit(&repo, &["policies", "-m", "Three"]));
    assert_eq!(status(&repo), "?? notes.txt\n");
    let output = commit(&repo, &["policies", "-m", "Nothing"]);
    assert_eq!(output.code, 1, "{output}");
    assert!(output.errors().contains("nothing to commit"), "{output}");
}

#[test]
fn an_error_stops_the_commit_and_nothing_is_written() {
    let repo = handbook();
    let head = repo.rev("HEAD");
    repo.replace("procedures/PRC-001.md", "POL-001", "POL-999");
    let before = status(&repo);
    let output = commit(&repo, &["PRC-001", "-m", "Broken"]);
    assert_eq!(output.code, 1, "{output}");
    assert!(output.errors().contains("POL-999"), "{output}");
    assert_eq!((repo.rev("HEAD"), status(&repo)), (head.clone(), before));
    // Whoever takes away what others rely on is stopped, too.
    repo.git(["restore", "procedures"]);
    repo.remove(ACCESS);
    let output = commit(&repo, &["POL-001", "-m", "Gone"]);
    assert_eq!(output.code, 1, "{output}");
    assert!(output.errors().contains("PRC-001.md"), "{output}");
    // What was wrong before is not in the way of somebody else's change.
    done(commit(&repo, &["POL-001", "-m", "Gone", "--no-check"]));
    repo.replace(LEAVE, "a day off", "a week off");
    done(commit(&repo, &["POL-002", "-m", "A week"]));
    sound(&repo);
}

#[test]
fn the_state_that_is_checked_is_the_one_that_is_committed() {
    let repo = handbook();
    repo.replace("procedures/PRC-001.md", "POL-001", "POL-003");
    repo.write(
        "policies/POL-003-pay.md",
        repo.read(LEAVE).replace("POL-002", "POL-003"),
    );
    let output = commit(&repo, &["PRC-001", "-m", "Half of it"]);
    assert_eq!(
        output.code, 1,
        "the policy it names is not committed: {output}"
    );
    done(commit(&repo, &["PRC-001", "POL-003", "-m", "Both"]));
    assert_eq!(status(&repo), "");
}

#[test]
fn a_dry_run_changes_nothing() {
    let repo = handbook();
    edit_both(&repo);
    let (head, before) = (repo.rev("HEAD"), status(&repo));
    let output = commit(&repo, &["--all", "-m", "x", "--dry-run"]);
    assert_eq!(output.ok().lines().count(), 2);
    assert_eq!((repo.rev("HEAD"), status(&repo)), (head, before));
}

#[test]
fn the_first_commit_and_a_detached_one_are_made() {
    let repo = Repo::new();
    let from = handbook();
    repo.write("govkit.toml", from.read("govkit.toml"))
        .write(ACCESS, from.read(ACCESS));
    done(commit(&repo, &["govkit.toml", "POL-001", "-m", "First"]));
    assert_eq!(status(&repo), "");
    assert_eq!(
        repo.git(["log", "-g", "--format=%gs"]),
        "commit (initial): First\n"
    );
    sound(&repo);
    repo.git(["switch", "--quiet", "--detach"]);
    repo.replace(ACCESS, "screens", "doors");
    let output = govkit().run(
        &repo,
        ["commit", "POL-001", "-m", "Apart", "--format", "json"],
    );
    assert!(json(&output)["branch"].is_null());
    assert_ne!(repo.rev("HEAD"), repo.rev("main"));
    sound(&repo);
}

#[test]
fn a_merge_that_is_not_finished_is_left_alone() {
    let repo = handbook();
    repo.branch("other")
        .replace(LEAVE, "a day", "two days")
        .commit("Two");
    repo.switch("main")
        .replace(LEAVE, "a day", "three days")
        .commit("Three");
    assert_eq!(repo.run("git").args(["merge", "other"]).run().code, 1);
    repo.replace(ACCESS, "screens", "doors");
    let output = commit(&repo, &["POL-001", "-m", "x"]).expect_code(2);
    assert!(
        output.errors().contains("a merge is not finished"),
        "{output}"
    );
    let doctor = govkit().run(&repo, ["doctor"]).expect_code(1);
    assert!(
        doctor.text().contains("a merge is not finished"),
        "{doctor}"
    );
}

#[test]
fn a_lock_that_was_left_behind_stays_and_is_explained() {
    let repo = handbook();
    edit_both(&repo);
    repo.write(".git/index.lock", "");
    let head = repo.rev("HEAD");
    let output = commit(&repo, &["--all", "-m", "x"]).expect_code(2);
    assert!(output.errors().contains(".git/index.lock"), "{output}");
    assert!(repo.path().join(".git/index.lock").exists());
    assert_eq!(repo.rev("HEAD"), head);
    let doctor = govkit().run(&repo, ["doctor"]).expect_code(1);
    assert!(doctor.text().contains(".git/index.lock"), "{doctor}");
}

#[test]
fn a_file_of_another_repository_is_not_committed_here() {
    let repo = handbook();
    let inner = "policies/inner";
    repo.git(["init", "--quiet", inner]);
    repo.write("policies/inner/POL-009.md", "x\n");
    let refused = |path: &str| {
        let output = commit(&repo, &[path, "--no-check", "-m", "x"]).expect_code(2);
        assert!(
            output.errors().contains("a repository of its own"),
            "{output}"
        );
    };
    refused("policies/inner/POL-009.md");
    repo.git(["-C", inner, "add", "."]);
    repo.git(["-C", inner, "commit", "--quiet", "-m", "inner"]);
    repo.git(["-c", "advice.addEmbeddedRepo=false", "add", inner]);
    repo.git(["commit", "--quiet", "-m", "a submodule"]);
    fs::rename(
        repo.path().join(inner).join(".git"),
        repo.path().join("away"),
    )
    .unwrap();
    refused("policies/inner/POL-009.md");
}

#[test]
fn an_index_of_another_form_keeps_its_form() {
    for (setting, shows) in [
        (
            ["update-index", "--index-version", "4"].as_slice(),
            "version 4",
        ),
        (&["update-index", "--force-untracked-cache"], "untracked"),
        (&["update-index", "--split-index"], "split"),
    ] {
        let repo = handbook();
        repo.git(setting.iter().copied());
        repo.git(["status"]);
        let form = |repo: &Repo| {
            let bytes = fs::read(repo.path().join(".git/index")).unwrap();
            let has = |name: &[u8]| bytes.windows(4).any(|part| part == name);
            (bytes[7], has(b"UNTR"), has(b"link"))
        };
        let before = form(&repo);
        assert!(before != (2, false, false), "{shows}: git made {before:?}");
        edit_both(&repo);
        done(commit(&repo, &["POL-001", "-m", shows]));
        assert_eq!(form(&repo), before, "{shows}");
        assert_eq!(status(&repo), format!(" M {LEAVE}\n"), "{shows}");
        sound(&repo);
        repo.write(
            "policies/POL-003-pay.md",
            repo.read(ACCESS).replace("POL-001", "POL-003"),
        );
        repo.remove(LEAVE);
        done(commit(&repo, &["policies", "-m", shows]));
        assert_eq!(status(&repo), "", "{shows}");
        assert_eq!(form(&repo), before, "{shows}");
        sound(&repo);
    }
}

#[test]
fn a_change_in_the_second_the_index_was_written_in_stays_visible() {
    let repo = handbook();
    // All in one second: size and time tell nothing, git has to compare. The commit comes later.
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    while now().subsec_millis() > 100 {
        sleep(Duration::from_millis(20));
    }
    repo.write(LEAVE, repo.read(LEAVE));
    repo.git(["add", "--all"]);
    repo.replace(LEAVE, "a day off", "a dog off");
    sleep(Duration::from_millis(1100));
    repo.replace(ACCESS, "screens", "windows");
    done(commit(&repo, &["POL-001", "-m", "Windows"]));
    assert_eq!(status(&repo), format!(" M {LEAVE}\n"));
}

#[test]
fn line_ends_and_modes_are_stored_as_git_stores_them() {
    let repo = handbook();
    repo.git(["config", "core.autocrlf", "input"]);
    let text = repo.read(ACCESS).replace("screens", "doors");
    repo.write(ACCESS, text.replace('\n', "\r\n"));
    let path = repo.path().join(LEAVE);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    done(commit(&repo, &["POL-001", "POL-002", "-m", "Ends"]));
    assert_eq!(repo.git(["show", &format!("HEAD:{ACCESS}")]), text);
    assert!(repo.git(["ls-tree", "HEAD", LEAVE]).starts_with("100755"));
    assert_eq!(status(&repo), "");
    repo.write(".gitattributes", "*.md filter=secret\n");
    repo.git(["config", "filter.secret.clean", "touch ran; cat"]);
    repo.replace(LEAVE, "a day", "two days");
    let output = commit(&repo, &["POL-002", "-m", "x"]).expect_code(2);
    assert!(output.errors().contains("the filter `secret`"), "{output}");
    assert!(!repo.path().join("ran").exists());
}

#[test]
fn hooks_run_only_where_somebody_asks() {
    let repo = handbook();
    let hook = |name: &str, text: &str| {
        let path = format!(".git/hooks/{name}");
        repo.write(&path, format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(repo.path().join(path), fs::Permissions::from_mode(0o755)).unwrap();
    };
    hook("pre-commit", "git diff --cached --name-only HEAD > seen");
    hook("commit-msg", "echo 'Reviewed-by: nobody' >> \"$1\"");
    hook("post-commit", "touch after");
    edit_both(&repo);
    repo.git(["add", LEAVE]);
    done(commit(&repo, &["POL-001", "-m", "Doors", "--hooks"]));
    assert_eq!(
        repo.read("seen"),
        format!("{ACCESS}\n"),
        "the hook sees what is committed"
    );
    assert!(repo.path().join("after").exists());
    assert_eq!(
        repo.git(["log", "-1", "--format=%B"]),
        "Doors\nReviewed-by: nobody\n\n"
    );
    hook("pre-commit", "exit 1");
    let head = repo.rev("HEAD");
    let output = commit(&repo, &["POL-002", "-m", "x", "--hooks"]).expect_code(2);
    assert!(output.errors().contains("`pre-commit` said no"), "{output}");
    assert_eq!(repo.rev("HEAD"), head);
    done(commit(&repo, &["POL-002", "-m", "Two days"]));
    assert_eq!(repo.git(["log", "-1", "--format=%B"]), "Two days\n\n");
}

/// Runs `govkit commit` with a user's git configuration.
fn with_config(repo: &Repo, config: &str) -> Run {
    fs::write(repo.home().join("gitconfig"), config).unwrap();
    let path = repo.home().join("gitconfig");
    govkit()
        .prepare(repo)
        .env("GIT_CONFIG_GLOBAL", path.as_os_str())
}

#[test]
fn a_commit_is_signed_with_an_ssh_key_as_git_signs() {
    let repo = handbook();
    let key = repo.home().join("key");
    let keygen = repo
        .run("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .args([&key]);
    assert_eq!(keygen.run().code, 0);
    let public = fs::read_to_string(key.with_extension("pub")).unwrap();
    fs::write(
        repo.home().join("signers"),
        format!("ada@example.org {public}"),
    )
    .unwrap();
    edit_both(&repo);
    let config = "[commit]\ngpgsign = true\n[gpg]\nformat = ssh\n[user]\nsigningkey = ~/key\n[gpg \"ssh\"]\nallowedSignersFile = ~/signers\n";
    done(
        with_config(&repo, config)
            .args(["commit", "POL-001", "-m", "Signed"])
            .run(),
    );
    let verify = |revision: &str| {
        let run = repo
            .run("git")
            .env("GIT_CONFIG_GLOBAL", repo.home().join("gitconfig"));
        run.args(["log", "-1", "--format=%G? %GS", revision])
            .run()
            .ok()
    };
    assert_eq!(verify("HEAD"), "G ada@example.org\n");
    sound(&repo);
    done(
        with_config(&repo, config)
            .args(["commit", "POL-002", "-m", "x", "--no-sign"])
            .run(),
    );
    assert_eq!(verify("HEAD"), "N \n");
    // A program the repository names is never run.
    repo.git(["config", "gpg.ssh.program", "/bin/false"]);
    repo.git(["config", "gpg.program", "/bin/false"]);
    repo.replace(LEAVE, "two days", "three days");
    done(
        with_config(&repo, config)
            .args(["commit", "POL-002", "-m", "x"])
            .run(),
    );
    repo.replace(LEAVE, "three days", "four days");
    let head = repo.rev("HEAD");
    let gone = config.replace("~/key", "~/gone");
    let output = with_config(&repo, &gone)
        .args(["commit", "POL-002", "-m", "x"])
        .run();
    assert_eq!((output.code, repo.rev("HEAD")), (2, head), "{output}");
    assert!(
        output.errors().contains("the commit cannot be signed"),
        "{output}"
    );
}

#[test]
fn a_commit_is_signed_with_gpg_as_git_signs() {
    let repo = handbook();
    let home = repo.home().join("gnupg");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let gpg = |args: &[&str]| repo.run("gpg").env("GNUPGHOME", &home).args(args).run();
    let made = gpg(&[
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Ada Example <ada@example.org>",
        "ed25519",
        "sign",
    ]);
    assert_eq!(made.code, 0, "{made}");
    edit_both(&repo);
    let run = with_config(&repo, "[commit]\ngpgsign = true\n").env("GNUPGHOME", &home);
    done(run.args(["commit", "POL-001", "-m", "Signed"]).run());
    let verify = repo
        .run("git")
        .env("GNUPGHOME", &home)
        .args(["verify-commit", "HEAD"])
        .run();
    assert_eq!(verify.code, 0, "{verify}");
    drop(
        repo.run("gpgconf")
            .env("GNUPGHOME", &home)
            .args(["--kill", "all"])
            .run(),
    );
    sound(&repo);
}

#[test]
fn the_author_comes_from_the_settings_a_condition_includes() {
    let repo = handbook();
    edit_both(&repo);
    fs::write(
        repo.home().join("work"),
        "[user]\nname = Wanda Work\nemail = wanda@work.example\n",
    )
    .unwrap();
    let config = format!(
        "[user]\nname = Wanda Home\nemail = wanda@home.example\n[includeIf \"gitdir:{}/\"]\npath = ~/work\n",
        repo.path().display()
    );
    let run = with_config(&repo, &config);
    let run = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"]
        .iter()
        .fold(run, |run, name| run.env(name, ""));
    done(run.args(["commit", "POL-001", "-m", "x"]).run());
    assert_eq!(
        repo.git(["log", "-1", "--format=%an <%ae> by %cn"]),
        "Wanda Work <wanda@work.example> by Ada Example\n"
    );
}
