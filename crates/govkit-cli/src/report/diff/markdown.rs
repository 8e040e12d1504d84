//! For a pull request: a verdict, a short table, everything else folded.

use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, ChangeSet, ChangeSeverity, Mark, Redline};
use govkit_core::review::Spread;

use super::groups::{Group, worst_first};
use super::words;
use crate::report::markdown::{Comment, cut, plain, quoted, summary};
use crate::report::review::markdown::impact;

/// Rows of the table a reader sees without unfolding anything.
const ROWS: usize = 7;
/// Characters of a cell that shows a value.
const CELL: usize = 80;
/// Characters of a passage that is shown whole.
const PASSAGE: usize = 1_500;

const TABLE: &str =
    "| | What changed | Where | Before | After | Rule |\n|---|---|---|---|---|---|\n";

/// Writes the change set as Markdown with the HTML that forges let through.
pub(crate) fn markdown(found: &Spread, out: &mut dyn Write) -> io::Result<()> {
    let set = &found.set;
    let mut comment = Comment::new("diff", &set.compare.base, &set.compare.head);
    heading(set.summary.severity, "", &mut comment);
    if set.artifacts.is_empty() {
        comment.put("The artifacts are the same on both sides.\n\n");
    } else {
        let (counts, directions) = (words::counts(set), words::directions(set));
        comment.put(&format!("**{counts}**; {directions}.\n\n"));
        let (told, _) = words::told(&set.findings);
        first_rows(&told, &mut comment);
        more_rows(&told, &mut comment);
        redlines(&worst_first(&set.artifacts, &set.findings), &mut comment);
        impact(&found.affected, &set.findings, &mut comment);
    }
    write!(out, "{}", comment.finish(&notes(set)))
}

/// The verdict as a heading; `subject` says in untrusted words what it is about.
pub(crate) fn heading(severity: Option<ChangeSeverity>, subject: &str, comment: &mut Comment) {
    let (sign, title) = (sign(severity), words::title(severity));
    let subject = match subject {
        "" => String::new(),
        subject => format!(" · {}", plain(&cut(subject, CELL))),
    };
    comment.put(&format!("### {sign} {title}{subject}\n\n"));
}

/// The worst changes, as the table nobody has to unfold; `told` has the worst first.
pub(crate) fn first_rows(told: &[&ChangeFinding], comment: &mut Comment) {
    let first = &told[..told.len().min(ROWS)];
    if first.is_empty() {
        return;
    }
    comment.put(TABLE);
    for finding in first {
        comment.part(&row(finding), "change");
    }
    comment.put("\n");
}

/// The other changes, folded.
pub(crate) fn more_rows(told: &[&ChangeFinding], comment: &mut Comment) {
    let rest = &told[told.len().min(ROWS)..];
    let count = words::counted(rest.len(), "more change");
    comment.folded(
        &count,
        TABLE,
        rest.iter().map(|finding| row(finding)),
        "change",
    );
}

/// The last line: what is not shown, and what was compared.
pub(crate) fn notes(set: &ChangeSet) -> Vec<String> {
    let (_, editorial) = words::told(&set.findings);
    let mut notes = Vec::new();
    if editorial > 0 {
        let count = words::counted(editorial, "editorial change");
        notes.push(format!("{count} not shown."));
    }
    if set.summary.truncated {
        notes.push("Some text was too large to be compared in detail.".to_owned());
    }
    let name = |revision: &str| plain(&cut(words::revision(revision), CELL));
    let (base, head) = (name(&set.compare.base), name(&set.compare.head));
    notes.push(format!("Compared {base} with {head}."));
    notes
}

pub(crate) fn sign(severity: Option<ChangeSeverity>) -> &'static str {
    match severity {
        None | Some(ChangeSeverity::Editorial) => "⚪",
        Some(ChangeSeverity::Minor) => "🔵",
        Some(ChangeSeverity::Substantive) => "🟠",
        Some(ChangeSeverity::Breaking) => "🔴",
    }
}

fn row(finding: &ChangeFinding) -> String {
    let (before, after) = sides(finding);
    let direction = words::direction(finding);
    let direction = if direction.is_empty() {
        String::new()
    } else {
        format!(" ({direction})")
    };
    format!(
        "| {} {} | {}{direction} | {} | {before} | {after} | `{}` |\n",
        sign(Some(finding.severity)),
        finding.severity.name(),
        plain(&cut(&finding.message, CELL)),
        place(finding),
        code(&finding.rule),
    )
}

/// The id of a rule, which stands between back-ticks; a plugin could name one otherwise.
fn code(rule: &str) -> String {
    let sign = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '-' | '_' | '/' | '.');
    rule.chars()
        .map(|ch| if sign(ch) { ch } else { '?' })
        .take(CELL)
        .collect()
}

/// The artifact, linked where its path is a plain one, and the place in it.
fn place(finding: &ChangeFinding) -> String {
    let artifact = &finding.artifact;
    let name = linked(
        artifact.id.as_deref().unwrap_or(&artifact.path),
        &artifact.path,
    );
    match words::place(finding) {
        place if place.is_empty() => name,
        place => format!("{name} {}", plain(&cut(&place, CELL))),
    }
}

/// The name of an artifact, linked where its path is a plain one.
pub(crate) fn linked(name: &str, path: &str) -> String {
    let name = plain(&cut(name, CELL));
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    if path.bytes().all(safe) && !path.starts_with(['/', '.']) && !path.is_empty() {
        format!("[{name}]({path})")
    } else {
        name
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

/// The sentences of each artifact with what went and what came, folded.
pub(crate) fn redlines(groups: &[Group<'_>], comment: &mut Comment) {
    for group in groups {
        let (told, _) = group.told();
        let passages = told.iter().filter_map(|finding| {
            let line = finding.text.as_ref().filter(|line| !line.0.is_empty())?;
            Some(passage(finding, line))
        });
        let passages: Vec<String> = passages.collect();
        let count = words::counted(passages.len(), "passage");
        let name = group.subject.id.as_deref().unwrap_or(&group.subject.path);
        let name = summary(&cut(name, CELL));
        comment.folded(
            &format!("Redline: {name} ({count})"),
            "",
            passages,
            "passage",
        );
    }
}

fn passage(finding: &ChangeFinding, line: &Redline) -> String {
    let place = plain(&cut(&words::place(finding), CELL));
    let place = match place.is_empty() {
        true => String::new(),
        false => format!("**{place}**\n"),
    };
    format!("{place}> {}\n\n", redline(line))
}

fn redline(line: &Redline) -> String {
    let mut out = String::new();
    let mut left = PASSAGE;
    for (mark, text) in &line.0 {
        // The blanks between two runs belong to one of them.
        let blank = |is: bool| if is { " " } else { "" };
        let short = cut(text, left);
        let shown = match if out.is_empty() {
            quoted(&short)
        } else {
            plain(&short)
        } {
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
