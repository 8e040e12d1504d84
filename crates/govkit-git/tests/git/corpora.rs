//! Histories in real repositories, against histories worked out with git alone.
//!
//! `GOVKIT_CORPORA` names a directory with one clone for each name below; beside it, `facts`
//! or `GOVKIT_CORPORA_FACTS` holds `NAME.json`. Without them the test says so and passes.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use govkit_core::config::Config;
use govkit_core::history::{Change, History, Version};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_git::{Parents, Repository, WalkEnd};
use serde_json::Value;

const CORPORA: &[(&str, &str, &str)] = &[
    (
        "ethereum-eips",
        "EIP-",
        r#"
        [kinds.eip]
        paths = ["EIPS/*.md", "EIPS/*.mediawiki"]
        syntax = ["yaml", "none"]
        id = { field = "eip", as = "EIP-{}" }
        "#,
    ),
    (
        "github-site-policy",
        "",
        r#"
        [kinds.policy]
        paths = ["**/*.md"]
        exclude = ["README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "LICENSE.md", ".github/**", "**/index.md", "**/README.md"]
        syntax = ["yaml", "none"]
        id = { path = ["**/{id}.md"] }
        "#,
    ),
    (
        "rustsec-advisory-db",
        "",
        r#"
        [kinds.advisory]
        paths = ["{crates,rust}/*/{RUSTSEC,CVE}-*.{md,toml}"]
        syntax = ["toml-fence", "toml-file"]
        id = { field = "advisory.id" }
        "#,
    ),
    (
        "strongdm-comply",
        "",
        r#"
        [kinds.document]
        paths = ["themes/*/{policies,procedures,narratives}/**/*.md", "example/{policies,procedures,narratives}/**/*.md"]
        exclude = ["**/README.md"]
        syntax = ["yaml", "none"]
        id = { path = ["{*id}.md"] }
        "#,
    ),
    (
        "tailscale-security-policies",
        "",
        r#"
        [kinds.policy]
        paths = ["**/*.md"]
        exclude = ["README.md", "CONTRIBUTING.md", ".github/**", "_index*"]
        syntax = ["yaml", "none"]
        id = { path = ["{id}/index.md", "{id}.md"] }
        "#,
    ),
];

#[test]
fn histories_of_real_repositories_are_the_ones_git_tells() {
    let Some(root) = std::env::var_os("GOVKIT_CORPORA").map(PathBuf::from) else {
        println!("skipped: GOVKIT_CORPORA is not set");
        return;
    };
    let facts =
        std::env::var_os("GOVKIT_CORPORA_FACTS").map_or_else(|| root.join("facts"), PathBuf::from);
    let mut wrong = Vec::new();
    for (name, prefix, config) in CORPORA {
        let (clone, facts) = (root.join(name), facts.join(format!("{name}.json")));
        if !clone.is_dir() || !facts.is_file() {
            println!("skipped: {name} is not there");
            continue;
        }
        wrong.extend(differences(name, &clone, &facts, prefix, config));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differences(name: &str, clone: &Path, facts: &Path, prefix: &str, config: &str) -> Vec<String> {
    let facts: Value = serde_json::from_slice(&std::fs::read(facts).unwrap()).unwrap();
    let repository = Repository::open(clone).unwrap();
    let config = Config::parse(config, "govkit.toml").unwrap();
    let mut wrong = Vec::new();
    for history in facts["histories"].as_array().unwrap() {
        let id = format!("{prefix}{}", history["id"].as_str().unwrap());
        let path = history["path_at_head"].as_str().unwrap();
        let expected: Vec<String> = history["commits"]
            .as_array()
            .unwrap()
            .iter()
            .map(told_by_git)
            .collect();
        let found: Vec<String> = versions(&repository, &config, &id, path)
            .iter()
            .map(told)
            .collect();
        println!(
            "{name} {id}: {} versions, git has {}",
            found.len(),
            expected.len()
        );
        if found != expected {
            let only = |a: &[String], b: &[String]| {
                let lines = a.iter().filter(|line| !b.contains(line));
                lines.cloned().collect::<Vec<_>>().join("\n    ")
            };
            wrong.push(format!(
                "{name} {id}:\n  only git:\n    {}\n  only here:\n    {}",
                only(&expected, &found),
                only(&found, &expected)
            ));
        }
    }
    wrong
}

fn versions(repository: &Repository, config: &Config, id: &str, path: &str) -> Vec<Version> {
    let limits = &Limits::DEFAULT;
    let path = RepoPath::new(path).unwrap();
    let mut history = History::new(config, limits, id, Some(&path));
    let mut read = repository.blobs(limits);
    let end = repository.walk(
        "HEAD",
        Parents::First,
        &|path| config.claim(path).is_some(),
        &mut |commit, changes| {
            history.visit(commit, changes, &mut read);
            ControlFlow::Continue(())
        },
        limits,
    );
    assert_eq!(end.unwrap(), WalkEnd::Root);
    history.into_versions()
}

fn told(version: &Version) -> String {
    let change = match version.change {
        Change::Added => "added".to_owned(),
        Change::Changed => "modified".to_owned(),
        Change::Renamed => format!("moved({})", version.similarity.unwrap()),
        Change::Removed => "deleted".to_owned(),
    };
    let from = version.old_path.as_ref().map(RepoPath::as_str);
    format!(
        "{} {} {change} {} {}",
        version.commit.id,
        version.commit.date,
        version.path,
        from.unwrap_or("-")
    )
}

fn told_by_git(commit: &Value) -> String {
    let text = |key: &str| commit[key].as_str().unwrap_or("-");
    let change = text("change")
        .replace("renamed", "moved")
        .replace("copied", "moved");
    format!(
        "{} {} {change} {} {}",
        text("commit"),
        text("date"),
        text("path"),
        text("from")
    )
}
