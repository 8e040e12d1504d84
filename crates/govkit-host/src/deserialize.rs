//! The one unsafe act of govkit: taking compiled code for what it says it is.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::cache::Authentic;

/// Loads compiled code; `None` where wasmtime finds it was made by another version or for
/// another machine.
#[expect(
    unsafe_code,
    reason = "`Component::deserialize` runs what it is given; see the safety comment"
)]
pub(crate) fn deserialize(engine: &Engine, code: &Authentic) -> Option<Component> {
    // SAFETY: the bytes must come from `Component::serialize`, unchanged. An `Authentic` is made
    // in two places. `compile::in_child` makes one of what our own program, started as a
    // compiler, wrote to a pipe that only it and we hold; what a hostile component could do to
    // the compiler there it could as well do to it here. `Cache::read` makes one
    // only for bytes whose HMAC-SHA256 verifies under a random
    // key that lives in a directory and a file of this user alone (mode 0700 and 0600, checked
    // before each use). The one place that computes such a code is `Cache::write`, over what
    // `Component::serialize` or the child just returned, together with the digest of the component, the
    // engine's compatibility hash and govkit's version. The bytes are in our own memory: nobody
    // can change them between the check and the use. Whoever can read the key could as well
    // replace the `govkit` program itself.
    unsafe { Component::deserialize(engine, code.bytes()) }.ok()
}
