//! The command line: global options and the verbs.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::commands::{
    approve, attest, blame, check, commit, completions, config, diff, digest, doctor, due, edit,
    explain, export, fmt, get, hook, import, in_force, init, list, log, man, mv, new, plugin, refs,
    release, review, revoke, rules, schema, search, serve, set, show, stats, status, verify,
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

/// Declares the verbs, each with its name and its arguments, in the order `--help` lists them.
macro_rules! verbs {
    ($($variant:ident $name:literal $module:ident::$args:ident,)*) => {
        #[derive(Subcommand, Debug)]
        pub(crate) enum Command {
            $(#[command(name = $name)] $variant($module::$args),)*
        }

        /// Returns the verb of this name with its arguments.
        fn command_of(verb: &str) -> Option<clap::Command> {
            Some(match verb {
                $($name => <$module::$args as clap::Args>::augment_args(clap::Command::new($name)),)*
                _ => return None,
            })
        }

        #[cfg(test)]
        const VERBS: &[&str] = &[$($name),*];
    };
}

verbs! {
    Init "init" init::InitArgs,
    New "new" new::NewArgs,
    Set "set" set::SetArgs,
    Edit "edit" edit::EditArgs,
    Mv "mv" mv::MvArgs,
    Fmt "fmt" fmt::FmtArgs,
    Commit "commit" commit::CommitArgs,
    Import "import" import::ImportArgs,
    List "list" list::ListArgs,
    Show "show" show::ShowArgs,
    Get "get" get::GetArgs,
    Search "search" search::SearchArgs,
    Refs "refs" refs::RefsArgs,
    Status "status" status::StatusArgs,
    Check "check" check::CheckArgs,
    Rules "rules" rules::RulesArgs,
    Explain "explain" explain::ExplainArgs,
    Diff "diff" diff::DiffArgs,
    Review "review" review::ReviewArgs,
    Digest "digest" digest::DigestArgs,
    Approve "approve" approve::ApproveArgs,
    Attest "attest" attest::AttestArgs,
    Revoke "revoke" revoke::RevokeArgs,
    Log "log" log::LogArgs,
    Blame "blame" blame::BlameArgs,
    InForce "in-force" in_force::InForceArgs,
    Due "due" due::DueArgs,
    Stats "stats" stats::StatsArgs,
    Release "release" release::ReleaseArgs,
    Verify "verify" verify::VerifyArgs,
    Export "export" export::ExportArgs,
    Serve "serve" serve::ServeArgs,
    Plugin "plugin" plugin::PluginArgs,
    Schema "schema" schema::SchemaArgs,
    Config "config" config::ConfigArgs,
    Doctor "doctor" doctor::DoctorArgs,
    Hook "hook" hook::HookArgs,
    Completions "completions" completions::CompletionsArgs,
    Man "man" man::ManArgs,
}

impl Args {
    /// Reads the command line; ends the program where there is nothing to do or something is wrong.
    pub(crate) fn read() -> Self {
        let given: Vec<OsString> = std::env::args_os().collect();
        let verb = verb(&given).and_then(command_of);
        let command = verb.map_or_else(Self::command, alone);
        let mut matches = command.get_matches_from(given);
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.exit())
    }
}

/// The verb, where it stands in one of the usual places: first, or after `-C DIR`.
fn verb(given: &[OsString]) -> Option<&str> {
    let at = match given.get(1)?.to_str()? {
        "-C" => 3,
        _ => 1,
    };
    given.get(at)?.to_str()
}

/// The program as if it had this verb alone. To make the arguments of all of them takes longer than
/// many a verb takes to answer.
fn alone(verb: clap::Command) -> clap::Command {
    let govkit = clap::Command::new("govkit")
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .propagate_version(true)
        .subcommand_required(true);
    <Global as clap::Args>::augment_args(govkit).subcommand(verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_alone_is_the_same_as_among_the_others() {
        let mut all = Args::command();
        all.build();
        for name in VERBS {
            let mut one = alone(command_of(name).unwrap());
            one.build();
            let (one, all) = (one.find_subcommand(name), all.find_subcommand(name));
            let help = |command: Option<&clap::Command>| {
                command.unwrap().clone().render_long_help().to_string()
            };
            assert_eq!(help(one), help(all), "{name}");
        }
        assert_eq!(
            VERBS.len(),
            all.get_subcommands().count() - 1,
            "all but `help`"
        );
    }

    #[test]
    fn a_verb_is_found_where_it_usually_stands() {
        let given =
            |words: &[&str]| -> Vec<OsString> { words.iter().map(OsString::from).collect() };
        assert_eq!(verb(&given(&["govkit", "list", "-q"])), Some("list"));
        assert_eq!(
            verb(&given(&["govkit", "-C", "list", "check"])),
            Some("check")
        );
        assert_eq!(verb(&given(&["govkit"])), None);
        assert!(command_of("--at").is_none());
    }
}
