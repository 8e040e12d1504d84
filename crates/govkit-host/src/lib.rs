//! A WebAssembly component as a validator or exporter: sandboxed, metered, pinned.
//!
//! ```text
//! bytes ──► Host::load ──► Plugin ──► validate(corpus) ──► findings, and what was left undone
//!                                └──► export(corpus)   ──► files
//! ```
//!
//! A plugin is a function of a corpus and a configuration: it has no clock, no files, no network
//! and no randomness, and every call runs under [`PluginLimits`]. What it reports is held against
//! the corpus before it becomes a finding. Nothing a plugin does ends the host: a trap or a limit
//! is a value.

mod abi;
mod cache;
mod description;
mod deserialize;
mod digest;
mod engine;
mod failure;
mod limits;
mod lines;
mod load;
mod plugin;
mod scan;
mod state;
mod v0;
mod validate;
mod verdict;

use std::path::PathBuf;

use wasmtime::Engine;
use wasmtime::component::Component;

pub use abi::{Abi, LogLine};
pub use description::{Description, RuleDescription};
pub use digest::Sha256Digest;
pub use limits::PluginLimits;
pub use load::LoadError;
pub use plugin::{Export, ExportError, Inspection, Plugin, RunError};
pub use scan::TooComplex;
pub use validate::{Incomplete, Validation};

use crate::cache::Cache;
use crate::load::Interfaces;

/// Where plugins run: one for a process.
#[derive(Debug)]
pub struct Host {
    engine: Engine,
    cache: Option<Cache>,
    limits: PluginLimits,
}

/// Why no plugin can run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("plugins cannot run on this machine: {reason}; run without them by `--no-plugins`")]
pub struct HostError {
    reason: String,
}

impl Host {
    /// Makes a host. Compiled code is kept in a directory `plugins` of `cache_dir`, which must lie
    /// outside every repository; it is made when needed, private to the user. Without one every
    /// load compiles.
    pub fn new(cache_dir: Option<PathBuf>, limits: PluginLimits) -> Result<Self, HostError> {
        let engine = engine::engine().map_err(|error| HostError {
            reason: load::reason(&error),
        })?;
        let cache = cache_dir.map(|directory| Cache::new(directory.join("plugins"), &engine));
        Ok(Self {
            engine,
            cache,
            limits,
        })
    }

    /// Loads a plugin under the name the repository gives it.
    ///
    /// Compares nothing with a lock: the digest of exactly these bytes is in
    /// [`Plugin::inspect`], and [`Sha256Digest::of`] gives it before.
    pub fn load(&self, name: &str, bytes: &[u8]) -> Result<Plugin, LoadError> {
        load::check_bytes(name, bytes, &self.limits)?;
        let digest = Sha256Digest::of(bytes);
        let (component, compiled) = self.component(name, bytes, &digest)?;
        let interfaces = Interfaces::of(&component);
        let abi = interfaces.abi(name, &v0::OFFERED)?;
        let adapter = abi::adapt(abi, name, &component, self.limits)?;
        let failed = |failure: failure::Failure| LoadError::Failed {
            name: name.to_owned(),
            message: failure.message(&self.limits),
            help: failure.help(),
        };
        let mut instance = adapter.instantiate().map_err(failed)?;
        let description = instance
            .describe()
            .map_err(failed)?
            .checked(&self.limits)
            .map_err(|reason| LoadError::Description {
                name: name.to_owned(),
                reason,
            })?;
        Ok(Plugin {
            name: name.to_owned(),
            adapter,
            description,
            inspection: Inspection::new(abi, bytes, digest, interfaces),
            limits: self.limits,
            compiled,
        })
    }

    /// Returns the compiled component, and whether it had to be compiled.
    fn component(
        &self,
        name: &str,
        bytes: &[u8],
        digest: &Sha256Digest,
    ) -> Result<(Component, bool), LoadError> {
        let cached = self.cache.as_ref().and_then(|cache| cache.read(digest));
        if let Some(component) =
            cached.and_then(|code| deserialize::deserialize(&self.engine, &code))
        {
            return Ok((component, false));
        }
        let component = load::compile(&self.engine, name, bytes)?;
        if let (Some(cache), Ok(code)) = (&self.cache, component.serialize()) {
            cache.write(digest, &code);
        }
        Ok((component, true))
    }
}
