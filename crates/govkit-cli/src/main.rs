//! The `govkit` program: arguments in, reports out, exit code.

mod args;
mod branch;
mod commands;
mod comparison;
mod context;
mod error;
mod exit;
mod past;
mod pathspec;
mod plugins;
mod report;
mod select;
mod starter;
mod trusted;
mod ui;
mod versions;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let ui = ui::Ui::new(&args.global);
    error::guarded(|| commands::run(&args, &ui))
        .unwrap_or_else(|error| ui.fail(&error))
        .into()
}
