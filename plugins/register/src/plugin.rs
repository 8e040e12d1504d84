//! The component: the contract's types in, files out.

use govkit_sdk::{About, Artifact, Exporter, Needs, Output};

use crate::{Entry, Options, files};

struct Register(Options);

impl Exporter for Register {
    fn about() -> About {
        About::new("register", env!("CARGO_PKG_VERSION"))
            .description("Writes a register of all artifacts and a traceability matrix, as CSV and Markdown.")
            .needs(Needs::GRAPH)
            .field("effective")
            .field("review_by")
            .config_schema(include_str!("config.schema.json"))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let entries: Vec<Entry> = artifacts.iter().map(entry).collect();
        files(&entries, &self.0)
            .into_iter()
            .try_for_each(|(name, text)| output.emit(name, text))
    }
}

fn entry(artifact: &Artifact) -> Entry {
    let field = |name: &str| {
        let json = artifact
            .fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, json)| json.as_str());
        json.and_then(|json| serde_json::from_str::<serde_json::Value>(json).ok())
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .unwrap_or_default()
    };
    Entry {
        id: artifact.id.clone(),
        kind: artifact.kind.clone(),
        title: artifact.title.clone(),
        status: artifact.status.clone().unwrap_or_default(),
        owner: artifact.owner.clone().unwrap_or_default(),
        effective: field("effective"),
        review_by: field("review_by"),
        path: artifact.path.clone(),
        links: artifact
            .links
            .iter()
            .map(|link| (link.name.clone(), link.target.clone()))
            .collect(),
    }
}

govkit_sdk::exporter!(Register);
