//! The project `plugin new` starts: what is in it, by language and kind.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

include!(concat!(env!("OUT_DIR"), "/vendored.rs"));

/// What a new plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Checks artifacts.
    Validator,
    /// Writes files of artifacts.
    Exporter,
    /// Makes artifacts of foreign files.
    Importer,
}

/// What a new plugin is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, with componentize-js.
    Js,
    /// Python, with componentize-py.
    Python,
    /// C, with wit-bindgen and zig's compiler.
    C,
}

impl Kind {
    /// Returns its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Validator => "validator",
            Self::Exporter => "exporter",
            Self::Importer => "importer",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Validator => "Finds what somebody meant to come back to.",
            Self::Exporter => "Writes a list of all artifacts.",
            Self::Importer => "Makes policies of lines of text.",
        }
    }

    /// Returns how a repository uses it.
    pub(crate) fn usage(self, name: &str) -> String {
        match self {
            Self::Validator => "govkit check".to_owned(),
            Self::Exporter => format!("govkit export {name} -o public"),
            Self::Importer => format!("govkit import {name} FILE"),
        }
    }
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Js => "JavaScript",
            Self::Python => "Python",
            Self::C => "C",
        }
    }

    /// Returns the commands that bring what a build needs, once.
    pub(crate) fn setup(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["rustup target add wasm32-unknown-unknown"],
            Self::Js => &["npm install"],
            Self::Python => &[
                "python3 -m venv .venv",
                ".venv/bin/pip install -r requirements.txt",
            ],
            Self::C => &[
                "python3 -m venv .venv",
                ".venv/bin/pip install -r requirements.txt",
                "cargo install --root .tools --locked wit-bindgen-cli@0.63.0 --no-default-features --features c",
                "cargo install --root .tools --locked wasm-tools@1.263.0 --no-default-features --features component",
            ],
        }
    }
}

const CONFIG: &str = include_str!("../scaffold/rust/config.toml");
const LOCK: &str = include_str!("../../../../examples/plugin-rust/Cargo.lock");
const IGNORE: &str = "/target/\n/dist/\n/node_modules/\n/.venv/\n/.tools/\n/gen/\n__pycache__/\n";

/// Returns the files of a new project: path and text.
pub(crate) fn files(name: &str, kind: Kind, language: Language) -> Vec<(String, String)> {
    let fill = |text: &str| {
        text.replace("@NAME@", name)
            .replace("@KIND@", kind.name())
            .replace("@ABOUT@", kind.about())
            .replace("@LANG@", language.name())
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@USE@", &kind.usage(name))
            .replace("@SETUP@", &setup_lines(language))
    };
    let mut files: Vec<(String, String)> = Vec::new();
    let mut add = |path: &str, text: &str| files.push((path.to_owned(), fill(text)));
    add("README.md", include_str!("../scaffold/README.md"));
    add(".gitignore", IGNORE);
    for (path, text) in sources(kind, language) {
        add(path, text);
    }
    for (path, text) in cases(kind) {
        add(path, text);
    }
    let project = serde_json::json!({"name": name, "kind": kind, "lang": language});
    let project = serde_json::to_string_pretty(&project).unwrap_or_default();
    files.push((super::PROJECT.to_owned(), project + "\n"));
    let wit = match language {
        Language::Rust => "vendor/govkit-sdk/wit/v0",
        _ => "vendor/wit/v0",
    };
    let verbatim = |(path, text): (String, &&str)| (path, (*text).to_owned());
    files.extend(
        WIT.iter()
            .map(|(path, text)| verbatim((format!("{wit}/{path}"), text))),
    );
    if language == Language::Rust {
        let sdk = SDK.iter();
        files.extend(sdk.map(|(path, text)| verbatim((format!("vendor/govkit-sdk/{path}"), text))));
        files.push(("Cargo.lock".to_owned(), LOCK.replace("open-ends", name)));
    }
    files.sort();
    files
}

fn setup_lines(language: Language) -> String {
    let lines = language.setup().iter();
    lines
        .map(|line| format!("    {line}\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// The files of a language, and for its kind the one with the plugin in it.
fn sources(kind: Kind, language: Language) -> Vec<(&'static str, &'static str)> {
    macro_rules! of_kind {
        ($directory:literal, $end:literal) => {
            match kind {
                Kind::Validator => {
                    include_str!(concat!("../scaffold/", $directory, "/validator", $end))
                }
                Kind::Exporter => {
                    include_str!(concat!("../scaffold/", $directory, "/exporter", $end))
                }
                Kind::Importer => {
                    include_str!(concat!("../scaffold/", $directory, "/importer", $end))
                }
            }
        };
    }
    match language {
        Language::Rust => vec![
            ("Cargo.toml", include_str!("../scaffold/rust/Cargo.toml.in")),
            (".cargo/config.toml", CONFIG),
            (
                "vendor/govkit-sdk/Cargo.toml",
                include_str!("../scaffold/rust/sdk-Cargo.toml"),
            ),
            ("src/lib.rs", of_kind!("rust", ".rs")),
        ],
        Language::Js => vec![
            (
                "package.json",
                include_str!("../scaffold/js/package.json.in"),
            ),
            ("build.mjs", include_str!("../scaffold/js/build.mjs.in")),
            ("src/plugin.js", of_kind!("js", ".js")),
        ],
        Language::Python => vec![
            (
                "requirements.txt",
                include_str!("../scaffold/python/requirements.txt"),
            ),
            ("plugin.py", of_kind!("python", ".py")),
        ],
        Language::C => vec![
            (
                "requirements.txt",
                include_str!("../scaffold/c/requirements.txt"),
            ),
            ("src/plugin.c", of_kind!("c", ".c")),
        ],
    }
}

/// One case that shows what the plugin does.
fn cases(kind: Kind) -> Vec<(&'static str, &'static str)> {
    const POLICY: &str = include_str!("../scaffold/cases/policy.md");
    const INPUT: &str = "cases/first/input/policies/POL-001-access.md";
    let mut files = vec![(
        "cases/govkit.toml",
        include_str!("../scaffold/cases/govkit.toml"),
    )];
    files.extend(match kind {
        Kind::Validator => [
            (INPUT, POLICY),
            (
                "cases/first/expected.json",
                include_str!("../scaffold/cases/validator.json"),
            ),
        ],
        Kind::Exporter => [
            (INPUT, POLICY),
            (
                "cases/first/expected/index.md",
                include_str!("../scaffold/cases/index.md"),
            ),
        ],
        Kind::Importer => [
            (
                "cases/first/input/policies.txt",
                include_str!("../scaffold/cases/policies.txt"),
            ),
            (
                "cases/first/expected.json",
                include_str!("../scaffold/cases/importer.json"),
            ),
        ],
    });
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_validator_has_at_most_fifteen_lines() {
        let source = include_str!("../scaffold/rust/validator.rs");
        assert!(source.lines().count() <= 15, "{source}");
    }

    #[test]
    fn the_examples_for_strangers_are_what_a_new_project_starts_with() {
        let about = "Finds what somebody meant to come back to.";
        for (language, path, example) in [
            (
                Language::C,
                "src/plugin.c",
                include_str!("../../../../examples/plugin-c/src/plugin.c"),
            ),
            (
                Language::Js,
                "src/plugin.js",
                include_str!("../../../../examples/plugin-js/src/plugin.js"),
            ),
            (
                Language::Python,
                "plugin.py",
                include_str!("../../../../examples/plugin-python/plugin.py"),
            ),
        ] {
            let files = files("open-ends", Kind::Validator, language);
            let found = files.iter().find(|(name, _)| name == path).unwrap();
            assert_eq!(found.1, example, "{path}");
            assert!(example.contains(about), "{path}");
        }
    }

    #[test]
    fn every_language_has_every_kind_and_no_blank_is_left() {
        for language in Language::value_variants() {
            for kind in Kind::value_variants() {
                let files = files("my-plugin", *kind, *language);
                let ours = files
                    .iter()
                    .filter(|(path, _)| !path.starts_with("vendor/"));
                for (path, text) in ours {
                    for word in [
                        "@NAME@",
                        "@KIND@",
                        "@ABOUT@",
                        "@LANG@",
                        "@VERSION@",
                        "@USE@",
                        "@SETUP@",
                    ] {
                        assert!(!text.contains(word), "{path}: {word}");
                    }
                }
                let has = |wanted: &str| files.iter().any(|(path, _)| path.ends_with(wanted));
                assert!(
                    has("v0/plugin.wit") && has("cases/govkit.toml"),
                    "{kind:?} {language:?}"
                );
            }
        }
    }
}
