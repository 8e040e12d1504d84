//! One artifact on both sides, or on the one that has it: all that is to be said of it.

use super::body;
use super::catalogue;
use super::change_set::ChangeSeverity::{Breaking, Substantive};
use super::change_set::{
    ArtifactChange, Change, ChangeFinding, Confidence, Direction, FieldChange, Place, Subject,
};
use super::document::Document;
use super::fields::{self, Roles};
use super::found::{Draft, Found};
use super::layout;
use super::pairing::{FileSide, Located, Pair};
use crate::config::{Config, Kind};
use crate::position::Span;

/// Everything about one pair.
pub(super) struct Told {
    pub(super) artifact: ArtifactChange,
    pub(super) findings: Vec<ChangeFinding>,
    pub(super) truncated: bool,
}

/// Says what happened to an artifact, without looking into it.
pub(super) fn structure(pair: &Pair) -> ArtifactChange {
    let newest = pair.new.as_ref().or(pair.old.as_ref());
    let text = |located: &Option<Located>, of: fn(&Located) -> Option<&str>| {
        located.as_ref().and_then(of).map(str::to_owned)
    };
    let id = |located: &Located| located.side.id().map(str::to_owned);
    let new_id = newest.and_then(id);
    let old_id = pair.old.as_ref().and_then(id);
    let renamed = pair.change == Change::Renamed;
    ArtifactChange {
        kind: newest.map(|located| located.side.kind.to_string()),
        title: newest.and_then(|located| Some(located.side.artifact.as_ref().ok()?.title.clone())),
        change: pair.change,
        path: pair.path().to_owned(),
        old_path: if renamed {
            text(&pair.old, |located| Some(located.path.as_str()))
        } else {
            None
        },
        old_id: old_id.filter(|old| new_id.as_ref().is_some_and(|new| new != old)),
        id: new_id,
        similarity: pair.similarity,
        fields: Vec::new(),
        severity: None,
    }
}

/// Compares the two sides of an artifact.
pub(super) fn diff(pair: &Pair, config: &Config) -> Told {
    let mut artifact = structure(pair);
    let subject = Subject {
        id: artifact.id.clone(),
        kind: artifact.kind.clone(),
        path: artifact.path.clone(),
    };
    let kind = artifact.kind.as_deref().and_then(|name| config.kind(name));
    let mut found = Found::default();
    match (&pair.old, &pair.new) {
        (Some(old), Some(new)) => {
            identity(pair, old, new, &mut found);
            artifact.fields = contents(&old.side, &new.side, kind, &mut found);
        }
        (Some(old), None) => removed(old, config, &mut found),
        (None, Some(new)) => added(new, kind, &mut found),
        (None, None) => {}
    }
    let truncated = found.truncated;
    let findings = found.finish(&subject);
    artifact.severity = findings.iter().map(|finding| finding.severity).max();
    Told {
        artifact,
        findings,
        truncated,
    }
}

/// Reports another path, another id, another kind.
fn identity(pair: &Pair, old: &Located, new: &Located, found: &mut Found) {
    let at = Place::default();
    let likely = pair.confidence == Confidence::Likely;
    let (before, after) = (old.side.id(), new.side.id());
    if let (Some(before), Some(after)) = (before, after)
        && before != after
    {
        let message = format!("the id changed from `{before}` to `{after}`");
        let draft = Draft::new(&catalogue::ART_REID, at.clone(), message).likely(likely);
        found.push(draft.words(Some(before), Some(after)));
    }
    if old.path != new.path {
        let (from, to) = (old.path.as_str(), new.path.as_str());
        let message = format!("the file moved from `{from}` to `{to}`");
        let draft = Draft::new(&catalogue::ART_RENAMED, at.clone(), message).likely(likely);
        found.push(draft.words(Some(from), Some(to)));
    }
    if old.side.kind != new.side.kind {
        let message = format!("it is a {} now, not a {}", new.side.kind, old.side.kind);
        let draft = Draft::new(&catalogue::ART_KIND, at, message);
        found.push(draft.words(Some(&old.side.kind), Some(&new.side.kind)));
    }
}

/// Whether the status says that the artifact is in force; `None` where the kind has no such status.
fn in_force(side: &FileSide, kind: Option<&Kind>) -> Option<bool> {
    let status = kind?
        .status
        .as_ref()
        .filter(|status| !status.in_force.is_empty())?;
    let now = side.artifact.as_ref().ok()?.scalar(&status.field)?;
    Some(status.in_force.contains(&now))
}

fn named(located: &Located) -> String {
    match &located.side.artifact {
        Ok(artifact) => format!("`{}` {}", artifact.id, artifact.title),
        Err(_) => format!("`{}`", located.path.as_str()),
    }
}

fn added(new: &Located, kind: Option<&Kind>, found: &mut Found) {
    let value = new.side.id().unwrap_or(new.path.as_str());
    let mut draft = Draft::new(
        &catalogue::ART_ADDED,
        Place::default(),
        format!("{} is new", named(new)),
    );
    if in_force(&new.side, kind) == Some(true) {
        draft = draft.severity(Breaking).direction(Direction::Tightens);
        draft.message.push_str(" and in force at once");
    }
    found.push(draft.words(None, Some(value)));
}

fn removed(old: &Located, config: &Config, found: &mut Found) {
    let value = old.side.id().unwrap_or(old.path.as_str());
    let mut draft = Draft::new(
        &catalogue::ART_REMOVED,
        Place::default(),
        format!("{} is gone", named(old)),
    );
    match in_force(&old.side, config.kind(&old.side.kind)) {
        Some(false) => draft = draft.severity(Substantive),
        Some(true) => draft.message.push_str(" while in force"),
        None => {}
    }
    found.push(draft.words(Some(value), None));
}

/// Compares what both sides say.
fn contents(
    old: &FileSide,
    new: &FileSide,
    kind: Option<&Kind>,
    found: &mut Found,
) -> Vec<FieldChange> {
    if old.bytes == new.bytes {
        return Vec::new();
    }
    if let (Ok(before), Ok(after)) = (&old.artifact, &new.artifact) {
        let (before, after) = (Document::of_artifact(before), Document::of_artifact(after));
        return documents(&before, &after, Roles { kind }, found);
    }
    bytes(&old.bytes, &new.bytes, Roles { kind }, found)
}

/// Compares two files that need not be artifacts, nor text.
pub(super) fn bytes(
    old: &[u8],
    new: &[u8],
    roles: Roles<'_>,
    found: &mut Found,
) -> Vec<FieldChange> {
    match (str::from_utf8(old), str::from_utf8(new)) {
        (Ok(old), Ok(new)) => {
            let (old, new) = (Document::detected(old), Document::detected(new));
            documents(&old, &new, roles, found)
        }
        (before, after) => {
            let broken = |result: Result<&str, std::str::Utf8Error>, side: &str| {
                let at = result.err()?.valid_up_to();
                Some(format!("the {side} side is not UTF-8 at byte {at}"))
            };
            let parts: Vec<String> = broken(before, "old")
                .into_iter()
                .chain(broken(after, "new"))
                .collect();
            let message = format!(
                "the bytes differ and cannot be compared as text: {}",
                parts.join(", ")
            );
            let draft = Draft::new(&catalogue::TEXT_CHANGED, Place::default(), message);
            found.push(draft.severity(Substantive));
            Vec::new()
        }
    }
}

fn documents(
    old: &Document<'_>,
    new: &Document<'_>,
    roles: Roles<'_>,
    found: &mut Found,
) -> Vec<FieldChange> {
    let before = found.len();
    let changes = fields::diff(old, new, roles, found);
    let (a, b) = (Span::new(0, old.body), Span::new(0, new.body));
    if found.len() == before
        && let Some(mut draft) = layout::difference(old, a, new, b)
    {
        if draft.rule == &catalogue::TEXT_EDITORIAL {
            draft.message =
                "the front matter is written differently; its values are the same".to_owned();
        }
        found.push(draft);
    }
    body::diff(
        old,
        new,
        roles.kind.is_some_and(|kind| kind.glossary),
        found,
    );
    changes
}
