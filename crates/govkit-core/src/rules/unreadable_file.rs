//! # unreadable-file
//!
//! ## What it asks
//!
//! Can every file that a kind claims be read? A file cannot be read when it is a symbolic link or a
//! submodule, when it is larger than an artifact may be (2 MiB), or when its content is missing.
//!
//! ## Why it matters
//!
//! A file govkit does not read is checked by nobody: it looks governed and is not. govkit never
//! follows a symbolic link, because the file behind it may lie outside the repository.
//!
//! ## Example
//!
//! Wrong: `policies/POL-002-access.md` is a symbolic link to a file in another directory.
//!
//! Right: the text itself stands in `policies/POL-002-access.md`.
//!
//! ## What to do
//!
//! Put the text into the file itself. If the file is not meant to be an artifact, keep it out of the
//! kind with `exclude` in `govkit.toml`.

use crate::corpus::ProblemKind;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct UnreadableFile;

impl Rule for UnreadableFile {
    fn id(&self) -> &'static str {
        "unreadable-file"
    }

    fn summary(&self) -> &'static str {
        "a file that a kind claims can be read"
    }

    fn source(&self) -> &'static str {
        include_str!("unreadable_file.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        super::report_problems(ProblemKind::Unreadable, context, report);
    }
}
