//! The guest that looks at ids and links alone. `main.rs` does the same natively.

use std::collections::HashSet;

use govkit_sdk::{About, Artifact, Needs, Report, Rule, Validator};

struct Links;

impl Validator for Links {
    fn about() -> About {
        About::new("links", "0.1.0").needs(Needs::GRAPH).rule(Rule::error("dangling", "A link leads somewhere"))
    }

    fn configure(_json: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn check_corpus(&self, artifacts: &[Artifact], report: &mut Report) {
        let ids: HashSet<&str> = artifacts.iter().map(|artifact| artifact.id.as_str()).collect();
        for artifact in artifacts {
            for link in artifact.links.iter().filter(|link| !ids.contains(link.target.as_str())) {
                report.about(artifact).line("dangling", link.line, "leads nowhere");
            }
        }
    }
}

govkit_sdk::validator!(Links);
