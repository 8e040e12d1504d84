//! What a plugin says about itself, checked.

use std::collections::BTreeSet;

use govkit_core::finding::Severity;
use govkit_core::lock::is_name;
use govkit_core::schema::Schema;

use crate::limits::{PluginLimits, cut};

const MAX_RULES: usize = 256;
const MAX_FIELDS: usize = 256;
const MAX_PAGE_BYTES: usize = 64 << 10;
const MAX_SCHEMA_BYTES: usize = 256 << 10;

/// What a plugin says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Its own name; people see the name `govkit.lock` gives it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One sentence for people.
    pub description: String,
    /// Whether it is handed links, and checks the corpus as a whole.
    pub needs_graph: bool,
    /// Whether it is handed bodies, and checks each artifact.
    pub needs_body: bool,
    /// The front-matter fields it is handed, as dotted paths.
    pub fields: Vec<String>,
    /// Its rules, in its own order.
    pub rules: Vec<RuleDescription>,
    /// JSON Schema of its configuration.
    pub config_schema: Option<Schema>,
}

/// A rule of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDescription {
    /// Its id inside the plugin.
    pub id: String,
    /// One line: what it asks for.
    pub summary: String,
    /// How much its findings usually matter.
    pub severity: Severity,
    /// Its page, as Markdown.
    pub page: String,
}

/// A description as it came out of the plugin.
pub(crate) struct RawDescription {
    pub(crate) description: Description,
    pub(crate) config_schema: Option<String>,
}

impl RawDescription {
    /// Refuses what no finding or page could be made from; cuts what is only too long.
    pub(crate) fn checked(self, limits: &PluginLimits) -> Result<Description, String> {
        let mut checked = self.description;
        let visible = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !visible(&checked.version) || checked.version.len() > 64 {
            return Err("its version is empty, too long or has a blank in it".to_owned());
        }
        if checked.rules.len() > MAX_RULES || checked.fields.len() > MAX_FIELDS {
            return Err(format!(
                "it has more than {MAX_RULES} rules or wants more than {MAX_FIELDS} fields"
            ));
        }
        let mut ids = BTreeSet::new();
        for rule in &mut checked.rules {
            if !is_name(&rule.id) {
                return Err(format!(
                    "`{}` is no id for a rule: lower-case letters, digits and `-` only",
                    cut(std::mem::take(&mut rule.id), 80)
                ));
            }
            if !ids.insert(rule.id.clone()) {
                return Err(format!("it has two rules `{}`", rule.id));
            }
            rule.summary = cut(std::mem::take(&mut rule.summary), limits.message_bytes);
            rule.page = cut(std::mem::take(&mut rule.page), MAX_PAGE_BYTES);
        }
        checked.name = cut(checked.name, 80);
        checked.description = cut(checked.description, limits.message_bytes);
        checked.config_schema = match self.config_schema {
            Some(schema) => Some(read_schema(&schema)?),
            None => None,
        };
        Ok(checked)
    }
}

impl Description {
    /// Returns the rule of this id.
    pub fn rule(&self, id: &str) -> Option<&RuleDescription> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

fn read_schema(text: &str) -> Result<Schema, String> {
    if text.len() > MAX_SCHEMA_BYTES {
        return Err("the schema of its configuration is too long".to_owned());
    }
    let json = serde_json::from_str(text)
        .map_err(|error| format!("the schema of its configuration is not JSON: {error}"))?;
    Schema::new(json)
        .map_err(|error| format!("the schema of its configuration cannot be used: {error}"))
}
