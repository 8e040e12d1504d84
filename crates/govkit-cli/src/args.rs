//! The command line: global options and the verbs.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::commands::{
    attest, blame, check, commit, completions, config, diff, doctor, due, edit, explain, export,
    fmt, get, hook, import, in_force, init, list, log, man, mv, new, plugin, refs, release, review,
    rules, schema, search, set, show, stats, status, verify,
};

/// Governance in git: policies (why), processes (what) and procedures (how)
///
/// govkit reads the policies, processes and procedures in a git repository, at any revision,
/// checks them, says what changed between two revisions, and hands them to sandboxed
/// WebAssembly plugins that validate and export.
///
/// Exit codes, for every verb: 0 done, clean, yes; 1 the answer is no; 2 it could not be done;
/// 3 part of the answer is missing (a plugin failed, a shallow clone lacks history).
#[derive(Parser, Debug)]
#[command(
    name = "govkit",
    version,
    max_term_width = 100,
    propagate_version = true
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options every verb takes.
#[derive(clap::Args, Debug, Clone)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Run as if started in DIR
    #[arg(
        short = 'C',
        long = "directory",
        value_name = "DIR",
        global = true,
        env = "GOVKIT_DIRECTORY"
    )]
    pub(crate) directory: Option<PathBuf>,
    /// Read the configuration from FILE instead of `govkit.toml` at the repository's root
    #[arg(long, value_name = "FILE", global = true, env = "GOVKIT_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Read this revision, or `:index` for what is staged [default: the files on disk]
    #[arg(long, value_name = "REV", global = true, env = "GOVKIT_AT")]
    pub(crate) at: Option<String>,
    /// How to print [default: human on a terminal, else what scripts expect of the verb]
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        global = true,
        env = "GOVKIT_FORMAT",
        hide_possible_values = true
    )]
    pub(crate) format: Option<Format>,
    /// Write to PATH instead of standard output
    #[arg(short, long, value_name = "PATH", global = true, env = "GOVKIT_OUTPUT")]
    pub(crate) output: Option<PathBuf>,
    /// Print ids only
    #[arg(short, long, global = true, env = "GOVKIT_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    /// Say more on standard error; twice for more still
    #[arg(short, long, action = clap::ArgAction::Count, global = true, env = "GOVKIT_VERBOSE")]
    pub(crate) verbose: u8,
    /// End records with NUL instead of a line feed
    #[arg(short = 'z', long = "null", global = true, env = "GOVKIT_NULL", value_parser = FalseyValueParser::new())]
    pub(crate) null: bool,
    /// When to use colour
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        env = "GOVKIT_COLOR"
    )]
    pub(crate) color: Color,
    /// Do not use a pager
    #[arg(long, global = true, env = "GOVKIT_NO_PAGER", value_parser = FalseyValueParser::new())]
    pub(crate) no_pager: bool,
    /// Use N threads [default: one a core]
    #[arg(short, long, value_name = "N", global = true, env = "GOVKIT_JOBS")]
    pub(crate) jobs: Option<usize>,
    /// Run no plugins
    #[arg(long, global = true, env = "GOVKIT_NO_PLUGINS", value_parser = FalseyValueParser::new())]
    pub(crate) no_plugins: bool,
    /// Raise or lower a limit of plugins: `fuel=4x`, `memory=1GiB`; may be given several times
    #[arg(
        long,
        value_name = "LIMIT=VALUE",
        global = true,
        env = "GOVKIT_PLUGIN_LIMIT",
        value_delimiter = ','
    )]
    pub(crate) plugin_limit: Vec<String>,
    /// Refuse any plugin that is not exactly what `govkit.lock` pins
    #[arg(long, global = true, env = "GOVKIT_LOCKED", value_parser = FalseyValueParser::new())]
    pub(crate) locked: bool,
    /// Take DATE for today [default: the day of SOURCE_DATE_EPOCH, else the clock's]
    #[arg(long, value_name = "DATE", global = true, env = "GOVKIT_NOW")]
    pub(crate) now: Option<Date>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR says no.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to print. A verb offers only the formats it really has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal.
    Human,
    /// Tab-separated, no header.
    Tsv,
    /// One JSON object.
    Json,
    /// One JSON object a line, the last one a summary.
    Ndjson,
    /// Comma-separated with a header, formulas made harmless.
    Csv,
    /// `path:line:column: severity[rule] message`.
    Line,
    /// Markdown.
    Markdown,
    /// A page that stands alone.
    Html,
    /// A Word document.
    Docx,
    /// GitHub Actions annotations.
    Github,
    /// GitLab code quality report.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
    /// iCalendar.
    Ics,
}

impl Format {
    /// Returns the name used on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Init(init::InitArgs),
    New(new::NewArgs),
    Set(set::SetArgs),
    Edit(edit::EditArgs),
    Mv(mv::MvArgs),
    Fmt(fmt::FmtArgs),
    Commit(commit::CommitArgs),
    Import(import::ImportArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Get(get::GetArgs),
    Search(search::SearchArgs),
    Refs(refs::RefsArgs),
    Status(status::StatusArgs),
    Check(check::CheckArgs),
    Rules(rules::RulesArgs),
    Explain(explain::ExplainArgs),
    Diff(diff::DiffArgs),
    Review(review::ReviewArgs),
    Attest(attest::AttestArgs),
    Log(log::LogArgs),
    Blame(blame::BlameArgs),
    InForce(in_force::InForceArgs),
    Due(due::DueArgs),
    Stats(stats::StatsArgs),
    Release(release::ReleaseArgs),
    Verify(verify::VerifyArgs),
    Export(export::ExportArgs),
    Plugin(plugin::PluginArgs),
    Schema(schema::SchemaArgs),
    Config(config::ConfigArgs),
    Doctor(doctor::DoctorArgs),
    Hook(hook::HookArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}
