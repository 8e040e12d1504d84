//! The `govkit` program: arguments in, reports out, exit code.

mod approvals;
mod args;
mod branch;
mod commands;
mod comparison;
mod context;
mod deciding;
mod error;
mod exit;
mod identity;
mod past;
mod pathspec;
mod plugins;
mod report;
mod rewriting;
mod select;
mod starter;
mod trusted;
mod ui;
mod versions;

use std::process::ExitCode;

fn main() -> ExitCode {
    // Started by itself as a compiler of plugins: nothing else of the program runs.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|first| first == govkit_host::Compiler::ARGUMENT)
    {
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        return govkit_host::run_child(stdin.lock(), stdout.lock(), stderr.lock()).into();
    }
    let args = args::Args::read();
    let ui = ui::Ui::new(&args.global);
    error::guarded(|| commands::run(&args, &ui))
        .unwrap_or_else(|error| ui.fail(&error))
        .into()
}
