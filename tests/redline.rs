//! `diff --format docx`: both texts can be had back from one document.

use govkit_testkit::{Repo, itsm_history};

use crate::govkit;
use crate::word::{Paragraph, Word, attribute, named, values};

/// Compares with `--format docx` and reads the file.
fn diff(repo: &Repo, args: &[&str]) -> Word {
    let base = ["diff", "--format", "docx", "-o", "changes.docx"];
    let output = govkit().run(repo, base.iter().chain(args));
    assert_eq!(output.code, 0, "{output}");
    Word::read(&repo.path().join("changes.docx"))
}

/// Letters and digits alone: what no mark-up changes.
fn letters(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).collect()
}

/// The body of an artifact as git has it.
fn body(repo: &Repo, revision: &str, path: &str) -> String {
    let text = repo.git(["show", &format!("{revision}:{path}")]);
    let body = text.splitn(3, "+++\n").nth(2).unwrap();
    let lines = body.lines().map(|line| match line.find(" {#") {
        Some(at) => &line[..at],
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn accepting_a_redline_gives_the_new_text_and_rejecting_it_the_old_one() {
    let repo = itsm_history();
    let path = "policies/POL-002-incident-reporting.md";
    let word = diff(&repo, &["v2026.1..HEAD", "POL-002"]);
    let text = |side: fn(&Paragraph) -> &String| -> String {
        let all = word.paragraphs();
        let begins = all.iter().position(|one| one.style == "Heading2").unwrap();
        all[begins..].iter().map(|one| side(one).as_str()).collect()
    };
    assert_eq!(
        letters(&text(|one| &one.new)),
        letters(&body(&repo, "HEAD", path))
    );
    assert_eq!(
        letters(&text(|one| &one.old)),
        letters(&body(&repo, "v2026.1", path))
    );
    let fields: Vec<Vec<String>> = word.tables().into_iter().flatten().collect();
    assert!(
        fields.iter().any(|row| row[0] == "params.notify_deadline"),
        "{fields:?}"
    );
    let marks = word.part("word/document.xml");
    for change in named(&marks, "ins").chain(named(&marks, "del")) {
        assert_eq!(attribute(&change, "author"), "govkit");
        assert!(attribute(&change, "date").ends_with("T00:00:00Z"));
    }
}

#[test]
fn each_artifact_has_a_heading_and_what_is_new_or_gone_stands_there_whole() {
    let repo = itsm_history();
    let gone = "policies/POL-010-knowledge.md";
    let old = body(&repo, "HEAD", gone);
    repo.remove(gone);
    repo.write(
        "policies/POL-011-new.md",
        "+++\nid = \"POL-011\"\ntitle = \"New rule\"\nstatus = \"draft\"\n+++\n# New rule\n\nA new duty.\n",
    );
    let word = diff(&repo, &["HEAD"]);
    let all = word.paragraphs();
    let headings: Vec<&str> = all
        .iter()
        .filter(|one| one.style == "Heading1")
        .map(|one| one.new.as_str())
        .collect();
    assert_eq!(headings.len(), 2, "{headings:?}");
    assert!(headings[1].starts_with("POL-011"));
    let of = |heading: &str| -> Vec<&Paragraph> {
        let begins = all
            .iter()
            .position(|one| one.style == "Heading1" && one.new.starts_with(heading));
        let rest = &all[begins.unwrap() + 1..];
        let text = rest.iter().take_while(|one| one.style != "Heading1");
        text.skip_while(|one| one.style != "Heading2").collect()
    };
    let removed = of("POL-010");
    let text: String = removed.iter().map(|one| one.old.as_str()).collect();
    assert_eq!(letters(&text), letters(&old));
    assert!(removed.iter().all(|one| one.new.is_empty()));
    let added = of("POL-011");
    assert!(added.iter().all(|one| one.old.is_empty()));
    assert!(added.iter().any(|one| one.new == "A new duty."));
}

#[test]
fn the_same_comparison_has_the_same_bytes_and_the_day_is_the_one_asked_for() {
    let repo = itsm_history();
    let run = |day: &str| {
        let args = [
            "--now",
            day,
            "diff",
            "v2026.1..HEAD",
            "--format",
            "docx",
            "-o",
            "a.docx",
        ];
        assert_eq!(govkit().run(&repo, args).code, 0);
        std::fs::read(repo.path().join("a.docx")).unwrap()
    };
    assert!(run("2026-05-04") == run("2026-05-04"));
    assert!(run("2026-05-04") != run("2026-05-05"));
    let word = Word::read(&repo.path().join("a.docx"));
    let xml = word.part("word/document.xml");
    let dates = values(&xml, "ins", "date");
    assert_eq!(
        dates.into_iter().collect::<Vec<_>>(),
        ["2026-05-05T00:00:00Z"]
    );
}

#[test]
fn a_word_document_of_a_name_status_is_refused() {
    let repo = itsm_history();
    let args = ["diff", "v2026.1..HEAD", "--name-status", "--format", "docx"];
    let output = govkit().run(&repo, args).expect_code(2);
    assert!(output.errors().contains("--name-status"), "{output}");
}

#[test]
fn whom_a_change_reaches_stands_in_the_document_on_request() {
    let repo = itsm_history();
    let head = |args: &[&str]| -> bool {
        let tables = diff(&repo, args).tables();
        tables
            .iter()
            .any(|table| table[0][0] == "Artifact" && table[0][1] == "Reached by")
    };
    assert!(head(&["v2026.1..HEAD", "--impact"]));
    assert!(!head(&["v2026.1..HEAD"]));
}
