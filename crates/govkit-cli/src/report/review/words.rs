//! What every renderer of a review for people says in the same words.

use govkit_core::diff::{ArtifactCounts, ChangeFinding, ChangeSet, Summary};
use govkit_core::review::{Affected, Review, State};

use crate::report::diff::words::counts;

/// `3 artifacts changed · 1 orphaned · 1 left behind · 2 to read again`.
pub(crate) fn headline(review: &Review) -> String {
    let summary = &review.summary;
    let artifacts = &summary.artifacts;
    let changed = ChangeSet {
        summary: Summary {
            artifacts: ArtifactCounts {
                added: artifacts.added,
                removed: artifacts.removed,
                renamed: artifacts.renamed,
                changed: artifacts.changed,
            },
            ..Summary::default()
        },
        ..ChangeSet::default()
    };
    let mut parts = vec![counts(&changed)];
    let more = [
        (artifacts.orphaned, "orphaned"),
        (artifacts.drifted, "left behind"),
        (summary.suspect, "to read again"),
        (summary.accepted, "accepted"),
    ];
    let some = more.iter().filter(|(count, _)| *count > 0);
    parts.extend(some.map(|(count, word)| format!("{count} {word}")));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What happened to the base meanwhile, where anything did.
pub(crate) fn upstream(review: &Review) -> Option<String> {
    let (name, upstream) = (&review.compare.base_name, &review.compare.upstream);
    let commits = match upstream.commits_since_base {
        0 => return None,
        1 => "1 commit".to_owned(),
        count => format!("{count} commits"),
    };
    let ids: Vec<&str> = upstream
        .artifacts
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    Some(match ids.as_slice() {
        [] => {
            format!("{name} has {commits} since the branch left it; none touches these artifacts")
        }
        ids => format!(
            "{name} has {commits} since the branch left it, and changed {}, on which this rests",
            ids.join(", ")
        ),
    })
}

/// Whether a person has to look at an affected artifact, in a few words.
pub(crate) fn standing(affected: &Affected, review: &[ChangeFinding]) -> String {
    let changed = if affected.changed {
        "changed here"
    } else {
        "not changed"
    };
    let own = |rule: &str| {
        let mut about = review.iter().filter(|finding| {
            finding.rule == rule && finding.artifact.id.as_deref() == Some(&affected.id)
        });
        about.next()
    };
    let what = match affected.state {
        State::Orphan => format!("ORPHAN: lost {}", affected.via),
        State::Conflict => match (own("PARAM-DRIFT"), own("LINK-DANGLING")) {
            (Some(drift), _) => {
                let old = drift.old.as_ref().map(govkit_core::value::Value::display);
                format!("CONFLICT: still says {}", old.unwrap_or_default())
            }
            (None, Some(_)) => "CONFLICT: a link leads nowhere".to_owned(),
            (None, None) => "CONFLICT".to_owned(),
        },
        State::Suspect => "SUSPECT: read it again".to_owned(),
        State::Consistent => match (&affected.reviewed, affected.changed) {
            (Some(reviewed), _) => format!("read again by {}, {}", reviewed.by, reviewed.on),
            (None, true) => "consistent".to_owned(),
            (None, false) => "consistent, shows it by itself".to_owned(),
        },
    };
    format!("{changed} · {what}")
}
