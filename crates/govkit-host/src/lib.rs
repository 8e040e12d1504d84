//! A WebAssembly component as a validator or exporter: sandboxed, metered, pinned.
