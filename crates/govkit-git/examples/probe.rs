//! Reads a repository from the command line, to measure it and to try it on odd ones.
//!
//! `probe DIR list|read REV`, `probe DIR changes OLD NEW`, `probe DIR walk REV`; REV may be
//! `worktree`, `index` or `empty`.
use std::error::Error;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;

use govkit_core::limits::Limits;
use govkit_core::snapshot::At;
use govkit_git::{Parents, Repository};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let limits = &Limits::DEFAULT;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.as_slice() {
        [dir, "list", rev] => {
            let listing = Repository::discover(Path::new(dir))?.list(&at(rev), limits)?;
            for entry in &listing.entries {
                writeln!(
                    out,
                    "{} {}",
                    entry.blob.as_deref().unwrap_or("-"),
                    entry.path
                )?;
            }
            for skipped in &listing.skipped {
                writeln!(out, "skipped {}: {}", skipped.shown, skipped.reason)?;
            }
        }
        [dir, "read", rev] => {
            let repository = Repository::discover(Path::new(dir))?;
            let snapshot = repository.snapshot(&at(rev), |_| true, limits)?;
            let bytes: usize = snapshot
                .files
                .iter()
                .flat_map(|file| &file.bytes)
                .map(Vec::len)
                .sum();
            writeln!(
                out,
                "{} files, {bytes} bytes, {} skipped",
                snapshot.files.len(),
                snapshot.skipped.len()
            )?;
            for file in &snapshot.files {
                if let Err(reason) = &file.bytes {
                    writeln!(out, "{}: {reason}", file.entry.path)?;
                }
            }
        }
        [dir, "changes", old, new] => {
            let repository = Repository::discover(Path::new(dir))?;
            for change in repository.tree_changes(&at(old), &at(new), limits)? {
                let letter = match (&change.old, &change.new) {
                    (None, _) => 'A',
                    (_, None) => 'D',
                    _ => 'M',
                };
                writeln!(out, "{letter}\t{}", change.path)?;
            }
        }
        [dir, "walk", rev, parents] => {
            let repository = Repository::discover(Path::new(dir))?;
            let parents = if *parents == "first" {
                Parents::First
            } else {
                Parents::All
            };
            let mut commits = 0;
            let mut files = 0;
            let end = repository.walk(
                rev,
                parents,
                &|_| true,
                &mut |_, changes| {
                    commits += 1;
                    files += changes.len();
                    ControlFlow::Continue(())
                },
                limits,
            )?;
            writeln!(out, "{commits} commits, {files} changes, {end:?}")?;
        }
        _ => {
            return Err(
                "usage: probe DIR list|read REV | changes OLD NEW | walk REV first|all".into(),
            );
        }
    }
    Ok(())
}

fn at(name: &str) -> At {
    match name {
        "worktree" => At::Worktree,
        "index" => At::Index,
        "empty" => At::Empty,
        revision => At::Revision(revision.to_owned()),
    }
}
