//! `govkit rules`

use anyhow::Result;
use govkit_core::config::{Config, Level};
use govkit_core::diff::CHANGE_RULES;
use govkit_core::finding::Severity;
use govkit_core::rules::RULES;
use schemars::JsonSchema;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::listing::Listing;

/// List the rules of `check`, of plugins, and of `diff`
///
/// The severity is the one in force here: `[severity]` in govkit.toml overrides it.
/// Formats: human, tsv (when piped), json, ndjson, csv, markdown.
#[derive(clap::Args, Debug)]
pub(crate) struct RulesArgs {
    /// Only rules of this sort
    #[arg(long, value_enum)]
    sort: Option<Sort>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Sort {
    /// Rules of `govkit check`.
    Check,
    /// Rules that plugins bring to `govkit check`.
    Plugin,
    /// Rules of `govkit diff`.
    Change,
}

/// One rule in `govkit rules --format json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Item<'a> {
    rule: &'a str,
    sort: Sort,
    severity: &'a str,
    summary: &'a str,
}

pub(crate) fn run(context: &Context<'_>, args: &RulesArgs) -> Result<Exit> {
    // Outside a repository there is still something to list.
    let config = context
        .find_config(&context.at())
        .ok()
        .flatten()
        .unwrap_or_default();
    let mut listing = Listing::new("rules", "rule", &["rule", "sort", "severity", "summary"]);
    let mut push = |item: Item<'_>| {
        if args.sort.is_some_and(|sort| sort != item.sort) {
            return Ok(());
        }
        let sort = format!("{:?}", item.sort).to_lowercase();
        let row = vec![
            item.rule.to_owned(),
            sort,
            item.severity.to_owned(),
            item.summary.to_owned(),
        ];
        listing.push(item.rule, row, &item)
    };
    for rule in RULES {
        let severity = level_name(config.level(rule.id(), rule.level()));
        push(Item {
            rule: rule.id(),
            sort: Sort::Check,
            severity,
            summary: rule.summary(),
        })?;
    }
    for (rule, level, summary) in plugin_rules(context, &config)? {
        push(Item {
            rule: &rule,
            sort: Sort::Plugin,
            severity: level_name(level),
            summary: &summary,
        })?;
    }
    for rule in CHANGE_RULES.iter().copied().filter(|rule| rule.emitted) {
        push(Item {
            rule: rule.id,
            sort: Sort::Change,
            severity: rule.severity.name(),
            summary: rule.detects,
        })?;
    }
    listing.print(context.ui, context.global)?;
    Ok(Exit::Clean)
}

fn plugin_rules(context: &Context<'_>, config: &Config) -> Result<Vec<(String, Level, String)>> {
    if config.plugins.is_empty() {
        return Ok(Vec::new());
    }
    let mut rules = Vec::new();
    for plugin in Plugins::load(context, &context.at(), config, &[])?.iter() {
        for rule in &plugin.description().rules {
            let id = format!("{}/{}", plugin.name(), rule.id);
            let level = config.level(&id, level_of(rule.severity));
            rules.push((id, level, rule.summary.clone()));
        }
    }
    Ok(rules)
}

/// Returns the level of a severity.
pub(crate) fn level_of(severity: Severity) -> Level {
    match severity {
        Severity::Info => Level::Info,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    }
}

/// Returns the word for a level.
pub(crate) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}
