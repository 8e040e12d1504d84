//! `govkit.toml` as written: every key optional, unknown keys refused, layers laid over each other.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{FieldType, Level, Question, Syntax};

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    pub(super) profile: Option<String>,
    #[serde(default)]
    pub(super) repository: RawRepository,
    #[serde(default)]
    pub(super) severity: BTreeMap<String, Level>,
    pub(super) defaults: Option<RawKind>,
    #[serde(default)]
    pub(super) kinds: BTreeMap<String, RawKind>,
    #[serde(default)]
    pub(super) plugins: BTreeMap<String, RawPlugin>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRepository {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) default_branch: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlugin {
    pub(super) kinds: Option<Vec<String>>,
    pub(super) enabled: Option<bool>,
    pub(super) config: Option<toml::Table>,
}

/// One value or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected one value or a list of them")]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKind {
    pub(super) label: Option<String>,
    pub(super) description: Option<String>,
    pub(super) question: Option<Question>,
    pub(super) paths: Option<OneOrMany<String>>,
    pub(super) exclude: Option<OneOrMany<String>>,
    pub(super) syntax: Option<OneOrMany<Syntax>>,
    pub(super) id: Option<RawId>,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) file: Option<String>,
    pub(super) sections: Option<Vec<String>>,
    pub(super) glossary: Option<bool>,
    pub(super) open: Option<bool>,
    pub(super) template: Option<String>,
    pub(super) status: Option<RawStatus>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, RawField>,
    #[serde(default)]
    pub(super) links: BTreeMap<String, RawLink>,
    pub(super) steps: Option<RawWho>,
    pub(super) activities: Option<RawWho>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawId {
    pub(super) field: Option<String>,
    #[serde(rename = "as")]
    pub(super) shape: Option<String>,
    pub(super) path: Option<OneOrMany<String>>,
    pub(super) pattern: Option<String>,
    pub(super) new: Option<String>,
    pub(super) match_path: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatus {
    pub(super) field: Option<String>,
    pub(super) values: Option<Vec<String>>,
    pub(super) initial: Option<String>,
    pub(super) in_force: Option<Vec<String>>,
    pub(super) transitions: Option<BTreeMap<String, Vec<String>>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    #[serde(rename = "type")]
    pub(super) kind: Option<FieldType>,
    pub(super) of: Option<FieldType>,
    pub(super) required: Option<bool>,
    pub(super) required_when: Option<BTreeMap<String, OneOrMany<String>>>,
    pub(super) pattern: Option<String>,
    pub(super) one_of: Option<Vec<String>>,
    pub(super) role: Option<super::FieldRole>,
    pub(super) description: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLink {
    pub(super) field: Option<String>,
    pub(super) to: Option<Vec<String>>,
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
    pub(super) min_when: Option<BTreeMap<String, OneOrMany<String>>>,
    pub(super) inverse: Option<String>,
    pub(super) separator: Option<String>,
    #[serde(rename = "as")]
    pub(super) shape: Option<String>,
    pub(super) external: Option<bool>,
    pub(super) acyclic: Option<bool>,
    pub(super) description: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWho {
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
    description,
});
over_fields!(RawWho { who });
over_fields!(RawPlugin {
    kinds,
    enabled,
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
        let mut severity = base.severity;
        severity.extend(self.severity);
        Self {
            profile: self.profile,
            repository: self.repository.over(base.repository),
            severity,
            defaults: over_opt(self.defaults, base.defaults),
            kinds: self.kinds.over(base.kinds),
            plugins: self.plugins.over(base.plugins),
        }
    }
}
