//! Timing of programs that take turns.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::program::shown;

/// Runs that count; one more goes before them, to warm the caches.
const RUNS: usize = 7;

/// The head of the table.
pub(crate) const HEADER: &str = "\
what                                             govkit: wall    CPU  peak |    git: wall    CPU | ratio: wall   CPU | limit";

/// How to read the table.
pub(crate) const LEGEND: &str = "\
Wall is the median of 7 runs after a warm-up, in milliseconds; the two programs take turns. CPU is user and system time,
the mean of the same runs, from the kernel's count of finished children (steps of 10 ms a run). Peak is resident memory
in MiB, sampled every millisecond in a run of its own. A dash means that this system does not tell.";

/// A program to be timed, with an environment that the bench knows.
pub(crate) struct Job {
    program: PathBuf,
    dir: PathBuf,
    args: Vec<String>,
    env: Vec<(&'static str, OsString)>,
    answers_no: bool,
}

impl Job {
    /// Prepares `program ARGS` in `dir`.
    pub(crate) fn new(program: &Path, dir: &Path, args: &[&str]) -> Job {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        Job {
            program: program.to_owned(),
            dir: dir.to_owned(),
            args,
            env: Vec::new(),
            answers_no: false,
        }
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Job {
        self.env.push((name, value.as_ref().to_owned()));
        self
    }

    /// Accepts exit code 1 too: the repository is as it is, and finding something in it is the work measured.
    pub(crate) fn may_answer_no(mut self) -> Job {
        self.answers_no = true;
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .current_dir(&self.dir)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs once; returns wall and, where the system tells, CPU seconds.
    fn time(&self) -> Result<(f64, Option<f64>), Failure> {
        let mut command = self.command();
        let before = children_cpu();
        let start = Instant::now();
        let status = command
            .status()
            .map_err(|err| format!("start {}: {err}", shown(&command)))?;
        let wall = start.elapsed().as_secs_f64();
        let cpu = before
            .zip(children_cpu())
            .map(|(before, after)| after - before);
        if status.success() || (self.answers_no && status.code() == Some(1)) {
            return Ok((wall, cpu));
        }
        Err(format!("{} ended with {status}", shown(&command)).into())
    }

    /// Runs once and returns the peak of resident memory in MiB.
    fn peak(&self) -> Result<Option<f64>, Failure> {
        let mut child = self.command().spawn()?;
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut peak = None;
        while child.try_wait()?.is_none() {
            // The file loses the line when the child ends, so the last value read stands.
            peak = fs::read_to_string(&status)
                .ok()
                .and_then(|text| resident_peak(&text))
                .or(peak);
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(peak)
    }
}

/// Reads `VmHWM` in MiB.
fn resident_peak(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// Returns the CPU seconds of all children that have ended, from `/proc/self/stat`.
fn children_cpu() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in parentheses and may contain spaces; 14 and 15 fields later stand the
    // user and system time of the children, in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// A row of the table: govkit, and what it is compared with.
pub(crate) struct Contest {
    name: String,
    ours: Job,
    theirs: Option<Job>,
    limit: Option<Limit>,
}

enum Limit {
    Seconds(f64),
    SecondsAndMemory(f64, f64),
    Ratio(f64),
}

impl Contest {
    /// Starts a row.
    pub(crate) fn new(name: impl Into<String>, ours: Job) -> Contest {
        Contest {
            name: name.into(),
            ours,
            theirs: None,
            limit: None,
        }
    }

    /// Compares with another program.
    pub(crate) fn against(mut self, theirs: Job) -> Contest {
        self.theirs = Some(theirs);
        self
    }

    /// Expects less than this wall time.
    pub(crate) fn seconds_below(mut self, seconds: f64) -> Contest {
        self.limit = Some(Limit::Seconds(seconds));
        self
    }

    /// Expects less than this wall time and this much memory in MiB.
    pub(crate) fn below(mut self, seconds: f64, memory: f64) -> Contest {
        self.limit = Some(Limit::SecondsAndMemory(seconds, memory));
        self
    }

    /// Expects at most this many times the wall time of the other program.
    pub(crate) fn ratio_below(mut self, ratio: f64) -> Contest {
        self.limit = Some(Limit::Ratio(ratio));
        self
    }

    /// Measures and prints the row.
    pub(crate) fn print(self) -> Result<(), Failure> {
        let peak = self.ours.peak()?;
        let (mut ours, mut theirs) = (Samples::default(), Samples::default());
        for run in 0..=RUNS {
            let counts = run > 0;
            ours.add(self.ours.time()?, counts);
            if let Some(job) = &self.theirs {
                theirs.add(job.time()?, counts);
            }
        }
        let wall = ours.wall();
        let ratio = self.theirs.as_ref().map(|_| wall / theirs.wall());
        let cpu_ratio = ours
            .cpu()
            .zip(theirs.cpu())
            .map(|(ours, theirs)| ours / theirs);
        println!(
            "{:48} {:>12} {:>6} {:>5} | {:>12} {:>6} | {:>11} {:>5} | {}",
            self.name,
            milliseconds(Some(wall)),
            milliseconds(ours.cpu()),
            number(peak, 0),
            milliseconds(self.theirs.as_ref().map(|_| theirs.wall())),
            milliseconds(theirs.cpu()),
            number(ratio, 2),
            number(cpu_ratio.filter(|ratio| ratio.is_finite()), 2),
            self.verdict(wall, ratio, peak),
        );
        Ok(())
    }

    fn verdict(&self, wall: f64, ratio: Option<f64>, peak: Option<f64>) -> String {
        let (limit, holds) = match self.limit {
            None => return String::new(),
            Some(Limit::Seconds(limit)) => (format!("< {:.0} ms", limit * 1000.0), wall < limit),
            Some(Limit::SecondsAndMemory(limit, memory)) => {
                let holds = wall < limit && peak.is_none_or(|peak| peak < memory);
                (
                    format!("< {:.0} ms, < {memory:.0} MiB", limit * 1000.0),
                    holds,
                )
            }
            Some(Limit::Ratio(limit)) => (
                format!("<= {limit:.1}x"),
                ratio.is_some_and(|ratio| ratio <= limit),
            ),
        };
        format!("{limit}: {}", if holds { "kept" } else { "MISSED" })
    }
}

#[derive(Default)]
struct Samples {
    wall: Vec<f64>,
    cpu: Vec<f64>,
}

impl Samples {
    fn add(&mut self, (wall, cpu): (f64, Option<f64>), counts: bool) {
        if counts {
            self.wall.push(wall);
            self.cpu.extend(cpu);
        }
    }

    /// The median, in seconds; zero without samples.
    fn wall(&self) -> f64 {
        let mut sorted = self.wall.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
    }

    /// The mean, in seconds: single runs are too short for the kernel's steps.
    fn cpu(&self) -> Option<f64> {
        (!self.cpu.is_empty()).then(|| self.cpu.iter().sum::<f64>() / self.cpu.len() as f64)
    }
}

fn milliseconds(seconds: Option<f64>) -> String {
    number(seconds.map(|seconds| seconds * 1000.0), 1)
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_memory_is_read_in_mebibytes() {
        assert_eq!(
            resident_peak("VmPeak:\t 9 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"),
            Some(2.0)
        );
        assert_eq!(resident_peak("Name:\tgone\n"), None);
    }

    #[test]
    fn the_median_does_not_mind_one_slow_run() {
        let samples = Samples {
            wall: vec![9.0, 1.0, 2.0],
            cpu: vec![],
        };
        assert_eq!((samples.wall(), samples.cpu()), (2.0, None));
    }
}
