//! What the host wants of a plugin, whatever version of the contract it was built for.
//!
//! [`adapt`] has the only `match` on [`Abi`]; each version lives in a file of its own.

use govkit_core::artifact::Artifact;
use govkit_core::corpus::Corpus;
use govkit_core::export::Outputs;
use govkit_core::finding::Severity;
use wasmtime::component::Component;

use crate::description::RawDescription;
use crate::failure::Failure;
use crate::limits::PluginLimits;
use crate::load::LoadError;
use crate::v0;

/// A version of the contract between host and plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Abi {
    /// `govkit:plugin` 0.1.
    V0,
}

/// The versions this host speaks, for messages.
pub(crate) const SPOKEN: &str = "0.1";

impl Abi {
    /// Returns the version's number: `0.1`.
    pub fn number(self) -> &'static str {
        match self {
            Self::V0 => "0.1",
        }
    }

    /// Finds the version with this number of an interface: `0.1.0`.
    pub(crate) fn of_version(version: &str) -> Option<Self> {
        let mut parts = version.split('.');
        match (parts.next()?, parts.next()?) {
            ("0", "1") => Some(Self::V0),
            _ => None,
        }
    }
}

/// What a plugin can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Validator,
    Exporter,
}

/// A compiled plugin, ready to be instantiated.
pub(crate) trait Adapter: Send + Sync {
    /// Whether it exports the interface for `role`.
    fn has(&self, role: Role) -> bool;

    /// Makes an instance, with its own memory.
    fn instantiate(&self) -> Result<Box<dyn Instance>, Failure>;
}

/// One instance. After a failure it is dead: make a new one.
pub(crate) trait Instance: Send {
    fn describe(&mut self) -> Result<RawDescription, Failure>;

    /// `Ok(Err(_))` is the plugin's own refusal.
    fn configure(&mut self, role: Role, json: &str) -> Result<Result<(), String>, Failure>;

    fn check_artifact(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure>;

    fn check_corpus(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure>;

    fn export(&mut self, handed: Handed<'_>) -> Result<Outputs, Failure>;

    /// Returns what was logged since the last call, oldest first.
    fn take_log(&mut self) -> Vec<LogLine>;
}

/// What a call is handed.
#[derive(Clone, Copy)]
pub(crate) struct Handed<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) artifacts: &'a [&'a Artifact],
    pub(crate) fields: &'a [String],
    pub(crate) graph: bool,
    pub(crate) bodies: bool,
}

/// Something a plugin wrote to its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters; `None` is for debugging.
    pub severity: Option<Severity>,
    /// The message, as the plugin wrote it.
    pub message: String,
}

/// A finding as it came out of the plugin.
#[derive(Clone, Debug)]
pub(crate) struct RawFinding {
    pub(crate) rule: String,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) artifact: String,
    pub(crate) location: Option<RawLocation>,
    pub(crate) help: Option<String>,
    pub(crate) fix: Option<RawFix>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum RawLocation {
    Body { start: u32, end: u32 },
    Line(u32),
}

#[derive(Clone, Debug)]
pub(crate) struct RawFix {
    pub(crate) title: String,
    pub(crate) safe: bool,
    pub(crate) edits: Vec<(u32, u32, String)>,
}

/// Makes a component of version `abi` ready to be instantiated.
pub(crate) fn adapt(
    abi: Abi,
    name: &str,
    component: &Component,
    limits: PluginLimits,
) -> Result<Box<dyn Adapter>, LoadError> {
    match abi {
        Abi::V0 => v0::adapt(name, component, limits),
    }
}
