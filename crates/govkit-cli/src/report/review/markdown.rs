//! One comment on a pull request: the verdict, seven rows, what to do, who agrees; the rest folded.

use std::io::{self, Write};

use govkit_core::diff::ChangeFinding;
use govkit_core::review::{Affected, ApprovalStatus, Check, Review, State};

use super::words::{self, Branch};
use crate::report::diff::groups::worst_first;
use crate::report::diff::markdown::{first_rows, heading, linked, more_rows, redlines};
use crate::report::diff::words::{counted, told};
use crate::report::markdown::{Comment, code_span, cut, plain};

/// Lines of each list a reader sees without unfolding anything.
const LINES: usize = 7;
/// Characters of a sentence in a list.
const SENTENCE: usize = 300;

/// Writes the review as one comment.
pub(crate) fn markdown(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    let (base, head) = (&review.compare.base, &review.compare.head);
    let mut comment = Comment::new("review", base, head);
    let subject = review.compare.subject.as_deref().unwrap_or("");
    heading(review.summary.severity, subject, &mut comment);
    let figures: Vec<String> = words::figures(review)
        .iter()
        .map(|line| plain(line))
        .collect();
    comment.put(&format!(
        "**{}**; {}.\n\n",
        figures[0],
        figures[1..].join("; ")
    ));
    let (told, editorial) = told(&review.findings);
    first_rows(&told, &mut comment);
    actions(review, &mut comment);
    approvals(review, &mut comment);
    checks(review, &mut comment);
    since(review, &mut comment);
    more_rows(&told, &mut comment);
    redlines(
        &worst_first(&review.artifacts, &review.findings),
        &mut comment,
    );
    impact(&review.impact, &review.findings, &mut comment);
    write!(out, "{}", comment.finish(&notes(review, editorial)))
}

fn sentence(text: &str) -> String {
    plain(&cut(text, SENTENCE))
}

/// The first lines of a list open, the others folded.
fn list(title: &str, lines: Vec<String>, word: &'static str, comment: &mut Comment) {
    if lines.is_empty() {
        return;
    }
    comment.put(&format!("#### {title}\n"));
    let mut lines = lines.into_iter();
    for line in lines.by_ref().take(LINES) {
        comment.part(&line, word);
    }
    comment.put("\n");
    let rest: Vec<String> = lines.collect();
    let summary = format!("{} more", rest.len());
    comment.folded(&summary, "", rest, word);
}

fn actions(review: &Review, comment: &mut Comment) {
    let lines = review.actions.iter().map(|action| {
        let command = match &action.command {
            Some(command) => format!(" {}", code_span(&cut(command, SENTENCE))),
            None => String::new(),
        };
        format!("- [ ] {}{command}\n", sentence(&action.text))
    });
    list("Before you approve", lines.collect(), "action", comment);
}

fn approvals(review: &Review, comment: &mut Comment) {
    let lines = review.approvals.iter().map(|approval| {
        let mark = if approval.status == ApprovalStatus::Given {
            "x"
        } else {
            " "
        };
        let who = match &approval.title {
            Some(title) => format!("{title} ({})", approval.who),
            None => approval.who.clone(),
        };
        let (who, why) = (sentence(&who), sentence(&words::reasons(approval)));
        format!("- [{mark}] **{who}**: {why}\n")
    });
    list("Approvals", lines.collect(), "approval", comment);
}

fn checks(review: &Review, comment: &mut Comment) {
    let line = |check: &Check| {
        let place = format!("{}:{}", check.path, check.line.max(1));
        format!(
            "- {}: {} ({}, {})\n",
            check.severity.name(),
            sentence(&check.message),
            sentence(&place),
            code_span(&cut(&check.rule, SENTENCE)),
        )
    };
    let lines = review.checks.iter().map(line);
    list("New findings of check", lines.collect(), "finding", comment);
}

fn since(review: &Review, comment: &mut Comment) {
    let Some(since) = &review.since else { return };
    let revision = sentence(&since.revision);
    comment.put(&format!(
        "**Since {revision}**: {} new, {} as before, {} gone.\n\n",
        since.new.len(),
        since.same.len(),
        since.gone.len()
    ));
    let new = review
        .findings
        .iter()
        .filter(|finding| since.new.contains(&finding.fingerprint));
    let new = new.map(|finding| {
        format!(
            "- new: {} ({})\n",
            sentence(&finding.message),
            code_span(&finding.rule)
        )
    });
    let gone = since.gone.iter();
    let gone = gone.map(|gone| {
        format!(
            "- gone: {} ({})\n",
            sentence(&gone.message),
            code_span(&gone.rule)
        )
    });
    comment.folded("Since the last look", "", new.chain(gone), "finding");
}

/// Folds whom a change reaches, as a tree.
pub(crate) fn impact(impact: &[Affected], findings: &[ChangeFinding], comment: &mut Comment) {
    let mut lines = Vec::new();
    for (from, branches) in words::tree(impact) {
        lines.push(format!("- {}\n", sentence(from)));
        for branch in &branches {
            grown(branch, 1, findings, &mut lines);
        }
    }
    let depth = impact.iter().map(|one| one.distance).max().unwrap_or(0);
    let count = counted(impact.len(), "artifact");
    comment.folded(
        &format!("Impact: {count}, depth {depth}"),
        "",
        lines,
        "artifact",
    );
}

fn grown(branch: &Branch<'_>, depth: usize, findings: &[ChangeFinding], lines: &mut Vec<String>) {
    let one = branch.one;
    let name = linked(&format!("{} {}", one.id, one.title), &one.path);
    let told = sentence(&format!(
        "{} · {}",
        words::standing(one, findings),
        words::link(one)
    ));
    let told = match one.state {
        State::Consistent => told,
        _ => format!("**{told}**"),
    };
    lines.push(format!("{}- {name} · {told}\n", "  ".repeat(depth.min(10))));
    for below in &branch.below {
        grown(below, depth + 1, findings, lines);
    }
}

fn notes(review: &Review, editorial: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if editorial > 0 {
        notes.push(format!(
            "{} not shown.",
            counted(editorial, "editorial change")
        ));
    }
    notes.push(format!("Compared {}.", sentence(&words::sides(review))));
    notes.extend(words::upstream(review).map(|line| format!("{}.", sentence(&line))));
    notes
}
