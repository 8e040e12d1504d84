//! The state a commit would have, and what the rules say of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use govkit_core::config::{Config, FILE_NAME};
use govkit_core::corpus::Corpus;
use govkit_core::finding::{Finding, Severity};
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, Entry, File};
use govkit_git::write::Draft;

use super::head;
use crate::args::Format;
use crate::commands::check::{VALIDATORS, examine, known_before, new_ones};
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::findings::{self, Report};
use crate::ui::Style;

/// The last commit with the files of a draft in it.
pub(super) struct Candidate {
    corpus: Corpus,
    config: Arc<Config>,
    /// The revision whose plugins are asked.
    plugins: At,
    base: Option<String>,
    named: BTreeSet<RepoPath>,
}

impl Candidate {
    pub(super) fn read(context: &Context<'_>, draft: &Draft) -> Result<Self> {
        let (config, plugins) = config(context, draft)?;
        let files = draft.files();
        let named: BTreeSet<RepoPath> = files.iter().map(|file| file.path.clone()).collect();
        let claimed = |path: &RepoPath| config.claim(path).is_some();
        let mut snapshot = context.repository()?.snapshot(
            &head(),
            |path| claimed(path) && !named.contains(path),
            &context.limits,
        )?;
        for file in files {
            let Some(bytes) = &file.bytes else {
                snapshot.paths.remove(&file.path);
                continue;
            };
            snapshot.paths.insert(file.path.clone());
            if claimed(&file.path) {
                let entry = Entry {
                    path: file.path.clone(),
                    blob: None,
                };
                let bytes = Ok(bytes.clone());
                snapshot.files.push(File { entry, bytes });
            }
        }
        Ok(Self {
            corpus: Corpus::parse(snapshot, config.clone(), &context.limits),
            config,
            plugins,
            base: draft.base(),
            named,
        })
    }

    /// Says what stands against the commit; [`Exit::Clean`] where nothing does.
    pub(super) fn stop(&self, context: &Context<'_>) -> Result<Exit> {
        let plugins = Plugins::load(context, &self.plugins, &self.config, VALIDATORS)?;
        let answer = examine(context, &self.corpus, &plugins)?;
        let errors = answer
            .findings
            .into_iter()
            .filter(|finding| finding.severity >= Severity::Error);
        let (mut stops, elsewhere): (Vec<Finding>, Vec<Finding>) =
            errors.partition(|finding| self.named.contains(&finding.path));
        if let Some(base) = self.base.clone().filter(|_| !elsewhere.is_empty()) {
            // What was wrong before is not for this commit to mend.
            stops.extend(new_ones(elsewhere, known_before(context, base)?));
        } else {
            stops.extend(elsewhere);
        }
        if stops.is_empty() && answer.complete {
            return Ok(Exit::Clean);
        }
        stops.sort();
        let mut text = Vec::new();
        let report = Report::new(&stops, &self.corpus, self.named.len(), answer.complete);
        let style = Style {
            colour: false,
            ..context.ui.style()
        };
        findings::write(Format::Human, &report, style, &mut text)?;
        context.ui.say(String::from_utf8_lossy(&text).trim_end());
        context
            .ui
            .say("nothing was committed; `--no-check` commits all the same");
        Ok(match answer.complete {
            true => Exit::No,
            false => Exit::Incomplete,
        })
    }
}

/// The configuration the commit would have, and where the plugins are pinned.
fn config(context: &Context<'_>, draft: &Draft) -> Result<(Arc<Config>, At)> {
    if context.global.config.is_none() {
        let named = draft
            .files()
            .iter()
            .find(|file| file.path.as_str() == FILE_NAME);
        if let Some(bytes) = named.and_then(|file| file.bytes.as_deref()) {
            let text = std::str::from_utf8(bytes);
            let text = text.with_context(|| format!("read `{FILE_NAME}` as UTF-8"))?;
            return Ok((Arc::new(Config::parse(text, FILE_NAME)?), At::Worktree));
        }
        if named.is_none()
            && let Some(config) = context.find_config(&head())?
        {
            return Ok((Arc::new(config), head()));
        }
    }
    Ok((context.config(&At::Worktree)?, At::Worktree))
}
