//! Edits as they happen to policies and procedures, each with what a reviewer has to be told.
//!
//! The answers were worked out by hand from the two texts: the rule, how much it matters, whom it
//! presses on. They go through a configuration, unlike the sentences in `meaning/tests.rs`.

use super::*;

/// What is told of one artifact: `RULE severity direction`, sorted.
fn told(path: &str, old: &str, new: &str) -> Vec<String> {
    let set = compared(&[(path, old, new)]);
    let mut told: Vec<String> = set
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding.rule,
                finding.severity.name(),
                finding.direction.name()
            )
        })
        .collect();
    told.sort();
    told
}

/// A policy before and after a change of its fields.
fn fields(old: &str, new: &str) -> Vec<String> {
    let body = "# Access\n\nReviews happen within {{ wait }}. The owner MUST close tickets within {{ wait }}.\n";
    told("policies/a.md", &policy(old, body), &policy(new, body))
}

/// A procedure before and after a change of its steps.
fn steps(old: &[(&str, &str, &str, &str)], new: &[(&str, &str, &str, &str)]) -> Vec<String> {
    let text = |steps: &[(&str, &str, &str, &str)]| {
        let written: String = steps
            .iter()
            .map(|(id, action, who, within)| {
                format!("[[steps]]\nid = \"{id}\"\ndo = \"{action}\"\nwho = \"{who}\"\nwithin = \"{within}\"\n")
            })
            .collect();
        format!("+++\nid = \"PRC-1\"\n{written}+++\n")
    };
    told("procedures/a.md", &text(old), &text(new))
}

const CALL: (&str, &str, &str, &str) = ("call", "Call the owner.", "ROLE-desk", "1 hour");
const NOTE: (&str, &str, &str, &str) = ("note", "Note the time.", "ROLE-desk", "4 hours");
const SHUT: (&str, &str, &str, &str) = ("shut", "Close the ticket.", "ROLE-lead", "2 days");

#[test]
fn front_matter() {
    // 1 a lifecycle step the kind allows; 2 one it does not
    assert_eq!(
        fields("status = \"draft\"", "status = \"effective\""),
        ["META-STATUS substantive neutral"]
    );
    assert_eq!(
        fields("status = \"draft\"", "status = \"retired\""),
        ["META-STATUS breaking neutral"]
    );
    // 3 another owner
    assert_eq!(
        fields("owner = \"ROLE-a\"", "owner = \"ROLE-b\""),
        ["META-OWNER minor neutral"]
    );
    // 4 a review put off; 5 a review brought forward
    assert_eq!(
        fields("review_by = 2026-01-01", "review_by = 2026-06-01"),
        ["META-REVIEW minor relaxes"]
    );
    assert_eq!(
        fields("review_by = 2026-06-01", "review_by = 2026-01-01"),
        ["META-REVIEW minor tightens"]
    );
    // 6 the day it begins
    assert_eq!(
        fields("effective = 2026-01-01", "effective = 2026-02-01"),
        ["META-EFFECTIVE substantive neutral"]
    );
    // 7 who is bound
    assert_eq!(
        fields("scope = \"staff\"", "scope = \"all\""),
        ["META-CLASS substantive neutral"]
    );
    // 8 a key nobody knows
    assert_eq!(fields("x = 1", "x = 2"), ["META-OTHER minor neutral"]);
    // 9 quotes and the order of keys
    assert_eq!(
        fields("a = \"1\"\nb = 2", "b = 2\na = '1'"),
        ["TEXT-EDITORIAL editorial neutral"]
    );
}

#[test]
fn parameters() {
    let wait = |value: &str| format!("[params]\nwait = \"{value}\"");
    // 10 a shorter deadline in a duty; 11 a longer one; 12 no quantity at all
    assert_eq!(
        fields(&wait("8 hours"), &wait("4 hours")),
        ["META-PARAM breaking tightens"]
    );
    assert_eq!(
        fields(&wait("8 hours"), &wait("2 days")),
        ["META-PARAM substantive relaxes"]
    );
    assert_eq!(
        fields(&wait("the agreed time"), &wait("the usual time")),
        ["META-PARAM substantive neutral"]
    );
}

#[test]
fn steps_of_a_procedure() {
    let base = [CALL, NOTE, SHUT];
    // 13 a new step; 14 one that is gone; 15 one taken elsewhere
    assert_eq!(
        steps(&[CALL, SHUT], &base),
        ["STEP-ADDED substantive tightens"]
    );
    assert_eq!(
        steps(&base, &[CALL, SHUT]),
        ["STEP-REMOVED substantive relaxes"]
    );
    assert_eq!(
        steps(&base, &[NOTE, SHUT, CALL]),
        ["STEP-MOVED minor neutral"]
    );
    // 16 somebody else acts; 17 less time; 18 more time
    let by = |who| [("call", "Call the owner.", who, "1 hour"), NOTE, SHUT];
    assert_eq!(
        steps(&base, &by("ROLE-lead")),
        ["ACTOR-CHANGED substantive neutral"]
    );
    let within = |time| [("call", "Call the owner.", "ROLE-desk", time), NOTE, SHUT];
    assert_eq!(
        steps(&base, &within("30 minutes")),
        ["STEP-TIME substantive tightens"]
    );
    assert_eq!(
        steps(&base, &within("1 day")),
        ["STEP-TIME substantive relaxes"]
    );
    // 19 another act; 20 an exception inside an act
    let act = |action| [("call", action, "ROLE-desk", "1 hour"), NOTE, SHUT];
    assert_eq!(
        steps(&base, &act("Write to the owner.")),
        ["STEP-REWORDED minor neutral"]
    );
    assert_eq!(
        steps(&base, &act("Call the owner unless the ticket is a test.")),
        ["COND-ADDED substantive neutral"]
    );
}

#[test]
fn links() {
    let link = |ids: &str| format!("[links]\ngoverned_by = [{ids}]");
    // 21 one more; 22 another one; 23 the last one the kind asks for
    assert_eq!(
        fields(&link("\"POL-7\""), &link("\"POL-7\", \"POL-8\"")),
        ["LINK-ADDED minor neutral"]
    );
    assert_eq!(
        fields(&link("\"POL-7\""), &link("\"POL-8\"")),
        ["LINK-RETARGETED substantive neutral"]
    );
    assert_eq!(
        fields(&link("\"POL-7\""), &link("")),
        ["LINK-ORPHAN substantive neutral"]
    );
}

#[test]
fn waivers() {
    // 24 a waiver that runs longer; 25 one that ends earlier; 26 one whose end is dropped
    assert_eq!(
        fields("expires = 2026-03-01", "expires = 2026-09-01"),
        ["EXC-EXTENDED substantive relaxes"]
    );
    assert_eq!(
        fields("expires = 2026-09-01", "expires = 2026-03-01"),
        ["META-OTHER minor neutral"]
    );
    assert_eq!(
        fields("expires = 2026-03-01\nx = 1", "x = 1"),
        ["EXC-EXTENDED substantive relaxes"]
    );
}

#[test]
fn terms_of_the_glossary() {
    // 27 a definition is what every duty that uses the word rests on
    assert_eq!(
        told(
            "terms/asset.md",
            "# Asset\n\nAnything of value.\n",
            "# Asset\n\nAnything of value to us.\n"
        ),
        ["TERM-DEFINITION substantive neutral"]
    );
    // 28 its spelling is not
    assert_eq!(
        told(
            "terms/asset.md",
            "# Asset\n\nAnything that is wierd.\n",
            "# Asset\n\nAnything that is weird.\n"
        ),
        ["TEXT-EDITORIAL editorial neutral"]
    );
}
