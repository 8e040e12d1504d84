//! `govkit.toml` as written: every key optional, unknown keys refused, layers laid over each other.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::approvals::RawApprovals;
use super::severity::{RawSeverity, lay_over};
use super::{FieldType, Question, Syntax};
use crate::diff::{ChangeSeverity, Direction};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<String>,
    #[serde(default)]
    pub(super) repository: RawRepository,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) severity: BTreeMap<String, RawSeverity>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) approvers: Vec<RawApprovers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approvals: Option<RawApprovals>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) defaults: Option<RawKind>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) kinds: BTreeMap<String, RawKind>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) plugins: BTreeMap<String, RawPlugin>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRepository {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default_branch: Option<String>,
}

/// Somebody who has to agree to certain changes, besides the owners.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawApprovers {
    /// The id of a role or group, or a name.
    pub(super) who: String,
    /// Of artifacts of these kinds; without it of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) kinds: Vec<String>,
    /// Changes that fall under these rules; without it under any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rules: Vec<String>,
    /// Changes of this direction; without it of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) direction: Option<Direction>,
    /// Changes at least this severe; `substantive` without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) severity: Option<ChangeSeverity>,
    /// Why, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) because: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlugin {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kinds: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enabled: Option<bool>,
    /// Files of the repository the plugin may read: paths or patterns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assets: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub(super) config: Option<toml::Table>,
}

/// One value or a list of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// By hand: an untagged enum would hide what is wrong with the one value.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrManyVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one value or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(OneOrMany::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany::Many)
            }
        }

        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

impl<T> OneOrMany<T> {
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKind {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) question: Option<Question>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) paths: Option<OneOrMany<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclude: Option<OneOrMany<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) syntax: Option<OneOrMany<Syntax>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<RawId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sections: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) glossary: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) open: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) template: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<RawStatus>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) fields: BTreeMap<String, RawField>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) links: BTreeMap<String, RawLink>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) steps: Option<RawWho>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) activities: Option<RawWho>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawId {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    #[serde(rename = "as")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shape: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<OneOrMany<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) new: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) match_path: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) values: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) initial: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) in_force: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transitions: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    #[serde(rename = "type")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<FieldType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<FieldType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required_when: Option<BTreeMap<String, OneOrMany<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_of: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<super::FieldRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLink {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min_when: Option<BTreeMap<String, OneOrMany<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inverse: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) separator: Option<String>,
    #[serde(rename = "as")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shape: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) external: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acyclic: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) impact: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWho {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) who: Option<Vec<String>>,
}

/// `self` wherever it says something, `base` elsewhere.
pub(super) trait Over: Sized {
    fn over(self, base: Self) -> Self;
}

impl<T> Over for Option<T> {
    fn over(self, base: Self) -> Self {
        self.or(base)
    }
}

fn over_opt<T: Over>(top: Option<T>, base: Option<T>) -> Option<T> {
    match (top, base) {
        (Some(top), Some(base)) => Some(top.over(base)),
        (top, base) => top.or(base),
    }
}

impl<T: Over> Over for BTreeMap<String, T> {
    fn over(self, mut base: Self) -> Self {
        for (key, top) in self {
            let merged = match base.remove(&key) {
                Some(below) => top.over(below),
                None => top,
            };
            base.insert(key, merged);
        }
        base
    }
}

macro_rules! over_fields {
    ($type:ty { $($field:ident),* $(,)? } $(nested { $($nested:ident),* $(,)? })?) => {
        impl Over for $type {
            fn over(self, base: Self) -> Self {
                Self {
                    $($field: self.$field.over(base.$field),)*
                    $($($nested: over_opt(self.$nested, base.$nested),)*)?
                }
            }
        }
    };
}

over_fields!(RawKind {
    label, description, question, paths, exclude, syntax, title, summary, owner, file, sections,
    glossary, open, template, fields, links,
} nested { id, status, steps, activities });
over_fields!(RawId {
    field,
    shape,
    path,
    pattern,
    new,
    match_path
});
over_fields!(RawStatus {
    field,
    values,
    initial,
    in_force,
    transitions
});
over_fields!(RawField {
    kind,
    of,
    required,
    required_when,
    pattern,
    one_of,
    role,
    description
});
over_fields!(RawLink {
    field,
    to,
    min,
    max,
    min_when,
    inverse,
    separator,
    shape,
    external,
    acyclic,
    impact,
    description,
});
over_fields!(RawWho { who });
over_fields!(RawPlugin {
    kinds,
    enabled,
    assets,
    config
});
over_fields!(RawRepository {
    id,
    name,
    default_branch
});

impl Over for RawConfig {
    /// Lays a repository's file over its profile; defaults are applied by the caller.
    fn over(self, base: Self) -> Self {
        let mut approvers = base.approvers;
        approvers.extend(self.approvers);
        Self {
            profile: self.profile,
            repository: self.repository.over(base.repository),
            severity: lay_over(self.severity, base.severity),
            approvers,
            approvals: self.approvals.or(base.approvals),
            defaults: over_opt(self.defaults, base.defaults),
            kinds: self.kinds.over(base.kinds),
            plugins: self.plugins.over(base.plugins),
        }
    }
}
