//! `govkit review`

mod given;

use std::sync::Arc;

use anyhow::Result;
use govkit_core::config::Config;
use govkit_core::corpus::Corpus;
use govkit_core::diff::{ChangeSet, CompareMode, Pair, SideBySide};
use govkit_core::finding::Finding;
use govkit_core::impact::ReviewRecord;
use govkit_core::review::{
    Acceptances, Material, Outcome, Review, ReviewCompare, Spread, Statuses, Terms, Upstream,
    moved_artifacts, review, spread, trust_changes,
};
use govkit_core::snapshot::At;
use govkit_host::Changes;

use crate::approvals::Approvals;
use crate::args::Format;
use crate::branch::corpus_and_records;
use crate::commands::check::{FailLevel, VALIDATORS, counted, examine, examine_changes, new_ones};
use crate::commands::diff::FailChange;
use crate::comparison::{Comparison, label};
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::review as report;
use crate::trusted::{Trusted, default_base, trusted_files};

/// Say what a branch changes, whom it affects, who must agree, and what to do first
///
/// Compares the branch with the place where it left BASE, as a pull request does. Says what changed
/// in meaning, the worst first; who is affected though untouched; who has to agree and why; which
/// findings of `check` are new; and what to do before agreeing.
///
/// The configuration, the lock, the severities and the accepted findings are those of BASE; where
/// the branch changes them, that is a change like any other.
///
/// Exits 1 when a change is at least as severe as `--fail-change`, or a new finding of `check` as
/// `--fail-level`; 3 when a plugin could not finish or the clone is too shallow.
///
/// Formats: human, json, markdown (one comment for a pull request), html (a page with both texts side
/// by side), github, sarif.
///
/// Examples:
///   govkit review
///   govkit review main --head policy/incident-reporting
///   govkit review origin/main --fail-change substantive --format json
///   govkit review main --since ORIG_HEAD
///   govkit review main --format html -o review.html
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ReviewArgs {
    /// The branch to hold it against [default: origin/HEAD, else main or master]
    base: Option<String>,
    /// Review this branch or commit [default: the files on disk, or HEAD where they are the same]
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// Show what changed since you last looked, at REV
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// How many links to follow from a changed artifact
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=64))]
    depth: u8,
    /// Exit 1 when a change is at least this severe
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "breaking")]
    fail_change: FailChange,
    /// Exit 1 when a new finding of `check` is at least this severe
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    fail_level: FailLevel,
}

pub(crate) const FORMATS: &[Format] = &[
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Github,
    Format::Sarif,
];

pub(crate) fn run(context: &Context<'_>, args: &ReviewArgs) -> Result<Exit> {
    let format = context.ui.format("review", FORMATS, Format::Human)?;
    let Some(range) = Range::find(context, args)? else {
        return Ok(Exit::Incomplete);
    };
    let trusted = Trusted::read(context, &range.tip_at(), &range.base_at(), &range.head)?;
    if trusted.of_branch && context.global.config.is_none() {
        context.ui.warn(&format!(
            "`{}` has no configuration: the one this branch brings is used",
            range.base_name
        ));
    }
    let sides = Sides::read(context, &range, &trusted, format)?;
    let mut answer = sides.review(context, args, &range, &trusted)?;
    answer.close(args.fail_change.severity(), args.fail_level.severity());
    if let Some(revision) = &args.since {
        since(context, args, &range, &trusted, revision, &mut answer)?;
    }
    print(context, &answer, &sides.texts, format)?;
    Ok(match (answer.summary.complete, answer.gate.result) {
        (false, _) => Exit::Incomplete,
        (true, outcome) => Exit::no_if(outcome == Outcome::Fail),
    })
}

fn print(
    context: &Context<'_>,
    answer: &Review,
    texts: &[SideBySide],
    format: Format,
) -> Result<()> {
    if context.global.quiet {
        let ids = answer.artifacts.iter();
        let ids = ids.map(|one| one.id.as_deref().unwrap_or(&one.path));
        return context.ui.ids(ids, context.global.null);
    }
    let style = context.ui.style();
    let verbose = context.global.verbose > 0;
    let pager = || context.repository().ok()?.user_setting("core.pager");
    match format {
        Format::Json => context.ui.report(|out| report::json(answer, out)),
        Format::Markdown => context.ui.report(|out| report::markdown(answer, out)),
        Format::Html => context.ui.report(|out| report::html(answer, texts, out)),
        Format::Github => context.ui.report(|out| report::github(answer, out)),
        Format::Sarif => context.ui.report(|out| report::sarif(answer, out)),
        _ => context
            .ui
            .paged(pager, |out| report::human(answer, verbose, out, style)),
    }
}

/// What is held against what.
struct Range {
    base_name: String,
    tip: String,
    base: String,
    head: At,
    /// The commit of `head`, or the one the files on disk stand on.
    head_commit: String,
    head_name: Option<String>,
}

impl Range {
    /// Finds the two sides; `None` when the clone is too shallow to know, which has been said.
    fn find(context: &Context<'_>, args: &ReviewArgs) -> Result<Option<Self>> {
        let repository = context.repository()?;
        let base_name = match &args.base {
            Some(name) => name.clone(),
            None => default_base(context)?,
        };
        let tip = repository.resolve(&base_name)?.id;
        let asked = args.head.as_deref().or(context.global.at.as_deref());
        let head = head(context, asked)?;
        let named = match &head {
            At::Revision(revision) => revision.as_str(),
            _ => "HEAD",
        };
        let head_commit = repository.resolve(named)?.id;
        let head_name = match asked {
            Some(name) => (name != ":index").then(|| name.to_owned()),
            None => repository.branch()?,
        };
        let base = match repository.merge_base(&tip, &head_commit) {
            // The way to it leads over a commit that was left out.
            Err(_) if repository.is_shallow() => None,
            found => found?,
        };
        let Some(base) = base else {
            return no_merge_base(context, &base_name, named);
        };
        Ok(Some(Self {
            base_name,
            tip,
            base,
            head,
            head_commit,
            head_name,
        }))
    }

    fn tip_at(&self) -> At {
        At::Revision(self.tip.clone())
    }

    fn base_at(&self) -> At {
        At::Revision(self.base.clone())
    }
}

/// The state under review: what was asked for, else the files on disk where they differ from HEAD.
fn head(context: &Context<'_>, asked: Option<&str>) -> Result<At> {
    let repository = context.repository()?;
    if asked.is_some() {
        return Ok(at_of(asked));
    }
    let committed = At::Revision("HEAD".to_owned());
    let clean = repository.is_bare()
        || repository
            .tree_changes(&committed, &At::Worktree, &context.limits)?
            .is_empty();
    Ok(if clean { committed } else { At::Worktree })
}

/// Never silence: without a common commit nobody can say what the branch did.
fn no_merge_base<T>(context: &Context<'_>, base: &str, head: &str) -> Result<Option<T>> {
    let error = |what: &str| {
        hinted(
            format!("`{base}` and `{head}` have no common commit here{what}"),
            "`git fetch --unshallow` brings the rest (in CI: fetch-depth 0)",
        )
    };
    if !context.repository()?.is_shallow() {
        return Err(hinted(
            format!("`{base}` and `{head}` have no common commit"),
            "a branch is held against the one it came from; `govkit diff A..B` compares any two",
        ));
    }
    let _ = context.ui.fail(&error(": the clone leaves out older ones"));
    Ok(None)
}

/// Both sides, read with the trusted configuration.
struct Sides {
    set: ChangeSet,
    pairs: Vec<Pair>,
    /// Both texts of each artifact, where a page shows them.
    texts: Vec<SideBySide>,
    statuses: Statuses,
    base: Corpus,
    head: Corpus,
    records: Vec<ReviewRecord>,
    /// Who agreed to what, where anything needs that.
    approvals: Option<Approvals>,
}

impl Sides {
    fn read(
        context: &Context<'_>,
        range: &Range,
        trusted: &Trusted,
        format: Format,
    ) -> Result<Self> {
        let config = &trusted.config;
        let both = (config.clone(), config.clone());
        let (base_at, head_at) = (range.base_at(), &range.head);
        let mode = CompareMode::MergeBase;
        let comparison = Comparison::read_with(context, mode, &base_at, head_at, both)?;
        let (base, head) = rayon::join(
            || context.corpus_with(&base_at, config.clone()),
            || corpus_and_records(context, head_at, config.clone()),
        );
        let (mut head, records) = head?;
        let approvals = match config.approvals {
            // Whom to trust says the base that is reviewed against.
            Some(_) => Some(Approvals::open_from(
                context,
                head_at,
                config,
                Some(&range.tip),
            )?),
            None => None,
        };
        if let Some(approvals) = &approvals {
            approvals.mark(context, &mut head);
        }
        let statuses = comparison.statuses();
        let texts = match format {
            Format::Html => comparison.side_by_side(),
            _ => Vec::new(),
        };
        let (set, pairs, _) = comparison.parts();
        Ok(Self {
            statuses,
            texts,
            set,
            pairs,
            base: base?,
            head,
            records,
            approvals,
        })
    }

    fn terms<'a>(&'a self, rest: &Rest<'a>) -> Terms<'a> {
        Terms {
            base: &self.base,
            head: &self.head,
            config: rest.config,
            statuses: &self.statuses,
            records: &self.records,
            accepted: rest.accepted,
            now: rest.now,
            depth: rest.depth,
        }
    }

    fn review(
        &self,
        context: &Context<'_>,
        args: &ReviewArgs,
        range: &Range,
        trusted: &Trusted,
    ) -> Result<Review> {
        let repository = context.repository()?;
        let changes = repository.tree_changes(&range.base_at(), &range.head, &context.limits)?;
        let files = trusted_files(context, &changes, &range.base_at(), &range.head)?;
        let (checks, complete) = self.new_checks(context, trusted)?;
        let material = Material {
            compare: self.compare(context, range)?,
            trust: trust_changes(&files),
            checks,
            complete,
            terms: self.terms(&Rest::new(context, args, trusted)?),
        };
        let mut answer = review(self.set.clone(), material);
        if let Some(approvals) = &self.approvals {
            given::mark(approvals, &self.head, &mut answer);
        }
        Ok(answer)
    }

    /// Findings of the branch that the base does not have, and whether all could be computed.
    fn new_checks(&self, context: &Context<'_>, trusted: &Trusted) -> Result<(Vec<Finding>, bool)> {
        let plugins = Plugins::load(context, &trusted.at, &trusted.config, VALIDATORS)?;
        let now = examine(context, &self.head, &plugins)?;
        let before = examine(context, &self.base, &plugins)?;
        let mut new = new_ones(now.findings, counted(&before.findings));
        let changes = Changes {
            set: &self.set,
            pairs: &self.pairs,
            config: &trusted.config,
        };
        let (of_change, complete) = examine_changes(&self.head, &plugins, changes)?;
        new.extend(of_change);
        new.sort();
        Ok((new, now.complete && before.complete && complete))
    }

    fn compare(&self, context: &Context<'_>, range: &Range) -> Result<ReviewCompare> {
        let repository = context.repository()?;
        let paths: Vec<String> = repository
            .tree_changes(&range.base_at(), &range.tip_at(), &context.limits)?
            .into_iter()
            .map(|change| change.path.as_str().to_owned())
            .collect();
        let artifacts = moved_artifacts(&self.set, &self.base, &self.head, &paths);
        let own = range.head_commit != range.base;
        Ok(ReviewCompare {
            mode: CompareMode::MergeBase,
            base: range.base.clone(),
            head: label(context, &range.head)?,
            base_name: range.base_name.clone(),
            head_name: range.head_name.clone(),
            subject: match own {
                true => Some(repository.resolve(&range.head_commit)?.subject),
                false => None,
            },
            upstream: Upstream {
                commit: range.tip.clone(),
                commits_since_base: repository.commits_ahead(&range.tip, &range.head_commit)?,
                touches_same_artifacts: !artifacts.is_empty(),
                artifacts,
            },
        })
    }
}

/// What both looks of `--since` have in common.
struct Rest<'a> {
    config: &'a Config,
    accepted: &'a Acceptances,
    now: jiff::civil::Date,
    depth: usize,
}

impl<'a> Rest<'a> {
    fn new(context: &Context<'_>, args: &ReviewArgs, trusted: &'a Trusted) -> Result<Self> {
        let config: &Arc<Config> = &trusted.config;
        Ok(Self {
            config,
            accepted: &trusted.accepted,
            now: context.now()?,
            depth: usize::from(args.depth),
        })
    }
}

/// Adds what changed since the branch was at `revision`.
fn since(
    context: &Context<'_>,
    args: &ReviewArgs,
    range: &Range,
    trusted: &Trusted,
    revision: &str,
    answer: &mut Review,
) -> Result<()> {
    let repository = context.repository()?;
    let commit = repository.resolve(revision)?.id;
    // A branch that was rebased meanwhile left the base somewhere else then.
    let base = repository.merge_base(&range.tip, &commit)?.ok_or_else(|| {
        hinted(
            format!(
                "`{}` and `{revision}` have no common commit here",
                range.base_name
            ),
            "a shallow clone may lack it: `git fetch --unshallow` (in CI: fetch-depth 0)",
        )
    })?;
    let then = Range {
        base_name: range.base_name.clone(),
        tip: range.tip.clone(),
        base: base.clone(),
        head: At::Revision(commit.clone()),
        head_commit: commit.clone(),
        head_name: None,
    };
    let sides = Sides::read(context, &then, trusted, Format::Json)?;
    let changes = repository.tree_changes(&then.base_at(), &then.head, &context.limits)?;
    let files = trusted_files(context, &changes, &then.base_at(), &then.head)?;
    let terms = sides.terms(&Rest::new(context, args, trusted)?);
    let before: Spread = spread(sides.set.clone(), trust_changes(&files), terms);
    answer.compare_with(&before, revision, &commit, &base);
    Ok(())
}
