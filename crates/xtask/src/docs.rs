//! `cargo xtask docs`: what users and developers read, made from the program itself.

use std::fs;
use std::process::Command;

use crate::program::{build_govkit, checkout, read, run as run_program, target};
use crate::{Failure, setup, test};

/// Writes manual pages and completions to `target/docs` and builds the API documentation.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    setup::run(args)?;
    let readme = fs::read_to_string(checkout().join("README.md"))?;
    if !readme.contains("```console\n$ govkit ") {
        return Err(
            "README.md shows no session (```console) any more; tests/docs.rs has nothing to run"
                .into(),
        );
    }
    let govkit = build_govkit("dev")?;
    let out = target().join("docs");
    let man = out.join("man");
    fs::create_dir_all(&man)?;
    run_program(Command::new(&govkit).args(["man", "--output"]).arg(&man))?;
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        fs::write(
            out.join(format!("govkit.{shell}")),
            read(Command::new(&govkit).args(["completions", shell]))?,
        )?;
    }
    run_program(&mut test::documentation())?;
    println!("manual pages and completions: {}", out.display());
    println!(
        "API documentation: {}",
        target().join("doc/govkit_core/index.html").display()
    );
    Ok(())
}
