//! History: what was in force, and the story of each artifact, against the git commands people would script.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Bench;
use super::measure::{Contest, Job};
use crate::Failure;
use crate::program::{checkout, run as run_program};

/// The corpus with the longest history.
const NAME: &str = "ethereum-eips";
/// A document that moved by being copied.
const DOCUMENT: (&str, &str) = ("EIP-20", "EIPS/eip-20.md");
const DAY: &str = "2024-03-20";

/// What was known of a day, as people would ask git.
const AS_OF: &str = "git ls-tree -r --format='%(objectname)' \
    $(git rev-list -1 --first-parent --before=2024-03-20T00:00:00Z HEAD) | git cat-file --batch";

/// Measures the history of one real repository, then of made ones that grow.
pub(crate) fn run(bench: &Bench, bundles: &Path) -> Result<(), Failure> {
    let bundle = bundles.join(format!("{NAME}.bundle"));
    if bundle.is_file() {
        real(bench, &bundle)?;
    }
    println!("\nhistory that grows: artifacts x commits");
    for times in [1, 4, 16] {
        growing(bench, times)?;
    }
    Ok(())
}

/// A repository whose history is asked for, with a cache of its own.
struct Past<'a> {
    bench: &'a Bench,
    dir: PathBuf,
    cache: PathBuf,
    config: Option<String>,
}

impl Past<'_> {
    fn warm(&self, args: &[&str]) -> Job {
        let mut all = vec!["--no-plugins"];
        if let Some(config) = &self.config {
            all.extend(["--config", config]);
        }
        all.extend(args);
        self.bench
            .govkit(&self.dir, &all)
            .env("GOVKIT_CACHE_DIR", &self.cache)
    }

    /// The same, after what is kept was thrown away.
    fn cold(&self, args: &[&str]) -> Job {
        let config = self
            .config
            .as_ref()
            .map(|config| format!("--config '{config}'"));
        let script = format!(
            "rm -rf '{}'; exec '{}' --no-plugins {} {}",
            self.cache.display(),
            self.bench.govkit.display(),
            config.unwrap_or_default(),
            args.join(" ")
        );
        self.bench
            .shell(&self.dir, &script)
            .env("GOVKIT_CACHE_DIR", &self.cache)
    }

    fn git(&self, args: &[&str]) -> Job {
        self.bench.git(&self.dir, args)
    }
}

fn real(bench: &Bench, bundle: &Path) -> Result<(), Failure> {
    let dir = bench.home.path().join(format!("{NAME}-time"));
    let mut clone = Command::new("git");
    let clone = clone.args(["clone", "--quiet"]).arg(bundle).arg(&dir);
    run_program(clone.env("GIT_CONFIG_GLOBAL", "/dev/null"))?;
    let past = Past {
        bench,
        cache: bench.home.path().join("history-cache"),
        config: Some(
            checkout()
                .join(format!("examples/adopt/{NAME}.toml"))
                .display()
                .to_string(),
        ),
        dir,
    };
    println!("\n{NAME}: history");
    let (id, path) = DOCUMENT;
    let log = ["log", id, "--format", "tsv"];
    let follow = || past.git(&["log", "--follow", "--format=%H", "--", path]);
    Contest::new("log ID / git log --follow, cold", past.cold(&log))
        .against(follow())
        .print()?;
    Contest::new("log ID / git log --follow, warm", past.warm(&log))
        .against(follow())
        .ratio_below(0.1)
        .print()?;
    let latest = ["log", "--latest", "--format", "tsv"];
    let names = || past.git(&["log", "--first-parent", "--format=%H", "--name-only"]);
    Contest::new(
        "log --latest / git log --name-only, cold",
        past.cold(&latest),
    )
    .against(names())
    .ratio_below(2.0)
    .print()?;
    Contest::new(
        "log --latest / git log --name-only, warm",
        past.warm(&latest),
    )
    .against(names())
    .ratio_below(0.1)
    .print()?;
    let in_force = ["in-force", "--on", DAY, "--format", "tsv"];
    let as_of = || bench.shell(&past.dir, AS_OF);
    Contest::new("in-force / rev-list, cat-file, cold", past.cold(&in_force))
        .against(as_of())
        .ratio_below(1.5)
        .print()?;
    Contest::new("in-force / rev-list, cat-file, warm", past.warm(&in_force))
        .against(as_of())
        .seconds_below(0.050)
        .print()?;
    run_program(Command::new("git").arg("-C").arg(&past.dir).args([
        "commit-graph",
        "write",
        "--reachable",
        "--changed-paths",
        "--no-progress",
    ]))?;
    println!("{NAME}: history, with a commit-graph and changed-path filters");
    let plain = || past.git(&["log", "--first-parent", "--format=%H", "--", path]);
    Contest::new("log ID / git log -- path, cold", past.cold(&log))
        .against(plain())
        .print()?;
    Contest::new("log ID / git log -- path, warm", past.warm(&log))
        .against(plain())
        .ratio_below(1.2)
        .print()?;
    Contest::new(
        "log --latest / git log --name-only, cold",
        past.cold(&latest),
    )
    .against(names())
    .ratio_below(2.0)
    .print()?;
    Contest::new("in-force / rev-list, cat-file, cold", past.cold(&in_force))
        .against(as_of())
        .ratio_below(1.5)
        .print()
}

fn growing(bench: &Bench, times: usize) -> Result<(), Failure> {
    let (artifacts, commits) = (625 * times, 1_250 * times);
    let dir = bench.home.path().join(format!("growing-{times}"));
    run_program(
        Command::new("git")
            .args(["init", "--quiet", "--initial-branch=main"])
            .arg(&dir),
    )?;
    let mut import = Command::new("git")
        .arg("-C")
        .arg(&dir)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()?;
    let stream = stream(artifacts, commits)?;
    if let Some(mut stdin) = import.stdin.take() {
        stdin.write_all(stream.as_bytes())?;
    }
    if !import.wait()?.success() {
        return Err("git fast-import failed".into());
    }
    run_program(
        Command::new("git")
            .arg("-C")
            .arg(&dir)
            .args(["checkout", "--quiet", "main"]),
    )?;
    let past = Past {
        bench,
        dir,
        cache: bench.home.path().join("history-cache"),
        config: None,
    };
    let name = |what: &str| format!("{artifacts} x {commits}: {what}");
    let names = || past.git(&["log", "--first-parent", "--format=%H", "--name-only"]);
    let follow = || past.git(&["log", "--follow", "--format=%H", "--", "policies/0/7.md"]);
    let log = ["log", "POL-7", "--format", "tsv"];
    Contest::new(name("log ID, cold"), past.cold(&log))
        .against(follow())
        .print()?;
    Contest::new(name("log ID, warm"), past.warm(&log))
        .against(follow())
        .ratio_below(0.1)
        .print()?;
    let in_force = ["in-force", "--on", "2024-03-20", "--format", "tsv"];
    Contest::new(name("in-force, cold"), past.cold(&in_force))
        .against(names())
        .print()?;
    Contest::new(name("in-force, warm"), past.warm(&in_force))
        .against(names())
        .print()
}

/// A history for `git fast-import`: all artifacts first, then edits of five at a time.
fn stream(artifacts: usize, commits: usize) -> Result<String, Failure> {
    let mut out = String::new();
    let start = 1_600_000_000_usize;
    let begin = |out: &mut String, nth: usize| {
        let time = start + nth * 3_600;
        writeln!(
            out,
            "commit refs/heads/main\ncommitter A <a@example.com> {time} +0000\ndata 1\nx"
        )
    };
    let file = |out: &mut String, path: &str, text: &str| {
        writeln!(out, "M 100644 inline {path}\ndata {}\n{text}", text.len())
    };
    let config = "[kinds.policy]\npaths = [\"policies/**/*.md\"]\nid = { field = \"id\" }\nopen = true\n\
        status = { values = [\"effective\"], in_force = [\"effective\"] }\n\
        [kinds.policy.fields]\neffective = { type = \"date\", role = \"effective\" }\n";
    let policy = |number: usize, version: usize| {
        let lines: String = (0..20)
            .map(|line| format!("Rule {line} of {number} in version {version}.\n"))
            .collect();
        format!(
            "+++\nid = \"POL-{number}\"\nstatus = \"effective\"\n+++\n# Policy {number}\n\n{lines}"
        )
    };
    begin(&mut out, 0)?;
    file(&mut out, "govkit.toml", config)?;
    for number in 0..artifacts {
        file(
            &mut out,
            &format!("policies/{}/{number}.md", number / 100),
            &policy(number, 0),
        )?;
    }
    // A fixed sequence that wanders over all artifacts.
    let mut state = 7_u64;
    for commit in 1..commits {
        begin(&mut out, commit)?;
        for _ in 0..5 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33)? % artifacts;
            file(
                &mut out,
                &format!("policies/{}/{at}.md", at / 100),
                &policy(at, commit),
            )?;
        }
    }
    Ok(out)
}
