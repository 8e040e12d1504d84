//! The formats of `check`, one test each.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::check::{check, failing, found};
use crate::store::json as parsed;

#[test]
fn json_has_the_shape_of_the_contract() {
    let output = check(&failing(), &["--format", "json"]).expect_code(1);
    let report = parsed(&output);
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["format", "format_version", "summary", "findings"]);
    assert_eq!(
        (&report["format"], &report["format_version"]),
        (&json!("govkit.check"), &json!("1.0"))
    );
    assert_eq!(
        report["summary"],
        json!({"error": 1, "warning": 1, "info": 0, "files": 1, "artifacts": 4, "complete": true})
    );
    let findings = report["findings"].as_array().unwrap();
    let mut link = findings[0].clone();
    let message = link["message"].take();
    assert!(message.as_str().unwrap().contains("POL-009"), "{message}");
    link.as_object_mut().unwrap().remove("help");
    assert_eq!(
        link,
        json!({"rule": "broken-link", "severity": "error", "message": null, "path": "procedures/PRC-002.md",
            "line": 5, "column": 26, "artifact": "PRC-002"})
    );
    assert_eq!(
        found(&output)[1],
        "duplicate-anchor procedures/PRC-002.md:9:1"
    );
    assert_eq!(findings[1]["severity"], "warning");
}

#[test]
fn ndjson_says_that_nothing_was_cut_off() {
    let text = check(&failing(), &["--format", "ndjson"])
        .expect_code(1)
        .text();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let types: Vec<&str> = lines
        .iter()
        .map(|line| line["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["finding", "finding", "summary"]);
    assert_eq!(lines[0]["rule"], "broken-link");
    assert_eq!(
        (&lines[2]["complete"], &lines[2]["error"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(lines[2]["format"], "govkit.check");
}

#[test]
fn sarif_has_what_code_scanning_needs() {
    let log = parsed(&check(&failing(), &["--format", "sarif"]).expect_code(1));
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "govkit");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(driver["rules"][index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert!(result["partialFingerprints"].as_object().unwrap().len() == 1);
    }
    let first = &run["results"][0];
    assert_eq!(first["level"], "error");
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "procedures/PRC-002.md");
    assert_eq!(
        (
            &place["region"]["startLine"],
            &place["region"]["startColumn"]
        ),
        (&json!(5), &json!(26))
    );
}

#[test]
fn github_gets_one_annotation_a_finding() {
    let text = check(&failing(), &["--format", "github"])
        .expect_code(1)
        .text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0]
            .starts_with("::error file=procedures/PRC-002.md,line=5,col=26,title=broken-link::"),
        "{text}"
    );
    assert!(
        lines[1].starts_with(
            "::warning file=procedures/PRC-002.md,line=9,col=1,title=duplicate-anchor::"
        ),
        "{text}"
    );
    assert_eq!(lines[2], "1 error, 1 warning in 1 of 4 artifacts");
}

#[test]
fn gitlab_gets_a_code_quality_report() {
    let list = parsed(&check(&failing(), &["--format", "gitlab"]).expect_code(1));
    let items = list.as_array().unwrap();
    let prints: BTreeSet<&str> = items
        .iter()
        .map(|item| item["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!((items.len(), prints.len()), (2, 2));
    assert_eq!(
        items[0]["location"],
        json!({"path": "procedures/PRC-002.md", "lines": {"begin": 5}})
    );
    assert_eq!(
        (&items[0]["check_name"], &items[0]["severity"]),
        (&json!("broken-link"), &json!("major"))
    );
}

#[test]
fn line_is_what_editors_read() {
    let text = check(&failing(), &["--format", "line"])
        .expect_code(1)
        .text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("procedures/PRC-002.md:5:26: error[broken-link] "),
        "{text}"
    );
    assert!(
        lines[1].starts_with("procedures/PRC-002.md:9:1: warning[duplicate-anchor] "),
        "{text}"
    );
    assert_eq!(lines.len(), 2);
}

#[test]
fn junit_is_xml_and_counts_files_with_errors() {
    let repo = failing();
    let script = "import sys, xml.dom.minidom as m; d = m.parse(sys.stdin).documentElement; \
                  print(d.tagName, d.getAttribute('tests'), d.getAttribute('failures'), \
                  d.getElementsByTagName('failure')[0].getAttribute('type'))";
    let report = check(&repo, &["--format", "junit"]).expect_code(1);
    assert!(
        report
            .text()
            .starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "),
        "{report}"
    );
    if repo
        .run("bash")
        .args(["-c", "python3 -c 'import xml.dom.minidom'"])
        .run()
        .code
        == 0
    {
        let read = repo
            .run("python3")
            .args(["-c", script])
            .stdin(report.stdout)
            .run();
        assert_eq!(read.ok(), "testsuites 1 1 broken-link\n");
    }
}

#[test]
fn markdown_is_a_table_and_human_points_at_the_place() {
    let repo = failing();
    let table = check(&repo, &["--format", "markdown"])
        .expect_code(1)
        .text();
    assert!(
        table.starts_with(
            "**govkit check:** 1 error, 1 warning in 1 of 4 artifacts\n\n| Severity |"
        ),
        "{table}"
    );
    assert_eq!(
        table
            .lines()
            .filter(|line| line.starts_with("| error | procedures/PRC-002.md:5 |"))
            .count(),
        1
    );
    let human = check(&repo, &[]).expect_code(1).text();
    assert!(human.contains("procedures/PRC-002.md:5:26"), "{human}");
    let lines: Vec<&str> = human.lines().collect();
    let source = lines
        .iter()
        .position(|line| line.contains("\"POL-001\", \"POL-009\""))
        .unwrap();
    assert_eq!(
        lines[source].find("\"POL-009\""),
        lines[source + 1].find('^'),
        "{human}"
    );
}

#[test]
fn further_reports_are_written_beside_the_printed_one() {
    let repo = failing();
    let reports = ["--report", "json=out.json", "--report", "junit=out.xml"];
    let output = check(&repo, &[&["--format", "line"], &reports[..]].concat()).expect_code(1);
    assert!(
        output.text().starts_with("procedures/PRC-002.md:5:26: "),
        "{output}"
    );
    let report: Value = serde_json::from_str(&repo.read("out.json")).unwrap();
    assert_eq!(report, parsed(&check(&repo, &["--format", "json"])));
    assert!(repo.read("out.xml").starts_with("<?xml"));
    for wrong in ["sarif", "sarif=", "word=x.doc"] {
        assert_eq!(check(&repo, &["--report", wrong]).code, 2, "{wrong}");
    }
    let twice = check(&repo, &["--report", "json=a", "--report", "sarif=a"]);
    assert_eq!(twice.code, 2, "{twice}");
}
