//! `cargo xtask setup`: the one thing that cargo does not fetch by itself.

use std::path::Path;
use std::process::Command;

use crate::{Failure, program};

/// What plugins are compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Installs the WebAssembly target when it is missing.
pub(crate) fn run(_: &[String]) -> Result<(), Failure> {
    if installed()? {
        return Ok(());
    }
    println!("adding the compilation target {WASM}, in which plugins are built (once)");
    match Command::new("rustup").args(["target", "add", WASM]).current_dir(program::checkout()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("the target could not be fetched; once you are online, run: rustup target add {WASM}").into()),
        Err(_) => Err(format!(
            "this Rust was not installed with rustup; install its standard library for {WASM} \
             (Debian: apt-get install libstd-rust-dev-wasm32), or get rustup from https://rustup.rs and run: \
             rustup target add {WASM}"
        )
        .into()),
    }
}

/// Asks the compiler, not rustup: a distribution may bring the target without it.
fn installed() -> Result<bool, Failure> {
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(program::checkout());
    Ok(Path::new(program::read(&mut rustc)?.trim()).is_dir())
}
