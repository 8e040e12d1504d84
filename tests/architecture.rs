//! The table in ARCHITECTURE.md is the law: held against what the manifests say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use govkit_testkit::checkout;
use serde_json::Value;

/// What the table says.
#[derive(Default)]
struct Law {
    /// Crate (or `plugins/*`) to the crates of ours that it may depend on.
    may_depend_on: BTreeMap<String, BTreeSet<String>>,
    /// Foreign crate to the only crate of ours that may name it.
    alone: BTreeMap<String, String>,
}

/// One crate of ours, and what its manifest names.
struct Crate {
    name: String,
    /// The row of the table that rules it.
    row: String,
    dependencies: Vec<(String, bool)>,
}

/// Returns the words between back-ticks.
fn quoted(cell: &str) -> impl Iterator<Item = String> + '_ {
    cell.split('`').skip(1).step_by(2).map(str::to_owned)
}

fn law(page: &str) -> Law {
    let mut law = Law::default();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let [name, _, depends, alone] = cells[..] else {
            panic!("a row has four cells: {line}");
        };
        for name in quoted(name) {
            law.alone
                .extend(quoted(alone).map(|foreign| (foreign, name.clone())));
            law.may_depend_on.insert(name, quoted(depends).collect());
        }
    }
    law
}

fn crates() -> Vec<Crate> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(checkout())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let package = |package: &Value| {
        let name = text(&package["name"]);
        let plugin = text(&package["manifest_path"]).contains("/plugins/");
        let dependency = |one: &Value| (text(&one["name"]), one["kind"] == "dev");
        Crate {
            row: if plugin {
                "plugins/*".to_owned()
            } else {
                name.clone()
            },
            name,
            dependencies: package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .map(dependency)
                .collect(),
        }
    };
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(package)
        .collect()
}

/// Returns one sentence for each breach.
fn breaches(law: &Law, crates: &[Crate]) -> Vec<String> {
    let ours: BTreeSet<&str> = crates.iter().map(|one| one.name.as_str()).collect();
    let mut breaches = Vec::new();
    for one in crates {
        let Some(allowed) = law.may_depend_on.get(&one.row) else {
            breaches.push(format!("`{}` has no row in ARCHITECTURE.md", one.name));
            continue;
        };
        for (dependency, in_tests) in &one.dependencies {
            let for_tests = *in_tests && dependency == "govkit-testkit";
            if ours.contains(dependency.as_str()) && !for_tests && !allowed.contains(dependency) {
                breaches.push(format!("`{}` may not depend on `{dependency}`", one.name));
            }
            if let Some(owner) = law.alone.get(dependency)
                && *owner != one.row
            {
                breaches.push(format!(
                    "only `{owner}` may name `{dependency}`, not `{}`",
                    one.name
                ));
            }
        }
    }
    let rows: BTreeSet<&str> = crates.iter().map(|one| one.row.as_str()).collect();
    let stale = law
        .may_depend_on
        .keys()
        .filter(|row| !rows.contains(row.as_str()));
    breaches.extend(
        stale.map(|row| format!("ARCHITECTURE.md has a row `{row}`, and there is no such crate")),
    );
    breaches
}

#[test]
fn the_manifests_keep_the_table() {
    let page = fs::read_to_string(checkout().join("ARCHITECTURE.md")).unwrap();
    assert_eq!(breaches(&law(&page), &crates()), Vec::<String>::new());
}

#[test]
fn a_planted_breach_is_seen() {
    let law = law("\
| `core` | model | – | `similar` |
| `cli` | program | `core` | `clap` |
| `gone` | nothing | – | – |
");
    let one = |name: &str, dependencies: &[(&str, bool)]| Crate {
        name: name.to_owned(),
        row: name.to_owned(),
        dependencies: dependencies
            .iter()
            .map(|(name, dev)| ((*name).to_owned(), *dev))
            .collect(),
    };
    let crates = [
        one(
            "core",
            &[
                ("cli", false),
                ("clap", true),
                ("serde", false),
                ("govkit-testkit", true),
            ],
        ),
        one(
            "cli",
            &[
                ("core", false),
                ("similar", false),
                ("govkit-testkit", false),
            ],
        ),
        one("govkit-testkit", &[]),
    ];
    assert_eq!(
        breaches(&law, &crates),
        [
            "`core` may not depend on `cli`",
            "only `cli` may name `clap`, not `core`",
            "only `core` may name `similar`, not `cli`",
            "`cli` may not depend on `govkit-testkit`",
            "`govkit-testkit` has no row in ARCHITECTURE.md",
            "ARCHITECTURE.md has a row `gone`, and there is no such crate",
        ]
    );
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    for one in crates() {
        let dir = if one.row == "plugins/*" {
            "plugins"
        } else {
            "crates"
        };
        let manifest =
            fs::read_to_string(checkout().join(dir).join(&one.name).join("Cargo.toml")).unwrap();
        // Loading compiled code is unsafe by nature: govkit-host denies it but for one file, and
        // a manifest cannot both inherit the lints and change one.
        let own = one.name == "govkit-host" && manifest.contains("unsafe_code = \"deny\"");
        assert!(
            manifest.contains("[lints]\nworkspace = true") || own,
            "{} does not",
            one.name
        );
    }
}
