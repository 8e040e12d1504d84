//! The component: the contract's types in, a file out.

use govkit_book::{Options, book};
use govkit_reader::fields::FIELDS;
use govkit_reader::with_texts;
use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::document;

struct Docx(Options);

impl Exporter for Docx {
    fn about() -> About {
        let about = About::new("docx", env!("CARGO_PKG_VERSION"))
            .description("Writes a handbook of all artifacts as a Word document.")
            .needs(Needs::GRAPH | Needs::BODY)
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let book = book(&with_texts(artifacts)?, &self.0);
        output.emit("handbook.docx", document(&book).to_bytes())
    }
}

govkit_sdk::exporter!(Docx);
