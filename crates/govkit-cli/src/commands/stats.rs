//! `govkit stats`

use anyhow::{Context as _, Result};
use govkit_core::snapshot::At;
use govkit_core::stats::{Share, Stats};
use govkit_core::time::Moment;
use jiff::Span;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::in_force::moment;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::past::Past;
use crate::report::listing::Listing;

/// Points in time one table has at most.
const POINTS: usize = 1_000;

/// Count artifacts, what they lack, and what is overdue, now or over time
///
/// Shares are of those that could have it: processes with a policy, procedures with a process,
/// steps that say who, activities with somebody accountable. Each row is counted as of its own
/// day, with the configuration of now.
///
/// Formats: human, tsv (when piped: date, revision, artifacts, in_force, owner, why, what, who,
/// accountable, overdue), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit stats
///   govkit stats --each-tag
///   govkit stats --since 2025-01-01 --every P3M --format csv
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct StatsArgs {
    /// One row for each tag, in the order of their commits' dates
    #[arg(long, conflicts_with = "since")]
    each_tag: bool,
    /// One row for each month since DATE, as the branch was known then
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// With `--since`: the time between rows
    #[arg(long, value_name = "TIME", default_value = "P1M", requires = "since")]
    every: String,
}

/// One row in `govkit stats --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    /// The day it is counted on.
    date: String,
    /// The tag, the commit, or `worktree`.
    revision: String,
    #[serde(flatten)]
    stats: Stats,
}

/// A state to count, and the day to count it on.
struct Point {
    date: Date,
    name: String,
    at: At,
}

pub(crate) fn run(context: &Context<'_>, args: &StatsArgs) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let mut gap = None;
    let points = match &args.since {
        Some(since) => every(context, &at, since, &args.every, &mut gap)?,
        None if args.each_tag => tags(context)?,
        None => vec![Point {
            date: context.now()?,
            name: crate::comparison::label(context, &at)?,
            at,
        }],
    };
    let columns = [
        "date",
        "revision",
        "artifacts",
        "in_force",
        "owner",
        "why",
        "what",
        "who",
        "accountable",
        "overdue",
    ];
    let mut listing = Listing::new("stats", "point", &columns);
    for point in points {
        let corpus = context.corpus_with(&point.at, config.clone())?;
        let stats = Stats::of(&corpus, point.date);
        let short = match &point.at {
            At::Revision(id) if *id == point.name => id.get(..12).unwrap_or(id).to_owned(),
            _ => point.name.clone(),
        };
        let row = vec![
            point.date.to_string(),
            short,
            stats.artifacts.to_string(),
            stats.in_force.to_string(),
            percent(stats.owner),
            percent(stats.what_with_why),
            percent(stats.how_with_what),
            percent(stats.steps_with_who),
            percent(stats.activities_with_accountable),
            (stats.reviews_overdue + stats.expired).to_string(),
        ];
        let item = Item {
            date: point.date.to_string(),
            revision: point.name.clone(),
            stats,
        };
        listing.push(&point.name, row, &item)?;
    }
    listing
        .extra
        .insert("complete".to_owned(), gap.is_none().into());
    listing.print(context.ui, context.global)?;
    match gap {
        Some(gap) => {
            context.ui.warn(&gap);
            Ok(Exit::Incomplete)
        }
        None => Ok(Exit::Clean),
    }
}

fn percent(share: Share) -> String {
    share
        .percent()
        .map(|percent| format!("{percent}%"))
        .unwrap_or_default()
}

fn tags(context: &Context<'_>) -> Result<Vec<Point>> {
    let mut tags = context.repository()?.tags()?;
    tags.sort_by(|a, b| (&a.commit.date, &a.name).cmp(&(&b.commit.date, &b.name)));
    let point = |tag: govkit_git::Tag| -> Result<Point> {
        Ok(Point {
            date: Moment::parse(&tag.commit.date)?.date(),
            name: tag.name,
            at: At::Revision(tag.commit.id),
        })
    };
    tags.into_iter().map(point).collect()
}

/// The state at each of the days that was known by then.
fn every(
    context: &Context<'_>,
    at: &At,
    since: &str,
    every: &str,
    gap: &mut Option<String>,
) -> Result<Vec<Point>> {
    let past = Past::open(context, at)?;
    past.keep(context);
    *gap = past.gap();
    let span: Span = every.parse().map_err(|_| {
        hinted(
            format!("`{every}` is no length of time"),
            "write P1M for a month, P7D for a week",
        )
    })?;
    let (first, last) = (moment(context, Some(since))?.date(), context.now()?);
    let mut points = Vec::new();
    // A shallow clone knows of no day what it was like.
    let ends = if gap.is_some() { 0 } else { POINTS };
    for nth in 0..ends {
        let step = i64::try_from(nth)
            .ok()
            .and_then(|nth| span.checked_mul(nth).ok());
        let date = first.checked_add(step.unwrap_or_default());
        let date = date.with_context(|| format!("go `{every}` on from {first}"))?;
        if date > last || (nth > 0 && date <= first) {
            break;
        }
        let known = past
            .timeline()
            .known_at(Moment::of_date(date), past.steps());
        let Some(step) = known.checked_sub(1) else {
            continue;
        };
        let commit = past.timeline().steps()[step].commit.to_hex();
        points.push(Point {
            date,
            name: commit.clone(),
            at: At::Revision(commit),
        });
    }
    Ok(points)
}
