//! `govkit.toml` as typed values: the kinds of a repository, severities and plugins.

mod approvals;
mod claims;
mod edit;
mod effective;
mod error;
mod id_rule;
mod raw;
mod resolve;
mod schema;
mod severity;

use std::collections::BTreeMap;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use approvals::{approvals_of, repository_id_of};
use claims::Claims;
pub use edit::{position_of, with_plugin, without_plugin};
pub use effective::Effective;
pub use error::ConfigError;
pub(crate) use id_rule::shape;
pub use id_rule::{IdRule, PathPattern, PathPatternError};
pub use schema::{kind_schema, schema};
pub use severity::{Severities, SeverityTable};

use crate::approval::ApprovalPolicy;
use crate::diff::{ChangeSeverity, Direction};
use crate::path::RepoPath;
use crate::value::{Table, Value};

/// The name of the configuration file at a repository's root.
pub const FILE_NAME: &str = "govkit.toml";

/// Severity of a finding, or `off`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

/// The question a kind answers: why (policies), what (processes), how (procedures).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Question {
    /// Why we do it.
    Why,
    /// What we do.
    What,
    /// How we do it.
    How,
}

/// A front-matter syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Syntax {
    /// TOML between `+++` lines.
    Toml,
    /// YAML between `---` lines; the opening line may be absent.
    Yaml,
    /// A leading code block marked `toml`.
    TomlFence,
    /// The whole file is TOML.
    TomlFile,
    /// The whole file is YAML.
    YamlFile,
    /// RFC 822 header lines up to the first blank line.
    Header,
    /// No front matter: the whole file is Markdown.
    None,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A calendar date, bare or quoted: `2026-11-23`.
    Date,
    /// An ISO 8601 duration (`PT72H`) or words (`72 hours`).
    Duration,
    /// A list.
    List,
    /// A table.
    Table,
    /// Anything.
    Any,
}

impl FieldType {
    /// Returns the name as written in `govkit.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::List => "list",
            Self::Table => "table",
            Self::Any => "any",
        }
    }
}

/// What a date field means to the rules about time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldRole {
    /// The next review is due on this date.
    Review,
    /// The artifact is void after this date.
    Expiry,
    /// The artifact is in force from this date.
    Effective,
}

/// Field values that make something apply: `{ status = ["approved", "effective"] }`.
pub type When = BTreeMap<String, Vec<String>>;

/// A field a kind declares.
#[derive(Clone, Debug)]
pub struct FieldDef {
    /// Dotted path of the field.
    pub name: String,
    /// Its type.
    pub kind: FieldType,
    /// The type of a list's items.
    pub of: Option<FieldType>,
    /// Whether it must be there.
    pub required: bool,
    /// Field values under which it must be there.
    pub required_when: Option<When>,
    /// What its text must look like.
    pub pattern: Option<Regex>,
    /// The texts it may have.
    pub one_of: Option<Vec<String>>,
    /// What a date means.
    pub role: Option<FieldRole>,
    /// One sentence for people.
    pub description: Option<String>,
}

/// A typed link a kind declares.
#[derive(Clone, Debug)]
pub struct LinkDef {
    /// The link's name.
    pub name: String,
    /// Dotted path of the field the targets are read from.
    pub field: String,
    /// Kinds the target may have; empty means any.
    pub to: Vec<String>,
    /// Fewest targets.
    pub min: usize,
    /// Field values under which `min` counts; absent means always.
    pub min_when: Option<When>,
    /// Most targets.
    pub max: Option<usize>,
    /// What the link is called from the other end.
    pub inverse: Option<String>,
    /// What separates the targets in one string.
    pub separator: Option<String>,
    /// Shape a target is put into.
    pub shape: Option<String>,
    /// Whether targets outside the corpus are fine.
    pub external: bool,
    /// Whether following the link must never lead back.
    pub acyclic: bool,
    /// Whether a change of the target concerns those who link to it.
    pub impact: bool,
    /// One sentence for people.
    pub description: Option<String>,
}

/// The statuses of a kind and how one leads to another.
#[derive(Clone, Debug, Default)]
pub struct StatusDef {
    /// Dotted path of the field.
    pub field: String,
    /// The statuses there are; empty means any.
    pub values: Vec<String>,
    /// The status of a new artifact.
    pub initial: Option<String>,
    /// The statuses that mean "in force".
    pub in_force: Vec<String>,
    /// Which status may follow which; a status that is absent may be followed by any.
    pub transitions: BTreeMap<String, Vec<String>>,
}

/// A kind of artifact.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The kind's name: `policy`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// One sentence for people.
    pub description: Option<String>,
    /// The question it answers.
    pub question: Option<Question>,
    /// The globs it claims, as written.
    pub paths: Vec<String>,
    /// The globs it leaves out, as written.
    pub exclude: Vec<String>,
    /// Front-matter syntaxes, tried in this order.
    pub syntaxes: Vec<Syntax>,
    /// Where ids come from.
    pub id: IdRule,
    /// Field of the title.
    pub title: Option<String>,
    /// Field of the one-sentence summary.
    pub summary: Option<String>,
    /// Field of the owner.
    pub owner: Option<String>,
    /// Where `govkit new` puts a file: `policies/{id}-{slug}.md`.
    pub file: Option<String>,
    /// Required headings.
    pub sections: Vec<String>,
    /// Whether its artifacts define terms.
    pub glossary: bool,
    /// Whether fields nobody declared are fine.
    pub open: bool,
    /// Body of a new artifact.
    pub template: Option<String>,
    /// Its statuses.
    pub status: Option<StatusDef>,
    /// Its fields, by name.
    pub fields: Vec<FieldDef>,
    /// Its links, by name.
    pub links: Vec<LinkDef>,
    /// The kinds that may carry out a step; absent when the kind has no steps.
    pub steps: Option<Vec<String>>,
    /// The kinds that may take part in an activity; absent when the kind has no activities.
    pub activities: Option<Vec<String>>,
}

impl Kind {
    /// Returns the declared field of this dotted path.
    pub fn field(&self, name: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the declared link of this name.
    pub fn link(&self, name: &str) -> Option<&LinkDef> {
        self.links.iter().find(|link| link.name == name)
    }

    /// Returns the fields that have `role`.
    pub fn fields_with_role(&self, role: FieldRole) -> impl Iterator<Item = &FieldDef> {
        self.fields
            .iter()
            .filter(move |field| field.role == Some(role))
    }

    /// Returns the dotted path of the status field.
    pub fn status_field(&self) -> Option<&str> {
        self.status.as_ref().map(|status| status.field.as_str())
    }
}

/// What the configuration says of one plugin; by default what an empty table says.
#[derive(Clone, Debug)]
pub struct PluginConfig {
    /// Kinds handed to its `check-artifact`; absent means all.
    pub kinds: Option<Vec<String>>,
    /// Whether it runs.
    pub enabled: bool,
    /// Its own configuration, as JSON.
    pub config: serde_json::Value,
    /// Files of the repository it may read, as paths or patterns.
    pub assets: Vec<String>,
}

impl Default for PluginConfig {
    fn default() -> Self {
        Self {
            kinds: None,
            enabled: true,
            config: serde_json::Value::Object(serde_json::Map::new()),
            assets: Vec::new(),
        }
    }
}

/// Somebody who has to agree to certain changes, besides the owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproverDef {
    /// The id of a role or group, or a name.
    pub who: String,
    /// Kinds of artifacts; empty means any.
    pub kinds: Vec<String>,
    /// Rules a change falls under; empty means any.
    pub rules: Vec<String>,
    /// The direction of a change; absent means any.
    pub direction: Option<Direction>,
    /// The least severity of a change.
    pub severity: ChangeSeverity,
    /// Why, in a few words.
    pub because: Option<String>,
}

/// A repository's configuration.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The profile it starts from.
    pub profile: Option<String>,
    /// The repository's random id.
    pub repository_id: Option<String>,
    /// What the repository is called.
    pub name: Option<String>,
    /// The protected branch.
    pub default_branch: Option<String>,
    /// Severity by rule id, everywhere; see [`Config::severities`] for kinds and statuses.
    pub severity: BTreeMap<String, Level>,
    /// How much findings matter here.
    pub severities: Severities,
    /// Who has to agree to which changes, besides the owners.
    pub approvers: Vec<ApproverDef>,
    /// Who may decide, and how many have to agree; nothing needs approval where it is absent.
    pub approvals: Option<ApprovalPolicy>,
    /// The kinds, by name.
    pub kinds: Vec<Kind>,
    /// Plugins by name.
    pub plugins: BTreeMap<String, PluginConfig>,
    claims: Claims,
}

impl Config {
    /// Reads a configuration; `file` is the name used in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        resolve::config(resolve::with_profile(text, file)?, file, text)
            .map_err(|error| error.placed_in(text))
    }

    /// Returns the kind of this name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Returns the kind that claims `path`; where several do, the first by name.
    pub fn claim(&self, path: &RepoPath) -> Option<&Kind> {
        Some(&self.kinds[self.claims.kind(path.as_str())?])
    }

    /// Returns directories below which every file a kind claims lies; `None` where some kind
    /// claims files at the root or anywhere.
    pub fn roots(&self) -> Option<Vec<String>> {
        let mut roots = Vec::new();
        for glob in self.kinds.iter().flat_map(|kind| &kind.paths) {
            let (first, _) = glob.split_once('/')?;
            if first.is_empty() || first.contains(['*', '?', '[', '{', '\\']) {
                return None;
            }
            roots.push(first.to_owned());
        }
        roots.sort();
        roots.dedup();
        Some(roots)
    }

    /// Returns the severity of `rule`, or `default` where the configuration is silent.
    pub fn level(&self, rule: &str, default: Level) -> Level {
        self.severity.get(rule).copied().unwrap_or(default)
    }
}

/// Returns `text` as a TOML string, quoted and escaped.
pub fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Whether the fields of an artifact are as `when` asks.
pub fn applies(when: &When, fields: &Table) -> bool {
    when.iter().all(|(name, values)| {
        fields
            .field(name)
            .and_then(|field| field.node.value.scalar())
            .is_some_and(|value| values.contains(&value))
    })
}

/// The kind under which approvers find changes of the configuration itself.
pub const CONFIGURATION_KIND: &str = "configuration";

/// Returns the text of a date value, TOML's own or a quoted one.
pub fn date_text(value: &Value) -> Option<&str> {
    match value {
        Value::Date(text) | Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
