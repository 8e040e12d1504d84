//! For a pull request: a verdict, a short table, everything else folded.

use std::io::{self, Write};

use govkit_core::diff::{ArtifactChange, ChangeFinding, ChangeSet, ChangeSeverity, Mark, Redline};

use super::words;
use crate::report::cell;

/// Rows of the table a reader sees without unfolding anything.
const ROWS: usize = 7;
/// Characters of a cell that shows a value.
const CELL: usize = 80;
/// Characters of a passage that is shown whole.
const PASSAGE: usize = 1_500;

/// Writes the change set as Markdown with the HTML that forges let through.
pub(crate) fn markdown(set: &ChangeSet, out: &mut dyn Write) -> io::Result<()> {
    let verdict = words::verdict(set);
    let title = format!("{}{}", verdict[..1].to_uppercase(), &verdict[1..]);
    let title = if set.summary.severity.is_some() {
        format!("{title} change")
    } else {
        title
    };
    writeln!(out, "### {} {title}\n", sign(set.summary.severity))?;
    if set.artifacts.is_empty() {
        return writeln!(out, "The artifacts are the same on both sides.");
    }
    writeln!(
        out,
        "**{}**; {}.\n",
        words::counts(set),
        words::directions(set)
    )?;
    let (told, editorial) = words::told(&set.findings);
    let (first, rest) = told.split_at(told.len().min(ROWS));
    table(first, out)?;
    if !rest.is_empty() {
        folded(&words::counted(rest.len(), "more change"), out)?;
        table(rest, out)?;
        writeln!(out, "</details>\n")?;
    }
    for (artifact, findings) in set.by_artifact() {
        redlines(artifact, findings, out)?;
    }
    let (base, head) = (&set.compare.base, &set.compare.head);
    let (base, head) = (plain(words::revision(base)), plain(words::revision(head)));
    let hidden = match editorial {
        0 => String::new(),
        count => format!("{} not shown. ", words::counted(count, "editorial change")),
    };
    let cut = if set.summary.truncated {
        "Some text was too large to be compared in detail. "
    } else {
        ""
    };
    writeln!(out, "<sub>{hidden}{cut}Compared {base} with {head}.</sub>")
}

fn sign(severity: Option<ChangeSeverity>) -> &'static str {
    match severity {
        None | Some(ChangeSeverity::Editorial) => "⚪",
        Some(ChangeSeverity::Minor) => "🔵",
        Some(ChangeSeverity::Substantive) => "🟠",
        Some(ChangeSeverity::Breaking) => "🔴",
    }
}

fn folded(summary: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<details><summary>{summary}</summary>\n")
}

fn table(findings: &[&ChangeFinding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| | What changed | Where | Before | After | Rule |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for finding in findings {
        let (before, after) = sides(finding);
        let direction = words::direction(finding);
        let direction = if direction.is_empty() {
            String::new()
        } else {
            format!(" ({direction})")
        };
        writeln!(
            out,
            "| {} {} | {}{direction} | {} | {before} | {after} | `{}` |",
            sign(Some(finding.severity)),
            finding.severity.name(),
            plain(&cut(&finding.message, CELL)),
            place(finding),
            finding.rule,
        )?;
    }
    writeln!(out)
}

/// The artifact, linked where its path is a plain one, and the place in it.
fn place(finding: &ChangeFinding) -> String {
    let artifact = &finding.artifact;
    let name = plain(artifact.id.as_deref().unwrap_or(&artifact.path));
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    let linked = artifact.path.bytes().all(safe) && !artifact.path.starts_with(['/', '.']);
    let name = if linked {
        format!("[{name}]({})", artifact.path)
    } else {
        name
    };
    match words::place(finding) {
        place if place.is_empty() => name,
        place => format!("{name} {}", plain(&cut(&place, CELL))),
    }
}

/// What stood there and what stands there now, as cells: the words that changed, or the values.
fn sides(finding: &ChangeFinding) -> (String, String) {
    match &finding.text {
        Some(line) => (changed(line, Mark::Old), changed(line, Mark::New)),
        None => {
            let cell = |value: Option<&_>| plain(&cut(&words::value(value), CELL));
            match words::has_values(finding) {
                true => (cell(finding.old.as_ref()), cell(finding.new.as_ref())),
                false => (String::new(), String::new()),
            }
        }
    }
}

fn changed(line: &Redline, mark: Mark) -> String {
    let spans = line.0.iter().filter(|(other, _)| *other == mark);
    let parts: Vec<&str> = spans.map(|(_, text)| text.trim()).collect();
    plain(&cut(&parts.join(" … "), CELL))
}

/// The sentences of an artifact with what went and what came, folded.
fn redlines(
    artifact: &ArtifactChange,
    findings: &[ChangeFinding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let (told, _) = words::told(findings);
    let passages: Vec<(&ChangeFinding, &Redline)> = told
        .into_iter()
        .filter_map(|finding| {
            Some((
                finding,
                finding.text.as_ref().filter(|line| !line.0.is_empty())?,
            ))
        })
        .collect();
    if passages.is_empty() {
        return Ok(());
    }
    let name = plain(artifact.id.as_deref().unwrap_or(&artifact.path));
    folded(
        &format!(
            "Redline: {name} ({})",
            words::counted(passages.len(), "passage")
        ),
        out,
    )?;
    for (finding, line) in passages {
        let place = plain(&words::place(finding));
        if !place.is_empty() {
            writeln!(out, "**{place}**")?;
        }
        writeln!(out, "> {}\n", redline(line))?;
    }
    writeln!(out, "</details>\n")
}

fn redline(line: &Redline) -> String {
    let mut out = String::new();
    let mut left = PASSAGE;
    for (mark, text) in &line.0 {
        // The blanks between two runs belong to one of them.
        let blank = |is: bool| if is { " " } else { "" };
        let shown = match plain(&cut(text, left)) {
            nothing if nothing.is_empty() => blank(!text.is_empty()).to_owned(),
            shown => format!(
                "{}{shown}{}",
                blank(text.starts_with(char::is_whitespace)),
                blank(text.ends_with(char::is_whitespace))
            ),
        };
        left = left.saturating_sub(text.chars().count());
        match mark {
            Mark::Same => out.push_str(&shown),
            Mark::Old => out.push_str(&format!("<del>{shown}</del>")),
            Mark::New => out.push_str(&format!("<ins><b>{shown}</b></ins>")),
        }
        if left == 0 {
            break;
        }
    }
    out
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Text that cannot do harm, with single blanks.
fn plain(text: &str) -> String {
    cell::markdown(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
