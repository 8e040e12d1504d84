//! Other programs, started so that a failure names what was tried.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;

/// Returns the top of the checkout.
pub(crate) fn checkout() -> PathBuf {
    govkit_testkit::checkout()
}

/// Returns the directory that cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout().join("target"), PathBuf::from)
}

/// Prepares a run of the cargo that runs this chore, at the top of the checkout.
pub(crate) fn cargo<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(args)
        .current_dir(checkout())
        .stdin(Stdio::null());
    cargo
}

/// Runs a program to its end, showing what it says.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|err| format!("start {}: {err}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", shown(command)).into())
    }
}

/// Runs a program to its end and returns what it printed.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    command.stderr(Stdio::inherit());
    let output = command
        .output()
        .map_err(|err| format!("start {}: {err}", shown(command)))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", shown(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Builds the `govkit` program in `profile` and returns its path.
///
/// In the dev profile everything is built that `cargo xtask test` needs: tests bring features of
/// their own to the dependencies, and the WebAssembly engine should be built once, not twice.
pub(crate) fn build_govkit(profile: &str) -> Result<PathBuf, Failure> {
    let what: &[&str] = if profile == "dev" {
        &["--all-targets"]
    } else {
        &["--bin", "govkit"]
    };
    run(cargo(["build", "--workspace", "--profile", profile]).args(what))?;
    let dir = if profile == "dev" { "debug" } else { profile };
    Ok(target()
        .join(dir)
        .join(format!("govkit{}", std::env::consts::EXE_SUFFIX)))
}

/// Returns the command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default();
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .map(|word| {
            if word.contains(' ') {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}
