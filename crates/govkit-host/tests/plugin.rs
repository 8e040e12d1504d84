//! Plugins that mean well: what they are handed, and what comes of what they say.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod guest;

use std::path::Path;

use govkit_core::config::PluginConfig;
use govkit_core::finding::Severity;
use govkit_core::position::Position;
use govkit_host::{Abi, Host, PluginLimits, Sha256Digest};

use guest::{GUESTS, act, checkout, corpus, exporter, host, validator};

#[test]
fn a_plugin_says_what_it_is() {
    let plugin = validator();
    assert!(plugin.is_validator() && !plugin.is_exporter());
    assert_eq!(plugin.description().rules[0].id, "rule");
    assert!(plugin.was_compiled());
    let inspection = plugin.inspect();
    assert_eq!(inspection.abi, Abi::V0);
    assert_eq!(inspection.size, GUESTS.validator.len());
    assert_eq!(inspection.digest, Sha256Digest::of(&GUESTS.validator));
    assert_eq!(
        inspection.exports,
        [
            "govkit:plugin/describe@0.1.0",
            "govkit:plugin/validator@0.1.0"
        ]
    );
    let ours = |import: &String| import.starts_with("govkit:plugin/");
    assert!(inspection.imports.iter().all(ours), "{inspection:?}");
}

#[test]
fn a_finding_is_stamped_placed_and_weighed() {
    let corpus = corpus(&[("A", "x")], "[severity]\n\"named/rule\" = \"error\"\n");
    let plugin = host().load("named", &GUESTS.validator).unwrap();
    let validation = plugin.validate(&corpus, &act("none")).unwrap();
    let finding = &validation.findings[0];
    assert_eq!(finding.rule, "named/rule");
    assert_eq!(finding.plugin.as_deref(), Some("named"));
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.path.as_str(), "A.md");
    assert_eq!(finding.artifact.as_deref(), Some("A"));
    assert_eq!(finding.position, Position { line: 1, column: 1 });
}

#[test]
fn a_rule_that_is_off_reports_nothing() {
    let corpus = corpus(&[("A", "x")], "[severity]\n\"hostile/rule\" = \"off\"\n");
    let validation = validator().validate(&corpus, &act("none")).unwrap();
    assert!(validation.findings.is_empty() && validation.incomplete.is_empty());
}

#[test]
fn only_the_kinds_asked_for_are_handed_over() {
    let corpus = corpus(&[("A", "x")], "");
    let config = PluginConfig {
        kinds: Some(vec!["process".to_owned()]),
        ..act("none")
    };
    let validation = validator().validate(&corpus, &config).unwrap();
    assert!(validation.findings.is_empty());
}

#[test]
fn sections_have_offsets_in_the_body_and_lines_of_the_file() {
    let body = "# One\ntext\n## Zwölf {#x}\nmore\n";
    let corpus = corpus(&[("BAD", body)], "");
    let validation = validator().validate(&corpus, &act("sections")).unwrap();
    let shown: Vec<(u32, &str)> = validation
        .findings
        .iter()
        .map(|finding| (finding.position.line, finding.message.as_str()))
        .collect();
    // The body starts on line 7 of the file.
    let whole = format!("one {body:?}");
    assert_eq!(
        shown,
        [(7, whole.as_str()), (9, "x \"## Zwölf {#x}\\nmore\\n\"")]
    );
}

#[test]
fn links_come_with_their_lines_and_bodies_in_pages() {
    let corpus = corpus(&[("A", "x"), ("B", "y")], "");
    let validation = validator().validate(&corpus, &act("corpus-links")).unwrap();
    let links = validation.findings.iter().filter(|f| f.message == "GOOD-1");
    let lines: Vec<u32> = links.map(|finding| finding.position.line).collect();
    assert_eq!(lines, [5, 5]);
    let validation = validator()
        .validate(&corpus, &act("corpus-bodies"))
        .unwrap();
    let found = validation
        .findings
        .iter()
        .any(|f| f.message == "2 bodies, None");
    assert!(found, "{:?}", validation.findings);
}

#[test]
fn an_exporter_is_handed_the_fields_it_asked_for() {
    let corpus = corpus(&[("A", "the body")], "");
    let export = exporter().export(&corpus, &act("none")).unwrap();
    assert_eq!(export.files[0].path.as_str(), "out/A.txt");
    let text = String::from_utf8(export.files[0].bytes.clone()).unwrap();
    assert!(text.ends_with("\nthe body"), "{text}");
    assert!(text.contains(r#"("level", "[\"é\",2]")"#), "{text}");
    assert!(!text.contains("absent"), "{text}");
}

#[test]
fn compiled_code_is_kept_and_a_damaged_copy_is_made_again() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("compiled");
    let load = || {
        let host = Host::new(Some(directory.clone()), PluginLimits::DEFAULT).unwrap();
        host.load("p", &GUESTS.validator).unwrap()
    };
    assert!(load().was_compiled());
    assert!(!load().was_compiled());
    let entry = std::fs::read_dir(directory.join("plugins"))
        .unwrap()
        .flatten();
    let entry = entry.map(|entry| entry.path()).find(|path| {
        path.extension()
            .is_some_and(|extension| extension == "cwasm")
    });
    let entry = entry.unwrap();
    let mut bytes = std::fs::read(&entry).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&entry, bytes).unwrap();
    assert!(load().was_compiled());
    assert!(!load().was_compiled());
}

#[test]
fn the_example_for_strangers_builds_and_checks() {
    let place = checkout().join("examples/plugin-rust");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("example");
    guest::cargo(&place, &target, &["--locked"]);
    let built = target.join("wasm32-unknown-unknown/release/open_ends.wasm");
    let plugin = host()
        .load("open-ends", &std::fs::read(built).unwrap())
        .unwrap();
    let corpus = corpus(&[("A", "é TODO\n")], "");
    let validation = plugin.validate(&corpus, &PluginConfig::default()).unwrap();
    let finding = &validation.findings[0];
    assert_eq!(finding.rule, "open-ends/todo");
    assert_eq!(finding.position, Position { line: 7, column: 3 });
    assert_eq!(finding.width, 4);
    assert_eq!(finding.help.as_deref(), Some("finish it"));
}
