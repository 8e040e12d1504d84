//! `cargo xtask soak`: the randomised tests, for as long as one likes, plugins in every language, pages in a browser, and
//! exports in the programs that read them.

mod books;
mod office;
mod python;
mod site;

use std::fs;
use std::path::Path;
use std::process::Command;

use govkit_testkit::{Repo, checkout, itsm};

use crate::Failure;
use crate::program::{build_govkit, cargo, run as run_program, target};

const CASES: &str = "100000";

/// Runs plugins in every language, then the property tests with CASES random inputs each; a test may do more when it
/// sees `GOVKIT_SOAK=1`. `languages` for CASES runs the plugins alone, `site` a browser over two sites, `office`,
/// `handbook`, `oscal` and `ics` the programs that read these exports.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    let cases = args.first().map_or(CASES, String::as_str);
    match cases {
        "languages" => return languages(),
        "site" => return site::walk(),
        "office" => {
            office::office()?;
            return books::office();
        }
        "handbook" => return books::handbook(),
        "oscal" => return python::oscal(),
        "ics" => return python::ics(),
        _ => {}
    }
    cases
        .parse::<u32>()
        .map_err(|_| format!("`{cases}` is no number of cases"))?;
    languages()?;
    site::walk()?;
    office::office()?;
    books::office()?;
    books::handbook()?;
    python::oscal()?;
    python::ics()?;
    println!("{cases} random inputs for each property");
    run_program(
        cargo(["test", "--workspace"])
            .env("PROPTEST_CASES", cases)
            .env("GOVKIT_SOAK", "1"),
    )
}

/// Exports a repository into a directory named like the exporter.
fn export(govkit: &Path, repo: &Repo, exporter: &str) -> Result<(), Failure> {
    export_with(govkit, repo, exporter, "")
}

/// The same with a configuration, as TOML.
fn export_with(govkit: &Path, repo: &Repo, exporter: &str, config: &str) -> Result<(), Failure> {
    let add = Command::new(govkit)
        .args(["plugin", "add", exporter])
        .current_dir(repo.path())
        .output()?;
    if !add.status.success() {
        return Err(String::from_utf8_lossy(&add.stderr).into());
    }
    let table = format!("[plugins.{exporter}]");
    repo.replace(
        "govkit.toml",
        &table,
        &format!("{table}\nconfig = {{ {config} }}"),
    );
    run_program(
        Command::new(govkit)
            .args(["export", exporter, "-o", exporter])
            .current_dir(repo.path()),
    )
}

/// A plugin in each language, from `plugin new` to a finding on the ITSM example, by the commands it printed.
fn languages() -> Result<(), Failure> {
    let govkit = build_govkit("dev")?;
    for (lang, tool) in [("js", "npm"), ("python", "python3"), ("c", "python3")] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("skipped: a plugin in {lang} needs {tool}");
            continue;
        }
        println!("a plugin in {lang}");
        language(&govkit, lang)?;
    }
    Ok(())
}

fn language(govkit: &Path, lang: &str) -> Result<(), Failure> {
    let place = target().join("soak").join(lang);
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    fs::create_dir_all(&place)?;
    let made = Command::new(govkit)
        .args(["plugin", "new", "open-ends", "--lang", lang])
        .current_dir(&place)
        .output()?;
    let words = String::from_utf8_lossy(&made.stderr).into_owned();
    let repo = itsm();
    repo.replace(
        "policies/POL-007-suppliers.md",
        "answers for this policy.",
        "answers for this policy. TODO",
    );
    let script: Vec<String> = words
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .map(|line| line.replace("YOUR-REPOSITORY", &repo.path().display().to_string()))
        .collect();
    let beside = govkit.parent().unwrap_or(checkout().as_path()).to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(beside).chain(std::env::split_paths(&path)))?;
    let done = Command::new("bash")
        .args(["-euc", &script.join("\n")])
        .current_dir(&place)
        .env("PATH", path)
        .output()?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() && said.contains("open-ends/todo") {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&done.stderr);
    Err(
        format!("the plugin in {lang} did not find what it should:\n{words}\n{said}\n{errors}")
            .into(),
    )
}
