//! `govkit export`

mod directory;
mod evidence;
mod typeset;

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::export::{OutputFile, Sink};
use govkit_host::{Changes, Collected, Exported, Role};

use crate::comparison::Comparison;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::listing::Listing;
use directory::Fresh;
use typeset::{NoPdf, Typesetter};

/// Hand the artifacts to an exporter and write what it makes
///
/// The files go into the directory of `-o`, which must be new or empty, or made by an earlier
/// export; nothing is written unless the exporter succeeds. A file that is there already with the
/// same bytes is not written again. `-o -` prints the only file an
/// exporter makes, or the one named with `--file`. Where the program `typst` is installed,
/// `handbook` makes a PDF, too.
///
/// `evidence` is built in: it puts the artifacts of a commit, a date or a release, their history,
/// the approvals with their signatures, and the exact `sha256sum`, `git` and `ssh-keygen` commands
/// that verify them without govkit into one folder, with a page that opens from `file://`.
///
/// Examples:
///   govkit export --list
///   govkit export register -o public
///   govkit export site -o public
///   govkit export register --file register.csv -o -
///   govkit export letters --change v2026.1..v2026.2 -o letters
///   govkit export evidence --on 2026-12-31 -o evidence-2026
///   govkit export evidence --release v2026.2 -o audit
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExportArgs {
    /// The exporter: the name of a plugin
    #[arg(required_unless_present = "list")]
    exporter: Option<String>,
    /// List the exporters there are
    #[arg(long)]
    list: bool,
    /// Hand over what changed, for exporters of changes: `A..B`, `A...B`, or `A` and the files on disk
    #[arg(long, value_name = "RANGE")]
    change: Option<String>,
    /// With `evidence`: as known at the beginning of this day
    #[arg(long, value_name = "DATE", conflicts_with = "change")]
    on: Option<String>,
    /// With `evidence`: of this release, a tag
    #[arg(long, value_name = "NAME", conflicts_with_all = ["on", "change"])]
    release: Option<String>,
    /// Print this one file to standard output
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &ExportArgs) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let is_evidence = args.exporter.as_deref() == Some(evidence::NAME) && !args.list;
    if !is_evidence && (args.on.is_some() || args.release.is_some()) {
        return Err(hinted(
            "only `evidence` is exported for a day or a release",
            "`--at REV` hands another revision to any exporter",
        ));
    }
    let roles: &[Role] = match is_evidence {
        true => &[],
        false => &[Role::Exporter, Role::ChangeExporter],
    };
    let plugins = Plugins::load(context, &at, &config, roles)?;
    let Some(name) = args.exporter.as_deref().filter(|_| !args.list) else {
        return list(context, &plugins);
    };
    let run = |mut sink: Box<dyn Sink>| -> Result<()> {
        if is_evidence {
            return evidence::write(context, args, &mut *sink);
        }
        let exported = match &args.change {
            Some(range) => changed(context, &plugins, name, range, sink)?,
            None => {
                let Some((plugin, plugin_config)) = plugins.with_role(name, Role::Exporter) else {
                    return Err(none(name, "exporter"));
                };
                let corpus = context.corpus_with(&at, config.clone())?;
                let export = |sink| plugin.export_to(&corpus, plugin_config, sink);
                let exported = match plugins.is_bundled(name) {
                    true => with_pdf(context, sink, export),
                    // What a stranger's plugin writes is handed to no program.
                    false => export(sink),
                };
                exported.with_context(|| format!("export with `{name}`"))?
            }
        };
        for line in &exported.log {
            context.ui.detail(&format!("{name}: {}", line.message));
        }
        Ok(())
    };
    let to_stdout = args.file.is_some() || context.global.output.as_deref() == Some(Path::new("-"));
    if to_stdout {
        let files = Collected::default();
        run(Box::new(files.clone()))?;
        let files = files.take();
        let bytes = one(&files, args.file.as_deref())?;
        context.ui.report(|out| out.write_all(bytes))?;
        return Ok(Exit::Clean);
    }
    let Some(directory) = context.ui.output() else {
        return Err(hinted(
            "an export needs a place to go",
            "`-o DIRECTORY`, or `--file NAME` to print one file",
        ));
    };
    let fresh = Fresh::beside(directory)?;
    run(Box::new(fresh.sink()))?;
    let paths = fresh.take_place_of(directory)?;
    if context.global.quiet {
        for path in paths {
            context.ui.detail(&path);
        }
    } else {
        context.ui.say(&format!(
            "wrote {} files to `{}`",
            paths.len(),
            directory.display()
        ));
    }
    Ok(Exit::Clean)
}

/// Exports with a PDF of each Typst source, where `typst` is installed.
fn with_pdf<E>(
    context: &Context<'_>,
    sink: Box<dyn Sink>,
    export: impl FnOnce(Box<dyn Sink>) -> Result<Exported, E>,
) -> Result<Exported, E> {
    let (typesetter, trouble) = Typesetter::before(sink);
    let exported = export(Box::new(typesetter));
    for why in trouble.take() {
        match why {
            NoPdf::NotInstalled => context
                .ui
                .detail("no PDF is made: `typst` is not installed"),
            NoPdf::Failed(source, words) => {
                let words = format!("no PDF is made of `{source}`: typst says: {words}");
                context.ui.warn(&words);
            }
        }
    }
    exported
}

/// Hands what changed to an exporter of changes.
fn changed(
    context: &Context<'_>,
    plugins: &Plugins,
    name: &str,
    range: &str,
    sink: Box<dyn Sink>,
) -> Result<Exported> {
    let Some((plugin, config)) = plugins.with_role(name, Role::ChangeExporter) else {
        return Err(none(name, "exporter of changes"));
    };
    let comparison = Comparison::of_range(context, range)?;
    let (set, pairs, new) = comparison.parts();
    let changes = Changes {
        set: &set,
        pairs: &pairs,
        config: &new,
    };
    plugin
        .export_changes(changes, config, sink)
        .with_context(|| format!("export with `{name}`"))
}

fn none(name: &str, what: &str) -> anyhow::Error {
    hinted(
        format!("no {what} is called `{name}`"),
        "`govkit export --list` lists them; govkit.toml enables them",
    )
}

fn list(context: &Context<'_>, plugins: &Plugins) -> Result<Exit> {
    let mut listing = Listing::new("export", "exporter", &["name", "version", "description"]);
    for plugin in plugins
        .iter()
        .filter(|plugin| plugin.is_exporter() || plugin.has(Role::ChangeExporter))
    {
        let about = plugin.description();
        let item = serde_json::json!({"name": plugin.name(), "version": about.version, "description": about.description});
        let row = vec![
            plugin.name().to_owned(),
            about.version.clone(),
            about.description.clone(),
        ];
        listing.push(plugin.name(), row, &item)?;
    }
    let item = serde_json::json!({"name": evidence::NAME, "version": env!("CARGO_PKG_VERSION"), "description": evidence::ABOUT});
    let row = [evidence::NAME, env!("CARGO_PKG_VERSION"), evidence::ABOUT];
    listing.push(evidence::NAME, row.map(str::to_owned).to_vec(), &item)?;
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

fn one<'f>(files: &'f [OutputFile], name: Option<&str>) -> Result<&'f [u8]> {
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let found = match name {
        Some(name) => files.iter().find(|file| file.path.as_str() == name),
        None if files.len() == 1 => files.first(),
        None => None,
    };
    found.map(|file| file.bytes.as_slice()).ok_or_else(|| {
        hinted(
            name.map_or_else(
                || "the exporter makes several files".to_owned(),
                |name| format!("the exporter makes no file `{name}`"),
            ),
            format!("name one with `--file`: {}", names.join(", ")),
        )
    })
}
