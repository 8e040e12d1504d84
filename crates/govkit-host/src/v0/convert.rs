//! From the host's values to those of `wit/v0` and back.
//!
//! What goes in is borrowed: for a links-only validator over ten thousand artifacts, copying the
//! strings here took as long as the plugin.

use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::diff::{Change, ChangeFinding, ChangeSeverity, Confidence, Direction};
use govkit_core::finding::Severity;

use super::bindings::govkit::plugin::{changes, types};
use super::importer;
use crate::abi::{HandedChange, RawFinding, RawFix, RawLocation, Wants};
use crate::description::{Description, RawDescription, RuleDescription};
use crate::failure::Failure;
use crate::importing::Imported;
use crate::lines::LineCount;

/// Artifacts with what had to be computed for their metas.
pub(super) struct Prepared<'a> {
    artifacts: &'a [&'a Artifact],
    parts: Vec<Parts<'a>>,
}

struct Parts<'a> {
    status: Option<String>,
    owner: Option<String>,
    body_line: u32,
    fields: Vec<(&'a str, String)>,
    lines_of_links: Vec<u32>,
}

/// What a meta borrows beside strings.
pub(super) struct Lists<'a> {
    fields: Vec<(&'a str, &'a str)>,
    links: Vec<types::Link<'a>>,
}

impl<'a> Prepared<'a> {
    pub(super) fn of(artifacts: &'a [&'a Artifact], config: &Config, wants: Wants<'a>) -> Self {
        let parts = |artifact: &&'a Artifact| {
            let mut lines = LineCount::of(artifact.text.get(..artifact.body).unwrap_or(""));
            let field = |name: &'a String| {
                let value = &artifact.field(name)?.node.value;
                Some((name.as_str(), serde_json::to_string(value).ok()?))
            };
            let links = artifact.links.iter().filter(|_| wants.graph);
            Parts {
                lines_of_links: links.map(|link| lines.line(link.span.start)).collect(),
                body_line: lines.line(artifact.body),
                status: artifact.standing_status(config),
                owner: artifact.owner(config),
                fields: wants.fields.iter().filter_map(field).collect(),
            }
        };
        Self {
            artifacts,
            parts: artifacts.iter().map(parts).collect(),
        }
    }

    /// Returns the lists the metas borrow.
    pub(super) fn links(&self) -> Vec<Lists<'_>> {
        let both = self.artifacts.iter().zip(&self.parts);
        both.map(|(artifact, parts)| lists(artifact, parts))
            .collect()
    }

    pub(super) fn metas<'m>(&'m self, lists: &'m [Lists<'m>]) -> Vec<types::Meta<'m>> {
        let rest = self.parts.iter().zip(lists);
        let all = self.artifacts.iter().zip(rest);
        all.map(|(artifact, (parts, lists))| meta(artifact, parts, lists))
            .collect()
    }
}

fn lists<'m>(artifact: &'m Artifact, parts: &'m Parts<'_>) -> Lists<'m> {
    let fields = parts.fields.iter();
    let links = artifact.links.iter().zip(&parts.lines_of_links);
    Lists {
        fields: fields.map(|(name, json)| (*name, json.as_str())).collect(),
        links: links
            .map(|(link, line)| types::Link {
                name: &link.name,
                target: &link.target,
                line: *line,
            })
            .collect(),
    }
}

fn meta<'m>(artifact: &'m Artifact, parts: &'m Parts<'_>, lists: &'m Lists<'m>) -> types::Meta<'m> {
    types::Meta {
        id: &artifact.id,
        path: artifact.path.as_str(),
        kind: &artifact.kind,
        title: &artifact.title,
        status: parts.status.as_deref(),
        owner: parts.owner.as_deref(),
        body_line: parts.body_line,
        fields: &lists.fields,
        links: &lists.links,
    }
}

/// Both sides of a change.
pub(super) fn sides<'a>(
    change: HandedChange<'a>,
    wants: Wants<'a>,
) -> (Prepared<'a>, Prepared<'a>) {
    (
        Prepared::of(&change.sides.before, change.config, wants),
        Prepared::of(&change.sides.after, change.config, wants),
    )
}

/// What a change set's strings are borrowed from, where the host has no string of that shape.
pub(super) struct ChangeParts<'a> {
    findings: Vec<FindingParts<'a>>,
    artifacts: Vec<changes::ChangedArtifact<'a>>,
}

struct FindingParts<'a> {
    finding: &'a ChangeFinding,
    artifact: u32,
    fact: String,
    old: Option<String>,
    new: Option<String>,
    data: Vec<(&'a str, &'a str)>,
}

impl<'a> ChangeParts<'a> {
    pub(super) fn of(change: HandedChange<'a>) -> Self {
        let mut findings = Vec::with_capacity(change.set.findings.len());
        for (index, (_, found)) in change.set.by_artifact().enumerate() {
            let parts = found.iter().map(|finding| parts_of(finding, index as u32));
            findings.extend(parts);
        }
        let places = change.sides.places.iter().zip(change.pairs);
        let mut artifacts = Vec::with_capacity(change.set.artifacts.len());
        for (artifact, ((before, after), pair)) in change.set.artifacts.iter().zip(places) {
            artifacts.push(changes::ChangedArtifact {
                change: what(artifact.change),
                before: *before,
                after: *after,
                path: &artifact.path,
                weight: artifact.severity.map(weight),
                likely: pair.confidence == Confidence::Likely,
            });
        }
        Self {
            findings,
            artifacts,
        }
    }

    /// Returns the findings, borrowed.
    pub(super) fn findings(&self) -> Vec<changes::ChangeFinding<'_>> {
        self.findings.iter().map(borrowed).collect()
    }

    pub(super) fn set<'m>(
        &'m self,
        change: HandedChange<'m>,
        findings: &'m [changes::ChangeFinding<'m>],
    ) -> changes::ChangeSet<'m> {
        changes::ChangeSet {
            base: &change.set.compare.base,
            head: &change.set.compare.head,
            artifacts: &self.artifacts,
            findings,
        }
    }
}

fn parts_of(finding: &ChangeFinding, artifact: u32) -> FindingParts<'_> {
    let json = |value: &Option<govkit_core::value::Value>| {
        value
            .as_ref()
            .and_then(|value| serde_json::to_string(value).ok())
    };
    let named = [
        ("heading", &finding.at.heading),
        ("modal_old", &finding.modal_old),
        ("modal_new", &finding.modal_new),
    ];
    FindingParts {
        finding,
        artifact,
        fact: finding.fact.name(),
        old: json(&finding.old),
        new: json(&finding.new),
        data: named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .collect(),
    }
}

fn borrowed<'m>(parts: &'m FindingParts<'_>) -> changes::ChangeFinding<'m> {
    let finding = parts.finding;
    changes::ChangeFinding {
        rule: &finding.rule,
        fact: &parts.fact,
        weight: weight(finding.severity),
        direction: match finding.direction {
            Direction::Tightens => changes::Direction::Tightens,
            Direction::Relaxes => changes::Direction::Relaxes,
            Direction::Neutral => changes::Direction::Neutral,
        },
        likely: finding.confidence == Confidence::Likely,
        fingerprint: &finding.fingerprint,
        artifact: parts.artifact,
        section: finding.at.section.as_deref(),
        field: finding.at.field.as_deref(),
        step: finding.at.step.as_deref(),
        old_line: finding.at.old_line,
        new_line: finding.at.new_line,
        old: parts.old.as_deref(),
        new: parts.new.as_deref(),
        quote_old: finding.quote_old.as_deref(),
        quote_new: finding.quote_new.as_deref(),
        message: &finding.message,
        data: &parts.data,
    }
}

fn what(change: Change) -> changes::Change {
    match change {
        Change::Added => changes::Change::Added,
        Change::Removed => changes::Change::Removed,
        Change::Renamed => changes::Change::Renamed,
        Change::Changed => changes::Change::Changed,
    }
}

fn weight(severity: ChangeSeverity) -> changes::Weight {
    match severity {
        ChangeSeverity::Editorial => changes::Weight::Editorial,
        ChangeSeverity::Minor => changes::Weight::Minor,
        ChangeSeverity::Substantive => changes::Weight::Substantive,
        ChangeSeverity::Breaking => changes::Weight::Breaking,
    }
}

pub(super) fn imported(found: importer::Imported) -> Imported {
    Imported {
        kind: found.kind,
        id: found.id,
        title: found.title,
        fields: found.fields,
        body: found.body,
    }
}

fn severity(severity: types::Severity) -> Severity {
    match severity {
        types::Severity::Error => Severity::Error,
        types::Severity::Warning => Severity::Warning,
        types::Severity::Info => Severity::Info,
    }
}

pub(super) fn description(about: types::About) -> RawDescription {
    let rule = |rule: types::Rule| RuleDescription {
        id: rule.id,
        summary: rule.summary,
        severity: severity(rule.severity),
        page: rule.page,
    };
    RawDescription {
        description: Description {
            name: about.name,
            version: about.version,
            description: about.description,
            needs_graph: about.needs.contains(types::Needs::GRAPH),
            needs_body: about.needs.contains(types::Needs::BODY),
            fields: about.fields,
            rules: about.rules.into_iter().map(rule).collect(),
            config_schema: None,
        },
        config_schema: about.config_schema,
    }
}

pub(super) fn findings(
    result: Result<Vec<types::Finding>, types::Error>,
) -> Result<Vec<RawFinding>, Failure> {
    let found = result.map_err(|error| Failure::GaveUp(error.message))?;
    Ok(found.into_iter().map(finding).collect())
}

fn finding(found: types::Finding) -> RawFinding {
    let fix = |fix: types::Fix| RawFix {
        title: fix.title,
        safe: fix.safe,
        edits: fix
            .edits
            .into_iter()
            .map(|edit| (edit.span.start, edit.span.end, edit.replacement))
            .collect(),
    };
    let location = |location| match location {
        types::Location::Body(types::Span { start, end }) => RawLocation::Body { start, end },
        types::Location::Line(line) => RawLocation::Line(line),
    };
    RawFinding {
        rule: found.rule,
        severity: severity(found.severity),
        message: found.message,
        artifact: found.artifact,
        location: found.location.map(location),
        help: found.help,
        fixes: found.fixes.into_iter().map(fix).collect(),
        data: found.data,
    }
}
