//! Findings by the artifact they speak of: what a reader goes through.

use std::collections::BTreeMap;

use govkit_core::diff::{ArtifactChange, ChangeFinding, ChangeSeverity, Subject};

use super::words;

/// An artifact, or a file that none is, with its findings.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    /// Its place in the list of artifacts that changed, and what happened to it; absent for one
    /// that did not change and is spoken of all the same.
    pub(crate) changed: Option<(usize, &'a ArtifactChange)>,
    /// What the findings call it.
    pub(crate) subject: &'a Subject,
    /// Its findings, in their order.
    pub(crate) findings: Vec<&'a ChangeFinding>,
}

impl Group<'_> {
    /// Returns id and title, else the path.
    pub(crate) fn name(&self) -> String {
        match (self.changed, &self.subject.id) {
            (Some((_, artifact)), _) => words::name(artifact),
            (None, Some(id)) => id.clone(),
            (None, None) => self.subject.path.clone(),
        }
    }

    /// Returns what happened to it.
    pub(crate) fn happened(&self) -> String {
        match self.changed {
            Some((_, artifact)) => words::happened(artifact),
            None if self.subject.id.is_some() => "not changed".to_owned(),
            // The configuration, say: a review rests on files that are no artifacts.
            None => "file".to_owned(),
        }
    }

    /// Returns the worst severity of what nobody accepted.
    pub(crate) fn severity(&self) -> Option<ChangeSeverity> {
        let open = self.findings.iter().filter(|one| one.accepted.is_none());
        open.map(|finding| finding.severity).max()
    }

    /// Returns what a reader has to see, the worst first, and how many findings are editorial.
    pub(crate) fn told(&self) -> (Vec<&ChangeFinding>, usize) {
        words::worst_first(self.findings.iter().copied())
    }
}

/// Groups the findings; groups stand in the order of `artifacts`, then of the findings.
pub(crate) fn groups<'a>(
    artifacts: &'a [ArtifactChange],
    findings: &'a [ChangeFinding],
) -> Vec<Group<'a>> {
    let mut of: BTreeMap<(&str, Option<&str>), Vec<&ChangeFinding>> = BTreeMap::new();
    let key = |path: &'a str, id: &'a Option<String>| (path, id.as_deref());
    for finding in findings {
        let subject = &finding.artifact;
        of.entry(key(&subject.path, &subject.id))
            .or_default()
            .push(finding);
    }
    let mut groups = Vec::new();
    for (at, artifact) in artifacts.iter().enumerate() {
        let findings = of
            .remove(&key(&artifact.path, &artifact.id))
            .unwrap_or_default();
        // An artifact without findings differs in nothing that is told: there is nothing to read.
        if let Some(first) = findings.first() {
            groups.push(Group {
                changed: Some((at, artifact)),
                subject: &first.artifact,
                findings,
            });
        }
    }
    for finding in findings {
        let subject = &finding.artifact;
        if let Some(findings) = of.remove(&key(&subject.path, &subject.id)) {
            groups.push(Group {
                changed: None,
                subject,
                findings,
            });
        }
    }
    groups
}

/// The groups with the worst first, else in their order.
pub(crate) fn worst_first<'a>(
    artifacts: &'a [ArtifactChange],
    findings: &'a [ChangeFinding],
) -> Vec<Group<'a>> {
    let mut groups = groups(artifacts, findings);
    groups.sort_by_key(|group| std::cmp::Reverse(group.severity()));
    groups
}
