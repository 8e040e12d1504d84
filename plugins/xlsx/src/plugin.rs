//! The component: the contract's types in, a workbook out.

use govkit_reader::Input;
use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Options, workbook};

/// The fields the sheets show.
const FIELDS: [&str; 7] = [
    "effective",
    "review_by",
    "expires",
    "every",
    "params",
    "activities",
    "steps",
];

struct Xlsx(Options);

impl Exporter for Xlsx {
    fn about() -> About {
        let about = About::new("xlsx", env!("CARGO_PKG_VERSION"))
            .description(
                "Writes a workbook: register, links, RACI, controls, steps and what is due.",
            )
            .needs(Needs::GRAPH)
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let input: Vec<Input> = artifacts.iter().map(Input::from).collect();
        output.emit("register.xlsx", workbook(&input, &self.0)?)
    }
}

govkit_sdk::exporter!(Xlsx);
