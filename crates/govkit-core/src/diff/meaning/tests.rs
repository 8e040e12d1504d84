//! One sentence before and after, and what is told of it.

use crate::diff::no_index;

/// What is told of a change: `RULE severity direction`, in the order of the findings.
fn told(old: &str, new: &str) -> Vec<String> {
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("a.md", new.as_bytes())),
    );
    let told = set.findings.iter().map(|finding| {
        format!(
            "{} {} {}",
            finding.rule,
            finding.severity.name(),
            finding.direction.name()
        )
    });
    told.collect()
}

/// The values a finding of a rule gives.
fn values(old: &str, new: &str, rule: &str) -> (Option<String>, Option<String>) {
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("a.md", new.as_bytes())),
    );
    let finding = set.findings.iter().find(|finding| finding.rule == rule);
    let finding = finding.unwrap_or_else(|| panic!("no {rule} in {:?}", told(old, new)));
    let scalar = |value: &Option<crate::value::Value>| value.as_ref().and_then(|v| v.scalar());
    (scalar(&finding.old), scalar(&finding.new))
}

#[test]
fn a_duty_that_gets_weaker_or_stronger_is_named() {
    let base = "The manager MUST tell the regulator of every breach.";
    for (new, expected) in [
        (
            "The manager SHOULD tell the regulator of every breach.",
            "OBL-WEAKENED substantive relaxes",
        ),
        (
            "The manager is encouraged to tell the regulator of every breach.",
            "OBL-WEAKENED substantive relaxes",
        ),
        (
            "The manager tells the regulator of every breach.",
            "OBL-WEAKENED substantive relaxes",
        ),
        (
            "The manager need not tell the regulator of every breach.",
            "OBL-WEAKENED substantive relaxes",
        ),
        (
            "The manager MUST NOT tell the regulator of every breach.",
            "OBL-POLARITY breaking neutral",
        ),
        (
            "The manager shall tell the regulator of every breach.",
            "OBL-NOTATION minor neutral",
        ),
    ] {
        assert_eq!(told(base, new)[0], expected, "{new}");
    }
    assert_eq!(
        told(
            "Staff may use their own devices.",
            "Staff must not use their own devices."
        ),
        ["OBL-STRENGTHENED breaking tightens"]
    );
    assert_eq!(
        told(
            "Suppliers should sign the code.",
            "Suppliers must sign the code."
        ),
        ["OBL-STRENGTHENED breaking tightens"]
    );
}

#[test]
fn a_deadline_presses_by_its_bound() {
    let of = |old: &str, new: &str| told(old, new).join(", ");
    assert_eq!(
        of(
            "Tickets must be answered within 8 hours.",
            "Tickets must be answered within 4 hours."
        ),
        "TIME-TIGHTENED breaking tightens"
    );
    assert_eq!(
        of(
            "Tickets must be answered within 8 hours.",
            "Tickets must be answered within 2 days."
        ),
        "TIME-RELAXED substantive relaxes"
    );
    assert_eq!(
        of(
            "Logs must be kept for at least six months.",
            "Logs must be kept for at least one year."
        ),
        "TIME-TIGHTENED breaking tightens"
    );
    assert_eq!(
        of(
            "Records shall be retained for seven years.",
            "Records shall be retained for five years."
        ),
        "TIME-RELAXED substantive relaxes"
    );
    assert_eq!(
        of(
            "Access must be reviewed every 12 months.",
            "Access must be reviewed every 6 months."
        ),
        "TIME-TIGHTENED breaking tightens"
    );
    assert_eq!(
        of(
            "Tickets must be answered within 24 hours.",
            "Tickets must be answered within 1 day."
        ),
        "TIME-EQUIVALENT minor neutral"
    );
    assert_eq!(
        of(
            "Keys must be changed within 30 days.",
            "Keys must be changed within one month."
        ),
        "QTY-CHANGED substantive neutral"
    );
    assert_eq!(
        of(
            "It must be kept for three (3) months.",
            "It must be kept for 3 months."
        ),
        "TEXT-EDITORIAL editorial neutral"
    );
}

#[test]
fn a_limit_that_comes_or_goes_is_named() {
    assert_eq!(
        values(
            "Backups must be tested.",
            "Backups must be tested at least 4 times.",
            "QTY-ADDED"
        )
        .1,
        Some("at least 4".into())
    );
    assert_eq!(
        told(
            "Visitors must be logged within 5 minutes.",
            "Visitors must be logged."
        ),
        ["QTY-REMOVED substantive relaxes"]
    );
    assert_eq!(
        values(
            "A quorum is at least three members.",
            "A quorum is at least four members.",
            "QTY-CHANGED"
        ),
        (Some("at least three".into()), Some("at least four".into()))
    );
}

#[test]
fn conditions_and_exceptions_are_named() {
    assert_eq!(
        told(
            "Changes must be approved.",
            "Changes must be approved unless they are standard changes."
        ),
        ["COND-ADDED substantive neutral"]
    );
    assert_eq!(
        told(
            "If the data is personal, it must be encrypted.",
            "It must be encrypted."
        ),
        ["COND-REMOVED substantive neutral"]
    );
    assert_eq!(
        values(
            "If the system is critical, it must be patched.",
            "If the system is exposed, it must be patched.",
            "COND-CHANGED"
        ),
        (
            Some("If the system is critical".into()),
            Some("If the system is exposed".into())
        )
    );
    assert_eq!(
        told(
            "# A\n\nAll laptops must be locked.\n",
            "# A\n\nAll laptops must be locked. Kiosks are exempt from this rule.\n"
        ),
        ["COND-ADDED substantive neutral"]
    );
}

#[test]
fn one_of_several_conditions_that_vanished_is_named() {
    let old = "If a member is absent, does not vote, or does not write reports, the member shall be removed.";
    let new = "If a member is absent or does not vote, the member shall be removed.";
    assert_eq!(
        values(old, new, "COND-REMOVED").0,
        Some("does not write reports".into())
    );
}

#[test]
fn another_actor_is_named() {
    assert_eq!(
        values(
            "The service owner must sign it.",
            "The service manager must sign it.",
            "ACTOR-CHANGED"
        ),
        (Some("owner".into()), Some("manager".into()))
    );
    assert_eq!(
        values(
            "- Remove the account.",
            "- The service desk removes the account.",
            "ACTOR-CHANGED"
        ),
        (None, Some("The service desk".into()))
    );
}

#[test]
fn a_name_that_joins_those_who_act_is_named() {
    assert_eq!(
        values(
            "Staff must wear a badge.",
            "Staff and contractors must wear a badge.",
            "ACTOR-CHANGED"
        ),
        (Some("Staff".into()), Some("Staff and contractors".into()))
    );
    assert_eq!(
        told("It is approved by the CISO.", "It is approved by the CTO."),
        ["ACTOR-CHANGED substantive neutral"]
    );
    assert_eq!(
        values(
            "Changes must be approved by the owner.",
            "Changes must be approved by the owner and the auditor.",
            "ACTOR-CHANGED"
        ),
        (
            Some("the owner".into()),
            Some("the owner and the auditor".into())
        )
    );
    // Not every word in capitals is somebody.
    assert_eq!(
        told("Traffic must use TLS here.", "Traffic must use SSH here."),
        ["OBL-REWORDED substantive neutral"]
    );
}

#[test]
fn small_words_that_turn_a_sentence_are_told() {
    assert_eq!(
        told(
            "Keys and cards must be returned.",
            "Keys or cards must be returned."
        ),
        ["OBL-REWORDED substantive neutral"]
    );
    assert_eq!(
        told(
            "The list must show who is admitted.",
            "The list must show who is not admitted."
        ),
        ["OBL-POLARITY breaking neutral"]
    );
    assert_eq!(
        told(
            "The archive is open to guests.",
            "The archive is not open to guests."
        ),
        ["TEXT-CHANGED substantive neutral"]
    );
}

#[test]
fn references_lead_elsewhere_or_to_another_version() {
    assert_eq!(
        told(
            "Reports must follow Section 4.2.",
            "Reports must follow Section 4.3."
        ),
        ["REF-CHANGED minor neutral"]
    );
    assert_eq!(
        told(
            "Keys must meet ISO 27001:2013.",
            "Keys must meet ISO 27001:2022."
        ),
        ["REF-VERSION substantive neutral"]
    );
    assert_eq!(
        told(
            "It applies from 1 May 2026 on.",
            "It applies from 1 July 2026 on."
        ),
        ["DATE-CHANGED substantive neutral"]
    );
}

#[test]
fn a_duty_keeps_its_word_and_asks_for_something_else() {
    assert_eq!(
        told(
            "The team must encrypt laptops.",
            "The team must encrypt laptops and phones."
        ),
        ["OBL-REWORDED substantive neutral"]
    );
    assert_eq!(
        told(
            "The team encrypts laptops.",
            "The team encrypts laptops and phones."
        ),
        ["TEXT-CHANGED minor neutral"]
    );
    assert_eq!(
        told("The team must log it (OID 1).", "The team must log it."),
        ["TEXT-REMOVED minor neutral"]
    );
}

#[test]
fn a_limit_that_comes_with_a_condition_is_told_with_it() {
    assert_eq!(
        told(
            "We may close it.",
            "We may close it if it was idle for more than 90 days."
        ),
        ["COND-ADDED substantive neutral"]
    );
    assert_eq!(
        told(
            "In breach the terms, we may close it.",
            "In breach of the terms, we may close it."
        ),
        ["TEXT-CHANGED minor neutral"]
    );
}

#[test]
fn a_term_replaced_throughout_is_told_once() {
    let text = |term: &str| {
        format!(
            "# A\n\nThe {term} is public. Every {term} has a number. Nobody edits the {term} alone.\n"
        )
    };
    assert_eq!(
        told(&text("handbook"), &text("guide")),
        ["TERM-REPLACED minor neutral"]
    );
}

#[test]
fn sentences_that_come_and_go_carry_their_duties() {
    let base = "# A\n\nDoors are locked.\n";
    assert_eq!(
        told(base, "# A\n\nDoors are locked. Guests must wear a badge.\n"),
        ["OBL-ADDED breaking tightens"]
    );
    assert_eq!(
        told(
            base,
            "# A\n\nDoors are locked. Guests should wear a badge.\n"
        ),
        ["OBL-ADDED substantive tightens"]
    );
    assert_eq!(
        told("# A\n\nDoors are locked. Guests must wear a badge.\n", base),
        ["OBL-REMOVED substantive relaxes"]
    );
    assert_eq!(
        told(
            base,
            "# A\n\nDoors are locked.\n## Guests\n\nGuests must wear a badge.\n"
        ),
        ["SEC-ADDED minor neutral", "OBL-ADDED breaking tightens"]
    );
    assert_eq!(
        told(
            base,
            "# A\n\nDoors are locked. The house was built in stone.\n"
        ),
        ["TEXT-ADDED minor neutral"]
    );
}

#[test]
fn what_may_happen_and_what_words_mean_are_no_duties() {
    let base = "# A\n\nDoors are locked.\n";
    for sentence in [
        "This may include the name of a guest.",
        "We may need to change the locks.",
        "“Guest” shall mean whoever has no badge.",
        "The house will be painted.",
    ] {
        let new = format!("# A\n\nDoors are locked. {sentence}\n");
        assert_eq!(told(base, &new), ["TEXT-ADDED minor neutral"], "{sentence}");
    }
}

#[test]
fn a_list_lends_its_duty_to_its_items() {
    let list = |items: &str| format!("# A\n\nThe log must include:\n\n- the time\n{items}");
    assert_eq!(
        told(&list(""), &list("- the name\n")),
        ["ITEM-ADDED substantive tightens"]
    );
    assert_eq!(
        told(&list("- the name\n"), &list("")),
        ["ITEM-REMOVED substantive relaxes"]
    );
}

#[test]
fn a_passage_that_moved_and_was_edited_is_one_passage() {
    let sentence =
        "The operator must publish the report of every audit on the public web site of the company";
    let old = format!("# A\n\n{sentence}.\n\n## B\n\nOther words stand here.\n");
    let new = format!(
        "# A\n\nSomething new.\n\n## B\n\nOther words stand here.\n\n{sentence} in May 2026.\n"
    );
    let told = told(&old, &new);
    assert!(
        told.contains(&"TEXT-MOVED minor neutral".to_owned()),
        "{told:?}"
    );
    assert!(
        !told
            .iter()
            .any(|one| one.starts_with("OBL-ADDED") || one.starts_with("OBL-REMOVED")),
        "{told:?}"
    );
}

#[test]
fn a_list_item_that_moved_to_another_list_is_one_item() {
    let lists = |a: &str, b: &str| {
        format!("# A\n\n## Editors\n\n- Ann Lee\n{a}\n## Former\n\n- Bo Fox\n{b}")
    };
    let item = "- Cy Dale (cy)\n";
    assert_eq!(
        told(&lists(item, ""), &lists("", item)),
        ["ITEM-MOVED minor neutral"]
    );
}

#[test]
fn the_sentence_that_explains_the_words_of_duty_is_none() {
    let old = "The key words “MUST” and “MAY” are to be interpreted as described in RFC 2119.";
    let new =
        "The key words “MUST”, “SHOULD” and “MAY” are to be interpreted as described in RFC 2119.";
    assert_eq!(told(old, new), ["TEXT-CHANGED minor neutral"]);
}
