//! `govkit approve`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use govkit_core::approval::{Action, Statement};
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use jiff::ToSpan as _;
use schemars::JsonSchema;
use serde::Serialize;

use crate::approvals::Approvals;
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::deciding::{Say, Subject, keep, no_trust, signed, signer};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// Record a signed approval of exactly what an artifact says now
///
/// Signs a statement with your SSH key, through `ssh-keygen`: the repository, the artifact, the
/// SHA-256 of its bytes, your role, the rules of the base, and the approvals before. The statement
/// and its signature become a new directory below `.govkit/approvals/`, to be committed with the
/// change; the artifact itself is not touched. One changed byte makes the approval stale; renaming
/// the file, squashing or rebasing does not.
///
/// Whose keys count and who has which role is read from the base branch, never from the branch
/// that is under review. A change of `.govkit/allowed_signers`, of `[approvals]` in `govkit.toml`
/// or of `.govkit/revoked.toml` is approved the same way, by its path.
///
/// With `--override`, somebody the rules name lets the artifact count though approvals are missing;
/// the reason is part of what is signed, and is shown for ever.
///
/// Formats: human, tsv (when piped: id, role, signer, record), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit approve POL-014 --role ROLE-ciso
///   govkit approve POL-014 PRC-020 --key ~/.ssh/id_ed25519
///   govkit approve POL-014 --signature p.sig
///   govkit approve .govkit/allowed_signers
///   govkit approve POL-014 --override --reason 'The breach of 3 May cannot wait for the board'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ApproveArgs {
    /// Ids or paths
    #[arg(required = true)]
    artifacts: Vec<String>,
    /// The role you speak in [default: your only one that is asked]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The SSH key to sign with [default: git's user.signingkey]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Take this signature of what `digest --payload` prints
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    signature: Option<PathBuf>,
    /// Let it count though approvals are missing
    #[arg(long = "override", requires = "reason")]
    overrides: bool,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Print what would be signed, and sign nothing
    #[arg(long)]
    dry_run: bool,
}

/// One statement in `govkit approve --format json`, and in that of `revoke` and `attest`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    id: String,
    action: &'static str,
    role: Option<String>,
    signer: String,
    sha256: String,
    /// The directory of the record.
    record: String,
    /// The SHA-256 of the statement, its name.
    statement: String,
}

pub(crate) fn run(context: &Context<'_>, args: &ApproveArgs) -> Result<Exit> {
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let say = Say {
        action: if args.overrides {
            Action::Override
        } else {
            Action::Approve
        },
        role: args.role.as_deref(),
        revokes: None,
        reason: args.reason.as_deref(),
    };
    let config = context.config(&At::Worktree)?;
    let approvals = Approvals::open(context, &At::Worktree, &config)?;
    let subjects: Result<Vec<Subject>> = args
        .artifacts
        .iter()
        .map(|name| Subject::find(context, name, &At::Worktree))
        .collect();
    if let Some(file) = &args.signature {
        let subjects = subjects?;
        let [subject] = subjects.as_slice() else {
            return Err(hinted(
                "one signature approves one artifact",
                "call it once for each",
            ));
        };
        return by_hand(context, &approvals, subject, say, file);
    }
    say_all(
        context,
        &approvals,
        &subjects?,
        say,
        args.key.as_deref(),
        args.dry_run,
    )
}

/// Says the same about several, with the user's key.
pub(crate) fn say_all(
    context: &Context<'_>,
    approvals: &Approvals,
    subjects: &[Subject],
    say: Say<'_>,
    key: Option<&std::path::Path>,
    dry_run: bool,
) -> Result<Exit> {
    let (signer, person) = signer(context, approvals, key)?;
    let (said, subjects): (Vec<&Subject>, Vec<&Subject>) = subjects
        .iter()
        .partition(|subject| has_said(context, approvals, subject, say, &person));
    for subject in said {
        context.ui.say(&format!(
            "`{}` has that of {} already, for these bytes; nothing was signed",
            Untrusted::line(&subject.name),
            Untrusted::line(&person)
        ));
    }
    if subjects.is_empty() {
        return Ok(Exit::Clean);
    }
    // All of them are put into words before the first is signed.
    let statements: Result<Vec<Statement>> = subjects
        .iter()
        .map(|subject| subject.statement(context, approvals, say, &person))
        .collect();
    let mut listing = listing(say.action);
    for statement in statements? {
        if dry_run {
            context.ui.report(|out| write!(out, "{statement}"))?;
            continue;
        }
        context.ui.detail(&format!("signing\n{statement}"));
        let signature = signed(&signer, &statement)?;
        let record = keep(context, approvals, &statement, &signature)?;
        push(&mut listing, &statement, record)?;
    }
    if !dry_run {
        listing.print(context.ui, context.global)?;
        context.ui.say("commit the record with the change");
    }
    Ok(Exit::Clean)
}

/// Whether somebody approved these very bytes already, so that it still counts.
fn has_said(
    context: &Context<'_>,
    approvals: &Approvals,
    subject: &Subject,
    say: Say<'_>,
    person: &str,
) -> bool {
    let standing = match &subject.artifact {
        Some(artifact) => approvals.standing(context, artifact),
        None => approvals.standing_of_file(context, &subject.path, &subject.bytes),
    };
    standing.given.iter().any(|given| {
        let role = given.statement.role.as_deref();
        given.voice.person == person
            && given.statement.action == say.action
            && say.role.is_none_or(|wanted| role == Some(wanted))
    })
}

pub(crate) fn listing(action: Action) -> Listing {
    let verb = match action {
        Action::Approve | Action::Override => "approve",
        Action::Revoke => "revoke",
        Action::Reviewed | Action::Acknowledged => "attest",
    };
    Listing::new(verb, "statement", &["id", "role", "signer", "record"])
}

pub(crate) fn push(listing: &mut Listing, statement: &Statement, record: String) -> Result<()> {
    let item = Item {
        id: statement.artifact.clone(),
        action: statement.action.name(),
        role: statement.role.clone(),
        signer: statement.signer.clone(),
        sha256: statement.sha256.clone(),
        statement: statement.name(),
        record,
    };
    let row = vec![
        item.id.clone(),
        item.role.clone().unwrap_or_default(),
        item.signer.clone(),
        item.record.clone(),
    ];
    listing.push(&item.id, row, &item)
}

/// Takes a signature somebody made with other tools.
///
/// Who signed is found by trying: the statement names the signer, and the list says whose key it
/// is. It may have been made on the day before or after today, as days end elsewhere earlier.
fn by_hand(
    context: &Context<'_>,
    approvals: &Approvals,
    subject: &Subject,
    say: Say<'_>,
    file: &std::path::Path,
) -> Result<Exit> {
    let signature = std::fs::read_to_string(file)
        .with_context(|| format!("read the signature `{}`", file.display()))?;
    let state = approvals.trust.now().ok_or_else(no_trust)?;
    let list = approvals.keys.list(&state.signers);
    let policy = &state.policy;
    let mut last = None;
    for person in list.people() {
        let held = policy.person(person).map(|person| person.roles.clone());
        let roles: Vec<String> = match say.role {
            Some(role) => vec![role.to_owned()],
            None => held.unwrap_or_default(),
        };
        for role in roles {
            let say = Say {
                role: Some(&role),
                ..say
            };
            let Ok(today) = subject.statement(context, approvals, say, person) else {
                continue;
            };
            for days in [0, -1, 1] {
                let mut statement = today.clone();
                let day = statement.stated.checked_add(days.days());
                statement.stated = day.unwrap_or(statement.stated);
                match keep(context, approvals, &statement, &signature) {
                    Ok(record) => {
                        let mut listing = listing(say.action);
                        push(&mut listing, &statement, record)?;
                        listing.print(context.ui, context.global)?;
                        context.ui.say("commit the record with the change");
                        return Ok(Exit::Clean);
                    }
                    Err(error)
                        if error
                            .chain()
                            .any(|cause| cause.is::<govkit_git::write::WriteError>()) =>
                    {
                        return Err(error);
                    }
                    Err(error) => last = Some(error),
                }
            }
        }
    }
    let why = last.map(|error| format!(" ({error})")).unwrap_or_default();
    Err(hinted(
        format!(
            "`{}` signs nothing that anybody trusted could say now about `{}`{why}",
            file.display(),
            Untrusted::line(&subject.name)
        ),
        "`govkit digest ID --payload --role ROLE --as NAME` prints the exact text to sign",
    ))
}
