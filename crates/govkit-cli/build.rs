//! Builds the bundled plugins from their sources and hands their components to the program.
//!
//! They are ordinary plugins: the same crate layout, the same SDK, the same target as a
//! stranger's. No compiled component is kept in the repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-unknown-unknown";
const PLUGINS: &[&str] = &["plain-language", "register"];

fn main() {
    let root = checkout();
    for input in ["plugins", "wit", "crates/govkit-sdk", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let target_dir = out.join("plugins");
    if let Err(message) = build(&root, &target_dir) {
        // Cargo shows the message and fails the build.
        println!("cargo::error={message}");
        return;
    }
    let mut table = String::from("pub(crate) const BUNDLED: &[(&str, &str, &[u8])] = &[\n");
    for name in PLUGINS {
        let file = format!("{}.wasm", name.replace('-', "_"));
        let component = target_dir.join(TARGET).join("plugin").join(file);
        let version = env::var("CARGO_PKG_VERSION").expect("cargo sets CARGO_PKG_VERSION");
        table.push_str(&format!(
            "    ({name:?}, {version:?}, include_bytes!({component:?})),\n"
        ));
    }
    table.push_str("];\n");
    fs::write(out.join("bundled.rs"), table).expect("OUT_DIR can be written");
}

fn checkout() -> PathBuf {
    let here =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("the crate lies two levels below the root")
        .to_owned()
}

fn build(root: &Path, target_dir: &Path) -> Result<(), String> {
    if !target_is_installed() {
        return Err(format!(
            "the bundled plugins need the target {TARGET}, which is missing; run: rustup target add {TARGET}"
        ));
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).args([
        "build",
        "--quiet",
        "--locked",
        "--profile",
        "plugin",
        "--target",
        TARGET,
    ]);
    command.arg("--target-dir").arg(target_dir);
    for name in PLUGINS {
        command.args(["--package", name]);
    }
    // The outer build speaks of the host: its flags, wrappers and package must not reach the guests.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let of_outer_build =
            text.starts_with("CARGO_") && text != "CARGO_HOME" && !text.starts_with("CARGO_NET")
                || text.starts_with("RUSTC")
                || matches!(
                    text.as_ref(),
                    "RUSTFLAGS"
                        | "RUSTDOCFLAGS"
                        | "CARGO"
                        | "MAKEFLAGS"
                        | "TARGET"
                        | "HOST"
                        | "OPT_LEVEL"
                        | "DEBUG"
                        | "PROFILE"
                );
        if of_outer_build {
            command.env_remove(&name);
        }
    }
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
        "wasm-component-ld",
    );
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Ctarget-feature=+simd128",
    );
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "building the bundled plugins failed ({status}); its messages stand above"
        )),
        Err(error) => Err(format!("start cargo to build the bundled plugins: {error}")),
    }
}

/// Asks the compiler in use, not rustup: a distribution's compiler may bring the target itself.
fn target_is_installed() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let asked = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    asked.is_ok_and(|output| {
        output.status.success()
            && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}
