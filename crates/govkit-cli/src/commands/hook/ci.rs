//! Ready pipelines.

use anyhow::Result;

use crate::context::Context;
use crate::exit::Exit;

/// Whose pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Forge {
    /// A workflow for `.github/workflows/govkit-review.yml`.
    Github,
    /// A job to be included from `.gitlab-ci.yml`.
    Gitlab,
}

pub(super) fn print(context: &Context<'_>, forge: Forge) -> Result<Exit> {
    let text = match forge {
        Forge::Github => include_str!("../../ci/github.yml"),
        Forge::Gitlab => include_str!("../../ci/gitlab.yml"),
    };
    let text = text
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@REPOSITORY@", env!("CARGO_PKG_REPOSITORY"));
    context.ui.report(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}
