//! `govkit revoke`

use std::path::PathBuf;

use anyhow::Result;
use govkit_core::approval::{Action, Judged};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;

use crate::approvals::Approvals;
use crate::commands::approve::{listing, push};
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::deciding::{Say, Subject, keep, signed, signer};
use crate::error::hinted;
use crate::exit::Exit;

/// Take back what you said about an artifact
///
/// Records are only ever added: a revocation is one more signed record, with its reason, that names
/// the one it takes back. From the commit on that brings it, the other counts no longer. You take
/// back what you said yourself; who may override takes back what others said.
///
/// Without `--record`, all your approvals of the artifact as it is now are taken back.
///
/// Formats: human, tsv (when piped: id, role, signer, record), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit revoke POL-014 --reason 'The annex was missing'
///   govkit revoke POL-014 --record 4be1c66e8d23 --reason 'Signed without the board'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct RevokeArgs {
    /// An id or a path
    artifact: String,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The statement to take back, by the beginning of its name
    #[arg(long, value_name = "NAME")]
    record: Option<String>,
    /// The SSH key to sign with [default: git's user.signingkey]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(crate) fn run(context: &Context<'_>, args: &RevokeArgs) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let config = context.config(&At::Worktree)?;
    let approvals = Approvals::open(context, &At::Worktree, &config)?;
    let subject = Subject::find(context, &args.artifact, &At::Worktree)?;
    let (signer, person) = signer(context, &approvals, args.key.as_deref())?;
    let sha256 = govkit_core::approval::sha256(&subject.bytes);
    let is_meant = |judged: &&Judged| {
        let Ok(statement) = &judged.record.statement else {
            return false;
        };
        match &args.record {
            Some(name) => {
                judged.record.name.starts_with(name.as_str()) && statement.action != Action::Revoke
            }
            None => {
                statement.signer == person
                    && statement.sha256 == sha256
                    && statement.action != Action::Revoke
                    && judged.verdict.is_ok()
            }
        }
    };
    let records = approvals.records(&subject.name);
    // Only who said it has taken it back for good; others may not have been heard.
    let taken: Vec<(&str, &str)> = records
        .iter()
        .filter(|judged| judged.verdict.is_ok())
        .filter_map(|judged| judged.record.statement.as_ref().ok())
        .filter_map(|statement| Some((statement.revokes.as_deref()?, statement.signer.as_str())))
        .collect();
    let meant: Vec<&Judged> = records
        .iter()
        .filter(is_meant)
        .filter(|judged| {
            let statement = judged.record.statement.as_ref().ok();
            let signer = statement.map_or("", |statement| statement.signer.as_str());
            !taken.contains(&(judged.record.name.as_str(), signer))
        })
        .collect();
    if meant.is_empty() {
        return Err(hinted(
            format!(
                "there is nothing of `{}` to take back about `{}` as it is now",
                Untrusted::line(&person),
                Untrusted::line(&subject.name)
            ),
            format!(
                "`govkit verify {} --format json` lists the statements",
                Untrusted::line(&subject.name)
            ),
        ));
    }
    let mut listing = listing(Action::Revoke);
    for judged in meant {
        let say = Say {
            action: Action::Revoke,
            role: None,
            revokes: Some(&judged.record.name),
            reason: Some(&args.reason),
        };
        let statement = subject.statement(context, &approvals, say, &person)?;
        let record = keep(
            context,
            &approvals,
            &statement,
            &signed(&signer, &statement)?,
        )?;
        push(&mut listing, &statement, record)?;
    }
    listing.print(context.ui, context.global)?;
    context.ui.say("commit the record");
    Ok(Exit::Clean)
}
