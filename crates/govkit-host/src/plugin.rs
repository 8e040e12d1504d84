//! A loaded plugin.

use std::fmt;

use govkit_core::artifact::Artifact;
use govkit_core::config::PluginConfig;
use govkit_core::corpus::Corpus;
use govkit_core::export::OutputFile;
use govkit_core::untrusted::Untrusted;

use crate::abi::{Abi, Adapter, Handed, Instance, LogLine, Role};
use crate::description::Description;
use crate::digest::Sha256Digest;
use crate::failure::Failure;
use crate::limits::PluginLimits;
use crate::load::Interfaces;

/// A plugin, compiled and asked what it is.
pub struct Plugin {
    pub(crate) name: String,
    pub(crate) adapter: Box<dyn Adapter>,
    pub(crate) description: Description,
    pub(crate) inspection: Inspection,
    pub(crate) limits: PluginLimits,
    pub(crate) compiled: bool,
}

/// What can be said of a component without running it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The version of the contract it was built for.
    pub abi: Abi,
    /// Its size in bytes.
    pub size: usize,
    /// The digest it is pinned by.
    pub digest: Sha256Digest,
    /// The interfaces it wants of the host, sorted.
    pub imports: Vec<String>,
    /// The interfaces it offers, sorted.
    pub exports: Vec<String>,
}

/// Why a run never began.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The plugin does not accept its configuration.
    #[error(
        "plugin `{plugin}` does not accept its configuration: {}; see `[plugins.{plugin}] config` in govkit.toml",
        Untrusted::line(message)
    )]
    Configuration {
        /// The plugin.
        plugin: String,
        /// What the plugin says.
        message: String,
    },
    /// It cannot do what it is asked to do.
    #[error("plugin `{plugin}` is no {role}")]
    Role {
        /// The plugin.
        plugin: String,
        /// What it was asked to be: `validator` or `exporter`.
        role: &'static str,
    },
}

/// Why an export came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// It never began.
    #[error(transparent)]
    Run(#[from] RunError),
    /// It trapped, met a limit or gave up. Nothing of it is used.
    #[error("plugin `{plugin}` {}; {help}", Untrusted::line(message))]
    Failed {
        /// The plugin.
        plugin: String,
        /// What happened.
        message: String,
        /// The way out.
        help: &'static str,
    },
}

/// What an exporter made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// Its files, sorted by path.
    pub files: Vec<OutputFile>,
    /// What it logged.
    pub log: Vec<LogLine>,
}

impl Plugin {
    /// Returns the name the repository gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what it says about itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Whether it checks artifacts.
    pub fn is_validator(&self) -> bool {
        self.adapter.has(Role::Validator)
    }

    /// Whether it writes files.
    pub fn is_exporter(&self) -> bool {
        self.adapter.has(Role::Exporter)
    }

    /// Returns what can be said of its component.
    pub fn inspect(&self) -> &Inspection {
        &self.inspection
    }

    /// Whether loading it meant compiling it, which takes a second for each few hundred KiB;
    /// `false` where compiled code was found in the cache.
    pub fn was_compiled(&self) -> bool {
        self.compiled
    }

    /// Runs the plugin as an exporter over `corpus`.
    ///
    /// Where it fails in any way there are no files at all.
    pub fn export(&self, corpus: &Corpus, config: &PluginConfig) -> Result<Export, ExportError> {
        let failed = |failure: Failure| ExportError::Failed {
            plugin: self.name.clone(),
            message: failure.message(&self.limits),
            help: failure.help(),
        };
        let mut instance = self
            .configured(Role::Exporter, &config.config.to_string())?
            .map_err(failed)?;
        let artifacts: Vec<&Artifact> = corpus.artifacts().iter().collect();
        let handed = Handed {
            corpus,
            artifacts: &artifacts,
            fields: &self.description.fields,
            graph: self.description.needs_graph,
            bodies: self.description.needs_body,
        };
        let outputs = instance.export(handed).map_err(failed)?;
        Ok(Export {
            files: outputs.into_files(),
            log: instance.take_log(),
        })
    }

    pub(crate) fn limits(&self) -> &PluginLimits {
        &self.limits
    }

    /// Makes an instance that has taken its configuration. The outer error is the plugin's
    /// refusal, the inner one its failure.
    pub(crate) fn configured(
        &self,
        role: Role,
        json: &str,
    ) -> Result<Result<Box<dyn Instance>, Failure>, RunError> {
        if !self.adapter.has(role) {
            return Err(RunError::Role {
                plugin: self.name.clone(),
                role: match role {
                    Role::Validator => "validator",
                    Role::Exporter => "exporter",
                },
            });
        }
        let answer = self.adapter.instantiate().and_then(|mut instance| {
            let answer = instance.configure(role, json)?;
            Ok((instance, answer))
        });
        match answer {
            Err(failure) => Ok(Err(failure)),
            Ok((instance, Ok(()))) => Ok(Ok(instance)),
            Ok((_, Err(message))) => Err(RunError::Configuration {
                plugin: self.name.clone(),
                message: crate::limits::cut(message, self.limits.message_bytes),
            }),
        }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.name)
            .field("inspection", &self.inspection)
            .finish_non_exhaustive()
    }
}

impl Inspection {
    pub(crate) fn new(abi: Abi, bytes: &[u8], digest: Sha256Digest, names: Interfaces) -> Self {
        Self {
            abi,
            size: bytes.len(),
            digest,
            imports: names.imports,
            exports: names.exports,
        }
    }
}
