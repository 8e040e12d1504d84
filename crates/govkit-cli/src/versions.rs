//! The versions a log is about: what their commits say, and what changed in them.

use std::collections::HashMap;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::diff::{
    ChangeSet, ChangedFile, Compare, CompareMode, FieldChange, FileSide, diff, field_changes, pair,
};
use govkit_core::history::Version;
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::BlobId;
use govkit_core::time::{Facts, NodeId, Story};
use govkit_git::Repository;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::past::Past;

/// Versions, newest first.
pub(crate) struct Versions {
    list: Vec<Version>,
    /// The status before and after, where it is told.
    statuses: HashMap<(String, String), StatusPair>,
}

/// A status before and after.
type StatusPair = (Option<String>, Option<String>);

/// What changed in meaning.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Review {
    /// `none`, `editorial`, `minor`, `substantive` or `breaking`.
    pub(crate) severity: &'static str,
    /// What changed, the worst first.
    pub(crate) findings: Vec<ReviewFinding>,
}

/// One thing that changed.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReviewFinding {
    pub(crate) rule: String,
    pub(crate) severity: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) message: String,
}

impl Review {
    /// Returns all that changed in one line.
    pub(crate) fn summary(&self) -> String {
        let messages: Vec<&str> = self.findings.iter().map(|it| it.message.as_str()).collect();
        messages.join("; ")
    }
}

impl Versions {
    /// Takes versions as they are.
    pub(crate) fn new(list: Vec<Version>) -> Self {
        Self {
            list,
            statuses: HashMap::new(),
        }
    }

    /// Reads what the commits of these versions say.
    pub(crate) fn of(
        context: &Context<'_>,
        past: &Past,
        story: &Story,
        nodes: &[NodeId],
    ) -> Result<Self> {
        let commits: Vec<_> = nodes
            .iter()
            .map(|at| past.step(story.node(*at).step).commit)
            .collect();
        let commits = context.repository()?.commits(&commits)?;
        let blob = |text: Option<u32>| text.map(|text| past.timeline().blob(text).to_hex());
        let versions = nodes.iter().zip(commits).map(|(at, commit)| {
            let node = story.node(*at);
            let id = story.id(node);
            let parent = node.parent.filter(|_| node.old_text.is_some());
            let old_id = parent.map(|parent| story.id(story.node(parent)));
            Version {
                commit,
                change: node.change,
                path: past.path(node.path).clone(),
                old_path: node.old_path.map(|path| past.path(path).clone()),
                id: id.to_owned(),
                old_id: old_id.filter(|old| *old != id).map(str::to_owned),
                blob: blob(node.text),
                old_blob: blob(node.old_text),
                similarity: None,
            }
        });
        Ok(Self::new(versions.collect()))
    }

    /// Returns the versions.
    pub(crate) fn list(&self) -> &[Version] {
        &self.list
    }

    /// Keeps the versions that changed the status, and remembers how.
    pub(crate) fn keep_status_changes(
        &mut self,
        context: &Context<'_>,
        past: &mut Past,
    ) -> Result<()> {
        let mut read = context.repository()?.blobs(&context.limits);
        let config = past.config.clone();
        let mut status = |blob: Option<&BlobId>, path: &RepoPath| {
            let bytes = read(blob?).ok()?;
            Facts::read(&bytes, config.claim(path)?, &context.limits).status
        };
        let statuses = &mut self.statuses;
        self.list.retain(|version| {
            let new = status(version.blob.as_ref(), &version.path);
            let old_path = version.old_path.as_ref().unwrap_or(&version.path);
            let old = status(version.old_blob.as_ref(), old_path);
            let changed = old != new;
            if changed {
                statuses.insert(key(version), (old, new));
            }
            changed
        });
        Ok(())
    }

    /// Returns the status before and after, where it was asked for.
    pub(crate) fn status(&self, version: &Version) -> Option<StatusPair> {
        self.statuses.get(&key(version)).cloned()
    }

    /// Returns the fields a version changed.
    pub(crate) fn fields(
        &self,
        context: &Context<'_>,
        config: &Config,
        version: &Version,
    ) -> Vec<FieldChange> {
        let artifact = |blob: Option<&BlobId>, path: &RepoPath| -> Option<Artifact> {
            let bytes = read(context, blob?)?;
            let text = String::from_utf8(bytes).ok()?;
            Artifact::read(
                text.into(),
                path.clone(),
                None,
                config.claim(path)?,
                &context.limits,
            )
            .ok()
        };
        let new = artifact(version.blob.as_ref(), &version.path);
        let old_path = version.old_path.as_ref().unwrap_or(&version.path);
        let old = artifact(version.old_blob.as_ref(), old_path);
        field_changes(
            old.as_ref().map(|old| &old.fields),
            new.as_ref().map(|new| &new.fields),
        )
    }

    /// Says what a version changed in meaning.
    pub(crate) fn review(
        &self,
        context: &Context<'_>,
        config: &Config,
        version: &Version,
    ) -> Review {
        let set = match context.repository() {
            Ok(repository) => changed(repository, &context.limits, config, version),
            Err(_) => ChangeSet::default(),
        };
        let mut findings: Vec<_> = set.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let findings = findings.into_iter().map(|finding| ReviewFinding {
            rule: finding.rule.to_string(),
            severity: finding.severity.name(),
            direction: finding.direction.name(),
            message: finding.message.clone(),
        });
        Review {
            severity: set
                .summary
                .severity
                .map_or("none", |severity| severity.name()),
            findings: findings.collect(),
        }
    }
}

/// Compares a version with the one before.
pub(crate) fn changed(
    repository: &Repository,
    limits: &Limits,
    config: &Config,
    version: &Version,
) -> ChangeSet {
    let side = |blob: Option<&BlobId>, path: &RepoPath| {
        let blob = blob?;
        let bytes = repository.read_blob(blob, limits).ok()?;
        FileSide::read(path, bytes, Some(blob.clone()), config, limits)
    };
    let old_path = version.old_path.as_ref().unwrap_or(&version.path);
    let old = side(version.old_blob.as_ref(), old_path);
    let new = side(version.blob.as_ref(), &version.path);
    let file = |path: &RepoPath, old, new| ChangedFile {
        path: path.clone(),
        old,
        new,
    };
    let files = if old_path == &version.path {
        vec![file(old_path, old, new)]
    } else {
        vec![file(old_path, old, None), file(&version.path, None, new)]
    };
    let compare = Compare {
        mode: CompareMode::Trees,
        base: String::new(),
        head: version.commit.id.clone(),
    };
    diff(compare, &pair(files), config)
}

fn key(version: &Version) -> (String, String) {
    (version.commit.id.clone(), version.path.as_str().to_owned())
}

fn read(context: &Context<'_>, blob: &BlobId) -> Option<Vec<u8>> {
    context
        .repository()
        .ok()?
        .read_blob(blob, &context.limits)
        .ok()
}
