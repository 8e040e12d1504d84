//! A validator that asks for histories and assets.

use govkit_sdk::{About, Artifact, Needs, Report, Rule, Validator, assets, history};

struct Asker;

impl Validator for Asker {
    fn about() -> About {
        About::new("asker", "0.1.0").needs(Needs::BODY).rule(Rule::info("said", "Says"))
    }

    fn configure(_json: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn check_artifact(&self, artifact: &Artifact, _body: &str, report: &mut Report) {
        let versions = history::versions(&artifact.id);
        let commits: Vec<String> = versions.iter().map(|v| format!("{} {:?}", v.change, v.data)).collect();
        let names = assets::names();
        let bytes: usize = names.iter().filter_map(|name| assets::read(name)).map(|b| b.len()).sum();
        report.whole("said", format!("{commits:?} {names:?} {bytes} {:?}", assets::read("other")));
    }
}

govkit_sdk::validator!(Asker);
