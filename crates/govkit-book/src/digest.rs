//! A name for the texts of a book.

use govkit_reader::Input;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of the texts in their order: all a book shows of an artifact, each part with
/// its length before it, so that no two books run together.
pub(crate) fn digest<'i>(inputs: impl Iterator<Item = &'i Input>) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    };
    for input in inputs {
        for part in [
            &input.id,
            &input.kind,
            &input.title,
            &input.status,
            &input.owner,
            &input.body,
        ] {
            add(part);
        }
        add(&input.fields.len().to_string());
        for (name, value) in &input.fields {
            add(name);
            add(&value.to_string());
        }
        add(&input.links.len().to_string());
        for (name, target) in &input.links {
            add(name);
            add(target);
        }
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
