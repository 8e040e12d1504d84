//! # id-path-mismatch
//!
//! ## What it asks
//!
//! Does the name of the file start with the id of the artifact, where the kind asks for that
//! (`match_path = true`)? The name without its ending is the id alone, or the id, a hyphen and more.
//!
//! ## Why it matters
//!
//! People look for `POL-002` in a list of files. A file that is named after another id is found by
//! nobody, or taken for the other text.
//!
//! ## Example
//!
//! Wrong: the file `policies/POL-020-access.md` says
//!
//! ```toml
//! id = "POL-002"
//! ```
//!
//! Right: the same text stands in `policies/POL-002-access.md`.
//!
//! ## What to do
//!
//! Rename the file: the id is what links and approvals know, the path is not. If the id is new and
//! wrong, change the id.

use super::wording::quoted;
use crate::artifact::Artifact;
use crate::config::Level;
use crate::rule::{Context, Reporter, Rule};

pub(super) struct IdPathMismatch;

impl Rule for IdPathMismatch {
    fn id(&self) -> &'static str {
        "id-path-mismatch"
    }

    fn summary(&self) -> &'static str {
        "the file's name starts with the artifact's id, where the kind asks for it"
    }

    fn source(&self) -> &'static str {
        include_str!("id_path_mismatch.rs")
    }

    fn level(&self) -> Level {
        Level::Warning
    }

    fn check_artifact(
        &self,
        artifact: &Artifact,
        context: &Context<'_>,
        report: &mut Reporter<'_>,
    ) {
        let kind = context.config().kind(&artifact.kind);
        if !kind.is_some_and(|kind| kind.id.match_path) {
            return;
        }
        let stem = artifact.path.file_stem();
        let rest = stem.strip_prefix(artifact.id.as_str());
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
            return;
        }
        let message = format!(
            "the file is named `{}`, but the id is {}",
            artifact.path.file_name(),
            quoted(&artifact.id)
        );
        report
            .at(artifact, artifact.id_span, message)
            .help("rename the file so that its name starts with the id");
    }
}
