//! `[approvals]` as written, and as values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ConfigError, FILE_NAME, Kind};
use crate::approval::{ApprovalPolicy, ApprovalRule, Needed, OWNER, Person, Quorum};
use crate::diff::ChangeSeverity;
use crate::position::Position;

/// Who may decide, and how many have to agree.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApprovals {
    /// A number that rises with every change of this table.
    pub(super) version: u64,
    /// Who may sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) people: Vec<RawPerson>,
    /// What which artifacts need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rules: Vec<RawApprovalRule>,
    /// Who may let something count that lacks approvals; nobody without it.
    #[serde(rename = "override", skip_serializing_if = "Option::is_none")]
    pub(super) overrides: Option<RawQuorum>,
    /// Who may change signers, roles and rules; more than half of all people without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signers: Option<RawQuorum>,
}

/// A person who may sign.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPerson {
    /// The name in `.govkit/allowed_signers`.
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The ids of the person's roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) roles: Vec<String>,
}

/// How many of which roles.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuorum {
    /// `any`, `all`, or a number of people; `any` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) need: Option<RawNeed>,
    /// The ids of roles; `owner` stands for the artifact's.
    pub(super) of: Vec<String>,
    /// Whether the owner alone is enough; not without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner_alone: Option<bool>,
}

/// `any`, `all`, or a number.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum RawNeed {
    Count(u32),
    Word(String),
}

/// What artifacts of some kinds and statuses need.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApprovalRule {
    /// The kinds; any without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<String>,
    /// The statuses; without it those that mean "in force".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) statuses: Vec<String>,
    /// The least severe change since the approved version it asks for; `editorial` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change: Option<ChangeSeverity>,
    /// `any`, `all`, or a number of people; `any` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) need: Option<RawNeed>,
    /// The ids of roles; `owner` stands for the artifact's.
    pub(super) of: Vec<String>,
    /// Whether the owner alone is enough; not without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner_alone: Option<bool>,
    /// Why, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) because: Option<String>,
}

/// The one table of a configuration that trust is read from.
#[derive(Deserialize)]
struct OnlyApprovals {
    approvals: Option<RawApprovals>,
    repository: Option<OnlyId>,
}

#[derive(Deserialize)]
struct OnlyId {
    id: Option<String>,
}

/// Reads `[approvals]` of a configuration and nothing else of it; what kinds it names is not
/// looked at, as a profile may bring them.
pub fn approvals_of(text: &str) -> Result<Option<ApprovalPolicy>, ConfigError> {
    let only = only(text)?;
    let policy = only.approvals.map(|raw| resolve(raw, None)).transpose();
    policy.map_err(|(_, message)| error(text, 0, message))
}

/// Reads the repository's id of a configuration and nothing else of it.
pub fn repository_id_of(text: &str) -> Result<Option<String>, ConfigError> {
    Ok(only(text)?.repository.and_then(|repository| repository.id))
}

fn only(text: &str) -> Result<OnlyApprovals, ConfigError> {
    toml::from_str(text).map_err(|wrong| {
        let at = wrong.span().map_or(0, |span| span.start);
        error(text, at, wrong.message().trim().replace('\n', " "))
    })
}

fn error(text: &str, at: usize, message: String) -> ConfigError {
    ConfigError::Syntax {
        file: FILE_NAME.to_owned(),
        position: Position::of(text, at),
        message,
    }
}

/// Checks what is written; an error names the key it is about.
pub(super) fn resolve(
    raw: RawApprovals,
    kinds: Option<&[Kind]>,
) -> Result<ApprovalPolicy, (String, String)> {
    let mut people: Vec<Person> = Vec::with_capacity(raw.people.len());
    for person in raw.people {
        if people.iter().any(|known| known.id == person.id) {
            let message = format!("`approvals.people` has `{}` twice", person.id);
            return Err((person.id, message));
        }
        people.push(Person {
            id: person.id,
            name: person.name,
            roles: person.roles,
        });
    }
    let mut rules = Vec::with_capacity(raw.rules.len());
    for rule in raw.rules {
        let known = |name: &&String| {
            kinds.is_some_and(|kinds| !kinds.iter().any(|kind| kind.name == **name))
        };
        if let Some(name) = rule.kinds.iter().find(known) {
            let message =
                format!("`approvals.rules` names the kind `{name}`, which is not declared");
            return Err((name.clone(), message));
        }
        rules.push(ApprovalRule {
            quorum: quorum(rule.need, rule.of, rule.owner_alone)?,
            kinds: rule.kinds,
            statuses: rule.statuses,
            change: rule.change.unwrap_or(ChangeSeverity::Editorial),
            because: rule.because,
        });
    }
    let of = |raw: Option<RawQuorum>| {
        raw.map(|raw| quorum(raw.need, raw.of, raw.owner_alone))
            .transpose()
    };
    Ok(ApprovalPolicy {
        version: raw.version,
        people,
        rules,
        overrides: of(raw.overrides)?,
        signers: of(raw.signers)?,
    })
}

fn quorum(
    need: Option<RawNeed>,
    of: Vec<String>,
    owner_alone: Option<bool>,
) -> Result<Quorum, (String, String)> {
    let need = match need {
        None => Needed::Any,
        Some(RawNeed::Count(0)) => {
            return Err(("need".to_owned(), "`need = 0` asks for nobody".to_owned()));
        }
        Some(RawNeed::Count(count)) => Needed::Count(count as usize),
        Some(RawNeed::Word(word)) => match word.as_str() {
            "any" => Needed::Any,
            "all" => Needed::All,
            other => {
                let message = format!("`need = \"{other}\"`: it is \"any\", \"all\" or a number");
                return Err(("need".to_owned(), message));
            }
        },
    };
    if of.is_empty() {
        return Err(("of".to_owned(), "`of` names no role".to_owned()));
    }
    let owner_alone = owner_alone.unwrap_or(false);
    if of == [OWNER] && !owner_alone {
        let message = "`of = [\"owner\"]` asks the owner alone, and that is not enough; name another role, or say `owner_alone = true`";
        return Err(("of".to_owned(), message.to_owned()));
    }
    Ok(Quorum {
        need,
        of,
        owner_alone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_with_its_defaults() {
        let text = "
[approvals]
version = 3
override = { of = ['CEO'], owner_alone = true }
[[approvals.people]]
id = 'ada@example.org'
roles = ['CISO']
[[approvals.rules]]
kinds = ['policy']
of = ['CISO', 'owner']
[[approvals.rules]]
change = 'substantive'
need = 2
of = ['CISO', 'DPO']
";
        let policy = approvals_of(text).unwrap().unwrap();
        assert_eq!(policy.version, 3);
        assert!(policy.holds("ada@example.org", "CISO"));
        assert_eq!(policy.rules[0].quorum.need, Needed::Any);
        assert_eq!(policy.rules[0].change, ChangeSeverity::Editorial);
        assert!(!policy.rules[0].quorum.owner_alone);
        assert_eq!(policy.rules[1].quorum.need, Needed::Count(2));
        assert_eq!(policy.signers, None);
        assert_eq!(approvals_of("[kinds.a]\npaths = ['a']\n").unwrap(), None);
    }

    #[test]
    fn what_nobody_can_meet_is_refused() {
        let rule = |rest: &str| format!("[approvals]\nversion = 1\n[[approvals.rules]]\n{rest}\n");
        let wrong = [
            "of = []",
            "need = 0\nof = ['A']",
            "need = 'most'\nof = ['A']",
            "of = ['owner']",
            "of = ['A']\nroles = ['B']",
        ];
        for rest in wrong {
            assert!(approvals_of(&rule(rest)).is_err(), "{rest}");
        }
        assert!(approvals_of("[approvals]\n").is_err());
        let twice = "[approvals]\nversion = 1\n[[approvals.people]]\nid = 'a'\n[[approvals.people]]\nid = 'a'\n";
        assert!(approvals_of(twice).is_err());
    }
}
