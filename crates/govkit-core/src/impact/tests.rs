use std::sync::Arc;

use super::*;
use crate::config::Config;
use crate::diff::{ChangedFile, Compare, FileSide, diff, pair};
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::review::State;
use crate::snapshot::Snapshot;

const CONFIG: &str = "[kinds.text]\npaths = 't/*.md'\nopen = true\n[kinds.text.links]\nneeds = {}\nsees = { impact = false }\n[kinds.term]\npaths = 'g/*.md'\nopen = true\nglossary = true\n";

type Files<'a> = [(&'a str, String)];

fn text(id: &str, front: &str, body: &str) -> String {
    format!("+++\nid = '{id}'\ntitle = 'The {id}'\n{front}\n+++\n# The {id}\n\n{body}\n")
}

fn corpus(files: &Files<'_>, config: &Arc<Config>) -> Corpus {
    let files = files.iter().map(|(path, text)| (*path, text.clone()));
    Corpus::parse(Snapshot::of_files(files), config.clone(), &Limits::DEFAULT)
}

/// Returns `id state via`, then `rule id old` of what is left behind.
fn told(old: &Files<'_>, new: &Files<'_>, depth: usize) -> Vec<String> {
    let config = Arc::new(Config::parse(CONFIG, "govkit.toml").unwrap());
    let mut paths: Vec<&str> = old.iter().chain(new).map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths.dedup();
    let side = |files: &Files<'_>, path: &str| {
        let (_, text) = files.iter().find(|(other, _)| *other == path)?;
        let path = RepoPath::new(path).unwrap();
        FileSide::read(
            &path,
            text.clone().into_bytes(),
            None,
            &config,
            &Limits::DEFAULT,
        )
    };
    let files = paths.iter().map(|path| ChangedFile {
        path: RepoPath::new(*path).unwrap(),
        old: side(old, path),
        new: side(new, path),
    });
    let set = diff(Compare::default(), &pair(files.collect()), &config);
    let (base, head) = (corpus(old, &config), corpus(new, &config));
    let reach = reach(Question {
        base: &base,
        head: &head,
        set: &set,
        records: &[],
        depth,
    });
    let affected = reach.affected.iter();
    let mut out: Vec<String> = affected
        .map(|one| format!("{} {} {}", one.id, one.state.name(), one.via))
        .collect();
    out.extend(reach.findings.iter().map(|one| {
        let old = one.old.as_ref().map(crate::value::Value::display);
        format!(
            "{} {} {}",
            one.rule,
            one.artifact.id.as_deref().unwrap_or("-"),
            old.unwrap_or_default()
        )
    }));
    out
}

fn duty(word: &str) -> String {
    text(
        "A",
        "",
        &format!(
            "## Rules {{#rules}}\n\nEverybody {word} lock the door.\n\n## Other {{#other}}\n\nEverybody MUST smile."
        ),
    )
}

#[test]
fn a_circle_ends_and_names_nobody_as_affected_by_itself() {
    let b = text("B", "links.needs = ['A']", "B.");
    let circle = |word: &str| {
        let a = duty(word).replace("title =", "links.needs = ['C']\ntitle =");
        [
            ("t/a.md", a),
            ("t/b.md", b.clone()),
            ("t/c.md", text("C", "links.needs = ['B']", "C.")),
        ]
    };
    let found = told(&circle("MUST"), &circle("SHOULD"), 9);
    assert_eq!(found, ["B suspect needs", "C suspect needs"]);
}

#[test]
fn links_without_impact_matter_only_when_their_target_is_gone() {
    let b = ("t/b.md", text("B", "links.sees = ['A']", "B."));
    let old = [("t/a.md", duty("MUST")), b.clone()];
    assert_eq!(
        told(&old, &[("t/a.md", duty("SHOULD")), b.clone()], 2),
        [""; 0]
    );
    assert_eq!(
        told(&old, &[b], 2),
        ["B conflict sees", "LINK-DANGLING B A"]
    );
}

#[test]
fn a_markdown_link_carries_the_section_it_names() {
    let cites = |anchor: &str| {
        let body = format!("See [the rules](a.md{anchor}).");
        [("t/a.md", duty("MUST")), ("t/b.md", text("B", "", &body))]
    };
    let after = |anchor: &str| {
        let mut files = cites(anchor);
        files[0].1 = duty("SHOULD");
        told(&cites(anchor), &files, 2)
    };
    assert_eq!(after("#rules"), ["B suspect cites#rules"]);
    assert_eq!(after("#other"), [""; 0]);
    assert_eq!(after(""), ["B suspect cites"]);
}

#[test]
fn a_new_link_is_trusted() {
    let old = [("t/a.md", duty("MUST")), ("t/b.md", text("B", "", "B."))];
    let new = [
        ("t/a.md", duty("SHOULD")),
        ("t/b.md", text("B", "links.needs = ['A']", "B.")),
    ];
    assert_eq!(told(&old, &new, 2), [""; 0]);
}

fn deadline(value: &str) -> (&'static str, String) {
    let front = format!("[params]\nanswer = '{value}'");
    (
        "t/a.md",
        text(
            "A",
            &front,
            "The desk MUST answer a complaint within {{ answer }}.",
        ),
    )
}

#[test]
fn who_inserts_a_parameter_shows_the_new_value() {
    let b = ("t/b.md", text("B", "", "We have {{ A.answer }} to answer."));
    let found = told(
        &[deadline("24 hours"), b.clone()],
        &[deadline("72 hours"), b],
        2,
    );
    assert_eq!(found, ["B consistent inserts#answer"]);
}

#[test]
fn who_states_the_old_value_in_words_of_its_own_conflicts() {
    let (old, new) = (deadline("24 hours"), deadline("3 days"));
    let with = |body: &str| {
        let b = ("t/b.md", text("B", "links.needs = ['A']", body));
        told(&[old.clone(), b.clone()], &[new.clone(), b], 2)
    };
    let conflict = |written: &str| {
        vec![
            "B conflict needs".to_owned(),
            format!("PARAM-DRIFT B {written}"),
        ]
    };
    assert_eq!(
        with("A complaint is answered within one day."),
        conflict("one day")
    );
    assert_eq!(
        with("Each complaint:\n\n- 24 h"),
        vec!["B suspect needs".to_owned()],
        "about what?"
    );
    for fine in [
        "A complaint is answered within 72 hours.",
        "A complaint was answered within 24 hours, and is within 3 days now.",
        "The lift is mended within 24 hours.",
        "A complaint costs 24 euros.",
    ] {
        assert_eq!(with(fine), ["B suspect needs"], "{fine}");
    }
}

#[test]
fn a_term_reaches_those_who_use_it_and_nobody_behind_them() {
    let term = |word: &str| ("g/x.md", text("X", "", &format!("It {word} hurt.")));
    let b = ("t/b.md", text("B", "", "The [[the x]] is here."));
    let c = ("t/c.md", text("C", "links.needs = ['B']", "C."));
    let found = told(
        &[term("MUST"), b.clone(), c.clone()],
        &[term("MAY"), b, c],
        3,
    );
    assert_eq!(found, ["B suspect uses_term"]);
}

#[test]
fn states_get_worse_in_their_order() {
    assert!(State::Consistent < State::Suspect && State::Suspect < State::Conflict);
    assert!(State::Conflict < State::Orphan);
}
