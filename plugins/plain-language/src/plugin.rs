//! The component: what govkit calls.

use govkit_sdk::{About, Artifact, Needs, Report, Rule, Validator};

use crate::{Options, RuleId, check};

/// JSON Schema of [`Options`].
const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "max_words": { "type": "integer", "minimum": 5, "maximum": 1000, "default": 35,
      "description": "Most words a sentence may have." },
    "known": { "type": "array", "items": { "type": "string" },
      "description": "Abbreviations the readers know." }
  }
}"#;

struct PlainLanguage(Options);

impl Validator for PlainLanguage {
    fn about() -> About {
        About::new("plain-language", env!("CARGO_PKG_VERSION"))
            .description("Finds sentences people cannot follow, and duties nobody can be held to.")
            .needs(Needs::BODY)
            .config_schema(SCHEMA)
            .rule(
                Rule::warning(
                    RuleId::LongSentence.name(),
                    "A sentence can be read in one breath",
                )
                .page(include_str!("pages/long-sentence.md")),
            )
            .rule(
                Rule::warning(RuleId::PassiveDuty.name(), "A duty says who has it")
                    .page(include_str!("pages/passive-duty.md")),
            )
            .rule(
                Rule::info(
                    RuleId::UndefinedAbbreviation.name(),
                    "An abbreviation is spelled out once",
                )
                .page(include_str!("pages/undefined-abbreviation.md")),
            )
            .rule(
                Rule::warning(
                    RuleId::VagueDuty.name(),
                    "A duty says exactly what, when and how often",
                )
                .page(include_str!("pages/vague-duty.md")),
            )
    }

    fn configure(json: &str) -> Result<Self, String> {
        Options::from_json(json).map(Self)
    }

    fn check_artifact(&self, artifact: &Artifact, body: &str, report: &mut Report) {
        for hit in check(&artifact.title, body, &self.0) {
            let draft = report.at(hit.rule.name(), hit.range, hit.message);
            if let Some(help) = hit.help {
                draft.help(help);
            }
        }
    }
}

govkit_sdk::validator!(PlainLanguage);

#[cfg(test)]
mod tests {
    use super::*;
    use govkit_sdk::{Severity, testing};

    #[test]
    fn findings_carry_the_severity_of_their_rule() {
        let artifact = testing::artifact("POL-1");
        let body = "The SLA MUST be kept.";
        let found = testing::check::<PlainLanguage>("{}", &artifact, body).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|f| (f.rule.as_str(), f.severity))
            .collect();
        assert_eq!(
            shown,
            [
                ("undefined-abbreviation", Severity::Info),
                ("passive-duty", Severity::Warning)
            ]
        );
    }

    #[test]
    fn every_rule_has_a_page() {
        for rule in PlainLanguage::about().rules {
            assert!(rule.page.starts_with("# What it asks\n"), "{}", rule.id);
        }
    }
}
