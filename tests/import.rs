//! `import` of what others have: Markdown with YAML, and tables.

use govkit_testkit::{Output, Repo};

use crate::govkit;
use crate::store::handbook;

fn import(repo: &Repo, args: &[&str]) -> Output {
    govkit().run(repo, ["import"].iter().chain(args))
}

fn status(repo: &Repo) -> String {
    repo.git(["status", "--porcelain=v1", "--untracked-files=all"])
}

#[test]
fn markdown_with_yaml_becomes_an_artifact_that_breaks_no_rule() {
    let repo = handbook();
    repo.write(
        "old/pay.md",
        "---\ntitle: Pay & \"rations\"\nboss: ROLE-cfo\neffective: 2026-12-01\nempty:\nlinks:\n  see: [POL-001, POL-002]\n---\n\n# Pay\n\nPay MUST come on the first.\n",
    );
    let output = import(
        &repo,
        &[
            "markdown",
            "--kind",
            "policy",
            "--map",
            "boss=owner",
            "old/pay.md",
        ],
    );
    assert_eq!(output.ok(), "POL-003\tpolicies/POL-003-pay-rations.md\n");
    assert_eq!(
        repo.read("policies/POL-003-pay-rations.md"),
        "+++\nid = \"POL-003\"\ntitle = 'Pay & \"rations\"'\nstatus = \"draft\"\nowner = \"ROLE-cfo\"\neffective = 2026-12-01\nlinks.see = [\"POL-001\", \"POL-002\"]\n+++\n# Pay\n\nPay MUST come on the first.\n"
    );
    assert_eq!(
        status(&repo),
        "?? old/pay.md\n?? policies/POL-003-pay-rations.md\n"
    );
    assert_eq!(govkit().run(&repo, ["check", "POL-003"]).code, 0);
}

#[test]
fn a_table_becomes_an_artifact_a_row() {
    let repo = handbook();
    let table = "\u{feff}id;name;status;links.implements;body\r\nPRC-010;Give access;;\"POL-001, POL-002\";\r\n;;;;\r\nPRC-011;Take it;;POL-001;\"# Take it\r\n\r\nAt once.\"\r\n";
    repo.write("old/table.csv", table);
    let args = [
        "csv",
        "--kind",
        "procedure",
        "--map",
        "name=title",
        "old/table.csv",
    ];
    assert_eq!(
        import(&repo, &args).ok(),
        "PRC-010\tprocedures/PRC-010.md\nPRC-011\tprocedures/PRC-011.md\n"
    );
    assert_eq!(
        repo.read("procedures/PRC-010.md"),
        "+++\nid = \"PRC-010\"\ntitle = \"Give access\"\nlinks.implements = [\"POL-001\", \"POL-002\"]\n+++\n# Give access\n"
    );
    assert_eq!(
        repo.read("procedures/PRC-011.md"),
        "+++\nid = \"PRC-011\"\ntitle = \"Take it\"\nlinks.implements = [\"POL-001\"]\n+++\n# Take it\n\nAt once.\n"
    );
    assert_eq!(govkit().run(&repo, ["check"]).code, 0);
    // What is there already is not made again.
    let output = import(&repo, &args).expect_code(2);
    assert!(output.errors().contains("PRC-010"), "{output}");
}

#[test]
fn an_import_is_whole_or_does_not_happen() {
    let repo = handbook();
    repo.write("good.md", "# Good\n")
        .write("bad.csv", "title,kind\nOne,policy\n,policy\n")
        .write("odd.md", "---\ntitle: [\n---\n# Odd\n");
    for (args, says) in [
        (
            ["markdown", "good.md", "none.md", "--kind=policy"].as_slice(),
            "none.md",
        ),
        (&["markdown", "good.md"], "does not say what kind"),
        (
            &["markdown", "good.md", "--kind=poem"],
            "no kind is called `poem`",
        ),
        (
            &["markdown", "odd.md", "--kind=policy"],
            "read the front matter of `odd.md`",
        ),
        (&["csv", "bad.csv"], "row 3 of `bad.csv` has no title"),
        (&["csv", "bad.csv", "--map=x"], "is not OLD=NEW"),
        (&["word", "good.md"], "no importer is called `word`"),
    ] {
        let output = import(&repo, args).expect_code(2);
        assert!(output.errors().contains(says), "{args:?}: {output}");
    }
    assert_eq!(status(&repo), "?? bad.csv\n?? good.md\n?? odd.md\n");
    let dry = import(
        &repo,
        &["markdown", "good.md", "--kind=policy", "--dry-run"],
    );
    assert!(
        dry.ok()
            .starts_with("+++\nid = \"POL-003\"\ntitle = \"Good\"\n")
    );
    assert_eq!(status(&repo), "?? bad.csv\n?? good.md\n?? odd.md\n");
}
