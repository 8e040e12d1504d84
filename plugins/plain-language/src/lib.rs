//! Plain language: finds sentences people cannot follow, and duties nobody can be held to.
//!
//! [`check`] is the whole logic, a pure function; the component is a thin layer above it.

mod abbreviation;
mod duty;
mod plugin;
mod prose;
mod sentence;

use std::ops::Range;

use serde::Deserialize;

/// A rule of this plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleId {
    /// A sentence of too many words.
    LongSentence,
    /// A duty that names nobody who has it.
    PassiveDuty,
    /// An abbreviation nobody spelled out.
    UndefinedAbbreviation,
    /// A duty in words nobody can be held to.
    VagueDuty,
}

impl RuleId {
    /// Returns the id people write.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongSentence => "long-sentence",
            Self::PassiveDuty => "passive-duty",
            Self::UndefinedAbbreviation => "undefined-abbreviation",
            Self::VagueDuty => "vague-duty",
        }
    }
}

/// The plugin's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Most words a sentence may have.
    pub max_words: usize,
    /// Abbreviations the readers know.
    pub known: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_words: 35,
            known: Vec::new(),
        }
    }
}

impl Options {
    /// Reads the configuration from JSON; the error is one sentence.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let options: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        if !(5..=1_000).contains(&options.max_words) {
            return Err(format!(
                "`max_words = {}` makes no sense: give a number from 5 to 1000",
                options.max_words
            ));
        }
        Ok(options)
    }
}

/// Something found in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule.
    pub rule: RuleId,
    /// The bytes of the body it is about.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Checks the body of a document called `title`; what is found comes in the order of the body.
pub fn check(title: &str, body: &str, options: &Options) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut used = abbreviation::Used::default();
    let mut words = Vec::new();
    prose::each(body, |prose| {
        sentence::each(body, prose, &mut words, |sentence| {
            used.add(body, &sentence);
            found.extend(long(&sentence, options));
            if let Some(modal) = duty::modal(&sentence) {
                found.extend(duty::passive(&sentence, modal));
                duty::vague(&sentence, &mut found);
            }
        });
    });
    used.undefined(title, body, options, &mut found);
    found.sort_by_key(|hit| (hit.range.start, hit.rule));
    found
}

fn long(sentence: &sentence::Sentence<'_>, options: &Options) -> Option<Hit> {
    let words = sentence.words.len();
    (words > options.max_words).then(|| Hit {
        rule: RuleId::LongSentence,
        range: sentence.range.clone(),
        message: format!(
            "this sentence has {words} words, more than {}",
            options.max_words
        ),
        help: Some("split it, or make a list of it".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the rule and the text of each hit.
    fn hits(body: &str) -> Vec<(&'static str, &str)> {
        let found = check("", body, &Options::default());
        let hit = |hit: Hit| (hit.rule.name(), &body[hit.range]);
        found.into_iter().map(hit).collect()
    }

    #[test]
    fn a_sentence_of_36_words_is_too_long_and_one_of_35_is_not() {
        let sentence = |words: usize| format!("{}end.", "word ".repeat(words - 1));
        assert!(hits(&sentence(35)).is_empty());
        let long = sentence(36);
        assert_eq!(hits(&long), [("long-sentence", long.as_str())]);
    }

    #[test]
    fn a_duty_in_the_passive_needs_somebody() {
        let found = |body| {
            hits(body)
                .into_iter()
                .map(|(_, text)| text)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("Incidents MUST be reported."), ["MUST be reported"]);
        assert_eq!(
            found("It must not be\nsilently changed."),
            ["must not be\nsilently changed"]
        );
        assert_eq!(found("It shall be done by Friday."), ["shall be done"]);
        assert_eq!(
            found("It SHOULD be sent by the end of May."),
            ["SHOULD be sent"]
        );
        for good in [
            "The service desk MUST report incidents.",
            "Incidents MUST be reported by the service desk.",
            "The list MUST be complete.",
            "Staff must be qualified.",
            "It should be done.",
            "`must be done`",
        ] {
            assert!(found(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn vague_words_count_in_a_duty_only() {
        let vague = |body| {
            hits(body)
                .into_iter()
                .filter(|(rule, _)| *rule == "vague-duty")
                .count()
        };
        assert_eq!(vague("The owner MUST regularly review it."), 1);
        assert_eq!(
            vague("The owner MUST review it in a timely manner, as appropriate."),
            2
        );
        assert_eq!(vague("The owner regularly reviews it."), 0);
        assert_eq!(
            vague("The owner MUST review it regularly, at least once a year."),
            0
        );
        assert_eq!(vague("The owner MUST review it as required by the law."), 1);
    }

    #[test]
    fn an_abbreviation_is_reported_once_unless_it_is_known() {
        assert_eq!(
            hits("The SLA counts. The SLA ends."),
            [("undefined-abbreviation", "SLA")]
        );
        for good in [
            "The service level agreement (SLA) counts. The SLA ends.",
            "The IT of the EU knows POL-001, ERC20, MAX_SIZE, [[SLA]] and `SLA`.",
            "You MUST NOT go. DO NOT OPEN. See Part IV.",
        ] {
            assert!(hits(good).is_empty(), "{good}: {:?}", hits(good));
        }
        let options = Options::from_json(r#"{"known": ["SLA"]}"#).unwrap();
        assert!(check("", "The SLA counts.", &options).is_empty());
        let title = check(
            "Service level agreement (SLA)",
            "The SLA counts.",
            &Options::default(),
        );
        assert!(title.is_empty());
    }

    #[test]
    fn code_tables_headings_and_addresses_are_left_alone() {
        let body = "# The XQZ\n\n```\nThe XQZ MUST be done.\n```\n\n| XQZ | MUST be done |\n|---|---|\n\nSee [it](https://XQZ.org/XQZ).\n";
        assert!(hits(body).is_empty(), "{:?}", hits(body));
    }

    #[test]
    fn a_configuration_that_makes_no_sense_is_refused() {
        assert!(
            Options::from_json(r#"{"max_word": 3}"#)
                .unwrap_err()
                .contains("max_word")
        );
        assert!(
            Options::from_json(r#"{"max_words": 0}"#)
                .unwrap_err()
                .contains("5 to 1000")
        );
        assert!(Options::from_json("{}").is_ok());
    }

    #[test]
    fn any_text_is_taken() {
        let nasty = "](`[[{{<\\\n> - 1. ```\n| é\u{a0}. \u{1f600}! X. \r\n\t# <a ]( [x]: (A) 'S";
        for start in (0..=nasty.len()).filter(|at| nasty.is_char_boundary(*at)) {
            for end in (start..=nasty.len()).filter(|at| nasty.is_char_boundary(*at)) {
                for hit in check("", &nasty[start..end], &Options::default()) {
                    assert!(nasty[start..end].get(hit.range).is_some());
                }
            }
        }
    }
}
