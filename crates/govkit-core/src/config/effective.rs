//! A configuration as people may want to see it: everything laid over everything.

use super::ConfigError;
use super::raw::Over;
use super::resolve::{toml_to_json, with_profile};
use crate::position::Position;

/// A configuration as it applies: its profile under it, its defaults in every kind.
#[derive(Clone, Debug)]
pub struct Effective(toml::Table);

impl Effective {
    /// Reads a configuration; `file` is the name used in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let mut raw = with_profile(text, file)?;
        let defaults = raw.defaults.take().unwrap_or_default();
        raw.kinds = raw
            .kinds
            .into_iter()
            .map(|(name, kind)| (name, kind.over(defaults.clone())))
            .collect();
        let table = toml::Table::try_from(raw).map_err(|error| ConfigError::Syntax {
            file: file.to_owned(),
            position: Position::default(),
            message: error.to_string(),
        })?;
        Ok(Self(table))
    }

    /// Returns the configuration as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(&self.0).unwrap_or_default()
    }

    /// Returns the configuration as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        toml_to_json(toml::Value::Table(self.0.clone()))
    }

    /// Returns the value at a dotted key.
    pub fn get(&self, key: &str) -> Option<serde_json::Value> {
        let mut parts = key.split('.');
        let first = self.0.get(parts.next()?)?;
        parts
            .try_fold(first, |value, part| value.get(part))
            .cloned()
            .map(toml_to_json)
    }
}
