//! What the base did meanwhile: whether it touches what the branch changes, or what that rests on.

use std::collections::BTreeSet;

use super::model::{MovedArtifact, Relation};
use crate::corpus::Corpus;
use crate::diff::ChangeSet;
use crate::impact::parents;

/// Returns the artifacts at `paths`, which the base changed since, that concern the branch.
pub fn moved_artifacts(
    set: &ChangeSet,
    base: &Corpus,
    head: &Corpus,
    paths: &[String],
) -> Vec<MovedArtifact> {
    let ids = |path: &String| {
        let found = base.at_path(path).or_else(|| head.at_path(path));
        found.map(|artifact| artifact.id.clone())
    };
    let moved: BTreeSet<String> = paths.iter().filter_map(ids).collect();
    if moved.is_empty() {
        return Vec::new();
    }
    let names = |one: &crate::diff::ArtifactChange| [one.id.clone(), one.old_id.clone()];
    let own: BTreeSet<String> = set.artifacts.iter().flat_map(names).flatten().collect();
    let mut above = parents(base, &own);
    above.extend(parents(head, &own));
    let relation = |id: &String| match (own.contains(id), above.contains(id)) {
        (true, _) => Some(Relation::Same),
        (false, true) => Some(Relation::Parent),
        (false, false) => None,
    };
    let concerned = moved.iter().filter_map(|id| {
        Some(MovedArtifact {
            id: id.clone(),
            relation: relation(id)?,
        })
    });
    concerned.collect()
}
