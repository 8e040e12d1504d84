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
    assert_eq!(inspection.size, GUESTS["validator"].len());
    assert_eq!(inspection.digest, Sha256Digest::of(&GUESTS["validator"]));
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
    let plugin = host().load("named", &GUESTS["validator"]).unwrap();
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
        host.load("p", &GUESTS["validator"]).unwrap()
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
    assert_eq!(finding.help.as_deref(), Some("finish it, or take it out"));
}

#[test]
fn a_change_is_handed_over_with_both_sides_and_its_findings() {
    use govkit_core::diff::{ChangedFile, Compare, FileSide, diff, pair};
    use govkit_core::limits::Limits;
    use govkit_core::path::RepoPath;
    let corpus = corpus(&[], "");
    let config = corpus.config();
    let file = |id: &str, title: &str, body: &str| {
        format!("+++\nid = \"{id}\"\ntitle = \"{title}\"\n+++\n{body}").into_bytes()
    };
    let changed = |path: &str, old: Option<Vec<u8>>, new: Option<Vec<u8>>| {
        let path = RepoPath::new(path).unwrap();
        let side =
            |bytes: Option<Vec<u8>>| FileSide::read(&path, bytes?, None, config, &Limits::DEFAULT);
        ChangedFile {
            old: side(old),
            new: side(new),
            path: path.clone(),
        }
    };
    let pairs = pair(vec![
        changed(
            "a.md",
            Some(file("A", "Old", "x\n")),
            Some(file("A", "New", "x\n")),
        ),
        changed("b.md", None, Some(file("B", "B", "came\n"))),
        changed(
            "c.md",
            Some(file("C", "C", "An entirely different text, long gone.\n")),
            None,
        ),
    ]);
    let set = diff(Compare::default(), &pairs, config);
    let plugin = host().load("told", &GUESTS["change"]).unwrap();
    assert_eq!(
        plugin
            .roles()
            .map(govkit_host::Role::name)
            .collect::<Vec<_>>(),
        ["change-validator"]
    );
    let changes = govkit_host::Changes {
        set: &set,
        pairs: &pairs,
        config,
    };
    let validation = plugin.validate_changes(changes, &act("none")).unwrap();
    assert!(
        validation.incomplete.is_empty(),
        "{:?}",
        validation.incomplete
    );
    let messages: Vec<&str> = validation
        .findings
        .iter()
        .map(|f| f.message.as_str())
        .collect();
    for wanted in [
        "changed a.md (Some(\"x\\n\"), Some(\"x\\n\"))",
        "added b.md (None, Some(\"came\\n\"))",
        "removed c.md (Some(\"An entirely different text, long gone.\\n\"), None)",
    ] {
        assert!(messages.contains(&wanted), "{messages:?}");
    }
    let title = validation
        .findings
        .iter()
        .find(|f| f.message.contains("\"\\\"Old\\\"\""));
    let title = title.unwrap_or_else(|| panic!("{messages:?}"));
    assert_eq!((title.path.as_str(), title.position.line), ("a.md", 3));
    assert_eq!(title.data.keys().collect::<Vec<_>>(), ["fingerprint"]);
    assert!(plugin.validate_changes(changes, &act("refuse")).is_err());
}

struct Told;

impl govkit_host::History for Told {
    fn versions(&self, id: &str) -> Result<Vec<govkit_host::Version>, String> {
        match id {
            "A" => Ok(vec![govkit_host::Version {
                change: "added".to_owned(),
                data: vec![("status".to_owned(), "draft".to_owned())],
                ..govkit_host::Version::default()
            }]),
            _ => Err("this clone is shallow".to_owned()),
        }
    }
}

#[test]
fn who_asks_is_offered_histories_and_assets() {
    let mut plugin = host().load("asker", &GUESTS["asker"]).unwrap();
    assert!(plugin.asks_for("history") && plugin.asks_for("assets"));
    assert!(!validator().asks_for("history") && !validator().asks_for("assets"));
    let asset = govkit_host::Asset {
        name: "logo.svg".to_owned(),
        bytes: (*b"<svg/>").into(),
    };
    plugin.offer(govkit_host::Services {
        history: Some(std::sync::Arc::new(Told)),
        assets: [asset].into(),
    });
    let validation = plugin
        .validate(&corpus(&[("A", "x"), ("B", "x")], ""), &act("none"))
        .unwrap();
    assert_eq!(
        validation.findings[0].message,
        "[\"added [(\\\"status\\\", \\\"draft\\\")]\"] [\"logo.svg\"] 6 None"
    );
    // A history that is not whole is no history.
    assert_eq!(
        validation.incomplete[0].message,
        "plugin `asker` could not be answered: this clone is shallow"
    );
}

/// One component for each released version of the interface, as it was compiled then. None of
/// them may ever stop working; see `wit/README.md`.
const RELEASED: &[(&str, &[u8])] = &[("0.1.0", include_bytes!("abi/plain-language-0.1.0.wasm"))];

#[test]
fn what_was_compiled_for_a_released_version_still_runs() {
    let body = format!("The manager MUST {}stop.\n", "and then again ".repeat(20));
    let corpus = corpus(&[("A", &body)], "");
    for (version, component) in RELEASED {
        let plugin = host().load("old", component).unwrap();
        assert_eq!(plugin.inspect().abi, Abi::V0, "{version}");
        let config = PluginConfig {
            config: serde_json::json!({}),
            ..PluginConfig::default()
        };
        let validation = plugin.validate(&corpus, &config).unwrap();
        assert!(validation.incomplete.is_empty(), "{version}");
        let finding = validation
            .findings
            .iter()
            .find(|f| f.rule == "old/long-sentence");
        let finding = finding.unwrap_or_else(|| panic!("{version}: {:?}", validation.findings));
        assert_eq!(finding.position, Position { line: 7, column: 1 });
    }
}

#[test]
fn a_configuration_is_held_against_the_schema() {
    let plugin = host().load("old", RELEASED[0].1).unwrap();
    let config = PluginConfig {
        config: serde_json::json!({ "max_words": 2 }),
        ..PluginConfig::default()
    };
    let faults = plugin.check_config(&config);
    assert_eq!(
        (faults[0].place(), faults[0].message.as_str()),
        ("max_words".to_owned(), "`2` is less than 5")
    );
    let error = plugin
        .validate(&corpus(&[("A", "x")], ""), &config)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "plugin `old`: `plugins.old.config.max_words`: `2` is less than 5"
    );
}
