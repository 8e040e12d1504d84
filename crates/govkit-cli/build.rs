//! Builds the bundled plugins, and writes `bundled.rs` with their bytes into `OUT_DIR`.
//!
//! They are components for another target, so this is a cargo of its own with a target directory
//! of its own: the outer one holds the lock of the outer directory while this runs.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const TARGET: &str = "wasm32-unknown-unknown";
const LINKER: &str = "wasm-component-ld";

/// The bundled plugins: the packages below `plugins/`.
const PLUGINS: [&str; 8] = [
    "docx",
    "handbook",
    "ics",
    "oscal",
    "plain-language",
    "register",
    "site",
    "xlsx",
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let here = directory("CARGO_MANIFEST_DIR")?;
    let root = here
        .ancestors()
        .nth(2)
        .ok_or_else(|| format!("find the workspace two levels above {}", here.display()))?;
    for input in [
        "plugins",
        "wit",
        "crates/govkit-book",
        "crates/govkit-calendar",
        "crates/govkit-docx",
        "crates/govkit-reader",
        "crates/govkit-sdk",
        "crates/govkit-zip",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    check_toolchain()?;
    let out = directory("OUT_DIR")?;
    let target_dir = target_dir(&out);
    run_cargo(root, &target_dir)?;
    write_bundle(&target_dir, &out)?;
    write_vendored(root, &out)
}

/// Writes `vendored.rs`: the SDK's source and the interface, which `plugin new` puts into a project.
fn write_vendored(root: &Path, out: &Path) -> Result<(), String> {
    let sdk = root.join("crates/govkit-sdk");
    let mut source = String::new();
    for (name, what, from) in [
        (
            "SDK",
            "The SDK's source",
            vec![sdk.join("src"), sdk.join("examples")],
        ),
        ("WIT", "The interface", vec![root.join("wit/v0")]),
    ] {
        let _ = writeln!(
            source,
            "/// {what}: path and text, sorted.\npub(crate) const {name}: &[(&str, &str)] = &["
        );
        for directory in from {
            let above = match name {
                "SDK" => sdk.as_path(),
                _ => directory.as_path(),
            };
            for file in files(&directory)? {
                let path = file.strip_prefix(above).unwrap_or(&file);
                let path = path.to_string_lossy().replace('\\', "/");
                let _ = writeln!(
                    source,
                    "    ({path:?}, include_str!({:?})),",
                    file.display().to_string()
                );
            }
        }
        source.push_str("];\n");
    }
    write_changed(&out.join("vendored.rs"), source.as_bytes())
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error| format!("read {}: {error}", directory.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(wrong)? {
        found.push(entry.map_err(wrong)?.path());
    }
    found.sort();
    Ok(found)
}

fn directory(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("`{variable}` is not set; run this by cargo"))
}

/// Returns a directory beside the outer cargo's profiles, so that all of them share one build.
fn target_dir(out: &Path) -> PathBuf {
    let marked = out
        .ancestors()
        .find(|above| above.join("CACHEDIR.TAG").is_file());
    marked.unwrap_or(out).join("plugins-build")
}

/// Says what is missing before cargo says it in many lines.
fn check_toolchain() -> Result<(), String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let print = |args: &[&str]| {
        let output = Command::new(&rustc).args(args).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        text.map(|text| PathBuf::from(text.trim()))
            .unwrap_or_default()
    };
    if !print(&["--print", "target-libdir", "--target", TARGET]).is_dir() {
        return Err(format!(
            "the bundled plugins need the {TARGET} target: run `rustup target add {TARGET}`"
        ));
    }
    let host = env::var("HOST").unwrap_or_default();
    let beside_rustc = print(&["--print", "sysroot"])
        .join("lib/rustlib")
        .join(host)
        .join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).chain([beside_rustc]).any(|place| {
        ["", ".exe"]
            .iter()
            .any(|end| place.join(format!("{LINKER}{end}")).is_file())
    });
    match found {
        true => Ok(()),
        false => Err(format!(
            "the bundled plugins need the linker `{LINKER}`, which comes with rustc from rustup; \
             run `cargo install {LINKER}` where it does not"
        )),
    }
}

fn run_cargo(root: &Path, target_dir: &Path) -> Result<(), String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if is_about_the_outer_build(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo
        .current_dir(root)
        .args(["build", "--quiet", "--locked", "--profile", "plugin"])
        .args(["--target", TARGET, "--target-dir"])
        .arg(target_dir)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER)
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(root));
    for plugin in PLUGINS {
        cargo.args(["--package", plugin]);
    }
    let status = cargo
        .status()
        .map_err(|error| format!("run cargo for the bundled plugins: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!(
            "the bundled plugins do not build ({status}); the reason stands above, or run `cargo build -p {} --target {TARGET}`",
            PLUGINS[0]
        )),
    }
}

/// Whether a variable is cargo's word to this script, or a wish for the outer build (clippy's
/// wrapper, coverage flags), and not the user's configuration of cargo itself.
fn is_about_the_outer_build(name: &str) -> bool {
    const NAMES: [&str; 13] = [
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "MAKEFLAGS",
        "TARGET",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
        "CARGO_MAKEFLAGS",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_DIR",
        "CARGO_ENCODED_RUSTFLAGS",
    ];
    const PREFIXES: [&str; 5] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_CFG_",
        "CARGO_FEATURE_",
        "CARGO_BUILD_",
    ];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Vectors for text scans, and no path of this machine in the result.
fn rustflags(root: &Path) -> String {
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
        home.map(|home| PathBuf::from(home).join(".cargo"))
    });
    for (path, name) in [(home.as_deref(), "cargo"), (Some(root), "govkit")] {
        if let Some(path) = path {
            flags.push(format!("--remap-path-prefix={}={name}", path.display()));
        }
    }
    flags.join("\u{1f}")
}

fn write_bundle(target_dir: &Path, out: &Path) -> Result<(), String> {
    let built = target_dir.join(TARGET).join("plugin");
    // Every package of the workspace has the workspace's version.
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let mut source = String::from(
        "/// The plugins `govkit` carries: name, version and component, sorted by name.\n\
         pub(crate) const BUNDLED: &[(&str, &str, &[u8])] = &[\n",
    );
    for plugin in PLUGINS {
        let from = built.join(format!("{}.wasm", plugin.replace('-', "_")));
        let bytes = fs::read(&from).map_err(|error| format!("read {}: {error}", from.display()))?;
        write_changed(&out.join(format!("{plugin}.wasm")), &bytes)?;
        let _ = writeln!(
            source,
            "    ({plugin:?}, {version:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{plugin}.wasm\"))),"
        );
    }
    source.push_str("];\n");
    write_changed(&out.join("bundled.rs"), source.as_bytes())
}

/// Leaves a file alone that has these bytes already: a new time would rebuild the program.
fn write_changed(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).map_err(|error| format!("write {}: {error}", path.display()))
}
