//! `govkit log`

use std::ops::ControlFlow;

use anyhow::Result;
use govkit_core::history::{Change, Follower, Version};
use govkit_core::value::{Table, Value};
use govkit_git::{Parents, WalkEnd};
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// Show every version of an artifact, newest first
///
/// Follows the id, not the path: across renames, moves by copy, changes of format, and past
/// other documents that once used the same path. Walks the first parents of the revision.
///
/// Formats: human, tsv (when piped: date, commit, change, path, author, subject), json,
/// ndjson, csv, markdown.
///
/// Example:
///   govkit log POL-001
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct LogArgs {
    /// An id, or the path of an artifact that is there now
    artifact: String,
    /// Walk all parents of merges, not only the first
    #[arg(long)]
    all_parents: bool,
    /// Oldest first
    #[arg(long)]
    reverse: bool,
}

/// One version in `govkit log --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item {
    commit: String,
    date: String,
    author: String,
    subject: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_id: Option<String>,
    change: &'static str,
    fields: Vec<FieldChange>,
}

/// A field that one version changed.
#[derive(Serialize, JsonSchema)]
struct FieldChange {
    field: String,
    old: serde_json::Value,
    new: serde_json::Value,
}
