//! What git calls for each file: to show it, to compare it, to merge it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use govkit_core::config::Config;
use govkit_core::diff::{
    ChangeSet, ChangedFile, Compare, CompareMode, FileSide, diff as compare, no_index, pair,
};
use govkit_core::merge::{Markers, Sides, merge as merge_texts};
use govkit_core::path::RepoPath;
use govkit_core::sentence_lines::sentence_lines;
use govkit_core::snapshot::At;

use crate::args::Format;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::diff as report;
use crate::ui::write_file;

/// What git fills in for `%O %A %B %L %P %S %X %Y`.
#[derive(clap::Args, Debug)]
pub(crate) struct MergeDriver {
    /// The file before both changes
    base: PathBuf,
    /// Our side; the answer replaces it
    ours: PathBuf,
    /// Their side
    theirs: PathBuf,
    /// Characters of a marker
    #[arg(default_value = "7")]
    size: usize,
    /// The path in the repository
    #[arg(default_value = "")]
    path: String,
    /// What the three sides are called
    #[arg(num_args = 0..=3, value_names = ["BASE", "OURS", "THEIRS"])]
    labels: Vec<String>,
}

/// `govkit hook textconv FILE`
pub(super) fn textconv(context: &Context<'_>, file: &Path) -> Result<Exit> {
    let file = context.directory().join(file);
    let bytes = std::fs::read(&file).with_context(|| format!("read `{}`", file.display()))?;
    context.ui.report(|out| match str::from_utf8(&bytes) {
        Ok(text) => out.write_all(sentence_lines(text).as_bytes()),
        // What is no text is git's business.
        Err(_) => out.write_all(&bytes),
    })?;
    Ok(Exit::Clean)
}

/// `govkit hook diff-driver PATH OLD OLD-HEX OLD-MODE NEW NEW-HEX NEW-MODE [NEW-PATH INFO]`
///
/// Never says no: git takes another code than 0 for a crash.
pub(super) fn diff(context: &Context<'_>, arguments: &[String]) -> Result<Exit> {
    let (path, old, new) = match arguments {
        [path] => {
            let note = format!("* unmerged path {path}");
            context.ui.report(|out| writeln!(out, "{note}"))?;
            return Ok(Exit::Clean);
        }
        [path, old, _, _, new, rest @ ..] if rest.len() >= 2 => (path, old, new),
        _ => {
            return Err(hinted(
                "git gives a diff driver 1, 7 or 9 arguments",
                "`govkit hook install --diff` sets it up; `govkit diff` is for people",
            ));
        }
    };
    let new_path = arguments.get(7).unwrap_or(path);
    let (old, new) = (read(context, old)?, read(context, new)?);
    let set = change_set(context, (path, old), (new_path, new));
    context.ui.format("hook", &[Format::Human], Format::Human)?;
    let style = context.ui.driver_style();
    context.ui.report(|out| report::human(&set, out, style))?;
    Ok(Exit::Clean)
}

/// Reads a side that git hands over; `/dev/null` is no file.
fn read(context: &Context<'_>, name: &str) -> Result<Option<Vec<u8>>> {
    if name == "/dev/null" {
        return Ok(None);
    }
    let bytes = std::fs::read(context.directory().join(name));
    Ok(Some(bytes.with_context(|| format!("read `{name}`"))?))
}

/// Compares as the configuration of the work tree says, where it claims the path.
fn change_set(
    context: &Context<'_>,
    (old_path, old): (&str, Option<Vec<u8>>),
    (new_path, new): (&str, Option<Vec<u8>>),
) -> ChangeSet {
    let config = context.find_config(&At::Worktree).ok().flatten();
    if let Some(files) = config.as_ref().and_then(|config| {
        claimed(
            context,
            config,
            (old_path, old.as_deref()),
            (new_path, new.as_deref()),
        )
    }) {
        let sides = Compare {
            mode: CompareMode::NoIndex,
            base: old_path.to_owned(),
            head: new_path.to_owned(),
        };
        return compare(sides, &pair(files), &config.unwrap_or_default());
    }
    let side = |path, bytes: &Option<Vec<u8>>| Some((path, bytes.clone()?));
    let (old, new) = (side(old_path, &old), side(new_path, &new));
    no_index(
        old.as_ref().map(|(path, bytes)| (*path, bytes.as_slice())),
        new.as_ref().map(|(path, bytes)| (*path, bytes.as_slice())),
    )
}

fn claimed(
    context: &Context<'_>,
    config: &Config,
    (old_path, old): (&str, Option<&[u8]>),
    (new_path, new): (&str, Option<&[u8]>),
) -> Option<Vec<ChangedFile>> {
    let side = |path: &RepoPath, bytes: Option<&[u8]>| {
        FileSide::read(path, bytes?.to_vec(), None, config, &context.limits)
    };
    let (old_path, new_path) = (RepoPath::new(old_path).ok()?, RepoPath::new(new_path).ok()?);
    let (before, after) = (side(&old_path, old), side(&new_path, new));
    if before.is_none() && after.is_none() {
        return None;
    }
    let file = |path, old, new| ChangedFile { path, old, new };
    Some(if old_path == new_path {
        vec![file(old_path, before, after)]
    } else {
        vec![file(old_path, before, None), file(new_path, None, after)]
    })
}

/// `govkit hook merge-driver BASE OURS THEIRS [SIZE [PATH [BASE OURS THEIRS]]]`
pub(super) fn merge(context: &Context<'_>, driver: &MergeDriver) -> Result<Exit> {
    let directory = context.directory();
    let read = |path: &Path| -> Result<Vec<u8>> {
        std::fs::read(directory.join(path)).with_context(|| format!("read `{}`", path.display()))
    };
    let bytes = Sides::new(
        read(&driver.base)?,
        read(&driver.ours)?,
        read(&driver.theirs)?,
    );
    let style = context.repository().ok();
    let style = style.and_then(|repository| repository.user_setting("merge.conflictStyle"));
    let markers = Markers {
        size: driver.size,
        labels: driver.names(),
        with_base: style.is_some_and(|style| style.ends_with("diff3")),
    };
    let name = if driver.path.is_empty() {
        driver.ours.to_string_lossy()
    } else {
        driver.path.as_str().into()
    };
    let merged = merge_texts(bytes.as_ref().map(Vec::as_slice), &name, &markers);
    if merged.bytes != bytes.ours {
        // A temporary file that git made for this, not a file of the repository.
        write_file(&directory.join(&driver.ours), &merged.bytes)?;
    }
    for note in &merged.notes {
        context.ui.say(&format!("govkit: {name}: {note}"));
    }
    for conflict in &merged.conflicts {
        context
            .ui
            .say(&format!("govkit: CONFLICT in {name}, {conflict}"));
    }
    Ok(Exit::no_if(!merged.conflicts.is_empty()))
}

impl MergeDriver {
    /// An older git leaves `%X` as it is.
    fn names(&self) -> Sides<String> {
        let label = |at: usize, otherwise: &str| {
            let given = self
                .labels
                .get(at)
                .filter(|label| !label.is_empty() && !label.starts_with('%'));
            given.cloned().unwrap_or_else(|| otherwise.to_owned())
        };
        Sides::new(label(0, "base"), label(1, "ours"), label(2, "theirs"))
    }
}
