//! What every renderer for people says in the same words.

use govkit_core::diff::{
    ArtifactChange, Change, ChangeFinding, ChangeSet, ChangeSeverity, Direction,
};
use govkit_core::value::Value;

/// The worst severity as a word; `no change` without findings.
pub(crate) fn verdict(severity: Option<ChangeSeverity>) -> &'static str {
    severity.map_or("no change", ChangeSeverity::name)
}

/// `2 artifacts changed · 1 added`: what is none is left out.
pub(crate) fn counts(set: &ChangeSet) -> String {
    let counts = &set.summary.artifacts;
    let named = [
        (counts.changed, "changed"),
        (counts.added, "added"),
        (counts.removed, "removed"),
        (counts.renamed, "renamed"),
    ];
    let some = named.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = some
        .enumerate()
        .map(|(at, (count, word))| match (at, count) {
            (0, 1) => format!("1 artifact {word}"),
            (0, count) => format!("{count} artifacts {word}"),
            (_, count) => format!("{count} {word}"),
        })
        .collect();
    parts.join(" · ")
}

/// `tightens 1 · relaxes 2 · neutral 3`.
pub(crate) fn directions(set: &ChangeSet) -> String {
    let counts = &set.summary.direction;
    format!(
        "tightens {} · relaxes {} · neutral {}",
        counts.tightens, counts.relaxes, counts.neutral
    )
}

/// Where in its artifact a finding is: a step, a field, a section, or nothing for the artifact.
pub(crate) fn place(finding: &ChangeFinding) -> String {
    let at = &finding.at;
    match (&at.step, &at.field, &at.heading) {
        (Some(step), Some(field), _) => format!("step {step}, {field}"),
        (Some(step), None, _) => format!("step {step}"),
        (None, Some(field), _) => field.clone(),
        (None, None, Some(heading)) => format!("§ {heading}"),
        (None, None, None) => String::new(),
    }
}

/// The line to look at, on the new side where there is one.
pub(crate) fn line(finding: &ChangeFinding) -> Option<u32> {
    finding.at.new_line.or(finding.at.old_line)
}

/// A value on one line; what is absent is `(none)`.
pub(crate) fn value(value: Option<&Value>) -> String {
    match value {
        None => "(none)".to_owned(),
        Some(value) => {
            let text = value.display();
            if text.is_empty() {
                "(empty)".to_owned()
            } else {
                text
            }
        }
    }
}

/// Whether a finding speaks of values and not of sentences.
pub(crate) fn has_values(finding: &ChangeFinding) -> bool {
    finding.text.is_none() && (finding.old.is_some() || finding.new.is_some())
}

/// What changed in a few words, where a finding names it apart from its sentence: `MUST -> SHOULD`.
pub(super) fn brief(finding: &ChangeFinding) -> Option<String> {
    let absent = || "(none)".to_owned();
    let (old, new) = match (&finding.modal_old, &finding.modal_new) {
        (None, None) => {
            let own = |value: &Option<Value>, quote: &Option<String>| {
                value.as_ref().map(Value::display) != *quote
            };
            let apart =
                own(&finding.old, &finding.quote_old) || own(&finding.new, &finding.quote_new);
            finding.text.as_ref().filter(|_| apart)?;
            (value(finding.old.as_ref()), value(finding.new.as_ref()))
        }
        (old, new) => (
            old.clone().unwrap_or_else(absent),
            new.clone().unwrap_or_else(absent),
        ),
    };
    Some(format!("{old} -> {new}"))
}

/// The direction, where there is one to tell.
pub(crate) fn direction(finding: &ChangeFinding) -> &'static str {
    match finding.direction {
        Direction::Neutral => "",
        direction => direction.name(),
    }
}

/// Findings a reader has to see, the worst first, else in their order; and how many are editorial.
/// Accepted ones are neither.
pub(crate) fn told(findings: &[ChangeFinding]) -> (Vec<&ChangeFinding>, usize) {
    worst_first(findings.iter().filter(|finding| finding.accepted.is_none()))
}

/// [`told`] of any findings; what somebody accepted stands behind what nobody did.
pub(crate) fn worst_first<'a>(
    findings: impl Iterator<Item = &'a ChangeFinding>,
) -> (Vec<&'a ChangeFinding>, usize) {
    let (mut told, editorial): (Vec<_>, Vec<_>) =
        findings.partition(|finding| finding.severity > ChangeSeverity::Editorial);
    told.sort_by_key(|finding| {
        (
            finding.accepted.is_some(),
            std::cmp::Reverse(finding.severity),
        )
    });
    (told, editorial.len())
}

/// `1 editorial change`, `2 editorial changes`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

/// A full object id as its first ten digits; any other name as it is.
pub(crate) fn revision(name: &str) -> &str {
    let id = matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if id { &name[..10] } else { name }
}

/// `Substantive change`; `No change` without findings.
pub(crate) fn title(severity: Option<ChangeSeverity>) -> String {
    let verdict = verdict(severity);
    let word = if severity.is_some() { " change" } else { "" };
    format!("{}{}{word}", verdict[..1].to_uppercase(), &verdict[1..])
}

/// The severity as a word.
pub(crate) fn severity(severity: Option<ChangeSeverity>) -> &'static str {
    severity.map_or("none", ChangeSeverity::name)
}

/// What stands in front of a finding, so that colour never speaks alone.
pub(crate) fn sign(severity: ChangeSeverity) -> &'static str {
    match severity {
        ChangeSeverity::Breaking => "!!!",
        ChangeSeverity::Substantive => "!!",
        ChangeSeverity::Minor => "!",
        ChangeSeverity::Editorial => ".",
    }
}

/// Id and title of an artifact, else its path.
pub(crate) fn name(artifact: &ArtifactChange) -> String {
    match (&artifact.id, &artifact.title) {
        (Some(id), Some(title)) => format!("{id} {title}"),
        (Some(id), None) => id.clone(),
        (None, _) => artifact.path.clone(),
    }
}

/// `changed`, or `renamed, 81 % alike`.
pub(crate) fn happened(artifact: &ArtifactChange) -> String {
    match (artifact.change, artifact.similarity) {
        (Change::Renamed, Some(alike)) if alike < 100 => format!("renamed, {alike} % alike"),
        (change, _) => change.name().to_owned(),
    }
}

/// Where in its artifact a finding is, with the line.
pub(crate) fn place_and_line(finding: &ChangeFinding) -> String {
    let place = place(finding);
    match line(finding) {
        Some(line) if place.is_empty() => format!("line {line}"),
        Some(line) => format!("{place}, line {line}"),
        None => place,
    }
}

/// The verdict on one line: `substantive: 2 artifacts changed; tightens 1 · relaxes 0 · neutral 3`.
pub(crate) fn sum(set: &ChangeSet, editorial: usize) -> String {
    if set.artifacts.is_empty() {
        return "no artifact changed".to_owned();
    }
    let editorial = match editorial {
        0 => String::new(),
        count => format!("; {} not shown", counted(count, "editorial change")),
    };
    format!(
        "{}: {}; {}{editorial}",
        verdict(set.summary.severity),
        counts(set),
        directions(set)
    )
}

/// What stands behind the verdict, a line each.
pub(crate) fn figures(set: &ChangeSet) -> Vec<String> {
    let mut figures = Vec::new();
    if !set.artifacts.is_empty() {
        figures.extend([counts(set), directions(set)]);
    }
    if set.summary.truncated {
        figures.push("some text was too large to be compared in detail".to_owned());
    }
    figures
}
