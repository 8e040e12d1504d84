//! `govkit list`

use std::collections::BTreeMap;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::corpus::Corpus;
use govkit_core::query::{Query, column};
use govkit_core::snapshot::At;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::{Context, describe_at};
use crate::error::hinted;
use crate::exit::Exit;
use crate::report::listing::Listing;
use crate::select::{Selection, Wanted};

/// List artifacts
///
/// Formats: human, tsv (when piped), json, ndjson, csv, markdown.
///
/// Examples:
///   govkit list policy
///   govkit list --where 'review_by<2027-01-01 and status=effective' --format csv
///   govkit list policy -z --fields path | xargs -0 wc -w
#[derive(clap::Args, Debug)]
#[command(visible_alias = "ls", verbatim_doc_comment)]
pub(crate) struct ListArgs {
    /// Only this kind
    kind: Option<String>,
    /// Only artifacts for which this holds, such as `owner=ROLE-ciso` or `review_by<2027-01-01`
    #[arg(long = "where", value_name = "EXPRESSION")]
    filter: Option<String>,
    /// Print these columns: id, kind, title, status, owner, path, summary, digest or any field
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    fields: Vec<String>,
    /// Last first
    #[arg(long)]
    reverse: bool,
    /// Only files at these paths, directories or patterns
    #[arg(last = true, value_name = "PATHSPEC")]
    pathspec: Vec<String>,
}

/// One artifact in `govkit list --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
    status: Option<String>,
    owner: Option<String>,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// The fields `--fields` asks for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, serde_json::Value>,
}

pub(crate) fn run(context: &Context<'_>, args: &ListArgs) -> Result<Exit> {
    let at = context.at();
    let config = context.config(&at)?;
    if let Some(kind) = &args.kind
        && config.kind(kind).is_none()
    {
        let known: Vec<&str> = config.kinds.iter().map(|kind| kind.name.as_str()).collect();
        return Err(hinted(
            format!("no kind is called `{kind}`"),
            format!("there is {}", known.join(", ")),
        ));
    }
    let query = args.filter.as_deref().map(Query::parse).transpose()?;
    let corpus = context.corpus_with(&at, config)?;
    let wanted = Wanted {
        specs: &args.pathspec,
        ..Wanted::default()
    };
    let selection = Selection::new(context, &corpus, &wanted)?;
    let columns: Vec<&str> = if args.fields.is_empty() {
        vec!["id", "kind", "status", "owner", "path", "title"]
    } else {
        args.fields.iter().map(String::as_str).collect()
    };
    let mut listing = Listing::new("list", "artifact", &columns);
    if args.fields.is_empty() {
        listing.hidden = if args.kind.is_some() {
            &["kind", "path"]
        } else {
            &["path"]
        };
    }
    let mut artifacts: Vec<&Artifact> = corpus.artifacts().iter().collect();
    artifacts.retain(|artifact| {
        args.kind
            .as_deref()
            .is_none_or(|kind| kind == &*artifact.kind)
            && selection.has(&artifact.path)
            && query
                .as_ref()
                .is_none_or(|query| query.matches(artifact, corpus.config()))
    });
    artifacts.sort_by(|a, b| (natural(&a.id), &a.path).cmp(&(natural(&b.id), &b.path)));
    for artifact in artifacts {
        let row = columns
            .iter()
            .map(|name| column(artifact, corpus.config(), name).unwrap_or_default())
            .collect();
        listing.push(
            &artifact.id,
            row,
            &item(artifact, corpus.config(), &args.fields),
        )?;
    }
    if args.reverse {
        listing.reverse();
    }
    warn_of_problems(context, &corpus, &at);
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

/// Says how many files the list lacks, and how many it shows without their front matter.
fn warn_of_problems(context: &Context<'_>, corpus: &Corpus, at: &At) {
    let (damaged, left_out): (Vec<_>, Vec<_>) = corpus
        .problems()
        .iter()
        .partition(|problem| corpus.at_path(problem.path.as_str()).is_some());
    for (count, what) in [
        (left_out.len(), "left out, being no artifact"),
        (
            damaged.len(),
            "listed without a front matter, which cannot be read",
        ),
    ] {
        let (noun, verb) = if count == 1 {
            ("file", "is")
        } else {
            ("files", "are")
        };
        if count > 0 {
            let place = describe_at(at);
            context.ui.warn(&format!(
                "{count} {noun} in {place} {verb} {what}; `govkit check` says why"
            ));
        }
    }
}

/// Makes the JSON of an artifact in a list.
pub(crate) fn item<'a>(artifact: &'a Artifact, config: &Config, fields: &[String]) -> Item<'a> {
    let wanted = fields.iter().filter_map(|name| {
        let value = artifact
            .field(name)
            .map(|field| serde_json::to_value(&field.node.value));
        Some((name.clone(), value?.ok()?))
    });
    Item {
        id: &artifact.id,
        kind: &artifact.kind,
        title: &artifact.title,
        status: artifact.standing_status(config),
        owner: artifact.owner(config),
        path: artifact.path.as_str(),
        summary: artifact.summary(config),
        fields: wanted.collect(),
    }
}

/// A key that sorts `EIP-20` before `EIP-1559`: runs of digits count as numbers.
pub(crate) fn natural(id: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let text = rest
            .split(|ch: char| ch.is_ascii_digit())
            .next()
            .unwrap_or("");
        let behind = &rest[text.len()..];
        let digits = behind
            .split(|ch: char| !ch.is_ascii_digit())
            .next()
            .unwrap_or("");
        parts.push((text.to_owned(), digits.parse().unwrap_or(u64::MAX)));
        rest = &behind[digits.len()..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_in_ids_sort_as_numbers() {
        let mut ids = ["EIP-1559", "EIP-20", "EIP-3"];
        ids.sort_by_key(|id| natural(id));
        assert_eq!(ids, ["EIP-3", "EIP-20", "EIP-1559"]);
    }
}
