//! Letters and paths, as `git diff --name-status` prints them.

use std::io::{self, Write};

use govkit_core::diff::{Change, ChangeSet};
use govkit_core::untrusted::Untrusted;

/// Writes `M`, `A`, `D` or `R071` and the paths of each artifact.
///
/// With `null`, names are raw and everything ends with NUL, as with `git diff -z`.
pub(crate) fn name_status(set: &ChangeSet, null: bool, out: &mut dyn Write) -> io::Result<()> {
    for artifact in &set.artifacts {
        let letter = match artifact.change {
            Change::Added => "A".to_owned(),
            Change::Removed => "D".to_owned(),
            Change::Changed => "M".to_owned(),
            Change::Renamed => format!("R{:03}", artifact.similarity.unwrap_or(0)),
        };
        write!(out, "{letter}")?;
        for path in artifact.old_path.iter().chain([&artifact.path]) {
            match null {
                true => write!(out, "\0{path}")?,
                false => write!(out, "\t{}", Untrusted::line(path))?,
            }
        }
        write!(out, "{}", if null { '\0' } else { '\n' })?;
    }
    Ok(())
}
