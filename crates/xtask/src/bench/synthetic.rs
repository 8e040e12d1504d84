//! A governed organisation of any size, always the same.

use std::fmt::Write as _;

use govkit_testkit::Repo;

use super::measure::Contest;
use super::{Bench, corpora};
use crate::Failure;

/// How many artifacts the large corpus has, as the rivals had when they were measured.
const ARTIFACTS: usize = 10_000;

/// How many of them change before they are compared and reviewed.
const CHANGED: usize = 10;

/// Measures what grows with the number of artifacts.
pub(crate) fn run(bench: &Bench) -> Result<(), Failure> {
    let repo = repository(ARTIFACTS)?;
    let dir = repo.path();
    Contest::new(
        "check, 10,000 artifacts on disk",
        bench.govkit(dir, &["check", "--no-plugins"]),
    )
    .against(
        bench
            .git(
                dir,
                &["grep", "--quiet", "--untracked", "no such text anywhere"],
            )
            .may_answer_no(),
    )
    .below(1.0, 300.0)
    .print()?;
    Contest::new(
        "list --at HEAD, 10,000 artifacts",
        bench.govkit(dir, &["list", "-q", "--at", "HEAD"]),
    )
    .against(bench.shell(dir, corpora::READ_ALL))
    .print()?;
    repo.replace(
        "policies/POL-1.md",
        "status = \"effective\"",
        "status = \"review\"",
    )
    .commit("one change");
    let range = ["diff", "--name-status", "HEAD~1..HEAD"];
    Contest::new(
        "diff --name-status, 1 of 10,000 changed",
        bench.govkit(dir, &range),
    )
    .against(bench.git(dir, &["diff", "--name-status", "-M", "HEAD~1", "HEAD"]))
    .print()?;
    for number in 2..=CHANGED {
        repo.replace(
            &format!("policies/POL-{number}.md"),
            "status = \"effective\"",
            "status = \"review\"",
        );
    }
    repo.commit("nine more");
    let words = ["diff", "-M", "--word-diff", "HEAD~2", "HEAD"];
    Contest::new(
        "diff, 10 of 10,000 changed",
        bench.govkit(dir, &["diff", "--format", "json", "HEAD~2..HEAD"]),
    )
    .against(bench.git(dir, &words))
    .seconds_below(0.150)
    .print()?;
    Contest::new(
        "review, 10 of 10,000 changed",
        bench
            .govkit(dir, &["review", "--format", "json", "HEAD~2"])
            .may_answer_no(),
    )
    .against(bench.git(dir, &words))
    .print()?;
    // The first run, which does not count, writes all pages; the others find them as they are.
    Contest::new(
        "export site, 10,000 artifacts",
        bench.govkit(dir, &["export", "site", "-o", "public"]),
    )
    .below(15.0, 512.0)
    .print()
}

/// Makes a repository of `count` linked artifacts with 40 lines of prose each, and the role that owns them: a tenth
/// are policies, three tenths processes that name a policy, the rest procedures that name a process.
pub(crate) fn repository(count: usize) -> Result<Repo, Failure> {
    let repo = Repo::new();
    // Git would begin to pack by itself, in the background, and refuse to do so again below.
    drop(repo.git(["config", "gc.auto", "0"]));
    repo.write("govkit.toml", CONFIGURATION);
    repo.write("roles/ROLE-owner.md", ROLE);
    let mut words = Words { state: 7 };
    let policies = (count / 10).max(1);
    let processes = count * 3 / 10;
    for number in 1..=policies {
        let text = artifact("POL", number, "", &mut words)?;
        repo.write(&format!("policies/POL-{number}.md"), text);
    }
    for number in 1..=processes {
        let link = format!("governed_by = [\"POL-{}\"]", 1 + words.below(policies));
        let text = artifact("PRO", number, &link, &mut words)?;
        repo.write(&format!("processes/PRO-{number}.md"), text);
    }
    for number in 1..=count - policies - processes {
        let link = format!("implements = [\"PRO-{}\"]", 1 + words.below(processes));
        let text = artifact("PRC", number, &link, &mut words)?;
        repo.write(&format!("procedures/PRC-{number}.md"), text);
    }
    repo.commit("synthetic");
    // As after a clone: one pack, not ten thousand loose objects.
    drop(repo.git(["gc", "--quiet"]));
    Ok(repo)
}

/// The profile allows three digits; ten thousand artifacts need more.
const CONFIGURATION: &str = r#"profile = "itsm"
[plugins.site]
[kinds.policy]
id = { pattern = "POL-[0-9]+" }
[kinds.process]
id = { pattern = "PRO-[0-9]+" }
[kinds.procedure]
id = { pattern = "PRC-[0-9]+" }
"#;

const ROLE: &str = r#"+++
id = "ROLE-owner"
title = "Owner"
status = "active"
summary = "Answers for every text here."
+++
# Owner

## Duties

Keep the texts right.
"#;

/// Headings that the profile requires; the prose is spread below them.
const SECTIONS: [&str; 4] = ["Purpose", "Scope", "Rules", "Responsibilities"];

fn artifact(prefix: &str, number: usize, link: &str, words: &mut Words) -> Result<String, Failure> {
    let trigger = if prefix == "PRO" {
        "trigger = \"A request arrives.\"\n"
    } else {
        ""
    };
    let mut text = format!(
        "+++\nid = \"{prefix}-{number}\"\ntitle = \"{}\"\nstatus = \"effective\"\nowner = \"ROLE-owner\"\n\
         effective = 2026-01-15\nreview_by = 2028-01-15\nsummary = \"{}\"\n{trigger}\n[links]\n{link}\n+++\n",
        words.line(4),
        words.line(8)
    );
    writeln!(text, "# {prefix} {number}")?;
    for section in SECTIONS {
        writeln!(text, "\n## {section}\n")?;
        for _ in 0..40 / SECTIONS.len() {
            writeln!(text, "{}.", words.line(10))?;
        }
    }
    Ok(text)
}

/// A random source that is the same everywhere.
struct Words {
    state: u64,
}

const VOCABULARY: [&str; 48] = [
    "access", "account", "active", "affected", "approval", "audit", "backup", "business", "change",
    "check", "complete", "control", "customer", "data", "desk", "each", "every", "evidence",
    "group", "incident", "keeps", "level", "list", "manager", "month", "must", "network", "number",
    "owner", "person", "plan", "priority", "process", "record", "release", "report", "request",
    "review", "risk", "role", "rule", "service", "step", "supplier", "system", "team", "within",
    "work",
];

impl Words {
    /// Returns a number below `limit`; 0 when the limit is 0. Knuth's 64-bit generator; its high bits are the good ones.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % limit.max(1)
    }

    fn line(&mut self, words: usize) -> String {
        (0..words)
            .map(|_| VOCABULARY[self.below(VOCABULARY.len())])
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_are_policies_and_every_call_gives_the_same() -> Result<(), Failure> {
        let files = |repo: &Repo| {
            repo.git(["ls-files"])
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let (one, two) = (repository(20)?, repository(20)?);
        let count = |dir: &str| {
            files(&one)
                .iter()
                .filter(|path| path.starts_with(dir))
                .count()
        };
        assert_eq!(
            (
                count("policies/"),
                count("processes/"),
                count("procedures/")
            ),
            (2, 6, 12)
        );
        assert_eq!(one.rev("HEAD"), two.rev("HEAD"));
        Ok(())
    }
}
