//! `govkit export`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use govkit_core::export::OutputFile;

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::listing::Listing;
use crate::ui::write_file;

/// Hand the artifacts to an exporter and write what it makes
///
/// The files go into the directory of `-o`, which must be new or empty, or made by an earlier
/// export; nothing is written unless the exporter succeeds. `-o -` prints the only file an
/// exporter makes, or the one named with `--file`.
///
/// Examples:
///   govkit export --list
///   govkit export register -o public
///   govkit export register --file register.csv -o -
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExportArgs {
    /// The exporter: the name of a plugin
    #[arg(required_unless_present = "list")]
    exporter: Option<String>,
    /// List the exporters there are
    #[arg(long)]
    list: bool,
    /// Print this one file to standard output
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

/// The file that says a directory was made by an export and may be replaced by one.
const MARKER: &str = ".govkit-export";

pub(crate) fn run(context: &Context<'_>, args: &ExportArgs) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let plugins = Plugins::load(context, &at, &config)?;
    let Some(name) = args.exporter.as_deref().filter(|_| !args.list) else {
        return list(context, &plugins);
    };
    let found = plugins
        .configured()
        .find(|(plugin, _)| plugin.name() == name && plugin.is_exporter());
    let Some((plugin, plugin_config)) = found else {
        return Err(hinted(
            format!("no exporter is called `{name}`"),
            "`govkit export --list` lists them; govkit.toml enables them",
        ));
    };
    let corpus = context.corpus_with(&at, config)?;
    let export = plugin
        .export(&corpus, plugin_config)
        .with_context(|| format!("export with `{name}`"))?;
    for line in &export.log {
        context.ui.detail(&format!("{name}: {}", line.message));
    }
    let files = export.files;
    let to_stdout = args.file.is_some() || context.global.output.as_deref() == Some(Path::new("-"));
    if to_stdout {
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
    write(directory, &files)?;
    if context.global.quiet {
        let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        paths.sort_unstable();
        for path in paths {
            context.ui.detail(path);
        }
    } else {
        context.ui.say(&format!(
            "wrote {} files to `{}`",
            files.len(),
            directory.display()
        ));
    }
    Ok(Exit::Clean)
}

fn list(context: &Context<'_>, plugins: &Plugins) -> Result<Exit> {
    let mut listing = Listing::new("export", "exporter", &["name", "version", "description"]);
    for plugin in plugins.iter().filter(|plugin| plugin.is_exporter()) {
        let about = plugin.description();
        let item = serde_json::json!({"name": plugin.name(), "version": about.version, "description": about.description});
        let row = vec![
            plugin.name().to_owned(),
            about.version.clone(),
            about.description.clone(),
        ];
        listing.push(plugin.name(), row, &item)?;
    }
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

/// Builds the new directory beside the old one and swaps them, so that a reader sees all of
/// one export or all of another.
fn write(directory: &Path, files: &[OutputFile]) -> Result<()> {
    refuse_foreign(directory)?;
    let parent = directory
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)
        .with_context(|| format!("make the directory `{}`", parent.display()))?;
    let fresh = tempfile::Builder::new()
        .prefix(".govkit-")
        .tempdir_in(parent);
    let fresh =
        fresh.with_context(|| format!("make a directory beside `{}`", directory.display()))?;
    for file in files {
        let path = fresh.path().join(file.path.as_str());
        if let Some(inside) = path.parent() {
            std::fs::create_dir_all(inside)
                .with_context(|| format!("make the directory `{}`", inside.display()))?;
        }
        write_file(&path, &file.bytes)?;
    }
    write_file(
        &fresh.path().join(MARKER),
        b"This directory was made by `govkit export` and may be replaced by it.\n",
    )?;
    set_directory_mode(fresh.path())?;
    let old: Option<PathBuf> = directory
        .exists()
        .then(|| fresh.path().with_extension("old"));
    if let Some(old) = &old {
        std::fs::rename(directory, old)
            .with_context(|| format!("move the old `{}` aside", directory.display()))?;
    }
    let fresh = fresh.keep();
    if let Err(error) = std::fs::rename(&fresh, directory) {
        if let Some(old) = &old {
            std::fs::rename(old, directory)
                .with_context(|| format!("put `{}` back", directory.display()))?;
        }
        return Err(error)
            .with_context(|| format!("put the new `{}` in its place", directory.display()));
    }
    if let Some(old) = &old {
        std::fs::remove_dir_all(old)
            .with_context(|| format!("remove the old export `{}`", old.display()))?;
    }
    Ok(())
}

/// Only a directory that is new, empty, or an earlier export may be replaced.
fn refuse_foreign(directory: &Path) -> Result<()> {
    let Ok(meta) = directory.symlink_metadata() else {
        return Ok(());
    };
    if !meta.is_dir() {
        return Err(hinted(
            format!("`{}` is not a directory", directory.display()),
            "name a new directory with `-o`",
        ));
    }
    let mut entries = std::fs::read_dir(directory)
        .with_context(|| format!("read the directory `{}`", directory.display()))?;
    if entries.next().is_none() || directory.join(MARKER).is_file() {
        return Ok(());
    }
    Err(hinted(
        format!(
            "`{}` holds files that no export made; nothing was written",
            directory.display()
        ),
        "name a new or empty directory with `-o`",
    ))
}

/// A temporary directory is private; an export is to be read.
#[cfg(unix)]
fn set_directory_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .context("set the mode of the new directory")
}

#[cfg(not(unix))]
fn set_directory_mode(_path: &Path) -> Result<()> {
    Ok(())
}
