//! `govkit hook`

mod ci;
mod commit;
mod drivers;
mod install;
mod pieces;

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use crate::context::Context;
use crate::exit::Exit;

pub(crate) use install::Item;

/// Let git and pipelines call govkit
///
/// Nothing is installed unless you ask for it, and `hook uninstall` takes away exactly what
/// `hook install` wrote: files in git's hooks directory, settings of this clone, and lines in
/// `.git/info/attributes` for the paths of your kinds.
///
/// Examples:
///   govkit hook install --merge --diff
///   govkit hook install --pre-commit --commit-msg
///   govkit hook status
///   govkit hook uninstall
///   govkit hook ci github > .github/workflows/govkit-review.yml
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Install what is named, in this clone
    ///
    /// A hook that somebody else wrote is never overwritten: then nothing is written at all, and
    /// the line to add to it is shown. Installing twice changes nothing.
    #[command(verbatim_doc_comment)]
    Install {
        #[command(flatten)]
        wanted: Wanted,
        /// Write the paths to `.gitattributes`, for everybody, and not to this clone's own file
        #[arg(long)]
        share: bool,
    },
    /// Take away what `hook install` wrote [default: all of it]
    Uninstall {
        #[command(flatten)]
        wanted: Wanted,
    },
    /// Say what is installed; formats: human, tsv (when piped), json
    Status,
    /// Print a pipeline that posts `govkit review` as one comment, kept up to date
    ///
    /// It asks for the least rights that do, takes configuration and rules from the base
    /// revision, and hands no text of the change to a shell.
    #[command(verbatim_doc_comment)]
    Ci {
        /// Whose pipelines
        #[arg(value_enum)]
        forge: ci::Forge,
    },
    /// What git calls at a commit: `pre-commit`, or `commit-msg FILE`
    ///
    /// `pre-commit` checks what is staged, and fails for errors that HEAD does not have.
    /// `commit-msg` asks for a line `Reason: …` when a staged change is breaking.
    #[command(verbatim_doc_comment)]
    Run {
        #[command(subcommand)]
        hook: commit::Hook,
    },
    /// What git calls to show an artifact: one line for each field, list item and sentence
    Textconv {
        /// The file
        file: PathBuf,
    },
    /// What git calls for a diff (its arguments: PATH OLD HEX MODE NEW HEX MODE [NEW-PATH INFO])
    DiffDriver {
        /// As git gives them
        #[arg(required = true, num_args = 1..=9, value_name = "ARGUMENT", trailing_var_arg = true)]
        arguments: Vec<String>,
    },
    /// What git calls for a merge; leaves the answer in OURS, and exits 1 with conflicts
    ///
    /// Front matter is merged by field, lists as sets, steps by id, the body by section and
    /// sentence. Markers stand only where both sides changed one field or one passage.
    #[command(verbatim_doc_comment)]
    MergeDriver(drivers::MergeDriver),
}

/// What can be installed.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// The hook that checks what is staged
    #[arg(long)]
    pre_commit: bool,
    /// The hook that asks for the reason of a breaking change
    #[arg(long)]
    commit_msg: bool,
    /// `git diff` says what changed in meaning
    #[arg(long)]
    diff: bool,
    /// `git log -p`, `git show` and `git blame` compare sentences
    #[arg(long)]
    textconv: bool,
    /// `git merge`, `git rebase` and `git cherry-pick` merge by field and section
    #[arg(long)]
    merge: bool,
}

pub(crate) fn run(context: &Context<'_>, args: &HookArgs) -> Result<Exit> {
    match &args.action {
        Action::Install { wanted, share } => install::install(context, *wanted, *share),
        Action::Uninstall { wanted } => install::uninstall(context, *wanted),
        Action::Status => install::status(context),
        Action::Ci { forge } => ci::print(context, *forge),
        Action::Run { hook } => commit::run(context, hook),
        Action::Textconv { file } => drivers::textconv(context, file),
        Action::DiffDriver { arguments } => drivers::diff(context, arguments),
        Action::MergeDriver(driver) => drivers::merge(context, driver),
    }
}
