//! The component: the contract's types in, files out.

use govkit_sdk::{About, Artifact, Exporter, Needs, Output, assets, corpus, history};

use crate::{Asset, Input, Options, Version, files};

/// The fields a page shows.
const FIELDS: [&str; 23] = [
    "summary",
    "effective",
    "expires",
    "review_by",
    "params",
    "steps",
    "activities",
    "trigger",
    "inputs",
    "outputs",
    "layer",
    "criticality",
    "request",
    "service_level",
    "aliases",
    "business",
    "technical",
    "held_by",
    "contact",
    "hours",
    "every",
    "evidence",
    "approver",
];

/// Bodies fetched at a time.
const PAGE: usize = 256;

struct Site(Options);

impl Exporter for Site {
    fn about() -> About {
        let about = About::new("site", env!("CARGO_PKG_VERSION"))
            .description("Writes a static web site: pages, duties, services, traceability, search.")
            .needs(Needs::GRAPH | Needs::BODY)
            .config_schema(include_str!("config.schema.json"));
        FIELDS.iter().fold(about, |about, field| about.field(field))
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn run(&self, artifacts: &[Artifact], output: &mut Output) -> Result<(), String> {
        let mut bodies = Vec::with_capacity(artifacts.len());
        while bodies.len() < artifacts.len() {
            let next = corpus::bodies(bodies.len(), PAGE);
            if next.is_empty() {
                return Err("a text is missing; run the export again".to_owned());
            }
            bodies.extend(next);
        }
        let input: Vec<Input> = artifacts
            .iter()
            .zip(bodies)
            .map(|(artifact, body)| input(artifact, body, self.0.history))
            .collect();
        let assets: Vec<Asset> = assets::names()
            .into_iter()
            .filter_map(|name| assets::read(&name).map(|bytes| Asset { name, bytes }))
            .collect();
        files(&input, &assets, &self.0, &mut |path, bytes| {
            output.emit(path, bytes)
        })
    }
}

fn input(artifact: &Artifact, body: String, with_history: bool) -> Input {
    let versions = if with_history {
        history::versions(&artifact.id)
    } else {
        Vec::new()
    };
    Input {
        id: artifact.id.clone(),
        path: artifact.path.clone(),
        kind: artifact.kind.clone(),
        title: artifact.title.clone(),
        status: artifact.status.clone().unwrap_or_default(),
        owner: artifact.owner.clone().unwrap_or_default(),
        fields: artifact
            .fields
            .iter()
            .filter_map(|(name, json)| Some((name.clone(), serde_json::from_str(json).ok()?)))
            .collect(),
        links: artifact
            .links
            .iter()
            .map(|link| (link.name.clone(), link.target.clone()))
            .collect(),
        versions: versions
            .into_iter()
            .map(|version| Version {
                date: version.date.chars().take(10).collect(),
                author: version.author,
                subject: version.subject,
                change: version.change,
                commit: version.commit.chars().take(10).collect(),
                approvals: named(&version.data, "approval")
                    .map(str::to_owned)
                    .collect(),
                findings: named(&version.data, "finding")
                    .filter_map(|json| serde_json::from_str(json).ok())
                    .collect(),
            })
            .collect(),
        body,
    }
}

/// The values of one name.
fn named<'d>(data: &'d [(String, String)], name: &'d str) -> impl Iterator<Item = &'d str> {
    let mine = data.iter().filter(move |(key, _)| key == name);
    mine.map(|(_, value)| value.as_str())
}

govkit_sdk::exporter!(Site);
