//! What plugins are offered that ask for it: the versions of artifacts, and the files listed for
//! them.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use globset::{GlobBuilder, GlobSetBuilder};
use govkit_core::config::PluginConfig;
use govkit_core::history::Change;
use govkit_core::snapshot::At;
use govkit_core::time::{Node, NodeId, Story};
use govkit_git::Repository;
use govkit_host::{Asset, History, Services, Version};

use crate::context::Context;
use crate::error::hinted;
use crate::past::Past;

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

/// A story with what its versions are told by.
struct Told {
    past: Past,
    story: Story,
    repository: Repository,
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
        Ok(Self {
            repository: Repository::discover(&context.directory())?,
            past,
            story,
            newest,
        })
    }

    fn version(&self, node: &Node) -> Result<Version, String> {
        let commit = self.past.step(node.step).commit;
        let commits = self.repository.commits(&[commit]);
        let commit = commits.map_err(|error| error.to_string())?.pop();
        let commit = commit.ok_or("a commit of the history is gone")?;
        let mut data = Vec::new();
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

impl History for GitHistory {
    fn versions(&self, id: &str) -> Result<Vec<Version>, String> {
        let told = self.0.as_ref().map_err(Clone::clone)?;
        let Some(newest) = told.newest.get(id) else {
            return Ok(Vec::new());
        };
        let versions = told.story.back(*newest);
        versions.map(|(_, node)| told.version(node)).collect()
    }
}
