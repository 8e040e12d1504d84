//! # front-matter
//!
//! ## What it asks
//!
//! Does every artifact start with its settings (the front matter), can they be read, and do they
//! give the artifact an id?
//!
//! ## Why it matters
//!
//! The front matter says what a text is, who owns it and whether it is in force. Without it govkit
//! knows nothing about the file, and no link can lead to it.
//!
//! ## Example
//!
//! Wrong, because the text has no quotes around it:
//!
//! ```text
//! +++
//! id = POL-002
//! +++
//! ```
//!
//! Right:
//!
//! ```text
//! +++
//! id = "POL-002"
//! +++
//! ```
//!
//! ## What to do
//!
//! Go to the line in the message and mend it. Texts stand in double quotes, dates do not. If the
//! file is not meant to be an artifact, keep it out of the kind with `exclude` in `govkit.toml`. If
//! your files use another syntax, such as YAML between `---` lines, say so with `syntax`.

use crate::corpus::ProblemKind;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct FrontMatter;

impl Rule for FrontMatter {
    fn id(&self) -> &'static str {
        "front-matter"
    }

    fn summary(&self) -> &'static str {
        "an artifact starts with settings that can be read and have an id"
    }

    fn source(&self) -> &'static str {
        include_str!("front_matter.rs")
    }

    fn check_corpus(&self, context: &Context<'_>, report: &mut Reporter<'_>) {
        super::report_problems(ProblemKind::FrontMatter, context, report);
    }
}
