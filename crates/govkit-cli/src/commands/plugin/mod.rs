//! `govkit plugin`: use, write, ship and trust plugins.

mod add;
mod build;
mod cases;
mod hostile;
mod inspect;
mod list;
mod new;
mod project;
mod publish;
mod remove;
mod test;
mod verify;

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use govkit_host::Plugin;

use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::scaffold::{Kind, Language};

/// Use, write, ship and trust plugins
///
/// A plugin is a WebAssembly component that checks artifacts, writes files of them, checks what
/// changed, or makes artifacts of foreign files. It runs in a sandbox: no files, no network, no
/// clock. `govkit.toml` configures it, `govkit.lock` pins the exact component.
///
/// Examples:
///   govkit plugin new house-style --lang rust
///   govkit plugin add dist/house-style.wasm
///   govkit plugin add oci:../shelf:house-style-1.2.0
///   govkit plugin verify
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List the plugins this repository uses
    ///
    /// Formats: human, tsv (when piped), json, ndjson, csv, markdown.
    List,
    /// Show what a component is, wants and can do, without running its rules
    ///
    /// Formats: human, json.
    Inspect {
        /// A `.wasm` file, `oci:DIR[:TAG]`, or the name of a plugin of this repository
        component: String,
        /// Grant it this, as its pin would
        #[arg(long, value_name = "GRANT", value_parser = ["wasi"])]
        allow: Vec<String>,
    },
    /// Start a plugin: a project that builds, passes its test and runs
    ///
    /// Everything it needs beside registry packages is in it: the interface, and for Rust the
    /// SDK's source. Prints the commands that build, test and use it.
    New {
        /// Its name: lower-case letters, digits and `-`
        name: String,
        /// What it does
        #[arg(long, value_enum, default_value = "validator")]
        kind: Kind,
        /// What it is written in
        #[arg(long, value_enum, default_value = "rust")]
        lang: Language,
        /// Where the project goes [default: a directory NAME]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Build the plugin in a directory into `dist/NAME.wasm`
    Build {
        /// The project
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Run a plugin over its cases, and over hostile inputs
    ///
    /// A case is a directory in `cases/`: `input/` (for a plugin over changes `before/` and
    /// `after/`) holds files, `expected.json` the findings, `expected/` the files it writes.
    /// Exits 1 when an answer differs, 3 when the plugin fails.
    Test {
        /// The project
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// Take the answers for what is expected
        #[arg(long)]
        bless: bool,
    },
    /// Put a component into this repository and pin it
    ///
    /// Copies it to `plugins/NAME.wasm`, pins its digest in `govkit.lock` and enables it in
    /// `govkit.toml`. SOURCE is a file, `oci:DIR[:TAG]` for an OCI image layout,
    /// `oci://HOST/NAME:TAG` (through `wkg` or `oras`), or a plugin that comes with govkit.
    Add {
        /// Where the component is
        source: String,
        /// What to call it [default: its own name]
        #[arg(long)]
        name: Option<String>,
        /// Grant it `wasi`: an inert one, for languages that cannot do without
        #[arg(long, value_name = "GRANT", value_parser = ["wasi"])]
        allow: Vec<String>,
    },
    /// Take a newer component, from where the last one came or from SOURCE
    Update {
        /// The plugin
        name: String,
        /// Where the component is [default: where it came from]
        source: Option<String>,
    },
    /// Take a plugin out of this repository: component, pin and configuration
    Remove {
        /// The plugin
        name: String,
    },
    /// Check that every plugin is the one pinned, loads and accepts its configuration
    ///
    /// Exits 1 when one does not. Formats: human, tsv (when piped), json, ndjson, csv, markdown.
    Verify,
    /// Put a component into an OCI image layout, or a registry through `wkg` or `oras`
    Publish {
        /// The component, or the name of a plugin of this repository
        component: String,
        /// The layout's directory, made where it is missing
        #[arg(long, value_name = "DIR")]
        oci: PathBuf,
        /// The tag [default: NAME-VERSION]
        #[arg(long)]
        tag: Option<String>,
        /// Send it on to this place in a registry: HOST/NAME:TAG
        #[arg(long, value_name = "REFERENCE")]
        to: Option<String>,
    },
}

pub(crate) fn run(context: &Context<'_>, args: &PluginArgs) -> Result<Exit> {
    match &args.action {
        Action::List => list::run(context),
        Action::Inspect { component, allow } => inspect::run(context, component, allow),
        Action::New {
            name,
            kind,
            lang,
            dir,
        } => new::run(context, name, *kind, *lang, dir.as_deref()),
        Action::Build { dir } => build::run(context, dir),
        Action::Test { dir, bless } => test::run(context, dir, *bless),
        Action::Add {
            source,
            name,
            allow,
        } => add::add(context, source, name.as_deref(), allow),
        Action::Update { name, source } => add::update(context, name, source.as_deref()),
        Action::Remove { name } => remove::run(context, name),
        Action::Verify => verify::run(context),
        Action::Publish {
            component,
            oci,
            tag,
            to,
        } => publish::run(context, component, oci, tag.as_deref(), to.as_deref()),
    }
}

/// Returns what a plugin can be asked to do, by name.
fn does(plugin: &Plugin) -> Vec<&'static str> {
    plugin.roles().map(govkit_host::Role::name).collect()
}
