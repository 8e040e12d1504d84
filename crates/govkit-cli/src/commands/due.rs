//! `govkit due`

use anyhow::{Context as _, Result};
use govkit_calendar::{Entry, What, calendar};
use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, FieldRole};
use jiff::Span;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::{FORMATS, Listing};

/// Say which reviews are due and which exceptions end
///
/// Lists the dates with the role `review` or `expiry` of all artifacts in force that lie within
/// the time given or have passed, the soonest first. In the `ics` format a calendar can subscribe
/// to them.
///
/// Formats: human, tsv (when piped: date, days, what, id, owner, path, title), json, ndjson, csv,
/// markdown, ics.
///
/// Examples:
///   govkit due --within P30D
///   govkit due --within P1Y --format ics -o reviews.ics
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct DueArgs {
    /// How far ahead to look, as in P30D, P6M or `30 days`
    #[arg(long, value_name = "TIME", default_value = "P30D")]
    within: String,
    /// Only artifacts of this owner
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
}

/// One date in `govkit due --format json`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Item {
    date: String,
    id: String,
    /// The field the date stands in.
    field: String,
    /// `review` or `expiry`.
    what: &'static str,
    /// Days from today; below zero when it has passed.
    days: i32,
    kind: String,
    title: String,
    owner: Option<String>,
    path: String,
}

pub(crate) fn run(context: &Context<'_>, args: &DueArgs) -> Result<Exit> {
    let formats: Vec<Format> = FORMATS.iter().copied().chain([Format::Ics]).collect();
    let format = context.ui.format("due", &formats, Format::Tsv)?;
    let now = context.now()?;
    let end = within(now, &args.within)?;
    let corpus = context.corpus(&context.at())?;
    let mut items: Vec<Item> = Vec::new();
    for artifact in corpus.artifacts() {
        let dates = dates(artifact, corpus.config(), now);
        items.extend(
            dates
                .into_iter()
                .filter(|(date, _)| *date <= end)
                .map(|(_, item)| item),
        );
    }
    items.retain(|item| args.owner.is_none() || args.owner == item.owner);
    items.sort();
    if format == Format::Ics && !context.global.quiet {
        let stamp = context.repository()?.head()?.map(|head| head.date);
        let stamp = stamp.unwrap_or_else(|| format!("{now}T00:00:00Z"));
        let entries: Vec<Entry> = items
            .iter()
            .filter_map(|item| entry(item, &stamp))
            .collect();
        let text = calendar(None, &entries);
        context.ui.report(|out| out.write_all(text.as_bytes()))?;
        return Ok(Exit::Clean);
    }
    let columns = ["date", "days", "what", "id", "owner", "path", "title"];
    let mut listing = Listing::new("due", "date", &columns);
    listing.hidden = &["path"];
    for item in &items {
        let row = vec![
            item.date.clone(),
            item.days.to_string(),
            item.what.to_owned(),
            item.id.clone(),
            item.owner.clone().unwrap_or_default(),
            item.path.clone(),
            item.title.clone(),
        ];
        listing.push(&item.id, row, item)?;
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

/// The last day that is looked at.
fn within(now: Date, text: &str) -> Result<Date> {
    let span: Span = text.parse().map_err(|_| {
        hinted(
            format!("`{text}` is no length of time"),
            "write P30D for 30 days, P6M for six months, P1Y for a year",
        )
    })?;
    now.checked_add(span)
        .with_context(|| format!("look `{text}` ahead of {now}"))
}

fn dates(artifact: &Artifact, config: &Config, now: Date) -> Vec<(Date, Item)> {
    let Some(kind) = config.kind(&artifact.kind) else {
        return Vec::new();
    };
    let statuses = kind
        .status
        .as_ref()
        .map(|status| status.in_force.as_slice());
    let status = artifact.status(config);
    let counts = statuses.is_none_or(|statuses| {
        statuses.is_empty() || status.is_some_and(|status| statuses.contains(&status))
    });
    let mut found = Vec::new();
    for (role, what) in [(FieldRole::Review, "review"), (FieldRole::Expiry, "expiry")] {
        for def in kind.fields_with_role(role).filter(|_| counts) {
            let field = artifact.field(&def.name);
            let Some(date) = field.and_then(|field| field.node.value.date()) else {
                continue;
            };
            let item = Item {
                date: date.to_string(),
                days: (date - now).get_days(),
                what,
                id: artifact.id.clone(),
                kind: kind.name.clone(),
                title: artifact.title.clone(),
                owner: artifact.owner(config),
                path: artifact.path.as_str().to_owned(),
                field: def.name.clone(),
            };
            found.push((date, item));
        }
    }
    found
}

fn entry(item: &Item, stamp: &str) -> Option<Entry> {
    Some(Entry {
        day: item.date.parse().ok()?,
        what: match item.what {
            "review" => What::Review,
            _ => What::Expiry,
        },
        id: item.id.clone(),
        field: item.field.clone(),
        title: item.title.clone(),
        owner: item.owner.clone(),
        path: item.path.clone(),
        stamp: stamp.to_owned(),
    })
}
