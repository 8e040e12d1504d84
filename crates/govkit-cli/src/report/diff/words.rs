//! What every renderer for people says in the same words.

use govkit_core::diff::{ChangeFinding, ChangeSet, ChangeSeverity, Direction};
use govkit_core::value::Value;

/// The worst severity as a word; `no change` without findings.
pub(crate) fn verdict(set: &ChangeSet) -> &'static str {
    match set.summary.severity {
        Some(severity) => severity.name(),
        None => "no change",
    }
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
    let open = findings.iter().filter(|finding| finding.accepted.is_none());
    let (mut told, editorial): (Vec<_>, Vec<_>) =
        open.partition(|finding| finding.severity > ChangeSeverity::Editorial);
    told.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
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
