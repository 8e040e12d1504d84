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
mod changes;
mod compile;
mod description;
mod deserialize;
mod digest;
mod engine;
mod failure;
mod importing;
mod inert;
mod limits;
mod lines;
mod load;
mod plugin;
mod scan;
mod services;
mod state;
mod v0;
mod validate;
mod verdict;

use std::path::PathBuf;

use govkit_core::lock::Grant;
use wasmtime::Engine;
use wasmtime::component::Component;

pub use abi::{Abi, LogLine, Role, Used};
pub use changes::Changes;
pub use compile::{Compiler, run_child};
pub use description::{Description, RuleDescription};
pub use digest::Sha256Digest;
pub use importing::{Imported, MAX_FOREIGN_BYTES};
pub use limits::PluginLimits;
pub use load::LoadError;
pub use plugin::{Collected, Export, ExportError, Exported, Inspection, Plugin, RunError};
pub use scan::TooComplex;
pub use services::{Asset, History, Services, Version};
pub use validate::{Incomplete, Validation};

use crate::cache::Cache;
use crate::load::Interfaces;

/// Where plugins run: one for a process.
pub struct Host {
    engine: Engine,
    cache: Option<Cache>,
    limits: PluginLimits,
    compiler: Compiler,
    on_compile: Option<OnCompile>,
}

/// Told of a component before it is compiled: its name and its bytes.
type OnCompile = Box<dyn Fn(&str, usize) + Send + Sync>;

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
            compiler: Compiler::Here,
            on_compile: None,
        })
    }

    /// Compiles elsewhere than in this process.
    #[must_use]
    pub fn compile_with(mut self, compiler: Compiler) -> Self {
        self.compiler = compiler;
        self
    }

    /// Calls `tell` with the name and size of a component before it is compiled.
    #[must_use]
    pub fn on_compile(mut self, tell: impl Fn(&str, usize) + Send + Sync + 'static) -> Self {
        self.on_compile = Some(Box::new(tell));
        self
    }

    /// Loads a plugin under the name the repository gives it, with no grant.
    ///
    /// Compares nothing with a lock: the digest of exactly these bytes is in
    /// [`Plugin::inspect`], and [`Sha256Digest::of`] gives it before.
    pub fn load(&self, name: &str, bytes: &[u8]) -> Result<Plugin, LoadError> {
        self.load_granted(name, bytes, &[])
    }

    /// Loads a plugin with what its pin grants it.
    pub fn load_granted(
        &self,
        name: &str,
        bytes: &[u8],
        grants: &[Grant],
    ) -> Result<Plugin, LoadError> {
        load::check_bytes(name, bytes, &self.limits)?;
        let digest = Sha256Digest::of(bytes);
        let (component, compiled) = self.component(name, bytes, &digest)?;
        let interfaces = Interfaces::of(&component);
        let abi = interfaces.abi(name, &v0::OFFERED, grants)?;
        let adapter = abi::adapt(abi, name, &component, self.limits, grants)?;
        let failed = |failure: failure::Failure| LoadError::Failed {
            name: name.to_owned(),
            message: failure.message(&self.limits),
            help: failure.help(),
        };
        let services = Services::default();
        let mut instance = adapter.instantiate(&services).map_err(failed)?;
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
            services,
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
        if let Some(tell) = &self.on_compile {
            tell(name, bytes.len());
        }
        let component = match &self.compiler {
            Compiler::Here => {
                let component = load::compile(&self.engine, name, bytes)?;
                if let (Some(cache), Ok(code)) = (&self.cache, component.serialize()) {
                    cache.write(digest, &code);
                }
                component
            }
            Compiler::Child(program) => {
                let code = compile::in_child(program, name, bytes)?;
                if let Some(cache) = &self.cache {
                    cache.write(digest, code.bytes());
                }
                deserialize::deserialize(&self.engine, &code).ok_or_else(|| LoadError::Compile {
                    name: name.to_owned(),
                    reason: "gave code that does not load".to_owned(),
                })?
            }
        };
        Ok((component, true))
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("cache", &self.cache)
            .field("limits", &self.limits)
            .field("compiler", &self.compiler)
            .finish_non_exhaustive()
    }
}
