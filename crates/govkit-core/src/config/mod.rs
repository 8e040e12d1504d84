//! `govkit.toml` as typed values: the kinds of a repository, severities and plugins.

mod id_rule;
mod raw;
mod schema;
mod severity;

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use id_rule::shape;
pub use id_rule::{IdRule, PathPattern, PathPatternError};
use raw::{OneOrMany, Over, RawApprovers, RawConfig, RawField, RawId, RawKind, RawLink};
pub use schema::{kind_schema, schema};
pub use severity::{Severities, SeverityTable};

use crate::diff::{ChangeSeverity, Direction};
use crate::path::RepoPath;
use crate::position::Position;
use crate::value::{Table, Value};

/// The name of the configuration file at a repository's root.
pub const FILE_NAME: &str = "govkit.toml";

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{}:{}:{}: {message}", file, position.line, position.column)]
    Syntax {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// What the parser says.
        message: String,
    },
    /// No built-in profile has this name.
    #[error("{}:{}:{}: no profile is called `{name}` (there is: {known})", file, position.line, position.column)]
    UnknownProfile {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A table outside the kinds says what cannot be.
    #[error("{}:{}:{}: {message}", file, position.line, position.column)]
    Table {
        /// The file as the user named it.
        file: String,
        /// Where in it.
        position: Position,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A kind contradicts itself or names what does not exist.
    #[error("{}:{}:{}: kind `{kind}`: {message}", file, position.line, position.column)]
    Kind {
        /// The file as the user named it.
        file: String,
        /// Where in it: the value the message quotes, else the kind.
        position: Position,
        /// The kind.
        kind: String,
        /// What is wrong, and what to do.
        message: String,
    },
}

impl ConfigError {
    /// Finds the place of an error about a kind: the value it quotes, as the user wrote it
    /// below the kind's header; the header itself where the value comes from elsewhere.
    fn placed_in(mut self, text: &str) -> Self {
        if let Self::Kind {
            position,
            kind,
            message,
            ..
        } = &mut self
        {
            let header = text.find(&format!("[kinds.{kind}")).unwrap_or(0);
            let quoted = message.split('`').nth(1).and_then(|value| {
                let written = |quote: char| text[header..].find(&format!("{quote}{value}{quote}"));
                written('"').or_else(|| written('\''))
            });
            *position = Position::of(text, header + quoted.unwrap_or(0));
        }
        self
    }
}

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

/// What the configuration says of one plugin.
#[derive(Clone, Debug, Default)]
pub struct PluginConfig {
    /// Kinds handed to its `check-artifact`; absent means all.
    pub kinds: Option<Vec<String>>,
    /// Whether it runs.
    pub enabled: bool,
    /// Its own configuration, as JSON.
    pub config: serde_json::Value,
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
    /// The kinds, by name.
    pub kinds: Vec<Kind>,
    /// Plugins by name.
    pub plugins: BTreeMap<String, PluginConfig>,
    claims: Claims,
}

#[derive(Clone, Debug, Default)]
struct Claims {
    paths: GlobSet,
    /// For each glob in `paths`: the kind, and whether the glob leaves the path out.
    of: Vec<(usize, bool)>,
}

impl Config {
    /// Reads a configuration; `file` is the name used in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let raw = with_profile(text, file)?;
        Self::resolve(raw, file, text).map_err(|error| error.placed_in(text))
    }

    fn resolve(raw: RawConfig, file: &str, text: &str) -> Result<Self, ConfigError> {
        let defaults = raw.defaults.unwrap_or_default();
        let mut kinds = Vec::with_capacity(raw.kinds.len());
        for (name, kind) in raw.kinds {
            let error = |message| ConfigError::Kind {
                file: file.to_owned(),
                position: Position::default(),
                kind: name.clone(),
                message,
            };
            kinds.push(resolve_kind(&name, kind.over(defaults.clone())).map_err(error)?);
        }
        check_kind_names(&kinds, file)?;
        let claims = Claims::new(&kinds, file)?;
        let table_error = |key: &str, message: String| ConfigError::Table {
            file: file.to_owned(),
            position: key_position(text, key),
            message,
        };
        let severities = severity::resolve(raw.severity, &kinds)
            .map_err(|wrong| table_error(&wrong.key, wrong.message))?;
        let mut approvers = Vec::with_capacity(raw.approvers.len());
        for written in raw.approvers {
            approvers.push(
                resolve_approvers(written, &kinds)
                    .map_err(|(key, message)| table_error(&key, message))?,
            );
        }
        let plugins = raw
            .plugins
            .into_iter()
            .map(|(name, plugin)| {
                let config = plugin.config.map_or_else(
                    || serde_json::Value::Object(serde_json::Map::new()),
                    |table| toml_to_json(toml::Value::Table(table)),
                );
                (
                    name,
                    PluginConfig {
                        kinds: plugin.kinds,
                        enabled: plugin.enabled.unwrap_or(true),
                        config,
                    },
                )
            })
            .collect();
        Ok(Self {
            profile: raw.profile,
            repository_id: raw.repository.id,
            name: raw.repository.name,
            default_branch: raw.repository.default_branch,
            severity: severities.all.checks.clone(),
            severities,
            approvers,
            kinds,
            plugins,
            claims,
        })
    }

    /// Returns the kind of this name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// Returns the kind that claims `path`; where several do, the first by name.
    pub fn claim(&self, path: &RepoPath) -> Option<&Kind> {
        let matches = self.claims.paths.matches(path.as_str());
        let mut claimed: Vec<usize> = Vec::new();
        let mut left_out: Vec<usize> = Vec::new();
        for at in matches {
            let (kind, excludes) = self.claims.of[at];
            if excludes {
                left_out.push(kind);
            } else {
                claimed.push(kind);
            }
        }
        claimed
            .into_iter()
            .filter(|kind| !left_out.contains(kind))
            .min()
            .map(|kind| &self.kinds[kind])
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

impl Claims {
    fn new(kinds: &[Kind], file: &str) -> Result<Self, ConfigError> {
        let mut builder = GlobSetBuilder::new();
        let mut of = Vec::new();
        for (index, kind) in kinds.iter().enumerate() {
            let globs = kind.paths.iter().map(|glob| (glob, false));
            for (glob, excludes) in globs.chain(kind.exclude.iter().map(|glob| (glob, true))) {
                let error = |error: globset::Error| ConfigError::Kind {
                    file: file.to_owned(),
                    position: Position::default(),
                    kind: kind.name.clone(),
                    message: format!("glob `{glob}`: {}", error.kind()),
                };
                builder.add(
                    GlobBuilder::new(glob)
                        .literal_separator(true)
                        .build()
                        .map_err(error)?,
                );
                of.push((index, excludes));
            }
        }
        let paths = builder.build().map_err(|error| ConfigError::Kind {
            file: file.to_owned(),
            position: Position::default(),
            kind: String::new(),
            message: error.to_string(),
        })?;
        Ok(Self { paths, of })
    }
}

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

/// Returns `text` as a TOML string, quoted and escaped.
pub fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn with_profile(text: &str, file: &str) -> Result<RawConfig, ConfigError> {
    let mut raw = parse_raw(text, file)?;
    if let Some(name) = raw.profile.clone() {
        let source = crate::profile::source(&name).ok_or_else(|| ConfigError::UnknownProfile {
            file: file.to_owned(),
            position: profile_position(text, &name),
            name: name.clone(),
            known: crate::profile::NAMES.join(", "),
        })?;
        let base = parse_raw(source, &format!("profile {name}"))?;
        raw = raw.over(base);
        raw.profile = Some(name);
    }
    Ok(raw)
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

/// Reads who has to agree; an error names the key it is about.
fn resolve_approvers(raw: RawApprovers, kinds: &[Kind]) -> Result<ApproverDef, (String, String)> {
    let known =
        |name: &String| name == CONFIGURATION_KIND || kinds.iter().any(|kind| kind.name == *name);
    if let Some(name) = raw.kinds.iter().find(|name| !known(name)) {
        let message = format!("`approvers` names the kind `{name}`, which is not declared");
        return Err((name.clone(), message));
    }
    let is_rule = |id: &&String| crate::diff::change_rule(id).is_none() && !id.contains('/');
    if let Some(id) = raw.rules.iter().find(is_rule) {
        let message = format!("`approvers` names the rule `{id}`, which `diff` does not have");
        return Err((id.clone(), message));
    }
    Ok(ApproverDef {
        who: raw.who,
        kinds: raw.kinds,
        rules: raw.rules,
        direction: raw.direction,
        severity: raw.severity.unwrap_or(ChangeSeverity::Substantive),
        because: raw.because,
    })
}

/// Where a key or value stands: its first mention as a word outside the kinds' own tables.
fn key_position(text: &str, key: &str) -> Position {
    let word = |at: usize| {
        let plain = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '_');
        let (before, after) = (&text[..at], &text[at + key.len()..]);
        !before.ends_with(plain) && !after.starts_with(plain)
    };
    let from = text
        .find("[severity")
        .or_else(|| text.find("[[approvers"))
        .unwrap_or(0);
    let mut places = text[from..].match_indices(key).map(|(at, _)| from + at);
    Position::of(text, places.find(|at| word(*at)).unwrap_or(0))
}

/// Where a configuration names its profile.
fn profile_position(text: &str, name: &str) -> Position {
    let key = text.find("profile").unwrap_or(0);
    let value = text[key..].find(name).map_or(key, |at| key + at);
    // The quote before the name is part of the value.
    Position::of(text, value.saturating_sub(1))
}

fn parse_raw(text: &str, file: &str) -> Result<RawConfig, ConfigError> {
    toml::from_str(text).map_err(|error| ConfigError::Syntax {
        file: file.to_owned(),
        position: error
            .span()
            .map_or(Position { line: 1, column: 1 }, |span| {
                Position::of(text, span.start)
            }),
        message: error.message().trim().replace('\n', " "),
    })
}

fn resolve_kind(name: &str, raw: RawKind) -> Result<Kind, String> {
    let paths = raw.paths.map(OneOrMany::into_vec).unwrap_or_default();
    if paths.is_empty() {
        return Err("claims no paths; say `paths = [\"…\"]`".to_owned());
    }
    let links: Vec<LinkDef> = raw.links.into_iter().map(resolve_link).collect();
    let mut fields = Vec::new();
    for (field_name, field) in raw.fields {
        fields.push(resolve_field(field_name, field)?);
    }
    let open = raw.open.unwrap_or(fields.is_empty());
    Ok(Kind {
        name: name.to_owned(),
        label: raw.label.unwrap_or_else(|| capitalised(name)),
        description: raw.description,
        question: raw.question,
        paths,
        exclude: raw.exclude.map(OneOrMany::into_vec).unwrap_or_default(),
        syntaxes: raw
            .syntax
            .map_or_else(|| vec![Syntax::Toml], OneOrMany::into_vec),
        id: resolve_id(raw.id)?,
        title: raw.title.or_else(|| Some("title".to_owned())),
        summary: raw.summary.or_else(|| Some("summary".to_owned())),
        owner: raw.owner.or_else(|| Some("owner".to_owned())),
        file: raw.file,
        sections: raw.sections.unwrap_or_default(),
        glossary: raw.glossary.unwrap_or(false),
        open,
        template: raw.template,
        status: raw.status.map(|status| StatusDef {
            field: status.field.unwrap_or_else(|| "status".to_owned()),
            values: status.values.unwrap_or_default(),
            initial: status.initial,
            in_force: status.in_force.unwrap_or_default(),
            transitions: status.transitions.unwrap_or_default(),
        }),
        fields,
        links,
        steps: raw.steps.map(|steps| steps.who.unwrap_or_default()),
        activities: raw
            .activities
            .map(|activities| activities.who.unwrap_or_default()),
    })
}

fn resolve_id(raw: Option<RawId>) -> Result<IdRule, String> {
    let raw = raw.unwrap_or_default();
    let paths = raw.path.map(OneOrMany::into_vec).unwrap_or_default();
    let paths: Result<Vec<_>, _> = paths.iter().map(|path| PathPattern::new(path)).collect();
    let paths = paths.map_err(|error| error.to_string())?;
    let field = match raw.field {
        Some(field) => Some(field),
        None if paths.is_empty() => Some("id".to_owned()),
        None => None,
    };
    if raw
        .shape
        .as_deref()
        .is_some_and(|shape| !shape.contains("{}"))
    {
        return Err("`id.as` has no `{}` for the value".to_owned());
    }
    Ok(IdRule {
        field,
        shape: raw.shape,
        paths,
        pattern: raw.pattern.as_deref().map(anchored).transpose()?,
        new: raw.new,
        match_path: raw.match_path.unwrap_or(false),
    })
}

fn resolve_when(raw: BTreeMap<String, OneOrMany<String>>) -> When {
    raw.into_iter()
        .map(|(name, values)| (name, values.into_vec()))
        .collect()
}

fn resolve_field(name: String, raw: RawField) -> Result<FieldDef, String> {
    Ok(FieldDef {
        kind: raw.kind.unwrap_or(FieldType::Any),
        of: raw.of,
        required: raw.required.unwrap_or(false),
        required_when: raw.required_when.map(resolve_when),
        pattern: raw.pattern.as_deref().map(anchored).transpose()?,
        one_of: raw.one_of,
        role: raw.role,
        description: raw.description,
        name,
    })
}

fn resolve_link((name, raw): (String, RawLink)) -> LinkDef {
    LinkDef {
        field: raw.field.unwrap_or_else(|| format!("links.{name}")),
        to: raw.to.unwrap_or_default(),
        min: raw.min.unwrap_or(0),
        min_when: raw.min_when.map(resolve_when),
        max: raw.max,
        inverse: raw.inverse,
        separator: raw.separator,
        shape: raw.shape,
        external: raw.external.unwrap_or(false),
        acyclic: raw.acyclic.unwrap_or(false),
        impact: raw.impact.unwrap_or(true),
        description: raw.description,
        name,
    }
}

/// Compiles a user's pattern, anchored at both ends; its size is bounded.
fn anchored(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > 1_024 {
        return Err("a pattern is longer than 1,024 bytes".to_owned());
    }
    regex::RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(1 << 20)
        .build()
        .map_err(|error| format!("pattern `{pattern}`: {error}").replace('\n', " "))
}

fn check_kind_names(kinds: &[Kind], file: &str) -> Result<(), ConfigError> {
    for kind in kinds {
        let named = kind.links.iter().flat_map(|link| link.to.iter());
        let named = named
            .chain(kind.steps.iter().flatten())
            .chain(kind.activities.iter().flatten());
        for name in named {
            if !kinds.iter().any(|kind| kind.name == *name) {
                return Err(ConfigError::Kind {
                    file: file.to_owned(),
                    position: Position::default(),
                    kind: kind.name.clone(),
                    message: format!("names the kind `{name}`, which is not declared"),
                });
            }
        }
    }
    Ok(())
}

fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn toml_to_json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(toml_to_json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, toml_to_json(value)))
            .collect(),
    }
}

/// Returns the text of a date value, TOML's own or a quoted one.
pub fn date_text(value: &Value) -> Option<&str> {
    match value {
        Value::Date(text) | Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
