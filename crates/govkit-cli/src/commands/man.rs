//! `govkit man`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::CommandFactory;

use crate::args::Args;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::ui::write_file;

/// Print the manual page of govkit or of one verb
///
/// Examples:
///   govkit man diff | man -l -
///   govkit man --all /usr/local/share/man/man1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ManArgs {
    /// The verb [default: govkit itself]
    verb: Option<String>,
    /// Write every page into DIR instead
    #[arg(long, value_name = "DIR", conflicts_with = "verb")]
    all: Option<PathBuf>,
}

pub(crate) fn run(context: &Context<'_>, args: &ManArgs) -> Result<Exit> {
    let mut command = Args::command();
    command.build();
    if let Some(directory) = &args.all {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("make the directory `{}`", directory.display()))?;
        write_file(&directory.join("govkit.1"), &render(command.clone())?)?;
        for verb in command.get_subcommands() {
            let name = format!("govkit-{}.1", verb.get_name());
            write_file(&directory.join(&name), &render(verb.clone())?)?;
        }
        return Ok(Exit::Clean);
    }
    let page = match &args.verb {
        None => command,
        Some(verb) => command.find_subcommand(verb).cloned().ok_or_else(|| {
            hinted(
                format!("no verb is called `{verb}`"),
                "`govkit --help` lists them",
            )
        })?,
    };
    let page = render(page)?;
    context.ui.report(|out| out.write_all(&page))?;
    Ok(Exit::Clean)
}

fn render(command: clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .context("write the manual page")?;
    Ok(page)
}
