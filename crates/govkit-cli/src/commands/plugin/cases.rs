//! A plugin's cases: what it is handed, and what came out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use govkit_core::config::{Config, PluginConfig};
use govkit_core::corpus::Corpus;
use govkit_core::diff::{ChangedFile, Compare, CompareMode, FileSide, diff, pair};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::Snapshot;
use govkit_host::{
    Asset, Changes, Collected, Incomplete, Plugin, Role, Services, Used, Validation,
};
use serde_json::{Value, json};

/// One case.
pub(super) struct Case {
    pub(super) name: String,
    dir: PathBuf,
}

/// What came of a case: its answer, and what the plugin could not do.
#[derive(Default)]
pub(super) struct Answer {
    /// What `expected.json` is held against; absent for a plugin that only writes files.
    pub(super) json: Option<Value>,
    /// What `expected/` is held against.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) incomplete: Vec<String>,
    pub(super) used: Used,
}

/// Files of a directory by path, with `/` between the parts.
type Files = BTreeMap<String, Vec<u8>>;

/// Returns the cases of a project, by name.
pub(super) fn all(dir: &Path) -> Result<Vec<Case>> {
    let place = dir.join("cases");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&place).with_context(|| format!("read `{}`", place.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            cases.push(Case { name, dir: path });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

impl Case {
    /// Hands the case to the plugin in every role it has and the case has input for.
    pub(super) fn run(&self, plugin: &mut Plugin) -> Result<Answer> {
        let mut answer = Answer::default();
        let input = read(&self.dir.join("input"))?;
        if let Some(input) = &input {
            if plugin.has(Role::Importer) {
                self.import(plugin, input, &mut answer)?;
            }
            if plugin.is_validator() || plugin.is_exporter() {
                self.corpus(plugin, input, &mut answer)?;
            }
        }
        let sides = (
            read(&self.dir.join("before"))?,
            read(&self.dir.join("after"))?,
        );
        match sides {
            (None, None) => ensure!(
                input.is_some(),
                "the case `{}` has neither `input/` nor `before/` and `after/`",
                self.name
            ),
            (before, after) => {
                self.change(
                    plugin,
                    before.unwrap_or_default(),
                    after.unwrap_or_default(),
                    &mut answer,
                )?;
            }
        }
        Ok(answer)
    }

    /// Returns what is expected: `expected.json` and `expected/`.
    pub(super) fn expected(&self) -> Result<(Option<Value>, Files)> {
        let path = self.dir.join("expected.json");
        let json = match std::fs::read(&path) {
            Ok(bytes) => Some(
                serde_json::from_slice(&bytes)
                    .with_context(|| format!("read `{}`", path.display()))?,
            ),
            Err(_) => None,
        };
        Ok((json, read(&self.dir.join("expected"))?.unwrap_or_default()))
    }

    /// Takes an answer for what is expected.
    pub(super) fn bless(&self, answer: &Answer) -> Result<()> {
        let write = |path: &Path, bytes: &[u8]| -> Result<()> {
            let above = path.parent().unwrap_or(&self.dir);
            std::fs::create_dir_all(above)?;
            std::fs::write(path, bytes).with_context(|| format!("write `{}`", path.display()))
        };
        if let Some(json) = &answer.json {
            let text = serde_json::to_string_pretty(json)? + "\n";
            write(&self.dir.join("expected.json"), text.as_bytes())?;
        }
        let place = self.dir.join("expected");
        for path in read(&place)?.unwrap_or_default().keys() {
            if !answer.files.contains_key(path) {
                std::fs::remove_file(place.join(path))?;
            }
        }
        for (path, bytes) in &answer.files {
            write(&place.join(path), bytes)?;
        }
        Ok(())
    }

    /// The case's own `govkit.toml`, else the one of all cases.
    fn config(&self, files: &Files) -> Result<Arc<Config>> {
        let (text, name) = match files.get("govkit.toml") {
            Some(bytes) => (
                String::from_utf8_lossy(bytes).into_owned(),
                format!("{}/govkit.toml", self.name),
            ),
            None => {
                let path = self.dir.with_file_name("govkit.toml");
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("read `{}`", path.display()))?;
                (text, "cases/govkit.toml".to_owned())
            }
        };
        Ok(Arc::new(Config::parse(&text, &name)?))
    }

    fn corpus(&self, plugin: &mut Plugin, input: &Files, answer: &mut Answer) -> Result<()> {
        let config = self.config(input)?;
        let ours = of_plugin(&config, plugin);
        offer(plugin, &ours, input);
        let snapshot = Snapshot::of_files(input.clone());
        let corpus = Corpus::parse(snapshot, config, &Limits::DEFAULT);
        if plugin.is_validator() {
            let validation = plugin.validate(&corpus, &ours)?;
            found(answer, validation)?;
        }
        if plugin.is_exporter() {
            let files = Collected::default();
            match plugin.export_to(&corpus, &ours, Box::new(files.clone())) {
                Ok(exported) => answer.used = answer.used.worst(exported.used),
                Err(error) => answer.incomplete.push(error.to_string()),
            }
            wrote(answer, &files);
        }
        Ok(())
    }

    fn change(
        &self,
        plugin: &mut Plugin,
        before: Files,
        after: Files,
        answer: &mut Answer,
    ) -> Result<()> {
        let config = self.config(&after)?;
        let ours = of_plugin(&config, plugin);
        offer(plugin, &ours, &after);
        let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
        paths.sort();
        paths.dedup();
        let mut changed = Vec::new();
        for path in paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path))
        {
            let path =
                RepoPath::new(path.clone()).with_context(|| format!("use `{path}` as a path"))?;
            let side = |files: &Files| {
                let bytes = files.get(path.as_str())?.clone();
                FileSide::read(&path, bytes, None, &config, &Limits::DEFAULT)
            };
            let (old, new) = (side(&before), side(&after));
            if old.is_some() || new.is_some() {
                changed.push(ChangedFile {
                    path: path.clone(),
                    old,
                    new,
                });
            }
        }
        let pairs = pair(changed);
        let compare = Compare {
            mode: CompareMode::Trees,
            base: "before".to_owned(),
            head: "after".to_owned(),
        };
        let set = diff(compare, &pairs, &config);
        let changes = Changes {
            set: &set,
            pairs: &pairs,
            config: &config,
        };
        if plugin.has(Role::ChangeValidator) {
            found(answer, plugin.validate_changes(changes, &ours)?)?;
        }
        if plugin.has(Role::ChangeExporter) {
            let files = Collected::default();
            if let Err(error) = plugin.export_changes(changes, &ours, Box::new(files.clone())) {
                answer.incomplete.push(error.to_string());
            }
            wrote(answer, &files);
        }
        Ok(())
    }

    fn import(&self, plugin: &Plugin, input: &Files, answer: &mut Answer) -> Result<()> {
        let config = self.config(&Files::new())?;
        let ours = of_plugin(&config, plugin);
        let mut made = Vec::new();
        for (path, bytes) in input.iter().filter(|(path, _)| *path != "govkit.toml") {
            let name = path.rsplit('/').next().unwrap_or(path);
            match plugin.import(name, bytes, &ours)? {
                Ok(imported) => made.extend(imported.into_iter().map(|one| {
                    json!({
                        "file": path, "kind": one.kind, "id": one.id, "title": one.title,
                        "fields": one.fields, "body": one.body,
                    })
                })),
                Err(failed) => made.push(json!({ "file": path, "error": failed.message })),
            }
        }
        answer.json = Some(made.into());
        Ok(())
    }
}

/// What the cases' configuration says of the plugin.
fn of_plugin(config: &Config, plugin: &Plugin) -> PluginConfig {
    let found = config.plugins.get(plugin.name()).cloned();
    found.unwrap_or_default()
}

/// Assets are the files of the case that the configuration lists by their paths.
fn offer(plugin: &mut Plugin, config: &PluginConfig, files: &Files) {
    let listed = files
        .iter()
        .filter(|(path, _)| config.assets.contains(path));
    let assets: Vec<Asset> = listed
        .map(|(name, bytes)| Asset {
            name: name.clone(),
            bytes: bytes.as_slice().into(),
        })
        .collect();
    plugin.offer(Services {
        history: None,
        assets: assets.into(),
    });
}

fn found(answer: &mut Answer, validation: Validation) -> Result<()> {
    answer.used = answer.used.worst(validation.used);
    answer
        .incomplete
        .extend(validation.incomplete.iter().map(words));
    answer.json = Some(serde_json::to_value(&validation.findings)?);
    Ok(())
}

fn wrote(answer: &mut Answer, files: &Collected) {
    let files = files.take().into_iter();
    answer
        .files
        .extend(files.map(|file| (file.path.as_str().to_owned(), file.bytes)));
}

fn words(incomplete: &Incomplete) -> String {
    let at = incomplete
        .path
        .as_ref()
        .map_or(String::new(), |path| format!("{path}: "));
    format!("{at}{}; {}", incomplete.message, incomplete.help)
}

/// Reads a directory with everything below it; `None` where there is none.
fn read(dir: &Path) -> Result<Option<Files>> {
    if !dir.is_dir() {
        return Ok(None);
    }
    let mut files = Files::new();
    let mut pending = vec![dir.to_owned()];
    while let Some(place) = pending.pop() {
        for entry in
            std::fs::read_dir(&place).with_context(|| format!("read `{}`", place.display()))?
        {
            let path = entry?.path();
            let kind = path.symlink_metadata()?;
            if kind.is_dir() {
                pending.push(path);
            } else if kind.is_file() {
                let name = path
                    .strip_prefix(dir)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                files.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(Some(files))
}
