//! An importer: foreign bytes in, artifacts to be out.

use govkit_core::config::PluginConfig;
use serde_json::Value;

use crate::abi::Role;
use crate::failure::Failure;
use crate::plugin::{Plugin, RunError};
use crate::validate::Incomplete;

/// Bytes of a foreign file.
pub const MAX_FOREIGN_BYTES: usize = 16 << 20;

const MAX_IMPORTED: usize = 10_000;
const MAX_BODY_BYTES: usize = 2 << 20;
const MAX_FIELDS: usize = 1_000;

/// An artifact to be, as the plugin handed it over; [`Plugin::import`] checks its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The kind it is meant to be.
    pub kind: String,
    /// Its id, where the importer knows one.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Fields of its front matter: dotted path and JSON.
    pub fields: Vec<(String, String)>,
    /// Its text.
    pub body: String,
}

impl Plugin {
    /// Runs the plugin as an importer over one foreign file.
    ///
    /// The inner error is what could not be done, the outer one a refused configuration.
    pub fn import(
        &self,
        name: &str,
        bytes: &[u8],
        config: &PluginConfig,
    ) -> Result<Result<Vec<Imported>, Incomplete>, RunError> {
        let read = |instance: &mut dyn crate::abi::Instance| {
            if bytes.len() > MAX_FOREIGN_BYTES {
                return Err(Failure::Protocol(format!(
                    "was not asked: the file has more than {MAX_FOREIGN_BYTES} bytes"
                )));
            }
            let found = instance.import(name, bytes)?;
            checked(found).map_err(Failure::Protocol)
        };
        let found = self
            .configured(Role::Importer, config)?
            .and_then(|mut instance| read(&mut *instance));
        Ok(found.map_err(|failure| self.incomplete(None, &failure)))
    }
}

/// Refuses what could be no artifact whatever its kind.
fn checked(found: Vec<Imported>) -> Result<Vec<Imported>, String> {
    if found.len() > MAX_IMPORTED {
        return Err(format!(
            "made more than {MAX_IMPORTED} artifacts of one file"
        ));
    }
    for one in &found {
        let about = |what: &str| {
            let name = one.id.as_deref().unwrap_or(&one.title);
            let name = crate::limits::cut(name.to_owned(), 80);
            format!("made an artifact `{name}` {what}")
        };
        if one.title.trim().is_empty() || one.title.chars().any(char::is_control) {
            return Err(about("whose title is empty or has control characters"));
        }
        if one.body.len() > MAX_BODY_BYTES {
            return Err(about("whose text has more than 2 MiB"));
        }
        if one.fields.len() > MAX_FIELDS {
            return Err(about("with more than 1000 fields"));
        }
        for (at, (name, json)) in one.fields.iter().enumerate() {
            let reserved = ["id", "title"].contains(&name.as_str());
            let twice = one.fields[..at].iter().any(|(before, _)| before == name);
            if reserved || twice || name.split('.').any(str::is_empty) {
                return Err(about(
                    "with a field that cannot be written there or stands twice",
                ));
            }
            if serde_json::from_str::<Value>(json).map_or(true, |value| value.is_null()) {
                return Err(about("with a field whose value is not JSON, or null"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(title: &str, fields: &[(&str, &str)]) -> Vec<Imported> {
        let owned = |(name, json): &(&str, &str)| ((*name).to_owned(), (*json).to_owned());
        vec![Imported {
            kind: "policy".to_owned(),
            id: Some("POL-1".to_owned()),
            title: title.to_owned(),
            fields: fields.iter().map(owned).collect(),
            body: String::new(),
        }]
    }

    #[test]
    fn what_could_be_no_artifact_is_refused() {
        assert!(
            checked(one(
                "Fine",
                &[("status", "\"draft\""), ("links.see", "[\"A\"]")]
            ))
            .is_ok()
        );
        let refused = |title, fields: &[(&str, &str)]| checked(one(title, fields)).unwrap_err();
        assert!(refused(" ", &[]).contains("title is empty"));
        assert!(refused("a\u{1b}[2J", &[]).contains("control characters"));
        assert!(refused("a", &[("id", "\"X\"")]).contains("cannot be written there"));
        assert!(refused("a", &[("a..b", "1")]).contains("cannot be written there"));
        assert!(refused("a", &[("a", "1"), ("a", "2")]).contains("stands twice"));
        assert!(refused("a", &[("a", "{")]).contains("not JSON"));
        assert!(refused("a", &[("a", "null")]).contains("not JSON, or null"));
    }
}
