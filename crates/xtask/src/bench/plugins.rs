//! What a plugin costs: compile, load, instantiate, call, and ten thousand artifacts.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{cargo, checkout, run as run_program, target};
use crate::{Failure, setup};

const GUESTS: [&str; 3] = ["links", "read", "nothing"];

/// Builds the guests as a stranger would and measures them in a program of its own.
pub(super) fn run() -> Result<(), Failure> {
    println!("\nplugins, over 10,000 artifacts with their limits on:");
    let [links, read, nothing] = guests()?;
    // The whole workspace, so that the engine is not built again with other features.
    run_program(&mut cargo([
        "build",
        "--release",
        "--quiet",
        "--workspace",
        "--example",
        "bench_plugin",
    ]))?;
    let program = target().join("release/examples/bench_plugin");
    run_program(Command::new(program).args([links, read, nothing]))
}

fn guests() -> Result<[PathBuf; 3], Failure> {
    let place = target().join("bench-guests");
    let sources = checkout().join("crates/govkit-host/examples/bench_plugin");
    let sdk = checkout().join("crates/govkit-sdk");
    for name in GUESTS {
        let guest = place.join(name);
        fs::create_dir_all(guest.join("src"))?;
        fs::copy(sources.join(format!("{name}.rs")), guest.join("src/lib.rs"))?;
        let manifest = format!(
            "[package]\nname = \"bench-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"A guest of the bench.\"\n\
             [lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\ngovkit-sdk = {{ path = {sdk:?} }}\nmemchr = \"2\"\n"
        );
        fs::write(guest.join("Cargo.toml"), manifest)?;
    }
    fs::write(
        place.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"links\", \"read\", \"nothing\"]\n\
         [profile.release]\nopt-level = 3\nlto = true\ncodegen-units = 1\npanic = \"abort\"\nstrip = true\n",
    )?;
    fs::copy(checkout().join("Cargo.lock"), place.join("Cargo.lock"))?;
    run_program(
        cargo([
            "build",
            "--release",
            "--target",
            setup::WASM,
            "--target-dir",
        ])
        .arg(place.join("target"))
        .current_dir(&place)
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "wasm-component-ld",
        )
        .env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+simd128"),
    )?;
    let built = |name: &str| {
        let built = place.join("target").join(setup::WASM).join("release");
        built.join(format!("bench_{name}.wasm"))
    };
    Ok(GUESTS.map(built))
}
