//! # not-utf8
//!
//! ## What it asks
//!
//! Is every artifact written in UTF-8, the encoding every current editor writes by itself?
//!
//! ## Why it matters
//!
//! In another encoding the same bytes are other letters on another computer: `ü` may become `Ã¼`.
//! Then two people read two different texts and approve the same bytes.
//!
//! ## Example
//!
//! Wrong: a file saved by an old editor as Windows-1252, where `ü` is the single byte `fc`.
//!
//! Right: the same file saved as UTF-8, where `ü` is the two bytes `c3 bc`.
//!
//! ## What to do
//!
//! Open the file in an editor that shows its encoding, check that all letters are right, and save it
//! as UTF-8. On a command line: `iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW`.

use crate::corpus::ProblemKind;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct NotUtf8;

impl Rule for NotUtf8 {
    fn id(&self) -> &'static str {
        "not-utf8"
    }

    fn summary(&self) -> &'static str {
        "an artifact is written in UTF-8"
    }

    fn source(&self) -> &'static str {
        include_str!("not_utf8.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        super::report_problems(ProblemKind::NotUtf8, context, report);
    }
}
