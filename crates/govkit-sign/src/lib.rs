//! Keys and signatures: `ssh-keygen` makes them, and its list of allowed signers says whose count.
//!
//! No private key is ever read here: `ssh-keygen` and `gpg` are asked, as git asks them.

mod allowed_signers;
mod signer;
mod verify;

pub use allowed_signers::{AllowedSigners, LineProblem};
pub use signer::{PublicKeyError, SignError, Signer, Signing};
pub use verify::SshKeys;
