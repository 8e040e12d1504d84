//! A validator of changes that tells what it was handed.

use govkit_sdk::change::{Weight, What};
use govkit_sdk::{About, ChangeValidator, Changes, Report, Rule};

struct Told;

impl ChangeValidator for Told {
    fn about() -> About {
        About::new("told", "0.1.0").field("level").rule(Rule::info("told", "Tells"))
    }

    fn configure(json: &str) -> Result<Self, String> {
        match json.contains("refuse") {
            true => Err("no".to_owned()),
            false => Ok(Self),
        }
    }

    fn check_change(&self, changes: Changes<'_>, report: &mut Report) {
        for changed in &changes.set.artifacts {
            let what = match changed.change {
                What::Added => "added",
                What::Removed => "removed",
                What::Renamed => "renamed",
                What::Changed => "changed",
            };
            let bodies = (changes.body_was(changed), changes.body_is(changed));
            let artifact = changes.is(changed).or(changes.was(changed)).unwrap();
            report.about(artifact).whole("told", format!("{what} {} {bodies:?}", changed.path));
        }
        for finding in &changes.set.findings {
            if finding.weight == Weight::Editorial {
                continue;
            }
            let Some(artifact) = changes.artifact(finding) else { continue };
            let line = finding.new_line.unwrap_or(1);
            report
                .about(artifact)
                .line("told", line, format!("{} {:?} {:?}", finding.rule, finding.old, finding.new))
                .data("fingerprint", finding.fingerprint.as_str());
        }
    }
}

govkit_sdk::change_validator!(Told);
