//! `govkit blame`

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::snapshot::CommitInfo;
use govkit_core::time::{NodeId, PartKind, Parts, Story};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::{Context, describe_at};
use crate::error::no_artifact;
use crate::exit::Exit;
use crate::past::Past;
use crate::report::listing::Listing;

/// Say who last changed each field, step and section of an artifact
///
/// Parts are followed by name through all versions of the artifact, across renames: a field by
/// its key, a step or activity by its id, a section by its anchor, without the sections inside
/// it. A part that moved inside the file and reads the same was not changed.
///
/// Formats: human, tsv (when piped: line, part, name, date, commit, author, label), json, ndjson,
/// csv, markdown.
///
/// Examples:
///   govkit blame POL-001
///   govkit blame POL-001 --at v2026.1 --format json
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct BlameArgs {
    /// An id or a path
    artifact: String,
}

/// One part in `govkit blame --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    /// `field`, `step`, `activity` or `section`.
    part: &'static str,
    /// The key, the id or the anchor; empty for what is before the first heading.
    name: String,
    label: String,
    line: u32,
    /// The commit that last changed it.
    commit: String,
    date: String,
    author: String,
    subject: String,
}

pub(crate) fn run(context: &Context<'_>, args: &BlameArgs) -> Result<Exit> {
    let at = context.at();
    let mut past = Past::open(context, &at)?;
    let story = past.story(context, past.steps())?;
    past.keep(context);
    let newest = past.find(context, &story, &args.artifact);
    let newest = newest.filter(|newest| story.node(*newest).text.is_some());
    let gap = past.gap();
    let (Some(newest), None) = (newest, &gap) else {
        let Some(gap) = gap else {
            return Err(no_artifact(&args.artifact, &describe_at(&at)));
        };
        context.ui.warn(&gap);
        return Ok(Exit::Incomplete);
    };
    let (parts, changed) = attribute(context, &past, &story, newest)?;
    let steps: Vec<_> = changed
        .iter()
        .map(|node| past.step(story.node(*node).step).commit)
        .collect();
    let commits = context.repository()?.commits(&steps)?;
    let mut listing = Listing::new(
        "blame",
        "part",
        &["line", "part", "name", "date", "commit", "author", "label"],
    );
    listing.hidden = &["line"];
    listing
        .extra
        .insert("id".to_owned(), story.id(story.node(newest)).into());
    let path = past.path(story.node(newest).path).as_str();
    listing.extra.insert("path".to_owned(), path.into());
    for (part, commit) in parts.parts().iter().zip(commits) {
        push(&mut listing, part, commit)?;
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

fn push(listing: &mut Listing, part: &govkit_core::time::Part, commit: CommitInfo) -> Result<()> {
    let item = Item {
        part: part.kind.name(),
        name: part.name.clone(),
        label: part.label.clone(),
        line: part.line,
        commit: commit.id,
        date: commit.date,
        author: commit.author,
        subject: commit.subject,
    };
    let shown = match part.kind {
        PartKind::Section if part.name.is_empty() => String::new(),
        PartKind::Section => format!("#{}", part.name),
        _ => part.name.clone(),
    };
    let row = vec![
        item.line.to_string(),
        item.part.to_owned(),
        shown,
        item.date.get(..10).unwrap_or(&item.date).to_owned(),
        item.commit.get(..12).unwrap_or(&item.commit).to_owned(),
        item.author.clone(),
        item.label.clone(),
    ];
    listing.push(&part.name, row, &item)
}

/// The parts of the newest version, and for each the version that made it what it is.
fn attribute(
    context: &Context<'_>,
    past: &Past,
    story: &Story,
    newest: NodeId,
) -> Result<(Parts, Vec<NodeId>)> {
    let read = |at: NodeId| -> Result<Option<Artifact>> {
        let node = story.node(at);
        node.text
            .map(|text| past.artifact(context, node.path, text))
            .transpose()
    };
    // The newest version has to be readable; an older one that is not is passed over.
    let parts = read(newest)?
        .map(|artifact| Parts::of(&artifact))
        .unwrap_or_default();
    let mut changed = vec![newest; parts.parts().len()];
    let mut open: Vec<bool> = vec![true; changed.len()];
    for (at, node) in story.back(newest).skip(1) {
        // Before a removal was another life.
        if node.text.is_none() || !open.contains(&true) {
            break;
        }
        let Ok(Some(artifact)) = read(at) else {
            continue;
        };
        let same = parts.same_as(&Parts::of(&artifact));
        for ((open, changed), same) in open.iter_mut().zip(&mut changed).zip(same) {
            *open &= same;
            if *open {
                *changed = at;
            }
        }
    }
    Ok((parts, changed))
}
