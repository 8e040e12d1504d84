//! From the configuration as written to the typed one: layers laid over each other, defaults put in, names checked.

use std::collections::BTreeMap;

use regex::Regex;

use super::approvals;
use super::claims::Claims;
use super::id_rule::{IdRule, PathPattern};
use super::raw::{
    OneOrMany, Over, RawApprovers, RawConfig, RawField, RawId, RawKind, RawLink, RawPlugin,
    RawStatus,
};
use super::severity;
use super::{
    ApproverDef, CONFIGURATION_KIND, Config, ConfigError, FieldDef, FieldType, Kind, LinkDef,
    PluginConfig, StatusDef, Syntax, When,
};
use crate::diff::{ChangeSeverity, change_rule};
use crate::nearest::{did_you_mean, nearest};
use crate::position::Position;

/// Reads the configuration as written and lays it over its profile.
pub(super) fn with_profile(text: &str, file: &str) -> Result<RawConfig, ConfigError> {
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

/// Types a configuration; `file` is the name used in messages, `text` what they give places in.
pub(super) fn config(raw: RawConfig, file: &str, text: &str) -> Result<Config, ConfigError> {
    let defaults = raw.defaults.unwrap_or_default();
    let mut kinds = Vec::with_capacity(raw.kinds.len());
    for (name, kind) in raw.kinds {
        let kind = resolve_kind(&name, kind.over(defaults.clone()));
        kinds.push(kind.map_err(|message| ConfigError::in_kind(file, &name, message))?);
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
    let approvals = raw
        .approvals
        .map(|raw| approvals::resolve(raw, Some(&kinds)));
    let approvals = approvals
        .transpose()
        .map_err(|(key, message)| table_error(&key, message))?;
    let plugins = raw.plugins.into_iter();
    Ok(Config {
        profile: raw.profile,
        repository_id: raw.repository.id,
        name: raw.repository.name,
        default_branch: raw.repository.default_branch,
        severity: severities.all.checks.clone(),
        severities,
        approvers,
        approvals,
        kinds,
        plugins: plugins
            .map(|(name, plugin)| (name, resolve_plugin(plugin)))
            .collect(),
        claims,
    })
}

fn resolve_plugin(raw: RawPlugin) -> PluginConfig {
    let config = raw.config.map_or_else(
        || serde_json::Value::Object(serde_json::Map::new()),
        |table| toml_to_json(toml::Value::Table(table)),
    );
    PluginConfig {
        kinds: raw.kinds,
        enabled: raw.enabled.unwrap_or(true),
        config,
        assets: raw.assets.unwrap_or_default(),
    }
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
        status: raw.status.map(resolve_status).transpose()?,
        fields,
        links,
        steps: raw.steps.map(|steps| steps.who.unwrap_or_default()),
        activities: raw
            .activities
            .map(|activities| activities.who.unwrap_or_default()),
    })
}

fn resolve_status(raw: RawStatus) -> Result<StatusDef, String> {
    let status = StatusDef {
        field: raw.field.unwrap_or_else(|| "status".to_owned()),
        values: raw.values.unwrap_or_default(),
        initial: raw.initial,
        in_force: raw.in_force.unwrap_or_default(),
        transitions: raw.transitions.unwrap_or_default(),
    };
    check_statuses(&status)?;
    Ok(status)
}

/// Whether every status that is named is one of the values; without values any may be.
fn check_statuses(status: &StatusDef) -> Result<(), String> {
    let transitions = status.transitions.iter();
    let transitions = transitions.flat_map(|(from, to)| std::iter::once(from).chain(to));
    let named = [("status.initial", status.initial.iter().collect::<Vec<_>>())]
        .into_iter()
        .chain([("status.in_force", status.in_force.iter().collect())])
        .chain([("status.transitions", transitions.collect())]);
    for (key, names) in named {
        let unknown = |name: &&String| !status.values.is_empty() && !status.values.contains(name);
        if let Some(name) = names.into_iter().find(unknown) {
            let offer = did_you_mean(nearest(name, status.values.iter().map(String::as_str)));
            return Err(format!(
                "`{name}` in `{key}` is none of `status.values`{}",
                offer.map_or_else(String::new, |offer| format!("; {offer}"))
            ));
        }
    }
    Ok(())
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

/// Reads who has to agree; an error names the key it is about.
fn resolve_approvers(raw: RawApprovers, kinds: &[Kind]) -> Result<ApproverDef, (String, String)> {
    let known =
        |name: &String| name == CONFIGURATION_KIND || kinds.iter().any(|kind| kind.name == *name);
    if let Some(name) = raw.kinds.iter().find(|name| !known(name)) {
        let message = format!("`approvers` names the kind `{name}`, which is not declared");
        return Err((name.clone(), message));
    }
    let is_rule = |id: &&String| change_rule(id).is_none() && !id.contains('/');
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
        .or_else(|| text.find("[approvals"))
        .unwrap_or(0);
    let mut places = text[from..].match_indices(key).map(|(at, _)| from + at);
    Position::of(text, places.find(|at| word(*at)).unwrap_or(0))
}

fn check_kind_names(kinds: &[Kind], file: &str) -> Result<(), ConfigError> {
    for kind in kinds {
        let named = kind.links.iter().flat_map(|link| link.to.iter());
        let named = named
            .chain(kind.steps.iter().flatten())
            .chain(kind.activities.iter().flatten());
        for name in named {
            if !kinds.iter().any(|kind| kind.name == *name) {
                let message = format!("names the kind `{name}`, which is not declared");
                return Err(ConfigError::in_kind(file, &kind.name, message));
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

/// Turns a TOML value into a JSON one; dates become texts.
pub(super) fn toml_to_json(value: toml::Value) -> serde_json::Value {
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
