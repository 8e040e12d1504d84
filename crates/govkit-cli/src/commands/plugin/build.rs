//! `govkit plugin build`
//!
//! Runs the tools of the plugin's language, each named here: nothing in the project names a
//! program. What those tools run in their turn is the author's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::does;
use super::project::Project;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::host;
use crate::plugins::scaffold::{Kind, Language};

pub(super) fn run(context: &Context<'_>, dir: &Path) -> Result<Exit> {
    let dir = context.directory().join(dir);
    let dir = dir
        .canonicalize()
        .with_context(|| format!("find the project `{}`", dir.display()))?;
    let project = Project::read(&dir)?;
    let built = project.component(&dir);
    std::fs::create_dir_all(dir.join("dist")).context("make the directory `dist`")?;
    match project.lang {
        Language::Rust => rust(&dir, &project)?,
        Language::Js => js(&dir)?,
        Language::Python => python(&dir, &project)?,
        Language::C => c(&dir, &project)?,
    }
    let bytes = std::fs::read(&built).with_context(|| format!("read `{}`", built.display()))?;
    let plugin = host(context)?.load(&project.name, &bytes)?;
    let inspection = plugin.inspect();
    context.ui.say(&format!(
        "built dist/{}.wasm: {}, {} bytes, sha256 {}\nimports {}",
        project.name,
        does(&plugin).join(", "),
        inspection.size,
        inspection.digest,
        match inspection.imports.is_empty() {
            true => "nothing".to_owned(),
            false => inspection.imports.join(", "),
        }
    ));
    Ok(Exit::Clean)
}

const TARGET: &str = "wasm32-unknown-unknown";

fn rust(dir: &Path, project: &Project) -> Result<()> {
    let libdir = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .current_dir(dir)
        .output()
        .map_err(|error| {
            hinted(
                format!("start rustc: {error}"),
                "https://rustup.rs installs it",
            )
        })?;
    let libdir = String::from_utf8_lossy(&libdir.stdout).trim().to_owned();
    if libdir.is_empty() || !Path::new(&libdir).is_dir() {
        return Err(hinted(
            format!("Rust's {TARGET} target is not installed"),
            format!("`rustup target add {TARGET}`"),
        ));
    }
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    // No path of this machine in the component: the same source gives the same digest.
    let mut flags = vec![
        "-Ctarget-feature=+simd128".to_owned(),
        format!("--remap-path-prefix={}=plugin", dir.display()),
    ];
    flags.extend(home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
    let target = dir.join("target");
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(dir)
        .args([
            "build",
            "--release",
            "--lib",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(&target)
        // Wishes for another build, which would hide the flags this one needs.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "wasm-component-ld",
        );
    done(&mut cargo, "cargo", "its own words stand above")?;
    let file = format!("{TARGET}/release/{}.wasm", project.name.replace('-', "_"));
    std::fs::copy(target.join(&file), project.component(dir))
        .with_context(|| format!("copy `target/{file}` to `dist`"))?;
    Ok(())
}

fn js(dir: &Path) -> Result<()> {
    if !dir.join("node_modules").is_dir() {
        return Err(hinted(
            "the packages of the project are not installed",
            "`npm install`",
        ));
    }
    let mut node = Command::new("node");
    node.current_dir(dir).arg("build.mjs");
    done(&mut node, "node", "its own words stand above")
}

fn python(dir: &Path, project: &Project) -> Result<()> {
    let mut componentize = Command::new(installed(dir, "componentize-py"));
    componentize
        .current_dir(dir)
        .args([
            "-d",
            "vendor/wit/v0",
            "-w",
            world(project.kind),
            "componentize",
            "--stub-wasi",
            "plugin",
            "-o",
        ])
        .arg(project.component(dir));
    done(
        &mut componentize,
        "componentize-py",
        "`.venv/bin/pip install -r requirements.txt` brings it",
    )
}

/// The bindings are generated, compiled with the plugin for WASI, of which nothing is used, and
/// wrapped into a component.
fn c(dir: &Path, project: &Project) -> Result<()> {
    let world = world(project.kind);
    let file = world.replace('-', "_");
    let tools = "the two `cargo install --root .tools` commands in README.md bring it";
    let mut bindings = Command::new(installed(dir, "wit-bindgen"));
    bindings
        .current_dir(dir)
        .args(["c", "vendor/wit/v0", "--out-dir", "gen", "--world", world])
        .stdout(std::process::Stdio::null());
    done(&mut bindings, "wit-bindgen", tools)?;
    let mut zig = Command::new(installed(dir, "python"));
    zig.current_dir(dir)
        .args(["-m", "ziglang", "cc", "-target", "wasm32-wasi"])
        .args(["-mexec-model=reactor", "-O2", "-s", "-Wall", "-Wextra"])
        .args(["-Igen", "src/plugin.c"])
        .args([
            format!("gen/{file}.c"),
            format!("gen/{file}_component_type.o"),
        ])
        .args(["-o", "gen/core.wasm"]);
    let hint = "`.venv/bin/pip install -r requirements.txt` brings it";
    done(&mut zig, "zig cc", hint)?;
    let mut wrap = Command::new(installed(dir, "wasm-tools"));
    wrap.current_dir(dir)
        .args(["component", "new", "gen/core.wasm", "-o"])
        .arg(project.component(dir));
    done(&mut wrap, "wasm-tools", tools)
}

fn world(kind: Kind) -> &'static str {
    match kind {
        Kind::Validator => "validator-plugin",
        Kind::Exporter => "exporter-plugin",
        Kind::Importer => "importer-plugin",
    }
}

/// A program of the project's own environment, else the one on the path.
fn installed(dir: &Path, program: &str) -> OsString {
    let own = [".venv/bin", ".tools/bin"].map(|place| dir.join(place).join(program));
    let found = own.into_iter().find(|place| place.exists());
    found.map_or_else(|| program.into(), PathBuf::into_os_string)
}

/// Runs a tool, its words on the terminal.
fn done(command: &mut Command, name: &str, hint: &str) -> Result<()> {
    let status = command
        .status()
        .map_err(|error| hinted(format!("start `{name}`: {error}"), hint))?;
    match status.success() {
        true => Ok(()),
        false => Err(hinted(
            format!("`{name}` failed ({status})"),
            "its own words stand above",
        )),
    }
}
