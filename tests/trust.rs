//! What an organisation says about findings: severities by rule, kind and status, and single findings
//! accepted; and that a branch cannot say so about itself.

use govkit_testkit::Repo;
use serde_json::{Value, json};

use crate::govkit;
use crate::review::{CONTROL, POLICY, base, of, review, states, story, texts};
use crate::store::json as parsed;

const ACCEPTED: &str = ".govkit/accepted.toml";

/// Appends to the configuration on `main`, and comes back to the branch with it.
fn configure(repo: &Repo, more: &str) {
    let text = format!("{}\n{more}", repo.read("govkit.toml"));
    repo.write("govkit.toml", text).commit("Configuration");
}

fn softer(repo: &Repo) -> &Repo {
    repo.branch("softer")
        .replace(POLICY, "owner MUST inform", "owner SHOULD inform")
        .commit("Softer")
}

fn severity(answer: &Value) -> Value {
    of(answer, "OBL-WEAKENED")
        .first()
        .map_or(Value::Null, |one| one["severity"].clone())
}

fn diff(repo: &Repo, args: &[&str]) -> Value {
    parsed(
        &govkit().run(
            repo,
            ["diff", "--format", "json", "main...HEAD"]
                .iter()
                .chain(args),
        ),
    )
}

#[test]
fn a_severity_is_overridden_by_rule_kind_and_status() {
    for (table, expected) in [
        ("", json!("substantive")),
        ("[severity]\nOBL-WEAKENED = 'breaking'\n", json!("breaking")),
        (
            "[severity]\nOBL-WEAKENED = 'breaking'\n[severity.policy]\nOBL-WEAKENED = 'minor'\n",
            json!("minor"),
        ),
        (
            "[severity.process]\nOBL-WEAKENED = 'minor'\n",
            json!("substantive"),
        ),
        (
            "[severity.status.effective]\ncap = 'minor'\n",
            json!("minor"),
        ),
        (
            "[severity.status.draft]\ncap = 'minor'\n",
            json!("substantive"),
        ),
        ("[severity.policy]\nOBL-WEAKENED = 'off'\n", Value::Null),
    ] {
        let repo = base();
        configure(&repo, table);
        softer(&repo);
        assert_eq!(
            severity(&parsed(&review(&repo, &["main"]))),
            expected,
            "review: {table}"
        );
        assert_eq!(severity(&diff(&repo, &[])), expected, "diff: {table}");
        assert_eq!(
            severity(&diff(&repo, &["--impact"])),
            expected,
            "diff --impact: {table}"
        );
    }
}

#[test]
fn becoming_a_draft_hides_nothing_behind_the_cap_of_drafts() {
    let repo = base();
    configure(&repo, "[severity.status.review]\ncap = 'minor'\n");
    repo.branch("hidden")
        .replace(POLICY, "\"effective\"", "\"review\"")
        .replace(POLICY, "owner MUST inform", "owner SHOULD inform")
        .commit("Only a draft");
    assert_eq!(severity(&parsed(&review(&repo, &["main"]))), "substantive");
}

#[test]
fn a_severity_nobody_can_mean_is_an_error_with_its_place() {
    for (table, says) in [
        (
            "[severity]\nOBL-WEAKEND = 'breaking'\n",
            "no rule is called `OBL-WEAKEND`",
        ),
        (
            "[severity]\nOBL-WEAKENED = 'error'\n",
            "has to be one of off, editorial",
        ),
        (
            "[severity]\nbroken-link = 'breaking'\n",
            "has to be one of off, info",
        ),
        (
            "[severity.polcy]\nOBL-WEAKENED = 'minor'\n",
            "neither a rule nor a kind",
        ),
        (
            "[severity.policy]\ncap = 'off'\n",
            "has to be one of editorial",
        ),
        ("[severity]\nOBL-WEAKENED = 'terrible'\n", "terrible"),
    ] {
        let repo = base();
        let lines = repo.read("govkit.toml").lines().count();
        configure(&repo, table);
        let output = govkit().run(&repo, ["list"]).expect_code(2);
        let error = output.errors();
        assert!(error.contains(says), "{table}: {error}");
        let at = table.lines().count() + lines;
        let places = [at, at + 1].map(|line| format!("govkit.toml:{line}:"));
        assert!(
            places.iter().any(|place| error.contains(place)),
            "{places:?}: {error}"
        );
    }
}

#[test]
fn a_rule_of_check_has_another_severity_in_one_kind() {
    let repo = base();
    repo.replace(CONTROL, "\"POL-014\"", "\"POL-015\"");
    let levels = |repo: &Repo| {
        let output = govkit().run(repo, ["check", "--format", "json"]);
        texts(&parsed(&output)["findings"], "severity")
    };
    assert_eq!(levels(&repo), ["error"]);
    configure(&repo, "[severity.control]\nbroken-link = 'info'\n");
    assert_eq!(levels(&repo), ["info"]);
    let text = repo.read("govkit.toml").replace("'info'", "'off'");
    repo.write("govkit.toml", text);
    assert_eq!(levels(&repo), Vec::<String>::new());
    let text = format!(
        "{}\n[severity]\nbroken-link = 'off'\n",
        repo.read("govkit.toml").replace("'off'", "'warning'")
    );
    repo.write("govkit.toml", text);
    assert_eq!(levels(&repo), ["warning"], "off everywhere but here");
}

fn acceptance(fingerprint: &str, until: &str) -> String {
    format!(
        "[[accept]]\nfingerprint = \"{fingerprint}\"\nreason = \"agreed with the board\"\nby = \"Ada Example\"\nuntil = {until}\n"
    )
}

/// The fingerprint of the weakened duty; the same whatever is accepted.
fn weakened(repo: &Repo) -> String {
    of(&diff(repo, &[]), "OBL-WEAKENED")[0]["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A branch with one weakened duty; `main` accepts it until a day.
fn accepted_until(until: &str) -> (Repo, String) {
    let repo = base();
    softer(&repo);
    let print = weakened(&repo);
    repo.switch("main")
        .write(ACCEPTED, acceptance(&print, until))
        .commit("Accepted");
    repo.switch("softer");
    drop(repo.git(["rebase", "--quiet", "main"]));
    (repo, print)
}

#[test]
fn an_accepted_finding_is_shown_and_fails_no_gate() {
    let (repo, print) = accepted_until("2026-11-23");
    let output = review(&repo, &["main", "--fail-change", "substantive"]);
    assert_eq!(output.code, 0, "the last day is included: {output}");
    let answer = parsed(&output);
    let accepted = &of(&answer, "OBL-WEAKENED")[0]["accepted"];
    assert_eq!(accepted["by"], "Ada Example");
    assert_eq!(answer["summary"]["accepted"], 1);
    assert_eq!(answer["summary"]["severity"], "none");
    assert_eq!(answer["approvals"], json!([]), "nobody is left to ask");
    assert_eq!(answer["acceptances"][0]["state"], "used");
    let human = govkit().run(&repo, ["review", "main"]).text();
    assert!(
        human.contains("ACCEPTED") && human.contains("agreed with the board"),
        "{human}"
    );
    let diff = diff(&repo, &["--fail-change", "substantive"]);
    assert_eq!(diff["gate"]["result"], "pass");
    assert_eq!(of(&diff, "OBL-WEAKENED")[0]["fingerprint"], print.as_str());
}

#[test]
fn an_acceptance_that_ended_covers_nothing_and_is_reported() {
    let (repo, _) = accepted_until("2026-11-22");
    let output = review(&repo, &["main", "--fail-change", "substantive"]);
    assert_eq!(output.code, 1);
    let answer = parsed(&output);
    assert_eq!(of(&answer, "OBL-WEAKENED")[0]["accepted"], Value::Null);
    assert_eq!(answer["acceptances"][0]["state"], "expired");
    let actions = texts(&answer["actions"], "text").join("\n");
    assert!(
        actions.contains("the acceptance by Ada Example ended on 2026-11-22"),
        "{actions}"
    );
    let human = govkit().run(&repo, ["diff", "main...HEAD"]).text();
    assert!(human.contains("ENDED on 2026-11-22"), "{human}");
}

#[test]
fn an_acceptance_without_reason_person_or_end_stops_everything() {
    let repo = base();
    softer(&repo);
    let print = weakened(&repo);
    for missing in ["reason", "by", "until"] {
        let text = acceptance(&print, "2027-01-01");
        let left: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with(missing))
            .collect();
        repo.write(ACCEPTED, left.join("\n"));
        let output = govkit().run(&repo, ["diff", "main"]).expect_code(2);
        let error = output.errors();
        assert!(
            error.contains(&format!(
                "{ACCEPTED}:1:1: this acceptance has no `{missing}`"
            )),
            "{error}"
        );
    }
}

#[test]
fn an_accepted_drift_is_no_conflict() {
    let repo = story();
    let answer = parsed(&review(&repo, &["main"]));
    let print = of(&answer, "PARAM-DRIFT")[0]["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.switch("main")
        .write(ACCEPTED, acceptance(&print, "2027-01-01"))
        .commit("Accepted");
    repo.switch("policy/incident-reporting");
    let answer = parsed(&review(&repo, &["main"]));
    assert!(
        states(&answer).contains(&"CTL-009 consistent".to_owned()),
        "{:?}",
        states(&answer)
    );
}

#[test]
fn a_branch_cannot_excuse_itself() {
    let repo = base();
    softer(&repo);
    let print = weakened(&repo);
    repo.write(ACCEPTED, acceptance(&print, "2027-01-01"));
    configure(
        &repo,
        "[severity]\nOBL-WEAKENED = 'off'\nTRUST-CHANGED = 'off'\nbroken-link = 'off'\n",
    );
    repo.replace(CONTROL, "\"POL-014\"", "\"POL-015\"")
        .commit("Excuses");
    let output = review(&repo, &["main", "--fail-change", "substantive"]);
    assert_eq!(output.code, 1, "{output}");
    let answer = parsed(&output);
    assert_eq!(severity(&answer), "substantive");
    assert_eq!(of(&answer, "OBL-WEAKENED")[0]["accepted"], Value::Null);
    assert_eq!(texts(&answer["checks"], "rule"), ["broken-link"]);
    let trust = of(&answer, "TRUST-CHANGED");
    let changed: Vec<(&Value, &Value)> = trust
        .iter()
        .map(|one| (&one["artifact"]["path"], &one["at"]["field"]))
        .collect();
    assert_eq!(
        changed,
        [
            (&json!(ACCEPTED), &json!(format!("accept.{print}"))),
            (&json!("govkit.toml"), &json!("severity.OBL-WEAKENED")),
            (&json!("govkit.toml"), &json!("severity.TRUST-CHANGED")),
            (&json!("govkit.toml"), &json!("severity.broken-link")),
        ]
    );
    let actions = texts(&answer["actions"], "text").join("\n");
    assert!(actions.contains("`govkit.toml` changes"), "{actions}");
    // Once it is merged, it counts.
    drop(repo.git(["branch", "--force", "main", "HEAD"]));
    repo.branch("next")
        .replace(POLICY, "owner SHOULD inform", "owner MAY inform")
        .commit("Softer still");
    assert_eq!(severity(&parsed(&review(&repo, &["main"]))), Value::Null);
}

#[test]
fn a_record_of_a_re_review_is_never_changed() {
    let repo = base();
    let record = govkit()
        .run(
            &repo,
            [
                "attest",
                "reviewed",
                "PRC-077",
                "--against",
                "POL-014#escalation",
            ],
        )
        .ok();
    repo.commit("Read");
    repo.branch("forged")
        .replace(record.trim(), "Ada Example", "Eve")
        .commit("Forged");
    let answer = parsed(&review(&repo, &["main"]));
    let trust = of(&answer, "TRUST-CHANGED");
    assert_eq!(trust.len(), 1);
    assert!(
        trust[0]["message"]
            .as_str()
            .unwrap()
            .contains("only ever added"),
        "{trust:?}"
    );
}

#[test]
fn a_clone_too_shallow_to_know_is_incomplete_and_says_the_way_out() {
    let repo = story();
    repo.write("notes.txt", "one\n").commit("More");
    repo.switch("main")
        .write("README.md", "no artifact\n")
        .commit("Elsewhere");
    repo.switch("policy/incident-reporting");
    let clone = Repo::without_git();
    let url = format!("file://{}", repo.path().display());
    drop(clone.git([
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        "clone",
    ]));
    let clone = Repo::at(&clone.path().join("clone"));
    let output = review(&clone, &["origin/main"]);
    assert_eq!(output.code, 3, "{output}");
    assert!(
        output.errors().contains("git fetch --unshallow"),
        "{output}"
    );
    assert_eq!(output.stdout, b"");
    drop(clone.git(["fetch", "--quiet", "--unshallow"]));
    assert_eq!(review(&clone, &["origin/main"]).code, 1);
    assert_eq!(
        parsed(&review(&clone, &[]))["compare"]["base_name"],
        "origin/main"
    );
}

#[test]
fn two_histories_without_a_common_commit_are_no_branch() {
    let repo = base();
    drop(repo.git(["switch", "--quiet", "--orphan", "other"]));
    repo.write("govkit.toml", "[kinds.a]\npaths = 'a/*.md'\n")
        .commit("Other");
    let output = review(&repo, &["main"]).expect_code(2);
    assert!(
        output.errors().contains("have no common commit"),
        "{output}"
    );
}
