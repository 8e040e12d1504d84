//! `govkit diff`

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::diff::{
    ChangeSet, ChangeSeverity, CompareMode, Located, Pair, SideBySide, no_index, side_by_side_bytes,
};
use govkit_core::review::{Gate, Outcome, Spread, Terms, spread, weigh_set};
use govkit_core::snapshot::At;
use govkit_core::time::Moment;
use govkit_core::untrusted::Untrusted;

use crate::args::Format;
use crate::branch::corpus_and_records;
use crate::commands::in_force::moment;
use crate::comparison::Comparison;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::pathspec::PathSpecs;
use crate::report::diff as report;
use crate::report::docx::docx;
use crate::trusted::accepted;

/// Say what changed in the artifacts between two states
///
/// `A..B` compares two revisions, `A...B` the second with the place where it left the first,
/// `A` a revision with the files on disk, nothing HEAD with the files on disk. Artifacts are
/// paired by id, so that a moved file is a rename, and compared by fields, links, steps,
/// sections and sentences. `--impact` adds those who rest on what changed. `[severity]` in
/// govkit.toml says how much a change matters here, `.govkit/accepted.toml` which one is accepted.
///
/// Exits 0 whatever changed, unless `--exit-code` or `--fail-change` asks otherwise.
///
/// Formats: human, json, markdown (a pull-request comment), html (a page with both texts side by
/// side), docx (a Word document with tracked changes), github, sarif, tsv.
///
/// Examples:
///   govkit diff
///   govkit diff v2026.1..v2026.2 POL-001
///   govkit diff main...HEAD --exit-code
///   govkit diff main...HEAD --impact --fail-change breaking
///   govkit diff --name-status HEAD~5
///   govkit diff --on 2026-01-01..2026-07-01
///   govkit diff --no-index old.md new.md
///   govkit diff main...HEAD --format html -o redline.html
///   govkit diff main...HEAD --format docx -o redline.docx
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct DiffArgs {
    /// A range or a revision, then ids or paths of artifacts
    #[arg(value_name = "RANGE|ARTIFACT")]
    targets: Vec<String>,
    /// Compare two files; no repository and no configuration is needed
    #[arg(long, conflicts_with_all = ["staged", "pathspec"])]
    no_index: bool,
    /// Compare HEAD with what is staged
    #[arg(long, visible_alias = "cached")]
    staged: bool,
    /// Compare what was in force on two dates, as it is known now; today without the second
    #[arg(long, value_name = "D1..D2", conflicts_with_all = ["staged", "no_index", "impact"])]
    on: Option<String>,
    /// Only say which artifacts were added, removed, renamed or changed
    ///
    /// A file that stays at its path counts as changed, whatever id it has now.
    // Nothing is compared closely then, so that nothing would ever fail.
    #[arg(long, conflicts_with = "fail_change")]
    name_status: bool,
    /// Say, too, whom the changes reach through links, and who is left behind
    #[arg(long, conflicts_with_all = ["no_index", "name_status"])]
    impact: bool,
    /// How many links to follow from a changed artifact
    #[arg(long, value_name = "N", default_value_t = 2, requires = "impact", value_parser = clap::value_parser!(u8).range(0..=64))]
    depth: u8,
    /// Exit 1 when anything differs
    #[arg(long)]
    exit_code: bool,
    /// Exit 1 when a change is at least this severe
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "never")]
    fail_change: FailChange,
    /// Only files at these paths, directories or patterns
    #[arg(last = true, value_name = "PATHSPEC")]
    pathspec: Vec<String>,
}

/// The least severe change that makes the answer no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailChange {
    /// Any change at all.
    Editorial,
    /// Anything that is not provably editorial.
    Minor,
    /// What changes duties, parties, deadlines or status.
    Substantive,
    /// What those who comply today may not comply with tomorrow.
    Breaking,
    /// No change fails.
    Never,
}

impl FailChange {
    /// Returns the least severity that fails, `None` where none does.
    pub(crate) fn severity(self) -> Option<ChangeSeverity> {
        match self {
            Self::Editorial => Some(ChangeSeverity::Editorial),
            Self::Minor => Some(ChangeSeverity::Minor),
            Self::Substantive => Some(ChangeSeverity::Substantive),
            Self::Breaking => Some(ChangeSeverity::Breaking),
            Self::Never => None,
        }
    }
}

const FORMATS: &[Format] = &[
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Html,
    Format::Docx,
    Format::Github,
    Format::Sarif,
    Format::Tsv,
];

/// What was found, and for a page both texts of each artifact.
type Told = (Spread, Vec<SideBySide>);

pub(crate) fn run(context: &Context<'_>, args: &DiffArgs) -> Result<Exit> {
    let format = context.ui.format("diff", FORMATS, Format::Human)?;
    if context.global.at.is_some() {
        return Err(hinted(
            "`diff` takes its revisions as arguments",
            "`govkit diff A..B` instead of `--at`",
        ));
    }
    if format == Format::Docx && !context.global.quiet {
        must_take_a_document(context, args)?;
    }
    let mut gap = None;
    let (found, sides) = if args.no_index {
        files(context, args, format)?
    } else if let Some(dates) = &args.on {
        on_dates(context, args, format, dates, &mut gap)?
    } else {
        revisions(context, args, format)?
    };
    let least = args.fail_change.severity();
    let gate = report::gate(&found.set, least);
    print(context, args, (&found, &sides), &gate, format)?;
    if let Some(gap) = gap {
        context.ui.warn(&gap);
        return Ok(Exit::Incomplete);
    }
    let differs = args.exit_code && !found.set.artifacts.is_empty();
    Ok(Exit::no_if(gate.result == Outcome::Fail || differs))
}

/// A Word document is nothing a terminal shows, and has both texts.
fn must_take_a_document(context: &Context<'_>, args: &DiffArgs) -> Result<()> {
    if args.name_status {
        return Err(hinted(
            "`--name-status` compares no texts, and a Word document shows them",
            "leave `--name-status` out, or choose `--format json`",
        ));
    }
    if context.ui.to_terminal() {
        return Err(hinted(
            "a Word document is nothing to print on a terminal",
            "name a file: `-o changes.docx`",
        ));
    }
    Ok(())
}

fn print(
    context: &Context<'_>,
    args: &DiffArgs,
    (found, sides): (&Spread, &[SideBySide]),
    gate: &Gate,
    format: Format,
) -> Result<()> {
    let set = &found.set;
    let end = if context.global.null { '\0' } else { '\n' };
    if context.global.quiet {
        let ids = set
            .artifacts
            .iter()
            .map(|artifact| artifact.id.as_deref().unwrap_or(&artifact.path));
        return context.ui.ids(ids, context.global.null);
    }
    let style = context.ui.style();
    let pager = || context.repository().ok()?.user_setting("core.pager");
    let spreading = report::Spreading {
        impact: args.impact.then_some(found.affected.as_slice()),
        acceptances: &found.acceptances,
    };
    match format {
        Format::Json => context
            .ui
            .report(|out| report::json(set, spreading, gate, out)),
        _ if args.name_status => context
            .ui
            .report(|out| report::name_status(set, context.global.null, out)),
        Format::Markdown => context.ui.report(|out| report::markdown(found, out)),
        Format::Html => context.ui.report(|out| report::html(found, sides, out)),
        Format::Docx => {
            let now = context.now()?;
            context.ui.report(|out| docx(found, sides, now, out))
        }
        Format::Github => context.ui.report(|out| report::github(set, out)),
        Format::Sarif => context.ui.report(|out| report::sarif(set, out)),
        Format::Tsv => context.ui.report(|out| report::tsv(set, end, out)),
        _ => context.ui.paged(pager, |out| {
            report::human(set, out, style)?;
            crate::report::review::reach(found, args.impact, out, style)
        }),
    }
}

/// The two files of `--no-index`; `/dev/null` is no file.
fn files(context: &Context<'_>, args: &DiffArgs, format: Format) -> Result<Told> {
    let [old, new] = args.targets.as_slice() else {
        return Err(hinted(
            "`--no-index` compares two files",
            "`govkit diff --no-index OLD NEW`; either may be /dev/null",
        ));
    };
    let read = |name: &str| -> Result<Option<Vec<u8>>> {
        if name == "/dev/null" {
            return Ok(None);
        }
        let path = context.directory().join(Path::new(name));
        Ok(Some(
            std::fs::read(&path).with_context(|| format!("read `{name}`"))?,
        ))
    };
    let (old_bytes, new_bytes) = (read(old)?, read(new)?);
    let side = |name, bytes| Some((name, bytes));
    let set = no_index(
        old_bytes
            .as_deref()
            .and_then(|bytes| side(old.as_str(), bytes)),
        new_bytes
            .as_deref()
            .and_then(|bytes| side(new.as_str(), bytes)),
    );
    let sides = match format {
        Format::Html | Format::Docx if !set.artifacts.is_empty() => {
            vec![side_by_side_bytes(
                old_bytes.as_deref(),
                new_bytes.as_deref(),
            )]
        }
        _ => Vec::new(),
    };
    Ok((alone(set).0, sides))
}

/// What applied on two dates.
fn on_dates(
    context: &Context<'_>,
    args: &DiffArgs,
    format: Format,
    dates: &str,
    gap: &mut Option<String>,
) -> Result<Told> {
    let (old, new) = dates.split_once("..").unwrap_or((dates, ""));
    let new = Some(new).filter(|text| !text.is_empty());
    let (old, new) = (Moment::parse(old)?, moment(context, new)?);
    let (mut comparison, lacks) = Comparison::on_dates(context, old, new)?;
    *gap = lacks;
    if !args.targets.is_empty() || !args.pathspec.is_empty() {
        restrict(context, &mut comparison, &args.targets, &args.pathspec)?;
    }
    if args.name_status {
        return Ok(alone(comparison.structure()));
    }
    let both = match format {
        Format::Html | Format::Docx => comparison.side_by_side(),
        _ => Vec::new(),
    };
    Ok((alone(comparison.full()).0, both))
}

fn revisions(context: &Context<'_>, args: &DiffArgs, format: Format) -> Result<Told> {
    let (mode, old, new, names) = sides(context, args)?;
    let paths_do = args.name_status && format != Format::Json && !context.global.quiet;
    if paths_do && names.is_empty() && args.pathspec.is_empty() {
        return Ok(alone(Comparison::of_paths(context, mode, &old, &new)?));
    }
    let mut comparison = Comparison::read(context, mode, &old, &new)?;
    if !names.is_empty() || !args.pathspec.is_empty() {
        let unmet = restrict(context, &mut comparison, names, &args.pathspec)?;
        for name in unmet {
            let known = |at: &At| context.artifact(name, at).is_ok();
            if !known(&new) && !known(&old) {
                return Err(neither(context, name));
            }
        }
    }
    if args.name_status {
        return Ok(alone(comparison.structure()));
    }
    let both = match format {
        Format::Html | Format::Docx => comparison.side_by_side(),
        _ => Vec::new(),
    };
    Ok((weighed(context, args, comparison, &old, &new)?, both))
}

/// Writes the page of what differs between the last commit and the files on disk.
pub(crate) fn uncommitted_page(context: &Context<'_>, out: &mut dyn std::io::Write) -> Result<()> {
    let head = match context.repository()?.head()? {
        Some(commit) => At::Revision(commit.id),
        None => At::Empty,
    };
    let comparison = Comparison::read(context, CompareMode::Worktree, &head, &At::Worktree)?;
    let sides = comparison.side_by_side();
    Ok(report::html(&alone(comparison.full()).0, &sides, out)?)
}

/// A change set of which nothing else is known.
fn alone(set: ChangeSet) -> Told {
    let found = Spread {
        set,
        ..Spread::default()
    };
    (found, Vec::new())
}

/// Compares in full, with the severities and acceptances of the new side, and with `--impact` says
/// whom the changes reach.
fn weighed(
    context: &Context<'_>,
    args: &DiffArgs,
    comparison: Comparison,
    old: &At,
    new: &At,
) -> Result<Spread> {
    let (old_config, config) = comparison.configs();
    let statuses = comparison.statuses();
    let accepted = accepted(context, new)?;
    let now = context.now()?;
    let mut set = comparison.full();
    if !args.impact {
        let acceptances = weigh_set(&mut set, &config, &statuses, &accepted, now);
        return Ok(Spread {
            set,
            acceptances,
            ..Spread::default()
        });
    }
    let base = context.corpus_with(old, old_config)?;
    let (head, records) = corpus_and_records(context, new, config.clone())?;
    let terms = Terms {
        base: &base,
        head: &head,
        config: &config,
        statuses: &statuses,
        records: &records,
        accepted: &accepted,
        now,
        depth: usize::from(args.depth),
    };
    Ok(spread(set, Vec::new(), terms))
}

/// What is compared with what, and the names that are left.
fn sides<'a>(
    context: &Context<'_>,
    args: &'a DiffArgs,
) -> Result<(CompareMode, At, At, &'a [String])> {
    let repository = context.repository()?;
    let first = args.targets.first().map(String::as_str);
    let revision = |text: &str| {
        At::Revision(if text.is_empty() {
            "HEAD".to_owned()
        } else {
            text.to_owned()
        })
    };
    if let Some((old, new)) = first.and_then(|text| text.split_once("...")) {
        let (old_name, new_name) = (
            if old.is_empty() { "HEAD" } else { old },
            if new.is_empty() { "HEAD" } else { new },
        );
        let base = repository.merge_base(old_name, new_name)?.ok_or_else(|| {
            hinted(
                format!("`{old_name}` and `{new_name}` have no common commit here"),
                "a shallow clone may lack it: `git fetch --unshallow` (in CI: fetch-depth 0)",
            )
        })?;
        return Ok((
            CompareMode::MergeBase,
            At::Revision(base),
            revision(new),
            &args.targets[1..],
        ));
    }
    if let Some((old, new)) = first
        .and_then(|text| text.split_once(".."))
        .filter(|_| first.is_some_and(is_range))
    {
        return Ok((
            CompareMode::Trees,
            revision(old),
            revision(new),
            &args.targets[1..],
        ));
    }
    let new = if args.staged { At::Index } else { At::Worktree };
    if repository.is_bare() {
        return Err(hinted(
            "a bare repository has no files on disk to compare with",
            "name two revisions: `govkit diff A..B`",
        ));
    }
    if let Some(name) = first.filter(|name| repository.resolve(name).is_ok()) {
        return Ok((
            CompareMode::Worktree,
            revision(name),
            new,
            &args.targets[1..],
        ));
    }
    let base = if repository.head()?.is_some() {
        revision("")
    } else {
        At::Empty
    };
    Ok((CompareMode::Worktree, base, new, &args.targets))
}

/// `..` inside a path (`../policies`) makes no range.
fn is_range(text: &str) -> bool {
    !text.starts_with("../") && !text.contains("/../") && text != ".."
}

/// A typing error must not pass for a state without changes.
fn neither(context: &Context<'_>, name: &str) -> anyhow::Error {
    let shown = Untrusted::line(name);
    let is_revision = |repository: &govkit_git::Repository| repository.resolve(name).is_ok();
    if context.repository().is_ok_and(is_revision) {
        return hinted(
            format!("`{shown}` is a revision, and a second one is written after two dots"),
            format!("`govkit diff OLD..{shown}`"),
        );
    }
    hinted(
        format!("`{shown}` is neither a revision nor an artifact"),
        "`govkit list` shows the artifacts, `git branch --all` and `git tag` the revisions",
    )
}

/// Keeps the artifacts that were named, and returns the names that fit no change.
fn restrict<'n>(
    context: &Context<'_>,
    comparison: &mut Comparison,
    names: &'n [String],
    specs: &[String],
) -> Result<Vec<&'n str>> {
    let kinds = &comparison.config().kinds;
    let wanted: Vec<(Vec<String>, String)> = names
        .iter()
        .map(|name| {
            let shaped = kinds.iter().filter(|kind| kind.id.shape.is_some());
            let ids = shaped.map(|kind| kind.id.shaped(name));
            let ids = ids.chain([name.clone()]).collect();
            (ids, context.to_repository_path(name))
        })
        .collect();
    let specs = PathSpecs::new(context, specs)?;
    let mut met = vec![false; names.len()];
    let mut fits = |side: &Located| {
        let path = side.path.as_str();
        let mut fits = specs.has(path);
        for ((ids, wanted), met) in wanted.iter().zip(&mut met) {
            let id = side.side.id();
            if wanted == path || id.is_some_and(|id| ids.iter().any(|name| name == id)) {
                *met = true;
                fits = true;
            }
        }
        fits
    };
    comparison.retain(|pair: &Pair| {
        let sides = pair.old.iter().chain(&pair.new);
        // Both sides are looked at: each may be the one that a name means.
        sides.filter(|side| fits(side)).count() > 0
    });
    let names = names.iter().zip(met).filter(|(_, met)| !met);
    Ok(names.map(|(name, _)| name.as_str()).collect())
}
