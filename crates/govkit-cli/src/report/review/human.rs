//! For a person at a terminal: verdict, what changed, who is affected, who must agree, what to do.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::Style as Paint;
use govkit_core::diff::{ArtifactChange, ChangeFinding, ChangeSeverity};
use govkit_core::finding::Severity;
use govkit_core::review::{
    Acceptance, AcceptanceState, Action, Affected, Outcome, Review, Since, Spread,
};
use govkit_core::untrusted::Untrusted;
use unicode_width::UnicodeWidthStr;

use super::tree;
use super::words::{headline, upstream};
use crate::report::diff::human::{fitted, padded, paint, painted, report, title};
use crate::report::diff::words::{counted, revision, told};
use crate::ui::Style;

/// Findings of `check` a person reads at once.
const CHECKS: usize = 15;

/// Writes the review for a terminal `style.width` columns wide.
///
/// With `verbose` editorial findings are shown, what was there at the last look, and fingerprints.
pub(crate) fn human(
    review: &Review,
    verbose: bool,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let mut page = Page {
        review,
        verbose,
        out,
        style,
    };
    page.head()?;
    page.since()?;
    page.changes()?;
    page.checks()?;
    page.affected()?;
    page.accepted()?;
    page.approvals()?;
    page.actions()?;
    page.gate()
}

/// Writes what `diff --impact` has besides the change set, and what is accepted.
pub(crate) fn reach(
    found: &Spread,
    impact: bool,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let known: BTreeSet<&str> = found
        .set
        .artifacts
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let behind = found.set.findings.iter();
    let behind: Vec<&ChangeFinding> = behind
        .filter(|one| !known.contains(one.artifact.path.as_str()) && one.accepted.is_none())
        .collect();
    if !behind.is_empty() {
        heading("LEFT BEHIND", "", out, style)?;
        untouched(&behind, &found.affected, out, style)?;
    }
    if impact && !found.affected.is_empty() {
        heading(
            "WHO IS AFFECTED",
            &counted(found.affected.len(), "artifact"),
            out,
            style,
        )?;
        tree::draw(&found.affected, &found.set.findings, out, style)?;
    }
    acceptances(&found.set.findings, &found.acceptances, out, style)
}

fn heading(text: &str, right: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let gap = " ".repeat(
        style
            .width
            .saturating_sub(text.width() + right.width())
            .max(2),
    );
    let text = painted(text, Paint::new().bold(), style);
    match right {
        "" => writeln!(out, "\n{text}"),
        right => writeln!(out, "\n{text}{gap}{right}"),
    }
}

/// Findings about artifacts nobody touched, and about the files a review rests on.
fn untouched(
    findings: &[&ChangeFinding],
    affected: &[Affected],
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let mut last = None;
    for finding in findings {
        let about = &finding.artifact;
        if last != Some(about) {
            last = Some(about);
            let known = affected
                .iter()
                .find(|one| Some(&one.id) == about.id.as_ref());
            let name = match known {
                Some(one) => format!("{} {}", one.id, one.title),
                None => about.id.as_ref().unwrap_or(&about.path).clone(),
            };
            let right = match (&about.id, &about.kind) {
                (Some(_), Some(kind)) => format!("{kind} · not changed"),
                (_, Some(kind)) => kind.clone(),
                (_, None) => String::new(),
            };
            let right = Untrusted::line(&right).to_string();
            let left = fitted(
                &Untrusted::line(&name).to_string(),
                style.width.saturating_sub(right.width() + 2),
            );
            let gap = " ".repeat(
                style
                    .width
                    .saturating_sub(left.width() + right.width())
                    .max(2),
            );
            writeln!(
                out,
                "{}{gap}{right}",
                painted(&left, Paint::new().bold(), style)
            )?;
            if about.id.is_some() {
                writeln!(out, "  {}", Untrusted::line(&about.path))?;
            }
        }
        report(finding, style, out)?;
        // The line has the values; the sentence says whose they are.
        if finding.rule == "PARAM-DRIFT" {
            wrapped(&finding.message, 7, out, style)?;
        }
    }
    Ok(())
}

/// Words broken into lines; what could drive a terminal is escaped.
fn wrapped(text: &str, indent: usize, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let text = Untrusted::line(text).to_string();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && indent + line.width() + 1 + word.width() > style.width {
            writeln!(out, "{}{line}", " ".repeat(indent))?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.is_empty() {
        true => Ok(()),
        false => writeln!(out, "{}{line}", " ".repeat(indent)),
    }
}

fn acceptances(
    findings: &[ChangeFinding],
    records: &[Acceptance],
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let mut lines = Vec::new();
    for finding in findings {
        if let Some(accepted) = &finding.accepted {
            let about = finding
                .artifact
                .id
                .as_deref()
                .unwrap_or(&finding.artifact.path);
            lines.push(format!(
                "{} {about}, by {} until {}: {}",
                finding.rule, accepted.by, accepted.until, accepted.reason
            ));
        }
    }
    for record in records
        .iter()
        .filter(|one| one.state == AcceptanceState::Expired)
    {
        lines.push(format!(
            "ENDED on {}: what {} accepted ({}) is accepted no longer",
            record.until, record.by, record.reason
        ));
    }
    if lines.is_empty() {
        return Ok(());
    }
    heading("ACCEPTED", "", out, style)?;
    lines
        .iter()
        .try_for_each(|line| wrapped(line, 2, out, style))
}

struct Page<'a> {
    review: &'a Review,
    verbose: bool,
    out: &'a mut dyn Write,
    style: Style,
}

impl Page<'_> {
    fn heading(&mut self, text: &str, right: &str) -> io::Result<()> {
        heading(text, right, self.out, self.style)
    }

    fn wrapped(&mut self, text: &str, indent: usize) -> io::Result<()> {
        wrapped(text, indent, self.out, self.style)
    }

    fn head(&mut self) -> io::Result<()> {
        let compare = &self.review.compare;
        let name = match &compare.head_name {
            Some(name) => format!("govkit review {}   ({name})", compare.base_name),
            None => format!("govkit review {}", compare.base_name),
        };
        let (base, head) = (revision(&compare.base), revision(&compare.head));
        let right = Untrusted::line(&format!("merge base {base} -> {head}")).to_string();
        let room = self.style.width.saturating_sub(right.width() + 2);
        let left = fitted(&Untrusted::line(&name).to_string(), room);
        let gap = " ".repeat(
            self.style
                .width
                .saturating_sub(left.width() + right.width())
                .max(2),
        );
        writeln!(self.out, "{left}{gap}{right}")?;
        if let Some(subject) = &compare.subject {
            self.wrapped(subject, 0)?;
        }
        self.verdict()?;
        if let Some(text) = upstream(self.review) {
            let mark = match compare.upstream.touches_same_artifacts {
                true => "!! ",
                false => ".  ",
            };
            self.wrapped(&format!("{mark}{text}"), 2)?;
        }
        Ok(())
    }

    fn verdict(&mut self) -> io::Result<()> {
        let summary = &self.review.summary;
        let severity = summary.severity;
        let word = severity.map_or("NO CHANGE".to_owned(), |one| one.name().to_uppercase());
        let word = painted(&word, paint(severity), self.style);
        writeln!(self.out, "\n  {word}   {}", headline(self.review))?;
        if self.review.artifacts.is_empty() && self.review.findings.is_empty() {
            return Ok(());
        }
        let direction = &summary.direction;
        let left = format!(
            "  tightens {} · relaxes {} · neutral {}",
            direction.tightens, direction.relaxes, direction.neutral
        );
        let right = match summary.approvals {
            0 => String::new(),
            1 => "1 approval needed".to_owned(),
            count => format!("{count} approvals needed"),
        };
        let gap = self
            .style
            .width
            .saturating_sub(left.width() + right.width())
            .max(2);
        let line = format!("{left}{}{right}", " ".repeat(gap));
        writeln!(self.out, "{}", line.trim_end())
    }

    /// Findings that came and went since the last look.
    fn since(&mut self) -> io::Result<()> {
        let Some(since) = &self.review.since else {
            return Ok(());
        };
        let right = format!(
            "{} new · {} gone · {} as they were",
            since.new.len(),
            since.gone.len(),
            since.same.len()
        );
        let name = Untrusted::line(&since.revision).to_string();
        self.heading(&format!("SINCE {name}"), &right)?;
        for gone in &since.gone {
            let text = format!("gone: {} {}: {}", gone.rule, gone.artifact, gone.message);
            self.wrapped(&text, 4)?;
        }
        Ok(())
    }

    /// Whether a finding belongs on this page: at a second look, the new ones do.
    fn shown(&self, finding: &ChangeFinding) -> bool {
        let known = |since: &Since| since.same.contains(&finding.fingerprint);
        self.verbose || !self.review.since.as_ref().is_some_and(known)
    }

    fn changes(&mut self) -> io::Result<()> {
        if self.review.findings.is_empty() {
            return Ok(());
        }
        let text = match &self.review.since {
            Some(_) if !self.verbose => "WHAT IS NEW",
            _ => "WHAT CHANGED",
        };
        self.heading(text, "")?;
        let mut groups: Vec<(&ArtifactChange, Vec<&ChangeFinding>)> = Vec::new();
        for artifact in &self.review.artifacts {
            let mine =
                self.review.findings.iter().filter(|one| {
                    one.artifact.path == artifact.path && one.artifact.id == artifact.id
                });
            groups.push((artifact, mine.collect()));
        }
        groups.sort_by_key(|(artifact, _)| std::cmp::Reverse(artifact.severity));
        let mut hidden = 0;
        let mut first = true;
        for (artifact, mine) in groups {
            let shown: Vec<ChangeFinding> = mine
                .iter()
                .filter(|one| self.shown(one))
                .map(|one| (*one).clone())
                .collect();
            hidden += mine.len() - shown.len();
            if shown.is_empty() && !mine.is_empty() {
                continue;
            }
            if !first {
                writeln!(self.out)?;
            }
            first = false;
            self.artifact(artifact, &shown)?;
        }
        let others: Vec<&ChangeFinding> = self
            .review
            .findings
            .iter()
            .filter(|one| {
                let mut own = self.review.artifacts.iter();
                one.accepted.is_none()
                    && !own
                        .any(|known| known.path == one.artifact.path && known.id == one.artifact.id)
            })
            .collect();
        let shown: Vec<&ChangeFinding> = others
            .iter()
            .copied()
            .filter(|one| self.shown(one))
            .collect();
        hidden += others.len() - shown.len();
        if !shown.is_empty() {
            if !first {
                writeln!(self.out)?;
            }
            untouched(&shown, &self.review.impact, self.out, self.style)?;
        }
        if hidden > 0 {
            let what = counted(hidden, "finding");
            writeln!(
                self.out,
                "\n    {what} as at the last look not shown (-v shows all)"
            )?;
        }
        Ok(())
    }

    fn artifact(
        &mut self,
        artifact: &ArtifactChange,
        findings: &[ChangeFinding],
    ) -> io::Result<()> {
        title(artifact, self.style, self.out)?;
        let (mut open, editorial) = told(findings);
        if self.verbose {
            let quiet = findings
                .iter()
                .filter(|one| one.severity == ChangeSeverity::Editorial && one.accepted.is_none());
            open.extend(quiet);
        }
        for finding in open {
            report(finding, self.style, self.out)?;
            if self.verbose {
                writeln!(self.out, "       fingerprint {}", finding.fingerprint)?;
            }
        }
        if editorial > 0 && !self.verbose {
            let what = counted(editorial, "editorial change");
            writeln!(self.out, "    . {what} not shown (-v shows all)")?;
        }
        Ok(())
    }

    fn checks(&mut self) -> io::Result<()> {
        let checks = &self.review.checks;
        if checks.is_empty() {
            return Ok(());
        }
        let counts = &self.review.summary.checks;
        let right = format!(
            "{} error · {} warning · {} info",
            counts.error, counts.warning, counts.info
        );
        self.heading("NEW FINDINGS OF CHECK", &right)?;
        let mut sorted: Vec<_> = checks.iter().collect();
        sorted.sort_by_key(|check| std::cmp::Reverse(check.severity));
        for check in sorted.iter().take(CHECKS) {
            let mark = match check.severity {
                Severity::Error => "!!",
                Severity::Warning => "!",
                Severity::Info => ".",
            };
            let place = Untrusted::line(&format!("{}:{}", check.path, check.line)).to_string();
            writeln!(
                self.out,
                "{mark:>5}  {} [{}]  {place}",
                check.severity.name(),
                check.rule
            )?;
            self.wrapped(&check.message, 7)?;
        }
        match sorted.len().saturating_sub(CHECKS) {
            0 => Ok(()),
            more => writeln!(self.out, "       … and {more} more (--format json has all)"),
        }
    }

    fn affected(&mut self) -> io::Result<()> {
        let impact = &self.review.impact;
        if impact.is_empty() {
            return Ok(());
        }
        let untouched = impact.iter().filter(|one| !one.changed).count();
        let right = format!(
            "{}, {untouched} not changed",
            counted(impact.len(), "artifact")
        );
        self.heading("WHO IS AFFECTED", &right)?;
        tree::draw(impact, &self.review.findings, self.out, self.style)
    }

    fn accepted(&mut self) -> io::Result<()> {
        let (findings, records) = (&self.review.findings, &self.review.acceptances);
        acceptances(findings, records, self.out, self.style)
    }

    fn approvals(&mut self) -> io::Result<()> {
        let approvals = &self.review.approvals;
        if approvals.is_empty() {
            return Ok(());
        }
        self.heading("WHO MUST APPROVE", "")?;
        let widest = approvals
            .iter()
            .map(|one| one.who.width())
            .max()
            .unwrap_or(0)
            .min(28);
        for approval in approvals {
            let who = padded(
                &fitted(&Untrusted::line(&approval.who).to_string(), 28),
                widest,
            );
            let mut reasons = approval.reasons.join("; ");
            let rules = self.rules(&approval.because);
            if !rules.is_empty() {
                reasons.push_str(&format!(" ({rules})"));
            }
            let indent = widest + 8;
            let mut text = Vec::new();
            wrapped(&reasons, indent, &mut text, self.style)?;
            let text = String::from_utf8_lossy(&text).into_owned();
            writeln!(self.out, "  [ ] {who}  {}", text.trim())?;
        }
        Ok(())
    }

    /// The rules of some findings, each once, the worst first.
    fn rules(&self, prints: &[String]) -> String {
        let mut mine: Vec<&ChangeFinding> = self
            .review
            .findings
            .iter()
            .filter(|finding| prints.contains(&finding.fingerprint))
            .collect();
        mine.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let mut rules: Vec<&str> = Vec::new();
        for finding in mine {
            if !rules.contains(&finding.rule.as_ref()) {
                rules.push(&finding.rule);
            }
        }
        match rules.as_slice() {
            [first, second, third, rest @ ..] if rest.len() > 1 => {
                format!("{first}, {second}, {third} and {} more", rest.len())
            }
            rules => rules.join(", "),
        }
    }

    fn actions(&mut self) -> io::Result<()> {
        if self.review.actions.is_empty() {
            return Ok(());
        }
        self.heading("BEFORE YOU APPROVE", "")?;
        for (at, action) in self.review.actions.iter().enumerate() {
            self.action(at + 1, action)?;
        }
        Ok(())
    }

    fn action(&mut self, number: usize, action: &Action) -> io::Result<()> {
        let text = match &action.rule {
            Some(rule) => format!("{} [{rule}]", action.text),
            None => action.text.clone(),
        };
        let mut lines = Vec::new();
        wrapped(&text, 5, &mut lines, self.style)?;
        let lines = String::from_utf8_lossy(&lines).into_owned();
        write!(
            self.out,
            "{number:>3}. {}",
            lines.strip_prefix("     ").unwrap_or(&lines)
        )?;
        match &action.command {
            Some(command) => writeln!(self.out, "     {}", Untrusted::line(command)),
            None => Ok(()),
        }
    }

    fn gate(&mut self) -> io::Result<()> {
        let gate = &self.review.gate;
        let level = gate.fail_level.as_deref().unwrap_or("never");
        let terms = format!("--fail-change {}, --fail-level {level}", gate.fail_change);
        let (word, style) = match gate.result {
            Outcome::Pass => ("passed", Paint::new().bold()),
            Outcome::Fail => ("failed", paint(Some(ChangeSeverity::Breaking))),
        };
        let reasons = match gate.because.len() {
            0 => String::new(),
            1 => "1 reason, ".to_owned(),
            count => format!("{count} reasons, "),
        };
        writeln!(
            self.out,
            "\ngate: {} ({reasons}{terms})",
            painted(word, style, self.style)
        )?;
        if !self.review.summary.complete {
            writeln!(
                self.out,
                "incomplete: a plugin could not finish; see the findings of check"
            )?;
        }
        if self.review.summary.truncated {
            writeln!(
                self.out,
                "some text was too large to be compared in detail and is shown whole"
            )?;
        }
        let worst = self
            .review
            .findings
            .iter()
            .filter(|one| one.accepted.is_none());
        let worst = worst.max_by_key(|one| one.severity);
        match worst.filter(|one| one.severity > ChangeSeverity::Minor) {
            Some(finding) => writeln!(self.out, "why it matters: govkit explain {}", finding.rule),
            None => Ok(()),
        }
    }
}
