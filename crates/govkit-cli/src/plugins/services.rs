//! What plugins are offered that ask for it: the versions of artifacts, and the files listed for
//! them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::Result;
use globset::{GlobBuilder, GlobSetBuilder};
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, PluginConfig};
use govkit_core::history::{self, Version as CoreVersion};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, CommitInfo, TreeChange};
use govkit_git::{Parents, Repository, WalkEnd};
use govkit_host::{Asset, History, Plugin, Services, Version};

use crate::context::Context;
use crate::error::hinted;

const MAX_ASSETS: usize = 1_000;
const MAX_ASSET_BYTES: usize = 16 << 20;
const MAX_ALL_BYTES: usize = 64 << 20;

/// Offers a plugin what it asks for.
pub(super) fn offer(
    context: &Context<'_>,
    at: &At,
    plugin: &mut Plugin,
    config: &PluginConfig,
) -> Result<()> {
    let mut services = Services::default();
    if plugin.asks_for("assets") {
        services.assets = assets(context, at, plugin.name(), config)?.into();
    }
    if plugin.asks_for("history") {
        services.history = Some(Arc::new(GitHistory {
            directory: context.directory(),
            tip: match at {
                At::Revision(revision) => revision.clone(),
                _ => "HEAD".to_owned(),
            },
            config: context.config(at)?,
            limits: context.limits,
            walked: OnceLock::new(),
        }));
    }
    plugin.offer(services);
    Ok(())
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

/// Histories out of git: commits are read once, when the first history is asked for.
struct GitHistory {
    directory: PathBuf,
    tip: String,
    config: Arc<Config>,
    limits: Limits,
    walked: OnceLock<Result<Walked, String>>,
}

struct Walked {
    repository: Repository,
    commits: Vec<(CommitInfo, Vec<TreeChange>)>,
    /// Where each artifact is in the tip.
    places: BTreeMap<String, RepoPath>,
}

impl GitHistory {
    fn walk(&self) -> Result<Walked, String> {
        let words = |error: &dyn std::error::Error| error.to_string();
        let repository = Repository::discover(&self.directory).map_err(|e| words(&e))?;
        let keep = |path: &RepoPath| self.config.claim(path).is_some();
        let mut commits = Vec::new();
        let mut visit = |commit: &CommitInfo, changes: &[TreeChange]| {
            commits.push((commit.clone(), changes.to_vec()));
            ControlFlow::Continue(())
        };
        let end = repository
            .walk(&self.tip, Parents::First, &keep, &mut visit, &self.limits)
            .map_err(|e| words(&e))?;
        match end {
            WalkEnd::Root | WalkEnd::Stopped => {}
            WalkEnd::Shallow => {
                return Err(
                    "this clone lacks older commits; `git fetch --unshallow` brings them"
                        .to_owned(),
                );
            }
            WalkEnd::Limit => return Err("the history is longer than the limit".to_owned()),
        }
        let at = At::Revision(self.tip.clone());
        let snapshot = repository
            .snapshot(&at, |path| self.config.claim(path).is_some(), &self.limits)
            .map_err(|e| words(&e))?;
        let corpus =
            govkit_core::corpus::Corpus::parse(snapshot, self.config.clone(), &self.limits);
        let place = |artifact: &Artifact| (artifact.id.clone(), artifact.path.clone());
        Ok(Walked {
            places: corpus.artifacts().iter().map(place).collect(),
            repository,
            commits,
        })
    }

    fn version(&self, walked: &Walked, version: &CoreVersion) -> Version {
        let mut read = walked.repository.blobs(&self.limits);
        let blob = version.blob.as_ref().or(version.old_blob.as_ref());
        let artifact = blob.and_then(|blob| {
            let text = String::from_utf8(read(blob).ok()?).ok()?;
            let kind = self.config.claim(&version.path)?;
            let path = version.path.clone();
            Artifact::read(text.into(), path, None, kind, &self.limits).ok()
        });
        let mut data = Vec::new();
        if let Some(artifact) = &artifact {
            let status = artifact.status(&self.config);
            data.extend(status.map(|status| ("status".to_owned(), status)));
            let effective = artifact.field("effective");
            let shown = effective.and_then(|field| serde_json::to_value(&field.node.value).ok());
            if let Some(serde_json::Value::String(day)) = shown {
                data.push(("effective".to_owned(), day));
            }
        }
        Version {
            commit: version.commit.id.clone(),
            date: version.commit.date.clone(),
            author: version.commit.author.clone(),
            subject: version.commit.subject.clone(),
            path: version.path.as_str().to_owned(),
            change: match version.change {
                history::Change::Added => "added",
                history::Change::Changed => "changed",
                history::Change::Renamed => "renamed",
                history::Change::Removed => "removed",
            }
            .to_owned(),
            data,
        }
    }
}

impl History for GitHistory {
    fn versions(&self, id: &str) -> Result<Vec<Version>, String> {
        let walked = self.walked.get_or_init(|| self.walk());
        let walked = walked.as_ref().map_err(Clone::clone)?;
        let path = walked.places.get(id);
        let mut history = history::History::new(&self.config, &self.limits, id, path);
        let mut read = walked.repository.blobs(&self.limits);
        for (commit, changes) in &walked.commits {
            history.visit(commit, changes, &mut read);
        }
        let versions = history.into_versions();
        Ok(versions
            .iter()
            .map(|version| self.version(walked, version))
            .collect())
    }
}
