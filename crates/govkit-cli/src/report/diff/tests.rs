use govkit_core::diff::{ChangeSet, ChangeSeverity, no_index, side_by_side_bytes};
use govkit_core::review::Spread;

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

fn alone(set: ChangeSet) -> Spread {
    Spread {
        set,
        ..Spread::default()
    }
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
    let text = text(|out| markdown(&alone(set()), out));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "<!-- govkit:diff -->");
    assert_eq!(lines[1], "<!-- base=old.md head=new.md -->");
    assert_eq!(lines[3], "### 🟠 Substantive change");
    assert_eq!(
        lines[5],
        "**1 artifact changed**; tightens 0 · relaxes 1 · neutral 2."
    );
    assert_eq!(
        lines[9],
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
    let text = text(|out| markdown(&alone(set.clone()), out));
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
    assert!(text(|out| markdown(&alone(set.clone()), out)).contains("No change"));
    assert_eq!(text(|out| tsv(&set, '\n', out)), "");
}

#[test]
fn a_page_shows_findings_that_lead_to_their_rows() {
    let sides = [side_by_side_bytes(
        Some(OLD.as_bytes()),
        Some(NEW.as_bytes()),
    )];
    let page = text(|out| html(&alone(set()), &sides, out));
    assert!(page.contains("<h1>Substantive change</h1>"));
    // The status is the second field; the sentence stands behind two fields and a heading.
    assert!(
        page.contains("<a href=\"#r0-1\">status, line 3</a>"),
        "{page}"
    );
    assert!(page.contains("<a href=\"#r0-3\">§ Calls, line 6</a>"));
    assert!(page.contains("id=\"r0-3\""));
    assert!(page.contains("of the &lt;b&gt;call&lt;/b&gt;."));
    assert!(page.contains("two<span class=\"hid\">U+001B</span>[31m"));
}

#[test]
fn a_page_of_one_state_says_that_nothing_changed() {
    let set = no_index(Some(("a", b"x")), Some(("b", b"x")));
    let page = text(|out| html(&alone(set), &[], out));
    assert!(page.contains("<h1>No change</h1>") && !page.contains("<nav"));
}

#[test]
fn findings_of_files_that_did_not_change_stand_in_groups_of_their_own() {
    let mut set = set();
    let mut drift = set.findings[0].clone();
    drift.artifact.id = Some("CTL-9".to_owned());
    drift.artifact.path = "controls/CTL-9.md".to_owned();
    set.findings.insert(0, drift);
    let groups = groups::worst_first(&set.artifacts, &set.findings);
    let shown: Vec<_> = groups
        .iter()
        .map(|group| (group.name(), group.happened(), group.findings.len()))
        .collect();
    assert_eq!(
        shown,
        [
            ("POL-1 Calls".to_owned(), "changed".to_owned(), 3),
            ("CTL-9".to_owned(), "not changed".to_owned(), 1),
        ]
    );
}

#[test]
fn an_annotation_is_one_command() {
    let lines: Vec<String> = text(|out| github(&set(), out))
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        lines[0],
        "::warning file=new.md,line=3,col=1,title=META-STATUS POL-1::`status` changed from `draft` to `review`"
    );
    assert_eq!(lines.len(), 4, "three changes and the verdict");
    assert_eq!(
        lines[3],
        "substantive: 1 artifact changed; tightens 0 · relaxes 1 · neutral 2"
    );
}
