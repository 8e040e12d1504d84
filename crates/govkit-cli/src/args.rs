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
        let mut matches = command_for(&given).get_matches_from(given);
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.exit())
    }
}

/// The program with the one verb that was asked for, where it is easily told, else with all. To
/// make the arguments of all of them takes longer than many a verb takes to answer.
fn command_for(given: &[OsString]) -> clap::Command {
    let globals = globals();
    let asked = match given {
        [_, only] if only == "--version" || only == "-V" => return globals,
        _ => verb(&globals, given).and_then(command_of),
    };
    match asked {
        Some(verb) => globals.subcommand_required(true).subcommand(verb),
        None => Args::command(),
    }
}

/// The program without verbs.
fn globals() -> clap::Command {
    let govkit = clap::Command::new("govkit")
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .propagate_version(true);
    <Global as clap::Args>::augment_args(govkit)
}

/// The first word that is neither an option of `globals` nor the value of one. An option that
/// is not written out (`-qz`, `--conf`) makes the answer uncertain: `None`.
fn verb<'a>(globals: &clap::Command, given: &'a [OsString]) -> Option<&'a str> {
    let mut words = given.get(1..)?.iter();
    while let Some(word) = words.next() {
        let word = word.to_str()?;
        let Some(option) = word.strip_prefix('-') else {
            return Some(word);
        };
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        let is_it = |arg: &&clap::Arg| match name.strip_prefix('-') {
            Some(long) => arg.get_long() == Some(long),
            None => arg
                .get_short()
                .is_some_and(|short| name.chars().eq([short])),
        };
        let known = globals.get_arguments().find(is_it)?;
        if known.get_action().takes_values() && value.is_none() {
            words.next()?;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_alone_is_the_same_as_among_the_others() {
        let mut all = Args::command();
        all.build();
        for name in VERBS {
            let mut one = command_for(&words(&["govkit", "--at=v1", "-C", "docs", name]));
            one.build();
            assert_eq!(one.get_subcommands().count(), 2, "{name} and `help`");
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

    fn words(given: &[&str]) -> Vec<OsString> {
        given.iter().map(OsString::from).collect()
    }

    #[test]
    fn a_verb_is_found_behind_global_options_that_are_written_out() {
        for (given, expected) in [
            (&["govkit", "list", "-q"][..], Some("list")),
            (&["govkit", "-C", "list", "check"], Some("check")),
            (
                &["govkit", "-q", "--config", "a.toml", "diff"],
                Some("diff"),
            ),
            (&["govkit", "--config=a.toml", "-z", "diff"], Some("diff")),
            (&["govkit"], None),
            (&["govkit", "--at"], None),
            (&["govkit", "-qz", "list"], None),
            (&["govkit", "--conf", "a.toml", "list"], None),
        ] {
            assert_eq!(verb(&globals(), &words(given)), expected, "{given:?}");
        }
        assert!(command_of("nothing").is_none());
    }
}
