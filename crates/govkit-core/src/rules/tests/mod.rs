mod links;
mod people;
mod structure;
mod text;
mod time;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::check::check;
use crate::config::{Config, Level};
use crate::corpus::Corpus;
use crate::finding::Finding;
use crate::limits::Limits;
use crate::rule::page;
use crate::snapshot::Snapshot;

const NOW: Date = date(2026, 11, 23);

/// Checks literal files with one rule, as of 2026-11-23.
fn findings<B: Into<Vec<u8>>>(id: &str, config: &str, files: Vec<(&str, B)>) -> Vec<Finding> {
    let config = Config::parse(config, "govkit.toml").unwrap();
    let corpus = Corpus::parse(
        Snapshot::of_files(files),
        Arc::new(config),
        &Limits::DEFAULT,
    );
    let rule = rule(id).unwrap_or_else(|| panic!("no rule {id}"));
    check(&corpus, &[rule], NOW)
}

/// What one rule says, each finding as `path:line:column message`, with ` (help)` where it has some.
fn said(id: &str, config: &str, files: Vec<(&str, &str)>) -> Vec<String> {
    let shown = |finding: Finding| {
        let (path, at) = (finding.path.as_str(), finding.position);
        let help = finding
            .help
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!("{path}:{}:{} {}{help}", at.line, at.column, finding.message)
    };
    findings(id, config, files).into_iter().map(shown).collect()
}

#[test]
fn ids_are_unique_and_every_rule_has_a_full_page() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        let page = page(*rule);
        // Every second piece between fences is an example.
        let prose: Vec<&str> = page.split("```").step_by(2).collect();
        let lines = prose.iter().flat_map(|part| part.lines());
        let headings: Vec<&str> = lines.filter(|line| line.starts_with("## ")).collect();
        let wanted = [
            "## What it asks",
            "## Why it matters",
            "## Example",
            "## What to do",
        ];
        assert_eq!(headings, wanted, "{}", rule.id());
        assert!(page.starts_with(&format!("# {}\n", rule.id())), "{page}");
        assert!(
            page.contains("Wrong") && page.contains("Right"),
            "{}",
            rule.id()
        );
        assert!(
            page.lines().all(|line| line.chars().count() <= 100),
            "{}",
            rule.id()
        );
        let summary = rule.summary();
        assert!(!summary.ends_with('.') && summary.len() <= 80, "{summary}");
    }
}

#[test]
fn a_rule_that_is_off_says_nothing_and_a_level_can_be_changed() {
    let files = || {
        vec![
            ("a.md", "+++\nid='A'\n+++\n"),
            ("b.md", "+++\nid='A'\n+++\n"),
        ]
    };
    let kind = "[kinds.a]\npaths='*.md'\n";
    assert_eq!(findings("duplicate-id", kind, files()).len(), 2);
    let off = format!("[severity]\nduplicate-id = 'off'\n{kind}");
    assert_eq!(findings("duplicate-id", &off, files()), []);
    let info = format!("[severity]\nduplicate-id = 'info'\n{kind}");
    let found = findings("duplicate-id", &info, files());
    assert!(
        found
            .iter()
            .all(|finding| finding.severity.name() == "info")
    );
    assert_eq!(rule("unknown-field").unwrap().level(), Level::Warning);
}

#[test]
fn a_flood_stops_at_the_limit_and_says_so() {
    let text = format!("+++\nid='A'\n+++\n{}", "{{ x }}\n".repeat(5_000));
    let found = findings(
        "unresolved-parameter",
        "[kinds.a]\npaths='*.md'\n",
        vec![("a.md", text)],
    );
    assert_eq!(found.len(), Limits::DEFAULT.findings_per_artifact);
    let help = found.last().and_then(|finding| finding.help.as_deref());
    assert_eq!(
        help,
        Some(
            "`unresolved-parameter` has more to say about this file; only the first 1000 findings are shown"
        )
    );
}

const EVERYTHING: &str = "
[kinds.a]
paths = ['**']
syntax = ['toml', 'yaml', 'toml-fence', 'header', 'none']
id = { field = 'id', path = '{*id}', match_path = true, pattern = 'A-[0-9]+' }
sections = ['Purpose']
glossary = true
open = false
status = { values = ['on', 'off'], in_force = ['on'] }
steps = { who = ['a'] }
activities = { who = ['a'] }
[kinds.a.fields]
due = { type = 'date', role = 'review', required_when = { status = 'on' } }
end = { type = 'date', role = 'expiry' }
time = { type = 'duration' }
tags = { type = 'list', of = 'string', one_of = ['x'], pattern = 'x+' }
[kinds.a.links]
to = { to = ['a'], min = 1, max = 2, acyclic = true, separator = ',' }
";

proptest! {
    #[test]
    fn no_bytes_make_a_rule_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        text in "(\\PC|[\n\"'#=\\[\\](){}+-]|\u{202e}|\u{200d}){0,300}",
    ) {
        let config = Arc::new(Config::parse(EVERYTHING, "f").unwrap());
        let wrapped = format!("+++\nid='A'\nstatus='on'\n{text}\n+++\n{text}");
        let body = format!("+++\nid='A-1'\nsteps=[{{do='{{{{x}}}}'}}]\n+++\n{text}");
        let files = [("a", bytes), ("b", wrapped.into_bytes()), ("c", body.into_bytes()), ("d", text.into_bytes())];
        let corpus = Corpus::parse(Snapshot::of_files(files), config, &Limits::DEFAULT);
        let once = check(&corpus, RULES, NOW);
        prop_assert_eq!(once, check(&corpus, RULES, NOW));
    }
}
