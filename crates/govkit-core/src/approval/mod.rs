//! Who decided what: signed statements about exact content, and whether they are enough.
//!
//! A statement lies in the tree, below [`DIRECTORY`], in a directory of its own with its signature,
//! and is never changed. It binds the SHA-256 of the bytes it speaks of and nothing of where they
//! are: neither a path nor a commit. So it outlives renamings, squashed merges and rebases, and one
//! changed byte ends it.
//!
//! Whose keys count, who has which role and how many have to agree is read from the trusted base,
//! in the order of its commits ([`Trust`]); what a branch brings counts once it is merged.

mod judge;
mod ledger;
mod policy;
mod record;
mod requirement;
mod revocation;
mod statement;
mod trust;

pub use judge::{Anchor, Judged, KeyUse, Keys, Refusal, Voice, judge};
pub use ledger::{Given, Requirement, Standing, State, Version, heads, standing};
pub use policy::{
    ApprovalPolicy, ApprovalRule, Needed, OWNER, Person, Quorum, is_trust_subject, needed_of_kind,
};
pub use record::{RawRecord, Record, SIGNATURE, STATEMENT, record_directory, records_of};
pub use requirement::requirement;
pub use revocation::{Revocation, RevocationError, Revocations, Why};
pub use statement::{Action, Statement, StatementError, is_statable};
pub use trust::{Trust, TrustProblem, TrustState, TrustStep, Trusted};

/// Where the statements lie.
pub const DIRECTORY: &str = ".govkit/approvals";

/// The list of keys that may sign, in the format of `ssh-keygen`.
pub const SIGNERS_FILE: &str = ".govkit/allowed_signers";

/// The keys that may no longer sign.
pub const REVOKED_FILE: &str = ".govkit/revoked.toml";

/// What signatures are made for, so that none made for something else is taken for one.
pub const NAMESPACE: &str = "approval@govkit";

/// Returns the SHA-256 of bytes in hexadecimal, what `sha256sum` prints.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(bytes);
    hash.iter().fold(String::with_capacity(64), |out, byte| {
        out + &format!("{byte:02x}")
    })
}
