use govkit_core::diff::{
    ChangeFinding, ChangeSeverity, CompareMode, SideBySide, no_index, side_by_side_bytes,
};
use govkit_core::finding::Severity;
use govkit_core::review::{
    Acceptance, AcceptanceState, Action, Affected, Approval, ApprovalStatus, Check, Gate, Outcome,
    Review, ReviewCompare, Side, Since, State, Transition, Upstream,
};

use super::*;

/// Text that tries everything at once.
const HOSTILE: &str = "<script>alert(1)</script> @team #1 [x](javascript:alert(1)) | `y` \u{202e}\n/close\n::error::x</details>-->";

fn affected(id: &str, distance: usize, from: &str, state: State) -> Affected {
    Affected {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        kind: "process".to_owned(),
        path: format!("processes/{id}.md"),
        distance,
        from: from.to_owned(),
        via: "governed_by".to_owned(),
        side: Side::Both,
        changed: false,
        state,
        because: Vec::new(),
        reviewed: None,
        links: Vec::new(),
    }
}

fn sides() -> (Vec<ChangeFinding>, Review, Vec<SideBySide>) {
    let old = "# Calls\nTell the owner within 24 hours of the call.\n";
    let new = "# Calls\nTell the owner within 72 hours of the call.\n";
    let set = no_index(
        Some(("a.md", old.as_bytes())),
        Some(("a.md", new.as_bytes())),
    );
    let review = Review {
        artifacts: set.artifacts,
        findings: set.findings.clone(),
        ..Review::default()
    };
    let side = side_by_side_bytes(Some(old.as_bytes()), Some(new.as_bytes()));
    (set.findings, review, vec![side])
}

/// A review in which `word` stands wherever a repository can put text.
fn review(word: &str) -> (Review, Vec<SideBySide>) {
    let (findings, mut review, sides) = sides();
    let print = findings[0].fingerprint.clone();
    let text = || word.to_owned();
    review.compare = ReviewCompare {
        mode: CompareMode::MergeBase,
        base: "4f1c2a9b31".to_owned(),
        head: "worktree".to_owned(),
        base_name: text(),
        head_name: Some(text()),
        subject: Some(text()),
        upstream: Upstream {
            commits_since_base: 3,
            ..Upstream::default()
        },
    };
    review.summary.severity = Some(ChangeSeverity::Minor);
    review.summary.artifacts.changed = 1;
    review.summary.complete = true;
    review.impact = vec![
        affected("PRO-031", 1, "POL-014", State::Orphan),
        affected("PRC-102", 2, "PRO-031", State::Consistent),
        affected("CTL-009", 1, "POL-014", State::Conflict),
        affected(word, 3, "PRC-102", State::Suspect),
    ];
    review.impact[2].because = vec![print.clone()];
    review.approvals = vec![Approval {
        who: text(),
        title: Some(text()),
        reasons: vec![text()],
        because: vec![print.clone()],
        status: ApprovalStatus::Missing,
    }];
    review.checks = vec![Check {
        rule: "broken-link".to_owned(),
        severity: Severity::Error,
        message: text(),
        path: text(),
        line: 3,
        column: 2,
        artifact: Some(text()),
        help: Some(text()),
        plugin: None,
    }];
    review.transitions = vec![Transition {
        id: text(),
        from: Some(text()),
        to: Some(text()),
        allowed: false,
        next: vec![text()],
    }];
    review.acceptances = vec![Acceptance {
        fingerprint: text(),
        reason: text(),
        by: text(),
        until: text(),
        state: AcceptanceState::Unused,
    }];
    review.actions = vec![Action {
        text: text(),
        rule: Some(text()),
        artifact: None,
        command: Some(text()),
    }];
    review.since = Some(Since {
        revision: text(),
        commit: String::new(),
        base: String::new(),
        new: vec![print],
        same: Vec::new(),
        gone: Vec::new(),
    });
    review.gate = Gate {
        fail_change: "breaking".to_owned(),
        fail_level: Some("error".to_owned()),
        result: Outcome::Fail,
        because: Vec::new(),
    };
    (review, sides)
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_comment_reads_verdict_changes_actions_approvals_impact() {
    let (mut review, _) = review("word");
    review.compare.subject = Some("Incident reporting".to_owned());
    let text = written(|out| markdown(&review, out));
    let order = [
        "<!-- govkit:review -->\n<!-- base=4f1c2a9b31 head=worktree -->\n\n",
        "### 🔵 Minor change · Incident reporting\n",
        "**1 artifact changed**; tightens 0 · relaxes 0 · neutral 0; gate&#58; fails",
        "| | What changed |",
        "#### Before you approve\n- [ ] word `word`\n",
        "#### Approvals\n- [ ] **word (word)**&#58; word\n",
        "#### New findings of check\n- error: word (word&#58;3, `broken-link`)\n",
        "**Since word**: 1 new, 0 as before, 0 gone.",
        "<details><summary>Redline: a.md (1 passage)</summary>",
        "<details><summary>Impact: 4 artifacts, depth 3</summary>\n\n- POL-014\n  - [PRO-031 Title of PRO-031](processes/PRO-031.md) · **not changed · ORPHAN&#58; lost governed\\_by · governed\\_by**\n    - [PRC-102",
        "<sub>Compared word (4f1c2a9b31) → word (worktree). word has 3 commits since the branch left it; none touches these artifacts.</sub>",
    ];
    let text = text.replace("**word (word)**:", "**word (word)**&#58;");
    let mut from = 0;
    for part in order {
        let at = text[from..].find(part);
        assert!(at.is_some(), "{part}\nis not behind byte {from} of\n{text}");
        from += at.unwrap();
    }
}

#[test]
fn hostile_text_stays_text_in_a_comment() {
    let (review, _) = review(HOSTILE);
    let text = written(|out| markdown(&review, out));
    let (calm, _) = self::review("word");
    let calm = written(|out| markdown(&calm, out));
    // Code spans mention nobody and hold no markup; what is escaped is text.
    let outside = |line: &str| -> String {
        let line = line.replace("\\`", "").replace("\\]", "");
        line.split('`').step_by(2).collect()
    };
    let tags = |text: &str| -> usize {
        let lines = text.lines().map(outside);
        lines
            .map(|line| line.matches("<details>").count() + line.matches("</details>").count())
            .sum()
    };
    assert_eq!(tags(&text), tags(&calm), "{text}");
    assert_eq!(
        text.lines().count(),
        calm.lines().count(),
        "no line is added"
    );
    for line in text.lines() {
        let outside = outside(line);
        for bad in ["<script", "@team", "](java", "#1"] {
            assert!(!outside.contains(bad), "{bad} in {line}");
        }
        assert!(
            !line.starts_with('/') && !line.contains('\u{202e}'),
            "{line}"
        );
    }
}

#[test]
fn a_page_has_every_part_and_no_markup_of_strangers() {
    let (review, sides) = review(HOSTILE);
    let text = written(|out| html(&review, &sides, out));
    for id in [
        "changes",
        "redlines",
        "affected",
        "approvals",
        "actions",
        "checks",
        "accepted",
        "rules",
    ] {
        assert_eq!(
            text.matches(&format!("<h2 id=\"{id}\">")).count(),
            1,
            "{id}"
        );
        assert!(text.contains(&format!("href=\"#{id}\"")), "{id}");
    }
    assert!(
        !text.contains("<script") && !text.contains("</details>-->") && !text.contains('\u{202e}')
    );
    assert!(text.contains("gate: fails (--fail-change breaking, --fail-level error)"));
}

#[test]
fn annotations_cannot_be_broken_out_of() {
    let (review, _) = review(HOSTILE);
    let text = written(|out| github(&review, out));
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 2, "one change, one finding: {text}");
    assert!(
        commands[0].starts_with("::error file="),
        "the worst first: {text}"
    );
    assert!(
        commands[1].starts_with("::warning file=a.md,line=2,col=1,title=TIME-RELAXED a.md::"),
        "{text}"
    );
    assert!(!text.contains("\n/close"));
}

#[test]
fn a_log_has_changes_and_findings_and_knows_their_rules() {
    let (mut review, _) = review("word");
    let log = |review: &Review| -> serde_json::Value {
        serde_json::from_str(&written(|out| sarif(review, out))).unwrap()
    };
    let run = log(&review)["runs"][0].clone();
    let rules: Vec<&str> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["TIME-RELAXED", "broken-link"]);
    assert_eq!(
        run["results"][0]["partialFingerprints"]["govkit-change/v1"],
        review.findings[0].fingerprint.as_str()
    );
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        assert!(
            rule["help"]["markdown"].as_str().unwrap().starts_with("# "),
            "{rule}"
        );
    }
    // What somebody accepted is no alert.
    review.findings[0].accepted = Some(govkit_core::diff::Accepted {
        reason: "r".to_owned(),
        by: "b".to_owned(),
        until: "2027-01-01".to_owned(),
    });
    assert_eq!(
        log(&review)["runs"][0]["results"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn the_tree_follows_the_nearest_way_and_knows_no_circle() {
    let impact = [
        affected("B", 1, "A", State::Suspect),
        affected("C", 1, "X", State::Suspect),
        affected("A", 2, "B", State::Suspect),
    ];
    let shown = |branches: &[words::Branch<'_>]| -> Vec<String> {
        branches
            .iter()
            .map(|one| format!("{}>{}", one.one.id, one.below.len()))
            .collect()
    };
    let tree = words::tree(&impact);
    let tree: Vec<_> = tree
        .iter()
        .map(|(from, below)| (*from, shown(below)))
        .collect();
    assert_eq!(
        tree,
        [("A", vec!["B>1".to_owned()]), ("X", vec!["C>0".to_owned()])]
    );
}
