//! What a person or a script sees: standard output, standard error, colour and the pager.
//!
//! Together with `report` this is the only place that prints. Data goes to standard output
//! (or the file of `-o`), everything else to standard error.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use govkit_core::untrusted::Untrusted;

use crate::args::{Color, Format, Global};
use crate::error::{describe, exit_of, hinted};
use crate::exit::Exit;

/// Columns of a report that is not shown on a terminal of known width.
const DEFAULT_WIDTH: usize = 88;

/// How a report for people looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Whether colour may be used; it never carries meaning alone.
    pub(crate) colour: bool,
    /// Columns to fill.
    pub(crate) width: usize,
}

/// The outside end of the program.
#[derive(Clone, Debug)]
pub(crate) struct Ui {
    format: Option<Format>,
    output: Option<PathBuf>,
    colour: Color,
    pager: bool,
    verbose: u8,
    quiet: bool,
}

impl Ui {
    /// Reads what the global options say of output.
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            format: global.format,
            output: global.output.clone().filter(|path| path.as_os_str() != "-"),
            colour: global.color,
            pager: !global.no_pager,
            verbose: global.verbose,
            quiet: global.quiet,
        }
    }

    /// Returns the format to print in: the one asked for if `offered` has it, else `human` on
    /// a terminal and `piped` elsewhere.
    pub(crate) fn format(&self, verb: &str, offered: &[Format], piped: Format) -> Result<Format> {
        match self.format {
            Some(format) if offered.contains(&format) => Ok(format),
            Some(format) => {
                let names: Vec<String> = offered.iter().map(|format| format.name()).collect();
                Err(hinted(
                    format!("`{verb}` has no format `{}`", format.name()),
                    format!("it has {}", names.join(", ")),
                ))
            }
            None if self.to_terminal() => Ok(Format::Human),
            None => Ok(piped),
        }
    }

    /// Whether standard output is a terminal and no `-o` takes its place.
    pub(crate) fn to_terminal(&self) -> bool {
        self.output.is_none() && io::stdout().is_terminal()
    }

    /// Returns the file of `-o`.
    pub(crate) fn output(&self) -> Option<&PathBuf> {
        self.output.as_ref()
    }

    /// Returns how a report for people looks here.
    pub(crate) fn style(&self) -> Style {
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok())
            .filter(|width| *width >= 40);
        Style {
            colour: self.colour(self.to_terminal()),
            width: width.unwrap_or(DEFAULT_WIDTH).min(120),
        }
    }

    /// Returns how a report for people looks where git calls for it: git itself has the terminal,
    /// and says so while its pager runs.
    pub(crate) fn driver_style(&self) -> Style {
        let paged = std::env::var_os("GIT_PAGER_IN_USE").is_some_and(|value| value == "true");
        Style {
            colour: self.colour(self.to_terminal() || paged),
            ..self.style()
        }
    }

    /// `--color`, then NO_COLOR, then CLICOLOR_FORCE or FORCE_COLOR, then the terminal.
    fn colour(&self, terminal: bool) -> bool {
        let set = |name: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
        };
        match self.colour {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => {
                false
            }
            Color::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
            Color::Auto => terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }

    /// Writes a report: to the file of `-o` whole or not at all, through the pager for people
    /// at a terminal, else to standard output. A reader that stops reading ends it quietly.
    pub(crate) fn report(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        if let Some(path) = &self.output {
            let mut bytes = Vec::new();
            write(&mut bytes).context("write the report")?;
            return write_file(path, &bytes);
        }
        let stdout = io::stdout();
        let mut out = io::BufWriter::new(stdout.lock());
        quiet_end(write(&mut out).and_then(|()| out.flush()))
    }

    /// Prints one id a record: with `-z` exactly, else safe to show.
    pub(crate) fn ids<'i>(&self, ids: impl IntoIterator<Item = &'i str>, null: bool) -> Result<()> {
        self.report(|out| ids.into_iter().try_for_each(|id| record(&[id], null, out)))
    }

    /// Writes a long report for people: as [`Ui::report`], through a pager where it helps.
    pub(crate) fn paged(
        &self,
        configured: impl FnOnce() -> Option<String>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        if !self.pager || !self.to_terminal() {
            return self.report(write);
        }
        let Some(pager) = pager(configured) else {
            return self.report(write);
        };
        let mut bytes = Vec::new();
        write(&mut bytes).context("write the report")?;
        match run_pager(&pager, &bytes) {
            Ok(()) => Ok(()),
            Err(_) => self.report(|out| out.write_all(&bytes)),
        }
    }

    /// Says something to the person at the terminal, unless `-q`.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(&format!("{}\n", Untrusted::block(text)));
        }
    }

    /// Warns, even with `-q`.
    pub(crate) fn warn(&self, text: &str) {
        self.to_stderr(&format!("warning: {}\n", Untrusted::block(text)));
    }

    /// Says something only with `-v`.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose > 0 {
            self.to_stderr(&format!("{}\n", Untrusted::block(text)));
        }
    }

    /// Prints an error and returns the exit code of one.
    pub(crate) fn fail(&self, error: &anyhow::Error) -> Exit {
        self.to_stderr(&describe(error));
        exit_of(error)
    }

    fn to_stderr(&self, text: &str) {
        // Nobody is left to tell when standard error is gone.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Writes a file outside the repository, whole or not at all.
pub(crate) fn write_file(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(std::path::Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        set_mode(&file)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("write `{}`", path.display()))
}

/// Gives a report the mode any other new file would get; a temporary file is private.
#[cfg(unix)]
fn set_mode(file: &tempfile::NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_mode(_file: &tempfile::NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// Writes the cells of one record with tabs between them. With `-z` a lone cell is exact, because
/// programs read it; otherwise what could drive a terminal is escaped, and a tab or line feed
/// becomes a blank, so that columns stay columns.
pub(crate) fn record(cells: &[&str], null: bool, out: &mut dyn Write) -> io::Result<()> {
    let blank = |cell: &&str| cell.replace(['\t', '\n', '\r'], " ").replace('\0', "");
    match cells {
        [cell] if null => write!(out, "{}\0", cell.replace('\0', "")),
        _ if null => write!(
            out,
            "{}\0",
            cells.iter().map(blank).collect::<Vec<_>>().join("\t")
        ),
        _ => {
            let safe = |cell: &&str| Untrusted::line(&blank(cell)).to_string();
            writeln!(
                out,
                "{}",
                cells.iter().map(safe).collect::<Vec<_>>().join("\t")
            )
        }
    }
}

fn quiet_end(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("write to standard output"),
    }
}

/// The pager to use: never one a repository names.
fn pager(configured: impl FnOnce() -> Option<String>) -> Option<String> {
    let named = |name: &str| std::env::var(name).ok();
    let pager = named("GOVKIT_PAGER")
        .or_else(|| named("GIT_PAGER"))
        .or_else(configured)
        .or_else(|| named("PAGER"));
    let pager = pager.unwrap_or_else(|| "less".to_owned());
    (!pager.trim().is_empty() && pager.trim() != "cat").then_some(pager)
}

fn run_pager(pager: &str, bytes: &[u8]) -> io::Result<()> {
    let mut words = pager.split_whitespace();
    let program = words.next().unwrap_or("less");
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Leaving the pager early closes the pipe; that is no failure.
        let _ = stdin.write_all(bytes);
    }
    child.wait()?;
    Ok(())
}
