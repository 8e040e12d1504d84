//! The past of the repository: the line of commits, what is kept of it, and what it answers.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{At, BlobId};
use govkit_core::time::{
    Facts, Moment, NodeId, Question, Standing, Step, StepId, Story, TextId, Timeline, in_force,
};
use govkit_git::{Line, LineCache};

use crate::approvals::Approvals;
use crate::context::Context;
use crate::error::hinted;
use crate::plugins::cache_directory;

/// The way out where a clone lacks commits.
pub(crate) const SHALLOW: &str = "this clone lacks older commits, so the answer is not known; `git fetch --unshallow` brings them (in CI: fetch-depth 0)";

/// The way out where a walk met its limit.
const TOO_LONG: &str = "the history is longer than the limit, so the answer is not known";

/// The first-parent line of a tip.
pub(crate) struct Past {
    line: Line,
    cache: Option<LineCache>,
    /// The configuration the texts are read with.
    pub(crate) config: Arc<Config>,
    /// Why a text is not known, where one is not.
    missing: Option<String>,
    shallow: bool,
    /// The revision the line leads to, as typed.
    pub(crate) tip: String,
}

impl Past {
    /// Reads the line that leads to `at`; the files on disk count as HEAD.
    pub(crate) fn open(context: &Context<'_>, at: &At) -> Result<Self> {
        Self::open_at(context, at, &tip(at)?)
    }

    /// Reads the line that leads to `tip`, with the configuration of `at`.
    pub(crate) fn open_at(context: &Context<'_>, at: &At, tip: &str) -> Result<Self> {
        let config = context.config(at)?;
        let repository = context.repository()?;
        let cache = cache_directory().map(|directory| repository.line_cache(&directory, &config));
        let line = repository.line(tip, &config, cache.as_ref(), &context.limits)?;
        Ok(Self {
            line,
            cache,
            config,
            missing: None,
            shallow: repository.is_shallow(),
            tip: tip.to_owned(),
        })
    }

    /// Returns the timeline.
    pub(crate) fn timeline(&self) -> &Timeline {
        &self.line.timeline
    }

    /// Returns how many commits lead to the tip.
    pub(crate) fn steps(&self) -> usize {
        self.line.steps
    }

    /// Returns a commit.
    pub(crate) fn step(&self, step: StepId) -> &Step {
        &self.line.timeline.steps()[step as usize]
    }

    /// Returns the path of a version.
    pub(crate) fn path(&self, path: u32) -> &RepoPath {
        self.line.timeline.path(path)
    }

    /// Returns what a text says; nothing where it could not be read.
    pub(crate) fn facts(&self, text: TextId) -> Facts {
        self.line.timeline.facts(text).cloned().unwrap_or_default()
    }

    /// Returns why the answer cannot be whole, with the way out.
    pub(crate) fn gap(&self) -> Option<String> {
        if !self.line.timeline.is_complete() {
            return Some(if self.shallow { SHALLOW } else { TOO_LONG }.to_owned());
        }
        self.missing.clone()
    }

    /// Reads texts nobody has read yet.
    pub(crate) fn learn(&mut self, context: &Context<'_>, texts: &[TextId]) -> Result<()> {
        let repository = context.repository()?;
        let timeline = &mut self.line.timeline;
        let missing = repository.learn(timeline, texts, &self.config, &context.limits);
        self.missing = self.missing.take().or(missing);
        Ok(())
    }

    /// Tells the story of the first `steps` commits.
    pub(crate) fn story(&mut self, context: &Context<'_>, steps: usize) -> Result<Story> {
        let needs = Story::needs(&self.line.timeline, steps, &self.config);
        self.learn(context, &needs)?;
        let repository = context.repository()?;
        let mut read = repository.blobs(&context.limits);
        let mut missing = None;
        // A text that is not here might be the one another was made of: no answer is whole then.
        let mut look = |id: &BlobId| {
            read(id).inspect_err(|reason| {
                if missing.is_none() && !repository.has(id) {
                    missing = Some(reason.clone());
                }
            })
        };
        let story = Story::tell(&mut self.line.timeline, steps, &self.config, &mut look);
        self.missing = self.missing.take().or(missing);
        Ok(story)
    }

    /// Finds the newest version of what is called `name`: an id, with or without the shape of its
    /// kind, or the path of what is there in the end.
    pub(crate) fn find(&self, context: &Context<'_>, story: &Story, name: &str) -> Option<NodeId> {
        let timeline = self.timeline();
        let by_path = || {
            let path = timeline.find_path(&context.to_repository_path(name))?;
            story.at_path(path)
        };
        story
            .latest(name, timeline)
            .or_else(by_path)
            .or_else(|| story.latest(&self.shaped(name), timeline))
    }

    /// Returns the id a bare number stands for, where one kind alone shapes its ids.
    pub(crate) fn shaped(&self, name: &str) -> String {
        let mut shaped = self
            .config
            .kinds
            .iter()
            .filter(|kind| kind.id.shape.is_some());
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        let kind = shaped
            .next()
            .filter(|_| is_number && shaped.next().is_none());
        kind.map_or_else(|| name.to_owned(), |kind| kind.id.shaped(name))
    }

    /// Keeps what was learnt for the next run. That it cannot be kept is no failure.
    pub(crate) fn keep(&self, context: &Context<'_>) {
        let Some(cache) = self
            .cache
            .as_ref()
            .filter(|_| self.line.timeline.has_grown() && self.missing.is_none())
        else {
            return;
        };
        if let Err(error) = cache.save(&self.line.timeline) {
            context
                .ui
                .detail(&format!("the history is not kept: {error}"));
        }
    }

    /// Reads the artifact of a text.
    pub(crate) fn artifact(
        &self,
        context: &Context<'_>,
        path: u32,
        text: TextId,
    ) -> Result<Artifact> {
        let path = self.path(path);
        let blob = self.line.timeline.blob(text).to_hex();
        let named = |reason: String| {
            hinted(
                format!("`{path}` cannot be read: {reason}"),
                "`govkit check` says more about files that cannot be read",
            )
        };
        let bytes = context
            .repository()?
            .read_blob(&blob, &context.limits)
            .map_err(named)?;
        let utf8 = String::from_utf8(bytes).map_err(|error| named(error.to_string()))?;
        let kind = self.config.kinds.get(self.line.timeline.kind(text));
        let kind = kind.ok_or_else(|| named("no kind claims it".to_owned()))?;
        let read = Artifact::read(utf8.into(), path.clone(), Some(blob), kind, &context.limits);
        read.map_err(|error| named(error.to_string()))
    }
}

fn tip(at: &At) -> Result<String> {
    match at {
        At::Revision(revision) => Ok(revision.clone()),
        At::Worktree => Ok("HEAD".to_owned()),
        At::Index | At::Empty => Err(hinted(
            "the index has no history",
            "leave `--at` out or name a revision",
        )),
    }
}

/// What was in force on a date, and the past it was read from.
pub(crate) struct Answer {
    /// The past.
    pub(crate) past: Past,
    /// The question.
    pub(crate) question: Question,
    /// How every artifact stood.
    pub(crate) standings: Vec<Standing>,
    story: Option<Story>,
    /// Versions whose status needs approvals that are missing.
    withheld: HashSet<NodeId>,
}

impl Answer {
    /// Asks what was in force `on` a moment, as known at a revision or a moment (`known_at`) of
    /// the line of `--at`.
    pub(crate) fn ask(context: &Context<'_>, on: Moment, known_at: Option<&str>) -> Result<Self> {
        let at = context.at();
        let as_moment = known_at.and_then(|text| Moment::parse(text).ok());
        let past = match known_at.filter(|_| as_moment.is_none()) {
            Some(revision) => Past::open_at(context, &at, revision)?,
            None => Past::open(context, &at)?,
        };
        let steps = past.steps();
        let steps = as_moment.map_or(steps, |moment| past.timeline().known_at(moment, steps));
        Self::of(context, past, Question { on, steps })
    }

    /// Asks another question of a past that is open already.
    pub(crate) fn of(context: &Context<'_>, mut past: Past, question: Question) -> Result<Self> {
        let mut answer_story = None;
        if past.timeline().is_complete() {
            // What is withheld for want of approvals can be any version.
            let with_story = Question::needs_story(&past.config) || past.config.approvals.is_some();
            let needs = question.needs(past.timeline(), with_story);
            past.learn(context, &needs)?;
            if with_story {
                answer_story = Some(past.story(context, question.steps)?);
            }
        }
        let mut answer = Self {
            standings: Vec::new(),
            past,
            question,
            withheld: HashSet::new(),
            story: answer_story,
        };
        answer.withhold(context)?;
        answer.answer();
        answer.past.keep(context);
        Ok(answer)
    }

    /// Finds the versions that do not count for want of approvals.
    fn withhold(&mut self, context: &Context<'_>) -> Result<()> {
        let Some(story) = self.story.as_ref() else {
            return Ok(());
        };
        let Some(last) = self.question.steps.checked_sub(1) else {
            return Ok(());
        };
        if self.past.config.approvals.is_none() {
            return Ok(());
        }
        let tip = self.past.timeline().steps()[last].commit.to_hex();
        let approvals = Approvals::open(context, &At::Revision(tip), &self.past.config)?;
        let ends: HashSet<NodeId> = story.ends().into_iter().collect();
        for (at, node) in (0..).zip(story.nodes()) {
            let Some(text) = node.text else { continue };
            let artifact = match self.past.artifact(context, node.path, text) {
                Ok(artifact) if approvals.asks(&artifact) => artifact,
                _ => continue,
            };
            let standing = approvals.standing(context, &artifact);
            let digest = govkit_core::approval::sha256(artifact.text.as_bytes());
            let was = !ends.contains(&at) && standing.ever.contains(&digest);
            if !standing.holds() && !was {
                self.withheld.insert(at);
            }
        }
        Ok(())
    }

    fn answer(&mut self) {
        // An answer that lacks the beginning could be a wrong one.
        if self.past.timeline().is_complete() {
            let (past, story) = (&self.past, self.story.as_ref());
            self.standings = in_force(
                past.timeline(),
                story,
                &past.config,
                self.question,
                &self.withheld,
            );
        }
    }

    /// Finds what is called `name`: by the id it had then, else by any it has had, else by path.
    pub(crate) fn find(&mut self, context: &Context<'_>, name: &str) -> Result<Vec<Standing>> {
        let mut names = vec![name.to_owned()];
        let shaped = self
            .past
            .config
            .kinds
            .iter()
            .filter(|kind| kind.id.shape.is_some());
        names.extend(shaped.map(|kind| kind.id.shaped(name)));
        let path = context.to_repository_path(name);
        if let Some(found) = self.called(&names, &path) {
            return Ok(found);
        }
        // An id it got later is known to the story only.
        if self.story.is_none() && self.past.timeline().is_complete() {
            let needs = self.question.needs(self.past.timeline(), true);
            self.past.learn(context, &needs)?;
            self.story = Some(self.past.story(context, self.question.steps)?);
            self.answer();
            self.past.keep(context);
        }
        Ok(self.called(&names, &path).unwrap_or_default())
    }

    fn called(&self, names: &[String], path: &str) -> Option<Vec<Standing>> {
        let matching = |wanted: &dyn Fn(&Standing) -> bool| {
            let found: Vec<Standing> = self
                .standings
                .iter()
                .filter(|it| wanted(it))
                .cloned()
                .collect();
            (!found.is_empty()).then_some(found)
        };
        let by_id = |name: &String| {
            matching(&|standing| standing.id == *name && standing.why.word() != "removed")
        };
        let by_any = |name: &String| matching(&|standing| standing.known_as.contains(name));
        names
            .iter()
            .find_map(by_id)
            .or_else(|| names.iter().find_map(by_any))
            .or_else(|| matching(&|standing| self.past.path(standing.path).as_str() == path))
    }
}
