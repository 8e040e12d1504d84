//! The versions of artifacts, for plugins that ask: the same story `log` tells.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use govkit_core::approval::Action;
use govkit_core::history::Change;
use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, CommitInfo};
use govkit_core::time::{Node, NodeId, Story};
use govkit_git::Repository;
use govkit_host::{History, Version};
use rayon::prelude::*;

use crate::approvals::Approvals;
use crate::context::Context;
use crate::past::Past;
use crate::versions::changed;

/// Reads the histories of all artifacts.
pub(super) fn history(context: &Context<'_>, at: &At) -> Arc<dyn History> {
    // A plugin that asks hears why there is none; one that does not is none the worse.
    Arc::new(GitHistory {
        told: Told::of(context, at).map_err(|error| format!("{error:#}")),
        ahead: Mutex::default(),
    })
}

struct GitHistory {
    /// The story, or why it cannot be told.
    told: Result<Told, String>,
    ahead: Mutex<Ahead>,
}

/// Artifacts whose versions are told at once, on all cores, when a plugin asks for one after the
/// other: to compare versions takes longer than to write about them.
const AHEAD: usize = 128;

/// What was told before a plugin asked.
#[derive(Default)]
struct Ahead {
    versions: HashMap<String, Result<Vec<Version>, String>>,
    /// The place in the order of ids behind the one asked for last.
    next: usize,
}

/// Versions of an artifact that are compared with the one before, the newest ones.
const COMPARED: usize = 5;

/// Things told of what one version changed, the worst first.
const MOST_FINDINGS: usize = 12;

/// A story with what its versions are told by.
struct Told {
    past: Past,
    story: Story,
    repository: Repository,
    limits: Limits,
    /// Who agreed to what, where anything needs that.
    approvals: Option<Approvals>,
    /// The newest version by id: of what is there in the end, else the last removal.
    newest: HashMap<String, NodeId>,
    /// The ids in the order in which a plugin is handed the artifacts: by path.
    order: Vec<String>,
    /// Where an id stands in it.
    place: HashMap<String, usize>,
}

impl Told {
    fn of(context: &Context<'_>, at: &At) -> Result<Self> {
        let mut past = Past::open(context, at)?;
        let steps = past.steps();
        let texts = past.timeline().texts_until(steps);
        let unread = past.timeline().unread(texts);
        past.learn(context, &unread)?;
        let story = past.story(context, steps)?;
        past.keep(context);
        if let Some(gap) = past.gap() {
            anyhow::bail!(gap);
        }
        let mut newest: HashMap<String, NodeId> = HashMap::new();
        for at in story.ends() {
            let node = story.node(at);
            let first = newest.entry(story.id(node).to_owned()).or_insert(at);
            let rank = |node: &Node| (node.change == Change::Removed, past.path(node.path));
            if rank(node) < rank(story.node(*first)) {
                *first = at;
            }
        }
        let mut order: Vec<String> = newest.keys().cloned().collect();
        order.sort_by_key(|id| (past.path(story.node(newest[id]).path), id.clone()));
        let places = order.iter().enumerate();
        let place = places.map(|(at, id)| (id.clone(), at)).collect();
        let approvals = match past.config.approvals {
            Some(_) => Some(Approvals::open(context, at, &past.config)?),
            None => None,
        };
        Ok(Self {
            repository: Repository::discover(&context.directory())?,
            limits: context.limits,
            approvals,
            past,
            story,
            newest,
            order,
            place,
        })
    }

    fn version(&self, node: &Node, is_compared: bool) -> Result<Version, String> {
        let commit = self.past.step(node.step).commit;
        let commits = self.repository.commits(&[commit]);
        let commit = commits.map_err(|error| error.to_string())?.pop();
        let commit = commit.ok_or("a commit of the history is gone")?;
        let mut data = Vec::new();
        self.approvals(node, &mut data);
        if is_compared && node.old_text.is_some() && node.text.is_some() {
            self.findings(node, &commit, &mut data);
        }
        if let Some(text) = node.text.or(node.old_text) {
            let facts = self.past.facts(text);
            let effective = facts.effective.map(|moment| moment.to_string());
            let named = [("status", facts.status), ("effective", effective)];
            let named = named.into_iter();
            data.extend(named.filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        Ok(Version {
            commit: commit.id,
            date: commit.date,
            author: commit.author,
            subject: commit.subject,
            path: self.past.path(node.path).as_str().to_owned(),
            change: match node.change {
                Change::Added => "added",
                Change::Changed => "changed",
                Change::Renamed => "renamed",
                Change::Removed => "removed",
            }
            .to_owned(),
            data,
        })
    }
}

impl Told {
    /// Adds who agreed to exactly this version.
    fn approvals(&self, node: &Node, data: &mut Vec<(String, String)>) {
        let (Some(approvals), Some(text)) = (&self.approvals, node.text) else {
            return;
        };
        let records = approvals.records(self.story.id(node));
        if records.is_empty() {
            return;
        }
        let blob = self.past.timeline().blob(text).to_hex();
        let Ok(bytes) = self.repository.read_blob(&blob, &self.limits) else {
            return;
        };
        let digest = govkit_core::approval::sha256(&bytes);
        for judged in records {
            let (Ok(statement), Ok(voice)) = (&judged.record.statement, &judged.verdict) else {
                continue;
            };
            let (word, reason) = match statement.action {
                Action::Approve => ("", None),
                Action::Override => ("override, ", statement.reason.as_deref()),
                _ => continue,
            };
            if statement.sha256 != digest {
                continue;
            }
            let name = approvals
                .policy()
                .and_then(|policy| policy.person(&voice.person)?.name.clone());
            let name = name.unwrap_or_else(|| voice.person.clone());
            let role = statement.role.as_deref().unwrap_or_default();
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            let said = format!("{word}{name} ({role}), {}{reason}", statement.stated);
            data.push(("approval".to_owned(), said));
        }
    }

    /// Adds what the version changed in meaning.
    fn findings(&self, node: &Node, commit: &CommitInfo, data: &mut Vec<(String, String)>) {
        let blob = |text: Option<u32>| text.map(|text| self.past.timeline().blob(text).to_hex());
        let version = govkit_core::history::Version {
            commit: commit.clone(),
            change: node.change,
            path: self.past.path(node.path).clone(),
            old_path: node.old_path.map(|path| self.past.path(path).clone()),
            id: self.story.id(node).to_owned(),
            old_id: None,
            blob: blob(node.text),
            old_blob: blob(node.old_text),
            similarity: None,
        };
        let set = changed(&self.repository, &self.limits, &self.past.config, &version);
        let mut findings: Vec<_> = set.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in findings.into_iter().take(MOST_FINDINGS) {
            let told = serde_json::json!({
                "severity": finding.severity.name(),
                "message": finding.message,
                "text": finding.text,
            });
            data.push(("finding".to_owned(), told.to_string()));
        }
    }
}

impl Told {
    fn versions(&self, id: &str) -> Result<Vec<Version>, String> {
        let Some(newest) = self.newest.get(id) else {
            return Ok(Vec::new());
        };
        let versions = self.story.back(*newest);
        versions
            .enumerate()
            .map(|(nth, (_, node))| self.version(node, nth < COMPARED))
            .collect()
    }
}

impl History for GitHistory {
    fn versions(&self, id: &str) -> Result<Vec<Version>, String> {
        let told = self.told.as_ref().map_err(Clone::clone)?;
        let Some(&place) = told.place.get(id) else {
            return Ok(Vec::new());
        };
        // The lock is not held while others work: one of them could ask, too.
        let is_next = {
            let mut ahead = self.ahead();
            let is_next = ahead.next == place;
            ahead.next = place + 1;
            if let Some(versions) = ahead.versions.remove(id) {
                return versions;
            }
            is_next
        };
        if !is_next {
            return told.versions(id);
        }
        let to = told.order.len().min(place + AHEAD);
        let batch = told.order[place..to].par_iter();
        let mut batch: HashMap<_, _> = batch.map(|id| (id.clone(), told.versions(id))).collect();
        let versions = batch.remove(id).unwrap_or(Ok(Vec::new()));
        self.ahead().versions = batch;
        versions
    }
}

impl GitHistory {
    fn ahead(&self) -> MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
