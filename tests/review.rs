//! `review`: a branch held against its base, on real repositories; and what goes with it: overrides
//! of severity, accepted findings, impact, records of re-reviews.

use govkit_testkit::{Output, Repo};
use serde_json::{Value, json};

use crate::govkit;
use crate::store::json as parsed;

const CONFIG: &str = r#"
[repository]
default_branch = "main"

[defaults]
open = true

[defaults.links]
owner = { field = "owner", impact = false }
cites = { inverse = "cited_by" }

[kinds.policy]
paths = ["policies/*.md"]
[kinds.policy.status]
values = ["draft", "review", "effective", "retired"]
in_force = ["effective"]
[kinds.policy.status.transitions]
draft = ["review"]
review = ["draft", "effective"]
effective = ["review", "retired"]

[kinds.process]
paths = ["processes/*.md"]
[kinds.process.links]
governed_by = { to = ["policy"], min = 1, inverse = "governs" }

[kinds.procedure]
paths = ["procedures/*.md"]
[kinds.procedure.links]
implements = { to = ["process"], inverse = "implemented_by" }
[kinds.procedure.steps]
who = ["role"]

[kinds.control]
paths = ["controls/*.md"]
[kinds.control.links]
verifies = { to = ["policy"], min = 1, inverse = "verified_by" }

[kinds.role]
paths = ["roles/*.md"]
[kinds.role.links]
owner = { min = 0 }

[[approvers]]
who = "GROUP-compliance"
kinds = ["policy"]
direction = "relaxes"
because = "any relaxed duty"
"#;

pub(crate) const POLICY: &str = "policies/POL-014.md";
const PROCESS: &str = "processes/PRO-031.md";
const PROCEDURE: &str = "procedures/PRC-102.md";
pub(crate) const CONTROL: &str = "controls/CTL-009.md";
const CALL: &str = "procedures/PRC-077.md";

const POLICY_TEXT: &str = r#"+++
id = "POL-014"
title = "Incident reporting"
status = "effective"
owner = "ROLE-ciso"

[params]
notify_deadline = "24 hours"
+++
# Incident reporting

## Notification {#notification}

The incident manager MUST notify the regulator within {{ notify_deadline }} of detection.

## Escalation {#escalation}

The service owner MUST inform the CISO of every major incident.

## Background

People forget who has to be told when a servce fails.
"#;

const PROCEDURE_TEXT: &str = r#"+++
id = "PRC-102"
title = "Notify the regulator"
owner = "ROLE-ciso"

[links]
implements = ["PRO-031"]

[[steps]]
id = "collect-facts"
do = "Collect what is known."
who = "ROLE-ops"

[[steps]]
id = "notify-regulator"
do = "Send the notice to the regulator."
who = "ROLE-ops"
within = "PT24H"
+++
# Notify the regulator
"#;

fn small(id: &str, title: &str, owner: &str, links: &str, body: &str) -> String {
    format!(
        "+++\nid = \"{id}\"\ntitle = \"{title}\"\nowner = \"{owner}\"\n\n[links]\n{links}\n+++\n# {title}\n\n{body}\n"
    )
}

/// The base of the story: a policy, a process under it, a procedure under that, a control that
/// states the deadline in its own words, and a procedure that relies on one section.
pub(crate) fn base() -> Repo {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG)
        .write(POLICY, POLICY_TEXT)
        .write(PROCEDURE, PROCEDURE_TEXT)
        .write(
            PROCESS,
            small(
                "PRO-031",
                "Incident handling",
                "ROLE-ops",
                "governed_by = [\"POL-014\"]",
                "What happens.",
            ),
        )
        .write(
            CONTROL,
            small(
                "CTL-009",
                "Notification evidence",
                "ROLE-audit",
                "verifies = [\"POL-014\"]",
                "## Test\n\nThe auditor checks that the regulator was notified within 24 h.",
            ),
        )
        .write(
            CALL,
            small(
                "PRC-077",
                "Major incident call",
                "ROLE-ops",
                "cites = [\"POL-014#escalation\"]",
                "Call everybody.",
            ),
        );
    for role in ["ciso", "ops", "audit", "head-of-risk"] {
        let text = format!("+++\nid = \"ROLE-{role}\"\ntitle = \"The {role}\"\n+++\n# Role\n");
        repo.write(&format!("roles/ROLE-{role}.md"), text);
    }
    repo.commit("The rules");
    repo
}

/// The story: a weaker duty, a longer deadline, another owner; the process loses its policy; the
/// procedure follows; control and call are left behind.
pub(crate) fn story() -> Repo {
    let repo = base();
    repo.branch("policy/incident-reporting")
        .replace(POLICY, "owner MUST inform", "owner SHOULD inform")
        .replace(POLICY, "\"24 hours\"", "\"72 hours\"")
        .replace(POLICY, "ROLE-ciso", "ROLE-head-of-risk")
        .replace(PROCESS, "[\"POL-014\"]", "[]")
        .replace(PROCEDURE, "PT24H", "PT72H")
        .commit("Incident reporting: longer deadline, softer escalation");
    repo
}

pub(crate) fn review(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["review", "--format", "json"].iter().chain(args))
}

pub(crate) fn texts(items: &Value, key: &str) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    items
        .map(|item| item[key].as_str().unwrap_or("-").to_owned())
        .collect()
}

/// Returns the findings of one rule.
pub(crate) fn of<'a>(answer: &'a Value, rule: &str) -> Vec<&'a Value> {
    let findings = answer["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["rule"] == rule).collect()
}

/// Returns `id state` of everything that is affected.
pub(crate) fn states(answer: &Value) -> Vec<String> {
    let impact = answer["impact"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut states: Vec<String> = impact
        .map(|one| format!("{} {}", text(&one["id"]), text(&one["state"])))
        .collect();
    states.sort();
    states
}

#[test]
fn the_story_is_told_whole() {
    let repo = story();
    let output = review(&repo, &["main", "--fail-change", "substantive"]);
    assert_eq!(output.code, 1, "{output}");
    let answer = parsed(&output);
    assert_eq!(answer["compare"]["mode"], "merge-base");
    assert_eq!(answer["compare"]["base"], repo.rev("main"));
    assert_eq!(answer["compare"]["head"], repo.rev("HEAD"));
    assert_eq!(answer["compare"]["head_name"], "policy/incident-reporting");
    assert_eq!(
        texts(&answer["artifacts"], "id"),
        ["POL-014", "PRC-102", "PRO-031"]
    );
    assert_eq!(
        of(&answer, "OBL-WEAKENED")[0]["at"]["section"],
        "escalation"
    );
    let drift = of(&answer, "PARAM-DRIFT");
    assert_eq!(drift.len(), 1, "{output}");
    assert_eq!(drift[0]["artifact"]["id"], "CTL-009");
    assert_eq!(
        (&drift[0]["old"], &drift[0]["new"]),
        (&json!("24 h"), &json!("72 hours"))
    );
    assert_eq!(drift[0]["at"]["new_line"], 13);
    let param = of(&answer, "META-PARAM")[0]["fingerprint"].clone();
    assert_eq!(drift[0]["caused_by"], param);
    let orphan = of(&answer, "LINK-ORPHAN");
    assert_eq!(orphan[0]["artifact"]["id"], "PRO-031");
    assert_eq!(
        states(&answer),
        [
            "CTL-009 conflict",
            "PRC-077 suspect",
            "PRC-102 consistent",
            "PRO-031 orphan"
        ]
    );
    let step = of(&answer, "STEP-TIME");
    assert_eq!(
        step[0]["caused_by"],
        Value::Null,
        "PRC-102 no longer rests on POL-014"
    );
    assert_eq!(answer["summary"]["artifacts"]["drifted"], 1);
    assert_eq!(answer["summary"]["artifacts"]["orphaned"], 1);
    assert_eq!(answer["gate"]["result"], "fail");
}

#[test]
fn owners_old_and_new_those_left_behind_and_the_configured_must_agree() {
    let repo = story();
    let answer = parsed(&review(&repo, &["main"]));
    assert_eq!(
        texts(&answer["approvals"], "who"),
        [
            "GROUP-compliance",
            "ROLE-audit",
            "ROLE-ciso",
            "ROLE-head-of-risk",
            "ROLE-ops"
        ]
    );
    let reasons = |at: usize| answer["approvals"][at]["reasons"].clone();
    assert_eq!(reasons(0), json!(["any relaxed duty"]));
    assert_eq!(reasons(1), json!(["owner of CTL-009, which conflicts"]));
    assert_eq!(
        reasons(2),
        json!(["outgoing owner of POL-014", "owner of PRC-102"])
    );
    assert_eq!(reasons(3), json!(["new owner of POL-014"]));
    assert_eq!(reasons(4), json!(["owner of PRO-031"]));
    let weakened = of(&answer, "OBL-WEAKENED")[0]["fingerprint"].clone();
    let because = answer["approvals"][2]["because"].as_array().unwrap();
    assert!(
        because.contains(&weakened),
        "who loses by the change is asked about it"
    );
}

#[test]
fn a_section_nobody_touched_makes_nobody_suspect() {
    let repo = base();
    repo.branch("deadline")
        .replace(POLICY, "\"24 hours\"", "\"72 hours\"")
        .commit("A longer deadline");
    let answer = parsed(&review(&repo, &["main"]));
    // PRC-077 relies on § Escalation, which says what it said.
    assert_eq!(
        states(&answer),
        ["CTL-009 conflict", "PRC-102 conflict", "PRO-031 suspect"],
        "the procedure, two links away, still says 24 hours"
    );
    repo.switch("main")
        .branch("typo")
        .replace(POLICY, "servce", "service")
        .commit("A typing error");
    let answer = parsed(&review(&repo, &["main"]));
    assert_eq!(states(&answer), Vec::<String>::new());
}

#[test]
fn suspicion_goes_as_deep_as_it_is_asked_to() {
    let repo = base();
    repo.branch("softer")
        .replace(POLICY, "owner MUST inform", "owner SHOULD inform")
        .commit("Softer");
    let at = |depth: &str| {
        let answer = parsed(&review(&repo, &["main", "--depth", depth]));
        let impact = answer["impact"].as_array().unwrap().clone();
        let told = |one: &Value| {
            format!(
                "{} {} {}",
                one["distance"],
                one["id"].as_str().unwrap(),
                one["via"].as_str().unwrap()
            )
        };
        impact.iter().map(told).collect::<Vec<_>>()
    };
    let near = [
        "1 CTL-009 verifies",
        "1 PRC-077 cites#escalation",
        "1 PRO-031 governed_by",
    ];
    assert_eq!(at("1"), near);
    assert_eq!(at("2")[..3], near);
    assert_eq!(at("2")[3..], ["2 PRC-102 implements"]);
    assert_eq!(at("0"), Vec::<String>::new());
}

#[test]
fn a_record_clears_exactly_what_it_names_until_that_changes_again() {
    let repo = base();
    repo.branch("softer")
        .replace(POLICY, "owner MUST inform", "owner SHOULD inform")
        .commit("Softer");
    let attest = |args: &[&str]| govkit().run(&repo, ["attest", "reviewed"].iter().chain(args));
    let record = attest(&["PRC-077", "--against", "POL-014#escalation"]).ok();
    let record = record.trim();
    assert!(
        record.starts_with(".govkit/reviews/2026-11-23-PRC-077-against-POL-014-"),
        "{record}"
    );
    assert!(
        repo.read(record)
            .contains("by = \"Ada Example\"\non = \"2026-11-23\"")
    );
    repo.commit("Read again");
    let answer = parsed(&review(&repo, &["main"]));
    assert_eq!(
        states(&answer),
        [
            "CTL-009 suspect",
            "PRC-077 consistent",
            "PRC-102 suspect",
            "PRO-031 suspect"
        ]
    );
    let call = &answer["impact"].as_array().unwrap()[1];
    assert_eq!(call["reviewed"]["by"], "Ada Example");
    // Once the process is read again, what stands behind it is settled, too.
    drop(attest(&["PRO-031", "--against", "POL-014", "--by", "Grace"]).ok());
    repo.commit("Read again, too");
    assert_eq!(
        states(&parsed(&review(&repo, &["main"]))),
        [
            "CTL-009 suspect",
            "PRC-077 consistent",
            "PRO-031 consistent"
        ]
    );
    repo.replace(POLICY, "owner SHOULD inform", "owner MAY inform")
        .commit("Softer still");
    assert_eq!(
        states(&parsed(&review(&repo, &["main"]))),
        [
            "CTL-009 suspect",
            "PRC-077 suspect",
            "PRC-102 suspect",
            "PRO-031 suspect"
        ]
    );
}

#[test]
fn a_record_says_nothing_of_what_is_not_linked() {
    let repo = base();
    let attest = |args: &[&str]| {
        govkit()
            .run(&repo, ["attest", "reviewed"].iter().chain(args))
            .expect_code(2)
            .errors()
    };
    assert!(
        attest(&["CTL-009", "--against", "PRO-031"]).contains("CTL-009 has no link to PRO-031")
    );
    assert!(attest(&["PRC-077", "--against", "POL-014#nowhere"]).contains("its sections are"));
    assert!(attest(&["PRC-999", "--against", "POL-014"]).contains("PRC-999"));
    assert!(!repo.path().join(".govkit").exists());
}

#[test]
fn what_is_gone_leaves_its_links_dangling() {
    let repo = base();
    repo.branch("gone").remove(POLICY).commit("No policy");
    let answer = parsed(&review(&repo, &["main"]));
    let gone = of(&answer, "ART-REMOVED")[0]["fingerprint"].clone();
    let dangling = of(&answer, "LINK-DANGLING");
    let ids: Vec<&Value> = dangling.iter().map(|one| &one["artifact"]["id"]).collect();
    assert_eq!(ids, ["CTL-009", "PRC-077", "PRO-031"]);
    assert!(
        dangling
            .iter()
            .all(|one| one["caused_by"] == gone && one["severity"] == "breaking")
    );
    assert_eq!(
        of(&answer, "LINK-ORPHAN").len(),
        2,
        "a control and a process need a policy"
    );
    assert_eq!(
        states(&answer),
        [
            "CTL-009 orphan",
            "PRC-077 conflict",
            "PRC-102 suspect",
            "PRO-031 orphan"
        ]
    );
    repo.switch("main")
        .branch("renamed")
        .replace(
            POLICY,
            "## Escalation {#escalation}",
            "## Escalation {#telling-the-ciso}",
        )
        .commit("Another anchor");
    let answer = parsed(&review(&repo, &["main"]));
    let dangling = of(&answer, "LINK-DANGLING");
    assert_eq!(dangling.len(), 1);
    assert_eq!(dangling[0]["artifact"]["id"], "PRC-077");
    assert_eq!(dangling[0]["old"], "POL-014#escalation");
}

#[test]
fn gates_and_exit_codes() {
    let repo = story();
    let code = |args: &[&str]| review(&repo, args).code;
    // The worst change is substantive; the process without a policy is an error of check.
    assert_eq!(code(&["main"]), 1, "--fail-level error");
    repo.replace(PROCESS, "[]", "[\"POL-014\"]")
        .commit("Restored");
    assert_eq!(code(&["main"]), 0);
    assert_eq!(code(&["main", "--fail-change", "substantive"]), 1);
    assert_eq!(code(&["main", "--fail-change", "never"]), 0);
    assert_eq!(code(&["nowhere"]), 2);
    assert_eq!(
        code(&["main", "--head", "main", "--fail-change", "editorial"]),
        0
    );
    let human = govkit().run(&repo, ["review", "main", "--fail-change", "substantive"]);
    assert_eq!(human.code, 1, "no format changes the code");
    let diff = |args: &[&str]| {
        govkit()
            .run(&repo, ["diff", "main...HEAD"].iter().chain(args))
            .code
    };
    assert_eq!(diff(&[]), 0);
    assert_eq!(diff(&["--fail-change", "substantive"]), 1);
    assert_eq!(diff(&["--fail-change", "breaking"]), 0);
    assert_eq!(diff(&["--impact", "--fail-change", "breaking"]), 0);
}

#[test]
fn the_default_base_is_the_main_branch() {
    let repo = story();
    let answer = parsed(&review(&repo, &[]));
    assert_eq!(answer["compare"]["base_name"], "main");
    assert_eq!(answer["compare"]["base"], repo.rev("main"));
    // What is not committed is under review, too.
    repo.replace(POLICY, "People forget", "Everybody forgets");
    let answer = parsed(&review(&repo, &[]));
    assert_eq!(answer["compare"]["head"], "worktree");
    let other = parsed(&review(&repo, &["--head", "policy/incident-reporting"]));
    assert_eq!(other["compare"]["head"], repo.rev("HEAD"));
    let count = |answer: &Value| answer["findings"].as_array().unwrap().len();
    assert_eq!(count(&answer), count(&other) + 1);
}

#[test]
fn a_base_that_moved_under_the_same_artifacts_is_told() {
    let repo = story();
    repo.switch("main")
        .write("README.md", "no artifact\n")
        .commit("Elsewhere");
    repo.switch("policy/incident-reporting");
    let upstream = |repo: &Repo| parsed(&review(repo, &["main"]))["compare"]["upstream"].clone();
    let there = upstream(&repo);
    assert_eq!(there["commits_since_base"], 1);
    assert_eq!(there["touches_same_artifacts"], false);
    repo.switch("main")
        .replace(POLICY, "of detection", "of its detection")
        .replace("roles/ROLE-ciso.md", "# Role", "# The role")
        .commit("Here");
    repo.switch("policy/incident-reporting");
    let there = upstream(&repo);
    assert_eq!(there["commits_since_base"], 2);
    assert_eq!(there["touches_same_artifacts"], true);
    assert_eq!(
        there["artifacts"],
        json!([{"id": "POL-014", "relation": "same"}])
    );
    let human = govkit().run(&repo, ["review", "main"]).text();
    assert!(
        human.contains("main has 2 commits since the branch left it"),
        "{human}"
    );
    assert!(human.contains("git merge main"), "{human}");
    // A procedure alone: the policy it relies on is its parent.
    repo.switch("main")
        .branch("call")
        .git(["reset", "--hard", "--quiet", "HEAD~1"]);
    repo.replace(CALL, "Call everybody.", "Everybody MUST be called.")
        .commit("Call");
    assert_eq!(
        upstream(&repo)["artifacts"],
        json!([{"id": "POL-014", "relation": "parent"}])
    );
}

#[test]
fn a_second_look_shows_what_is_new_and_what_is_gone() {
    let repo = story();
    repo.tag("looked");
    repo.replace(POLICY, "owner SHOULD inform", "owner MUST inform")
        .replace(CONTROL, "24 h.", "72 h.")
        .replace(POLICY, "\"ROLE-head-of-risk\"", "\"ROLE-ops\"")
        .commit("Better");
    let answer = parsed(&review(&repo, &["main", "--since", "looked"]));
    let since = &answer["since"];
    assert_eq!(since["commit"], repo.rev("looked"));
    let mut gone = texts(&since["gone"], "rule");
    gone.sort();
    assert_eq!(gone, ["META-OWNER", "OBL-WEAKENED", "PARAM-DRIFT"]);
    let all = answer["findings"].as_array().unwrap().len();
    let count = |key: &str| since[key].as_array().unwrap().len();
    assert_eq!(
        count("new") + count("same"),
        all,
        "each finding of now is one or the other"
    );
    let owner = of(&answer, "META-OWNER")[0]["fingerprint"].clone();
    assert!(since["new"].as_array().unwrap().contains(&owner));
    let human = govkit()
        .run(&repo, ["review", "main", "--since", "looked"])
        .text();
    assert!(
        human.contains("SINCE looked") && human.contains("gone: OBL-WEAKENED"),
        "{human}"
    );
    // The same commits, rebased on a base that moved, are no news.
    repo.switch("main")
        .write("README.md", "no artifact\n")
        .commit("Elsewhere");
    repo.switch("policy/incident-reporting")
        .tag("before-rebase");
    drop(repo.git(["rebase", "--quiet", "main"]));
    let answer = parsed(&review(&repo, &["main", "--since", "before-rebase"]));
    assert_eq!(
        (&answer["since"]["new"], &answer["since"]["gone"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn a_status_the_kind_does_not_allow_is_named_with_what_it_would() {
    let repo = base();
    repo.replace(POLICY, "\"effective\"", "\"draft\"")
        .commit("A draft");
    repo.branch("jump")
        .replace(POLICY, "\"draft\"", "\"effective\"")
        .commit("In force");
    let output = review(&repo, &["main"]);
    let answer = parsed(&output);
    assert_eq!(
        answer["transitions"],
        json!([{"id": "POL-014", "from": "draft", "to": "effective", "allowed": false, "next": ["review"]}])
    );
    assert_eq!(output.code, 1, "{output}");
    let actions = texts(&answer["actions"], "text");
    assert!(
        actions[0].contains("draft to effective") && actions[0].contains("review may follow"),
        "{actions:?}"
    );
}

#[test]
fn only_findings_of_check_that_are_new_are_told() {
    let repo = base();
    repo.replace(CALL, "cites = ", "see = [\"POL-999\"]\ncites = ")
        .commit("Old sin");
    repo.branch("more")
        .replace(
            CONTROL,
            "verifies = [\"POL-014\"]",
            "verifies = [\"POL-015\"]",
        )
        .commit("New sin");
    let answer = parsed(&review(&repo, &["main"]));
    let checks = texts(&answer["checks"], "path");
    assert!(
        !checks.is_empty() && checks.iter().all(|path| path == CONTROL),
        "{checks:?}"
    );
    assert_eq!(texts(&answer["checks"], "rule"), ["broken-link"]);
}
