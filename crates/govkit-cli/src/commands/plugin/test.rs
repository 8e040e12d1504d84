//! `govkit plugin test`

use std::path::Path;

use anyhow::{Context as _, Result};
use govkit_core::config::PluginConfig;
use govkit_core::untrusted::Untrusted;
use serde_json::Value;

use super::cases::{Answer, Case, all};
use super::hostile;
use super::project::Project;
use crate::context::Context;
use crate::exit::Exit;
use crate::plugins::host;

pub(super) fn run(context: &Context<'_>, dir: &Path, bless: bool) -> Result<Exit> {
    let dir = context.directory().join(dir);
    let project = Project::read(&dir)?;
    let component = project.component(&dir);
    let bytes = std::fs::read(&component).with_context(|| {
        format!(
            "read `{}`; `govkit plugin build` writes it",
            component.display()
        )
    })?;
    let mut plugin = host(context)?.load(&project.name, &bytes)?;
    let mut lines = Vec::new();
    let (mut differs, mut incomplete) = (false, false);
    for case in all(&dir)? {
        let answer = case
            .run(&mut plugin)
            .with_context(|| format!("run the case `{}`", case.name))?;
        incomplete |= !answer.incomplete.is_empty();
        if bless && answer.incomplete.is_empty() {
            case.bless(&answer)?;
            lines.push(format!("blessed    {}", case.name));
            continue;
        }
        let wrong = compare(&case, &answer)?;
        differs |= !wrong.is_empty();
        let verdict = match (answer.incomplete.is_empty(), wrong.is_empty()) {
            (false, _) => "incomplete",
            (true, false) => "differs",
            (true, true) => "ok",
        };
        lines.push(format!("{verdict:<10} {}{}", case.name, figures(&answer)));
        let detail = answer.incomplete.iter().chain(&wrong);
        lines.extend(detail.map(|line| format!("           {line}")));
    }
    let (count, failed) = hostile::run(&plugin, &PluginConfig::default())?;
    incomplete |= !failed.is_empty();
    let verdict = if failed.is_empty() {
        "ok"
    } else {
        "incomplete"
    };
    lines.push(format!("{verdict:<10} {count} hostile inputs"));
    lines.extend(failed.iter().map(|line| format!("           {line}")));
    context.ui.report(|out| {
        lines
            .iter()
            .try_for_each(|line| writeln!(out, "{}", Untrusted::line(line)))
    })?;
    Ok(match (incomplete, differs) {
        (true, _) => Exit::Incomplete,
        (false, differs) => Exit::no_if(differs),
    })
}

/// What a case took of its limits, for the author.
fn figures(answer: &Answer) -> String {
    let used = answer.used;
    if used.fuel_limit == 0 {
        return String::new();
    }
    format!(
        " ({} of {} million instructions, {} KiB of memory)",
        used.fuel.div_ceil(1_000_000),
        used.fuel_limit / 1_000_000,
        used.memory_bytes >> 10
    )
}

/// Says in a line each what differs.
fn compare(case: &Case, answer: &Answer) -> Result<Vec<String>> {
    let (json, files) = case.expected()?;
    let mut wrong = Vec::new();
    if json != answer.json {
        let list = |value: Option<Value>| match value {
            Some(Value::Array(items)) => items,
            Some(other) => vec![other],
            None => Vec::new(),
        };
        let (wanted, found) = (list(json), list(answer.json.clone()));
        wrong.extend(
            wanted
                .iter()
                .filter(|one| !found.contains(one))
                .map(|one| format!("- {one}")),
        );
        wrong.extend(
            found
                .iter()
                .filter(|one| !wanted.contains(one))
                .map(|one| format!("+ {one}")),
        );
        if wrong.is_empty() {
            wrong.push("expected.json has other values, or another order".to_owned());
        }
    }
    for (path, bytes) in &files {
        match answer.files.get(path) {
            None => wrong.push(format!("- expected/{path}: not written")),
            Some(found) if found != bytes => wrong.push(format!(
                "~ expected/{path}: {}",
                first_difference(bytes, found)
            )),
            Some(_) => {}
        }
    }
    let more = answer
        .files
        .keys()
        .filter(|path| !files.contains_key(*path));
    wrong.extend(more.map(|path| format!("+ {path}: written, and not expected")));
    Ok(wrong)
}

fn first_difference(wanted: &[u8], found: &[u8]) -> String {
    let (wanted, found) = (
        String::from_utf8_lossy(wanted),
        String::from_utf8_lossy(found),
    );
    let lines = wanted.lines().zip(found.lines()).enumerate();
    let differing = lines.into_iter().find(|(_, (a, b))| a != b);
    differing.map_or_else(
        || "it has more or fewer lines".to_owned(),
        |(at, (wanted, found))| format!("line {}: `{wanted}` expected, `{found}` written", at + 1),
    )
}
