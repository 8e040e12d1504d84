//! The component: the contract's types in, files out.

use govkit_book::book;
use govkit_reader::fields::FIELDS;
use govkit_reader::{versions, with_texts};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Options, approvals, files};

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
        let book = book(&with_texts(artifacts)?, &self.0.book);
        let approvals = match self.0.history {
            true => approvals(&book, versions),
            false => Vec::new(),
        };
        files(&book, &approvals)
            .into_iter()
            .try_for_each(|(name, text)| output.emit(name, text))
    }
}

govkit_sdk::exporter!(Handbook);
