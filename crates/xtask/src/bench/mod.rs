//! `cargo xtask bench`: how govkit compares with the git command that touches the same objects.
//!
//! Both are measured in the same run, taking turns, so that a busy machine slows both: read the ratios, not the seconds.

mod corpora;
mod measure;
mod plugins;
mod synthetic;
mod time;

use std::path::{Path, PathBuf};

use govkit_testkit::{NOW, Repo};

use crate::program::build_govkit;
use crate::{Failure, setup};
use measure::{Contest, Job};

/// Everything a part of the bench needs: the program, and a quiet repository to take settings from.
struct Bench {
    govkit: PathBuf,
    home: Repo,
}

impl Bench {
    /// Prepares `govkit ARGS` in `dir`.
    fn govkit(&self, dir: &Path, args: &[&str]) -> Job {
        self.job(&self.govkit, dir, args).env("GOVKIT_NOW", NOW)
    }

    /// Prepares `git ARGS` in `dir`.
    fn git(&self, dir: &Path, args: &[&str]) -> Job {
        self.job(Path::new("git"), dir, args)
    }

    /// Prepares a pipeline in `dir`.
    fn shell(&self, dir: &Path, script: &str) -> Job {
        self.job(Path::new("sh"), dir, &["-c", script])
    }

    fn job(&self, program: &Path, dir: &Path, args: &[&str]) -> Job {
        Job::new(program, dir, args)
            .env("HOME", self.home.home())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
    }
}

/// What can be measured by itself.
const PARTS: [&str; 5] = ["start", "synthetic", "plugins", "corpora", "time"];

/// What is asked for: the parts, none for all, and where the bundles of real repositories lie.
struct Wanted {
    parts: Vec<String>,
    corpora: Option<PathBuf>,
}

impl Wanted {
    fn read(args: &[String]) -> Result<Self, Failure> {
        let mut wanted = Self {
            parts: Vec::new(),
            corpora: std::env::var_os("GOVKIT_CORPORA").map(PathBuf::from),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match (arg.as_str(), args.as_slice().first()) {
                ("--corpora", Some(dir)) => {
                    wanted.corpora = Some(dir.into());
                    args.next();
                }
                (part, _) if PARTS.contains(&part) => wanted.parts.push(arg.clone()),
                _ => {
                    let parts = PARTS.join("|");
                    return Err(
                        format!("usage: cargo xtask bench [{parts}]… [--corpora DIR]").into(),
                    );
                }
            }
        }
        Ok(wanted)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

/// Builds govkit in the release profile and prints one table.
pub(crate) fn run(args: &[String]) -> Result<(), Failure> {
    let wanted = Wanted::read(args)?;
    setup::run(&[])?;
    let bench = Bench {
        govkit: build_govkit("release")?,
        home: Repo::without_git(),
    };
    println!("{}", measure::HEADER);
    if wanted.has("start") {
        start(&bench)?;
    }
    if wanted.has("synthetic") {
        synthetic::run(&bench)?;
    }
    if wanted.has("plugins") {
        plugins::run()?;
    }
    match &wanted.corpora {
        Some(dir) => {
            if wanted.has("corpora") {
                corpora::run(&bench, dir)?;
            }
            if wanted.has("time") {
                time::run(&bench, dir)?;
            }
        }
        None if wanted.has("corpora") || wanted.has("time") => println!(
            "\nreal repositories were left out: give the directory that holds their bundles with --corpora DIR \
             or GOVKIT_CORPORA"
        ),
        None => {}
    }
    println!("\n{}", measure::LEGEND);
    Ok(())
}

/// How long it takes to say anything at all.
fn start(bench: &Bench) -> Result<(), Failure> {
    let repo = synthetic::repository(10)?;
    let dir = repo.path();
    Contest::new("start: --version", bench.govkit(dir, &["--version"]))
        .against(bench.git(dir, &["--version"]))
        .seconds_below(0.020)
        .print()?;
    Contest::new(
        "start: list -q, 10 artifacts",
        bench.govkit(dir, &["list", "-q"]),
    )
    .against(bench.git(dir, &["ls-files"]))
    .seconds_below(0.020)
    .print()
}
