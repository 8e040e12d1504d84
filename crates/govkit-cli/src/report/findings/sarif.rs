//! SARIF 2.1.0, which code scanning services read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;
use govkit_core::rule::page;
use govkit_core::rules::rule;
use govkit_core::untrusted::Untrusted;
use serde::Serialize;

use super::Summary;

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
    level: &'static str,
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
    level: &'static str,
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

/// Writes the log.
pub(super) fn write(
    findings: &[Finding],
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut indexes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        indexes.insert(&finding.rule, 0);
    }
    for (index, at) in indexes.values_mut().enumerate() {
        *at = index;
    }
    let results = findings
        .iter()
        .map(|finding| result(finding, indexes[finding.rule.as_str()]));
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "govkit",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: indexes.keys().map(|id| rule_item(id)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: summary.complete,
            }],
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// A rule with its page; of a plugin's rule only the id is known here.
fn rule_item(id: &str) -> RuleItem<'_> {
    let known = rule(id);
    RuleItem {
        id,
        short_description: known.map(|rule| Text {
            text: rule.summary().to_owned(),
        }),
        help: known.map(|rule| Help {
            text: page(rule),
            markdown: page(rule),
        }),
        default_configuration: known.and_then(|rule| {
            let severity = Severity::of(rule.level())?;
            Some(Configuration {
                level: level(severity),
            })
        }),
    }
}

fn result(finding: &Finding, rule_index: usize) -> ResultItem<'_> {
    let position = finding.position;
    let region = (position.line > 0).then(|| Region {
        start_line: position.line,
        start_column: position.column.max(1),
        end_column: u32::try_from(finding.width)
            .ok()
            .filter(|width| *width > 0)
            .and_then(|width| position.column.max(1).checked_add(width)),
    });
    let artifact = finding.artifact.as_deref();
    ResultItem {
        rule_id: &finding.rule,
        rule_index,
        level: level(finding.severity),
        message: Text {
            text: plain(&super::with_help(finding)),
        },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&finding.path),
                    uri_base_id: "%SRCROOT%",
                },
                region,
            },
            logical_locations: artifact
                .map(|name| LogicalLocation { name })
                .into_iter()
                .collect(),
        }],
        partial_fingerprints: BTreeMap::from([("govkit/v1", finding.fingerprint())]),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Text no viewer finds a link in: SARIF reads `[text](target)` in a message as one.
fn plain(text: &str) -> String {
    Untrusted::line(text).to_string().replace("](", "] (")
}

/// A path as a relative URI reference.
fn uri(path: &RepoPath) -> String {
    let mut out = String::with_capacity(path.as_str().len());
    for byte in path.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
