//! `govkit init`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use govkit_core::config::{FILE_NAME, toml_string};
use govkit_core::lock::{FILE_NAME as LOCK_NAME, Lock};
use govkit_core::path::RepoPath;
use govkit_core::profile;
use govkit_core::snapshot::At;
use govkit_git::{OpenError, Repository};
use jiff::ToSpan;

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::bundled_pin;
use crate::starter;

/// Start governing a repository
///
/// Writes `govkit.toml` and `govkit.lock`, and with a profile a few artifacts to start from.
/// Makes a git repository where there is none. Never overwrites a file: when one of them is
/// there already, nothing is written.
///
/// Examples:
///   govkit init --profile itsm
///   govkit init handbook --profile itsm --no-starter
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct InitArgs {
    // `-C` is called `directory` as well; one name would make them one option.
    /// The directory [default: this one]
    #[arg(value_name = "DIRECTORY")]
    place: Option<PathBuf>,
    /// Start from this set of kinds
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// What the repository is called
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Write the configuration only
    #[arg(long)]
    no_starter: bool,
}

const BLANK: &str = "\
# One kind to start with; `govkit schema config` says what else a kind can have.
[kinds.document]
paths = [\"documents/**/*.md\"]
exclude = [\"**/README.md\"]
file = \"documents/{id}-{slug}.md\"
id = { field = \"id\", new = \"DOC-{number:3}\" }
open = true

[kinds.document.fields]
title = { type = \"string\", required = true }

[kinds.document.status]
values = [\"draft\", \"effective\", \"retired\"]
initial = \"draft\"
in_force = [\"effective\"]
";

pub(crate) fn run(context: &Context<'_>, args: &InitArgs) -> Result<Exit> {
    if let Some(name) = &args.profile
        && profile::source(name).is_none()
    {
        return Err(hinted(
            format!("no profile is called `{name}`"),
            format!("there is {}", profile::NAMES.join(", ")),
        ));
    }
    let directory = context
        .directory()
        .join(args.place.clone().unwrap_or_default());
    let files = files(context, args)?;
    std::fs::create_dir_all(&directory)
        .with_context(|| format!("make the directory `{}`", directory.display()))?;
    let repository = match Repository::discover(&directory) {
        Ok(repository) => repository,
        Err(OpenError::NotFound { .. }) => govkit_git::write::init(&directory)?,
        Err(error) => return Err(error.into()),
    };
    let Some(workdir) = repository.workdir() else {
        return Err(hinted(
            "a bare repository has no files to write",
            "run `govkit init` in a clone with a work tree",
        ));
    };
    let taken: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| workdir.join(path).symlink_metadata().is_ok())
        .collect();
    if !taken.is_empty() {
        return Err(hinted(
            format!(
                "`{}` is already in `{}`; nothing was written",
                taken.join("`, `"),
                workdir.display()
            ),
            "this repository is governed already, or move the file away first",
        ));
    }
    for (path, text) in &files {
        repository.create_file(path, text.as_bytes())?;
    }
    if context.global.quiet {
        context.ui.report(|out| {
            files
                .iter()
                .try_for_each(|(path, _)| writeln!(out, "{path}"))
        })?;
    } else {
        context.ui.say(&format!(
            "wrote {} files in `{}`; next: `govkit list`, `govkit check`",
            files.len(),
            workdir.display()
        ));
    }
    Ok(Exit::Clean)
}

/// Every file `init` writes, with its text.
fn files(context: &Context<'_>, args: &InitArgs) -> Result<Vec<(RepoPath, String)>> {
    let today = context.now()?;
    let next_year = today
        .checked_add(1.year())
        .context("find the day a year from now")?;
    let id = random_hex()?;
    let mut config = String::new();
    if let Some(profile) = &args.profile {
        config.push_str(&format!("profile = \"{profile}\"\n\n"));
    }
    config.push_str("[repository]\n# Random, made once: approvals name it so that they hold nowhere else. Do not change it.\n");
    config.push_str(&format!("id = \"{id}\"\n"));
    if let Some(name) = &args.name {
        config.push_str(&format!("name = {}\n", toml_string(name)));
    }
    config.push('\n');
    let mut lock = Lock::default();
    if args.profile.is_some() {
        config.push_str(
            "# Plugins run in a sandbox; which component is meant is pinned in govkit.lock.\n",
        );
        config.push_str(
            "[plugins.plain-language]\nconfig = { max_words = 35 }\n\n[plugins.register]\n",
        );
        lock.plugins.extend(
            ["plain-language", "register"]
                .iter()
                .filter_map(|name| bundled_pin(name)),
        );
    } else {
        config.push_str(BLANK);
    }
    let path =
        |text: &str| RepoPath::portable(text).with_context(|| format!("use `{text}` as a path"));
    let mut files = vec![
        (path(FILE_NAME)?, config),
        (path(LOCK_NAME)?, lock.to_string()),
    ];
    if let (Some(profile), false) = (&args.profile, args.no_starter) {
        for (name, text) in starter::files(profile) {
            let text = text
                .replace("{next_year}", &next_year.to_string())
                .replace("{today}", &today.to_string());
            files.push((path(name)?, text));
        }
    }
    Ok(files)
}

/// Sixteen random bytes in hexadecimal, from the operating system.
fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("draw random bytes: {error}"))?;
    Ok(bytes
        .iter()
        .fold(String::new(), |out, byte| out + &format!("{byte:02x}")))
}

/// Whether a state of the repository can be written to.
pub(crate) fn refuse_unless_worktree(at: &At) -> Result<()> {
    match at {
        At::Worktree => Ok(()),
        _ => Err(hinted(
            "only the files on disk can be written",
            "leave `--at` out",
        )),
    }
}
