//! Inputs nobody writes on purpose, which every plugin meets one day.

use std::sync::Arc;

use anyhow::Result;
use govkit_core::config::{Config, PluginConfig};
use govkit_core::corpus::Corpus;
use govkit_core::limits::Limits;
use govkit_core::snapshot::Snapshot;
use govkit_host::{Plugin, Role};

const CONFIG: &str = "[kinds.policy]\npaths = [\"*.md\"]\nopen = true\n\
    [kinds.policy.links]\nsee = { to = [] }\n";

/// Bodies, each with a word for what it is.
fn bodies() -> Vec<(&'static str, String)> {
    let repeated = |text: &str, times: usize| text.repeat(times);
    vec![
        ("nothing", String::new()),
        ("blanks", repeated(" \n\t\n", 500)),
        ("one line of a megabyte", repeated("word ", 200_000)),
        ("many lines", repeated("x\n", 100_000)),
        ("many headings", repeated("# H\n", 5_000)),
        (
            "deep lists",
            (0..500)
                .map(|depth| format!("{}- x\n", " ".repeat(depth)))
                .collect(),
        ),
        ("deep quotes", repeated("> ", 2_000)),
        ("open brackets", repeated("[", 50_000)),
        ("an open fence", "```\nTODO\n".to_owned()),
        ("other line ends", repeated("TODO MUST\r\n", 100)),
        ("controls", "a\u{0}b\u{1b}[2J\u{7}\u{85}\u{2028}".to_owned()),
        (
            "letters that run backwards",
            "\u{202e}TSUM\u{2066} \u{200b}\u{feff}".to_owned(),
        ),
        ("letters of four bytes", repeated("😀é\u{301}TODO", 1_000)),
        ("marks on marks", format!("a{}", repeated("\u{301}", 5_000))),
        ("templates", repeated("{{ x }} {{ ", 2_000)),
    ]
}

/// Runs the plugin over them; returns how many, and in a line each what failed.
pub(super) fn run(plugin: &Plugin, ours: &PluginConfig) -> Result<(usize, Vec<String>)> {
    let mut failed = Vec::new();
    let bodies = bodies();
    if plugin.is_validator() || plugin.is_exporter() {
        let config = Arc::new(Config::parse(CONFIG, "hostile inputs")?);
        for (what, body) in &bodies {
            let text = format!(
                "+++\nid = \"A\"\nodd = [1, {{ a = \"\\u0000\" }}]\n[links]\nsee = [\"A\", \"gone\"]\n+++\n{body}"
            );
            let snapshot = Snapshot::of_files([("A.md".to_owned(), text.into_bytes())]);
            let corpus = Corpus::parse(snapshot, config.clone(), &Limits::DEFAULT);
            if plugin.is_validator() {
                let validation = plugin.validate(&corpus, ours)?;
                failed.extend(
                    validation
                        .incomplete
                        .iter()
                        .map(|one| format!("{what}: {}", one.message)),
                );
            }
            if plugin.is_exporter()
                && let Err(error) = plugin.export(&corpus, ours)
            {
                failed.push(format!("{what}: {error}"));
            }
        }
    }
    let mut count = bodies.len();
    if plugin.has(Role::Importer) {
        let mut foreign: Vec<(&str, Vec<u8>)> = bodies
            .into_iter()
            .map(|(what, body)| (what, body.into_bytes()))
            .collect();
        foreign.push(("bytes that are no text", (0..=255).collect()));
        foreign.push(("half a letter", vec![b'a', 0xc3]));
        count = foreign.len();
        for (what, bytes) in foreign {
            // A refusal is an answer, a trap is none.
            if let Err(one) = plugin.import("hostile", &bytes, ours)?
                && !one.message.contains(" gave up: ")
            {
                failed.push(format!("{what}: {}", one.message));
            }
        }
    }
    Ok((count, failed))
}
