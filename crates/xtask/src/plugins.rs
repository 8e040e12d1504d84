//! `cargo xtask plugins`: the bundled plugins as components, for a look at them or for `govkit plugin inspect`.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::program::{cargo, checkout, run as run_program, target};
use crate::{Failure, setup};

/// Builds every crate in `plugins/` and prints the size and digest of each component.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    setup::run(args)?;
    for component in build()? {
        let bytes = fs::read(&component)?;
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let shown = component.strip_prefix(checkout()).unwrap_or(&component);
        println!(
            "{}  {} bytes  sha256:{digest}",
            shown.display(),
            bytes.len()
        );
    }
    Ok(())
}

/// Builds the components and returns their paths, by name.
pub(crate) fn build() -> Result<Vec<PathBuf>, Failure> {
    let names = names()?;
    // A target directory of their own: `[profile.plugin]` shares nothing with the host's builds.
    let build = target().join("plugins-build");
    let mut command = cargo([
        "build",
        "--profile",
        "plugin",
        "--target",
        setup::WASM,
        "--target-dir",
    ]);
    command.arg(&build);
    for name in &names {
        command.args(["--package", name]);
    }
    run_program(&mut command)?;
    let out = target().join("plugins");
    fs::create_dir_all(&out)?;
    names
        .iter()
        .map(|name| {
            let built = build
                .join(setup::WASM)
                .join("plugin")
                .join(format!("{}.wasm", name.replace('-', "_")));
            let component = out.join(format!("{name}.wasm"));
            fs::copy(&built, &component)
                .map_err(|err| format!("copy {}: {err}", built.display()))?;
            Ok(component)
        })
        .collect()
}

/// A directory below `plugins/` is a crate of the same name.
fn names() -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(checkout().join("plugins"))? {
        let path = entry?.path();
        if path.join("Cargo.toml").is_file() {
            names.extend(
                path.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}
