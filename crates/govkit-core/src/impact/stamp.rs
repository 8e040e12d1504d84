//! Stamps: what an artifact, or one of its sections, asks of others, as a short text.
//!
//! A stamp changes when a duty, a quantity, a parameter, a step or the status changes. It does not
//! change with wording that obliges nobody, with markup, with the case of letters, with the order of
//! sentences, or with the spelling of a quantity (`24 h`, `24 hours`).

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::quantity::quantities;
use super::statements::{Statement, obliges, statements};
use crate::artifact::Artifact;
use crate::corpus::Corpus;
use crate::outline::inserts_in;
use crate::position::Span;
use crate::value::{Node, Table, Value};

/// The version of what goes into a stamp: another one is another stamp.
const VERSION: &str = "norm1";

/// Returns the stamp of an artifact, or of one of its sections with all that stands under it.
///
/// `None` when there is no such section.
pub fn stamp(corpus: &Corpus, artifact: &Artifact, section: Option<&str>) -> Option<String> {
    let scope = match section {
        Some(anchor) => artifact.outline().section(anchor)?.span,
        None => Span::new(artifact.body, artifact.text.len()),
    };
    let mut lines = BTreeSet::new();
    lines.insert(format!("status {}", standing(corpus, artifact)));
    for statement in statements(artifact) {
        if scope.start <= statement.start && statement.start < scope.end {
            lines.extend(normative(corpus, artifact, &statement));
        }
    }
    if section.is_none() {
        for param in &artifact.params {
            lines.insert(format!("param {} {}", param.name, plain(&param.value)));
        }
        for step in &artifact.steps {
            lines.insert(table_line("step", &step.id, &step.fields, corpus, artifact));
        }
        for activity in &artifact.activities {
            let (id, fields) = (&activity.id, &activity.fields);
            lines.insert(table_line("activity", id, fields, corpus, artifact));
        }
    }
    let mut hash = Sha256::new();
    for line in &lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    let digest = hash.finalize();
    let hex: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(format!("{VERSION}:{hex}"))
}

/// Whether the artifact is in force, where its kind says what that means; else the status itself.
fn standing(corpus: &Corpus, artifact: &Artifact) -> String {
    let status = artifact.status(corpus.config()).unwrap_or_default();
    let kind = corpus.config().kind(&artifact.kind);
    match kind.and_then(|kind| kind.status.as_ref()) {
        Some(def) if !def.in_force.is_empty() => match def.in_force.contains(&status) {
            true => "in force".to_owned(),
            false => "not in force".to_owned(),
        },
        _ => status,
    }
}

/// What a sentence asks, in plain words; nothing where it asks and measures nothing.
fn normative(corpus: &Corpus, artifact: &Artifact, statement: &Statement) -> Option<String> {
    let text = filled(corpus, artifact, &statement.text);
    let counts = statement.obliged || obliges(&text) || !quantities(&text).is_empty();
    counts.then(|| plain(&text))
}

/// A text with its parameter inserts replaced by the values they show.
pub(super) fn filled(corpus: &Corpus, artifact: &Artifact, text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for insert in inserts_in(text, Span::new(0, text.len())) {
        let owner = match &insert.artifact {
            Some(id) => corpus.get(id),
            None => Some(artifact),
        };
        let value = owner.and_then(|owner| {
            let mut params = owner.params.iter();
            params.find(|param| param.name == insert.name)
        });
        if let Some(value) = value {
            out.push_str(&text[at..insert.span.start]);
            out.push_str(&value.value);
            at = insert.span.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Lower-case words with single blanks, quantities in their one form.
fn plain(text: &str) -> String {
    let mut parts = String::with_capacity(text.len());
    let mut at = 0;
    for found in quantities(text) {
        parts.push_str(&text[at..found.start]);
        parts.push_str(&format!(" {} ", found.amount));
        at = found.end;
    }
    parts.push_str(&text[at..]);
    let lower = parts.to_lowercase();
    let words = lower.split(|ch: char| !(ch.is_alphanumeric() || ch == '%'));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn table_line(
    word: &str,
    id: &str,
    fields: &Table,
    corpus: &Corpus,
    artifact: &Artifact,
) -> String {
    let mut parts: Vec<String> = fields
        .0
        .iter()
        .map(|field| {
            let text = filled(corpus, artifact, &flat(&field.node));
            format!("{}={}", field.key, plain(&text))
        })
        .collect();
    parts.sort();
    format!("{word} {id} {}", parts.join(";"))
}

fn flat(node: &Node) -> String {
    match &node.value {
        Value::Array(items) => items.iter().map(flat).collect::<Vec<_>>().join(", "),
        value => value.display(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Config;
    use crate::limits::Limits;
    use crate::snapshot::Snapshot;

    fn stamped(text: &str, section: Option<&str>) -> Option<String> {
        let config = "[kinds.policy]\npaths = 'p/*.md'\nopen = true\n[kinds.policy.status]\nvalues = ['draft', 'review', 'effective']\nin_force = ['effective']\n";
        let config = Arc::new(Config::parse(config, "govkit.toml").unwrap());
        let corpus = Corpus::parse(
            Snapshot::of_files([("p/a.md", text)]),
            config,
            &Limits::DEFAULT,
        );
        stamp(&corpus, corpus.get("A").unwrap(), section)
    }

    const TEXT: &str = "+++\nid = 'A'\nstatus = 'effective'\nowner = 'X'\n[params]\nd = '24 hours'\n+++\n# A\n\nWhy we do it.\n\n## Notify {#notify}\nTell the regulator within {{ d }}.\n\n## Escalate {#escalate}\nThe owner MUST tell the CISO.\nEverybody must:\n\n- lock the screen\n";

    #[test]
    fn wording_markup_and_spelling_of_a_quantity_change_no_stamp() {
        let before = stamped(TEXT, None);
        for (old, new) in [
            ("Why we do it.", "Why we do this at all."),
            ("owner = 'X'", "owner = 'Y'"),
            ("The owner MUST tell", "The owner **must**\ntell"),
            ("'24 hours'", "'24 h'"),
        ] {
            assert!(TEXT.contains(old));
            assert_eq!(stamped(&TEXT.replace(old, new), None), before, "{new}");
        }
    }

    #[test]
    fn a_duty_a_quantity_an_item_and_the_status_change_the_stamp() {
        let before = stamped(TEXT, None);
        for (old, new) in [
            ("MUST", "SHOULD"),
            ("24 hours", "72 hours"),
            ("lock the screen", "close the door"),
            ("'effective'", "'draft'"),
        ] {
            assert!(TEXT.contains(old));
            assert_ne!(stamped(&TEXT.replace(old, new), None), before, "{new}");
        }
        let draft = TEXT.replace("'effective'", "'draft'");
        let review = TEXT.replace("'effective'", "'review'");
        assert_eq!(
            stamped(&draft, None),
            stamped(&review, None),
            "neither is in force"
        );
    }

    #[test]
    fn a_section_has_a_stamp_of_its_own() {
        let changed = TEXT.replace("24 hours", "72 hours");
        let of = |text: &str, section| stamped(text, Some(section));
        assert_ne!(
            of(TEXT, "notify"),
            of(&changed, "notify"),
            "an insert is what it shows"
        );
        assert_eq!(of(TEXT, "escalate"), of(&changed, "escalate"));
        assert_eq!(of(TEXT, "nowhere"), None);
    }
}
