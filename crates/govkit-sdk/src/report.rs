//! Collecting findings.

use std::ops::Range;

use crate::{About, Artifact, Edit, Finding, Fix, Location, Severity, Span};

/// Collects the findings of one call.
///
/// In `check_artifact` they are about the artifact at hand; in `check_corpus` say which one
/// with [`Report::about`] first.
#[derive(Debug)]
pub struct Report {
    severities: Vec<(String, Severity)>,
    artifact: String,
    findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(about: &About) -> Self {
        let severity = |rule: &crate::Rule| (rule.id.clone(), rule.severity);
        Self {
            severities: about.rules.iter().map(severity).collect(),
            artifact: String::new(),
            findings: Vec::new(),
        }
    }

    /// Makes the next findings be about `artifact`.
    pub fn about(&mut self, artifact: &Artifact) -> &mut Self {
        if self.artifact != artifact.id {
            self.artifact.clone_from(&artifact.id);
        }
        self
    }

    /// Reports bytes of the body, which must lie on the borders of characters.
    pub fn at(&mut self, rule: &str, bytes: Range<usize>, message: impl Into<String>) -> Draft<'_> {
        let location = Location::Body(span(bytes));
        self.push(rule, Some(location), message.into())
    }

    /// Reports a line of the file, counted from 1, such as `link.line`.
    pub fn line(&mut self, rule: &str, line: u32, message: impl Into<String>) -> Draft<'_> {
        self.push(rule, Some(Location::Line(line)), message.into())
    }

    /// Reports the artifact as a whole.
    pub fn whole(&mut self, rule: &str, message: impl Into<String>) -> Draft<'_> {
        self.push(rule, None, message.into())
    }

    pub(crate) fn clear_for_next_call(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    fn push(&mut self, rule: &str, location: Option<Location>, message: String) -> Draft<'_> {
        let declared = self.severities.iter().find(|(id, _)| id == rule);
        self.findings.push(Finding {
            rule: rule.to_owned(),
            severity: declared.map_or(Severity::Error, |(_, severity)| *severity),
            message,
            artifact: self.artifact.clone(),
            location,
            help: None,
            fixes: Vec::new(),
            data: Vec::new(),
        });
        Draft {
            findings: &mut self.findings,
        }
    }
}

/// The finding just reported, for the parts not every rule has.
#[derive(Debug)]
pub struct Draft<'a> {
    findings: &'a mut Vec<Finding>,
}

impl Draft<'_> {
    /// Adds the way out, in the imperative.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.change(|finding| finding.help = Some(help.into()))
    }

    /// Gives this one finding another severity than its rule's.
    pub fn severity(self, severity: Severity) -> Self {
        self.change(|finding| finding.severity = severity)
    }

    /// Adds a change that would mend it: `replacement` in place of these bytes of the body.
    /// `safe` where it can be applied without a person reading it. Best first where there are several.
    pub fn replace(self, title: &str, bytes: Range<usize>, replacement: &str, safe: bool) -> Self {
        let edit = Edit {
            span: span(bytes),
            replacement: replacement.to_owned(),
        };
        let fix = Fix {
            title: title.to_owned(),
            safe,
            edits: vec![edit],
        };
        self.change(|finding| finding.fixes.push(fix))
    }

    /// Adds a named value for scripts, handed on in JSON.
    pub fn data(self, name: &str, value: impl Into<String>) -> Self {
        self.change(|finding| finding.data.push((name.to_owned(), value.into())))
    }

    fn change(self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = self.findings.last_mut() {
            change(finding);
        }
        self
    }
}

/// Bodies are at most 2 MiB, so an offset always fits; a wrong one stays wrong for the host to refuse.
fn span(bytes: Range<usize>) -> Span {
    Span {
        start: u32::try_from(bytes.start).unwrap_or(u32::MAX),
        end: u32::try_from(bytes.end).unwrap_or(u32::MAX),
    }
}
