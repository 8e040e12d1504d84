//! `check` and what narrows it; `rules`, `explain` and `schema`.

use govkit_testkit::{Output, Repo};
use serde_json::{Value, json};

use crate::govkit;
use crate::store::{handbook, json as parsed, policy};

/// Returns a handbook with one error, in the second of two broken links, and one warning.
pub(crate) fn failing() -> Repo {
    let repo = handbook();
    repo.write(
        "procedures/PRC-002.md",
        "+++\nid = \"PRC-002\"\n\n[links]\nimplements = [\"POL-001\", \"POL-009\"]\n+++\n# Füll\n## Part\n## Part\n",
    );
    repo
}

pub(crate) fn check(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["check"].iter().chain(args))
}

/// Returns `rule path:line:column` of each finding.
pub(crate) fn found(output: &Output) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = parsed(output)["findings"].as_array().unwrap().clone();
    let line = |one: &Value| {
        format!(
            "{} {}:{}:{}",
            text(&one["rule"]),
            text(&one["path"]),
            one["line"],
            one["column"]
        )
    };
    findings.iter().map(line).collect()
}

#[test]
fn since_leaves_out_what_was_there_when_the_branch_began() {
    let repo = failing();
    repo.commit("one error");
    repo.branch("work");
    let path = "procedures/PRC-002.md";
    assert_eq!(
        found(&check(&repo, &["--since", "main", "--format", "json"]).expect_code(0)),
        Vec::<String>::new()
    );
    // Lines above move the old findings down; they are still the old ones.
    repo.replace(
        path,
        "id = \"PRC-002\"\n",
        "id = \"PRC-002\"\ntitle = \"Full\"\n",
    );
    repo.replace(path, "# Füll\n", "# Füll\n[gone](gone.md)\n");
    let fresh = check(&repo, &["--since", "main", "--format", "json"]).expect_code(1);
    assert_eq!(found(&fresh), ["dead-link procedures/PRC-002.md:9:8"]);
    // A mistake that only the other branch makes does not count for this one.
    repo.commit("work")
        .switch("main")
        .write("procedures/PRC-003.md", "+++\nid = \"PRC-003\"\n+++\n")
        .commit("main");
    repo.switch("work");
    let same = check(&repo, &["--since", "main", "--format", "json"]).expect_code(1);
    assert_eq!(found(&same), found(&fresh));
    assert_eq!(
        found(&check(&repo, &["--since", "HEAD", "--format", "json"]).expect_code(0)),
        Vec::<String>::new()
    );
}

#[test]
fn fail_level_says_what_makes_the_answer_no() {
    let repo = failing();
    repo.replace("procedures/PRC-002.md", ", \"POL-009\"", "");
    for (level, code) in [("error", 0), ("warning", 1), ("info", 1)] {
        assert_eq!(check(&repo, &["--fail-level", level]).code, code, "{level}");
    }
    let clean = handbook();
    assert_eq!(check(&clean, &["--fail-level", "info"]).code, 0);
}

#[test]
fn findings_can_be_asked_by_id_path_and_pattern() {
    let repo = failing();
    repo.write(
        "policies/POL-004.md",
        policy("POL-003", "Wrong name", "[gone](gone.md)"),
    );
    let both = [
        "dead-link policies/POL-004.md:9:8",
        "broken-link procedures/PRC-002.md:5:26",
    ];
    let ask = |args: &[&str]| {
        let output = check(&repo, &[&["--format", "json"], args].concat());
        let mut rules = found(&output);
        rules.retain(|one| !one.starts_with("duplicate-anchor"));
        rules
    };
    assert_eq!(ask(&[]), both);
    assert_eq!(ask(&["POL-003"]), both[..1]);
    assert_eq!(ask(&["POL-003", "procedures/PRC-002.md"]), both);
    assert_eq!(ask(&["--", "procedures"]), both[1..]);
    assert_eq!(ask(&["--", "**/POL-*"]), both[..1]);
    assert_eq!(ask(&["--", "nothing/here"]), Vec::<String>::new());
    repo.write("list", "policies/POL-004.md\0README.md\0");
    assert_eq!(ask(&["--files0-from", "list"]), both[..1]);
    repo.write("list", "");
    assert_eq!(
        ask(&["--files0-from", "list"]),
        Vec::<String>::new(),
        "no file is no file, not every file"
    );
}

#[test]
fn standard_input_takes_the_place_of_a_file() {
    let repo = handbook();
    let run = |path: &str, text: &str| {
        let args = ["check", "--format", "json", "--stdin-filename", path, "-"];
        govkit().prepare(&repo).args(args).stdin(text).run()
    };
    let better = policy(
        "POL-001",
        "Access",
        "See [the leave policy](POL-002-leave.md).",
    );
    assert_eq!(run("policies/POL-001-access.md", &better).code, 0);
    let worse = better.replace("POL-002-leave", "POL-002");
    let output = run("policies/POL-001-access.md", &worse).expect_code(1);
    assert_eq!(
        found(&output),
        ["dead-link policies/POL-001-access.md:9:24"]
    );
    let twin = run("policies/new.md", &policy("POL-002", "Twin", "x")).expect_code(1);
    assert_eq!(found(&twin), ["duplicate-id policies/new.md:2:6"]);
    assert_eq!(run("elsewhere/new.md", "x").code, 2, "no kind claims it");
    assert_eq!(run("../new.md", "x").code, 2);
    let without = govkit()
        .prepare(&repo)
        .args(["check", "-"])
        .stdin("x")
        .run();
    assert!(without.errors().contains("--stdin-filename"), "{without}");
}

#[test]
fn the_configuration_sets_the_severity_of_a_rule() {
    let repo = failing();
    let config = repo.read("govkit.toml");
    let with = |level: &str| {
        repo.write(
            "govkit.toml",
            format!("[severity]\nbroken-link = \"{level}\"\n{config}"),
        );
        let output = check(&repo, &["--format", "json"]);
        let rules = govkit().run(&repo, ["rules", "--format", "json"]);
        let shown = parsed(&rules)["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["rule"] == "broken-link")
            .unwrap()["severity"]
            .clone();
        let severity = parsed(&output)["findings"][0]["severity"].clone();
        (output.code, found(&output).len(), severity, shown)
    };
    assert_eq!(with("warning"), (0, 2, json!("warning"), json!("warning")));
    assert_eq!(with("info"), (0, 2, json!("info"), json!("info")));
    assert_eq!(
        with("off"),
        (0, 1, json!("warning"), json!("off")),
        "only the anchor is left"
    );
    assert_eq!(with("error"), (1, 2, json!("error"), json!("error")));
}

#[test]
fn every_rule_that_is_listed_is_explained() {
    let repo = handbook();
    let rules = govkit().run(&repo, ["rules", "--format", "json"]);
    let rules = parsed(&rules)["items"].as_array().unwrap().clone();
    assert!(rules.len() > 40, "{}", rules.len());
    for rule in &rules {
        let id = rule["rule"].as_str().unwrap();
        let page = govkit().run(&repo, ["explain", id]).ok();
        assert!(
            page.starts_with("# ") && page.lines().count() > 3,
            "{id}: {page}"
        );
        assert!(page.contains(id), "{id}: {page}");
        assert!(!rule["summary"].as_str().unwrap().is_empty(), "{id}");
    }
    let built_in = govkit().run(&repo, ["rules", "--sort", "check", "-q"]).ok();
    for id in [
        "duplicate-id",
        "id-path-mismatch",
        "unknown-field",
        "field-type",
        "missing-field",
        "unknown-status",
        "broken-link",
        "link-kind",
        "link-cardinality",
        "link-cycle",
        "missing-section",
        "duplicate-anchor",
        "dead-link",
        "review-overdue",
        "exception-expired",
        "step-who",
        "activity-accountable",
        "unresolved-parameter",
        "undefined-term",
        "invisible-characters",
        "not-utf8",
        "front-matter",
    ] {
        assert!(
            built_in.lines().any(|line| line == id),
            "{id} is not listed"
        );
    }
}

#[test]
fn every_schema_describes_what_is_printed() {
    let repo = failing();
    let released = govkit().run(&repo, ["--at", "HEAD", "release", "2026.1"]);
    assert_eq!(released.code, 0, "{released}");
    let names = govkit().run(&repo, ["schema"]).ok();
    assert!(
        names.starts_with("config\npolicy\nprocedure\noutput."),
        "{names}"
    );
    for name in names.lines() {
        let schema = parsed(&govkit().run(&repo, ["schema", name]));
        assert!(
            schema["$schema"]
                .as_str()
                .unwrap()
                .contains("json-schema.org"),
            "{name}"
        );
        let Some(verb) = name.strip_prefix("output.") else {
            continue;
        };
        let subject = matches!(verb, "show" | "refs" | "log" | "blame").then_some("PRC-001");
        let subject = match verb {
            "search" => Some("access"),
            "hook" => Some("status"),
            "verify" => Some("2026.1"),
            _ => subject,
        };
        let args = ["--format", "json", verb].into_iter().chain(subject);
        let report = parsed(&govkit().run(&repo, args));
        for key in schema["required"].as_array().unwrap() {
            assert!(
                report.get(key.as_str().unwrap()).is_some(),
                "{verb} prints no {key}"
            );
        }
        let described = schema["properties"].as_object().unwrap();
        for key in report.as_object().unwrap().keys() {
            assert!(
                described.contains_key(key),
                "the schema of {verb} does not know `{key}`"
            );
        }
    }
}

#[test]
fn a_rule_nobody_knows_is_answered_with_the_nearest() {
    let repo = Repo::without_git();
    for (typed, meant) in [("dead-lnk", "dead-link"), ("OBL-WEAKEND", "OBL-WEAKENED")] {
        let answer = govkit().run(&repo, ["explain", typed]).expect_code(2);
        let offer = format!("hint: did you mean `{meant}`? `govkit rules` lists them");
        assert!(answer.errors().contains(&offer), "{answer}");
    }
}
