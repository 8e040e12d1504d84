use govkit_core::diff::{ChangeSet, ChangeSeverity, no_index};

use super::*;
use crate::ui::Style;

const OLD: &str = "+++\nid = \"POL-1\"\nstatus = \"draft\"\n+++\n# Calls\nTell the @owner within 24 hours of the <b>call</b>.\n\n- one\n";
const NEW: &str = "+++\nid = \"POL-1\"\nstatus = \"review\"\n+++\n# Calls\nTell the @owner within 72 hours of the <b>call</b>.\n\n\n- one\n- two\u{1b}[31m\n";

fn set() -> ChangeSet {
    no_index(
        Some(("old.md", OLD.as_bytes())),
        Some(("new.md", NEW.as_bytes())),
    )
}

fn text(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const PLAIN: Style = Style {
    colour: false,
    width: 88,
};

#[test]
fn a_terminal_shows_the_verdict_then_the_worst_first() {
    insta::assert_snapshot!(text(|out| human(&set(), out, PLAIN)), @r"
    old.md -> new.md

      SUBSTANTIVE   1 artifact changed
      tightens 0 · relaxes 1 · neutral 2

    POL-1 Calls                                                                      changed
      new.md
       !!  META-STATUS     status                      draft -> review
       !!  TIME-RELAXED    § Calls  line 6  within 24 hours -> within 72 hours       relaxes
           Tell the @owner within [-24 hours-]{+72 hours+} of the <b>call</b>.
        !  ITEM-ADDED      § Calls  line 10
           {+two\u{1b}[31m+}
    ");
}

#[test]
fn colour_is_no_text_and_untrusted_text_is_no_colour() {
    let coloured = text(|out| {
        human(
            &set(),
            out,
            Style {
                colour: true,
                width: 88,
            },
        )
    });
    assert!(coloured.contains('\u{1b}') && coloured.contains("two\\u{1b}[31m"));
    assert!(!text(|out| human(&set(), out, PLAIN)).contains('\u{1b}'));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let long = |word: &str| {
        format!(
            "# {}\n{}\n",
            "Heading ".repeat(20),
            format!("{word} and so on ").repeat(30)
        )
    };
    let (old, new) = (long("one"), long("two"));
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("b.md", new.as_bytes())),
    );
    for line in text(|out| human(&set, out, PLAIN)).lines() {
        assert!(line.chars().count() <= 88, "{line}");
    }
}

#[test]
fn a_pull_request_gets_a_table_and_folded_redlines() {
    let text = text(|out| markdown(&set(), out));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "### 🟠 Substantive change");
    assert_eq!(
        lines[2],
        "**1 artifact changed**; tightens 0 · relaxes 1 · neutral 2."
    );
    assert_eq!(
        lines[6],
        "| 🟠 substantive | \\`status\\` changed from \\`draft\\` to \\`review\\` | [POL-1](new.md) status \
         | draft | review | `META-STATUS` |"
    );
    assert!(lines.contains(&"<details><summary>Redline: POL-1 (2 passages)</summary>"));
    // Blanks around the marks stay, nobody is named, and raw HTML is text.
    assert!(lines.contains(
        &"> Tell the @\u{200b}owner within <del>24 hours</del><ins><b>72 hours</b></ins> of the \
          &lt;b&gt;call&lt;/b&gt;."
    ));
}

#[test]
fn more_than_seven_changes_are_folded() {
    let list = |marks: &str| {
        marks
            .chars()
            .map(|ch| format!("- {ch}\n"))
            .collect::<String>()
    };
    let (old, new) = (list("a"), list("abcdefghij"));
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("b.md", new.as_bytes())),
    );
    let text = text(|out| markdown(&set, out));
    assert!(
        text.contains("<details><summary>2 more changes</summary>"),
        "{text}"
    );
}

#[test]
fn scripts_get_one_finding_a_line() {
    let text = text(|out| tsv(&set(), '\n', out));
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split('\t').collect()).collect();
    let told = "`status` changed from `draft` to `review`";
    assert_eq!(
        rows[0],
        [
            "substantive",
            "META-STATUS",
            "POL-1",
            "new.md",
            "3",
            "status",
            "draft",
            "review",
            told
        ]
    );
    assert_eq!(
        rows[2][1..8],
        [
            "ITEM-ADDED",
            "POL-1",
            "new.md",
            "10",
            "§ Calls",
            "",
            "two\\u{1b}[31m"
        ]
    );
    assert_eq!(rows.len(), 3);
}

#[test]
fn programs_get_the_change_set_and_the_gate() {
    let set = set();
    let gate = gate(&set, Some(ChangeSeverity::Minor));
    let shown = text(|out| json(&set, Spreading::default(), &gate, out));
    let json: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(json["format"], "govkit.diff");
    assert_eq!(json["gate"]["fail_change"], "minor");
    assert_eq!(json["gate"]["fail_level"], serde_json::Value::Null);
    assert_eq!(json["gate"]["result"], "fail");
    assert_eq!(json["impact"], serde_json::Value::Null);
    assert_eq!(json["summary"]["artifacts"]["changed"], 1);
    assert_eq!(json["findings"][0]["rule"], "META-STATUS");
}

#[test]
fn letters_and_paths_are_gits() {
    let mut set = set();
    assert_eq!(text(|out| name_status(&set, false, out)), "M\tnew.md\n");
    set.artifacts[0].change = govkit_core::diff::Change::Renamed;
    set.artifacts[0].similarity = Some(71);
    set.artifacts[0].old_path = Some("old\t.md".to_owned());
    assert_eq!(
        text(|out| name_status(&set, false, out)),
        "R071\told\\t.md\tnew.md\n"
    );
    assert_eq!(
        text(|out| name_status(&set, true, out)),
        "R071\0old\t.md\0new.md\0"
    );
}

#[test]
fn sides_that_are_the_same_are_said_to_be() {
    let set = no_index(Some(("a", b"x")), Some(("b", b"x")));
    assert_eq!(
        text(|out| human(&set, out, PLAIN)),
        "a -> b\n\n  no artifact changed\n"
    );
    assert!(text(|out| markdown(&set, out)).contains("No change"));
    assert_eq!(text(|out| tsv(&set, '\n', out)), "");
}
