//! `review`: a change set, and what follows from it for those who must agree.
//!
//! ```text
//! change set ─► severities of this organisation ─► impact ─► acceptances ─► approvals, actions, gate
//! ```

mod acceptance;
mod actions;
mod approvals;
mod build;
mod model;
mod trust;
mod upstream;
mod weigh;

pub use acceptance::{ACCEPTED_FILE, AcceptanceError, AcceptanceRecord, Acceptances};
pub use build::{Material, Spread, Terms, review, spread};
pub use model::{
    Acceptance, AcceptanceState, Action, Affected, AffectedLink, Approval, ApprovalStatus, Check,
    CheckCounts, Gate, GoneFinding, MovedArtifact, Outcome, Relation, Review, ReviewCompare,
    ReviewCounts, ReviewSummary, Reviewed, Side, Since, State, Transition, Upstream,
};
pub use trust::{TrustedFile, is_trusted_file, trust_changes};
pub use upstream::moved_artifacts;
pub use weigh::{Statuses, weigh_set};
