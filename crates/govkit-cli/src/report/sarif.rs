//! SARIF 2.1.0, which code scanning services read: one log writer for everything that finds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use govkit_core::untrusted::Untrusted;
use serde::Serialize;

/// How bad a result is.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// It has to be mended or agreed to.
    Error,
    /// It should be looked at.
    Warning,
    /// It is good to know.
    Note,
}

/// What a log says of a rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rule {
    /// What it asks, in one sentence.
    pub(crate) summary: Option<String>,
    /// Its page, as Markdown.
    pub(crate) page: Option<String>,
    /// Its level unless a result says otherwise.
    pub(crate) level: Option<Level>,
}

/// One thing found.
#[derive(Clone, Debug)]
pub(crate) struct Problem<'a> {
    pub(crate) rule: &'a str,
    pub(crate) level: Level,
    /// What is wrong, untrusted.
    pub(crate) message: String,
    /// The file, from the top of the repository.
    pub(crate) path: &'a str,
    /// Line and column from 1, and the column behind the end; absent for a file as a whole.
    pub(crate) region: Option<(u32, u32, Option<u32>)>,
    /// The artifact's id.
    pub(crate) artifact: Option<&'a str>,
    /// A name for it that survives edits elsewhere, and the way it was made.
    pub(crate) fingerprint: (&'static str, String),
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ResultItem<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<RuleItem<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleItem<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: Level,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultItem<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: Level,
    message: Text,
    locations: [Location<'a>; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
struct LogicalLocation<'a> {
    name: &'a str,
}

/// Writes the log; `describe` tells of a rule what is known.
pub(crate) fn write(
    problems: &[Problem<'_>],
    describe: &dyn Fn(&str) -> Rule,
    complete: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut indexes: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in problems {
        indexes.insert(problem.rule, 0);
    }
    for (index, at) in indexes.values_mut().enumerate() {
        *at = index;
    }
    let results = problems
        .iter()
        .map(|problem| result(problem, indexes[problem.rule]));
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "govkit",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: indexes
                        .keys()
                        .map(|id| rule_item(id, describe(id)))
                        .collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: complete,
            }],
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule_item(id: &str, rule: Rule) -> RuleItem<'_> {
    RuleItem {
        id,
        short_description: rule.summary.map(|text| Text { text }),
        help: rule.page.map(|page| Help {
            text: page.clone(),
            markdown: page,
        }),
        default_configuration: rule.level.map(|level| Configuration { level }),
    }
}

fn result<'a>(problem: &'a Problem<'_>, rule_index: usize) -> ResultItem<'a> {
    let region = problem.region.map(|(line, column, end)| Region {
        start_line: line.max(1),
        start_column: column.max(1),
        end_column: end,
    });
    let (key, print) = &problem.fingerprint;
    ResultItem {
        rule_id: problem.rule,
        rule_index,
        level: problem.level,
        message: Text {
            text: plain(&problem.message),
        },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(problem.path),
                    uri_base_id: "%SRCROOT%",
                },
                region,
            },
            logical_locations: problem
                .artifact
                .map(|name| LogicalLocation { name })
                .into_iter()
                .collect(),
        }],
        partial_fingerprints: BTreeMap::from([(*key, print.clone())]),
    }
}

/// Text no viewer finds a link in: SARIF reads `[text](target)` in a message as one.
fn plain(text: &str) -> String {
    Untrusted::line(text).to_string().replace("](", "] (")
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
