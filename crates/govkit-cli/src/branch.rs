//! A branch and its base, read: what `review` weighs, and what `diff --impact` needs of it.

use std::sync::Arc;

use anyhow::Result;
use govkit_core::config::Config;
use govkit_core::corpus::Corpus;
use govkit_core::impact::{REVIEWS_DIRECTORY, ReviewRecord, read_record};
use govkit_core::snapshot::At;

use crate::context::Context;

/// Records of re-reviews that are read; more than any organisation writes between two clean-ups.
const MOST_RECORDS: usize = 20_000;

/// Reads a corpus, and the records of re-reviews beside it.
pub(crate) fn corpus_and_records(
    context: &Context<'_>,
    at: &At,
    config: Arc<Config>,
) -> Result<(Corpus, Vec<ReviewRecord>)> {
    let is_record = |path: &str| {
        let rest = path.strip_prefix(REVIEWS_DIRECTORY);
        rest.is_some_and(|rest| rest.starts_with('/') && rest.ends_with(".toml"))
    };
    let mut snapshot = context.repository()?.snapshot(
        at,
        |path| is_record(path.as_str()) || config.claim(path).is_some(),
        &context.limits,
    )?;
    let mut records = Vec::new();
    let mut left_out = 0;
    for file in &snapshot.files {
        let path = file.entry.path.as_str();
        if !is_record(path) {
            continue;
        }
        if records.len() >= MOST_RECORDS {
            left_out += 1;
            continue;
        }
        let bytes = file.bytes.as_ref().map_err(Clone::clone);
        let text = bytes
            .and_then(|bytes| std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()));
        match text.and_then(|text| read_record(text, path).map_err(|error| error.to_string())) {
            Ok(record) => records.push(record),
            Err(reason) => context
                .ui
                .warn(&format!("`{path}` records nothing: {reason}")),
        }
    }
    if left_out > 0 {
        context.ui.warn(&format!(
            "{left_out} records in `{REVIEWS_DIRECTORY}` are not read: there are more than {MOST_RECORDS}"
        ));
    }
    snapshot
        .files
        .retain(|file| !is_record(file.entry.path.as_str()));
    Ok((Corpus::parse(snapshot, config, &context.limits), records))
}
