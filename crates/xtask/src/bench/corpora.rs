//! The same questions to govkit and to git, on real repositories.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Bench;
use super::measure::Contest;
use crate::Failure;
use crate::program::{checkout, read, run as run_program};

/// Reads every file of HEAD, as `list` has to.
pub(crate) const READ_ALL: &str =
    "git ls-tree -r --format='%(objectname)' HEAD | git cat-file --batch";

/// Commits between the revisions that are compared in full.
const REVIEWED: usize = 500;

/// Measures every bundle in `dir` that has a configuration in `examples/adopt`.
pub(crate) fn run(bench: &Bench, dir: &Path) -> Result<(), Failure> {
    let mut bundles: Vec<PathBuf> = std::fs::read_dir(dir)
        .map_err(|err| format!("list {}: {err}", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "bundle")
        })
        .collect();
    bundles.sort();
    if bundles.is_empty() {
        return Err(format!("{} holds no *.bundle", dir.display()).into());
    }
    for bundle in bundles {
        let name = bundle
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let config = checkout().join(format!("examples/adopt/{name}.toml"));
        if config.is_file() {
            measure(bench, &name, &bundle, &config)?;
        } else {
            println!("{name}: left out, there is no examples/adopt/{name}.toml");
        }
    }
    Ok(())
}

/// A clone, and what govkit takes for artifacts in it.
struct Corpus<'a> {
    bench: &'a Bench,
    dir: PathBuf,
    config: String,
}

fn measure(bench: &Bench, name: &str, bundle: &Path, config: &Path) -> Result<(), Failure> {
    let dir = bench.home.path().join(name);
    let mut clone = Command::new("git");
    run_program(
        clone
            .args(["clone", "--quiet"])
            .arg(bundle)
            .arg(&dir)
            .env("GIT_CONFIG_GLOBAL", "/dev/null"),
    )?;
    let corpus = Corpus {
        bench,
        dir,
        config: config.display().to_string(),
    };
    let listed = corpus.ask(&["list", "--format", "tsv", "--fields", "path,id"])?;
    let artifacts: BTreeMap<&str, &str> = listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let tops = corpus.tops(&artifacts);
    corpus.list(name, &tops)?;
    corpus.diff(name, &tops)?;
    corpus.log(name, &artifacts)
}

impl Corpus<'_> {
    fn list(&self, name: &str, tops: &str) -> Result<(), Failure> {
        let script = format!(
            "git ls-tree -r --format='%(objectname)' HEAD -- {tops} | git cat-file --batch"
        );
        Contest::new(
            format!("{name}: list --at HEAD"),
            self.govkit(&["list", "-q", "--at", "HEAD"]),
        )
        .against(self.bench.shell(&self.dir, &script))
        .ratio_below(1.5)
        .print()
    }

    /// Compares with the revision that stands at half of the first-parent history.
    fn diff(&self, name: &str, tops: &str) -> Result<(), Failure> {
        let history = self.git(&["rev-list", "--first-parent", "HEAD"])?;
        let commits: Vec<&str> = history.lines().collect();
        for (share, label) in [(10, "a tenth"), (2, "half")] {
            let old = commits[commits.len() / share];
            let row = format!("{name}: diff --name-status, {label} of history");
            let script = format!("git diff --name-status -M {old} HEAD -- {tops}");
            Contest::new(
                row,
                self.govkit(&["diff", "--name-status", &format!("{old}..HEAD")]),
            )
            .against(self.bench.shell(&self.dir, &script))
            .ratio_below(1.5)
            .print()?;
        }
        // What a reviewer waits for: all that changed in meaning, against git's comparison of words.
        let Some(old) = commits.get(REVIEWED) else {
            return Ok(());
        };
        let script = format!("git diff -M --word-diff {old} HEAD -- {tops}");
        Contest::new(
            format!("{name}: diff, {REVIEWED} commits"),
            self.govkit(&["diff", "--format", "json", &format!("{old}..HEAD")]),
        )
        .against(self.bench.shell(&self.dir, &script))
        .ratio_below(5.0)
        .print()
    }

    /// Follows the artifact with the most commits.
    fn log(&self, name: &str, artifacts: &BTreeMap<&str, &str>) -> Result<(), Failure> {
        let names = self.git(&["log", "--format=", "--name-only"])?;
        let mut commits: BTreeMap<&str, usize> = BTreeMap::new();
        for path in names.lines().filter(|path| artifacts.contains_key(path)) {
            *commits.entry(path).or_default() += 1;
        }
        let Some((path, count)) = commits.into_iter().max_by_key(|(_, count)| *count) else {
            return Ok(());
        };
        Contest::new(
            format!("{name}: log ID, {count} commits"),
            self.govkit(&["log", artifacts[path]]),
        )
        .against(
            self.bench
                .git(&self.dir, &["log", "--follow", "--format=%H", "--", path]),
        )
        .print()
    }

    /// Returns the top-level entries in which artifacts lie, quoted for a shell: git is asked for these and not for
    /// hundreds of paths, which it would compare one by one.
    fn tops(&self, artifacts: &BTreeMap<&str, &str>) -> String {
        let tops: BTreeSet<&str> = artifacts
            .keys()
            .filter_map(|path| path.split('/').next())
            .collect();
        tops.into_iter()
            .map(|top| format!("'{}'", top.replace('\'', "'\\''")))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn govkit(&self, args: &[&str]) -> super::measure::Job {
        let args: Vec<&str> = ["--config", &self.config]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        self.bench.govkit(&self.dir, &args)
    }

    fn ask(&self, args: &[&str]) -> Result<String, Failure> {
        let mut command = Command::new(&self.bench.govkit);
        read(
            command
                .args(["--config", &self.config])
                .args(args)
                .current_dir(&self.dir),
        )
    }

    fn git(&self, args: &[&str]) -> Result<String, Failure> {
        read(
            Command::new("git")
                .args(args)
                .current_dir(&self.dir)
                .env("GIT_CONFIG_GLOBAL", "/dev/null"),
        )
    }
}
