//! The component: the contract's types in, two documents out.

use govkit_reader::{Input, last_change, sections};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output, corpus};

use crate::{Options, files};

/// The fields the documents show.
const FIELDS: [&str; 7] = [
    "summary",
    "effective",
    "nature",
    "every",
    "evidence",
    "params",
    "steps",
];

/// The kinds whose last change is one of the documents.
const COUNTED: [&str; 5] = ["control", "policy", "process", "procedure", "service"];

struct Oscal(Options);

impl Exporter for Oscal {
    fn about() -> About {
        let about = About::new("oscal", env!("CARGO_PKG_VERSION"))
            .description("Writes an OSCAL catalog of controls and a component definition.")
            .needs(Needs::GRAPH | Needs::BODY)
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let input: Vec<Input> = artifacts
            .iter()
            .enumerate()
            .map(|(index, artifact)| input(index, artifact, self.0.history))
            .collect();
        files(&input, &self.0)
            .into_iter()
            .try_for_each(|(name, text)| output.emit(name, text))
    }
}

fn input(index: usize, artifact: &Artifact, with_history: bool) -> Input {
    let mut input = Input::from(artifact);
    // Only the text of a control is shown.
    if input.kind == "control" {
        input.body = corpus::body(index).unwrap_or_default();
        input.sections = sections(index);
    }
    if with_history && COUNTED.contains(&input.kind.as_str()) {
        input.changed = last_change(&input.id);
    }
    input
}

govkit_sdk::exporter!(Oscal);
