//! What every verb needs: the repository, the configuration and the corpus, opened once.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context as _, Result};
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, FILE_NAME};
use govkit_core::corpus::Corpus;
use govkit_core::limits::Limits;
use govkit_core::snapshot::{At, Entry};
use govkit_git::Repository;
use jiff::civil::Date;

use crate::approvals::Approvals;
use crate::args::Global;
use crate::error::{hinted, no_artifact};
use crate::ui::Ui;

/// The opened surroundings of a run.
pub(crate) struct Context<'a> {
    /// Where output goes.
    pub(crate) ui: &'a Ui,
    /// The global options.
    pub(crate) global: &'a Global,
    /// Bounds on untrusted input.
    pub(crate) limits: Limits,
    repository: OnceLock<Repository>,
    /// Git's list of what is staged, where a hook was handed another one.
    index: Option<PathBuf>,
}

impl<'a> Context<'a> {
    /// Makes the surroundings of a run; opens nothing yet.
    pub(crate) fn new(global: &'a Global, ui: &'a Ui) -> Self {
        Self {
            ui,
            global,
            limits: Limits::DEFAULT,
            repository: OnceLock::new(),
            index: None,
        }
    }

    /// Takes another file for git's list of what is staged, as git hands one to a hook.
    pub(crate) fn with_index(self, index: Option<PathBuf>) -> Self {
        Self { index, ..self }
    }

    /// Returns the directory the run starts in.
    pub(crate) fn directory(&self) -> PathBuf {
        self.global
            .directory
            .clone()
            .unwrap_or_else(|| PathBuf::from("."))
    }

    /// Returns the repository around the directory; the first call opens it.
    pub(crate) fn repository(&self) -> Result<&Repository> {
        if let Some(repository) = self.repository.get() {
            return Ok(repository);
        }
        let found = Repository::discover(&self.directory())?;
        let opened = match &self.index {
            Some(index) => found.with_index(index)?,
            None => found,
        };
        Ok(self.repository.get_or_init(|| opened))
    }

    /// Returns the state `--at` names; without it the files on disk, or HEAD where there are none.
    pub(crate) fn at(&self) -> At {
        let bare = || self.repository().is_ok_and(Repository::is_bare);
        match self.global.at.as_deref() {
            None if bare() => At::Revision("HEAD".to_owned()),
            at => at_of(at),
        }
    }

    /// Returns today: `--now`, else SOURCE_DATE_EPOCH, else the clock, as a day in UTC.
    pub(crate) fn now(&self) -> Result<Date> {
        if let Some(now) = self.global.now {
            return Ok(now);
        }
        let timestamp = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => {
                let seconds: i64 = text
                    .parse()
                    .with_context(|| format!("read SOURCE_DATE_EPOCH `{text}` as seconds"))?;
                jiff::Timestamp::from_second(seconds)
                    .with_context(|| format!("read SOURCE_DATE_EPOCH `{text}`"))?
            }
            Err(_) => jiff::Timestamp::now(),
        };
        Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Returns the configuration of `at`: the file of `--config`, else the `govkit.toml` there.
    pub(crate) fn config(&self, at: &At) -> Result<Arc<Config>> {
        self.find_config(at)?
            .map(Arc::new)
            .ok_or_else(|| self.no_config(at))
    }

    /// Like [`Context::config`], but `None` where there is none.
    pub(crate) fn find_config(&self, at: &At) -> Result<Option<Config>> {
        let Some((text, name)) = self.config_text(at)? else {
            return Ok(None);
        };
        Ok(Some(Config::parse(&text, &name)?))
    }

    /// Returns the text of the configuration and the name to call it by.
    pub(crate) fn config_text(&self, at: &At) -> Result<Option<(String, String)>> {
        if let Some(path) = &self.global.config {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("read the configuration `{}`", path.display()))?;
            return Ok(Some((text, path.display().to_string())));
        }
        let Some(bytes) = self.repository()?.read_path(at, FILE_NAME)? else {
            return Ok(None);
        };
        let text =
            String::from_utf8(bytes).with_context(|| format!("read `{FILE_NAME}` as UTF-8"))?;
        Ok(Some((text, FILE_NAME.to_owned())))
    }

    fn no_config(&self, at: &At) -> anyhow::Error {
        let place = match at {
            At::Worktree => self.place(),
            at => describe_at(at),
        };
        hinted(
            format!("there is no `{FILE_NAME}` in {place}"),
            "`govkit init` writes one; `--config FILE` uses one from elsewhere",
        )
    }

    fn place(&self) -> String {
        let workdir = self
            .repository
            .get()
            .and_then(|repository| repository.workdir().map(Path::to_path_buf));
        format!(
            "`{}`",
            workdir.unwrap_or_else(|| self.directory()).display()
        )
    }

    /// Reads the whole corpus of `at`.
    pub(crate) fn corpus(&self, at: &At) -> Result<Corpus> {
        let config = self.config(at)?;
        self.corpus_with(at, config)
    }

    /// Reads the whole corpus of `at` with this configuration.
    pub(crate) fn corpus_with(&self, at: &At, config: Arc<Config>) -> Result<Corpus> {
        let snapshot =
            self.repository()?
                .snapshot(at, |path| config.claim(path).is_some(), &self.limits)?;
        let mut corpus = Corpus::parse(snapshot, config.clone(), &self.limits);
        if config.approvals.is_some() {
            Approvals::open(self, at, &config)?.mark(self, &mut corpus);
        }
        Ok(corpus)
    }

    /// Finds one artifact without reading more files than needed, and the configuration it was read with.
    pub(crate) fn artifact(&self, name: &str, at: &At) -> Result<(Artifact, Arc<Config>)> {
        let config = self.config(at)?;
        if let Some(mut found) = self.likely_artifact(name, at, &config)? {
            if config.approvals.is_some() {
                let approvals = Approvals::open(self, at, &config)?;
                found.unapproved = approvals.lacks(self, &found);
            }
            return Ok((found, config));
        }
        let corpus = self.corpus_with(at, config.clone())?;
        let wanted = self.to_repository_path(name);
        let artifact = corpus.find(name).or_else(|| corpus.at_path(&wanted));
        artifact
            .cloned()
            .map(|artifact| (artifact, config))
            .ok_or_else(|| no_artifact(name, &describe_at(at)))
    }

    /// Finds an artifact among the files whose path has its name in it; `None` does not mean that
    /// there is none.
    pub(crate) fn likely_artifact(
        &self,
        name: &str,
        at: &At,
        config: &Config,
    ) -> Result<Option<Artifact>> {
        if *at == At::Worktree {
            // What git tracks is one list; to look at every file on disk takes far longer.
            let repository = self.repository()?;
            let tracked = repository.list(&At::Index, &self.limits);
            let tracked = tracked.map_or_else(|_| Vec::new(), |listing| listing.entries);
            let on_disk = tracked.iter().map(|entry| Entry {
                path: entry.path.clone(),
                blob: None,
            });
            if let Some(mut found) = self.likely_among(name, on_disk, config)? {
                let staged = tracked.into_iter().find(|entry| entry.path == found.path);
                let blob = staged.and_then(|entry| entry.blob);
                found.blob = blob.filter(|id| *id == repository.blob_id(found.text.as_bytes()));
                return Ok(Some(found));
            }
        }
        let listing = self.repository()?.list(at, &self.limits)?;
        self.likely_among(name, listing.entries.into_iter(), config)
    }

    fn likely_among(
        &self,
        name: &str,
        entries: impl Iterator<Item = Entry>,
        config: &Config,
    ) -> Result<Option<Artifact>> {
        let wanted = self.to_repository_path(name);
        let likely = entries
            .filter(|entry| entry.path.as_str() == wanted || entry.path.as_str().contains(name))
            .filter(|entry| config.claim(&entry.path).is_some());
        let files = self.repository()?.read(likely.collect(), &self.limits);
        let mut found: Vec<Artifact> = Vec::new();
        for file in files {
            let (Some(kind), Ok(bytes)) = (config.claim(&file.entry.path), file.bytes) else {
                continue;
            };
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let read = Artifact::read(
                text.into(),
                file.entry.path,
                file.entry.blob,
                kind,
                &self.limits,
            );
            found.extend(
                read.ok()
                    .filter(|artifact| artifact.id == name || artifact.path.as_str() == wanted),
            );
        }
        let by_id = found
            .iter()
            .position(|artifact| artifact.id == name)
            .or(if found.is_empty() { None } else { Some(0) });
        Ok(by_id.map(|index| found.swap_remove(index)))
    }

    /// Turns a path as typed, relative to the current directory, into one from the repository's root.
    pub(crate) fn to_repository_path(&self, typed: &str) -> String {
        let prefix = self.prefix().unwrap_or_default();
        let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        let typed_parts = typed.split('/');
        for part in typed_parts {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    /// Turns a path from the repository's root into one relative to the current directory.
    pub(crate) fn relative_to_here(&self, path: &str) -> String {
        let prefix = self.prefix().unwrap_or_default();
        let above = prefix.split('/').filter(|part| !part.is_empty()).count();
        "../".repeat(above) + path
    }

    /// The current directory as seen from the root of the work tree.
    fn prefix(&self) -> Option<String> {
        let workdir = self.repository().ok()?.workdir()?.canonicalize().ok()?;
        let here = self.directory().canonicalize().ok()?;
        let relative = here.strip_prefix(workdir).ok()?;
        relative.to_str().map(|text| text.replace('\\', "/"))
    }

    /// Splits `ARTIFACT@REV`; without `@REV` it is the state of `--at`.
    pub(crate) fn split_revision<'n>(&self, name: &'n str) -> (&'n str, At) {
        match name.rsplit_once('@') {
            Some((name, revision)) if !name.is_empty() && !revision.is_empty() => {
                (name, at_of(Some(revision)))
            }
            _ => (name, self.at()),
        }
    }
}

/// Reads the spelling of a state: a revision, `:index`, or nothing for the files on disk.
pub(crate) fn at_of(text: Option<&str>) -> At {
    match text {
        None => At::Worktree,
        Some(":index") => At::Index,
        Some(revision) => At::Revision(revision.to_owned()),
    }
}

/// Names a state for people.
pub(crate) fn describe_at(at: &At) -> String {
    match at {
        At::Worktree => "the work tree".to_owned(),
        At::Index => "the index".to_owned(),
        At::Revision(revision) => format!("revision `{revision}`"),
        At::Empty => "the empty tree".to_owned(),
    }
}
