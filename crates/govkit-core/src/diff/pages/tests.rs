use super::*;
use crate::config::Config;
use crate::diff::{CHANGE_RULES, ChangeSet, ChangedFile, Compare, FileSide, diff, no_index, pair};
use crate::limits::Limits;
use crate::path::RepoPath;

/// Words every reason has to be longer than, and an example not: a reason is no slogan.
const LEAST_WORDS: usize = 35;

#[test]
fn every_rule_has_a_reason_and_an_example() {
    let ids: Vec<&str> = PAGES.iter().map(|page| page.id).collect();
    let mut rules: Vec<&str> = CHANGE_RULES.iter().map(|rule| rule.id).collect();
    rules.sort_unstable();
    assert_eq!(ids, rules, "one page a rule, sorted");
    for page in PAGES {
        let words = page.reason().split_whitespace().count();
        assert!(words >= LEAST_WORDS, "{}: {words} words of reason", page.id);
        let (before, after) = page.example();
        assert!(
            before != after && !before.trim().is_empty() && !after.trim().is_empty(),
            "{}",
            page.id
        );
        assert!(
            page.promise().is_some(),
            "{} does not say what govkit says",
            page.id
        );
        assert_eq!(
            page.path().is_some(),
            page.level == Level::Artifact,
            "{}",
            page.id
        );
    }
}

#[test]
fn no_two_rules_share_a_reason_or_an_example() {
    for (at, page) in PAGES.iter().enumerate() {
        for other in &PAGES[at + 1..] {
            assert_ne!(page.reason(), other.reason(), "{} {}", page.id, other.id);
            assert_ne!(page.example(), other.example(), "{} {}", page.id, other.id);
        }
    }
}

/// Compares the sides of an example, as its level asks for.
fn compared(page: &RulePage) -> Option<ChangeSet> {
    let (before, after) = page.example();
    match page.level {
        Level::Text => Some(no_index(
            Some(("example.md", before.as_bytes())),
            Some(("example.md", after.as_bytes())),
        )),
        Level::Artifact => {
            let config = Config::parse("profile = \"itsm\"\n", "govkit.toml").unwrap();
            let path = RepoPath::new(page.path()?).unwrap();
            let side = |text: &str| {
                let bytes = text.as_bytes().to_vec();
                let side = FileSide::read(&path, bytes, None, &config, &Limits::DEFAULT);
                let side = side.unwrap_or_else(|| panic!("{}: no kind claims {path:?}", page.id));
                assert!(side.artifact.is_ok(), "{}: {:?}", page.id, side.artifact);
                Some(side)
            };
            let (old, new) = (side(before), side(after));
            let file = ChangedFile {
                path: path.clone(),
                old,
                new,
            };
            Some(diff(Compare::default(), &pair(vec![file]), &config))
        }
        Level::Corpus => None,
    }
}

#[test]
fn each_example_says_what_its_page_says() {
    let mut faults = Vec::new();
    for rule in CHANGE_RULES.iter().filter(|rule| rule.emitted) {
        let page = rule_page(rule.id).unwrap();
        let Some(set) = compared(page) else { continue };
        let told: Vec<(&str, &str, &str)> = set
            .findings
            .iter()
            .map(|found| (&*found.rule, found.severity.name(), found.direction.name()))
            .collect();
        let (severity, direction) = page.promise().unwrap();
        if !told.contains(&(rule.id, severity, direction)) {
            faults.push(format!(
                "{}: {severity}, {direction} is promised, {told:?} is told",
                rule.id
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_page_has_its_parts_in_order() {
    let page = explained(change_rule("META-OWNER").unwrap());
    let headings: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with('#') && !line.starts_with("# G"))
        .collect();
    assert_eq!(
        headings,
        [
            "# META-OWNER",
            "## What it detects",
            "## Why it matters",
            "## Example",
            "## How it is reported"
        ]
    );
}
