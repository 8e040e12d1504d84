//! Whether a record counts: whose key signed what, and whether that person could then.

use super::NAMESPACE;
use super::record::{Record, record_directory};
use super::revocation::Why;
use super::statement::{Action, StatementError};
use super::trust::Trusted;
use crate::time::Moment;
use crate::untrusted::Untrusted;

/// Who signed something, and with which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The name in the list of signers.
    pub principal: String,
    /// The fingerprint of the key, `SHA256:…`.
    pub key: String,
}

/// Checks signatures.
pub trait Keys {
    /// Returns who signed a text, for [`NAMESPACE`], with a key that the list `signers` lets sign
    /// at this moment.
    fn signer(
        &self,
        text: &[u8],
        signature: &str,
        signers: &str,
        at: Moment,
    ) -> Result<KeyUse, Refusal>;
}

/// When a record became known on the trusted line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The commit that brought it, counted on the line; nothing where it is not merged yet.
    pub step: Option<usize>,
    /// When; of what is not merged yet, now.
    pub known: Moment,
}

/// Somebody who could say what they said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The person, by the name in the list of signers.
    pub person: String,
    /// The key.
    pub key: String,
    /// The state of trust it was judged by, counted in [`super::Trust::states`].
    pub state: usize,
}

/// A record and what became of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The record.
    pub record: Record,
    /// When it became known.
    pub anchor: Anchor,
    /// Who speaks, or why nobody does.
    pub verdict: Result<Voice, Refusal>,
}

/// Why a record does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No statement.
    #[error("its statement cannot be read: {0}")]
    Unreadable(#[from] StatementError),
    /// It was put elsewhere, or changed after it got its name.
    #[error(
        "it speaks of `{}` and belongs in `{belongs}`: it was moved or changed",
        Untrusted::line(artifact)
    )]
    Misplaced {
        /// What it speaks of.
        artifact: String,
        /// Where it belongs.
        belongs: String,
    },
    /// It was made for another repository.
    #[error(
        "it was made for another repository, `{}`",
        Untrusted::line(repository)
    )]
    OtherRepository {
        /// That one's id.
        repository: String,
    },
    /// There is no list of signers on the base.
    #[error(
        "no signers are trusted yet: the base has no `.govkit/allowed_signers` with `[approvals]`"
    )]
    NoTrust,
    /// There is no signature.
    #[error("it has no signature")]
    Unsigned,
    /// No signature of that format.
    #[error("its signature cannot be read: {0}")]
    Signature(String),
    /// Signed for something else.
    #[error(
        "its signature was made for `{}`, not for `{NAMESPACE}`",
        Untrusted::line(namespace)
    )]
    Namespace {
        /// What for.
        namespace: String,
    },
    /// The signature is of other bytes.
    #[error("the signature does not fit the statement: one of them was changed")]
    Mismatch,
    /// Nobody in the list has the key.
    #[error("the key {key} is not in the trusted list of signers")]
    UnknownKey {
        /// Its fingerprint.
        key: String,
    },
    /// The key may not sign for this, or is not the kind of key that may.
    #[error("the key {key} may not sign: {reason}")]
    Unfit {
        /// Its fingerprint.
        key: String,
        /// Why.
        reason: String,
    },
    /// The key was not valid then.
    #[error("the key {key} was not valid on {on}, when this became known: {window}")]
    OutOfTime {
        /// Its fingerprint.
        key: String,
        /// When.
        on: Moment,
        /// When it is valid.
        window: String,
    },
    /// The key was taken away.
    #[error("the key {key} is {}: {}", word(*why), Untrusted::line(reason))]
    Revoked {
        /// Its fingerprint.
        key: String,
        /// How.
        why: Why,
        /// What happened.
        reason: String,
    },
    /// One says another's name.
    #[error(
        "it says it is signed by `{}`, and the key is that of `{}`",
        Untrusted::line(said),
        Untrusted::line(is)
    )]
    OtherSigner {
        /// The name in the statement.
        said: String,
        /// The name of the key.
        is: String,
    },
    /// The person does not have the role.
    #[error(
        "`{}` does not have the role `{}`",
        Untrusted::line(person),
        Untrusted::line(role)
    )]
    NoRole {
        /// The person.
        person: String,
        /// The role.
        role: String,
    },
    /// Only who said it, or who may override, takes it back.
    #[error(
        "`{}` may not take back what `{}` said",
        Untrusted::line(person),
        Untrusted::line(of)
    )]
    NotTheirs {
        /// The person.
        person: String,
        /// Who said it.
        of: String,
    },
    /// More than anybody writes.
    #[error("there are more than {0} records of this artifact")]
    TooMany(usize),
}

fn word(why: Why) -> &'static str {
    match why {
        Why::Retired => "retired",
        Why::Compromised => "compromised",
    }
}

impl Refusal {
    /// Whether somebody must have tampered with a file: no honest act ends like that.
    pub fn is_tampering(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_)
                | Self::Misplaced { .. }
                | Self::Unsigned
                | Self::Signature(_)
                | Self::Mismatch
                | Self::OtherSigner { .. }
        )
    }

    /// Returns one word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Misplaced { .. } => "misplaced",
            Self::OtherRepository { .. } => "other-repository",
            Self::NoTrust => "no-trust",
            Self::Unsigned => "unsigned",
            Self::Signature(_) => "bad-signature",
            Self::Namespace { .. } => "namespace",
            Self::Mismatch => "mismatch",
            Self::UnknownKey { .. } => "unknown-key",
            Self::Unfit { .. } => "unfit-key",
            Self::OutOfTime { .. } => "out-of-time",
            Self::Revoked { .. } => "revoked-key",
            Self::OtherSigner { .. } => "other-signer",
            Self::NoRole { .. } => "no-role",
            Self::NotTheirs { .. } => "not-theirs",
            Self::TooMany(_) => "too-many",
        }
    }
}

/// Judges a record by a state of trust.
pub fn judge(record: Record, anchor: Anchor, trusted: Trusted<'_>, keys: &dyn Keys) -> Judged {
    let verdict = voice(&record, anchor, trusted, keys);
    Judged {
        record,
        anchor,
        verdict,
    }
}

fn voice(
    record: &Record,
    anchor: Anchor,
    trusted: Trusted<'_>,
    keys: &dyn Keys,
) -> Result<Voice, Refusal> {
    let statement = record.statement.as_ref().map_err(Clone::clone)?;
    if !record.is_in_place() {
        return Err(Refusal::Misplaced {
            artifact: statement.artifact.clone(),
            belongs: record_directory(&statement.artifact, &record.name),
        });
    }
    if trusted.repository != Some(statement.repository.as_str()) {
        return Err(Refusal::OtherRepository {
            repository: statement.repository.clone(),
        });
    }
    let (index, state) = trusted.state.ok_or(Refusal::NoTrust)?;
    let signature = record.signature.as_deref().ok_or(Refusal::Unsigned)?;
    let used = keys.signer(&record.bytes, signature, &state.signers, anchor.known)?;
    if used.principal != statement.signer {
        return Err(Refusal::OtherSigner {
            said: statement.signer.clone(),
            is: used.principal,
        });
    }
    let revoked = trusted.revocation(&used.key, anchor);
    if let Some(revoked) = revoked {
        return Err(Refusal::Revoked {
            key: used.key,
            why: revoked.why,
            reason: revoked.reason.clone(),
        });
    }
    let role = statement
        .role
        .as_deref()
        .filter(|_| matches!(statement.action, Action::Approve | Action::Override));
    if let Some(role) = role.filter(|role| !state.policy.holds(&used.principal, role)) {
        return Err(Refusal::NoRole {
            person: used.principal,
            role: role.to_owned(),
        });
    }
    Ok(Voice {
        person: used.principal,
        key: used.key,
        state: index,
    })
}
