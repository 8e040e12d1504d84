//! A loaded plugin.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use govkit_core::artifact::Artifact;
use govkit_core::config::PluginConfig;
use govkit_core::corpus::Corpus;
use govkit_core::export::{OutputFile, Sink};
use govkit_core::schema::Fault;
use govkit_core::untrusted::Untrusted;

use crate::abi::{Abi, Adapter, Handed, Instance, LogLine, Role, Used, Wants};
use crate::description::Description;
use crate::digest::Sha256Digest;
use crate::failure::Failure;
use crate::limits::PluginLimits;
use crate::load::{self, Interfaces};
use crate::services::Services;

/// A plugin, compiled and asked what it is.
pub struct Plugin {
    pub(crate) name: String,
    pub(crate) adapter: Box<dyn Adapter>,
    pub(crate) description: Description,
    pub(crate) inspection: Inspection,
    pub(crate) limits: PluginLimits,
    pub(crate) compiled: bool,
    pub(crate) services: Services,
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
    /// Its configuration is not what its schema describes.
    #[error("plugin `{plugin}`: `{}`: {}", Untrusted::line(&key(plugin, fault)), Untrusted::line(&fault.message))]
    Schema {
        /// The plugin.
        plugin: String,
        /// The first fault.
        fault: Fault,
    },
    /// It cannot do what it is asked to do.
    #[error("plugin `{plugin}` is no {role}")]
    Role {
        /// The plugin.
        plugin: String,
        /// What it was asked to be.
        role: &'static str,
    },
}

/// Returns the key of a fault as govkit.toml has it.
fn key(plugin: &str, fault: &Fault) -> String {
    let place = fault.place();
    let dot = if place.is_empty() || place.starts_with('[') {
        ""
    } else {
        "."
    };
    format!("plugins.{plugin}.config{dot}{place}")
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

/// An export whose files went to a sink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// What the exporter logged.
    pub log: Vec<LogLine>,
    /// What it took of its limits.
    pub used: Used,
}

/// Keeps files in memory, for whoever has the other handle.
#[derive(Clone, Debug, Default)]
pub struct Collected(Arc<Mutex<Vec<OutputFile>>>);

impl Collected {
    /// Takes the files out, sorted by path.
    pub fn take(&self) -> Vec<OutputFile> {
        let mut files = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

impl Sink for Collected {
    fn put(&mut self, file: OutputFile) -> Result<(), String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(file)
    }
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

    /// Whether it can be asked to do this.
    pub fn has(&self, role: Role) -> bool {
        self.adapter.has(role)
    }

    /// Returns what it can be asked to do.
    pub fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        Role::ALL.into_iter().filter(|role| self.has(*role))
    }

    /// Whether it checks artifacts.
    pub fn is_validator(&self) -> bool {
        self.has(Role::Validator)
    }

    /// Whether it writes files.
    pub fn is_exporter(&self) -> bool {
        self.has(Role::Exporter)
    }

    /// Whether it imports the interface of this name, `history` or `assets`.
    pub fn asks_for(&self, interface: &str) -> bool {
        let imports = self.inspection.imports.iter();
        imports
            .filter_map(|import| load::interface(import))
            .any(|name| name == interface)
    }

    /// Sets what it is offered beside the artifacts.
    pub fn offer(&mut self, services: Services) {
        self.services = services;
    }

    /// Returns what its schema finds wrong with its configuration, in the order of the keys.
    pub fn check_config(&self, config: &PluginConfig) -> Vec<Fault> {
        let schema = self.description.config_schema.as_ref();
        schema.map_or_else(Vec::new, |schema| schema.check(&config.config))
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

    /// Hands it its configuration, in every role it has, and does nothing more.
    pub fn accepts(&self, config: &PluginConfig) -> Result<(), ExportError> {
        for role in self.roles() {
            self.configured(role, config)?
                .map_err(|failure| self.failed(&failure))?;
        }
        Ok(())
    }

    /// Runs the plugin as an exporter over `corpus`.
    ///
    /// Where it fails in any way there are no files at all.
    pub fn export(&self, corpus: &Corpus, config: &PluginConfig) -> Result<Export, ExportError> {
        let files = Collected::default();
        let exported = self.export_to(corpus, config, Box::new(files.clone()))?;
        Ok(Export {
            files: files.take(),
            log: exported.log,
        })
    }

    /// Runs the plugin as an exporter over `corpus`; its files go to `sink` as they come. After
    /// an error what the sink has is a part, and worth nothing.
    pub fn export_to(
        &self,
        corpus: &Corpus,
        config: &PluginConfig,
        sink: Box<dyn Sink>,
    ) -> Result<Exported, ExportError> {
        let mut instance = self
            .configured(Role::Exporter, config)?
            .map_err(|failure| self.failed(&failure))?;
        let artifacts: Vec<&Artifact> = corpus.artifacts().iter().collect();
        let handed = Handed {
            config: corpus.config(),
            artifacts: &artifacts,
            wants: self.wants(),
        };
        let exported = instance.export(handed, sink);
        exported.map_err(|failure| self.failed(&failure))?;
        Ok(Exported {
            log: instance.take_log(),
            used: instance.used(),
        })
    }

    pub(crate) fn failed(&self, failure: &Failure) -> ExportError {
        ExportError::Failed {
            plugin: self.name.clone(),
            message: failure.message(&self.limits),
            help: failure.help(),
        }
    }

    pub(crate) fn wants(&self) -> Wants<'_> {
        Wants {
            fields: &self.description.fields,
            graph: self.description.needs_graph,
            bodies: self.description.needs_body,
        }
    }

    /// Returns the limits it runs under.
    pub fn limits(&self) -> &PluginLimits {
        &self.limits
    }

    /// Makes an instance that has taken its configuration. The outer error is the plugin's
    /// refusal, the inner one its failure.
    pub(crate) fn configured(
        &self,
        role: Role,
        config: &PluginConfig,
    ) -> Result<Result<Box<dyn Instance>, Failure>, RunError> {
        if !self.adapter.has(role) {
            return Err(RunError::Role {
                plugin: self.name.clone(),
                role: role.name(),
            });
        }
        if let Some(fault) = self.check_config(config).into_iter().next() {
            return Err(RunError::Schema {
                plugin: self.name.clone(),
                fault,
            });
        }
        self.instance(role, &config.config.to_string())
    }

    /// Like [`Plugin::configured`], for a configuration that was accepted before.
    pub(crate) fn instance(
        &self,
        role: Role,
        json: &str,
    ) -> Result<Result<Box<dyn Instance>, Failure>, RunError> {
        let answer = self
            .adapter
            .instantiate(&self.services)
            .and_then(|mut instance| {
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
