//! `govkit refs`

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::Result;
use govkit_core::artifact::{Artifact, LinkOrigin};
use govkit_core::corpus::Corpus;
use govkit_core::untrusted::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::context::{Context, describe_at};
use crate::error::no_artifact;
use crate::exit::Exit;
use crate::report::envelope;
use crate::report::listing::Listing;

/// Show what an artifact links to and what links to it
///
/// Formats: human, tsv (when piped: direction, link, id, place), json, ndjson, csv, markdown,
/// dot, mermaid.
///
/// Examples:
///   govkit refs CTL-001 --reverse
///   govkit refs POL-002 --depth 3 --format dot | dot -Tsvg > impact.svg
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct RefsArgs {
    /// An id or a path, optionally `@REV`
    artifact: String,
    /// Only what links to it
    #[arg(long)]
    reverse: bool,
    /// How many links to follow in each direction
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    depth: u8,
}

/// Where a link is written.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Place {
    path: String,
    line: u32,
    column: u32,
}

impl Place {
    /// Returns the place of a byte offset in an artifact's file.
    pub(crate) fn of(artifact: &Artifact, offset: usize) -> Self {
        let position = artifact.position(offset);
        Self {
            path: artifact.path.as_str().to_owned(),
            line: position.line,
            column: position.column,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// What `--format json` prints.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Refs {
    id: String,
    outgoing: Vec<Outgoing>,
    incoming: Vec<Incoming>,
}

#[derive(Serialize, JsonSchema)]
struct Outgoing {
    link: String,
    to: String,
    at: Place,
    /// Whether the target is in the corpus.
    found: bool,
    #[serde(skip)]
    from: String,
}

#[derive(Serialize, JsonSchema)]
struct Incoming {
    link: String,
    from: String,
    at: Place,
    #[serde(skip)]
    to: String,
    #[serde(skip)]
    inverse: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, args: &RefsArgs) -> Result<Exit> {
    let (name, at) = context.split_revision(&args.artifact);
    let corpus = context.corpus(&at)?;
    let artifact = corpus
        .find(name)
        .or_else(|| corpus.at_path(&context.to_repository_path(name)))
        .ok_or_else(|| no_artifact(name, &describe_at(&at)))?;
    let outgoing = if args.reverse {
        Vec::new()
    } else {
        outgoing(&corpus, artifact, args.depth)
    };
    let incoming = incoming(&corpus, artifact, args.depth);
    let mut offered = crate::report::listing::FORMATS.to_vec();
    offered.extend([Format::Dot, Format::Mermaid]);
    match context.ui.format("refs", &offered, Format::Tsv)? {
        Format::Json if !context.global.quiet => {
            let body = Refs {
                id: artifact.id.clone(),
                outgoing,
                incoming,
            };
            context
                .ui
                .report(|out| envelope::json("refs", &body, out))?;
        }
        Format::Dot => context
            .ui
            .report(|out| dot(&artifact.id, &edges(&outgoing, &incoming), out))?,
        Format::Mermaid => context
            .ui
            .report(|out| mermaid(&edges(&outgoing, &incoming), out))?,
        _ => table(&corpus, &outgoing, &incoming)?.print(context.ui, context.global)?,
    }
    Ok(Exit::Clean)
}

fn link_name(artifact: &Artifact, link: &govkit_core::artifact::Link) -> String {
    match link.origin {
        LinkOrigin::Declared | LinkOrigin::Step(_) => link.name.clone(),
        LinkOrigin::Activity(index) => {
            let id = artifact
                .activities
                .get(index)
                .map_or("", |activity| activity.id.as_str());
            let part = match link.name.as_str() {
                "r" => "responsible",
                "a" => "accountable",
                "c" => "consulted",
                _ => "informed",
            };
            if id.is_empty() {
                part.to_owned()
            } else {
                format!("{part}:{id}")
            }
        }
    }
}

fn outgoing(corpus: &Corpus, start: &Artifact, depth: u8) -> Vec<Outgoing> {
    let mut seen = BTreeSet::from([start.id.clone()]);
    let mut level = vec![start];
    let mut out = Vec::new();
    for _ in 0..depth {
        let mut next = Vec::new();
        for artifact in level {
            for link in &artifact.links {
                let target = corpus.get(&link.target);
                out.push(Outgoing {
                    link: link_name(artifact, link),
                    to: link.target.clone(),
                    at: Place::of(artifact, link.span.start),
                    found: target.is_some(),
                    from: artifact.id.clone(),
                });
                next.extend(target.filter(|target| seen.insert(target.id.clone())));
            }
        }
        level = next;
    }
    out
}

fn incoming(corpus: &Corpus, start: &Artifact, depth: u8) -> Vec<Incoming> {
    let mut seen = BTreeSet::from([start.id.clone()]);
    let mut level = vec![start];
    let mut out = Vec::new();
    for _ in 0..depth {
        let mut next = Vec::new();
        for target in level {
            for (artifact, link) in corpus.incoming(&target.id) {
                out.push(Incoming {
                    link: link_name(artifact, link),
                    from: artifact.id.clone(),
                    at: Place::of(artifact, link.span.start),
                    to: target.id.clone(),
                    inverse: corpus
                        .link_def(artifact, link)
                        .and_then(|def| def.inverse.clone()),
                });
                if seen.insert(artifact.id.clone()) {
                    next.push(artifact);
                }
            }
        }
        level = next;
    }
    out
}

fn table(corpus: &Corpus, outgoing: &[Outgoing], incoming: &[Incoming]) -> Result<Listing> {
    let mut listing = Listing::new("refs", "ref", &["direction", "link", "id", "at", "title"]);
    listing.hidden = &["at"];
    let title = |id: &str| {
        corpus
            .get(id)
            .map_or("(not in the corpus)", |artifact| artifact.title.as_str())
            .to_owned()
    };
    for link in outgoing {
        let row = vec![
            "out".to_owned(),
            link.link.clone(),
            link.to.clone(),
            link.at.to_string(),
            title(&link.to),
        ];
        listing.push(&link.to, row, &serde_json::json!({"direction": "out", "link": link.link, "to": link.to, "at": link.at}))?;
    }
    for link in incoming {
        let name = link.inverse.clone().unwrap_or_else(|| link.link.clone());
        let row = vec![
            "in".to_owned(),
            name,
            link.from.clone(),
            link.at.to_string(),
            title(&link.from),
        ];
        listing.push(&link.from, row, &serde_json::json!({"direction": "in", "link": link.link, "from": link.from, "at": link.at}))?;
    }
    Ok(listing)
}

/// Every edge once, sorted.
fn edges<'a>(
    outgoing: &'a [Outgoing],
    incoming: &'a [Incoming],
) -> BTreeSet<(&'a str, &'a str, &'a str)> {
    let out = outgoing
        .iter()
        .map(|link| (link.from.as_str(), link.to.as_str(), link.link.as_str()));
    out.chain(
        incoming
            .iter()
            .map(|link| (link.from.as_str(), link.to.as_str(), link.link.as_str())),
    )
    .collect()
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        Untrusted::line(text)
            .to_string()
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
    )
}

fn dot(start: &str, edges: &BTreeSet<(&str, &str, &str)>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "digraph refs {{\n  rankdir=LR;\n  node [shape=box];\n  {} [style=bold];",
        quoted(start)
    )?;
    for (from, to, link) in edges {
        writeln!(
            out,
            "  {} -> {} [label={}];",
            quoted(from),
            quoted(to),
            quoted(link)
        )?;
    }
    writeln!(out, "}}")
}

fn mermaid(edges: &BTreeSet<(&str, &str, &str)>, out: &mut dyn Write) -> io::Result<()> {
    let mut names: Vec<&str> = edges
        .iter()
        .flat_map(|(from, to, _)| [*from, *to])
        .collect();
    names.sort_unstable();
    names.dedup();
    let node = |name: &str| names.binary_search(&name).unwrap_or(0);
    // Mermaid takes entities for what would end a label.
    let label = |text: &str| {
        let text = Untrusted::line(text).to_string();
        text.chars()
            .map(|ch| {
                if ch.is_alphanumeric() || "-_.: /".contains(ch) {
                    ch.to_string()
                } else {
                    format!("#{};", ch as u32)
                }
            })
            .collect::<String>()
    };
    writeln!(out, "flowchart LR")?;
    for name in &names {
        writeln!(out, "  n{}[\"{}\"]", node(name), label(name))?;
    }
    for (from, to, link) in edges {
        writeln!(
            out,
            "  n{} -->|\"{}\"| n{}",
            node(from),
            label(link),
            node(to)
        )?;
    }
    Ok(())
}
