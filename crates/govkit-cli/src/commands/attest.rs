//! `govkit attest`

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use govkit_core::approval::Action;
use govkit_core::corpus::Corpus;
use govkit_core::impact::{ReviewRecord, links_between, record_path, record_text, stamp};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;

use crate::approvals::Approvals;
use crate::commands::approve::say_all;
use crate::context::Context;
use crate::deciding::{Say, Subject};
use crate::error::{hinted, no_artifact};
use crate::exit::Exit;

/// Record what somebody says about an artifact
///
/// `attest reviewed` says that an artifact was read again and still holds; `attest acknowledged`,
/// that it was read and understood. Both are signed like an approval, for exactly the bytes that
/// are there, and kept below `.govkit/approvals/`; `verify` lists them. They approve nothing.
///
/// `attest reviewed --against` says that an artifact still fits another one it rests on, after that
/// one changed. The record is a new file below `.govkit/reviews/`, to be committed with the
/// change; it names the person, the day, and a stamp of what the other text asks now. `review`
/// counts that link as settled until the other text asks something else.
///
/// Examples:
///   govkit attest reviewed POL-014
///   govkit attest acknowledged POL-014 PRC-020
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
    Acknowledged(SignedArgs),
}

/// An artifact was read again and still holds, or still fits what it rests on
#[derive(clap::Args, Debug)]
struct ReviewedArgs {
    #[command(flatten)]
    signed: SignedArgs,
    /// What it rests on: an id, or one section of it, `POL-014#escalation`
    #[arg(long, value_name = "ID[#SECTION]", conflicts_with = "key")]
    against: Option<String>,
    /// The person who says so [default: git's author: GIT_AUTHOR_NAME, else user.name]
    #[arg(long, value_name = "NAME", requires = "against")]
    by: Option<String>,
}

/// An artifact was read and understood
#[derive(clap::Args, Debug)]
struct SignedArgs {
    /// Ids or paths
    #[arg(required = true)]
    artifacts: Vec<String>,
    /// The SSH key to sign with [default: git's user.signingkey]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(crate) fn run(context: &Context<'_>, args: &AttestArgs) -> Result<Exit> {
    if context.global.at.is_some() {
        return Err(hinted(
            "`attest` writes to the work tree and speaks of what is there",
            "leave `--at` out",
        ));
    }
    match &args.what {
        What::Acknowledged(args) => signed(context, args, Action::Acknowledged),
        What::Reviewed(args) => match &args.against {
            None => signed(context, &args.signed, Action::Reviewed),
            Some(against) => fits(context, args, against),
        },
    }
}

/// A statement that is signed.
fn signed(context: &Context<'_>, args: &SignedArgs, action: Action) -> Result<Exit> {
    let config = context.config(&At::Worktree)?;
    let approvals = Approvals::open(context, &At::Worktree, &config)?;
    let subjects: Result<Vec<Subject>> = args
        .artifacts
        .iter()
        .map(|name| Subject::find(context, name, &At::Worktree))
        .collect();
    let say = Say {
        action,
        role: None,
        revokes: None,
        reason: None,
    };
    say_all(
        context,
        &approvals,
        &subjects?,
        say,
        args.key.as_deref(),
        false,
    )
}

/// A record that a link is settled.
fn fits(context: &Context<'_>, args: &ReviewedArgs, against: &str) -> Result<Exit> {
    let [artifact] = args.signed.artifacts.as_slice() else {
        return Err(hinted(
            "`--against` is about one artifact",
            "call it once for each",
        ));
    };
    let at = At::Worktree;
    let config = context.config(&at)?;
    let corpus = context.corpus_with(&at, config)?;
    let record = record(context, (artifact, against, args.by.as_deref()), &corpus)?;
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

fn record(
    context: &Context<'_>,
    (artifact, against, by): (&str, &str, Option<&str>),
    corpus: &Corpus,
) -> Result<ReviewRecord> {
    let find = |name: &str| {
        let found = corpus.find(name);
        found
            .or_else(|| corpus.at_path(&context.to_repository_path(name)))
            .ok_or_else(|| no_artifact(name, "the work tree"))
    };
    let artifact = find(artifact)?;
    let (target, section) = match against.split_once('#') {
        Some((target, section)) if !section.is_empty() => (target, Some(section)),
        _ => (against.trim_end_matches('#'), None),
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
    let by = person(context, by)?;
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
