//! What a rule is, and how it reports.

use jiff::civil::Date;

use crate::artifact::Artifact;
use crate::config::{Config, Level};
use crate::corpus::Corpus;
use crate::finding::{Finding, Fix, Severity};
use crate::limits::Limits;
use crate::path::RepoPath;
use crate::position::{Position, Span};

/// A rule govkit knows by itself.
pub trait Rule: Sync {
    /// The id people write in `govkit.toml`: `broken-link`. Permanent.
    fn id(&self) -> &'static str;

    /// One line for `govkit rules`: what it asks, as a question or a statement.
    fn summary(&self) -> &'static str;

    /// The rule's own source (`include_str!`), whose module comment is the page `govkit
    /// explain` prints; see [`page`].
    fn source(&self) -> &'static str;

    /// How much its findings matter where the configuration is silent.
    fn level(&self) -> Level {
        Level::Error
    }

    /// Looks at one artifact. Called for every artifact, in parallel.
    fn check_artifact(
        &self,
        _artifact: &Artifact,
        _context: &Context<'_>,
        _report: &mut Reporter<'_>,
    ) {
    }

    /// Looks at the corpus as a whole. Called once.
    fn check_corpus(&self, _context: &Context<'_>, _report: &mut Reporter<'_>) {}
}

/// Returns the page of a rule as Markdown: the `//!` comment at the top of its file.
pub fn page(rule: &dyn Rule) -> String {
    let lines = rule
        .source()
        .lines()
        .map_while(|line| line.strip_prefix("//!"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .fold(String::new(), |page, line| page + line + "\n")
}

/// What a rule may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All artifacts of the revision.
    pub corpus: &'a Corpus,
    /// Today, for the rules about time; never the clock.
    pub now: Date,
}

impl<'a> Context<'a> {
    /// Returns the configuration.
    pub fn config(&self) -> &'a Config {
        self.corpus.config()
    }
}

/// Collects the findings of one rule, at the severity the configuration gives it.
///
/// Of one rule in one file it keeps the first [`Limits::findings_per_artifact`]; the last of
/// them says so.
pub struct Reporter<'a> {
    rule: &'a str,
    severity: Severity,
    findings: &'a mut Vec<Finding>,
    file: Option<RepoPath>,
    in_file: usize,
}

impl<'a> Reporter<'a> {
    /// Makes a reporter for `rule` that appends to `findings`.
    pub fn new(rule: &'a str, severity: Severity, findings: &'a mut Vec<Finding>) -> Self {
        Self {
            rule,
            severity,
            findings,
            file: None,
            in_file: 0,
        }
    }

    /// Reports `message` about `span` of an artifact's file.
    pub fn at(&mut self, artifact: &Artifact, span: Span, message: impl Into<String>) -> Draft<'_> {
        // Finding a position reads the file up to it: not for what is thrown away.
        if self.is_full(&artifact.path) {
            return Draft { finding: None };
        }
        let width = span
            .of(&artifact.text)
            .lines()
            .next()
            .unwrap_or("")
            .chars()
            .count();
        let position = Position::of(&artifact.text, span.start);
        self.push(
            &artifact.path,
            position,
            width,
            Some(artifact.id.clone()),
            message.into(),
        )
    }

    /// Reports `message` about an artifact as a whole, shown at its first line.
    pub fn whole(&mut self, artifact: &Artifact, message: impl Into<String>) -> Draft<'_> {
        let position = Position { line: 1, column: 1 };
        self.push(
            &artifact.path,
            position,
            0,
            Some(artifact.id.clone()),
            message.into(),
        )
    }

    /// Reports `message` about a file that is no artifact.
    pub fn file(
        &mut self,
        path: &RepoPath,
        position: Position,
        message: impl Into<String>,
    ) -> Draft<'_> {
        self.push(path, position, 0, None, message.into())
    }

    fn push(
        &mut self,
        path: &RepoPath,
        position: Position,
        width: usize,
        artifact: Option<String>,
        message: String,
    ) -> Draft<'_> {
        if self.is_full(path) {
            return Draft { finding: None };
        }
        if self.file.as_ref() != Some(path) {
            self.file = Some(path.clone());
            self.in_file = 0;
        }
        self.in_file += 1;
        self.findings.push(Finding {
            path: path.clone(),
            position,
            rule: self.rule.to_owned(),
            severity: self.severity,
            message,
            artifact,
            help: None,
            width,
            plugin: None,
            fix: None,
            more_fixes: Vec::new(),
            data: std::collections::BTreeMap::new(),
        });
        Draft {
            finding: self.findings.last_mut(),
        }
    }

    fn is_full(&mut self, path: &RepoPath) -> bool {
        let limit = Limits::DEFAULT.findings_per_artifact;
        if self.in_file < limit || self.file.as_ref() != Some(path) {
            return false;
        }
        if let Some(last) = self.findings.last_mut() {
            last.help = Some(format!(
                "`{}` has more to say about this file; only the first {limit} findings are shown",
                self.rule
            ));
        }
        true
    }
}

/// The finding just reported, for the parts not every rule has.
pub struct Draft<'a> {
    finding: Option<&'a mut Finding>,
}

impl Draft<'_> {
    /// Adds the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(finding) = &mut self.finding {
            finding.help = Some(help.into());
        }
        self
    }

    /// Adds a change that would mend it.
    pub fn fix(mut self, fix: Fix) -> Self {
        if let Some(finding) = &mut self.finding {
            finding.fix = Some(fix);
        }
        self
    }
}
