//! What holds for every verb: exit codes, formats, separators, `-q`, variables and colours.

use crate::govkit;
use crate::shell::{bash, broken};
use crate::store::handbook;

/// Formats of `check`.
const CHECK_FORMATS: &[&str] = &[
    "human", "line", "json", "ndjson", "sarif", "github", "gitlab", "junit", "markdown",
];

#[test]
fn no_format_changes_the_answer_of_check() {
    let (clean, failing) = (handbook(), broken());
    for format in CHECK_FORMATS {
        for (repo, code) in [(&clean, 0), (&failing, 1)] {
            let output = govkit().run(repo, ["check", "--format", format]);
            assert_eq!(output.code, code, "{format}: {output}");
            assert_eq!(output.stderr, b"", "{format}");
        }
    }
    assert_eq!(
        govkit()
            .run(&failing, ["check", "-q"])
            .expect_code(1)
            .text(),
        "PRC-002\n"
    );
}

#[test]
fn every_verb_ends_with_a_code_of_the_table() {
    let repo = broken();
    for (code, line) in [
        (0, "list"),
        (0, "list --where status=nonsense"),
        (2, "list nonsense"),
        (2, "list --where '<'"),
        (0, "show POL-001"),
        (2, "show POL-999"),
        (2, "show POL-001@nowhere"),
        (0, "get POL-001 title"),
        (1, "get POL-001 nonsense"),
        (2, "get POL-999 title"),
        (0, "search screens"),
        (1, "search nonsense"),
        (0, "refs POL-001"),
        (2, "refs POL-999"),
        (0, "status"),
        (1, "check"),
        (0, "check POL-001"),
        (2, "check POL-999"),
        (2, "check --fail-level nonsense"),
        (0, "rules"),
        (0, "explain broken-link"),
        (2, "explain nonsense"),
        (0, "diff"),
        (1, "diff --exit-code"),
        (2, "diff nowhere..HEAD"),
        (2, "diff nowhere"),
        (2, "diff v1..HEAD POL-999"),
        (1, "review HEAD"),
        (2, "review nowhere"),
        (2, "review HEAD --since nowhere"),
        (0, "attest --help"),
        (2, "attest reviewed POL-001 --against POL-002"),
        (0, "schema output.review"),
        (0, "log POL-001"),
        (2, "log POL-999"),
        (0, "plugin list"),
        (2, "plugin inspect policies/POL-001-access.md"),
        (0, "schema config"),
        (2, "schema nonsense"),
        (0, "config path"),
        (2, "config get nonsense"),
        (0, "doctor"),
        (0, "hook status"),
        (0, "hook ci gitlab"),
        (2, "hook ci nonsense"),
        (2, "hook install"),
        (0, "hook uninstall"),
        (2, "hook textconv nonsense"),
        (0, "export --list"),
        (2, "export nonsense -o out"),
        (0, "completions zsh"),
        (2, "completions nonsense"),
        (0, "man log"),
        (2, "man nonsense"),
        (2, "new nonsense"),
        (2, "commit POL-999 -m x"),
        (2, "commit POL-001"),
        (1, "commit POL-001 -m x"),
        (0, "set POL-001 title=Access"),
        (2, "set POL-001 id=x"),
        (2, "mv POL-999 POL-998"),
        (0, "mv POL-001 POL-998 --dry-run"),
        (0, "fmt --check"),
        (2, "fmt POL-999"),
        (2, "edit POL-999"),
        (2, "import markdown nowhere.md --kind policy"),
        (2, "nonsense"),
        (2, "list --nonsense"),
        (0, "--version"),
        (0, "list --help"),
    ] {
        let output = bash(&repo, &format!("govkit {line}"));
        assert_eq!(output.code, code, "govkit {line}: {output}");
        let said = output.errors();
        assert_eq!(
            said.contains("error: "),
            code == 2,
            "govkit {line}: {output}"
        );
    }
}

#[test]
fn a_format_a_verb_does_not_have_is_refused_with_those_it_has() {
    let repo = handbook();
    for (line, has) in [
        (
            "list --format sarif",
            "human, tsv, json, ndjson, csv, markdown",
        ),
        (
            "check --format csv",
            "human, line, json, ndjson, sarif, github, gitlab, junit, markdown",
        ),
        ("show POL-001 --format tsv", "human, json, markdown"),
        ("get POL-001 id --format junit", "tsv, json"),
        ("refs POL-001 --format github", "dot, mermaid"),
        ("hook status --format dot", "human, tsv, json"),
        (
            "diff --format dot",
            "human, json, markdown, html, docx, github, sarif, tsv",
        ),
        (
            "log POL-001 --format line",
            "human, tsv, json, ndjson, csv, markdown",
        ),
        ("status --format csv", "human, tsv, json"),
        (
            "rules --format dot",
            "human, tsv, json, ndjson, csv, markdown",
        ),
        ("explain broken-link --format csv", "human, markdown, json"),
        (
            "search x --format gitlab",
            "human, tsv, json, ndjson, csv, markdown",
        ),
    ] {
        let output = bash(&repo, &format!("govkit {line}")).expect_code(2);
        assert!(
            output.stdout.is_empty() && output.errors().contains(has),
            "{line}: {output}"
        );
    }
}

#[test]
fn records_can_end_with_nul() {
    let repo = handbook();
    let run = |line: &str| bash(&repo, &format!("govkit {line}")).ok();
    assert_eq!(run("list policy -q -z"), "POL-001\0POL-002\0");
    assert_eq!(
        run("list policy -z --fields id,owner"),
        "POL-001\tciso\0POL-002\tciso\0"
    );
    assert_eq!(run("get POL-001 id owner -z"), "POL-001\0ciso\0");
    assert_eq!(run("log POL-001 -q -z"), format!("{}\0", repo.rev("HEAD")));
    repo.remove("policies/POL-002-leave.md");
    assert_eq!(
        run("status -z"),
        "removed\tPOL-002\tpolicies/POL-002-leave.md\0"
    );
    assert_eq!(run("diff -q -z"), "POL-002\0");
}

#[test]
fn quiet_prints_ids_and_nothing_else() {
    let repo = handbook();
    let run = |line: &str| bash(&repo, &format!("govkit {line}"));
    assert_eq!(run("list -q --reverse").ok(), "PRC-001\nPOL-002\nPOL-001\n");
    assert_eq!(run("search day -q").ok(), "POL-002\n");
    assert_eq!(run("refs POL-001 -q").ok(), "PRC-001\n");
    assert_eq!(run("new policy -q").ok(), "POL-003\n");
    assert_eq!(run("status -q").ok(), "POL-003\n");
    assert_eq!(run("check -q").ok(), "");
}

#[test]
fn every_global_flag_has_a_variable() {
    let repo = handbook();
    repo.replace(
        "policies/POL-001-access.md",
        "title = \"Access\"",
        "title = \"Newer\"",
    );
    repo.write(
        "elsewhere/other.toml",
        "[kinds.note]\npaths = [\"policies/*.md\"]\nid = { field = \"id\" }\nopen = true\n",
    );
    let run = |line: &str| bash(&repo, line);
    assert_eq!(
        run("GOVKIT_QUIET=1 govkit list policy").ok(),
        "POL-001\nPOL-002\n"
    );
    assert_eq!(
        run("GOVKIT_QUIET=1 GOVKIT_NULL=true govkit list policy").ok(),
        "POL-001\0POL-002\0"
    );
    assert_eq!(
        run("GOVKIT_AT=v1 govkit get POL-001 title").ok(),
        "Access\n"
    );
    assert_eq!(
        run("GOVKIT_AT=v1 govkit --at :index get POL-001 title").ok(),
        "Access\n"
    );
    assert_eq!(
        run("GOVKIT_DIRECTORY=policies govkit get POL-001-access.md title").ok(),
        "Newer\n"
    );
    assert_eq!(
        run("GOVKIT_CONFIG=elsewhere/other.toml govkit list --fields kind | uniq").ok(),
        "note\n"
    );
    assert!(run("GOVKIT_FORMAT=json govkit list").ok().starts_with('{'));
    assert!(
        run("GOVKIT_FORMAT=json govkit list --format csv")
            .ok()
            .starts_with("id,"),
        "the flag wins"
    );
    assert_eq!(
        run("GOVKIT_OUTPUT=ids.txt govkit list policy -q && cat ids.txt").ok(),
        "POL-001\nPOL-002\n"
    );
    assert_eq!(
        run("GOVKIT_NO_PLUGINS=1 GOVKIT_JOBS=1 GOVKIT_NO_PAGER=1 GOVKIT_LOCKED=0 govkit check")
            .code,
        0
    );
    assert!(
        run("GOVKIT_COLOR=always govkit show POL-002")
            .ok()
            .contains('\u{1b}')
    );
    repo.replace(
        "policies/POL-002-leave.md",
        "owner",
        "review_by = 2026-06-30\nowner",
    );
    repo.replace(
        "govkit.toml",
        "title = { type",
        "review_by = { type = \"date\", role = \"review\" }\ntitle = { type",
    );
    let fails = "govkit check --fail-level warning POL-002 >/dev/null; echo $?";
    assert_eq!(run(&format!("GOVKIT_NOW=2026-06-29 {fails}")).ok(), "0\n");
    assert_eq!(run(&format!("GOVKIT_NOW=2026-07-01 {fails}")).ok(), "1\n");
    let epoch = format!("unset GOVKIT_NOW; SOURCE_DATE_EPOCH=1782000000 {fails}");
    assert_eq!(run(&epoch).ok(), "0\n", "21 June 2026");
}

#[test]
fn colour_is_for_terminals_unless_somebody_asks() {
    let repo = broken();
    let coloured = |line: &str| bash(&repo, line).text().contains('\u{1b}');
    assert!(!coloured("govkit check"));
    assert!(coloured("govkit check --color always"));
    assert!(
        coloured("NO_COLOR=1 govkit check --color always"),
        "the flag wins"
    );
    assert!(coloured("CLICOLOR_FORCE=1 govkit check"));
    assert!(coloured("FORCE_COLOR=1 govkit check"));
    assert!(!coloured("NO_COLOR=1 CLICOLOR_FORCE=1 govkit check"));
    assert!(!coloured("CLICOLOR_FORCE=1 govkit check --color never"));
    assert!(
        !coloured("govkit check --color always --format json"),
        "colour is for people only"
    );
}
