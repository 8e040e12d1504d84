mod cases;

use proptest::prelude::*;

use super::*;
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::value::Value;

fn config() -> Config {
    let text = r#"
[kinds.policy]
paths = ["policies/*.md"]
syntax = "toml"
id = { field = "id" }
title = "title"
owner = "owner"
open = true
[kinds.policy.status]
values = ["draft", "effective", "retired"]
in_force = ["effective"]
[kinds.policy.status.transitions]
draft = ["effective"]
[kinds.policy.fields]
review_by = { type = "date", role = "review" }
expires = { type = "date", role = "expiry" }
[kinds.policy.links]
governed_by = { min = 1 }
requires = { field = "requires", separator = ",", as = "POL-{}" }
[kinds.procedure]
paths = ["procedures/*.md"]
syntax = "toml"
id = { field = "id" }
open = true
[kinds.procedure.steps]
who = ["policy"]
[kinds.term]
paths = ["terms/*.md"]
syntax = "none"
id = { path = "terms/{id}.md" }
glossary = true
"#;
    Config::parse(text, "govkit.toml").unwrap()
}

/// Changed files as `(path, old, new)`; an empty text is no file.
fn files(list: &[(&str, &str, &str)]) -> Vec<ChangedFile> {
    let config = config();
    let side = |path: &RepoPath, text: &str| {
        let read = || {
            FileSide::read(
                path,
                text.as_bytes().to_vec(),
                None,
                &config,
                &Limits::DEFAULT,
            )
        };
        if text.is_empty() { None } else { read() }
    };
    let file = |(path, old, new): &(&str, &str, &str)| {
        let path = RepoPath::new(*path).unwrap();
        ChangedFile {
            old: side(&path, old),
            new: side(&path, new),
            path,
        }
    };
    list.iter().map(file).collect()
}

fn compared(list: &[(&str, &str, &str)]) -> ChangeSet {
    diff(Compare::default(), &pair(files(list)), &config())
}

/// What happened to each artifact: `changed POL-1 a.md`.
fn words(list: &[(&str, &str, &str)]) -> Vec<String> {
    let set = structure(Compare::default(), &pair(files(list)));
    let told = set.artifacts.iter().map(|artifact| {
        let old = artifact
            .old_path
            .as_deref()
            .map_or(String::new(), |old| format!(" < {old}"));
        let old_id = artifact
            .old_id
            .as_deref()
            .map_or(String::new(), |id| format!(" was {id}"));
        let id = artifact.id.as_deref().unwrap_or("-");
        format!(
            "{} {id} {}{old}{old_id}",
            artifact.change.name(),
            artifact.path
        )
    });
    told.collect()
}

/// Rule, old and new of every finding.
fn findings(set: &ChangeSet) -> Vec<(&str, String, String)> {
    let shown = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::display);
    let told = set.findings.iter();
    told.map(|found| (&*found.rule, shown(&found.old), shown(&found.new)))
        .collect()
}

fn policy(fields: &str, body: &str) -> String {
    format!("+++\nid = \"POL-1\"\n{fields}\n+++\n{body}")
}

fn rules_of(old: &str, new: &str) -> Vec<(String, String, String)> {
    let set = compared(&[("policies/a.md", old, new)]);
    let told = findings(&set).into_iter();
    told.map(|(rule, old, new)| (rule.to_owned(), old, new))
        .collect()
}

fn row(rule: &str, old: &str, new: &str) -> (String, String, String) {
    (rule.to_owned(), old.to_owned(), new.to_owned())
}

const A: &str = "+++\nid = \"A\"\n+++\nOne.\n";
const B: &str = "+++\nid = \"B\"\n+++\nSomething else altogether.\n";

#[test]
fn the_words_for_an_artifact_exclude_each_other() {
    assert_eq!(
        words(&[("policies/a.md", A, "+++\nid = \"A\"\n+++\nTwo.\n")]),
        ["changed A policies/a.md"]
    );
    assert_eq!(
        words(&[("policies/a.md", A, ""), ("policies/z.md", "", A)]),
        ["renamed A policies/z.md < policies/a.md"]
    );
    assert_eq!(
        words(&[("policies/a.md", A, ""), ("policies/z.md", "", B)]),
        ["removed A policies/a.md", "added B policies/z.md"]
    );
    assert_eq!(words(&[("policies/a.md", A, A)]), [""; 0]);
}

#[test]
fn a_path_another_artifact_took_over_is_no_change() {
    let list = [("policies/a.md", A, B), ("policies/z.md", "", A)];
    assert_eq!(
        words(&list),
        [
            "added B policies/a.md",
            "renamed A policies/z.md < policies/a.md"
        ]
    );
    assert_eq!(
        words(&[("policies/a.md", A, B)]),
        ["removed A policies/a.md", "added B policies/a.md"]
    );
}

#[test]
fn an_id_used_twice_stays_with_its_path() {
    let again = A.replace("One", "Two");
    let list = [
        ("policies/a.md", A, &*again),
        ("policies/b.md", A, ""),
        ("policies/c.md", "", A),
    ];
    assert_eq!(
        words(&list),
        [
            "changed A policies/a.md",
            "renamed A policies/c.md < policies/b.md"
        ]
    );
}

#[test]
fn much_the_same_text_under_another_id_is_likely_a_rename() {
    let body = "The owner keeps the register of assets up to date every month.\n".repeat(9);
    let old = format!("+++\nid = \"POL-1\"\n+++\n{body}");
    let new = format!("+++\nid = \"POL-9\"\n+++\n{body}");
    let list = [("policies/a.md", &*old, ""), ("policies/z.md", "", &*new)];
    assert_eq!(
        words(&list),
        ["renamed POL-9 policies/z.md < policies/a.md was POL-1"]
    );
    let set = compared(&list);
    assert_eq!(set.findings[0].confidence, Confidence::Likely);
    assert_eq!(set.summary.severity, Some(ChangeSeverity::Breaking));
    let told = findings(&set);
    assert_eq!(told[0], ("ART-REID", "POL-1".into(), "POL-9".into()));
    assert_eq!(
        told[1],
        (
            "ART-RENAMED",
            "policies/a.md".into(),
            "policies/z.md".into()
        )
    );
    assert_eq!(
        words(&[("policies/a.md", &old, &new)]),
        ["renamed POL-9 policies/a.md < policies/a.md was POL-1"]
    );
}

#[test]
fn files_that_are_no_artifacts_are_paired_by_path() {
    let broken = "+++\nid = \n+++\nOne.\n";
    assert_eq!(
        words(&[("policies/a.md", A, broken)]),
        ["changed - policies/a.md"]
    );
    assert_eq!(
        words(&[("policies/a.md", "", broken)]),
        ["added - policies/a.md"]
    );
    let list = [("policies/a.md", A, broken), ("policies/z.md", "", A)];
    assert_eq!(
        words(&list),
        [
            "added - policies/a.md",
            "renamed A policies/z.md < policies/a.md"
        ]
    );
}

#[test]
fn fields_are_compared_as_values() {
    let old = policy("title = \"T\"\ntags = ['a', 'b']\nday = 2026-01-01", "x\n");
    let new = policy(
        "tags = [\"a\", \"b\"]\nday = \"2026-01-01\"\ntitle = 'T'",
        "x\n",
    );
    assert_eq!(rules_of(&old, &new), [row("TEXT-EDITORIAL", "-", "-")]);
}

#[test]
fn each_field_has_its_rule() {
    let old = policy(
        "status = \"draft\"\nowner = \"R-1\"\nreview_by = 2026-01-01\nexpires = 2026-01-01\nx = 1\n[params]\nwait = \"1 day\"",
        "",
    );
    let new = policy(
        "status = \"retired\"\nowner = \"R-2\"\nreview_by = 2027-01-01\nexpires = 2027-01-01\n[params]\nwait = \"2 days\"",
        "",
    );
    assert_eq!(
        rules_of(&old, &new),
        [
            row("META-STATUS", "draft", "retired"),
            row("META-OWNER", "R-1", "R-2"),
            row("META-REVIEW", "2026-01-01", "2027-01-01"),
            row("EXC-EXTENDED", "2026-01-01", "2027-01-01"),
            row("META-OTHER", "1", "-"),
            row("META-PARAM", "1 day", "2 days"),
        ]
    );
    let set = compared(&[("policies/a.md", &old, &new)]);
    assert_eq!(
        set.findings[0].severity,
        ChangeSeverity::Breaking,
        "the kind allows no such step"
    );
    assert_eq!(
        set.summary.direction,
        DirectionCounts {
            tightens: 0,
            relaxes: 2,
            neutral: 4
        }
    );
    let fields: Vec<&str> = set.artifacts[0]
        .fields
        .iter()
        .map(|change| &*change.field)
        .collect();
    assert_eq!(
        fields,
        [
            "status",
            "owner",
            "review_by",
            "expires",
            "params.wait",
            "x"
        ]
    );
}

#[test]
fn links_are_reported_by_target() {
    let old = policy(
        "requires = \"2, 3\"\n[links]\ngoverned_by = [\"POL-7\"]",
        "",
    );
    let new = policy("requires = \"3,4\"\n[links]\ngoverned_by = []", "");
    assert_eq!(
        rules_of(&old, &new),
        [
            row("LINK-ADDED", "-", "POL-4"),
            row("LINK-REMOVED", "POL-2", "-"),
            row("LINK-ORPHAN", "POL-7", "-"),
        ]
    );
    let moved = old.replace("POL-7", "POL-8");
    assert_eq!(
        rules_of(&old, &moved),
        [row("LINK-RETARGETED", "POL-7", "POL-8")]
    );
    let spaced = old.replace("2, 3", "3,2");
    assert_eq!(rules_of(&old, &spaced), [row("META-OTHER", "2, 3", "3,2")]);
}

fn procedure(steps: &[(&str, &str, &str)]) -> String {
    let written = steps.iter().map(|(id, action, who)| {
        format!("[[steps]]\nid = \"{id}\"\ndo = \"{action}\"\nwho = \"{who}\"\n")
    });
    format!("+++\nid = \"PRC-1\"\n{}+++\n", written.collect::<String>())
}

#[test]
fn one_step_taken_elsewhere_is_one_move() {
    let steps = [
        ("log", "Log it.", "R"),
        ("tell", "Tell them.", "R"),
        ("fix", "Fix it.", "R"),
        ("close", "Close it.", "R"),
    ];
    let [log, tell, fix, close] = steps;
    let changed = ("fix", "Fix it now.", "Q");
    let new = [close, log, tell, changed, ("learn", "Write it down.", "R")];
    let set = compared(&[(
        "procedures/a.md",
        &procedure(&[log, tell, fix, close]),
        &procedure(&new),
    )]);
    let expected = [
        ("STEP-MOVED", "4".to_owned(), "1".to_owned()),
        ("ACTOR-CHANGED", "R".to_owned(), "Q".to_owned()),
        (
            "STEP-REWORDED",
            "Fix it.".to_owned(),
            "Fix it now.".to_owned(),
        ),
        ("STEP-ADDED", "-".to_owned(), "Write it down.".to_owned()),
    ];
    assert_eq!(findings(&set), expected);
    assert_eq!(set.findings[0].at.step.as_deref(), Some("close"));
}

#[test]
fn activities_are_fields_by_id() {
    let process = |who: &str| {
        format!("+++\nid = \"A\"\n[[activities]]\nid = \"sort\"\na = [\"{who}\"]\n+++\n")
    };
    let set = compared(&[("policies/a.md", &process("R-1"), &process("R-2"))]);
    assert_eq!(set.findings[0].rule, "ACTOR-CHANGED");
    assert_eq!(set.artifacts[0].fields[0].field, "activities.sort.a");
}

#[test]
fn a_new_artifact_in_force_is_breaking_and_a_draft_may_go() {
    let text = |status: &str| policy(&format!("status = \"{status}\""), "");
    let severity = |old: &str, new: &str| compared(&[("policies/a.md", old, new)]).summary.severity;
    assert_eq!(
        severity("", &text("effective")),
        Some(ChangeSeverity::Breaking)
    );
    assert_eq!(
        severity("", &text("draft")),
        Some(ChangeSeverity::Substantive)
    );
    assert_eq!(
        severity(&text("effective"), ""),
        Some(ChangeSeverity::Breaking)
    );
    assert_eq!(
        severity(&text("draft"), ""),
        Some(ChangeSeverity::Substantive)
    );
}

/// Rules, old and new of what two texts without configuration differ in.
fn texts(old: &str, new: &str) -> Vec<(String, String, String)> {
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("b.md", new.as_bytes())),
    );
    findings(&set)
        .into_iter()
        .map(|(rule, old, new)| (rule.to_owned(), old, new))
        .collect()
}

#[test]
fn sections_come_go_move_and_change_their_level_and_name() {
    let long = "Every member of staff reads this once a year and says so in writing.";
    assert_eq!(
        texts("# A\nx\n", "# A\nx\n## B\ny\n"),
        [row("SEC-ADDED", "-", "B")]
    );
    assert_eq!(
        texts("# A\nx\n## B\ny\n", "# A\nx\n"),
        [row("SEC-REMOVED", "B", "-")]
    );
    assert_eq!(
        texts("# A\n## 1 B\n", "# A\n## 2 B\n"),
        [row("SEC-RENAMED", "1 B", "2 B")]
    );
    assert_eq!(
        texts("# A\n## B\n", "# A\n### B\n"),
        [row("SEC-MOVED", "2", "3")]
    );
    let moved = format!("# A\n{long}\n# B\n{long} Really.\n");
    let old = format!("# B\n{long} Really.\n# A\n{long}\n");
    assert_eq!(texts(&old, &moved), [row("SEC-MOVED", "A", "A")]);
    assert_eq!(
        texts("# A {#a}\n", "# A {#b}\n"),
        [row("SEC-RENAMED", "a", "b")]
    );
}

#[test]
fn sentences_are_told_apart() {
    let old = "# A\nKeep it for 24 hours. Then go.\n\n- one item\n- two things\n";
    let new = "# A\nKeep it for 72 hours. Then go. Never look back.\n\n- one item\n- a third\n- two things\n";
    assert_eq!(
        texts(old, new),
        [
            row("TEXT-ADDED", "-", "Never look back."),
            // What is kept must be kept for at least as long.
            row("TIME-TIGHTENED", "24 hours", "72 hours"),
            row("ITEM-ADDED", "-", "a third"),
        ]
    );
}

#[test]
fn a_passage_that_moved_is_one_finding() {
    let long = "A vendor is anybody who is paid to deliver something to us.";
    let old = format!("# A\nx\n\n{long} Really.\n# B\ny\n");
    let new = format!("# A\nx\n# B\ny\n\n{long} Really.\n");
    let text = format!("{long} Really.");
    assert_eq!(texts(&old, &new), [row("TEXT-MOVED", &text, &text)]);
}

#[test]
fn what_looks_the_same_and_is_not_is_named() {
    let told = |old: &str, new: &str| {
        let set = no_index(Some(("a", old.as_bytes())), Some(("a", new.as_bytes())));
        assert_eq!(set.summary.severity, Some(ChangeSeverity::Minor));
        set.findings[0].message.clone()
    };
    assert!(told("pay it\n", "pay\u{200b} it\n").contains("U+200B"));
    assert!(told("pay it\n", "p\u{430}y it\n").contains("U+0430 for U+0061"));
    assert!(told("x\n", "\u{feff}x\n").contains("U+FEFF"));
}

#[test]
fn wrapping_and_markers_are_editorial() {
    let editorial = [row("TEXT-EDITORIAL", "-", "-")];
    assert_eq!(
        texts("One two.\nThree.\n\n* a\n", "One\ntwo. Three.\n\n\n- a\n"),
        editorial
    );
    assert_eq!(
        texts("3. a\n4. b\n", "1. a\n2. b\n"),
        [row("STEP-RENUMBERED", "-", "-")]
    );
    assert_eq!(texts("a\r\nb\r\n", "a\nb\n"), editorial);
    assert_eq!(
        texts("- a\n- b\n", "- a\n  - b\n"),
        [row("TEXT-CHANGED", "b", "b")],
        "a level is no look"
    );
}

#[test]
fn links_in_the_text_are_told() {
    let see = |target: &str| format!("See [the team]({target}) now.\n");
    assert_eq!(
        texts(&see("a.md"), &see("b.md")),
        [row("LINK-RETARGETED", "a.md", "b.md")]
    );
    assert_eq!(
        texts("See [k].\n\n[k]: a.md\n", "See [k].\n\n[k]: b.md\n"),
        [row("LINK-RETARGETED", "a.md", "b.md")]
    );
}

#[test]
fn a_link_that_is_new_or_gone_is_named() {
    let message = |old: &str, new: &str| {
        let set = no_index(Some(("a", old.as_bytes())), Some(("a", new.as_bytes())));
        let link = set
            .findings
            .iter()
            .find(|found| found.rule.starts_with("LINK-"));
        link.unwrap().message.clone()
    };
    let (plain, linked) = ("Ask the team now.\n", "Ask the [team](a.md) now.\n");
    assert_eq!(message(plain, linked), "a link to `a.md` is new");
    assert_eq!(message(linked, plain), "a link to `a.md` is gone");
}

#[test]
fn a_term_changes_all_that_use_it() {
    let set = compared(&[(
        "terms/asset.md",
        "# Asset\nWhat we own.\n",
        "# Asset\nWhat we use.\n",
    )]);
    assert_eq!(set.findings[0].rule, "TERM-DEFINITION");
    assert_eq!(set.findings[0].severity, ChangeSeverity::Substantive);
}

#[test]
fn bytes_that_are_no_text_are_reported() {
    let set = no_index(Some(("a", b"x")), Some(("a", b"\xff")));
    assert!(
        set.findings[0]
            .message
            .contains("the new side is not UTF-8 at byte 0")
    );
    assert_eq!(
        no_index(Some(("d/a.md", b"x")), None).artifacts[0].change,
        Change::Removed
    );
    assert!(no_index(None, None).artifacts.is_empty());
}

#[test]
fn what_is_too_large_is_told_and_marked() {
    let lines = |word: &str| format!("# A\n{}", format!("- {word}\n").repeat(20_001));
    let (old, new) = (lines("a"), lines("b"));
    let set = no_index(Some(("a", old.as_bytes())), Some(("a", new.as_bytes())));
    assert!(set.summary.truncated);
    assert_eq!(findings(&set), [("TEXT-CHANGED", "-".into(), "-".into())]);
}

#[test]
fn a_fingerprint_survives_edits_elsewhere_and_tells_twins_apart() {
    let prints = |old: &str, new: &str| -> Vec<String> {
        let set = no_index(Some(("a", old.as_bytes())), Some(("a", new.as_bytes())));
        let changed = set
            .findings
            .iter()
            .filter(|found| found.rule == "TEXT-CHANGED");
        changed.map(|found| found.fingerprint.clone()).collect()
    };
    let (old, new) = ("# A\nIt is a red box.\n", "# A\nIt is a blue box.\n");
    let first = prints(old, new);
    assert_eq!(first, prints(old, &format!("New intro here.\n\n{new}")));
    let twins = prints(
        &format!("{old}\n{}", &old[4..]),
        &format!("{new}\n{}", &new[4..]),
    );
    assert_eq!(twins.len(), 2);
    assert_ne!(twins[0], twins[1]);
}

#[test]
fn absent_values_are_null() {
    let set = no_index(Some(("a", b"Keep one.\n")), Some(("a", b"Keep two.\n")));
    let json = serde_json::to_value(&set).unwrap();
    assert_eq!(json["summary"]["severity"], "minor");
    let finding = json["findings"][0].as_object().unwrap();
    assert!(finding["modal_old"].is_null() && finding["at"]["section"].is_null());
    assert_eq!(
        finding["text"],
        serde_json::json!([["=", "Keep "], ["-", "one"], ["+", "two"], ["=", "."]])
    );
}

const MARKDOWN: &str = "(\\+\\+\\+\n|---\n)?([a-d ]{0,8}|\\PC|[\n#\\[\\](){}`*_:=>|~.<1-]|\n- |\n\n## [ab]\n|\u{200b}){0,60}";

proptest! {
    #[test]
    fn everything_that_differs_is_told(old in MARKDOWN, new in MARKDOWN) {
        let set = no_index(Some(("a", old.as_bytes())), Some(("a", new.as_bytes())));
        prop_assert_eq!(set.findings.is_empty(), old == new);
        for found in &set.findings {
            if let (Some(line), Some(before), Some(after)) = (&found.text, &found.quote_old, &found.quote_new) {
                prop_assert_eq!(&line.old(), before);
                prop_assert_eq!(&line.new_text(), after);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(old in proptest::collection::vec(any::<u8>(), 0..80), new in proptest::collection::vec(any::<u8>(), 0..80)) {
        let set = no_index(Some(("a", &old)), Some(("a", &new)));
        prop_assert_eq!(set.findings.is_empty(), old == new);
    }

    #[test]
    fn one_edit_in_one_place_is_told(text in MARKDOWN, at in 0usize..200, ch in "\\PC|\n| |\u{200d}") {
        let mut edited = text.clone();
        let place = (0..=at.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap();
        edited.insert_str(place, &ch);
        let set = no_index(Some(("a", text.as_bytes())), Some(("a", edited.as_bytes())));
        prop_assert!(!set.findings.is_empty());
    }
}
