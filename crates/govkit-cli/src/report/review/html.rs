//! A page for a review, in the reading order of the terminal: verdict, what changed, who is affected, who
//! must approve, what to do; then both texts side by side.

use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, SideBySide};
use govkit_core::review::{
    Acceptance, AcceptanceState, Affected, ApprovalStatus, Check, Review, State,
};

use super::words::{self, Branch};
use crate::report::diff::groups::worst_first;
use crate::report::diff::words::{counted, title};
use crate::report::html::changes::{self, anchor};
use crate::report::html::redline::{self, Sides};
use crate::report::html::{
    Entry, Sentence, Text, close, end_section, end_table, open, section, table,
};

/// Writes a page; `sides` are both texts of each artifact, in the order of the review.
pub(crate) fn html(review: &Review, sides: &[SideBySide], out: &mut dyn Write) -> io::Result<()> {
    let heading = match &review.compare.subject {
        Some(subject) => format!("{}: {subject}", title(review.summary.severity)),
        None => title(review.summary.severity),
    };
    let shown = Sides::new(sides);
    let contents = contents(review, &shown);
    open(&heading, &words::sides(review), &contents, out)?;
    changes::verdict(review.summary.severity, &words::figures(review), out)?;
    if let Some(upstream) = words::upstream(review) {
        writeln!(out, "<p>{}.</p>", Text(&upstream))?;
    }
    since(review, out)?;
    if !review.findings.is_empty() {
        section("changes", "What changed", out)?;
        changes::all(
            &worst_first(&review.artifacts, &review.findings),
            &shown,
            out,
        )?;
        end_section(out)?;
    }
    affected(&review.impact, &review.findings, out)?;
    approvals(review, out)?;
    actions(review, out)?;
    checks(&review.checks, out)?;
    acceptances(&review.acceptances, &review.findings, out)?;
    if shown.shows(0) {
        section("redlines", "Redlines", out)?;
        redline::all(&review.artifacts, &shown, out)?;
        end_section(out)?;
    }
    changes::rules(&review.findings, out)?;
    let compare = &review.compare;
    close(
        &format!("govkit review: {} → {}", compare.base, compare.head),
        out,
    )
}

fn contents(review: &Review, sides: &Sides<'_>) -> Vec<Entry> {
    let parts = [
        (!review.findings.is_empty(), "changes", "What changed"),
        (sides.shows(0), "redlines", "Redlines"),
        (!review.impact.is_empty(), "affected", "Who is affected"),
        (
            !review.approvals.is_empty(),
            "approvals",
            "Who must approve",
        ),
        (has_actions(review), "actions", "Before you approve"),
        (!review.checks.is_empty(), "checks", "New findings of check"),
        (
            !review.acceptances.is_empty(),
            "accepted",
            "Accepted findings",
        ),
        (!review.findings.is_empty(), "rules", "The rules named here"),
    ];
    let there = parts.into_iter().filter(|(there, ..)| *there);
    there.map(|(_, id, words)| Entry::new(id, words)).collect()
}

/// The rules behind something, each leading to its finding.
fn because(prints: &[String], findings: &[ChangeFinding], out: &mut dyn Write) -> io::Result<()> {
    for finding in words::because(prints, findings) {
        match anchor(&finding.fingerprint) {
            Some(id) => write!(
                out,
                " <a class=\"code\" href=\"#{id}\">{}</a>",
                Text(&finding.rule)
            )?,
            None => write!(out, " <code>{}</code>", Text(&finding.rule))?,
        }
    }
    Ok(())
}

/// Writes whom a change reaches, as a tree.
pub(crate) fn affected(
    impact: &[Affected],
    findings: &[ChangeFinding],
    out: &mut dyn Write,
) -> io::Result<()> {
    if impact.is_empty() {
        return Ok(());
    }
    section("affected", "Who is affected", out)?;
    let depth = impact.iter().map(|one| one.distance).max().unwrap_or(0);
    let count = counted(impact.len(), "artifact");
    writeln!(
        out,
        "<p class=\"quiet\">{count}, depth {depth}</p>\n<ul class=\"tree\">"
    )?;
    for (from, branches) in words::tree(impact) {
        writeln!(out, "<li><b>{}</b>\n<ul>", Text(from))?;
        for branch in &branches {
            grown(branch, findings, out)?;
        }
        writeln!(out, "</ul></li>")?;
    }
    writeln!(out, "</ul>")?;
    end_section(out)
}

fn grown(branch: &Branch<'_>, findings: &[ChangeFinding], out: &mut dyn Write) -> io::Result<()> {
    let one = branch.one;
    let class = match one.state {
        State::Consistent => "editorial",
        State::Suspect => "substantive",
        State::Conflict | State::Orphan => "breaking",
    };
    let sign = match one.state {
        State::Consistent => "",
        State::Suspect => "! ",
        State::Conflict | State::Orphan => "!! ",
    };
    write!(
        out,
        "<li><b>{}</b> {} <span class=\"{class}\"><span class=\"sev\">{sign}{}</span></span> \
         <span class=\"quiet\">{}</span>",
        Text(&one.id),
        Text(&one.title),
        Text(&words::standing(one, findings)),
        Text(&words::link(one)),
    )?;
    because(&one.because, findings, out)?;
    if !branch.below.is_empty() {
        writeln!(out, "\n<ul>")?;
        for below in &branch.below {
            grown(below, findings, out)?;
        }
        write!(out, "</ul>")?;
    }
    writeln!(out, "</li>")
}

fn approvals(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    if review.approvals.is_empty() {
        return Ok(());
    }
    section("approvals", "Who must approve", out)?;
    let columns = ["Who", "Why", "Status"];
    table("Approvals this change needs", &columns, out)?;
    for approval in &review.approvals {
        let status = match approval.status {
            ApprovalStatus::Missing => "☐ missing",
            ApprovalStatus::Given => "☑ given",
            ApprovalStatus::Stale => "☐ stale",
        };
        write!(out, "<tr><th scope=\"row\">{}", Text(&approval.who))?;
        if let Some(title) = &approval.title {
            write!(out, "<br><span class=\"quiet\">{}</span>", Text(title))?;
        }
        write!(out, "</th><td>{}", Text(&approval.reasons.join("; ")))?;
        because(&approval.because, &review.findings, out)?;
        writeln!(out, "</td><td>{status}</td></tr>")?;
    }
    end_table(out)?;
    end_section(out)
}

fn has_actions(review: &Review) -> bool {
    !review.actions.is_empty() || review.transitions.iter().any(|one| !one.allowed)
}

fn actions(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    if !has_actions(review) {
        return Ok(());
    }
    section("actions", "Before you approve", out)?;
    writeln!(out, "<ol>")?;
    for action in &review.actions {
        write!(out, "<li>{}", Sentence(&action.text))?;
        if let Some(rule) = &action.rule {
            write!(out, " <code>{}</code>", Text(rule))?;
        }
        if let Some(command) = &action.command {
            write!(out, "<br><code>{}</code>", Text(command))?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ol>")?;
    let forbidden: Vec<_> = review
        .transitions
        .iter()
        .filter(|one| !one.allowed)
        .collect();
    if !forbidden.is_empty() {
        writeln!(
            out,
            "<p>Changes of status that the kind does not allow:</p>\n<ul>"
        )?;
        for transition in forbidden {
            writeln!(out, "<li>{}</li>", Text(&words::forbidden(transition)))?;
        }
        writeln!(out, "</ul>")?;
    }
    end_section(out)
}

fn checks(checks: &[Check], out: &mut dyn Write) -> io::Result<()> {
    if checks.is_empty() {
        return Ok(());
    }
    section("checks", "New findings of check", out)?;
    let columns = ["Severity", "Place", "Finding", "Rule"];
    table("Findings that the base does not have", &columns, out)?;
    for check in checks {
        let help = match &check.help {
            Some(help) => format!(" ({help})"),
            None => String::new(),
        };
        writeln!(
            out,
            "<tr><td>{}</td><td>{}:{}</td><td>{}{}</td><td><code>{}</code></td></tr>",
            check.severity.name(),
            Text(&check.path),
            check.line.max(1),
            Sentence(&check.message),
            Sentence(&help),
            Text(&check.rule),
        )?;
    }
    end_table(out)?;
    end_section(out)
}

/// Writes what became of each record of accepted findings.
pub(crate) fn acceptances(
    acceptances: &[Acceptance],
    findings: &[ChangeFinding],
    out: &mut dyn Write,
) -> io::Result<()> {
    if acceptances.is_empty() {
        return Ok(());
    }
    section("accepted", "Accepted findings", out)?;
    let columns = ["Finding", "By", "Until", "Reason", "Here"];
    table("What somebody accepted, as the base has it", &columns, out)?;
    for one in acceptances {
        let state = match one.state {
            AcceptanceState::Used => "covers a finding",
            AcceptanceState::Unused => "covers nothing here",
            AcceptanceState::Expired => "expired",
        };
        let rules = words::because(std::slice::from_ref(&one.fingerprint), findings);
        write!(out, "<tr><td>")?;
        match rules.is_empty() {
            true => write!(out, "<code>{}</code>", Text(&one.fingerprint))?,
            false => because(std::slice::from_ref(&one.fingerprint), findings, out)?,
        }
        writeln!(
            out,
            "</td><td>{}</td><td>{}</td><td>{}</td><td>{state}</td></tr>",
            Text(&one.by),
            Text(&one.until),
            Text(&one.reason)
        )?;
    }
    end_table(out)?;
    end_section(out)
}

fn since(review: &Review, out: &mut dyn Write) -> io::Result<()> {
    let Some(since) = &review.since else {
        return Ok(());
    };
    write!(
        out,
        "<p>Since {}: {} new, {} as before, {} gone.",
        Text(&since.revision),
        since.new.len(),
        since.same.len(),
        since.gone.len()
    )?;
    because(&since.new, &review.findings, out)?;
    writeln!(out, "</p>")?;
    if !since.gone.is_empty() {
        writeln!(out, "<details><summary>What is gone</summary>\n<ul>")?;
        for gone in &since.gone {
            let (rule, message) = (Text(&gone.rule), Sentence(&gone.message));
            writeln!(
                out,
                "<li><code>{rule}</code> {}: {message}</li>",
                Text(&gone.artifact)
            )?;
        }
        writeln!(out, "</ul></details>")?;
    }
    Ok(())
}
