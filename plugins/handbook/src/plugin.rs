//! The component: the contract's types in, files out.

use govkit_book::{FIELDS, book, inputs};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output, history};

use crate::{Options, Version, approvals, files};

/// Digits of a commit that are shown.
const SHORT: usize = 10;

struct Handbook(Options);

impl Exporter for Handbook {
    fn about() -> About {
        let about = About::new("handbook", env!("CARGO_PKG_VERSION"))
            .description("Writes a handbook of all artifacts as one page and as Typst source.")
            .needs(Needs::GRAPH | Needs::BODY)
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let book = book(&inputs(artifacts)?, &self.0.book);
        let approvals = match self.0.history {
            true => approvals(&book, versions),
            false => Vec::new(),
        };
        files(&book, &approvals)
            .into_iter()
            .try_for_each(|(name, text)| output.emit(name, text))
    }
}

fn versions(id: &str) -> Vec<Version> {
    let version = |one: history::Version| {
        let status = one.data.into_iter().find(|(name, _)| name == "status");
        Version {
            date: one.date.chars().take(10).collect(),
            author: one.author,
            commit: one.commit.chars().take(SHORT).collect(),
            status: status.map(|(_, status)| status).unwrap_or_default(),
        }
    };
    history::versions(id).into_iter().map(version).collect()
}

govkit_sdk::exporter!(Handbook);
