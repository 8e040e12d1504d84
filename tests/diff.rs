//! `diff`: what changed between two states, held against git and against the contract.

use std::collections::BTreeSet;

use govkit_testkit::{Output, Repo};
use serde_json::{Value, json};

use crate::govkit;
use crate::log::long;
use crate::store::{CONFIG, handbook, json as parsed, policy};

pub(crate) const ACCESS: &str = "policies/POL-001-access.md";
pub(crate) const LEAVE: &str = "policies/POL-002-leave.md";

pub(crate) fn diff(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["diff", "--format", "json"].iter().chain(args))
}

/// Returns `change id path`, with `old_path -> ` before the path of a rename.
pub(crate) fn changes(output: &Output) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |one: &Value| {
        let from = one["old_path"]
            .as_str()
            .map(|old| format!("{old} -> "))
            .unwrap_or_default();
        format!(
            "{} {} {from}{}",
            text(&one["change"]),
            text(&one["id"]),
            text(&one["path"])
        )
    };
    assert_eq!(output.code, 0, "{output}");
    parsed(output)["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

/// Returns rule, old and new of each finding.
fn facts(output: &Output) -> Vec<(String, Value, Value)> {
    let findings = parsed(output)["findings"].as_array().unwrap().clone();
    let fact = |one: &Value| {
        (
            one["rule"].as_str().unwrap().to_owned(),
            one["old"].clone(),
            one["new"].clone(),
        )
    };
    findings.iter().map(fact).collect()
}

/// Two revisions, `v1` and `v2`, with each sort of change.
pub(crate) fn edited() -> Repo {
    let repo = handbook();
    for number in 3..=6 {
        let id = format!("POL-{number:03}");
        repo.write(
            &format!("policies/{id}.md"),
            long(&id, &format!("Title {number}")),
        );
    }
    repo.commit("more rules");
    drop(repo.git(["tag", "--force", "v1"]));
    repo.replace(ACCESS, "MUST", "SHOULD")
        .remove(LEAVE)
        .rename("policies/POL-003.md", "policies/moved/POL-003.md")
        .rename("policies/POL-004.md", "policies/edited.md")
        .replace("policies/edited.md", "Line 7 of", "Line seven of")
        .write(
            "policies/POL-007.md",
            long("POL-007", "Quite another matter"),
        )
        .write("README.md", "no artifact\n")
        .write(
            "policies/POL-005.md",
            long("POL-005", "Title 5").replace("stays", "remains"),
        );
    repo.commit("each sort of change").tag("v2");
    repo
}

#[test]
fn the_sets_are_those_of_git() {
    let repo = edited();
    let git = repo.git(["diff", "--name-status", "-M", "v1", "v2", "--", "policies"]);
    let git: BTreeSet<String> = git.lines().map(in_our_words).collect();
    let ours = changes(&diff(&repo, &["v1..v2"]));
    let without_ids: BTreeSet<String> = ours
        .iter()
        .map(|line| {
            let (change, rest) = line.split_once(' ').unwrap();
            format!("{change} {}", rest.split_once(' ').unwrap().1)
        })
        .collect();
    assert_eq!(without_ids, git);
    assert_eq!(
        ours,
        [
            "changed POL-001 policies/POL-001-access.md",
            "removed POL-002 policies/POL-002-leave.md",
            "changed POL-005 policies/POL-005.md",
            "added POL-007 policies/POL-007.md",
            "renamed POL-004 policies/POL-004.md -> policies/edited.md",
            "renamed POL-003 policies/POL-003.md -> policies/moved/POL-003.md",
        ],
        "in the order of paths"
    );
}

/// Turns a line of `git diff --name-status` into one of [`changes`], without the id.
fn in_our_words(line: &str) -> String {
    let fields: Vec<&str> = line.split('\t').collect();
    match (&fields[0][..1], &fields[1..]) {
        ("A", [path]) => format!("added {path}"),
        ("D", [path]) => format!("removed {path}"),
        ("M", [path]) => format!("changed {path}"),
        ("R", [old, path]) => format!("renamed {old} -> {path}"),
        _ => panic!("git says `{line}`"),
    }
}

#[test]
fn the_summary_counts_what_is_listed() {
    let repo = edited();
    let report = parsed(&diff(&repo, &["v1..v2"]));
    assert_eq!(report["format"], "govkit.diff");
    assert_eq!(
        report["compare"],
        json!({"mode": "trees", "base": repo.rev("v1"), "head": repo.rev("v2")})
    );
    assert_eq!(
        report["summary"]["artifacts"],
        json!({"added": 1, "removed": 1, "renamed": 2, "changed": 2})
    );
    assert_eq!(report["gate"]["fail_change"], "never");
    assert_eq!(report["gate"]["result"], "pass");
    let back = parsed(&diff(&repo, &["v2..v1"]));
    assert_eq!(
        back["summary"]["artifacts"],
        json!({"added": 1, "removed": 1, "renamed": 2, "changed": 2})
    );
    assert_eq!(changes(&diff(&repo, &["v2..v2"])), Vec::<String>::new());
    assert_eq!(
        parsed(&diff(&repo, &["v2..v2"]))["summary"]["severity"],
        "none"
    );
}

#[test]
fn an_id_makes_a_rename_where_git_sees_none() {
    let repo = handbook();
    repo.remove(LEAVE).write(
        "policies/time-off.md",
        long("POL-002", "Quite different words"),
    );
    let git = repo
        .commit("rewritten")
        .git(["diff", "--name-status", "-M", "v1", "HEAD"]);
    assert!(git.contains("A\t") && git.contains("D\t"), "{git}");
    assert_eq!(
        changes(&diff(&repo, &["v1..HEAD"])),
        ["renamed POL-002 policies/POL-002-leave.md -> policies/time-off.md"]
    );
}

#[test]
fn another_id_on_much_the_same_text_is_a_likely_rename() {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG)
        .write("policies/a.md", long("POL-001", "One"));
    repo.commit("one").tag("v1");
    repo.remove("policies/a.md")
        .write("policies/b.md", long("POL-002", "One"))
        .commit("two");
    let output = diff(&repo, &["v1..HEAD"]);
    assert_eq!(
        changes(&output),
        ["renamed POL-002 policies/a.md -> policies/b.md"]
    );
    assert_eq!(parsed(&output)["artifacts"][0]["old_id"], "POL-001");
    // Another document at the same path is no change of the first one.
    let other = Repo::new();
    other
        .write("govkit.toml", CONFIG)
        .write("policies/a.md", long("POL-001", "One"));
    other.commit("one").tag("v1");
    other
        .write(
            "policies/a.md",
            policy("POL-002", "Other", "Nothing in common."),
        )
        .commit("two");
    assert_eq!(
        changes(&diff(&other, &["v1..HEAD"])),
        [
            "removed POL-001 policies/a.md",
            "added POL-002 policies/a.md"
        ]
    );
}

#[test]
fn fields_have_their_old_and_new_values() {
    let repo = handbook();
    repo.replace(
        ACCESS,
        "owner = \"ciso\"",
        "owner = \"cio\"\ntags = [\"it\", \"hr\"]\nreview_by = 2027-01-31\nlevel = 3",
    );
    repo.replace(ACCESS, "status = \"effective\"\n", "");
    let output = diff(&repo, &[]);
    assert_eq!(changes(&output), [format!("changed POL-001 {ACCESS}")]);
    assert_eq!(
        parsed(&output)["artifacts"][0]["fields"],
        json!([
            {"field": "owner", "old": "ciso", "new": "cio"},
            {"field": "tags", "old": null, "new": ["it", "hr"]},
            {"field": "review_by", "old": null, "new": "2027-01-31"},
            {"field": "level", "old": null, "new": 3},
            {"field": "status", "old": "effective", "new": null},
        ]),
        "in the order of the new text, what is gone behind"
    );
    let rules: BTreeSet<String> = facts(&output).into_iter().map(|(rule, ..)| rule).collect();
    assert!(
        rules.contains("META-OWNER") && rules.contains("META-STATUS"),
        "{rules:?}"
    );
}

#[test]
fn links_have_their_targets() {
    let repo = handbook();
    repo.replace(
        "procedures/PRC-001.md",
        "[\"POL-001\"]",
        "[\"POL-001\", \"POL-002\"]",
    );
    assert_eq!(
        facts(&diff(&repo, &[])),
        [("LINK-ADDED".to_owned(), Value::Null, json!("POL-002"))]
    );
    repo.replace("procedures/PRC-001.md", "[\"POL-001\", \"POL-002\"]", "[]");
    assert_eq!(
        facts(&diff(&repo, &[])),
        [("LINK-ORPHAN".to_owned(), json!("POL-001"), Value::Null)]
    );
}

#[test]
fn sections_are_added_removed_renamed_and_moved() {
    let repo = handbook();
    let section = |name: &str| {
        format!("## {name}\n\nThe part on {name} says what {name} means here and for whom.\n\n")
    };
    let body = |names: &[&str]| {
        policy(
            "POL-001",
            "Access",
            &names.iter().map(|name| section(name)).collect::<String>(),
        )
    };
    repo.write(ACCESS, body(&["Aim", "Scope", "Rules", "Review"]))
        .commit("sections");
    let said = |text: String| {
        repo.write(ACCESS, text);
        let mut facts = facts(&diff(&repo, &[]));
        facts.retain(|(rule, ..)| rule.starts_with("SEC-"));
        facts
    };
    let fact = |rule: &str, old: Value, new: Value| vec![(rule.to_owned(), old, new)];
    let added = said(body(&["Aim", "Scope", "Rules", "Appeal", "Review"]));
    assert_eq!(added, fact("SEC-ADDED", Value::Null, json!("Appeal")));
    let removed = said(body(&["Aim", "Rules", "Review"]));
    assert_eq!(removed, fact("SEC-REMOVED", json!("Scope"), Value::Null));
    let renamed =
        said(body(&["Aim", "Scope", "Rules", "Review"]).replace("## Scope", "## Who it is for"));
    assert_eq!(
        renamed,
        fact("SEC-RENAMED", json!("Scope"), json!("Who it is for"))
    );
    let moved = said(body(&["Review", "Aim", "Scope", "Rules"]));
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert_eq!(moved[0].0, "SEC-MOVED");
    let level = said(body(&["Aim", "Scope", "Rules", "Review"]).replace("## Rules", "### Rules"));
    assert_eq!(level, fact("SEC-MOVED", json!("2"), json!("3")));
}

#[test]
fn a_changed_sentence_is_quoted_with_its_words() {
    let repo = handbook();
    repo.replace(ACCESS, "MUST lock", "MUST always lock");
    let finding = parsed(&diff(&repo, &[]))["findings"][0].clone();
    assert_eq!(finding["quote_old"], "People MUST lock their screens.");
    assert_eq!(
        finding["quote_new"],
        "People MUST always lock their screens."
    );
    assert_eq!(
        finding["artifact"],
        json!({"id": "POL-001", "kind": "policy", "path": ACCESS})
    );
    assert_eq!(
        (&finding["at"]["old_line"], &finding["at"]["new_line"]),
        (&json!(9), &json!(9))
    );
    let side = |drop: &str| {
        let parts = finding["text"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|part| part[0] != drop);
        parts
            .map(|part| part[1].as_str().unwrap())
            .collect::<String>()
    };
    assert_eq!(
        side("+"),
        finding["quote_old"],
        "what stayed and what went is the old sentence"
    );
    assert_eq!(side("-"), finding["quote_new"]);
    let added: Vec<&Value> = finding["text"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part[0] == "+")
        .collect();
    assert!(
        added.len() == 1 && added[0][1].as_str().unwrap().trim() == "always",
        "{finding}"
    );
}
