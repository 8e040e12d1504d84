//! `govkit export`

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use govkit_core::export::{OutputFile, Sink};
use govkit_host::{Changes, Collected, Exported, Role};

use crate::comparison::Comparison;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::listing::Listing;
use crate::ui::write_file;

/// Hand the artifacts to an exporter and write what it makes
///
/// The files go into the directory of `-o`, which must be new or empty, or made by an earlier
/// export; nothing is written unless the exporter succeeds. A file that is there already with the
/// same bytes is not written again. `-o -` prints the only file an
/// exporter makes, or the one named with `--file`.
///
/// Examples:
///   govkit export --list
///   govkit export register -o public
///   govkit export site -o public
///   govkit export register --file register.csv -o -
///   govkit export letters --change v2026.1..v2026.2 -o letters
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
    /// Print this one file to standard output
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
}

/// The file that says a directory was made by an export and may be replaced by one.
const MARKER: &str = ".govkit-export";

pub(crate) fn run(context: &Context<'_>, args: &ExportArgs) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    let plugins = Plugins::load(
        context,
        &at,
        &config,
        &[Role::Exporter, Role::ChangeExporter],
    )?;
    let Some(name) = args.exporter.as_deref().filter(|_| !args.list) else {
        return list(context, &plugins);
    };
    let run = |sink: Box<dyn Sink>| -> Result<()> {
        let exported = match &args.change {
            Some(range) => changed(context, &plugins, name, range, sink)?,
            None => {
                let Some((plugin, plugin_config)) = plugins.with_role(name, Role::Exporter) else {
                    return Err(none(name, "exporter"));
                };
                let corpus = context.corpus_with(&at, config.clone())?;
                plugin
                    .export_to(&corpus, plugin_config, sink)
                    .with_context(|| format!("export with `{name}`"))?
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

/// A new directory beside the old one, filled file by file; then they are swapped, so that a
/// reader sees all of one export or all of another.
struct Fresh {
    place: tempfile::TempDir,
    /// The directory whose place it takes.
    old: PathBuf,
    written: Arc<Mutex<Vec<String>>>,
}

/// Where the exporter's files go as they come.
struct IntoDirectory {
    place: PathBuf,
    /// The directory to be replaced: a file with the same bytes there is linked, not written.
    old: PathBuf,
    written: Arc<Mutex<Vec<String>>>,
}

impl Sink for IntoDirectory {
    fn put(&mut self, file: OutputFile) -> Result<(), String> {
        let path = self.place.join(file.path.as_str());
        let write = || {
            if let Some(inside) = path.parent() {
                std::fs::create_dir_all(inside)?;
            }
            if linked(&self.old, &file, &path) {
                return Ok(());
            }
            // New, in a directory of our own: nothing is followed and nothing overwritten.
            std::fs::File::create_new(&path)?.write_all(&file.bytes)
        };
        write().map_err(|error| format!("`{}` cannot be written: {error}", file.path))?;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.push(file.path.as_str().to_owned());
        Ok(())
    }
}

/// Links the old export's file into the new one where both have the same bytes, so that an
/// unchanged page keeps its time and is not sent again by whatever copies the site. A link on the
/// way there is not followed: it could lead out of the export. Where the system cannot link, the
/// caller writes.
fn linked(old: &Path, file: &OutputFile, new: &Path) -> bool {
    let mut from = old.to_owned();
    for part in file.path.as_str().split('/') {
        match from.symlink_metadata() {
            Ok(meta) if meta.is_dir() => from.push(part),
            _ => return false,
        }
    }
    let same_size = from
        .symlink_metadata()
        .is_ok_and(|meta| meta.is_file() && usize::try_from(meta.len()) == Ok(file.bytes.len()));
    if !same_size || !std::fs::read(&from).is_ok_and(|bytes| bytes == file.bytes) {
        return false;
    }
    std::fs::hard_link(&from, new).is_ok()
}

impl Fresh {
    fn beside(directory: &Path) -> Result<Self> {
        refuse_foreign(directory)?;
        let parent = directory
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent)
            .with_context(|| format!("make the directory `{}`", parent.display()))?;
        let place = tempfile::Builder::new()
            .prefix(".govkit-")
            .tempdir_in(parent);
        let place =
            place.with_context(|| format!("make a directory beside `{}`", directory.display()))?;
        Ok(Self {
            place,
            old: directory.to_owned(),
            written: Arc::default(),
        })
    }

    fn sink(&self) -> IntoDirectory {
        IntoDirectory {
            place: self.place.path().to_owned(),
            old: self.old.clone(),
            written: self.written.clone(),
        }
    }

    /// Swaps the directories and returns the files' paths, sorted.
    fn take_place_of(self, directory: &Path) -> Result<Vec<String>> {
        write_file(
            &self.place.path().join(MARKER),
            b"This directory was made by `govkit export` and may be replaced by it.\n",
        )?;
        set_directory_mode(self.place.path())?;
        refuse_foreign(directory)?;
        if directory.exists() {
            swap(self.place.path(), directory)?;
            // What is in the temporary place now is the old export.
            self.place
                .close()
                .with_context(|| format!("remove the old `{}`", directory.display()))?;
        } else {
            std::fs::rename(self.place.keep(), directory)
                .with_context(|| format!("put the new `{}` in its place", directory.display()))?;
        }
        let mut paths =
            std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner));
        paths.sort_unstable();
        Ok(paths)
    }
}

/// Exchanges two directories: at once where the system can, else in two steps.
fn swap(fresh: &Path, directory: &Path) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, fresh, CWD, directory, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    let aside = fresh.with_extension("old");
    std::fs::rename(directory, &aside)
        .with_context(|| format!("move the old `{}` aside", directory.display()))?;
    if let Err(error) = std::fs::rename(fresh, directory) {
        std::fs::rename(&aside, directory)
            .with_context(|| format!("put `{}` back", directory.display()))?;
        return Err(error)
            .with_context(|| format!("put the new `{}` in its place", directory.display()));
    }
    std::fs::rename(&aside, fresh).with_context(|| format!("clear `{}` away", aside.display()))
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
