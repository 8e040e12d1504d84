//! The component: the contract's types in, files out.

use govkit_reader::Input;
use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Options, files};

struct Register(Options);

impl Exporter for Register {
    fn about() -> About {
        About::new("register", env!("CARGO_PKG_VERSION"))
            .description("Writes a register, a traceability matrix, who does what (RACI) and the controls, as CSV.")
            .needs(Needs::GRAPH)
            .field("effective")
            .field("review_by")
            .field("activities")
            .field("every")
            .field("params")
            .config_schema(include_str!("config.schema.json"))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let input: Vec<Input> = artifacts.iter().map(Input::from).collect();
        files(&input, &self.0)
            .into_iter()
            .try_for_each(|(name, text)| output.emit(name, text))
    }
}

govkit_sdk::exporter!(Register);
