//! `[approvals]` of the configuration: who has which role, and how many have to agree.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{REVOKED_FILE, SIGNERS_FILE, sha256};
use crate::config::{FILE_NAME as CONFIG_FILE, Kind};
use crate::diff::ChangeSeverity;

/// Stands for the role that owns the artifact.
pub const OWNER: &str = "owner";

/// Who may decide, and what that takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ApprovalPolicy {
    /// Rises with every change.
    pub version: u64,
    /// Who may sign, by their names in the list of signers, and their roles.
    pub people: Vec<Person>,
    /// What which artifacts need.
    pub rules: Vec<ApprovalRule>,
    /// Who may let something count that lacks approvals; nobody where it is absent.
    pub overrides: Option<Quorum>,
    /// Who may change signers, roles and these rules; more than half of all people where absent.
    pub signers: Option<Quorum>,
}

/// A person. One who has several keys is still one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name in the list of signers.
    pub id: String,
    /// What people call them.
    pub name: Option<String>,
    /// The ids of their roles.
    pub roles: Vec<String>,
}

/// What artifacts of some kinds and statuses need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApprovalRule {
    /// The kinds; any where empty.
    pub kinds: Vec<String>,
    /// The statuses; where empty, those that mean "in force".
    pub statuses: Vec<String>,
    /// The least severe change since the approved version it asks for.
    pub change: ChangeSeverity,
    /// Who has to agree.
    pub quorum: Quorum,
    /// Why.
    pub because: Option<String>,
}

/// How many of which roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quorum {
    /// How many.
    pub need: Needed,
    /// The roles; [`OWNER`] stands for the artifact's.
    pub of: Vec<String>,
    /// Whether the owner alone is enough.
    pub owner_alone: bool,
}

/// How many of several roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Needed {
    /// One person of any of them.
    Any,
    /// One person for each of them, and nobody for two.
    All,
    /// So many people, whichever of the roles they have.
    Count(usize),
}

/// Whether the file at a path says who may sign or decide.
pub fn is_trust_subject(path: &str) -> bool {
    matches!(path, SIGNERS_FILE | REVOKED_FILE | CONFIG_FILE)
}

/// Returns the rules that artifacts of this kind and status fall under, whatever changed.
pub fn needed_of_kind<'p>(
    policy: &'p ApprovalPolicy,
    kind: &'p Kind,
    status: Option<&'p str>,
) -> impl Iterator<Item = &'p ApprovalRule> {
    let asks = move |rule: &&ApprovalRule| {
        let kinds = rule.kinds.is_empty() || rule.kinds.contains(&kind.name);
        kinds && status.is_some_and(|status| rule.asks_status(kind, status))
    };
    policy.rules.iter().filter(asks)
}

impl ApprovalRule {
    fn asks_status(&self, kind: &Kind, status: &str) -> bool {
        if self.statuses.is_empty() {
            let in_force = kind.status.as_ref().map(|def| &def.in_force);
            return in_force.is_some_and(|list| list.iter().any(|one| one == status));
        }
        self.statuses.iter().any(|one| one == status)
    }
}

impl ApprovalPolicy {
    /// Returns the SHA-256 of what it says, whatever it is written like.
    pub fn digest(&self) -> String {
        sha256(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Returns a person.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// Whether a person has a role.
    pub fn holds(&self, person: &str, role: &str) -> bool {
        self.person(person)
            .is_some_and(|person| person.roles.iter().any(|held| held == role))
    }

    /// Returns who may change signers, roles and rules.
    pub fn quorum_of_trust(&self) -> Quorum {
        let everybody: BTreeSet<String> = self
            .people
            .iter()
            .flat_map(|person| person.roles.iter().cloned())
            .collect();
        self.signers.clone().unwrap_or(Quorum {
            need: Needed::Count(self.people.len() / 2 + 1),
            of: everybody.into_iter().collect(),
            owner_alone: true,
        })
    }
}

impl Quorum {
    /// Returns who is still missing, in words; nothing where enough agreed.
    ///
    /// `voices` are people with the role they spoke in; `owners` the roles that own the artifact.
    pub fn missing(
        &self,
        policy: &ApprovalPolicy,
        owners: &[String],
        voices: &BTreeSet<(String, String)>,
    ) -> Option<String> {
        let roles = self.roles(owners);
        let counted: Vec<&(String, String)> = voices
            .iter()
            .filter(|(_, role)| roles.contains(role))
            .collect();
        let people: BTreeSet<&String> = counted.iter().map(|(person, _)| person).collect();
        let listed = |roles: &[String]| roles.join(", ");
        let short = match self.need {
            Needed::Any if people.is_empty() => Some(format!("one of {}", listed(&roles))),
            Needed::Count(wanted) if people.len() < wanted => {
                let more = wanted - people.len();
                let word = if people.is_empty() { "" } else { " more" };
                Some(format!("{more}{word} of {}", listed(&roles)))
            }
            Needed::All => {
                let without = unmatched(&roles, &counted);
                (!without.is_empty()).then(|| listed(&without))
            }
            _ => None,
        };
        let owns = |person: &&&String| owners.iter().any(|owner| policy.holds(person, owner));
        let only_owners = !people.is_empty() && people.iter().filter(|it| !owns(it)).count() == 0;
        short.or_else(|| {
            (only_owners && !self.owner_alone)
                .then(|| format!("somebody besides the owner, of {}", listed(&roles)))
        })
    }

    /// The roles that are asked, the owner's by their ids.
    fn roles(&self, owners: &[String]) -> Vec<String> {
        let mut roles: Vec<String> = Vec::new();
        for role in &self.of {
            let named = match role.as_str() {
                OWNER => owners,
                _ => std::slice::from_ref(role),
            };
            for role in named {
                if !roles.contains(role) {
                    roles.push(role.clone());
                }
            }
        }
        roles
    }

    /// Whether a role is asked.
    pub fn asks(&self, role: &str, owners: &[String]) -> bool {
        self.roles(owners).iter().any(|asked| asked == role)
    }
}

/// The roles that get no person of their own when each person speaks for one role only.
///
/// Kuhn's algorithm: a role takes a person, and whoever had that person looks for another.
fn unmatched(roles: &[String], voices: &[&(String, String)]) -> Vec<String> {
    fn take<'v>(
        role: &'v str,
        voices: &[&'v (String, String)],
        taken: &mut BTreeMap<&'v str, &'v str>,
        seen: &mut BTreeSet<&'v str>,
    ) -> bool {
        let able = voices.iter().filter(|(_, spoke)| spoke == role);
        for (person, _) in able {
            if !seen.insert(person) {
                continue;
            }
            let free = match taken.get(person.as_str()).copied() {
                None => true,
                Some(other) => take(other, voices, taken, seen),
            };
            if free {
                taken.insert(person, role);
                return true;
            }
        }
        false
    }
    let mut taken = BTreeMap::new();
    let without = roles
        .iter()
        .filter(|role| !take(role, voices, &mut taken, &mut BTreeSet::new()));
    without.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> ApprovalPolicy {
        let person = |id: &str, roles: &[&str]| Person {
            id: id.into(),
            name: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        ApprovalPolicy {
            people: vec![
                person("ada", &["CISO", "DPO"]),
                person("bob", &["DPO"]),
                person("eve", &["CISO"]),
            ],
            ..ApprovalPolicy::default()
        }
    }

    fn missing(
        need: Needed,
        of: &[&str],
        owner_alone: bool,
        voices: &[(&str, &str)],
    ) -> Option<String> {
        let quorum = Quorum {
            need,
            of: of.iter().map(|role| (*role).to_owned()).collect(),
            owner_alone,
        };
        let voices = voices
            .iter()
            .map(|(person, role)| ((*person).to_owned(), (*role).to_owned()));
        quorum.missing(&policy(), &["CISO".to_owned()], &voices.collect())
    }

    #[test]
    fn people_are_counted_and_not_their_signatures() {
        let both = &["CISO", "DPO"][..];
        let ada_twice = &[("ada", "CISO"), ("ada", "DPO")][..];
        assert_eq!(
            missing(Needed::Any, both, true, &[]).unwrap(),
            "one of CISO, DPO"
        );
        assert_eq!(missing(Needed::Any, both, true, &ada_twice[..1]), None);
        assert_eq!(
            missing(Needed::Count(2), both, true, ada_twice).unwrap(),
            "1 more of CISO, DPO"
        );
        assert_eq!(missing(Needed::All, both, true, ada_twice).unwrap(), "DPO");
        let with_bob = [("ada", "CISO"), ("ada", "DPO"), ("bob", "DPO")];
        assert_eq!(missing(Needed::All, both, true, &with_bob), None);
        assert_eq!(missing(Needed::Count(2), both, true, &with_bob), None);
        // Ada has to give up the one role that Eve can take.
        let with_eve = [("ada", "CISO"), ("ada", "DPO"), ("eve", "CISO")];
        assert_eq!(missing(Needed::All, both, true, &with_eve), None);
        // A role nobody asks counts for nothing.
        assert!(missing(Needed::Any, &["CFO"], true, &with_bob).is_some());
    }

    #[test]
    fn the_owner_alone_is_not_enough() {
        // Ada and Eve have the role that owns the artifact, Bob has not.
        let two = [("ada", "CISO"), ("eve", "CISO")];
        let says = missing(Needed::Count(2), &["CISO"], false, &two).unwrap();
        assert!(says.starts_with("somebody besides the owner"), "{says}");
        assert_eq!(missing(Needed::Count(2), &["CISO"], true, &two), None);
        let both = [("ada", "CISO"), ("bob", "DPO")];
        assert_eq!(
            missing(Needed::Count(2), &[OWNER, "DPO"], false, &both),
            None
        );
    }
}
