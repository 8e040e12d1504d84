//! `govkit doctor`

use anyhow::Result;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use govkit_git::Repository;
use serde::Serialize;

use crate::args::Format;
use crate::context::{Context, describe_at};
use crate::exit::Exit;
use crate::plugins::{Plugins, cache_directory};
use crate::report::envelope;

/// Report on the surroundings: repository, configuration, plugins, caches
///
/// Changes nothing. Also says which locks were left behind, and what git has not finished.
/// Exits 1 when something would keep govkit from working here.
/// Formats: human, tsv (when piped: ok or not, what, how it is), json.
#[derive(clap::Args, Debug)]
pub(crate) struct DoctorArgs {}

#[derive(Serialize)]
struct Finding {
    ok: bool,
    what: &'static str,
    is: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

pub(crate) fn run(context: &Context<'_>, _args: &DoctorArgs) -> Result<Exit> {
    let format = context.ui.format(
        "doctor",
        &[Format::Human, Format::Tsv, Format::Json],
        Format::Tsv,
    )?;
    let findings = examine(context);
    let sick = findings.iter().any(|finding| !finding.ok);
    context.ui.report(|out| match format {
        Format::Json => envelope::json(
            "doctor",
            &serde_json::json!({"ok": !sick, "items": findings}),
            out,
        ),
        Format::Tsv => findings.iter().try_for_each(|finding| {
            writeln!(
                out,
                "{}\t{}\t{}",
                if finding.ok { "ok" } else { "not ok" },
                finding.what,
                Untrusted::line(&finding.is)
            )
        }),
        _ => findings.iter().try_for_each(|finding| {
            writeln!(
                out,
                "{} {:<14} {}",
                if finding.ok { "ok    " } else { "not ok" },
                finding.what,
                Untrusted::line(&finding.is)
            )?;
            finding
                .help
                .iter()
                .try_for_each(|help| writeln!(out, "{:>22}{}", "", Untrusted::line(help)))
        }),
    })?;
    Ok(Exit::no_if(sick))
}

fn examine(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |ok: bool, what: &'static str, is: String, help: Option<&str>| {
        findings.push(Finding {
            ok,
            what,
            is,
            help: help.map(str::to_owned),
        });
    };
    add(true, "govkit", env!("CARGO_PKG_VERSION").to_owned(), None);
    let repository = match context.repository() {
        Ok(repository) => repository,
        Err(error) => {
            add(
                false,
                "repository",
                format!("{error:#}"),
                Some("run govkit inside a git repository, or `govkit init`"),
            );
            return findings;
        }
    };
    let place = repository
        .workdir()
        .unwrap_or(repository.git_dir())
        .display()
        .to_string();
    let form = if repository.is_bare() {
        "bare"
    } else {
        "with a work tree"
    };
    add(
        true,
        "repository",
        format!("{place} ({form}, {})", repository.object_format()),
        None,
    );
    let shallow = repository.is_shallow();
    let history = if shallow {
        "shallow: older commits are not here"
    } else {
        "complete"
    };
    add(
        true,
        "history",
        history.to_owned(),
        shallow.then_some("`git fetch --unshallow` brings the rest; `log` needs it"),
    );
    writing(repository, &mut add);
    let at = context.at();
    match context.config(&at) {
        Ok(config) => {
            let profile = config
                .profile
                .as_deref()
                .map_or_else(String::new, |name| format!(", profile {name}"));
            add(
                true,
                "configuration",
                format!("{} kinds{profile}", config.kinds.len()),
                None,
            );
            corpus(context, &at, &config, &mut add);
        }
        Err(error) => add(
            false,
            "configuration",
            format!("{error:#}"),
            Some("`govkit init` writes one"),
        ),
    }
    let cache =
        cache_directory().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    add(true, "cache", cache, None);
    findings
}

/// What keeps git and govkit from writing here, and the way out.
fn writing(
    repository: &Repository,
    add: &mut impl FnMut(bool, &'static str, String, Option<&str>),
) {
    if repository.is_being_written() {
        let is = "another govkit writes at this moment".to_owned();
        add(true, "writing", is, None);
    }
    if let Some((what, way_out)) = repository.unfinished() {
        let help = format!("`{way_out}` ends it; until then `govkit commit` refuses");
        add(
            false,
            "unfinished",
            format!("{what} is not finished"),
            Some(&help),
        );
    }
    for left in repository.leftovers() {
        let path = left.path.display();
        let age = left
            .age
            .map_or(String::new(), |age| format!(", {} s old", age.as_secs()));
        if left.blocks {
            let help = format!(
                "a git or govkit that runs holds it, or one that was stopped left it; if none runs, `rm '{path}'` (nothing is lost: `git status` shows what was staged)"
            );
            add(false, "lock", format!("{path}{age}"), Some(&help));
        } else {
            let help =
                format!("a govkit that was stopped left it; `rm -r '{path}'` when none runs");
            add(true, "rest", format!("{path}{age}"), Some(&help));
        }
    }
}

fn corpus(
    context: &Context<'_>,
    at: &At,
    config: &std::sync::Arc<govkit_core::config::Config>,
    add: &mut impl FnMut(bool, &'static str, String, Option<&str>),
) {
    match context.corpus_with(at, config.clone()) {
        Ok(corpus) => {
            let problems = corpus.problems().len();
            let is = format!(
                "{} in {}, {problems} unreadable",
                corpus.artifacts().len(),
                describe_at(at)
            );
            add(
                problems == 0,
                "artifacts",
                is,
                (problems > 0).then_some("`govkit check` says why"),
            );
        }
        Err(error) => add(false, "artifacts", format!("{error:#}"), None),
    }
    match Plugins::load(context, at, config, &[]) {
        Ok(plugins) => {
            let names: Vec<String> = plugins
                .iter()
                .map(|plugin| plugin.name().to_owned())
                .collect();
            add(
                true,
                "plugins",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                },
                None,
            );
        }
        Err(error) => add(
            false,
            "plugins",
            format!("{error:#}"),
            Some("`govkit plugin list` shows what is pinned"),
        ),
    }
}
