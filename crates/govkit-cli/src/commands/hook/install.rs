//! What is installed in a clone, and how it comes and goes.

use std::path::Path;

use anyhow::Result;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use govkit_git::Repository;
use govkit_git::local::{LocalError, LocalFile};
use schemars::JsonSchema;
use serde::Serialize;

use super::Wanted;
use super::pieces::{self, PIECES, Piece, State};
use crate::args::Format;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::envelope;
use crate::ui::record;

/// A piece as `hook status` tells of it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    /// `pre-commit`, `commit-msg`, `diff`, `textconv`, `merge`, or `paths` for the attributes.
    piece: &'static str,
    /// `installed`, `absent`, `foreign` (somebody else's), or `elsewhere` (hooks that other
    /// repositories share).
    state: &'static str,
    /// The file it stands in, or would.
    path: String,
}

/// `govkit hook install`
pub(super) fn install(context: &Context<'_>, wanted: Wanted, share: bool) -> Result<Exit> {
    let wanted = wanted.pieces();
    if wanted.is_empty() {
        return Err(hinted(
            "nothing is installed unless it is named",
            "name some of --pre-commit, --commit-msg, --diff, --textconv, --merge",
        ));
    }
    let repository = context.repository()?;
    let program = program();
    // Everything is looked at before anything is written.
    let mut hooks = Vec::new();
    let mut settings = Vec::new();
    for piece in wanted {
        let (state, file) = piece
            .state(repository)
            .map_err(|error| elsewhere(error, piece, &program))?;
        if state == State::Foreign {
            return Err(foreign(piece, &file, &program));
        }
        if piece.is_hook() {
            hooks.push((piece, file));
        } else {
            settings.extend(piece.settings(&program));
        }
    }
    let file = repository.local_settings()?;
    let changes: Vec<(&str, Option<&str>)> = settings
        .iter()
        .map(|(key, value)| (*key, Some(value.as_str())))
        .collect();
    let new_settings = file.with_settings(&changes)?;
    // The paths of the kinds are read now: a configuration that is broken stops it here.
    let config = if settings.is_empty() {
        None
    } else {
        Some(context.config(&At::Worktree)?)
    };
    let mut written = Vec::new();
    for (piece, file) in &hooks {
        write(
            file,
            Some(piece.script(&program).into_bytes()),
            &mut written,
        )?;
    }
    if let Some(config) = config {
        write(&file, Some(new_settings), &mut written)?;
        let (diff, merge) = drivers(repository)?;
        place_paths(
            repository,
            &pieces::attributes(&config, diff, merge),
            share,
            &mut written,
        )?;
    }
    said(context, "wrote", &written);
    Ok(Exit::Clean)
}

/// `govkit hook uninstall`
pub(super) fn uninstall(context: &Context<'_>, wanted: Wanted) -> Result<Exit> {
    let named = wanted.pieces();
    let pieces = if named.is_empty() {
        PIECES.to_vec()
    } else {
        named
    };
    let repository = context.repository()?;
    let mut written = Vec::new();
    let mut changes = Vec::new();
    for piece in pieces {
        let Ok((state, file)) = piece.state(repository) else {
            continue;
        };
        match state {
            State::Absent => {}
            State::Foreign => context.ui.warn(&format!(
                "{} in `{}` is not what govkit wrote, and stays",
                piece.name(),
                file.path.display()
            )),
            State::Installed if piece.is_hook() => write(&file, None, &mut written)?,
            State::Installed => {
                changes.extend(piece.settings("").into_iter().map(|(key, _)| (key, None)));
            }
        }
    }
    if !changes.is_empty() {
        let file = repository.local_settings()?;
        let settings = file.with_settings(&changes)?;
        write(&file, Some(settings), &mut written)?;
    }
    let lines = match drivers(repository)? {
        (false, false) => Vec::new(),
        (diff, merge) => pieces::attributes(&*context.config(&At::Worktree)?, diff, merge),
    };
    place_paths(repository, &lines, false, &mut written)?;
    said(context, "cleaned", &written);
    Ok(Exit::Clean)
}

/// `govkit hook status`
pub(super) fn status(context: &Context<'_>) -> Result<Exit> {
    let formats = [Format::Human, Format::Tsv, Format::Json];
    let format = context.ui.format("hook", &formats, Format::Tsv)?;
    let repository = context.repository()?;
    let mut items = Vec::new();
    for piece in PIECES {
        let (state, path) = match piece.state(repository) {
            Ok((State::Absent, file)) => ("absent", file.path),
            Ok((State::Installed, file)) => ("installed", file.path),
            Ok((State::Foreign, file)) => ("foreign", file.path),
            Err(error) => match error.downcast::<LocalError>()? {
                LocalError::HooksElsewhere { path } => ("elsewhere", path),
                error => return Err(error.into()),
            },
        };
        items.push(item(repository, piece.name(), state, &path));
    }
    let files = attribute_files(repository)?;
    let (state, path) = match files
        .iter()
        .find(|file| pieces::has_attributes(&text(file)))
    {
        Some(file) => ("installed", &file.path),
        None => ("absent", &files[0].path),
    };
    items.push(item(repository, "paths", state, path));
    context.ui.report(|out| match format {
        Format::Json => envelope::json("hook", &serde_json::json!({"items": items}), out),
        Format::Tsv => items.iter().try_for_each(|item| {
            record(
                &[item.piece, item.state, &item.path],
                context.global.null,
                out,
            )
        }),
        _ => items.iter().try_for_each(|item| {
            writeln!(
                out,
                "{:<11} {:<10} {}",
                item.piece,
                item.state,
                Untrusted::line(&item.path)
            )
        }),
    })?;
    Ok(Exit::Clean)
}

fn item(repository: &Repository, piece: &'static str, state: &'static str, path: &Path) -> Item {
    Item {
        piece,
        state,
        path: short(repository, path),
    }
}

/// A path from the top of the working tree, where it is in there.
fn short(repository: &Repository, path: &Path) -> String {
    let top = repository.workdir().and_then(|top| top.canonicalize().ok());
    let real = path.parent().and_then(|above| above.canonicalize().ok());
    let real = real
        .zip(path.file_name())
        .map(|(above, name)| above.join(name));
    let inside = top.as_ref().zip(real.as_ref());
    let inside = inside.and_then(|(top, real)| real.strip_prefix(top).ok());
    inside.unwrap_or(path).display().to_string()
}

/// Whether a diff driver and a merge driver are set.
fn drivers(repository: &Repository) -> Result<(bool, bool)> {
    let there =
        |piece: Piece| Ok::<_, anyhow::Error>(piece.state(repository)?.0 == State::Installed);
    Ok((
        there(Piece::Diff)? || there(Piece::Textconv)?,
        there(Piece::Merge)?,
    ))
}

/// The files that may name the paths: this clone's own, and the one everybody shares.
fn attribute_files(repository: &Repository) -> Result<Vec<LocalFile>> {
    let mut files = vec![repository.local_attributes()?];
    if repository.workdir().is_some() {
        files.push(repository.shared_attributes()?);
    }
    Ok(files)
}

/// Puts the lines where they are already, else where they are wanted, and nowhere else.
fn place_paths(
    repository: &Repository,
    lines: &[String],
    share: bool,
    written: &mut Vec<String>,
) -> Result<()> {
    let files = attribute_files(repository)?;
    let shared = share
        || files
            .get(1)
            .is_some_and(|file| pieces::has_attributes(&text(file)));
    let place = usize::from(shared && files.len() > 1);
    for (index, file) in files.iter().enumerate() {
        let before = text(file);
        let after = pieces::with_attributes(&before, if index == place { lines } else { &[] });
        if after != before {
            let bytes = (!after.is_empty()).then(|| after.into_bytes());
            write(file, bytes, written)?;
        }
    }
    Ok(())
}

fn text(file: &LocalFile) -> String {
    String::from_utf8_lossy(file.bytes.as_deref().unwrap_or_default()).into_owned()
}

/// Writes a file unless it is so already.
fn write(file: &LocalFile, bytes: Option<Vec<u8>>, written: &mut Vec<String>) -> Result<()> {
    if file.bytes != bytes {
        file.replace(bytes.as_deref())?;
        written.push(file.path.display().to_string());
    }
    Ok(())
}

fn said(context: &Context<'_>, act: &str, written: &[String]) {
    if written.is_empty() {
        context.ui.say("nothing to do");
    }
    for path in written {
        context.ui.say(&format!("{act} `{path}`"));
    }
}

/// `govkit` where the shell finds it, else this very program.
fn program() -> String {
    const NAME: &str = "govkit";
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
    if std::env::split_paths(&path)
        .any(|directory| directory.is_absolute() && directory.join(&file).is_file())
    {
        return NAME.to_owned();
    }
    let own = std::env::current_exe().map(|path| path.display().to_string().replace('\\', "/"));
    own.map_or_else(
        |_| NAME.to_owned(),
        |path| format!("'{}'", path.replace('\'', "'\\''")),
    )
}

fn foreign(piece: Piece, file: &LocalFile, program: &str) -> anyhow::Error {
    let hint = if piece.is_hook() {
        format!(
            "add the line `{program} hook run {} \"$@\" || exit 1` to it",
            piece.name()
        )
    } else {
        let keys: Vec<&str> = piece
            .settings(program)
            .iter()
            .map(|(key, _)| *key)
            .collect();
        format!(
            "take it away first: `git config --local --unset {}`",
            keys[0]
        )
    };
    hinted(
        format!(
            "{} is set up in `{}` already, and not by govkit; nothing was written",
            piece.name(),
            file.path.display()
        ),
        hint,
    )
}

fn elsewhere(error: anyhow::Error, piece: Piece, program: &str) -> anyhow::Error {
    if matches!(
        error.downcast_ref(),
        Some(LocalError::HooksElsewhere { .. })
    ) {
        let line = piece.call(program);
        return hinted(
            format!("{error}; nothing was written"),
            format!(
                "set `git config --local core.hooksPath .git/hooks`, or add `{line}` there by hand"
            ),
        );
    }
    error
}
