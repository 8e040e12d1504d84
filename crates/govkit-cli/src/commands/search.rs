//! `govkit search`

use anyhow::Result;
use govkit_core::artifact::Artifact;
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::list::natural;
use crate::context::Context;
use crate::exit::Exit;
use crate::report::listing::Listing;

/// Search ids, fields and text, without regard to case
///
/// Every line that contains all the words is a hit. Exits 1 when there is none.
///
/// Formats: human, tsv (when piped: id, place, line), json, ndjson, csv, markdown.
///
/// Example:
///   govkit search regulator
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct SearchArgs {
    /// What to look for; several words must all be in the same line
    #[arg(required = true)]
    words: Vec<String>,
    /// Only artifacts of this kind
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
}

/// One hit in `govkit search --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Hit<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
    path: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
}

pub(crate) fn run(context: &Context<'_>, args: &SearchArgs) -> Result<Exit> {
    let corpus = context.corpus(&context.at())?;
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let mut artifacts: Vec<&Artifact> = corpus.artifacts().iter().collect();
    artifacts.retain(|artifact| {
        args.kind
            .as_deref()
            .is_none_or(|kind| kind == &*artifact.kind)
    });
    artifacts.sort_by(|a, b| (natural(&a.id), &a.path).cmp(&(natural(&b.id), &b.path)));
    let mut listing = Listing::new("search", "hit", &["id", "at", "text"]);
    for artifact in artifacts {
        for (index, line) in artifact.text.lines().enumerate() {
            let folded = line.to_lowercase();
            if !words.iter().all(|word| folded.contains(word)) {
                continue;
            }
            let column = words
                .first()
                .and_then(|word| folded.find(word))
                .map_or(0, |at| folded[..at].chars().count());
            let hit = Hit {
                id: &artifact.id,
                kind: &artifact.kind,
                title: &artifact.title,
                path: artifact.path.as_str(),
                line: index + 1,
                column: column + 1,
                text: line.trim(),
            };
            let row = vec![
                artifact.id.clone(),
                format!("{}:{}:{}", hit.path, hit.line, hit.column),
                hit.text.to_owned(),
            ];
            listing.push(&artifact.id, row, &hit)?;
        }
    }
    // Several lines of one artifact are one answer to "which artifacts".
    listing.ids.dedup();
    let none = listing.rows.is_empty();
    listing.print(context.ui, context.global)?;
    Ok(Exit::no_if(none))
}
