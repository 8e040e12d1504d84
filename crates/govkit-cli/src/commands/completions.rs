//! `govkit completions`

use anyhow::Result;
use clap::CommandFactory;

use crate::args::Args;
use crate::context::Context;
use crate::exit::Exit;

/// Print a completion script for a shell
///
/// Example: govkit completions bash > ~/.local/share/bash-completion/completions/govkit
#[derive(clap::Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(context: &Context<'_>, args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "govkit", &mut script);
    context.ui.report(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
