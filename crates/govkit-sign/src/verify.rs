//! Signatures in OpenSSH's format (SSHSIG), checked.

use std::collections::HashMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use govkit_core::approval::{KeyUse, Keys, NAMESPACE, Refusal};
use govkit_core::time::Moment;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};

use crate::allowed_signers::{AllowedSigners, Entry, fingerprint, weak};

/// The flag of a hardware key that says that somebody touched it (FIDO: user presence).
const TOUCHED: u8 = 1;

/// Bytes after the signature proper of a hardware key: the flags and a counter.
const HARDWARE_TAIL: usize = 5;

/// A list's text, and what it says.
type Read = (Arc<str>, Arc<AllowedSigners>);

/// Checks signatures: most kinds of keys by itself, the others through `ssh-keygen`.
#[derive(Debug, Default)]
pub struct SshKeys {
    lists: Mutex<HashMap<u64, Read>>,
}

impl Keys for SshKeys {
    fn signer(
        &self,
        text: &[u8],
        signature: &str,
        signers: &str,
        at: Moment,
    ) -> Result<KeyUse, Refusal> {
        let parsed =
            SshSig::from_pem(signature).map_err(|error| Refusal::Signature(error.to_string()))?;
        if parsed.namespace() != NAMESPACE {
            return Err(Refusal::Namespace {
                namespace: parsed.namespace().to_owned(),
            });
        }
        let key = fingerprint(parsed.public_key());
        let unfit = |reason: String| Refusal::Unfit {
            key: key.clone(),
            reason,
        };
        if let Some(reason) = weak(parsed.public_key()).or_else(|| weak_signature(&parsed)) {
            return Err(unfit(reason));
        }
        let list = self.list(signers);
        let of_key: Vec<&Entry> = list
            .entries
            .iter()
            .filter(|entry| entry.key == *parsed.public_key())
            .collect();
        if of_key.is_empty() {
            return Err(Refusal::UnknownKey { key });
        }
        if !is_made_by(&parsed, signature, text) {
            return Err(Refusal::Mismatch);
        }
        let may = |entry: &&&Entry| {
            let spaces = entry.namespaces.as_ref();
            spaces.is_none_or(|spaces| spaces.iter().any(|one| one == NAMESPACE))
        };
        let able: Vec<&&Entry> = of_key.iter().filter(may).collect();
        let Some(first) = able.first() else {
            return Err(unfit(format!(
                "the list does not let it sign for `{NAMESPACE}`"
            )));
        };
        match able.iter().find(|entry| entry.is_valid_at(at)) {
            Some(entry) => Ok(KeyUse {
                principal: entry.person.clone(),
                key,
            }),
            None => Err(Refusal::OutOfTime {
                key,
                on: at,
                window: first.window(),
            }),
        }
    }
}

impl SshKeys {
    /// Returns a list, read; each text is read once.
    pub fn list(&self, text: &str) -> Arc<AllowedSigners> {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(text);
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, list)) = lists.get(&hash)
            && **known == *text
        {
            return list.clone();
        }
        let list = Arc::new(AllowedSigners::parse(text));
        lists.insert(hash, (text.into(), list.clone()));
        list
    }
}

/// Returns why a signature is too weak, whatever its key.
fn weak_signature(signature: &SshSig) -> Option<String> {
    match signature.algorithm() {
        Algorithm::Rsa { hash: None } => {
            Some("an RSA signature over SHA-1 proves nothing".to_owned())
        }
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => {
            let bytes = signature.signature_bytes();
            let flags = bytes
                .len()
                .checked_sub(HARDWARE_TAIL)
                .and_then(|at| bytes.get(at));
            let touched = flags.is_some_and(|flags| flags & TOUCHED == TOUCHED);
            (!touched).then(|| "nobody touched the hardware key when it signed".to_owned())
        }
        _ => None,
    }
}

fn is_made_by(parsed: &SshSig, armored: &str, text: &[u8]) -> bool {
    let key: &KeyData = parsed.public_key();
    let is_known = matches!(parsed.hash_alg(), HashAlg::Sha256 | HashAlg::Sha512);
    match key {
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => {
            is_known
                && PublicKey::from(key.clone())
                    .verify(NAMESPACE, text, parsed)
                    .is_ok()
        }
        KeyData::Ecdsa(key) if key.curve() != ssh_key::EcdsaCurve::NistP521 => {
            let key = PublicKey::from(KeyData::Ecdsa(*key));
            is_known && key.verify(NAMESPACE, text, parsed).is_ok()
        }
        _ => asks_ssh_keygen(armored, text),
    }
}

/// Lets `ssh-keygen` check the mathematics of a signature; whose key it is was looked up before.
fn asks_ssh_keygen(armored: &str, text: &[u8]) -> bool {
    let checked = || -> std::io::Result<bool> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(armored.as_bytes())?;
        let mut child = Command::new("ssh-keygen")
            .args(["-Y", "check-novalidate", "-n", NAMESPACE, "-s"])
            .arg(file.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text)?;
        }
        Ok(child.wait()?.success())
    };
    checked().unwrap_or(false)
}
