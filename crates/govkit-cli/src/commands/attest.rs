//! `govkit attest`

use anyhow::{Result, anyhow};
use govkit_core::corpus::Corpus;
use govkit_core::impact::{ReviewRecord, links_between, record_path, record_text, stamp};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;

use crate::context::Context;
use crate::error::{hinted, no_artifact};
use crate::exit::Exit;

/// Record what somebody says about an artifact
///
/// `attest reviewed` says that an artifact was read again after something it rests on changed, and
/// that it still holds. The record is a new file below `.govkit/reviews/`, to be committed with the
/// change; it names the person, the day, and a stamp of what the other text asks now. `review`
/// counts that link as settled until the other text asks something else.
///
/// Examples:
///   govkit attest reviewed PRC-077 --against POL-014
///   govkit attest reviewed PRC-077 --against POL-014#escalation --by 'Ada Example'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct AttestArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Debug)]
enum What {
    Reviewed(ReviewedArgs),
}

/// An artifact was read again and still fits what it rests on
#[derive(clap::Args, Debug)]
struct ReviewedArgs {
    /// The artifact that was read again: an id or a path
    artifact: String,
    /// What it rests on: an id, or one section of it, `POL-014#escalation`
    #[arg(long, value_name = "ID[#SECTION]")]
    against: String,
    /// The person who says so [default: git's author: GIT_AUTHOR_NAME, else user.name]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &AttestArgs) -> Result<Exit> {
    let What::Reviewed(args) = &args.what;
    if context.global.at.is_some() {
        return Err(hinted(
            "`attest` writes to the work tree and speaks of what is there",
            "leave `--at` out",
        ));
    }
    let at = At::Worktree;
    let config = context.config(&at)?;
    let corpus = context.corpus_with(&at, config)?;
    let record = record(context, args, &corpus)?;
    let path = record_path(&record);
    context
        .repository()?
        .create_file(&path, record_text(&record).as_bytes())?;
    context
        .ui
        .report(|out| writeln!(out, "{}", path.as_str()))?;
    let target = match &record.section {
        Some(section) => format!("{}#{section}", record.against),
        None => record.against.clone(),
    };
    context.ui.detail(&format!(
        "{} holds against {target} as it is now, says {}; commit the record with the change",
        record.artifact, record.by
    ));
    Ok(Exit::Clean)
}

fn record(context: &Context<'_>, args: &ReviewedArgs, corpus: &Corpus) -> Result<ReviewRecord> {
    let find = |name: &str| {
        let found = corpus.find(name);
        found
            .or_else(|| corpus.at_path(&context.to_repository_path(name)))
            .ok_or_else(|| no_artifact(name, "the work tree"))
    };
    let artifact = find(&args.artifact)?;
    let (target, section) = match args.against.split_once('#') {
        Some((target, section)) if !section.is_empty() => (target, Some(section)),
        _ => (args.against.trim_end_matches('#'), None),
    };
    let target = find(target)?;
    let links = links_between(corpus, &artifact.id, &target.id);
    if links.is_empty() {
        return Err(hinted(
            format!(
                "{} has no link to {}, so nothing it says rests on it",
                artifact.id, target.id
            ),
            format!("`govkit refs {}` shows what it is linked to", artifact.id),
        ));
    }
    let stamp = stamp(corpus, target, section).ok_or_else(|| {
        let anchors = target.outline().sections.iter();
        let anchors: Vec<&str> = anchors.map(|section| section.anchor.as_str()).collect();
        hinted(
            format!(
                "{} has no section `{}`",
                target.id,
                Untrusted::line(section.unwrap_or(""))
            ),
            format!("its sections are {}", anchors.join(", ")),
        )
    })?;
    let by = person(context, args.by.as_deref())?;
    let now = context.now()?;
    Ok(ReviewRecord::new(
        &artifact.id,
        &target.id,
        section,
        stamp,
        &by,
        now,
    ))
}

/// The name git would give the author; never one the repository's own settings name.
fn person(context: &Context<'_>, by: Option<&str>) -> Result<String> {
    let given = by.map(str::to_owned);
    let name = given
        .or_else(|| std::env::var("GIT_AUTHOR_NAME").ok())
        .filter(|name| !name.trim().is_empty());
    let name = match name {
        Some(name) => Some(name),
        None => context.repository()?.user_setting("user.name"),
    };
    let name = name.filter(|name| !name.trim().is_empty());
    name.map(|name| name.trim().to_owned()).ok_or_else(|| {
        anyhow!(hinted(
            "nobody is named who read it",
            "`--by 'Ada Example'`, or `git config --global user.name 'Ada Example'`",
        ))
    })
}
