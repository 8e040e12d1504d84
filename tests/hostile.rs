//! Repositories and files made to do harm: nothing runs, nothing leaks, nothing is written, nothing panics.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::store::{handbook, policy};

/// A configuration that takes every file for an artifact.
const ANY: &str = "[kinds.any]\npaths = [\"**\"]\nexclude = [\"any.toml\"]\nsyntax = \"none\"\nid = { path = \"{*id}\" }\n";

/// The verbs that only read, with an artifact where they need one.
pub(crate) const READING: &[&[&str]] = &[
    &["list"],
    &["show", "POL-001"],
    &["get", "POL-001", "title"],
    &["check"],
    &["diff", "HEAD"],
    &["log", "POL-001"],
    &["status"],
    &["refs", "POL-001"],
    &["search", "x"],
    &["doctor"],
];

/// Writes an object as it is, sound or not, and returns its id.
fn object(repo: &Repo, kind: &str, bytes: &[u8]) -> String {
    let git = repo
        .run("git")
        .args(["hash-object", "--literally", "-w", "--stdin", "-t", kind]);
    git.stdin(bytes).run().ok().trim().to_owned()
}

/// Writes a tree with these modes, names and object ids, in this order.
fn tree(repo: &Repo, entries: &[(&str, &[u8], &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend([mode.as_bytes(), b" ", name, b"\0"].concat());
        bytes.extend(
            (0..id.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()),
        );
    }
    object(repo, "tree", &bytes)
}

/// Makes a commit of a tree the tip of `main`.
fn commit(repo: &Repo, tree: &str) {
    let commit = repo.git(["commit-tree", "-m", "m", tree]);
    drop(repo.git(["update-ref", "refs/heads/main", commit.trim()]));
}

/// Returns a repository without a worktree, with [`ANY`] beside it as `any.toml`.
fn bare() -> Repo {
    let repo = Repo::init(&["--bare", "--initial-branch=main"]);
    repo.write("any.toml", ANY);
    repo
}

fn any(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["--config", "any.toml"].iter().chain(args))
}

/// Makes sure that each reading verb ends with a code of the table and says nothing of a panic.
fn survives(repo: &Repo, config: &[&str]) -> Vec<Output> {
    let run = |args: &&[&str]| {
        let output = govkit().run(repo, config.iter().chain(*args));
        assert!((0..=3).contains(&output.code), "{args:?}: {output}");
        assert!(
            !output.errors().contains("internal error"),
            "{args:?}: {output}"
        );
        output
    };
    READING.iter().map(run).collect()
}

#[test]
fn names_that_could_leave_the_directory_are_no_artifacts() {
    for name in [
        b"..".as_slice(),
        b".",
        b".git",
        b".GIT",
        b".git ",
        b".git.",
        b"git~1",
        b".g\xe2\x80\x8cit",
        b"",
        b"a/b",
        b"../x",
    ] {
        let repo = bare();
        let blob = object(&repo, "blob", b"x\n");
        commit(
            &repo,
            &tree(&repo, &[("100644", name, &blob), ("100644", b"z", &blob)]),
        );
        assert_eq!(any(&repo, &["list", "-q"]).ok(), "z\n", "{name:?}");
        drop(survives(&repo, &["--config", "any.toml"]));
    }
}

#[test]
fn a_file_whose_name_cannot_be_used_is_reported() {
    let repo = bare();
    let blob = object(&repo, "blob", b"x\n");
    commit(&repo, &tree(&repo, &[("100644", b"Gr\xf6\xdfe.md", &blob)]));
    let output = any(&repo, &["check", "--format", "line"]).expect_code(1);
    assert!(output.text().starts_with("Gr"), "{output}");
}

#[test]
#[cfg(unix)]
fn a_file_on_disk_whose_name_cannot_be_used_is_reported() {
    use std::os::unix::ffi::OsStrExt;
    let repo = handbook();
    let name = std::ffi::OsStr::from_bytes(b"Gr\xf6\xdfe.md");
    fs::write(
        repo.path().join("policies").join(name),
        policy("POL-003", "Size", "x"),
    )
    .unwrap();
    let output = govkit()
        .run(&repo, ["check", "--format", "line"])
        .expect_code(1);
    assert!(output.text().starts_with("policies/Gr"), "{output}");
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_is_reported_and_never_followed() {
    use std::os::unix::fs::symlink;
    let repo = handbook();
    let secret = repo.home().join("secret.md");
    fs::write(&secret, policy("POL-666", "TOP-SECRET", "TOP-SECRET")).unwrap();
    fs::write(
        repo.path().join("secret.md"),
        policy("POL-667", "TOP-SECRET", "TOP-SECRET"),
    )
    .unwrap();
    for (target, name) in [
        (secret.as_path(), "absolute.md"),
        (Path::new("../secret.md"), "relative.md"),
        (Path::new("loop.md"), "loop.md"),
    ] {
        symlink(target, repo.path().join("policies").join(name)).unwrap();
    }
    symlink(repo.home(), repo.path().join("policies/directory")).unwrap();
    let quiet = |repo: &Repo, at: &[&str]| {
        for output in survives(repo, at) {
            assert!(!output.to_string().contains("TOP-SECRET"), "{output}");
        }
        let check = govkit()
            .run(repo, at.iter().chain(&["check", "--format", "line"]))
            .expect_code(1);
        let text = check.text();
        for name in ["absolute", "relative", "loop"] {
            let start = format!("policies/{name}.md:1:1: error[unreadable-file] ");
            assert!(
                text.lines()
                    .any(|line| line.starts_with(&start) && line.contains("symbolic link")),
                "{check}"
            );
        }
    };
    quiet(&repo, &[]);
    repo.commit("links");
    quiet(&repo, &["--at", "HEAD"]);
    quiet(&repo, &["--at", ":index"]);
}

#[test]
#[cfg(unix)]
fn a_configuration_that_is_a_symbolic_link_is_not_read() {
    let repo = handbook();
    let secret = repo.home().join("secret.toml");
    fs::write(&secret, "TOP-SECRET = [\n").unwrap();
    repo.remove("govkit.toml");
    std::os::unix::fs::symlink(&secret, repo.path().join("govkit.toml")).unwrap();
    let output = govkit().run(&repo, ["list"]).expect_code(2);
    assert!(!output.to_string().contains("TOP-SECRET"), "{output}");
}

#[test]
#[cfg(unix)]
fn a_reference_that_is_a_symbolic_link_does_not_leak_its_target() {
    let repo = handbook();
    let secret = repo.home().join("secret.txt");
    fs::write(&secret, "TOP-SECRET\n").unwrap();
    repo.remove(".git/refs/heads/main");
    std::os::unix::fs::symlink(&secret, repo.path().join(".git/refs/heads/main")).unwrap();
    for output in survives(&repo, &[]) {
        assert!(!output.to_string().contains("TOP-SECRET"), "{output}");
    }
}

#[test]
fn what_is_no_sound_file_costs_that_file_only() {
    let repo = bare();
    let blob = object(&repo, "blob", b"x\n");
    let broken = object(&repo, "blob", b"broken\n");
    let loose = format!("objects/{}/{}", &broken[..2], &broken[2..]);
    repo.remove(&loose).write(&loose, "garbage");
    let missing = "1".repeat(40);
    let entries: [(&str, &[u8], &str); 7] = [
        ("100644", b"corrupt", &broken),
        ("160000", b"gitlink", &missing),
        ("100644", b"missing", &missing),
        ("100644", b"null", &"0".repeat(40)),
        ("100644", b"sound", &blob),
        ("100644", b"sound", &broken),
        ("177777", b"weird", &blob),
    ];
    commit(&repo, &tree(&repo, &entries));
    assert_eq!(any(&repo, &["list", "-q"]).ok(), "sound\n");
    let check = any(&repo, &["check", "--format", "line"]).expect_code(1);
    let text = check.text();
    let places: Vec<&str> = text
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        places,
        ["corrupt", "gitlink", "missing", "null", "sound", "weird"],
        "{check}"
    );
    drop(survives(&repo, &["--config", "any.toml"]));
}

#[test]
fn a_tree_of_ten_billion_names_is_refused_within_seconds() {
    let repo = bare();
    let digits = b"0123456789";
    let mut id = object(&repo, "blob", b"x\n");
    for level in 0..10 {
        let mode = if level == 0 { "100644" } else { "40000" };
        let entries: Vec<(&str, &[u8], &str)> = digits
            .chunks(1)
            .map(|name| (mode, name, id.as_str()))
            .collect();
        id = tree(&repo, &entries);
    }
    commit(&repo, &id);
    for args in [
        &["list"][..],
        &["check"],
        &["log", "x"],
        &["diff", "HEAD..HEAD"],
        &["search", "x"],
    ] {
        let run = govkit()
            .prepare(&repo)
            .args(["--config", "any.toml"])
            .args(args);
        let output = run.timeout(Duration::from_secs(40)).run();
        assert!(
            output.code == 2 || args[0] == "diff" && output.code == 0,
            "{args:?}: {output}"
        );
    }
}

#[test]
fn a_tree_two_thousand_levels_deep_is_a_finding() {
    let repo = bare();
    let mut id = tree(&repo, &[("100644", b"f", &object(&repo, "blob", b"x\n"))]);
    let sound = object(&repo, "blob", b"y\n");
    let script = format!(
        "id={id}; for i in $(seq 2000); do id=$(printf '040000 tree %s\td\n' $id | git mktree); done; echo $id"
    );
    id = repo
        .run("bash")
        .args(["-c", &script])
        .run()
        .ok()
        .trim()
        .to_owned();
    commit(
        &repo,
        &tree(&repo, &[("100644", b"a", &sound), ("40000", b"d", &id)]),
    );
    assert_eq!(any(&repo, &["list", "-q"]).ok(), "a\n");
    let check = any(&repo, &["check", "--format", "line"]).expect_code(1);
    assert!(check.text().starts_with("d/d/d/"), "{check}");
    drop(survives(&repo, &["--config", "any.toml"]));
}

#[test]
fn a_replacement_of_an_object_is_not_believed() {
    let repo = handbook();
    let blob = repo.git(["rev-parse", "HEAD:policies/POL-001-access.md"]);
    let evil = object(&repo, "blob", policy("POL-001", "Replaced", "x").as_bytes());
    drop(repo.git(["replace", blob.trim(), &evil]));
    assert_eq!(
        govkit()
            .run(&repo, ["--at", "HEAD", "get", "POL-001", "title"])
            .ok(),
        "Access\n"
    );
    let commit = repo.rev("HEAD");
    repo.write("policies/POL-003.md", policy("POL-003", "Later", "x"))
        .commit("later");
    drop(repo.git(["replace", &repo.rev("HEAD"), &commit]));
    assert_eq!(
        govkit()
            .run(&repo, ["--at", "HEAD", "list", "policy", "-q"])
            .ok(),
        "POL-001\nPOL-002\nPOL-003\n"
    );
}

#[test]
#[cfg(unix)]
fn no_command_of_the_repository_is_run_and_nothing_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let repo = handbook();
    let evil = repo.home().join("evil");
    fs::write(
        &evil,
        format!("#!/bin/sh\ntouch {}/PWNED\n", repo.home().display()),
    )
    .unwrap();
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    let command = evil.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "pager.log",
        "gpg.program",
        "gpg.ssh.program",
        "gpg.ssh.defaultKeyCommand",
        "diff.external",
        "diff.md.textconv",
        "diff.md.command",
        "filter.md.clean",
        "filter.md.smudge",
        "filter.md.process",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ] {
        drop(repo.git(["config", key, command]));
    }
    drop(repo.git(["config", "alias.list", &format!("!{command}")]));
    drop(repo.git(["config", "core.hooksPath", repo.home().to_str().unwrap()]));
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
    ] {
        fs::copy(&evil, repo.path().join(".git/hooks").join(hook)).unwrap();
        fs::copy(&evil, repo.home().join(hook)).unwrap();
    }
    repo.write(".gitattributes", "*.md diff=md filter=md\n");
    // Touched, so that whoever trusts the index alone has to look at the contents.
    repo.write(
        "policies/POL-001-access.md",
        policy("POL-001", "Touched", "x"),
    );
    let before = everything(repo.path());
    drop(survives(&repo, &[]));
    drop(
        govkit()
            .prepare(&repo)
            .args(["show", "POL-001", "--color", "always"])
            .env("TERM", "xterm")
            .run()
            .ok(),
    );
    assert_eq!(before, everything(repo.path()));
    assert!(
        !repo.home().join("PWNED").exists(),
        "a command of the repository was run"
    );
}

/// Every file of a directory, `.git` included, with its time and contents.
pub(crate) fn everything(dir: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let about = path.symlink_metadata().unwrap();
        if about.is_dir() {
            files.extend(everything(&path));
        } else if about.is_file() {
            let bytes = fs::read(&path).unwrap();
            files.insert(path, (about.modified().unwrap(), bytes));
        }
    }
    files
}
