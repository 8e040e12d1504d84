//! The verdict and what changed, the worst first.

use std::collections::BTreeSet;
use std::io::{self, Write};

use govkit_core::diff::{ChangeFinding, ChangeSeverity, Confidence, Mark, Redline, change_rule};

use super::redline::Sides;
use super::{Linked, Sentence, Text};
use crate::report::diff::groups::Group;
use crate::report::diff::{excerpt, words};

/// Writes the verdict, and behind it the figures.
pub(crate) fn verdict(
    severity: Option<ChangeSeverity>,
    figures: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(
        out,
        "<div class=\"verdict {}\">\n<strong>{}</strong>\n",
        words::severity(severity),
        words::verdict(severity)
    )?;
    for line in figures {
        writeln!(out, "<span>{}</span>", Text(line))?;
    }
    writeln!(out, "</div>")
}

/// The ids of findings so far: artifacts that share an id may share a fingerprint, and a page has each id
/// once.
type Taken = BTreeSet<String>;

/// Writes a table of the artifacts, then the findings of each.
pub(crate) fn all(groups: &[Group<'_>], sides: &Sides<'_>, out: &mut dyn Write) -> io::Result<()> {
    overview(groups, out)?;
    let mut taken = Taken::new();
    for (at, group) in groups.iter().enumerate() {
        one(at, group, sides, &mut taken, out)?;
    }
    Ok(())
}

/// The id of the heading of a group, or of the artifact in it.
pub(crate) fn heading(at: usize, group: &Group<'_>) -> String {
    match group.changed {
        Some((artifact, _)) => format!("a{artifact}"),
        None => format!("u{at}"),
    }
}

fn overview(groups: &[Group<'_>], out: &mut dyn Write) -> io::Result<()> {
    let columns = ["Artifact", "Worst", "Findings"];
    super::table("Artifacts, the worst first", &columns, out)?;
    for (at, group) in groups.iter().enumerate() {
        let (told, editorial) = group.told();
        let editorial = match editorial {
            0 => String::new(),
            count => format!(" + {count} editorial"),
        };
        let severity = words::severity(group.severity());
        writeln!(
            out,
            "<tr class=\"{severity}\"><th scope=\"row\"><a href=\"#{}\">{}</a> <span class=\"quiet happened\">{}</span></th>\
             <td class=\"sev\">{severity}</td><td>{}{editorial}</td></tr>",
            heading(at, group),
            Text(&group.name()),
            Text(&group.happened()),
            told.len(),
        )?;
    }
    super::end_table(out)
}

fn one(
    at: usize,
    group: &Group<'_>,
    sides: &Sides<'_>,
    taken: &mut Taken,
    out: &mut dyn Write,
) -> io::Result<()> {
    let id = heading(at, group);
    writeln!(out, "<h3 id=\"{id}\">{}</h3>", Text(&group.name()))?;
    write!(out, "<p class=\"quiet\">")?;
    if let Some(kind) = &group.subject.kind {
        write!(out, "{} · ", Text(kind))?;
    }
    write!(out, "{} · ", Text(&group.happened()))?;
    let artifact = group
        .changed
        .map(|(at, _)| at)
        .filter(|at| sides.shows(*at));
    if let Some(old) = group
        .changed
        .and_then(|(_, artifact)| artifact.old_path.as_ref())
    {
        write!(out, "{} → ", Text(old))?;
    }
    write!(out, "{}", Text(&group.subject.path))?;
    if let Some(artifact) = artifact {
        write!(out, " · <a href=\"#r{artifact}\">redline</a>")?;
    }
    writeln!(out, "</p>")?;
    let (told, editorial) = group.told();
    list(&told, artifact, sides, taken, out)?;
    if editorial > 0 {
        let count = words::counted(editorial, "editorial change");
        writeln!(out, "<details><summary>{count}</summary>")?;
        let mut all = group.findings.clone();
        all.retain(|finding| finding.severity == ChangeSeverity::Editorial);
        list(&all, artifact, sides, taken, out)?;
        writeln!(out, "</details>")?;
    }
    Ok(())
}

fn list(
    findings: &[&ChangeFinding],
    artifact: Option<usize>,
    sides: &Sides<'_>,
    taken: &mut Taken,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"findings\">")?;
    for finding in findings {
        item(finding, artifact, sides, taken, out)?;
    }
    writeln!(out, "</ul>")
}

fn item(
    finding: &ChangeFinding,
    artifact: Option<usize>,
    sides: &Sides<'_>,
    taken: &mut Taken,
    out: &mut dyn Write,
) -> io::Result<()> {
    let severity = Some(finding.severity);
    let id = anchor(&finding.fingerprint)
        .filter(|id| taken.insert(id.clone()))
        .map(|id| format!(" id=\"{id}\""))
        .unwrap_or_default();
    write!(
        out,
        "<li class=\"{}\"{id}>\n<p class=\"head\"><span class=\"sev\"><span aria-hidden=\"true\">{} </span>{}</span> ",
        words::severity(severity),
        words::sign(finding.severity),
        words::severity(severity),
    )?;
    match change_rule(&finding.rule) {
        Some(rule) => write!(out, "<a class=\"code\" href=\"#rule-{0}\">{0}</a>", rule.id)?,
        None => write!(out, "<code>{}</code>", Text(&finding.rule))?,
    }
    for word in [words::direction(finding), likely(finding)] {
        if !word.is_empty() {
            write!(out, " <span>{word}</span>")?;
        }
    }
    let place = words::place_and_line(finding);
    let row = artifact.and_then(|artifact| Some((artifact, sides.row_of(artifact, finding)?)));
    match row {
        _ if place.is_empty() => {}
        Some((artifact, row)) => {
            write!(out, " <a href=\"#r{artifact}-{row}\">{}</a>", Text(&place))?;
        }
        None => write!(out, " <span class=\"quiet\">{}</span>", Text(&place))?,
    }
    writeln!(
        out,
        "</p>\n<p class=\"msg\">{}</p>",
        Sentence(&finding.message)
    )?;
    if let Some(accepted) = &finding.accepted {
        writeln!(
            out,
            "<p class=\"msg\">Accepted by {} until {}: {}</p>",
            Text(&accepted.by),
            Text(&accepted.until),
            Text(&accepted.reason)
        )?;
    }
    passage(finding, out)?;
    writeln!(out, "</li>")
}

fn likely(finding: &ChangeFinding) -> &'static str {
    match finding.confidence {
        Confidence::Certain => "",
        Confidence::Likely => "likely",
    }
}

/// The id of a finding on the page.
pub(crate) fn anchor(fingerprint: &str) -> Option<String> {
    let plain = fingerprint
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && !fingerprint.is_empty()).then(|| format!("f-{fingerprint}"))
}

/// The sentence with what went and what came, or the values.
fn passage(finding: &ChangeFinding, out: &mut dyn Write) -> io::Result<()> {
    if let Some(line) = finding.text.as_ref().filter(|line| !line.0.is_empty()) {
        write!(out, "<p class=\"passage\">")?;
        let last = line.0.len() - 1;
        for (at, (mark, text)) in line.0.iter().enumerate() {
            let text = match mark {
                Mark::Same => excerpt::around(text, at == 0, at == last),
                _ => excerpt::whole(text),
            };
            span(*mark, &text, out)?;
        }
        writeln!(out, "</p>")?;
    } else if words::has_values(finding) {
        write!(out, "<p class=\"passage\">")?;
        let (old, new) = (finding.old.as_ref(), finding.new.as_ref());
        value(Mark::Old, old.map(|old| words::value(Some(old))), out)?;
        write!(out, " → ")?;
        value(Mark::New, new.map(|new| words::value(Some(new))), out)?;
        writeln!(out, "</p>")?;
    }
    Ok(())
}

fn value(mark: Mark, text: Option<String>, out: &mut dyn Write) -> io::Result<()> {
    match text {
        Some(text) => span(mark, &excerpt::whole(&text), out),
        None => write!(out, "<span class=\"quiet\">(none)</span>"),
    }
}

/// Text with its mark: by the element, by its look, and by words for those who hear the page.
pub(crate) fn span(mark: Mark, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let shown = Linked(text);
    match mark {
        Mark::Same => write!(out, "{shown}"),
        Mark::Old => write!(
            out,
            "<del><span class=\"vh\">[removed: </span>{shown}<span class=\"vh\">]</span></del>"
        ),
        Mark::New => write!(
            out,
            "<ins><span class=\"vh\">[added: </span>{shown}<span class=\"vh\">]</span></ins>"
        ),
    }
}

/// Writes all of a redline.
pub(crate) fn spans(line: &Redline, without: Mark, out: &mut dyn Write) -> io::Result<()> {
    let shown = line.0.iter().filter(|(mark, _)| *mark != without);
    for (mark, text) in shown {
        span(*mark, text, out)?;
    }
    Ok(())
}

/// Writes what the rules named on the page ask, and why.
pub(crate) fn rules(findings: &[ChangeFinding], out: &mut dyn Write) -> io::Result<()> {
    let mut used: Vec<_> = findings
        .iter()
        .filter_map(|finding| change_rule(&finding.rule))
        .collect();
    used.sort_by_key(|rule| rule.id);
    used.dedup_by_key(|rule| rule.id);
    if used.is_empty() {
        return Ok(());
    }
    super::section("rules", "The rules named here", out)?;
    writeln!(out, "<dl>")?;
    for rule in used {
        writeln!(
            out,
            "<dt id=\"rule-{0}\"><code>{0}</code></dt>\n<dd>{1} {2}</dd>",
            rule.id,
            Sentence(rule.detects),
            Sentence(rule.why)
        )?;
    }
    writeln!(
        out,
        "</dl>\n<p class=\"quiet\"><code>govkit explain RULE</code> says more, with an example.</p>"
    )?;
    super::end_section(out)
}
