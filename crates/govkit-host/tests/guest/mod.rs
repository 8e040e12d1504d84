//! Guests for the tests: plugins built from `tests/guests`, once for a test run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use govkit_core::config::{Config, PluginConfig};
use govkit_core::corpus::Corpus;
use govkit_core::limits::Limits;
use govkit_core::snapshot::Snapshot;
use govkit_host::{Host, Plugin, PluginLimits};

/// The components, by name.
pub(crate) struct Guests(BTreeMap<&'static str, Vec<u8>>);

impl std::ops::Index<&str> for Guests {
    type Output = Vec<u8>;

    fn index(&self, name: &str) -> &Vec<u8> {
        &self.0[name]
    }
}

pub(crate) static GUESTS: LazyLock<Guests> = LazyLock::new(build);

/// Limits that hostile guests meet soon.
pub(crate) const TIGHT: PluginLimits = PluginLimits {
    fuel: 200_000_000,
    memory_bytes: 160 << 20,
    host_bytes: 64 << 20,
    host_bytes_per_byte: 0,
    ..PluginLimits::DEFAULT
};

pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds the guests as a stranger would: a package of its own that depends on the SDK.
fn build() -> Guests {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests");
    let write = |path: &str, text: &str| {
        let path = place.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if fs::read_to_string(&path).is_ok_and(|found| found == text) {
            return;
        }
        fs::write(path, text).unwrap();
    };
    let sdk = checkout().join("crates/govkit-sdk").canonicalize().unwrap();
    for (name, source) in [
        ("validator", include_str!("../guests/validator.rs")),
        ("exporter", include_str!("../guests/exporter.rs")),
        ("raw", include_str!("../guests/raw.rs")),
        ("change", include_str!("../guests/change.rs")),
        ("asker", include_str!("../guests/asker.rs")),
    ] {
        write(&format!("{name}/src/lib.rs"), source);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n\
             [dependencies]\ngovkit-sdk = {{ path = {sdk:?} }}\nwit-bindgen = \"0.61\"\n"
        );
        write(&format!("{name}/Cargo.toml"), &manifest);
    }
    write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"validator\", \"exporter\", \"raw\", \"change\", \"asker\"]\n\
         [profile.release]\npanic = \"abort\"\nstrip = true\n",
    );
    for entry in fs::read_dir(checkout().join("wit/v0")).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        write(
            &format!("raw/wit/{}", entry.file_name().to_string_lossy()),
            &text,
        );
    }
    // The versions this checkout is locked to, and no others.
    fs::copy(checkout().join("Cargo.lock"), place.join("Cargo.lock")).unwrap();
    cargo(&place, &place.join("target"), &[]);
    let component = |name: &str| {
        let built = "target/wasm32-unknown-unknown/release";
        fs::read(place.join(built).join(format!("{name}.wasm"))).unwrap()
    };
    let names = ["validator", "exporter", "raw", "change", "asker"];
    Guests(
        names
            .into_iter()
            .map(|name| (name, component(name)))
            .collect(),
    )
}

/// Runs `cargo build --release` for components in `place`.
pub(crate) fn cargo(place: &Path, target: &Path, args: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let of_outer_run = text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || matches!(
                &*text,
                "RUSTFLAGS" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER"
            );
        if of_outer_run {
            cargo.env_remove(&name);
        }
    }
    let output = cargo
        .current_dir(place)
        .args(["build", "--release", "--target", "wasm32-unknown-unknown"])
        .args(["--target-dir".as_ref(), target.as_os_str()])
        .args(args)
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "wasm-component-ld",
        )
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}

pub(crate) fn host() -> Host {
    Host::new(None, TIGHT).unwrap()
}

pub(crate) fn validator() -> Plugin {
    host().load("hostile", &GUESTS["validator"]).unwrap()
}

pub(crate) fn exporter() -> Plugin {
    host().load("hostile", &GUESTS["exporter"]).unwrap()
}

/// The plugin's configuration: `act` says how it misbehaves.
pub(crate) fn act(act: &str) -> PluginConfig {
    PluginConfig {
        kinds: None,
        config: serde_json::json!({ "act": act }),
        ..PluginConfig::default()
    }
}

/// A corpus of policies `(id, body)`, read with `config` after the kind.
pub(crate) fn corpus(artifacts: &[(&str, &str)], config: &str) -> Corpus {
    let kinds = format!(
        "{config}\n[kinds.policy]\npaths = [\"*.md\"]\nopen = true\n\
         [kinds.policy.links]\nsee = {{ to = [] }}\n"
    );
    let config = Arc::new(Config::parse(&kinds, "govkit.toml").unwrap());
    let file = |(id, body): &(&str, &str)| {
        let text = format!(
            "+++\nid = \"{id}\"\nlevel = [\"é\", 2]\n[links]\nsee = [\"GOOD-1\"]\n+++\n{body}"
        );
        (format!("{id}.md"), text)
    };
    let files: Vec<(String, String)> = artifacts.iter().map(file).collect();
    Corpus::parse(Snapshot::of_files(files), config, &Limits::DEFAULT)
}
