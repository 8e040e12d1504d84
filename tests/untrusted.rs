//! Text from strangers: files that cannot be read, configurations that are wrong, questions without an answer.

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::hostile::READING;
use crate::store::{CONFIG, handbook, json, policy};

/// Tells whether text can drive a terminal or turn the direction of reading.
fn drives_a_terminal(text: &str) -> bool {
    text.chars().any(|ch| {
        (ch.is_control() && ch != '\n' && ch != '\t')
            || matches!(ch, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[test]
fn no_report_hands_escape_sequences_to_a_terminal() {
    let repo = Repo::new();
    let toml = "\\u001b[2J\\u0085\\u009b31m\\u202eevil\\u2066\\u007f\\rAPPROVED";
    let raw = "x \u{1b}]0;pwn\u{7} \u{9b}31m \u{202e}evil\u{2066} \u{7f}\u{85}";
    let text = |body: &str| {
        format!(
            "+++\nid = \"POL-001\"\ntitle = \"{toml}\"\nowner = \"{toml}\"\nstatus = \"{toml}\"\n\n[links]\nimplements = [\"{toml}\"]\n+++\n# {raw}\n{body}\n[{raw}](gone.md)\n"
        )
    };
    repo.write("govkit.toml", CONFIG)
        .write(
            "policies/\u{1b}[31m\u{202e}.md",
            text(raw).replace("POL-001", "POL-\\u001b[2J"),
        )
        .write("policies/a.md", text(raw))
        .write(
            "procedures/a.md",
            text("body").replace("POL-001", "PRC-001"),
        );
    repo.commit("ok\u{1b}[2J\u{1b}]0;pwn\u{7} \u{202e}DEVORPPA");
    repo.write("policies/a.md", text("changed"));
    repo.write(
        "procedures/a.md",
        text("body").replace("POL-001", "PRC-\\u001b[2J"),
    );
    for verb in READING.iter().chain(&[
        &["check", "POL-001"][..],
        &["diff", "--name-status"],
        &["refs", "PRC-001"],
    ]) {
        for format in ["human", "tsv", "markdown", "line", "quiet", "github"] {
            let more = if format == "quiet" {
                vec!["-q"]
            } else {
                vec!["--format", format]
            };
            let output = govkit().run(&repo, verb.iter().copied().chain(more));
            assert!((0..=2).contains(&output.code), "{output}");
            assert!(
                !drives_a_terminal(&output.text()),
                "{verb:?} {format}: {:?}",
                output.text()
            );
            assert!(
                !drives_a_terminal(&output.errors()),
                "{verb:?} {format}: {:?}",
                output.errors()
            );
        }
    }
}

#[test]
fn a_formula_reaches_no_spreadsheet() {
    let repo = Repo::new();
    let titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\\t=1", "  =1", "＝1"];
    repo.write("govkit.toml", CONFIG);
    for (number, title) in titles.iter().enumerate() {
        let id = format!("POL-{number:03}");
        repo.write(&format!("policies/{id}.md"), policy(&id, title, "x"));
    }
    let csv = govkit()
        .run(&repo, ["list", "--fields", "title", "--format", "csv"])
        .ok();
    let cells: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(
        cells,
        ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'  =1", "'＝1"]
    );
    let search = govkit()
        .run(&repo, ["search", "SUM", "--format", "csv"])
        .ok();
    assert!(!search.contains(",@") && !search.contains(",="), "{search}");
}

#[test]
fn a_file_that_cannot_be_read_costs_that_file_only() {
    let repo = handbook();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [(&str, Vec<u8>, &str); 9] = [
        (
            "policies/1-latin1.md",
            b"+++\nid = \"POL-011\"\n+++\nGr\xf6\xdfe\n".to_vec(),
            "4:3: error[not-utf8]",
        ),
        (
            "policies/2-toml.md",
            b"+++\nid = \"POL-012\"\ntitle = = 1\n+++\n".to_vec(),
            "3:9: error[front-matter]",
        ),
        (
            "policies/3-open.md",
            b"+++\nid = \"POL-013\"\n".to_vec(),
            "1:1: error[front-matter]",
        ),
        (
            "policies/4-none.md",
            b"# No front matter\n".to_vec(),
            "1:1: error[front-matter]",
        ),
        (
            "policies/5-no-id.md",
            b"+++\ntitle = \"x\"\n+++\n".to_vec(),
            "1:1: error[front-matter]",
        ),
        (
            "policies/6-deep.md",
            format!("+++\nid = {deep}\n+++\n").into_bytes(),
            "error[front-matter]",
        ),
        (
            "policies/7-huge.md",
            vec![b'x'; (2 << 20) + 1],
            "error[unreadable-file]",
        ),
        ("policies/8-nul.md", b"\0\0\0\0".to_vec(), "error["),
        (
            "policies/9-twice.md",
            b"+++\nid = \"POL-019\"\nid = \"POL-020\"\n+++\n".to_vec(),
            "3:1: error[front-matter]",
        ),
    ];
    for (path, bytes, _) in &cases {
        repo.write(path, bytes);
    }
    let reads = |at: &[&str]| {
        let list = govkit().run(&repo, at.iter().chain(&["list", "-q"]));
        assert_eq!(list.text(), "POL-001\nPOL-002\nPRC-001\n");
        assert!(
            list.code == 0 && list.errors().starts_with("warning: 9 files "),
            "{list}"
        );
        let check = govkit().run(&repo, at.iter().chain(&["check", "--format", "line"]));
        let text = check.expect_code(1).text();
        for (path, _, place) in &cases {
            let mut lines = text.lines().filter(|line| line.starts_with(path));
            assert!(
                lines.any(|line| line.contains(place)),
                "{path} has no finding {place}:\n{text}"
            );
        }
    };
    reads(&[]);
    repo.commit("bad files");
    reads(&["--at", "HEAD"]);
    for verb in READING {
        let output = govkit().run(&repo, *verb);
        assert!((0..=1).contains(&output.code), "{verb:?}: {output}");
    }
}

/// Makes sure that there is one message and nothing else.
#[track_caller]
fn refused(output: Output, words: &[&str]) {
    let said = output.errors();
    assert_eq!(output.code, 2, "{output}");
    assert!(output.stdout.is_empty(), "{output}");
    assert_eq!(said.matches("error: ").count(), 1, "{output}");
    assert!(
        words.iter().all(|word| said.contains(word)),
        "{words:?} are not in: {output}"
    );
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    for (text, place, word) in [
        (
            "[kinds.policy]\npaths = [\"*.md\"]\ncolour = 1\n",
            "govkit.toml:3:1",
            "colour",
        ),
        ("[kinds.policy\n", "govkit.toml:1:14", "error"),
        ("profile = \"isms\"\n", "govkit.toml:1:11", "isms"),
        (
            "[kinds.policy]\npaths = \"*.md\"\nsyntax = \"word\"\n",
            "govkit.toml:3:10",
            "word",
        ),
        (
            "[severity]\nbroken-link = \"fatal\"\n",
            "govkit.toml:2:15",
            "fatal",
        ),
        ("[kinds.policy]\npaths = [\"[\"]\n", "govkit.toml:2:10", "["),
    ] {
        let repo = handbook();
        repo.write("govkit.toml", text);
        for verb in READING
            .iter()
            .filter(|verb| !matches!(verb[0], "doctor" | "diff"))
        {
            refused(govkit().run(&repo, *verb), &[place, word]);
        }
        let doctor = govkit().run(&repo, ["doctor"]).expect_code(1);
        assert!(doctor.text().contains(place), "{doctor}");
        assert_eq!(
            govkit().run(&repo, ["--at", "HEAD", "check"]).code,
            0,
            "the old one is fine"
        );
    }
    let repo = handbook();
    repo.write("govkit.toml", b"name = \"\xff\"\n");
    refused(govkit().run(&repo, ["list"]), &["govkit.toml", "UTF-8"]);
}

#[test]
fn a_question_without_an_answer_is_one_message() {
    let repo = handbook();
    let run = |args: &[&str]| govkit().run(&repo, args);
    refused(run(&["--at", "nowhere", "list"]), &["nowhere"]);
    refused(run(&["--at", "v1^{tree}", "list"]), &["v1^{tree}"]);
    refused(run(&["--at=--exec=x", "list"]), &["--exec=x"]);
    refused(run(&["show", "POL-001@nowhere"]), &["nowhere"]);
    refused(run(&["diff", "v1..nowhere"]), &["nowhere"]);
    refused(run(&["log", "POL-001", "--at", "nowhere"]), &["nowhere"]);
    refused(run(&["check", "--since", "nowhere"]), &["nowhere"]);
    refused(run(&["--config", "gone.toml", "list"]), &["gone.toml"]);
    refused(run(&["-C", "gone", "list"]), &["gone"]);
    refused(run(&["list", "-o", "gone/list.txt"]), &["gone/list.txt"]);
    refused(
        run(&["check", "--report", "sarif=gone/x.sarif"]),
        &["gone/x.sarif"],
    );
    refused(run(&["check", "--files0-from", "gone"]), &["gone"]);
    refused(run(&["diff", "--no-index", "gone", "/dev/null"]), &["gone"]);
    let nowhere = Repo::without_git();
    nowhere.write("govkit.toml", CONFIG);
    refused(govkit().run(&nowhere, ["list"]), &["in no git repository"]);
    assert_eq!(
        govkit().run(&nowhere, ["schema", "config"]).code,
        0,
        "needs no repository"
    );
    assert_eq!(govkit().run(&nowhere, ["explain", "broken-link"]).code, 0);
}

#[test]
fn a_bare_repository_without_a_commit_has_nothing_to_read() {
    let repo = Repo::init(&["--bare", "--initial-branch=main"]);
    repo.write("any.toml", CONFIG);
    refused(govkit().run(&repo, ["list"]), &[]);
    refused(
        govkit().run(&repo, ["--config", "any.toml", "log", "POL-001"]),
        &["HEAD"],
    );
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let repo = handbook();
    repo.replace("policies/POL-001-access.md", "MUST", "SHOULD")
        .commit("softer");
    let here = format!("file://{}", repo.path().display());
    drop(repo.git(["clone", "--quiet", "--depth=1", &here, "shallow"]));
    let clone = Repo::at(&repo.path().join("shallow"));
    let log = govkit().run(&clone, ["log", "POL-001"]).expect_code(3);
    assert!(
        log.errors().contains("fetch --unshallow") && log.errors().contains("fetch-depth"),
        "{log}"
    );
    let shape = govkit()
        .run(&clone, ["log", "POL-001", "--format", "json"])
        .expect_code(3);
    assert_eq!(json(&shape)["complete"], false);
    let lines = govkit()
        .run(&clone, ["log", "POL-001", "--format", "ndjson"])
        .expect_code(3)
        .text();
    assert!(
        lines.lines().last().unwrap().contains("\"complete\":false"),
        "{lines}"
    );
    // Two branches whose common commit is beyond the edge.
    repo.branch("work").write("x.md", "x\n").commit("work");
    repo.switch("main")
        .write("y.md", "y\n")
        .commit("main goes on");
    drop(repo.git([
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &here,
        "apart",
    ]));
    let clone = Repo::at(&repo.path().join("apart"));
    drop(clone.git(["switch", "--quiet", "work"]));
    refused(
        govkit().run(&clone, ["check", "--since", "origin/main"]),
        &["fetch-depth"],
    );
    refused(
        govkit().run(&clone, ["diff", "origin/main...work"]),
        &["fetch-depth"],
    );
    let doctor = govkit().run(&clone, ["doctor"]).expect_code(0);
    assert!(doctor.text().contains("shallow"), "{doctor}");
}
