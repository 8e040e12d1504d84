//! `govkit in-force`

use anyhow::Result;
use govkit_core::time::{Moment, Standing, Why};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::list::natural;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::past::Answer;
use crate::report::listing::Listing;

/// Say what was in force on a date
///
/// There are two questions in one: what counts on the date (`--on`), and what was known when
/// (`--known-at`), which is all there is now unless you say otherwise. A version with a date of
/// effect counts from that date, one without from the time its commit became known: the latest
/// committer time among it and the commits before it on the first-parent line. The version that
/// became known last wins. Its status, its expiry, and what supersedes it then say whether it
/// was in force.
///
/// A bare date means 00:00:00 UTC. With ids, exits 1 when one of them was not in force, and says
/// why. A shallow clone gets no answer, and exit 3.
///
/// Formats: human, tsv (when piped: id, kind, status, from, commit, path, title), json, ndjson,
/// csv, markdown.
///
/// Examples:
///   govkit in-force --on 2026-06-01
///   govkit in-force POL-001 --on 2026-06-01T12:00:00Z --known-at 2026-06-15
///   govkit in-force --on 2026-06-01 --known-at v2026.1 --format csv
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct InForceArgs {
    /// Ids, as they were then or are now, or paths [default: all]
    #[arg(value_name = "ARTIFACT")]
    artifacts: Vec<String>,
    /// The date, such as 2026-06-01 or 2026-06-01T12:00:00Z [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Count only what was known at this revision or on this date
    #[arg(long, value_name = "REV|DATE")]
    known_at: Option<String>,
    /// Only this kind
    #[arg(long)]
    kind: Option<String>,
    /// In JSON, tell of those that were not in force, too, and why
    #[arg(long)]
    all: bool,
}

/// One artifact in `govkit in-force --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    id: String,
    /// The id it had then, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_then: Option<String>,
    kind: String,
    title: Option<String>,
    status: Option<String>,
    path: String,
    blob: String,
    /// The commit that made this version.
    commit: String,
    /// When that commit became known.
    known: String,
    effective: Option<String>,
    /// From when on this version counts.
    from: String,
    /// Until when, as far as is known.
    until: Option<String>,
}

/// One artifact that was not in force.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Other {
    /// `status`, `unapproved`, `not-yet`, `expired`, `superseded`, `removed` or `absent`.
    why: &'static str,
    message: String,
    #[serde(flatten)]
    item: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &InForceArgs) -> Result<Exit> {
    let on = moment(context, args.on.as_deref())?;
    let mut answer = Answer::ask(context, on, args.known_at.as_deref())?;
    if let Some(kind) = args.kind.as_deref()
        && answer.past.config.kind(kind).is_none()
    {
        return Err(hinted(
            format!("no kind is called `{kind}`"),
            "`govkit schema` lists them",
        ));
    }
    let (mut found, mut others) = (Vec::new(), Vec::new());
    if args.artifacts.is_empty() {
        found = answer
            .standings
            .iter()
            .map(|it| (None, it.clone()))
            .collect();
    }
    for name in &args.artifacts {
        let named = answer.find(context, name)?;
        if named.is_empty() {
            others.push(absent(name, &answer));
        }
        found.extend(named.into_iter().map(|it| (Some(name.as_str()), it)));
    }
    found.retain(|(_, it)| {
        args.kind
            .as_deref()
            .is_none_or(|kind| kind == kind_of(&answer, it))
    });
    let mut listing = Listing::new(
        "in-force",
        "artifact",
        &["id", "kind", "status", "from", "commit", "path", "title"],
    );
    listing.hidden = &["path"];
    found.sort_by_cached_key(|(_, it)| natural(&it.id));
    let mut later = 0;
    for (name, standing) in &found {
        let item = item(&answer, standing, *name);
        if standing.why == Why::InForce {
            later += usize::from(answer.past.step(standing.step).known > on);
            let cell = |text: &Option<String>| text.clone().unwrap_or_default();
            let row = vec![
                item.id.clone(),
                item.kind.clone(),
                cell(&item.status),
                item.from.clone(),
                item.commit.get(..12).unwrap_or_default().to_owned(),
                item.path.clone(),
                cell(&item.title),
            ];
            listing.push(&item.id.clone(), row, &item)?;
        } else if args.all || name.is_some() {
            others.push(other(&answer, standing, item));
        }
    }
    finish(context, args, &answer, listing, &others, later)
}

fn finish(
    context: &Context<'_>,
    args: &InForceArgs,
    answer: &Answer,
    mut listing: Listing,
    others: &[Other],
    later: usize,
) -> Result<Exit> {
    let gap = answer.past.gap();
    let known = answer
        .question
        .steps
        .checked_sub(1)
        .map(|last| answer.past.timeline().steps()[last]);
    listing
        .extra
        .insert("on".to_owned(), answer.question.on.to_string().into());
    listing.extra.insert(
        "known_at".to_owned(),
        serde_json::json!({"commit": known.map(|step| step.commit.to_hex()), "date": known.map(|step| step.known.to_string())}),
    );
    listing
        .extra
        .insert("complete".to_owned(), gap.is_none().into());
    listing
        .extra
        .insert("not_in_force".to_owned(), serde_json::to_value(others)?);
    listing.print(context.ui, context.global)?;
    if let Some(gap) = gap {
        context.ui.warn(&gap);
        return Ok(Exit::Incomplete);
    }
    if !args.artifacts.is_empty() {
        others
            .iter()
            .for_each(|other| context.ui.say(&other.message));
    }
    if later > 0 {
        context.ui.say(&format!(
            "{later} of these became known after {}; `--known-at {}` counts only what was known then",
            answer.question.on, answer.question.on
        ));
    }
    Ok(Exit::no_if(
        !args.artifacts.is_empty() && !others.is_empty(),
    ))
}

/// Reads the date of `--on`; today without one.
pub(crate) fn moment(context: &Context<'_>, text: Option<&str>) -> Result<Moment> {
    match text {
        Some(text) => Ok(Moment::parse(text)?),
        None => Ok(Moment::of_date(context.now()?)),
    }
}

fn kind_of<'a>(answer: &'a Answer, standing: &Standing) -> &'a str {
    let kind = answer.past.timeline().kind(standing.text);
    answer
        .past
        .config
        .kinds
        .get(kind)
        .map_or("", |kind| kind.name.as_str())
}

fn item(answer: &Answer, standing: &Standing, name: Option<&str>) -> Item {
    let past = &answer.past;
    let facts = past.facts(standing.text);
    let step = past.step(standing.step);
    // Asked by an id it got later, it answers to that.
    let asked = name.filter(|name| *name != standing.id);
    let shaped = past
        .config
        .kinds
        .iter()
        .map(|kind| kind.id.shaped(asked.unwrap_or_default()));
    let id = asked.map(str::to_owned).into_iter().chain(shaped);
    let id = id
        .into_iter()
        .find(|id| asked.is_some() && standing.known_as.contains(id));
    let id = id.unwrap_or_else(|| standing.id.clone());
    Item {
        id_then: (id != standing.id).then(|| standing.id.clone()),
        id,
        kind: kind_of(answer, standing).to_owned(),
        title: facts.title,
        status: facts.status,
        path: past.path(standing.path).as_str().to_owned(),
        blob: past.timeline().blob(standing.text).to_hex(),
        commit: step.commit.to_hex(),
        known: step.known.to_string(),
        effective: facts.effective.map(|moment| moment.to_string()),
        from: standing.from.to_string(),
        until: standing.until.map(|moment| moment.to_string()),
    }
}

fn absent(name: &str, answer: &Answer) -> Other {
    Other {
        why: "absent",
        message: format!("`{name}` was not there on {}", answer.question.on),
        item: None,
        asked: Some(name.to_owned()),
    }
}

fn other(answer: &Answer, standing: &Standing, item: Item) -> Other {
    let on = answer.question.on;
    let reason = match &standing.why {
        Why::InForce => "was in force".to_owned(),
        Why::Status(Some(status)) => format!("was not in force on {on}: its status was `{status}`"),
        Why::Status(None) => format!("was not in force on {on}: it had no status"),
        Why::Unapproved(status) => format!(
            "was not in force on {on}: its status was `{}`",
            govkit_core::artifact::unapproved(status.as_deref().unwrap_or(""))
        ),
        Why::Absent => format!(
            "was not there on {on}: it became known on {}",
            standing.from
        ),
        Why::NotYet => format!(
            "was not in force on {on}: it takes effect on {}",
            standing.from
        ),
        Why::Expired(void) => format!("was not in force on {on}: it was void from {void} on"),
        Why::Superseded(by) => format!("was not in force on {on}: superseded by {}", by.join(", ")),
        Why::Removed => format!(
            "was not in force on {on}: it had been removed on {}",
            standing.from
        ),
    };
    Other {
        why: standing.why.word(),
        message: format!("`{}` {reason}", item.id),
        item: Some(item),
        asked: None,
    }
}
