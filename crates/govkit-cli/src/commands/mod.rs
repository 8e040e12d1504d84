//! The verbs, one file each.

pub(crate) mod approve;
pub(crate) mod attest;
pub(crate) mod blame;
pub(crate) mod check;
pub(crate) mod commit;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod digest;
pub(crate) mod doctor;
pub(crate) mod due;
pub(crate) mod edit;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod get;
pub(crate) mod hook;
pub(crate) mod import;
pub(crate) mod in_force;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod man;
pub(crate) mod mv;
pub(crate) mod new;
pub(crate) mod plugin;
pub(crate) mod refs;
pub(crate) mod release;
pub(crate) mod review;
pub(crate) mod revoke;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod stats;
pub(crate) mod status;
pub(crate) mod verify;

use anyhow::{Context as _, Result};

use crate::args::{Args, Command};
use crate::context::Context;
use crate::exit::Exit;
use crate::ui::Ui;

/// Runs the verb that was asked for.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<Exit> {
    if let Some(jobs) = args.global.jobs {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.max(1));
        pool.build_global()
            .context("start the threads `-j` asks for")?;
    }
    let context = Context::new(&args.global, ui);
    match &args.command {
        Command::Init(args) => init::run(&context, args),
        Command::New(args) => new::run(&context, args),
        Command::Set(args) => set::run(&context, args),
        Command::Edit(args) => edit::run(&context, args),
        Command::Mv(args) => mv::run(&context, args),
        Command::Fmt(args) => fmt::run(&context, args),
        Command::Commit(args) => commit::run(&context, args),
        Command::Import(args) => import::run(&context, args),
        Command::List(args) => list::run(&context, args),
        Command::Show(args) => show::run(&context, args),
        Command::Get(args) => get::run(&context, args),
        Command::Search(args) => search::run(&context, args),
        Command::Refs(args) => refs::run(&context, args),
        Command::Status(args) => status::run(&context, args),
        Command::Check(args) => check::run(&context, args),
        Command::Rules(args) => rules::run(&context, args),
        Command::Explain(args) => explain::run(&context, args),
        Command::Diff(args) => diff::run(&context, args),
        Command::Review(args) => review::run(&context, args),
        Command::Digest(args) => digest::run(&context, args),
        Command::Approve(args) => approve::run(&context, args),
        Command::Revoke(args) => revoke::run(&context, args),
        Command::Attest(args) => attest::run(&context, args),
        Command::Log(args) => log::run(&context, args),
        Command::Blame(args) => blame::run(&context, args),
        Command::Due(args) => due::run(&context, args),
        Command::Release(args) => release::run(&context, args),
        Command::Stats(args) => stats::run(&context, args),
        Command::Verify(args) => verify::run(&context, args),
        Command::InForce(args) => in_force::run(&context, args),
        Command::Export(args) => export::run(&context, args),
        Command::Serve(args) => serve::run(&context, args),
        Command::Plugin(args) => plugin::run(&context, args),
        Command::Schema(args) => schema::run(&context, args),
        Command::Config(args) => config::run(&context, args),
        Command::Doctor(args) => doctor::run(&context, args),
        Command::Hook(args) => hook::run(&context, args),
        Command::Completions(args) => completions::run(&context, args),
        Command::Man(args) => man::run(&context, args),
    }
}
