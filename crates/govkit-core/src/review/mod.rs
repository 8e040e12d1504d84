//! `review`: a change set, and what follows from it for those who must agree.

mod model;

pub use model::{
    Acceptance, AcceptanceState, Action, Affected, AffectedLink, Approval, ApprovalStatus, Check,
    CheckCounts, Gate, GoneFinding, MovedArtifact, Outcome, Relation, Review, ReviewCompare,
    ReviewCounts, ReviewSummary, Reviewed, Side, Since, State, Transition, Upstream,
};
