//! One JSON object, the shape `govkit schema check` describes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use govkit_core::finding::{Edit, Finding, Fix};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::envelope;

/// What `govkit check --format json` prints, behind `format` and `format_version`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Report<'a> {
    summary: Summary,
    /// In path, place and rule order.
    findings: Vec<Item<'a>>,
}

/// How many findings there are.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    /// Files with findings.
    files: usize,
    /// Artifacts looked at, and files that should be artifacts and are not.
    artifacts: usize,
    /// Whether every rule and plugin could finish.
    complete: bool,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item<'a> {
    /// The rule's id; a plugin's rules are `plugin/rule`.
    rule: &'a str,
    /// `info`, `warning` or `error`.
    severity: &'a str,
    message: &'a str,
    path: &'a str,
    /// From 1; 0 for the file as a whole.
    line: u32,
    /// In Unicode characters from 1; 0 for the line as a whole.
    column: u32,
    /// The artifact's id, where the file has one.
    artifact: Option<&'a str>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plugin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixItem<'a>>,
    /// All changes that would mend it, best first, where there are several; `fix` is the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixItem<'a>>,
    /// What a plugin adds for scripts, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    data: &'a BTreeMap<String, String>,
}

/// A change that would mend a finding.
#[derive(Serialize, JsonSchema)]
struct FixItem<'a> {
    title: &'a str,
    /// Whether it can be applied without a person reading it.
    safe: bool,
    edits: Vec<EditItem<'a>>,
}

/// One replacement, in bytes from the start of the file.
#[derive(Serialize, JsonSchema)]
struct EditItem<'a> {
    path: &'a str,
    start: usize,
    end: usize,
    replacement: &'a str,
}

/// Writes the object.
pub(super) fn write(
    findings: &[Finding],
    summary: &super::Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report {
        summary: Summary::from(summary),
        findings: findings.iter().map(Item::from).collect(),
    };
    envelope::json("check", &report, out)
}

impl From<&super::Summary> for Summary {
    fn from(summary: &super::Summary) -> Self {
        Self {
            error: summary.errors,
            warning: summary.warnings,
            info: summary.infos,
            files: summary.files,
            artifacts: summary.artifacts,
            complete: summary.complete,
        }
    }
}

impl<'a> From<&'a Finding> for Item<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity.name(),
            message: &finding.message,
            path: finding.path.as_str(),
            line: finding.position.line,
            column: finding.position.column,
            artifact: finding.artifact.as_deref(),
            help: finding.help.as_deref(),
            plugin: finding.plugin.as_deref(),
            fix: finding.fix.as_ref().map(FixItem::from),
            fixes: match finding.more_fixes.is_empty() {
                true => Vec::new(),
                false => finding
                    .fix
                    .iter()
                    .chain(&finding.more_fixes)
                    .map(FixItem::from)
                    .collect(),
            },
            data: &finding.data,
        }
    }
}

impl<'a> From<&'a Fix> for FixItem<'a> {
    fn from(fix: &'a Fix) -> Self {
        Self {
            title: &fix.title,
            safe: fix.safe,
            edits: fix.edits.iter().map(EditItem::from).collect(),
        }
    }
}

impl<'a> From<&'a Edit> for EditItem<'a> {
    fn from(edit: &'a Edit) -> Self {
        Self {
            path: edit.path.as_str(),
            start: edit.start,
            end: edit.end,
            replacement: &edit.replacement,
        }
    }
}
