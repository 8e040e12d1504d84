//! The component: the contract's types in, files out.

use govkit_reader::fields::FIELDS;
use govkit_reader::{versions, with_texts};
use govkit_sdk::{About, Artifact, Exporter, Needs, Output, assets};

use crate::{Asset, Options, files};

struct Site(Options);

impl Exporter for Site {
    fn about() -> About {
        let about = About::new("site", env!("CARGO_PKG_VERSION"))
            .description("Writes a static web site: pages, duties, services, traceability, search.")
            .needs(Needs::GRAPH | Needs::BODY)
            .config_schema(include_str!("config.schema.json"));
        let about = about.field("layer");
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let mut input = with_texts(artifacts)?;
        if self.0.history {
            for one in &mut input {
                one.versions = versions(&one.id);
            }
        }
        let assets: Vec<Asset> = assets::names()
            .into_iter()
            .filter_map(|name| assets::read(&name).map(|bytes| Asset { name, bytes }))
            .collect();
        files(&input, &assets, &self.0, &mut |path, bytes| {
            output.emit(path, bytes)
        })
    }
}

govkit_sdk::exporter!(Site);
