//! From what a plugin reports to findings: stamped with its name, held against the corpus.

use std::collections::BTreeMap;

use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::finding::{Edit, Finding, Fix, Severity};
use govkit_core::position::{Position, Span};

use crate::abi::{RawFinding, RawFix, RawLocation};
use crate::description::Description;
use crate::limits::{PluginLimits, cut};
use crate::lines::Lines;

const MAX_FIXES: usize = 20;
const MAX_DATA: usize = 64;
const MAX_DATA_NAME_BYTES: usize = 64;
const MAX_EDITS: usize = 100;
const MAX_REPLACEMENT_BYTES: usize = 64 << 10;
const MAX_TITLE_BYTES: usize = 200;

/// What every finding of one plugin is held against.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) description: &'a Description,
    pub(crate) config: &'a Config,
    pub(crate) limits: &'a PluginLimits,
}

/// The findings of one call, and what was wrong with those that are not among them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    /// Each complaint once, in the order met, with the artifact it is about where known.
    pub(crate) complaints: Vec<String>,
}

impl Judge<'_> {
    /// Turns what was reported about `artifact` into findings.
    pub(crate) fn of_artifact(&self, artifact: &Artifact, found: Vec<RawFinding>) -> Judged {
        let mut judged = Judged::default();
        if found.is_empty() {
            return judged;
        }
        let lines = Lines::of(&artifact.text);
        for (count, raw) in found.into_iter().enumerate() {
            if count == self.limits.findings_per_artifact {
                judged.complain(format!(
                    "reported more than {} findings for one artifact; the rest is left out",
                    self.limits.findings_per_artifact
                ));
                break;
            }
            let result = if raw.artifact == artifact.id {
                self.finding(artifact, &lines, raw)
            } else {
                Err(format!(
                    "reported `{}` while it was handed another artifact",
                    cut(raw.artifact, 80)
                ))
            };
            judged.take(result);
        }
        judged
    }

    /// Turns what was reported about the corpus into findings; `find` looks an id up.
    pub(crate) fn of_corpus<'a>(
        &self,
        found: Vec<RawFinding>,
        find: impl Fn(&str) -> Option<&'a Artifact>,
    ) -> Judged {
        let mut judged = Judged::default();
        let mut found = found;
        // One more than is kept, so that `merge` sees that there were more.
        found.truncate(self.limits.findings.saturating_add(1));
        // Side by side, the findings of an artifact need its lines once.
        found.sort_by(|a, b| a.artifact.cmp(&b.artifact));
        for group in found.chunk_by(|a, b| a.artifact == b.artifact) {
            let Some(artifact) = find(&group[0].artifact) else {
                let id = cut(group[0].artifact.clone(), 80);
                judged.complain(format!("reported `{id}`, which is no artifact"));
                continue;
            };
            let lines = Lines::of(&artifact.text);
            for raw in group {
                judged.take(self.finding(artifact, &lines, raw.clone()));
            }
        }
        judged
    }

    /// Returns nothing for a finding the configuration switches off.
    fn finding(
        &self,
        artifact: &Artifact,
        lines: &Lines<'_>,
        raw: RawFinding,
    ) -> Result<Option<Finding>, String> {
        if self.description.rule(&raw.rule).is_none() {
            return Err(format!(
                "reported the rule `{}`, which it does not declare",
                cut(raw.rule, 80)
            ));
        }
        let rule = format!("{}/{}", self.plugin, raw.rule);
        let severity = match self.config.severity.get(&rule) {
            Some(level) => Severity::of(*level),
            None => Some(raw.severity),
        };
        let (position, width) = place(artifact, lines, raw.location)
            .map_err(|wrong| format!("reported `{}` at {wrong}", raw.rule))?;
        let bytes = self.limits.message_bytes;
        let fixes = raw.fixes.into_iter().take(MAX_FIXES);
        let mut fixes = fixes.filter_map(|raw| fix(artifact, raw));
        Ok(severity.map(|severity| Finding {
            path: artifact.path.clone(),
            position,
            rule,
            severity,
            message: cut(raw.message, bytes),
            artifact: Some(artifact.id.clone()),
            help: raw.help.map(|help| cut(help, bytes)),
            width,
            plugin: Some(self.plugin.to_owned()),
            fix: fixes.next(),
            more_fixes: fixes.collect(),
            data: data(raw.data),
        }))
    }
}

impl Judged {
    fn take(&mut self, result: Result<Option<Finding>, String>) {
        match result {
            Ok(finding) => self.findings.extend(finding),
            Err(complaint) => self.complain(complaint),
        }
    }

    fn complain(&mut self, complaint: String) {
        const MAX_COMPLAINTS: usize = 5;
        if self.complaints.len() < MAX_COMPLAINTS && !self.complaints.contains(&complaint) {
            self.complaints.push(complaint);
        }
    }
}

fn place(
    artifact: &Artifact,
    lines: &Lines<'_>,
    location: Option<RawLocation>,
) -> Result<(Position, usize), String> {
    match location {
        // The artifact as a whole is shown at its first line, as govkit's own rules do.
        None => Ok((Position { line: 1, column: 1 }, 0)),
        Some(RawLocation::Line(line)) => {
            if line == 0 || line as usize > lines.count() {
                return Err(format!("line {line} of a file of {} lines", lines.count()));
            }
            Ok((Position { line, column: 1 }, 0))
        }
        Some(RawLocation::Body { start, end }) => {
            let span = body_span(artifact, start, end)
                .ok_or_else(|| format!("bytes {start} to {end}, which are no text of the body"))?;
            let text = span.of(&artifact.text);
            let width = text.lines().next().unwrap_or("").chars().count();
            Ok((lines.position(span.start), width))
        }
    }
}

/// Returns the span in the file, where the range is one of the body, between characters.
fn body_span(artifact: &Artifact, start: u32, end: u32) -> Option<Span> {
    let (start, end) = (start as usize, end as usize);
    artifact.body_text().get(start..end)?;
    Some(Span::new(start, end).shifted(artifact.body))
}

/// Keeps the named values a plugin adds, within bounds.
fn data(raw: Vec<(String, String)>) -> BTreeMap<String, String> {
    let short = raw
        .into_iter()
        .filter(|(name, _)| (1..=MAX_DATA_NAME_BYTES).contains(&name.len()));
    let cut_value = |(name, value)| (name, cut(value, PluginLimits::DEFAULT.message_bytes));
    short.take(MAX_DATA).map(cut_value).collect()
}

/// Returns the fix, where it is one that could be applied.
fn fix(artifact: &Artifact, raw: RawFix) -> Option<Fix> {
    if raw.edits.is_empty() || raw.edits.len() > MAX_EDITS {
        return None;
    }
    let mut edits = Vec::with_capacity(raw.edits.len());
    let mut free_from = artifact.body;
    for (start, end, replacement) in raw.edits {
        let span = body_span(artifact, start, end)?;
        if span.start < free_from || replacement.len() > MAX_REPLACEMENT_BYTES {
            return None;
        }
        free_from = span.end;
        edits.push(Edit {
            path: artifact.path.clone(),
            start: span.start,
            end: span.end,
            replacement,
        });
    }
    Some(Fix {
        title: cut(raw.title, MAX_TITLE_BYTES),
        safe: raw.safe,
        edits,
    })
}
