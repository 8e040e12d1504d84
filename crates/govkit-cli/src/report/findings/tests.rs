use std::sync::Arc;

use govkit_core::config::Config;
use govkit_core::finding::{Edit, Fix};
use govkit_core::limits::Limits;
use govkit_core::position::Position;
use govkit_core::snapshot::Snapshot;

use super::*;

const TEXT: &str = "+++\nid = 'POL-1'\n+++\n# Ünï\ncode\n\tsee [a](gone.md) now\n";

/// What a stranger may write to drive a terminal, a log or a build server.
const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}]0;pwn\u{7}",
    "\u{1b}]8;;http://evil\u{1b}\\click",
    "\rAPPROVED",
    "\u{9b}31m",
    "\u{202e}evil\u{202c}",
    "\u{200b}\u{2028}\u{2029}\u{85}",
    "\n::error file=x::injected",
    "::set-output name=a::b",
    "##[add-path]/tmp",
    "##vso[task.setvariable]",
    "a,line=1,title=x:::y%0A",
    "</failure>\"'&]]>\0\u{ffff}",
    "[x](http://evil) | @everyone `code` <img src=x>",
];

fn corpus() -> Corpus {
    let config = Config::parse("[kinds.policy]\npaths = '*.md'\n", "f").unwrap();
    let files = [
        ("a.md", TEXT),
        ("b.md", "+++\nid='B'\n+++\n"),
        ("c.md", "+++\nid = x\n+++\n"),
    ];
    Corpus::parse(
        Snapshot::of_files(files),
        Arc::new(config),
        &Limits::DEFAULT,
    )
}

fn finding(path: &str, line: u32, column: u32, severity: Severity) -> Finding {
    Finding {
        path: RepoPath::new(path).unwrap(),
        position: Position { line, column },
        rule: "dead-link".to_owned(),
        severity,
        message: "the link `gone.md` leads nowhere".to_owned(),
        artifact: (path == "a.md").then(|| "POL-1".to_owned()),
        help: None,
        width: 7,
        plugin: None,
        fix: None,
        more_fixes: Vec::new(),
        data: std::collections::BTreeMap::new(),
    }
}

fn three() -> Vec<Finding> {
    let mut warning = finding("a.md", 6, 10, Severity::Warning);
    warning.help = Some("correct the path".to_owned());
    let mut whole = finding("b.md", 0, 0, Severity::Info);
    whole.width = 0;
    vec![warning, whole, finding("c.md", 2, 6, Severity::Error)]
}

fn written(format: Format, findings: &[Finding]) -> String {
    let corpus = corpus();
    let report = Report::new(findings, &corpus, 2, true);
    let mut out = Vec::new();
    let style = Style {
        colour: false,
        width: 88,
    };
    write(format, &report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(format: Format, findings: &[Finding]) -> serde_json::Value {
    serde_json::from_str(&written(format, findings)).unwrap()
}

#[test]
fn people_see_the_line_with_a_caret_under_the_place() {
    assert_eq!(
        written(Format::Human, &three()),
        "\
warning[dead-link]: the link `gone.md` leads nowhere
 --> a.md:6:10
  |
6 |     see [a](gone.md) now
  |             ^^^^^^^
  |
  = help: correct the path

info[dead-link]: the link `gone.md` leads nowhere
--> b.md

error[dead-link]: the link `gone.md` leads nowhere
 --> c.md:2:6
  |
2 | id = x
  |      ^

1 error, 1 warning, 1 info in 3 of 3 artifacts
"
    );
}

#[test]
fn a_line_of_a_million_characters_is_shown_in_part() {
    let config = Config::parse("[kinds.policy]\npaths = '*.md'\n", "f").unwrap();
    let text = format!(
        "+++\nid='A'\n+++\n{}x{}\n",
        "ä".repeat(500_000),
        "ö".repeat(500_000)
    );
    let corpus = Corpus::parse(
        Snapshot::of_files([("a.md", text)]),
        Arc::new(config),
        &Limits::DEFAULT,
    );
    let mut findings = vec![finding("a.md", 4, 500_001, Severity::Error)];
    findings[0].width = 1;
    let report = Report::new(&findings, &corpus, 1, true);
    let mut out = Vec::new();
    let style = Style {
        colour: false,
        width: 88,
    };
    write(Format::Human, &report, style, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.len() < 2_000, "{}", text.len());
    assert!(
        text.contains("a.md:4:500001") && text.contains('x'),
        "{text}"
    );
}

#[test]
fn the_summary_counts_what_there_is() {
    let summary = |findings: &[Finding], complete| {
        let corpus = corpus();
        Report::new(findings, &corpus, 2, complete)
            .summary
            .to_string()
    };
    assert_eq!(summary(&[], true), "no findings in 2 artifacts");
    assert_eq!(
        summary(&three()[..1], false),
        "1 warning in 1 of 2 artifacts; incomplete, a plugin could not finish"
    );
    assert_eq!(
        summary(&[three()[2].clone(), three()[2].clone()], true),
        "2 errors in 1 of 3 artifacts"
    );
}

#[test]
fn lines_have_a_place_an_editor_understands() {
    assert_eq!(
        written(Format::Line, &three()),
        "a.md:6:10: warning[dead-link] the link `gone.md` leads nowhere (correct the path)\n\
         b.md:1:1: info[dead-link] the link `gone.md` leads nowhere\n\
         c.md:2:6: error[dead-link] the link `gone.md` leads nowhere\n"
    );
}

#[test]
fn json_has_the_figures_and_every_finding() {
    let mut findings = three();
    findings[2].plugin = Some("links".to_owned());
    findings[2].fix = Some(Fix {
        title: "remove it".to_owned(),
        safe: false,
        edits: vec![Edit {
            path: RepoPath::new("c.md").unwrap(),
            start: 1,
            end: 2,
            replacement: String::new(),
        }],
    });
    let json = json(Format::Json, &findings);
    assert_eq!(json["format"], "govkit.check");
    assert_eq!(json["format_version"], "1.0");
    let summary = serde_json::json!({"error": 1, "warning": 1, "info": 1, "files": 3, "artifacts": 3, "complete": true});
    assert_eq!(json["summary"], summary);
    assert_eq!(
        json["findings"][0],
        serde_json::json!({"rule": "dead-link", "severity": "warning", "message": "the link `gone.md` leads nowhere",
            "path": "a.md", "line": 6, "column": 10, "artifact": "POL-1", "help": "correct the path"})
    );
    assert_eq!(json["findings"][1]["artifact"], serde_json::Value::Null);
    assert_eq!(json["findings"][2]["plugin"], "links");
    assert_eq!(json["findings"][2]["fix"]["edits"][0]["end"], 2);
}

#[test]
fn the_last_json_line_says_that_nothing_was_cut_off() {
    let text = written(Format::Ndjson, &three());
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["type"], "finding");
    assert_eq!(lines[0]["path"], "a.md");
    assert_eq!(lines[3]["type"], "summary");
    assert_eq!(lines[3]["complete"], true);
    assert_eq!(lines[3]["error"], 1);
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let mut findings = three();
    findings[0].path = RepoPath::new("p/ä b.md").unwrap();
    findings[2].rule = "plain-language/long".to_owned();
    let json = json(Format::Sarif, &findings);
    assert_eq!(json["version"], "2.1.0");
    let run = &json["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = &run["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["id"], "dead-link");
    assert_eq!(rules[0]["defaultConfiguration"]["level"], "error");
    assert!(
        rules[0]["help"]["markdown"]
            .as_str()
            .unwrap()
            .starts_with("# dead-link")
    );
    assert_eq!(rules[1], serde_json::json!({"id": "plain-language/long"}));
    let result = &run["results"][0];
    assert_eq!(result["level"], "warning");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "p/%C3%A4%20b.md");
    let region = serde_json::json!({"startLine": 6, "startColumn": 10, "endColumn": 17});
    assert_eq!(place["region"], region);
    assert_eq!(
        result["partialFingerprints"]["govkit/v1"],
        findings[0].fingerprint()
    );
    assert_eq!(run["results"][1]["level"], "note");
    assert_eq!(
        run["results"][1]["locations"][0]["physicalLocation"].get("region"),
        None
    );
    assert_eq!(run["results"][2]["ruleIndex"], 1);
}

#[test]
fn github_gets_commands_the_worst_first() {
    assert_eq!(
        written(Format::Github, &three()),
        "::error file=c.md,line=2,col=6,title=dead-link::the link `gone.md` leads nowhere\n\
         ::warning file=a.md,line=6,col=10,title=dead-link::the link `gone.md` leads nowhere (correct the path)\n\
         ::notice file=b.md,line=1,col=1,title=dead-link::the link `gone.md` leads nowhere\n\
         1 error, 1 warning, 1 info in 3 of 3 artifacts\n"
    );
}

#[test]
fn github_properties_and_messages_are_escaped_as_it_wants() {
    let mut one = finding("a,b:c%.md", 1, 1, Severity::Error);
    one.message = "100% of a, b: c".to_owned();
    let text = written(Format::Github, &[one]);
    let command = text.lines().next().unwrap();
    assert_eq!(
        command,
        "::error file=a%2Cb%3Ac%25.md,line=1,col=1,title=dead-link::100%25 of a, b: c"
    );
}

#[test]
fn gitlab_fingerprints_are_unique() {
    let mut findings = three();
    findings.push(findings[2].clone());
    let json = json(Format::Gitlab, &findings);
    assert_eq!(json[0]["severity"], "minor");
    assert_eq!(json[1]["severity"], "info");
    assert_eq!(json[2]["severity"], "major");
    assert_eq!(
        json[1]["location"],
        serde_json::json!({"path": "b.md", "lines": {"begin": 1}})
    );
    let first = json[2]["fingerprint"].as_str().unwrap();
    assert_eq!(json[3]["fingerprint"], format!("{first}-2"));
    assert_eq!(written(Format::Gitlab, &[]), "[]\n");
}

#[test]
fn junit_has_a_test_case_for_each_file_with_findings() {
    assert_eq!(
        written(Format::Junit, &[three()[0].clone(), three()[2].clone()]),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="govkit" tests="2" failures="1" errors="0">
  <testsuite name="govkit check" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="a.md" name="POL-1" file="a.md">
      <system-out>
a.md:6:10: warning[dead-link] the link `gone.md` leads nowhere (correct the path)
</system-out>
    </testcase>
    <testcase classname="c.md" name="c.md" file="c.md">
      <failure type="dead-link" message="the link `gone.md` leads nowhere">
c.md:2:6: error[dead-link] the link `gone.md` leads nowhere
</failure>
    </testcase>
  </testsuite>
</testsuites>
"#
    );
    assert!(written(Format::Junit, &[]).contains(r#"name="no findings in 2 artifacts"/>"#));
}

#[test]
fn markdown_is_a_table_nothing_can_leave() {
    let mut one = three()[0].clone();
    one.message = "a|b <b> @who [x](y)\nz".to_owned();
    assert_eq!(
        written(Format::Markdown, &[one]),
        "**govkit check:** 1 warning in 1 of 2 artifacts\n\n\
         | Severity | Place | Rule | Finding |\n| --- | --- | --- | --- |\n\
         | warning | a.md:6 | dead-link | a\\|b &lt;b&gt; @\u{200b}who \\[x\\](y)\\\\nz (correct the path) |\n"
    );
}

fn hostile_findings() -> Vec<Finding> {
    let one = |text: &&str| {
        let mut one = finding("a.md", 6, 1, Severity::Error);
        one.path = RepoPath::new(format!("x{}", text.replace(['/', '\0'], "_"))).unwrap();
        one.message = (*text).to_owned();
        one.rule = format!("p/{text}");
        one.help = Some((*text).to_owned());
        one.artifact = Some((*text).to_owned());
        one
    };
    HOSTILE.iter().map(one).collect()
}

#[test]
fn hostile_text_drives_no_terminal_in_any_format() {
    for format in [
        Format::Human,
        Format::Line,
        Format::Github,
        Format::Junit,
        Format::Markdown,
    ] {
        let text = written(format, &hostile_findings());
        // The zero-width space of `markdown` is our own; one that was given is written out.
        let text = match format {
            Format::Markdown => text.replace('\u{200b}', ""),
            _ => text,
        };
        let bad = text.chars().find(|ch| {
            (ch.is_control() && *ch != '\n') || govkit_core::untrusted::is_invisible(*ch)
        });
        assert_eq!(bad, None, "{format:?}: {text}");
    }
}

#[test]
fn hostile_source_drives_no_terminal_in_an_excerpt() {
    let config = Config::parse("[kinds.policy]\npaths = '*.md'\n", "f").unwrap();
    let body = HOSTILE.join("\n");
    let text = format!("+++\nid='A'\n+++\n{body}\n");
    let lines = text.lines().count() as u32;
    let corpus = Corpus::parse(
        Snapshot::of_files([("a.md", text)]),
        Arc::new(config),
        &Limits::DEFAULT,
    );
    let findings: Vec<Finding> = (1..=lines)
        .map(|line| finding("a.md", line, 2, Severity::Error))
        .collect();
    let report = Report::new(&findings, &corpus, 1, true);
    let mut out = Vec::new();
    let style = Style {
        colour: false,
        width: 88,
    };
    write(Format::Human, &report, style, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let bad = text
        .chars()
        .find(|ch| (ch.is_control() && *ch != '\n') || govkit_core::untrusted::is_invisible(*ch));
    assert_eq!(bad, None, "{text}");
    assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
}

#[test]
fn hostile_text_starts_no_command_of_a_build_server() {
    for format in [
        Format::Human,
        Format::Line,
        Format::Markdown,
        Format::Junit,
        Format::Github,
    ] {
        let text = written(format, &hostile_findings());
        assert!(
            !text.contains("##[") && !text.contains("##vso["),
            "{format:?}: {text}"
        );
        let commands = text
            .lines()
            .filter(|line| line.trim_start().starts_with("::"));
        let expected = if format == Format::Github {
            HOSTILE.len()
        } else {
            0
        };
        assert_eq!(commands.count(), expected, "{format:?}: {text}");
    }
    let github = written(Format::Github, &hostile_findings());
    for command in github.lines().take(HOSTILE.len()) {
        let properties = command
            .strip_prefix("::error ")
            .unwrap()
            .split("::")
            .next()
            .unwrap();
        assert_eq!(properties.split(',').count(), 4, "{command}");
    }
}

#[test]
fn hostile_text_makes_no_link_and_no_markup() {
    let sarif = written(Format::Sarif, &hostile_findings());
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains("]("), "{text}");
    }
    let junit = written(Format::Junit, &hostile_findings());
    assert_eq!(junit.matches("</failure>").count(), HOSTILE.len());
    assert!(!junit.contains("<img") && !junit.contains('\u{ffff}') && !junit.contains("]]>"));
    let markdown = written(Format::Markdown, &hostile_findings());
    let unescaped = markdown.replace("\\]", "");
    assert!(
        !unescaped.contains("](") && !markdown.contains("<img"),
        "{markdown}"
    );
    // Two lines of heading, a blank one, and a line for each finding.
    assert_eq!(markdown.lines().count(), 4 + HOSTILE.len());
}
