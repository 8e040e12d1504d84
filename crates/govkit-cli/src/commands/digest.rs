//! `govkit digest`

use std::path::PathBuf;

use anyhow::Result;
use govkit_core::approval::Action;
use schemars::JsonSchema;
use serde::Serialize;

use crate::approvals::Approvals;
use crate::context::Context;
use crate::deciding::{Say, Subject, signer};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// Print the digest of artifacts, or the text an approval signs
///
/// The digest is the SHA-256 of the file's bytes: what is printed, `sha256sum -c` checks. With
/// `--payload` it is the text `approve` would sign now, byte for byte, so that any tool that makes
/// SSH signatures can sign it.
///
/// Formats: human, tsv (when piped, as `sha256sum` prints it), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit digest POL-001
///   govkit digest POL-001 POL-002 | sha256sum -c
///   govkit digest POL-001 --payload | ssh-keygen -Y sign -n approval@govkit -f ~/.ssh/id_ed25519 - > p.sig
///   govkit approve POL-001 --signature p.sig
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct DigestArgs {
    /// Ids or paths; `ID@REV` takes another revision
    #[arg(required = true)]
    artifacts: Vec<String>,
    /// Print the text that approves it, to be signed by hand
    #[arg(long)]
    payload: bool,
    /// The role it is approved in [default: the signer's only one that is asked]
    #[arg(long, value_name = "ROLE", requires = "payload")]
    role: Option<String>,
    /// Who will sign, by the name in `.govkit/allowed_signers` [default: whose key git signs with, else user.email]
    #[arg(long = "as", value_name = "NAME", requires = "payload")]
    signer: Option<String>,
    /// Take the name from this key
    #[arg(
        long,
        value_name = "FILE",
        requires = "payload",
        conflicts_with = "signer"
    )]
    key: Option<PathBuf>,
    /// The text that overrides missing approvals
    #[arg(long = "override", requires = "payload", requires = "reason")]
    overrides: bool,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "payload")]
    reason: Option<String>,
}

/// One artifact in `govkit digest --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    id: String,
    path: String,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
    /// Git's name of the bytes.
    version: String,
}

pub(crate) fn run(context: &Context<'_>, args: &DigestArgs) -> Result<Exit> {
    if args.payload {
        return payload(context, args);
    }
    let mut listing = Listing::new("digest", "artifact", &["sha256", "path"]);
    for name in &args.artifacts {
        let (name, at) = context.split_revision(name);
        let subject = Subject::find(context, name, &at)?;
        let version = crate::approvals::version_of(&subject.bytes, context);
        let item = Item {
            id: subject.name,
            sha256: version.sha256,
            version: version.version,
            path: subject.path,
        };
        listing.push(
            &item.id,
            vec![item.sha256.clone(), item.path.clone()],
            &item,
        )?;
    }
    // Two blanks between digest and path are what `sha256sum` reads.
    if !context.global.quiet
        && context.ui.format(
            "digest",
            crate::report::listing::FORMATS,
            crate::args::Format::Tsv,
        )? == crate::args::Format::Tsv
    {
        context.ui.report(|out| {
            listing.rows.iter().try_for_each(|row| {
                let end = if context.global.null { '\0' } else { '\n' };
                write!(out, "{}{end}", row.join("  "))
            })
        })?;
        return Ok(Exit::Clean);
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

fn payload(context: &Context<'_>, args: &DigestArgs) -> Result<Exit> {
    let [name] = args.artifacts.as_slice() else {
        return Err(hinted(
            "`--payload` prints one text, so it takes one artifact",
            "call it once for each",
        ));
    };
    let (name, at) = context.split_revision(name);
    let config = context.config(&at)?;
    let approvals = Approvals::open(context, &at, &config)?;
    let subject = Subject::find(context, name, &at)?;
    let person = match &args.signer {
        Some(person) => person.clone(),
        None => person(context, &approvals, args)?,
    };
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
    let statement = subject.statement(context, &approvals, say, &person)?;
    context.ui.report(|out| write!(out, "{statement}"))?;
    Ok(Exit::Clean)
}

/// Whose key git would sign with; else who has the mail address git knows.
fn person(context: &Context<'_>, approvals: &Approvals, args: &DigestArgs) -> Result<String> {
    match signer(context, approvals, args.key.as_deref()) {
        Ok((_, person)) => Ok(person),
        Err(error) => {
            let mail = context.repository()?.user_setting("user.email");
            let known = |mail: &String| {
                let state = approvals.trust.now();
                state.is_some_and(|state| {
                    approvals
                        .keys
                        .list(&state.signers)
                        .people()
                        .contains(&mail.as_str())
                })
            };
            mail.filter(known).ok_or(error)
        }
    }
}
