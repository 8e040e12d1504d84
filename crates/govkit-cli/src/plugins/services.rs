//! What plugins are offered that ask for it: the versions of artifacts, and the files listed for
//! them.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use globset::{GlobBuilder, GlobSetBuilder};
use govkit_core::approval::Action;
use govkit_core::config::PluginConfig;
use govkit_core::history::Change;
use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, CommitInfo};
use govkit_core::time::{Node, NodeId, Story};
use govkit_git::Repository;
use govkit_host::{Asset, History, Services, Version};

use crate::approvals::Approvals;
use crate::context::Context;
use crate::error::hinted;
use crate::past::Past;
use crate::versions::changed;

const MAX_ASSETS: usize = 1_000;
const MAX_ASSET_BYTES: usize = 16 << 20;
const MAX_ALL_BYTES: usize = 64 << 20;

/// Returns what a plugin that asks for assets is offered.
pub(super) fn with_assets(
    context: &Context<'_>,
    at: &At,
    name: &str,
    config: &PluginConfig,
) -> Result<Services> {
    Ok(Services {
        history: None,
        assets: assets(context, at, name, config)?.into(),
    })
}

fn assets(context: &Context<'_>, at: &At, name: &str, config: &PluginConfig) -> Result<Vec<Asset>> {
    if config.assets.is_empty() {
        return Ok(Vec::new());
    }
    let wrong = |message: String| {
        hinted(
            message,
            format!("see `assets` in `[plugins.{name}]` of govkit.toml"),
        )
    };
    let mut globs = GlobSetBuilder::new();
    for pattern in &config.assets {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        globs.add(glob.map_err(|error| wrong(format!("`{pattern}` is no pattern: {error}")))?);
    }
    let globs = globs.build()?;
    let repository = context.repository()?;
    let mut assets = Vec::new();
    let mut total = 0;
    for entry in repository.list(at, &context.limits)?.entries {
        let path = entry.path.as_str();
        if !globs.is_match(path) {
            continue;
        }
        let bytes = repository.read_path(at, path)?.unwrap_or_default();
        total += bytes.len();
        if bytes.len() > MAX_ASSET_BYTES || total > MAX_ALL_BYTES || assets.len() == MAX_ASSETS {
            return Err(wrong(format!(
                "with `{path}` the plugin `{name}` has more than {MAX_ASSETS} assets, 16 MiB in one or 64 MiB in all"
            )));
        }
        assets.push(Asset {
            name: path.to_owned(),
            bytes: bytes.into(),
        });
    }
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(assets)
}

/// Reads the histories of all artifacts: the same story `log` tells.
pub(super) fn history(context: &Context<'_>, at: &At) -> Arc<dyn History> {
    // A plugin that asks hears why there is none; one that does not is none the worse.
    Arc::new(GitHistory(
        Told::of(context, at).map_err(|error| format!("{error:#}")),
    ))
}

/// The story, or why it cannot be told.
struct GitHistory(Result<Told, String>);

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

impl History for GitHistory {
    fn versions(&self, id: &str) -> Result<Vec<Version>, String> {
        let told = self.0.as_ref().map_err(Clone::clone)?;
        let Some(newest) = told.newest.get(id) else {
            return Ok(Vec::new());
        };
        let versions = told.story.back(*newest);
        versions
            .enumerate()
            .map(|(nth, (_, node))| told.version(node, nth < COMPARED))
            .collect()
    }
}
