//! The merge driver, the diff driver and the text conversion, through git itself.

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::shell::bash;
use crate::store::CONFIG;

const RULES: &str = "policies/POL-001-access.md";

const TEXT: &str = "\
+++
id = \"POL-001\"
title = \"Access\" # shown in lists
status = \"effective\"
owner = \"ciso\"

# What it rests on.
[links]
uses = [\"SVC-mail\", \"SVC-files\"]

[[steps]]
id = \"log\"
do = \"Log it.\"
who = \"desk\"
+++
# Access

## Screens
People MUST lock their screens. Keys are kept in the safe.

## Guests
Guests are met at the door.
";

/// A repository with the drivers installed, on the branch `main`.
fn governed() -> Repo {
    let repo = Repo::new();
    repo.write("govkit.toml", CONFIG)
        .write(RULES, TEXT)
        .commit("The first rules");
    assert_eq!(
        bash(&repo, "govkit hook install --merge --textconv").code,
        0
    );
    repo
}

/// Commits edits of the rules on a branch of their own that leaves from `main`.
fn edit(repo: &Repo, branch: &str, edits: &[(&str, &str)]) {
    repo.switch("main").branch(branch);
    for (old, new) in edits {
        repo.replace(RULES, old, new);
    }
    repo.commit(branch);
}

/// What two people did to different fields and sections.
const ONE: &[(&str, &str)] = &[
    ("owner = \"ciso\"", "owner = \"cio\""),
    ("\"SVC-files\"]", "\"SVC-files\", \"SVC-chat\"]"),
    ("id = \"log\"\n", "id = \"log\"\nwithin = \"PT1H\"\n"),
    ("lock their screens.", "lock their screens at once."),
];
const OTHER: &[(&str, &str)] = &[
    ("\"Access\" #", "\"Access to things\" #"),
    ("[\"SVC-mail\", ", "["),
    ("Log it.", "Log it well."),
    ("Keys are kept", "All keys are kept"),
    (
        "at the door.\n",
        "at the door.\n\n## Visitors\nVisitors wear a badge.\n",
    ),
];

fn all() -> String {
    let mut text = ONE
        .iter()
        .chain(OTHER)
        .fold(TEXT.to_owned(), |text, (old, new)| {
            text.replacen(old, new, 1)
        });
    text = text.replacen("[\"SVC-files\"]", "[\"SVC-files\", \"SVC-chat\"]", 1);
    assert!(
        text.contains("uses = [\"SVC-files\", \"SVC-chat\"]"),
        "{text}"
    );
    text
}

#[test]
fn different_fields_and_sections_merge_clean_through_git() {
    let repo = governed();
    edit(&repo, "one", ONE);
    edit(&repo, "other", OTHER);
    let plain = bash(
        &repo,
        "git -c merge.govkit.driver='git merge-file %A %O %B' merge one",
    );
    assert_ne!(plain.code, 0, "git alone cannot: {plain}");
    assert_eq!(bash(&repo, "git merge --abort").code, 0);
    let merged = bash(&repo, "git merge --no-edit one");
    assert_eq!(merged.code, 0, "{merged}");
    assert_eq!(repo.read(RULES), all());
    assert_eq!(bash(&repo, "govkit check").code, 0);
    assert_eq!(bash(&repo, "git status --porcelain").ok(), "");
}

#[test]
fn rebase_and_cherry_pick_merge_the_same_way() {
    for act in [
        "git rebase one",
        "git cherry-pick one",
        "git checkout -q one && git cherry-pick other",
    ] {
        let repo = governed();
        edit(&repo, "one", ONE);
        edit(&repo, "other", OTHER);
        let output = bash(&repo, act);
        assert_eq!(output.code, 0, "{act}: {output}");
        assert_eq!(repo.read(RULES), all(), "{act}");
    }
}

#[test]
fn a_conflict_is_shown_by_field_and_around_it_only() {
    let repo = governed();
    edit(
        &repo,
        "one",
        &[("\"ciso\"", "\"cio\""), ("at the door", "at the gate")],
    );
    edit(
        &repo,
        "other",
        &[
            ("\"ciso\"", "\"board\""),
            ("\"Access\" #", "\"Rights\" #"),
            ("MUST", "SHOULD"),
        ],
    );
    repo.switch("one");
    let merged = bash(&repo, "git merge other").expect_code(1);
    let said = merged.errors() + &merged.text();
    assert!(
        said.contains("govkit: CONFLICT in policies/POL-001-access.md, line 5: `owner`: ours `\"cio\"`, theirs `\"board\"`, before `\"ciso\"`"),
        "{merged}"
    );
    let marked = "<<<<<<< HEAD\nowner = \"cio\"\n=======\nowner = \"board\"\n>>>>>>> other\n";
    let expected = TEXT
        .replace("owner = \"ciso\"\n", marked)
        .replace("\"Access\" #", "\"Rights\" #")
        .replace("at the door", "at the gate")
        .replace("MUST", "SHOULD");
    assert_eq!(repo.read(RULES), expected);
    assert_eq!(
        bash(&repo, "git ls-files --unmerged | wc -l").ok().trim(),
        "3"
    );
}

#[test]
fn one_sentence_changed_by_two_people_is_a_conflict_of_its_section() {
    let repo = governed();
    edit(&repo, "one", &[("MUST lock", "SHOULD lock")]);
    edit(
        &repo,
        "other",
        &[("their screens.", "their screens within a minute.")],
    );
    let merged = bash(&repo, "git merge one").expect_code(1);
    assert!(
        (merged.errors() + &merged.text()).contains("§ Screens: both sides changed one passage"),
        "{merged}"
    );
    assert_eq!(repo.read(RULES).matches("<<<<<<<").count(), 1);
}

#[test]
fn the_size_of_markers_is_what_the_path_asks_for() {
    let repo = governed();
    repo.write(".gitattributes", "policies/*.md conflict-marker-size=12\n")
        .commit("long markers");
    edit(&repo, "one", &[("\"ciso\"", "\"cio\"")]);
    edit(&repo, "other", &[("\"ciso\"", "\"board\"")]);
    drop(bash(&repo, "git merge one").expect_code(1));
    assert!(
        repo.read(RULES).contains("\n<<<<<<<<<<<< HEAD\nowner"),
        "{}",
        repo.read(RULES)
    );
}

#[test]
fn what_cannot_be_merged_by_field_is_merged_by_line() {
    let repo = governed();
    repo.write(RULES, "+++\nid = \n+++\none\n\ntwo\n")
        .commit("broken");
    edit(&repo, "one", &[("one", "1")]);
    edit(&repo, "other", &[("two", "2")]);
    let merged = bash(&repo, "git merge --no-edit one");
    assert_eq!(merged.code, 0, "{merged}");
    assert_eq!(repo.read(RULES), "+++\nid = \n+++\n1\n\n2\n");
}

#[test]
fn the_driver_can_be_called_by_hand() {
    let repo = Repo::without_git();
    repo.write("o", "+++\na = 1\nb = 1\n+++\n")
        .write("a", "+++\na = 2\nb = 1\n+++\n")
        .write("b", "+++\na = 1\nb = 2\n+++\n");
    let output = govkit().run(&repo, ["hook", "merge-driver", "o", "a", "b"]);
    assert_eq!((output.code, output.errors().as_str()), (0, ""), "{output}");
    assert_eq!(repo.read("a"), "+++\na = 2\nb = 2\n+++\n");
    let missing = govkit().run(&repo, ["hook", "merge-driver", "o", "a", "gone"]);
    assert_eq!(missing.code, 2, "{missing}");
    assert_eq!(repo.read("a"), "+++\na = 2\nb = 2\n+++\n");
}

#[test]
fn git_compares_sentences_with_textconv() {
    let repo = governed();
    repo.replace(
        RULES,
        "lock their screens. Keys are",
        "lock their\nscreens. All keys are",
    )
    .commit("keys");
    let shown = bash(&repo, "git log -1 -p --format=%s").ok();
    let changed: Vec<&str> = shown
        .lines()
        .filter(|line| {
            line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++")
        })
        .collect();
    assert_eq!(
        changed,
        [
            "-Keys are kept in the safe.",
            "+All keys are kept in the safe."
        ],
        "{shown}"
    );
    let blame = bash(&repo, &format!("git blame -s {RULES} | grep -n 'keys are'")).ok();
    assert!(blame.contains("All keys are kept in the safe."), "{blame}");
}

#[test]
fn git_says_what_changed_in_meaning_with_the_diff_driver() {
    let repo = governed();
    assert_eq!(bash(&repo, "govkit hook install --diff").code, 0);
    repo.replace(RULES, "\"ciso\"", "\"cio\"")
        .replace(RULES, "MUST lock", "SHOULD lock");
    let shown = bash(&repo, "git diff").ok();
    assert!(
        shown.contains("POL-001")
            && shown.contains("owner")
            && shown.contains("[-MUST-]{+SHOULD+}"),
        "{shown}"
    );
    assert!(!shown.contains("/tmp/"), "{shown}");
    assert_eq!(
        bash(
            &repo,
            "git diff --no-ext-diff --no-textconv | grep -c '^[-+]owner'"
        )
        .ok(),
        "2\n"
    );
    // A new file, one that goes, and one that moves: 7 and 9 arguments.
    repo.git(["commit", "--quiet", "--all", "--message", "owner"]);
    repo.rename(RULES, "policies/POL-001-rights.md")
        .commit("moved");
    for range in [
        "HEAD~1 HEAD",
        "-M HEAD~1 HEAD",
        "HEAD HEAD~1",
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904 HEAD",
    ] {
        let shown = bash(&repo, &format!("git diff --ext-diff {range} -- policies"));
        assert_eq!(shown.code, 0, "{range}: {shown}");
        assert!(shown.text().contains("POL-001"), "{range}: {shown}");
    }
}

#[test]
fn a_path_that_is_not_merged_is_named() {
    let output = said(&Repo::without_git(), &["hook", "diff-driver", "a.md"]);
    assert_eq!(output.ok(), "* unmerged path a.md\n");
    assert_eq!(
        said(&Repo::without_git(), &["hook", "diff-driver", "a.md", "b"]).code,
        2
    );
}

fn said(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, args)
}
