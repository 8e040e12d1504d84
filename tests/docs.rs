//! What the README shows is what the program says.

use std::fmt::Write as _;
use std::fs;

use govkit_testkit::{checkout, itsm_history};

use crate::govkit;

/// Stands in a session for any number of lines that the page leaves out.
const ELISION: &str = "...";

/// One command of a session and the lines that the page shows below it.
struct Shown {
    line: usize,
    command: String,
    answer: Vec<String>,
}

/// Returns the commands in the ```` ```console ```` blocks of a page.
fn sessions(page: &str) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            shown.push(Shown {
                line: number + 1,
                command: command.to_owned(),
                answer: Vec::new(),
            });
        } else if let (true, Some(last)) = (inside, shown.last_mut()) {
            last.answer.push(line.trim_end().to_owned());
        }
    }
    shown
}

/// Tells whether `lines` are what `shown` says, an elision standing for any lines.
fn fits(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == ELISION => {
            (0..=lines.len()).any(|skip| fits(rest, &lines[skip..]))
        }
        Some((first, rest)) => lines.first() == Some(&first.as_str()) && fits(rest, &lines[1..]),
    }
}

#[test]
fn the_sessions_in_the_readme_are_what_the_program_says() {
    let repo = itsm_history();
    let page = fs::read_to_string(checkout().join("README.md")).unwrap();
    let shown = sessions(&page);
    assert!(!shown.is_empty(), "the README shows no session");
    let mut wrong = String::new();
    for one in shown {
        let script = format!("export GOVKIT_FORMAT=human\n{}", one.command);
        let output = govkit().bash(&repo, &script).to_string();
        let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
        let mut answer = one.answer;
        while answer.last().is_some_and(String::is_empty) {
            answer.pop();
        }
        if !fits(&answer, &lines) {
            write!(
                wrong,
                "README.md:{}: $ {}\n{output}\n",
                one.line, one.command
            )
            .unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "the program says something else:\n{wrong}"
    );
}

#[test]
fn an_elision_stands_for_any_lines() {
    let text = |lines: &[&str]| {
        lines
            .iter()
            .map(|&line| line.to_owned())
            .collect::<Vec<_>>()
    };
    assert!(fits(&text(&["a", "...", "d"]), &["a", "b", "c", "d"]));
    assert!(fits(&text(&["a", "..."]), &["a"]));
    assert!(!fits(&text(&["a", "...", "d"]), &["a", "b", "c"]));
    assert!(!fits(&text(&["a"]), &["a", "b"]));
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        let text = fs::read_to_string(checkout().join(page)).unwrap();
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            let local = !file.is_empty() && !target.contains("://");
            assert!(
                !local || checkout().join(file).exists(),
                "{page} links to `{target}`"
            );
        }
    }
}
