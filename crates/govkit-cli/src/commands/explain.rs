//! `govkit explain`

use anyhow::Result;
use govkit_core::diff::{CHANGE_RULES, explained};
use govkit_core::nearest::{did_you_mean, nearest};
use govkit_core::rule::page;
use govkit_core::rules::RULES;
use govkit_core::untrusted::Untrusted;

use crate::args::Format;
use crate::context::Context;
use crate::error::hinted;
use crate::exit::Exit;
use crate::plugins::Plugins;
use crate::report::envelope;

/// Explain a rule: what it asks, why it matters, what to do
///
/// Formats: human (Markdown), markdown, json.
///
/// Examples:
///   govkit explain broken-link
///   govkit explain META-STATUS
///   govkit explain plain-language/long-sentence
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExplainArgs {
    /// The rule's id, as findings show it in brackets
    rule: String,
}

pub(crate) fn run(context: &Context<'_>, args: &ExplainArgs) -> Result<Exit> {
    let format = context.ui.format(
        "explain",
        &[Format::Human, Format::Markdown, Format::Json],
        Format::Human,
    )?;
    let page = find(context, &args.rule)?;
    context.ui.report(|out| match format {
        Format::Json => envelope::json(
            "explain",
            &serde_json::json!({"rule": args.rule, "page": page}),
            out,
        ),
        _ => write!(out, "{}", Untrusted::block(&page)),
    })?;
    Ok(Exit::Clean)
}

fn find(context: &Context<'_>, id: &str) -> Result<String> {
    if let Some(rule) = RULES.iter().find(|rule| rule.id() == id) {
        return Ok(page(*rule));
    }
    if let Some(rule) = CHANGE_RULES
        .iter()
        .find(|rule| rule.id.eq_ignore_ascii_case(id))
    {
        return Ok(explained(rule));
    }
    if let Some((plugin, rule)) = id.split_once('/') {
        let config = context.config(&context.at())?;
        let plugins = Plugins::load(context, &context.at(), &config, &[])?;
        let found = plugins.iter().filter(|loaded| loaded.name() == plugin);
        let found = found
            .flat_map(|loaded| &loaded.description().rules)
            .find(|known| known.id == rule);
        if let Some(rule) = found {
            return Ok(format!(
                "# {id}\n\n{}\n\nSeverity: {}\n\n{}\n",
                rule.summary,
                rule.severity.name(),
                rule.page.trim()
            ));
        }
    }
    let built_in = RULES.iter().map(|rule| rule.id());
    let known = built_in.chain(CHANGE_RULES.iter().map(|rule| rule.id));
    let offer = did_you_mean(nearest(id, known)).unwrap_or_default();
    Err(hinted(
        format!("no rule is called `{id}`"),
        format!("{offer} `govkit rules` lists them").trim_start(),
    ))
}
