//! `cargo xtask test`: everything that has to hold before a merge, in the dev profile and one target directory.

use std::process::Command;
use std::time::Instant;

use crate::program::{cargo, run as run_program};
use crate::{Failure, setup};

/// Runs the stages in the order in which they are likely to fail.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    let start = Instant::now();
    stage("setup", || setup::run(args))?;
    stage("format", || {
        run_program(&mut cargo(["fmt", "--all", "--check"]))
    })?;
    stage("lints", || {
        run_program(&mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    stage("tests", || run_program(&mut cargo(["test", "--workspace"])))?;
    stage("documentation", || run_program(&mut documentation()))?;
    println!(
        "everything passes, {:.1} s in all",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Prepares the API documentation: ours alone, a broken link in it is a failure.
pub(crate) fn documentation() -> Command {
    let mut doc = cargo(["doc", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    doc
}

fn stage(name: &str, act: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("== {name}");
    let start = Instant::now();
    act().map_err(|err| format!("{name} failed: {err}"))?;
    println!("== {name}: ok, {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
