//! Renames as git sees them: the same pairs and the same percentages as `git diff -M`.

use govkit_core::path::RepoPath;
use govkit_core::similarity::{pair_renames, percent};

use crate::repo::Repo;

/// A small generator of numbers, so that every run makes the same files.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn line(&mut self) -> String {
        let words = [
            "duty", "owner", "shall", "review", "risk", "notify", "within", "process",
        ];
        let count = 1 + self.below(24);
        let word = |_| words[usize::try_from(self.below(8)).unwrap()];
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    fn text(&mut self, lines: u64) -> Vec<String> {
        (0..lines).map(|_| self.line()).collect()
    }
}

fn joined(lines: &[String], end: &str) -> String {
    lines.iter().map(|line| format!("{line}{end}")).collect()
}

/// Replaces about `share` of 100 lines.
fn edited(lines: &[String], share: u64, numbers: &mut Numbers) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            if numbers.below(100) < share {
                numbers.line()
            } else {
                line.clone()
            }
        })
        .collect()
}

/// `old -> new percent` from git for the last commit.
fn renames_by_git(repo: &Repo) -> Vec<String> {
    let arguments = [
        "diff",
        "-M",
        "--name-status",
        "--diff-filter=R",
        "HEAD~1",
        "HEAD",
    ];
    let mut lines: Vec<String> = repo
        .lines(&arguments)
        .iter()
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            let percent: u8 = parts[0][1..].parse().unwrap();
            format!("{} -> {} {percent}", parts[1], parts[2])
        })
        .collect();
    lines.sort();
    lines
}

/// Commits the old files, then the new ones in their place, and compares.
fn compare(old: &[(String, String)], new: &[(String, String)]) {
    let repo = Repo::new();
    for (path, text) in old {
        repo.write(path, text);
    }
    repo.commit("old");
    for (path, _) in old {
        std::fs::remove_file(repo.path().join(path)).unwrap();
    }
    for (path, text) in new {
        repo.write(path, text);
    }
    repo.commit("new");
    fn side(files: &[(String, String)]) -> Vec<(RepoPath, &[u8])> {
        let mut side: Vec<(RepoPath, &[u8])> = files
            .iter()
            .map(|(path, text)| (RepoPath::new(path.as_str()).unwrap(), text.as_bytes()))
            .collect();
        side.sort();
        side
    }
    let (removed, added) = (side(old), side(new));
    let mut found: Vec<String> = pair_renames(&removed, &added)
        .iter()
        .map(|(old, new, percent)| format!("{} -> {} {percent}", removed[*old].0, added[*new].0))
        .collect();
    found.sort();
    assert_eq!(found, renames_by_git(&repo));
}

#[test]
fn percentages_are_gits() {
    let mut numbers = Numbers(1);
    let mut compared = 0;
    for round in 0..40 {
        let repo = Repo::new();
        let count = 1 + numbers.below(40);
        let lines = numbers.text(count);
        let changed = edited(&lines, round * 2, &mut numbers);
        let end = if round % 5 == 0 { "\r\n" } else { "\n" };
        let (old, new) = (joined(&lines, "\n"), joined(&changed, end));
        repo.write("old.md", &old);
        repo.commit("old");
        std::fs::remove_file(repo.path().join("old.md")).unwrap();
        repo.write("new.md", &new);
        repo.commit("new");
        let here = percent(old.as_bytes(), new.as_bytes());
        match renames_by_git(&repo).as_slice() {
            [line] => {
                assert_eq!(line, &format!("old.md -> new.md {here}"), "round {round}");
                compared += 1;
            }
            _ => assert!(here < 50, "round {round}: {here} % and git sees no rename"),
        }
    }
    assert!(compared > 15, "only {compared} were renames");
}

#[test]
fn many_files_are_paired_as_git_pairs_them() {
    for seed in 0..6 {
        let mut numbers = Numbers(seed);
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for file in 0..30 {
            let text = numbers.text(10 + file % 7);
            let share = numbers.below(70);
            let changed = edited(&text, share, &mut numbers);
            // Names that are unique, names that are not, names that are kept and lost.
            let name = numbers.below(12);
            old.push((format!("old/{file}/{name}.md"), joined(&text, "\n")));
            let kept = if numbers.below(2) == 0 {
                name
            } else {
                numbers.below(12)
            };
            new.push((
                format!("new/{}/{kept}.md", 29 - file),
                joined(&changed, "\n"),
            ));
        }
        compare(&old, &new);
    }
}

#[test]
fn equal_files_are_paired_by_name_first() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    compare(
        &[
            file("a/x.md", "same\n"),
            file("a/y.md", "same\n"),
            file("a/z.md", "same\n"),
        ],
        &[
            file("b/z.md", "same\n"),
            file("b/x.md", "same\n"),
            file("b/q.md", "same\n"),
        ],
    );
}

#[test]
fn a_unique_name_needs_three_quarters() {
    let mut numbers = Numbers(7);
    let text = numbers.text(20);
    let less = edited(&text, 45, &mut numbers);
    let more = edited(&text, 10, &mut numbers);
    let file = |path: &str, lines: &[String]| (path.to_owned(), joined(lines, "\n"));
    compare(
        &[file("a/same.md", &text)],
        &[file("b/same.md", &less), file("b/other.md", &more)],
    );
}
