//! `govkit commit`

mod check;
mod select;

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use govkit_core::artifact::Artifact;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use govkit_git::Role;
use govkit_git::write::{Draft, Made, NewCommit};
use serde_json::json;

use crate::args::Format;
use crate::commands::init::refuse_unless_worktree;
use crate::context::{Context, at_of};
use crate::error::hinted;
use crate::exit::Exit;
use crate::identity::{identity, signer};
use crate::report::envelope;

/// Check the named artifacts and commit exactly these
///
/// The files are committed as they are on disk, whether they were staged or not; whatever else is
/// staged or changed stays as it is. A name is an id or a path; a directory stands for every
/// changed file below it; a file that is gone is removed. An artifact that moved takes its old
/// file with it.
///
/// First the state the commit would have is checked: an error in a named file, or one that the
/// last commit does not have, stops it with exit code 1, and nothing is written. `--no-check`
/// commits all the same. Exit code 1 also means that nothing differs from the last commit.
///
/// Author, committer and signature come from git's settings and variables, as `git commit` takes
/// them: `user.name`, `commit.gpgsign`, `gpg.format`, `user.signingkey`; a program that signs
/// is taken from your own settings alone, never from the repository's. Hooks are not run unless
/// you say `--hooks`: then `pre-commit`, `commit-msg` and `post-commit` are.
///
/// Formats: human, tsv (when piped: change, id, path), json.
///
/// Examples:
///   govkit commit POL-014 -m 'Tell the regulator within 24 hours'
///   govkit commit --all -m 'Yearly review' -m 'As decided on the board meeting.'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct CommitArgs {
    /// Ids, files or directories
    #[arg(value_name = "ARTIFACT|PATH", required_unless_present = "all")]
    names: Vec<String>,
    /// Every artifact that differs from the last commit
    #[arg(short, long, conflicts_with = "names")]
    all: bool,
    /// The message; each further one is a paragraph
    #[arg(short, long, value_name = "MESSAGE", required_unless_present = "file")]
    message: Vec<String>,
    /// Read the message from FILE, `-` for standard input
    #[arg(short = 'F', long, value_name = "FILE", conflicts_with = "message")]
    file: Option<PathBuf>,
    /// Commit whatever the check says
    #[arg(long)]
    no_check: bool,
    /// Run the hooks git would run
    #[arg(long)]
    hooks: bool,
    /// Sign, whatever `commit.gpgsign` says
    #[arg(long, conflicts_with = "no_sign")]
    sign: bool,
    /// Do not sign, whatever `commit.gpgsign` says
    #[arg(long)]
    no_sign: bool,
    /// Check, and say what would be committed
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &CommitArgs) -> Result<Exit> {
    let offered = [Format::Human, Format::Tsv, Format::Json];
    let format = context.ui.format("commit", &offered, Format::Tsv)?;
    refuse_unless_worktree(&at_of(context.global.at.as_deref()))?;
    let message = message(args)?;
    let repository = context.repository()?;
    let paths = select::paths(context, &args.names)?;
    let draft = repository.draft(&paths, &context.limits)?;
    if draft.files().is_empty() {
        context
            .ui
            .say("nothing to commit: it is all as in the last commit");
        return Ok(Exit::No);
    }
    if !args.no_check {
        let stop = check::Candidate::read(context, &draft)?.stop(context)?;
        if stop != Exit::Clean {
            return Ok(stop);
        }
    }
    let files = rows(context, &draft)?;
    let made = if args.dry_run {
        None
    } else {
        Some(commit(context, args, &draft, &message)?)
    };
    print(context, &files, made.as_ref(), format)?;
    Ok(Exit::Clean)
}

fn commit(context: &Context<'_>, args: &CommitArgs, draft: &Draft, message: &str) -> Result<Made> {
    let repository = context.repository()?;
    let author = identity(context, Role::Author)?;
    let committer = identity(context, Role::Committer)?;
    let wanted = match (args.sign, args.no_sign) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let signing = repository.signing();
    let signer = match wanted.unwrap_or(signing.commits) {
        true => Some(signer(signing, &committer)?),
        false => None,
    };
    let sign = |payload: &[u8]| {
        let signer = signer.as_ref();
        let signed = signer.map(|signer| signer.sign("git", payload));
        Ok(signed.transpose()?.unwrap_or_default())
    };
    let new = NewCommit {
        message,
        author: &author,
        committer: &committer,
        signer: signer.is_some().then_some(&sign),
        hooks: args.hooks,
    };
    Ok(repository.commit(draft, &new)?)
}

fn message(args: &CommitArgs) -> Result<String> {
    let text = match &args.file {
        None => args.message.join("\n\n"),
        Some(file) if file.as_os_str() == "-" => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            read.context("read the message from standard input")?;
            text
        }
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("read the message from `{}`", file.display()))?,
    };
    if text.trim().is_empty() {
        return Err(hinted(
            "the message is empty",
            "say in one line what is different now, and why below it",
        ));
    }
    Ok(text)
}

/// What happens to a file: the change, the id of its artifact, the path.
type Row<'d> = (&'static str, Option<String>, &'d str);

fn rows<'d>(context: &Context<'_>, draft: &'d Draft) -> Result<Vec<Row<'d>>> {
    let config = context.config(&At::Worktree)?;
    let mut rows = Vec::new();
    for file in draft.files() {
        let path = file.path.as_str();
        let bytes = match &file.bytes {
            Some(bytes) => Some(bytes.clone()),
            None => context.repository()?.read_path(&head(), path)?,
        };
        let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let id = text
            .zip(config.claim(&file.path))
            .and_then(|(text, kind)| Artifact::id_in(&text, &file.path, kind, &context.limits));
        rows.push((file.change(), id, path));
    }
    Ok(rows)
}

fn print(
    context: &Context<'_>,
    files: &[Row<'_>],
    made: Option<&Made>,
    format: Format,
) -> Result<()> {
    if context.global.quiet {
        let ids = files
            .iter()
            .map(|(_, id, path)| id.as_deref().unwrap_or(path));
        return context.ui.ids(ids, context.global.null);
    }
    let id = made.map(|made| made.id.as_str());
    let branch = made.and_then(|made| made.branch.as_deref());
    context.ui.report(|out| match format {
        Format::Json => {
            let item =
                |(change, id, path): &Row<'_>| json!({"change": change, "id": id, "path": path});
            let items: Vec<_> = files.iter().map(item).collect();
            envelope::json(
                "commit",
                &json!({"commit": id, "branch": branch, "items": items}),
                out,
            )
        }
        _ => {
            if let Format::Human = format {
                let what = match id {
                    Some(id) => format!("committed {}", id.get(..12).unwrap_or(id)),
                    None => "would commit".to_owned(),
                };
                let to = branch.map_or(String::new(), |name| {
                    format!(" on {}", Untrusted::line(name))
                });
                writeln!(out, "{what}{to}")?;
            }
            files.iter().try_for_each(|(change, id, path)| {
                let id = id.as_deref().unwrap_or("");
                crate::ui::record(&[change, id, path], context.global.null, out)
            })
        }
    })
}

/// The state the next commit builds on.
pub(crate) fn head() -> At {
    At::Revision("HEAD".to_owned())
}
