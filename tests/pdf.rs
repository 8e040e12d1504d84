//! The PDF of the handbook, made by a program `typst` that is not ours.
#![cfg(unix)]

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use govkit_testkit::{Output, Repo, itsm};

use crate::govkit;

/// A program called `typst` that does this with `compile --root . SOURCE PDF`, and a path it is found on.
fn typst(repo: &Repo, script: &str) -> OsString {
    let place = repo.path().join(".git").join("bin");
    std::fs::create_dir_all(&place).unwrap();
    let program = place.join("typst");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    path(&[&place])
}

/// A path to search for programs on: these places, then where the shell and git are.
fn path(first: &[&Path]) -> OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let rest = std::env::split_paths(&rest).filter(|place| !place.join("typst").exists());
    let all: Vec<PathBuf> = first
        .iter()
        .map(|&place| place.to_owned())
        .chain(rest)
        .collect();
    std::env::join_paths(all).unwrap()
}

fn export(repo: &Repo, path: &OsString, args: &[&str]) -> Output {
    let run = govkit().prepare(repo).env("PATH", path);
    run.args(["export", "handbook"]).args(args).run()
}

fn handbook() -> Repo {
    let repo = itsm();
    drop(govkit().run(&repo, ["plugin", "add", "handbook"]).ok());
    repo
}

#[test]
fn the_handbook_is_a_pdf_too_where_typst_is_installed() {
    let repo = handbook();
    let works = "test \"$1 $2 $3\" = 'compile --root .' && { echo %PDF-1.7; wc -l < $4; } > $5";
    let path = typst(&repo, works);
    let made = export(&repo, &path, &["-o", "public"]);
    assert_eq!(
        (made.code, made.errors()),
        (0, "wrote 3 files to `public`\n".to_owned())
    );
    let lines = repo.read("public/handbook.typ").lines().count();
    assert_eq!(
        repo.read("public/handbook.pdf"),
        format!("%PDF-1.7\n{lines}\n")
    );

    let printed = export(&repo, &path, &["--file", "handbook.pdf", "-o", "-"]).ok();
    assert_eq!(printed, repo.read("public/handbook.pdf"));
}

#[test]
fn a_typst_that_fails_costs_the_pdf_only_and_says_so() {
    let repo = handbook();
    let path = typst(&repo, "echo 'error: unknown font' >&2; exit 1");
    let made = export(&repo, &path, &["-o", "public"]);
    assert_eq!(made.code, 0, "{made}");
    assert_eq!(
        made.errors(),
        "warning: no PDF is made of `handbook.typ`: typst says: error: unknown font\nwrote 2 files to `public`\n"
    );
}

#[test]
fn without_typst_there_is_page_and_source() {
    let repo = handbook();
    let made = export(&repo, &path(&[]), &["-o", "public", "-v"]);
    assert!(
        made.errors()
            .contains("no PDF is made: `typst` is not installed\nwrote 2 files"),
        "{made}"
    );
}
