//! `govkit status`

use std::io::{self, Write};

use anyhow::Result;
use govkit_core::artifact::Artifact;
use govkit_core::check::check;
use govkit_core::corpus::Corpus;
use govkit_core::diff::CompareMode;
use govkit_core::rules::RULES;
use govkit_core::snapshot::At;
use govkit_core::untrusted::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::approvals::Approvals;
use crate::args::Format;
use crate::comparison::Comparison;
use crate::context::Context;
use crate::exit::Exit;
use crate::report::envelope;
use crate::ui::record;

/// Show what changed since HEAD and what needs attention
///
/// Lists the artifacts that differ from the last commit, the findings of the built-in rules by
/// severity, reviews or exceptions whose date has passed, and artifacts whose approvals are
/// missing, or stale because the artifact changed after it was approved.
///
/// Formats: human, tsv (when piped: change, id, path), json.
#[derive(clap::Args, Debug)]
pub(crate) struct StatusArgs {}

/// What `--format json` prints.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Status {
    head: Option<String>,
    counts: std::collections::BTreeMap<String, usize>,
    items: Vec<Changed>,
    findings: Counts,
    overdue: Vec<Overdue>,
    /// Artifacts whose status needs approvals that are missing.
    unapproved: Vec<Unapproved>,
}

#[derive(Serialize, JsonSchema)]
struct Unapproved {
    id: String,
    path: String,
    /// `effective (unapproved)`.
    status: Option<String>,
    /// `stale`, `partial`, `missing` or `rolled-back`.
    state: &'static str,
    /// Who has to agree, in words.
    missing: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Changed {
    change: &'static str,
    id: Option<String>,
    kind: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_path: Option<String>,
}

#[derive(Default, Serialize, JsonSchema)]
struct Counts {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Serialize, JsonSchema)]
struct Overdue {
    id: Option<String>,
    rule: String,
    path: String,
    message: String,
}

pub(crate) fn run(context: &Context<'_>, _args: &StatusArgs) -> Result<Exit> {
    let format = context.ui.format(
        "status",
        &[Format::Human, Format::Tsv, Format::Json],
        Format::Tsv,
    )?;
    let status = gather(context)?;
    if context.global.quiet {
        let ids = status
            .items
            .iter()
            .map(|item| item.id.as_deref().unwrap_or(&item.path));
        context.ui.ids(ids, context.global.null)?;
        return Ok(Exit::Clean);
    }
    context.ui.report(|out| match format {
        Format::Json => envelope::json("status", &status, out),
        Format::Tsv => status.items.iter().try_for_each(|item| {
            let cells = [item.change, item.id.as_deref().unwrap_or(""), &item.path];
            record(&cells, context.global.null, out)
        }),
        _ => human(&status, out),
    })?;
    Ok(Exit::Clean)
}

fn gather(context: &Context<'_>) -> Result<Status> {
    let repository = context.repository()?;
    let head = repository.head()?;
    let base = if head.is_some() {
        At::Revision("HEAD".to_owned())
    } else {
        At::Empty
    };
    let items = if repository.is_bare() {
        Vec::new()
    } else {
        let comparison = Comparison::read(context, CompareMode::Worktree, &base, &At::Worktree)?;
        let set = comparison.structure();
        set.artifacts
            .into_iter()
            .map(|change| Changed {
                change: change.change.name(),
                id: change.id,
                kind: change.kind,
                path: change.path,
                old_path: change.old_path,
            })
            .collect()
    };
    let corpus = context.corpus(&context.at())?;
    let mut findings = Counts::default();
    let mut overdue = Vec::new();
    for finding in check(&corpus, RULES, context.now()?) {
        match finding.severity {
            govkit_core::finding::Severity::Error => findings.error += 1,
            govkit_core::finding::Severity::Warning => findings.warning += 1,
            govkit_core::finding::Severity::Info => findings.info += 1,
        }
        if matches!(
            finding.rule.as_str(),
            "review-overdue" | "exception-expired"
        ) {
            overdue.push(Overdue {
                id: finding.artifact,
                rule: finding.rule,
                path: finding.path.as_str().to_owned(),
                message: finding.message,
            });
        }
    }
    let counts = corpus
        .counts()
        .into_iter()
        .map(|(kind, count)| (kind.to_owned(), count))
        .collect();
    Ok(Status {
        head: head.map(|commit| commit.id),
        counts,
        items,
        findings,
        overdue,
        unapproved: unapproved(context, &corpus)?,
    })
}

fn unapproved(context: &Context<'_>, corpus: &Corpus) -> Result<Vec<Unapproved>> {
    let config = corpus.config();
    let waiting: Vec<&Artifact> = corpus
        .artifacts()
        .iter()
        .filter(|artifact| artifact.unapproved)
        .collect();
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let approvals = Approvals::open(context, &context.at(), &context.config(&context.at())?)?;
    let rows = waiting.into_iter().map(|artifact| {
        let standing = approvals.standing(context, artifact);
        Unapproved {
            id: artifact.id.clone(),
            path: artifact.path.as_str().to_owned(),
            status: artifact.standing_status(config),
            state: standing.state.word(),
            missing: standing.missing,
        }
    });
    Ok(rows.collect())
}

fn human(status: &Status, out: &mut dyn Write) -> io::Result<()> {
    let counts: Vec<String> = status
        .counts
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let head = status
        .head
        .as_deref()
        .map_or("no commit yet", |id| id.get(..12).unwrap_or(id));
    writeln!(
        out,
        "at {head}: {}",
        if counts.is_empty() {
            "no artifacts".to_owned()
        } else {
            counts.join(", ")
        }
    )?;
    if status.items.is_empty() {
        writeln!(out, "\nnothing changed since the last commit")?;
    } else {
        writeln!(
            out,
            "\nchanged since the last commit (`govkit diff` says what)"
        )?;
        for item in &status.items {
            let id = item.id.as_deref().unwrap_or("-");
            writeln!(
                out,
                "  {:<8} {:<12} {}",
                item.change,
                Untrusted::line(id).to_string(),
                Untrusted::line(&item.path)
            )?;
        }
    }
    if !status.overdue.is_empty() {
        writeln!(out, "\npast its date")?;
        for item in &status.overdue {
            writeln!(
                out,
                "  {:<12} {}",
                Untrusted::line(item.id.as_deref().unwrap_or("-")).to_string(),
                Untrusted::line(&item.message)
            )?;
        }
    }
    if !status.unapproved.is_empty() {
        writeln!(out, "\nwaiting for approval (`govkit approve` gives it)")?;
        for item in &status.unapproved {
            writeln!(
                out,
                "  {:<12} {}, approvals {}: {}",
                Untrusted::line(&item.id).to_string(),
                Untrusted::line(item.status.as_deref().unwrap_or("")),
                item.state,
                Untrusted::line(&item.missing.join("; "))
            )?;
        }
    }
    let Counts {
        error,
        warning,
        info,
    } = status.findings;
    writeln!(
        out,
        "\nfindings of the built-in rules: {error} error, {warning} warning, {info} info (`govkit check` shows them)"
    )
}
