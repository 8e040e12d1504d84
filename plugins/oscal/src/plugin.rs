//! The component: the contract's types in, two documents out.

use govkit_reader::{Input, Section};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output, corpus, history};

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
    let kind = artifact.kind.as_str();
    // Only the text of a control is shown.
    let (body, sections) = match kind {
        "control" => (corpus::body(index), corpus::sections(index)),
        _ => (None, None),
    };
    let changed = match with_history && COUNTED.contains(&kind) {
        true => history::versions(&artifact.id).into_iter().next(),
        false => None,
    };
    Input {
        body: body.unwrap_or_default(),
        sections: sections.into_iter().flatten().map(section).collect(),
        changed: changed.map(|version| version.date).unwrap_or_default(),
        ..Input::from(artifact)
    }
}

fn section(section: corpus::Section) -> Section {
    Section {
        heading: section.heading,
        level: section.level,
        anchor: section.anchor,
        start: section.start as usize,
        end: section.end as usize,
    }
}

govkit_sdk::exporter!(Oscal);
