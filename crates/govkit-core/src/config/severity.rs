//! `[severity]` of `govkit.toml`: how much a finding matters here, by rule, kind and status.
//!
//! ```toml
//! [severity]
//! broken-link = "warning"          # a rule of check
//! OBL-WEAKENED = "breaking"        # a rule of diff and review
//! [severity.policy]                # in artifacts of this kind
//! TEXT-CHANGED = "off"
//! [severity.status.draft]          # in artifacts that have this status on both sides
//! cap = "minor"                    # no change matters more than this
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{Kind, Level};
use crate::diff::{CHANGE_RULES, ChangeSeverity, change_rule};
use crate::nearest::{did_you_mean, nearest};
use crate::rules::{RULES, rule};

/// How much findings matter, where the configuration says so.
#[derive(Clone, Debug, Default)]
pub struct Severities {
    /// Everywhere.
    pub all: SeverityTable,
    /// By kind.
    pub kinds: BTreeMap<String, SeverityTable>,
    /// By status.
    pub statuses: BTreeMap<String, SeverityTable>,
}

/// One table of overrides.
#[derive(Clone, Debug, Default)]
pub struct SeverityTable {
    /// Rules of `check` and of plugins.
    pub checks: BTreeMap<String, Level>,
    /// Rules of `diff` and `review`; `None` hides their findings.
    pub changes: BTreeMap<String, Option<ChangeSeverity>>,
    /// The most that any change may matter.
    pub cap: Option<ChangeSeverity>,
}

impl Severities {
    /// Returns the severity of a change, `None` where it is to be hidden: what is said of the
    /// status comes before what is said of the kind, and that before what is said of all.
    pub fn of_change(
        &self,
        rule: &str,
        found: ChangeSeverity,
        kind: Option<&str>,
        status: Option<&str>,
    ) -> Option<ChangeSeverity> {
        let tables = self.tables(kind, status);
        let said = tables
            .iter()
            .find_map(|table| table.changes.get(rule).copied());
        let severity = said.unwrap_or(Some(found))?;
        let cap = tables.iter().find_map(|table| table.cap);
        Some(cap.map_or(severity, |cap| severity.min(cap)))
    }

    /// Returns the level a rule of `check` has in artifacts of this kind and status, where that is
    /// said of them in particular.
    pub fn of_check(&self, rule: &str, kind: Option<&str>, status: Option<&str>) -> Option<Level> {
        let tables = self.tables(kind, status);
        let particular = tables.split_last().map_or(&[][..], |(_, rest)| rest);
        particular
            .iter()
            .find_map(|table| table.checks.get(rule).copied())
    }

    /// Whether anything is said of single kinds or statuses about rules of `check`.
    pub fn particular_checks(&self) -> bool {
        let mut tables = self.kinds.values().chain(self.statuses.values());
        tables.any(|table| !table.checks.is_empty())
    }

    /// Whether a kind or a status has a rule of `check` on.
    pub fn is_on_somewhere(&self, rule: &str) -> bool {
        let mut tables = self.kinds.values().chain(self.statuses.values());
        tables.any(|table| {
            table
                .checks
                .get(rule)
                .is_some_and(|level| *level != Level::Off)
        })
    }

    /// The tables that apply, the most particular first.
    fn tables(&self, kind: Option<&str>, status: Option<&str>) -> Vec<&SeverityTable> {
        let status = status.and_then(|status| self.statuses.get(status));
        let kind = kind.and_then(|kind| self.kinds.get(kind));
        status.into_iter().chain(kind).chain([&self.all]).collect()
    }
}

/// Any word for a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    /// Not reported.
    Off,
    /// Of `check`: worth knowing.
    Info,
    /// Of `check`: should be mended.
    Warning,
    /// Of `check`: must be mended.
    Error,
    /// Of `diff`: provably without meaning.
    Editorial,
    /// Of `diff`: worth a look.
    Minor,
    /// Of `diff`: what is asked of somebody changed.
    Substantive,
    /// Of `diff`: somebody who complied may not any longer.
    Breaking,
}

impl Word {
    fn level(self) -> Option<Level> {
        match self {
            Self::Off => Some(Level::Off),
            Self::Info => Some(Level::Info),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
            _ => None,
        }
    }

    fn change(self) -> Option<Option<ChangeSeverity>> {
        match self {
            Self::Off => Some(None),
            Self::Editorial => Some(Some(ChangeSeverity::Editorial)),
            Self::Minor => Some(Some(ChangeSeverity::Minor)),
            Self::Substantive => Some(Some(ChangeSeverity::Substantive)),
            Self::Breaking => Some(Some(ChangeSeverity::Breaking)),
            _ => None,
        }
    }
}

/// A severity, or a table of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum RawSeverity {
    Word(Word),
    Table(BTreeMap<String, RawSeverity>),
}

/// By hand: an untagged enum would hide what is wrong with the one value.
impl<'de> Deserialize<'de> for RawSeverity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SeverityVisitor;

        impl<'de> Visitor<'de> for SeverityVisitor {
            type Value = RawSeverity;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a severity or a table of severities")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RawSeverity, E> {
                Word::deserialize(text.into_deserializer()).map(RawSeverity::Word)
            }

            fn visit_map<A: MapAccess<'de>>(self, items: A) -> Result<RawSeverity, A::Error> {
                BTreeMap::deserialize(MapAccessDeserializer::new(items)).map(RawSeverity::Table)
            }
        }

        deserializer.deserialize_any(SeverityVisitor)
    }
}

/// Lays one `[severity]` over another, table by table.
pub(super) fn lay_over(
    top: BTreeMap<String, RawSeverity>,
    mut base: BTreeMap<String, RawSeverity>,
) -> BTreeMap<String, RawSeverity> {
    for (key, value) in top {
        let merged = match (value, base.remove(&key)) {
            (RawSeverity::Table(top), Some(RawSeverity::Table(below))) => {
                RawSeverity::Table(lay_over(top, below))
            }
            (value, _) => value,
        };
        base.insert(key, merged);
    }
    base
}

/// What is wrong with `[severity]`: the key it is about, and one sentence.
pub(super) struct Wrong {
    pub(super) key: String,
    pub(super) message: String,
}

/// The word for the table of statuses; no kind may use it here.
const STATUS: &str = "status";

/// Turns what is written into what applies.
pub(super) fn resolve(
    raw: BTreeMap<String, RawSeverity>,
    kinds: &[Kind],
) -> Result<Severities, Wrong> {
    let mut out = Severities::default();
    for (key, value) in raw {
        match value {
            RawSeverity::Word(word) => put(&mut out.all, key, word)?,
            RawSeverity::Table(inner) if key == STATUS => {
                for (status, value) in inner {
                    let RawSeverity::Table(inner) = value else {
                        return Err(wrong(
                            status,
                            "`severity.status` has a table for each status: `[severity.status.draft]`",
                        ));
                    };
                    out.statuses.insert(status, table(inner)?);
                }
            }
            RawSeverity::Table(inner) => {
                if !kinds.iter().any(|kind| kind.name == key) {
                    let message = format!(
                        "`severity.{key}` is neither a rule nor a kind; a status goes under `severity.status`"
                    );
                    return Err(wrong(key, &message));
                }
                out.kinds.insert(key, table(inner)?);
            }
        }
    }
    Ok(out)
}

fn table(raw: BTreeMap<String, RawSeverity>) -> Result<SeverityTable, Wrong> {
    let mut out = SeverityTable::default();
    for (key, value) in raw {
        match value {
            RawSeverity::Word(word) => put(&mut out, key, word)?,
            RawSeverity::Table(_) => {
                let message = format!("`{key}` has to be a severity here, not a table");
                return Err(wrong(key, &message));
            }
        }
    }
    Ok(out)
}

fn put(table: &mut SeverityTable, key: String, word: Word) -> Result<(), Wrong> {
    let unfit = |words: &str| {
        let message = format!("the severity of `{key}` has to be one of {words}");
        wrong(key.clone(), &message)
    };
    const CHANGE: &str = "off, editorial, minor, substantive, breaking";
    if key == "cap" {
        let cap = word
            .change()
            .flatten()
            .ok_or_else(|| unfit("editorial, minor, substantive, breaking"))?;
        table.cap = Some(cap);
    } else if change_rule(&key).is_some() {
        let severity = word.change().ok_or_else(|| unfit(CHANGE))?;
        table.changes.insert(key, severity);
    } else if rule(&key).is_some() || key.contains('/') {
        let level = word
            .level()
            .ok_or_else(|| unfit("off, info, warning, error"))?;
        table.checks.insert(key, level);
    } else {
        let checks = RULES.iter().map(|rule| rule.id());
        let all = checks.chain(CHANGE_RULES.iter().map(|rule| rule.id));
        let message = match did_you_mean(nearest(&key, all)) {
            Some(offer) => format!("no rule is called `{key}`; {offer}"),
            None => format!("no rule is called `{key}` (`govkit rules` lists them)"),
        };
        return Err(wrong(key, &message));
    }
    Ok(())
}

fn wrong(key: String, message: &str) -> Wrong {
    Wrong {
        key,
        message: message.to_owned(),
    }
}
