//! `govkit show`

mod published;

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::time::{Moment, Why};
use govkit_core::untrusted::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::Format;
use crate::commands::refs::Place;
use crate::comparison::label;
use crate::context::Context;
use crate::exit::Exit;
use crate::past::Answer;
use crate::report::{envelope, markdown};
use crate::ui::Style;
use govkit_core::value::Value;

/// Show one artifact
///
/// Formats: human, markdown (the body with a table of its fields), json. `--raw` prints the
/// exact bytes of the file, so that `govkit show POL-001@v1 --raw | sha256sum` is its digest.
///
/// Examples:
///   govkit show POL-001
///   govkit show POL-001@v2026.1
///   govkit show POL-001 --on 2026-06-01
///   govkit show POL-001 --published --raw
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ShowArgs {
    /// An id or a path, optionally `@REV`
    artifact: String,
    /// Show the version that was in force on DATE; exit 1 when none was
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// With `--on`: count only what was known at this revision or on this date
    #[arg(long, value_name = "REV|DATE", requires = "on")]
    known_at: Option<String>,
    /// Show the version that is published, also while a draft is being written: the last one whose
    /// status means "in force" and whose approvals verify; exit 1 when there is none
    #[arg(long, conflicts_with = "on")]
    published: bool,
    /// Print the file's exact bytes
    #[arg(long)]
    raw: bool,
    /// Print the text git should compare: one fact a line, then the body (for `diff.govkit.textconv`)
    #[arg(long, hide = true)]
    textconv: bool,
}

/// What `--format json` prints.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Report<'a> {
    artifact: Shown<'a>,
}

/// The JSON of an artifact.
#[derive(Serialize, JsonSchema)]
struct Shown<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
    status: Option<String>,
    owner: Option<String>,
    path: &'a str,
    revision: String,
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<&'a str>,
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    fields: &'a govkit_core::value::Table,
    links: Vec<ShownLink<'a>>,
    sections: Vec<ShownSection<'a>>,
    steps: &'a [govkit_core::artifact::Step],
    activities: &'a [govkit_core::artifact::Activity],
    params: std::collections::BTreeMap<&'a str, &'a str>,
    body: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct ShownLink<'a> {
    link: &'a str,
    to: &'a str,
    at: Place,
}

#[derive(Serialize, JsonSchema)]
struct ShownSection<'a> {
    heading: &'a str,
    level: u8,
    anchor: &'a str,
    line: u32,
    /// Byte offsets into the file.
    start: usize,
    end: usize,
}

pub(crate) fn run(context: &Context<'_>, args: &ShowArgs) -> Result<Exit> {
    let (name, at) = context.split_revision(&args.artifact);
    if args.textconv {
        return textconv(context, &args.artifact);
    }
    let (artifact, config, revision) = match &args.on {
        None if args.published => match published::find(context, name, &at)? {
            Some(found) => found,
            None => {
                context.ui.say(&format!(
                    "no version of `{}` is published",
                    Untrusted::line(name)
                ));
                return Ok(Exit::No);
            }
        },
        None => {
            let (artifact, config) = context.artifact(name, &at)?;
            (artifact, config, None)
        }
        Some(on) => match in_force(context, args, on)? {
            Ok(found) => found,
            Err(exit) => return Ok(exit),
        },
    };
    if args.raw {
        context
            .ui
            .report(|out| out.write_all(artifact.text.as_bytes()))?;
        return Ok(Exit::Clean);
    }
    let format = context.ui.format(
        "show",
        &[Format::Human, Format::Json, Format::Markdown],
        Format::Human,
    )?;
    let revision = match revision {
        Some(revision) => revision,
        None => label(context, &at)?,
    };
    let style = context.ui.style();
    let pager = || context.repository().ok()?.user_setting("core.pager");
    match format {
        Format::Json => {
            let body = Report {
                artifact: shown(&artifact, &config, revision),
            };
            context
                .ui
                .report(|out| envelope::json("show", &body, out))?;
        }
        Format::Markdown => context.ui.report(|out| markdown(&artifact, &config, out))?,
        _ => context.ui.paged(pager, |out| {
            human(&artifact, &config, &revision, style, out)
        })?,
    }
    Ok(Exit::Clean)
}

/// An artifact, its configuration, and the commit that made it.
type Found = (Artifact, Arc<Config>, Option<String>);

/// The version in force on a date, or how the run ends without one.
fn in_force(context: &Context<'_>, args: &ShowArgs, on: &str) -> Result<Result<Found, Exit>> {
    let on = Moment::parse(on)?;
    let mut answer = Answer::ask(context, on, args.known_at.as_deref())?;
    let found = answer.find(context, &args.artifact)?;
    if let Some(gap) = answer.past.gap() {
        context.ui.warn(&gap);
        return Ok(Err(Exit::Incomplete));
    }
    let Some(standing) = found.iter().find(|it| it.why == Why::InForce) else {
        let hint = format!("`govkit in-force {} --on {on}` says why", args.artifact);
        context.ui.say(&format!(
            "`{}` was not in force on {on}; {hint}",
            args.artifact
        ));
        return Ok(Err(Exit::No));
    };
    let past = &answer.past;
    let artifact = past.artifact(context, standing.path, standing.text)?;
    let commit = past.step(standing.step).commit.to_hex();
    Ok(Ok((artifact, past.config.clone(), Some(commit))))
}

/// What git hands a textconv program: a file of its own choosing, in no repository we know.
fn textconv(context: &Context<'_>, file: &str) -> Result<Exit> {
    let bytes = std::fs::read(file).map_err(|error| anyhow::anyhow!("read `{file}`: {error}"))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let split = govkit_core::front_matter::detect(&text);
    let front = split.and_then(|split| {
        govkit_core::front_matter::FrontMatter::read_split(&text, split, &context.limits).ok()
    });
    let front = front.unwrap_or_default();
    context.ui.report(|out| {
        for (path, field) in front.fields.leaves() {
            writeln!(out, "{path}: {}", field.node.value.display())?;
        }
        out.write_all(text.get(front.body..).unwrap_or("").as_bytes())
    })?;
    Ok(Exit::Clean)
}

fn shown<'a>(artifact: &'a Artifact, config: &Config, revision: String) -> Shown<'a> {
    let links = artifact.links.iter().map(|link| ShownLink {
        link: &link.name,
        to: &link.target,
        at: Place::of(artifact, link.span.start),
    });
    let sections = artifact
        .outline()
        .sections
        .iter()
        .map(|section| ShownSection {
            heading: &section.heading,
            level: section.level,
            anchor: &section.anchor,
            line: artifact.position(section.span.start).line,
            start: section.span.start,
            end: section.span.end,
        });
    Shown {
        id: &artifact.id,
        kind: &artifact.kind,
        title: &artifact.title,
        status: artifact.standing_status(config),
        owner: artifact.owner(config),
        path: artifact.path.as_str(),
        revision,
        digest: artifact.digest(),
        blob: artifact.blob.as_deref(),
        fields: &artifact.fields,
        links: links.collect(),
        sections: sections.collect(),
        steps: &artifact.steps,
        activities: &artifact.activities,
        params: artifact
            .params
            .iter()
            .map(|param| (param.name.as_str(), param.value.as_str()))
            .collect(),
        body: artifact.body_text(),
    }
}

fn human(
    artifact: &Artifact,
    config: &Config,
    revision: &str,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bold, plain) = if style.colour {
        ("\u{1b}[1m", "\u{1b}[0m")
    } else {
        ("", "")
    };
    let id = Untrusted::line(&artifact.id);
    writeln!(
        out,
        "{bold}{id} {}{plain}",
        Untrusted::line(&artifact.title)
    )?;
    let label = config
        .kind(&artifact.kind)
        .map_or(&*artifact.kind, |kind| kind.label.as_str());
    let revision = revision
        .get(..12)
        .filter(|_| revision.len() >= 40)
        .unwrap_or(revision);
    writeln!(
        out,
        "{} · {} · {revision}",
        label.to_lowercase(),
        artifact.path
    )?;
    writeln!(out)?;
    for (name, field) in artifact.fields.leaves() {
        let kind = config.kind(&artifact.kind);
        let shown_elsewhere = name == "id"
            || kind.is_some_and(|kind| kind.title.as_deref() == Some(name.as_str()))
            || ((name == "steps" || name == "activities")
                && matches!(field.node.value, Value::Array(_)));
        if !shown_elsewhere {
            writeln!(
                out,
                "  {:<14} {}",
                Untrusted::line(&name).to_string(),
                Untrusted::line(&standing_field(artifact, config, &name, &field.node.value))
            )?;
        }
    }
    human_steps(artifact, out)?;
    human_activities(artifact, out)?;
    writeln!(out)?;
    writeln!(out, "{}", Untrusted::block(artifact.body_text().trim()))
}

/// A field as it counts: a status whose approvals are missing says so.
fn standing_field(artifact: &Artifact, config: &Config, name: &str, value: &Value) -> String {
    let field = config
        .kind(&artifact.kind)
        .and_then(|kind| kind.status_field());
    let standing = (name == field.unwrap_or("status"))
        .then(|| artifact.standing_status(config))
        .flatten();
    standing.unwrap_or_else(|| value.display())
}

fn human_steps(artifact: &Artifact, out: &mut dyn Write) -> io::Result<()> {
    if artifact.steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n  steps")?;
    for (index, step) in artifact.steps.iter().enumerate() {
        writeln!(out, "  {:>3}. {}", index + 1, Untrusted::line(&step.action))?;
        let who = step.who.join(", ");
        let timing = step
            .within
            .as_deref()
            .map(|within| format!("within {within}"))
            .or_else(|| step.when.clone());
        let evidence =
            (!step.evidence.is_empty()).then(|| format!("evidence: {}", step.evidence.join(", ")));
        let parts: Vec<String> = [Some(who).filter(|who| !who.is_empty()), timing, evidence]
            .into_iter()
            .flatten()
            .collect();
        if !parts.is_empty() {
            writeln!(out, "       {}", Untrusted::line(&parts.join(" · ")))?;
        }
    }
    Ok(())
}

fn human_activities(artifact: &Artifact, out: &mut dyn Write) -> io::Result<()> {
    if artifact.activities.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n  activities")?;
    for activity in &artifact.activities {
        writeln!(out, "   - {}", Untrusted::line(&activity.action))?;
        let raci = [
            ("R", &activity.r),
            ("A", &activity.a),
            ("C", &activity.c),
            ("I", &activity.i),
        ];
        let parts: Vec<String> = raci
            .iter()
            .filter(|(_, who)| !who.is_empty())
            .map(|(letter, who)| format!("{letter}: {}", who.join(", ")))
            .collect();
        writeln!(out, "       {}", Untrusted::line(&parts.join(" · ")))?;
    }
    Ok(())
}

fn markdown(artifact: &Artifact, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| field | value |\n| --- | --- |")?;
    for (name, field) in artifact.fields.leaves() {
        writeln!(
            out,
            "| {} | {} |",
            markdown::cell(&name),
            markdown::cell(&standing_field(artifact, config, &name, &field.node.value))
        )?;
    }
    writeln!(out, "\n{}", Untrusted::block(artifact.body_text().trim()))
}
