//! What the host wants of a plugin, whatever version of the contract it was built for.
//!
//! [`adapt`] has the only `match` on [`Abi`]; each version lives in a file of its own.

use govkit_core::artifact::Artifact;
use govkit_core::config::Config;
use govkit_core::diff::{ChangeSet, Pair};
use govkit_core::export::Sink;
use govkit_core::finding::Severity;
use govkit_core::lock::Grant;
use wasmtime::component::Component;

use crate::changes::Sides;
use crate::description::RawDescription;
use crate::failure::Failure;
use crate::importing::Imported;
use crate::limits::PluginLimits;
use crate::load::LoadError;
use crate::services::Services;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It checks artifacts.
    Validator,
    /// It writes files.
    Exporter,
    /// It checks what changed.
    ChangeValidator,
    /// It writes files about what changed.
    ChangeExporter,
    /// It makes artifacts of foreign files.
    Importer,
}

impl Role {
    /// Every role, in the order they are shown.
    pub const ALL: [Self; 5] = [
        Self::Validator,
        Self::Exporter,
        Self::ChangeValidator,
        Self::ChangeExporter,
        Self::Importer,
    ];

    /// Returns the name of the interface a plugin exports for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Validator => "validator",
            Self::Exporter => "exporter",
            Self::ChangeValidator => "change-validator",
            Self::ChangeExporter => "change-exporter",
            Self::Importer => "importer",
        }
    }
}

/// A compiled plugin, ready to be instantiated.
pub(crate) trait Adapter: Send + Sync {
    /// Whether it exports the interface for `role`.
    fn has(&self, role: Role) -> bool;

    /// Makes an instance, with its own memory.
    fn instantiate(&self, services: &Services) -> Result<Box<dyn Instance>, Failure>;
}

/// One instance. After a failure it is dead: make a new one.
pub(crate) trait Instance: Send {
    fn describe(&mut self) -> Result<RawDescription, Failure>;

    /// `Ok(Err(_))` is the plugin's own refusal.
    fn configure(&mut self, role: Role, json: &str) -> Result<Result<(), String>, Failure>;

    fn check_artifact(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure>;

    fn check_corpus(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure>;

    fn check_change(
        &mut self,
        wants: Wants<'_>,
        change: HandedChange<'_>,
    ) -> Result<Vec<RawFinding>, Failure>;

    /// Files go to `sink` as they come; after a failure they are worth nothing.
    fn export(&mut self, handed: Handed<'_>, sink: Box<dyn Sink>) -> Result<(), Failure>;

    fn export_change(
        &mut self,
        wants: Wants<'_>,
        change: HandedChange<'_>,
        sink: Box<dyn Sink>,
    ) -> Result<(), Failure>;

    fn import(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<Imported>, Failure>;

    /// Returns what was logged since the last call, oldest first.
    fn take_log(&mut self) -> Vec<LogLine>;

    /// Returns what the last call took of its limits.
    fn used(&mut self) -> Used;
}

/// What a plugin asked for; nothing else is computed.
#[derive(Clone, Copy)]
pub(crate) struct Wants<'a> {
    pub(crate) fields: &'a [String],
    pub(crate) graph: bool,
    pub(crate) bodies: bool,
}

/// What a call is handed.
#[derive(Clone, Copy)]
pub(crate) struct Handed<'a> {
    pub(crate) config: &'a Config,
    pub(crate) artifacts: &'a [&'a Artifact],
    pub(crate) wants: Wants<'a>,
}

/// The change a call is handed.
#[derive(Clone, Copy)]
pub(crate) struct HandedChange<'a> {
    pub(crate) config: &'a Config,
    pub(crate) set: &'a ChangeSet,
    pub(crate) pairs: &'a [Pair],
    pub(crate) sides: &'a Sides<'a>,
}

/// What calls took of their limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// The most instructions one call took.
    pub fuel: u64,
    /// The most that call might have taken.
    pub fuel_limit: u64,
    /// Bytes of memory of the instance, at most.
    pub memory_bytes: usize,
    /// The most bytes the host moved for one call.
    pub host_bytes: u64,
}

impl Used {
    /// Keeps the larger of each.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        let share = |used: &Self| {
            u128::from(used.fuel) * u128::from(u64::MAX) / u128::from(used.fuel_limit.max(1))
        };
        let (fuel, fuel_limit) = match share(&self) >= share(&other) {
            true => (self.fuel, self.fuel_limit),
            false => (other.fuel, other.fuel_limit),
        };
        Self {
            fuel,
            fuel_limit,
            memory_bytes: self.memory_bytes.max(other.memory_bytes),
            host_bytes: self.host_bytes.max(other.host_bytes),
        }
    }
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
    pub(crate) fixes: Vec<RawFix>,
    pub(crate) data: Vec<(String, String)>,
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
    grants: &[Grant],
) -> Result<Box<dyn Adapter>, LoadError> {
    match abi {
        Abi::V0 => v0::adapt(name, component, limits, grants),
    }
}
