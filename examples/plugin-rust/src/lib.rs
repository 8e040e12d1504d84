use govkit_sdk::{About, Artifact, Report, Rule, Validator};

struct OpenEnds;

impl Validator for OpenEnds {
    fn about() -> About {
        About::new("open-ends", "0.1.0").rule(Rule::warning("todo", "No TODO is left"))
    }
    fn configure(_json: &str) -> Result<Self, String> { Ok(Self) }
    fn check_artifact(&self, _artifact: &Artifact, body: &str, report: &mut Report) {
        for (at, word) in body.match_indices("TODO") {
            report.at("todo", at..at + word.len(), "this is not finished").help("finish it");
        }
    }
}

govkit_sdk::validator!(OpenEnds);
