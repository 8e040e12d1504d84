//! `diff`: what changed between two sides, by meaning and not by line.
//!
//! ```text
//! files that differ ─► pair (ids, then likeness) ─► per artifact: fields, links, steps,
//!                                                   sections, sentences, words ─► change set
//! ```
//!
//! Everything that differs is told: what cannot be proved to be editorial is a change, and bytes
//! that differ always make at least one finding. The same two sides give the same answer, byte for
//! byte; bounds are sizes, never clocks, and what was too large is marked as `truncated`.

mod align;
mod artifact;
mod bag;
mod body;
pub mod catalogue;
mod change_set;
mod document;
mod editorial;
mod fields;
mod found;
mod layout;
mod links;
mod lone;
mod meaning;
mod moves;
mod no_index;
mod pages;
mod pairing;
mod params;
#[cfg(test)]
mod properties;
mod prose;
pub(crate) mod reading;
mod redline;
mod sections;
pub(crate) mod sentences;
mod sequence;
mod side_by_side;
pub(crate) mod single;
mod slips;
mod steps;
mod targets;
mod text;
mod tokens;

use rayon::prelude::*;

pub use catalogue::{CHANGE_RULES, ChangeRule, change_rule};
pub use change_set::{
    Accepted, ArtifactChange, ArtifactCounts, Change, ChangeFinding, ChangeSet, ChangeSeverity,
    Compare, CompareMode, Confidence, Direction, DirectionCounts, Fact, FieldChange, Place,
    Subject, Summary,
};
pub(crate) use change_set::{SeverityOrNone, severity_or_none};
pub use fields::field_changes;
pub use no_index::no_index;
pub use pages::{Level as ExampleLevel, RulePage, explained, rule_page};
pub use pairing::{ChangedFile, FileSide, Located, Pair, pair};
pub use redline::{Mark, Redline};
pub use side_by_side::{
    Cell, Part, Row, RowState, SideBySide, Unshown, side_by_side, side_by_side_bytes,
};

use crate::config::Config;

/// Compares the artifacts of `pairs` in full; `config` says what fields and links mean.
///
/// Pairs are compared in parallel; the answer is in their order.
pub fn diff(compare: Compare, pairs: &[Pair], config: &Config) -> ChangeSet {
    let told: Vec<artifact::Told> = pairs
        .par_iter()
        .map(|pair| artifact::diff(pair, config))
        .collect();
    let mut set = ChangeSet {
        compare,
        ..ChangeSet::default()
    };
    for told in told {
        set.summary.truncated |= told.truncated;
        set.artifacts.push(told.artifact);
        set.findings.extend(told.findings);
    }
    set.recount();
    set
}

/// Says which artifacts were added, removed, renamed or changed, and nothing more.
pub fn structure(compare: Compare, pairs: &[Pair]) -> ChangeSet {
    let mut set = ChangeSet {
        compare,
        artifacts: pairs.iter().map(artifact::structure).collect(),
        ..ChangeSet::default()
    };
    set.recount();
    set
}

#[cfg(test)]
mod tests;
