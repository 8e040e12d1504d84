//! How an artifact stood on a date.

use std::collections::BTreeSet;

use crate::config::Kind;
use crate::time::timeline::{PathId, StepId, TextId};
use crate::time::{Facts, Moment};

/// Whether an artifact was in force, and if not, why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was in force.
    InForce,
    /// Its status, if it had one, did not mean so.
    Status(Option<String>),
    /// Its status meant so, and needed approvals that were missing.
    Unapproved(Option<String>),
    /// It would take effect later.
    NotYet,
    /// It was void from this moment on.
    Expired(Moment),
    /// These artifacts, in force themselves, superseded it.
    Superseded(Vec<String>),
    /// It had been removed.
    Removed,
    /// It became known later, and does not say that it held before.
    Absent,
}

impl Why {
    /// Returns one word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::Status(_) => "status",
            Self::Unapproved(_) => "unapproved",
            Self::NotYet => "not-yet",
            Self::Expired(_) => "expired",
            Self::Superseded(_) => "superseded",
            Self::Removed => "removed",
            Self::Absent => "absent",
        }
    }
}

/// The version of an artifact that a date falls to, and how it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The id the version had.
    pub id: String,
    /// Every id the artifact has had, before and since.
    pub known_as: BTreeSet<String>,
    /// Where the version was.
    pub path: PathId,
    /// Its text; of a removal, the one that went.
    pub text: TextId,
    /// The commit that made the version.
    pub step: StepId,
    /// From when on the version counts.
    pub from: Moment,
    /// Until when it counts, as far as is known: the next version, or its expiry.
    pub until: Option<Moment>,
    /// Whether it was in force.
    pub why: Why,
}

/// Whether a status means "in force"; a kind that does not tell is always taken at its word.
pub(super) fn status_is_in_force(facts: &Facts, kind: &Kind) -> bool {
    let told = kind
        .status
        .as_ref()
        .filter(|status| !status.in_force.is_empty());
    told.is_none_or(|told| {
        let status = facts.status.as_ref();
        status.is_some_and(|status| told.in_force.contains(status))
    })
}
