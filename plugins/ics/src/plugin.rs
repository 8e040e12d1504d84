//! The component: the contract's types in, a calendar out.

use govkit_calendar::calendar;
use govkit_reader::{Input, last_change};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Options, entries};

const FIELDS: [&str; 3] = ["review_by", "expires", "effective"];

struct Ics(Options);

impl Exporter for Ics {
    fn about() -> About {
        let about = About::new("ics", env!("CARGO_PKG_VERSION"))
            .description("Writes a calendar of reviews, last days and first days.")
            .needs(Needs::empty())
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let input: Vec<Input> = artifacts
            .iter()
            .map(|artifact| input(artifact, self.0.history))
            .collect();
        let entries = entries(&input, &self.0);
        output.emit("reviews.ics", calendar(Some(&self.0.name), &entries))
    }
}

fn input(artifact: &Artifact, with_history: bool) -> Input {
    let mut input = Input::from(artifact);
    // A history costs time: only that of an artifact with a day is asked for.
    if with_history && !input.fields.is_empty() {
        input.changed = last_change(&input.id);
    }
    input
}

govkit_sdk::exporter!(Ics);
