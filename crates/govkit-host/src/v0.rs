//! The adapter for `govkit:plugin` 0.1: `wit/v0` on one side, the host's own values on the other.

mod convert;
mod offers;

use govkit_core::artifact::Artifact;
use govkit_core::export::Sink;
use govkit_core::lock::Grant;
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Instance as Raw, InstancePre, Linker};

use crate::abi::{Adapter, Handed, HandedChange, Instance, LogLine, RawFinding, Role, Used, Wants};
use crate::description::RawDescription;
use crate::failure::Failure;
use crate::importing::Imported;
use crate::inert;
use crate::limits::PluginLimits;
use crate::load::{self, LoadError, reason};
use crate::services::Services;
use crate::state::State;

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/v0",
        world: "full-plugin",
        imports: { default: trappable },
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

use bindings::exports::govkit::plugin::{
    change_exporter, change_validator, describe, exporter, importer, validator,
};

/// The interfaces a plugin may import.
pub(crate) const OFFERED: [&str; 7] = [
    "types", "changes", "corpus", "output", "log", "history", "assets",
];

/// Where the functions of an interface are in a component that exports it.
struct Indices {
    describe: describe::GuestIndices,
    validator: Option<validator::GuestIndices>,
    exporter: Option<exporter::GuestIndices>,
    change_validator: Option<change_validator::GuestIndices>,
    change_exporter: Option<change_exporter::GuestIndices>,
    importer: Option<importer::GuestIndices>,
}

/// The functions of an instance.
struct Guests {
    describe: describe::Guest,
    validator: Option<validator::Guest>,
    exporter: Option<exporter::Guest>,
    change_validator: Option<change_validator::Guest>,
    change_exporter: Option<change_exporter::Guest>,
    importer: Option<importer::Guest>,
}

struct V0 {
    pre: InstancePre<State>,
    indices: Indices,
    limits: PluginLimits,
}

/// Makes a component ready to be instantiated.
pub(crate) fn adapt(
    name: &str,
    component: &Component,
    limits: PluginLimits,
    grants: &[Grant],
) -> Result<Box<dyn Adapter>, LoadError> {
    let shape = |error: wasmtime::Error| LoadError::Shape {
        name: name.to_owned(),
        reason: reason(&error),
    };
    let mut linker = Linker::new(component.engine());
    bindings::FullPlugin::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)
        .map_err(shape)?;
    if grants.contains(&Grant::Wasi) {
        inert::offer(&mut linker, component).map_err(shape)?;
    }
    let pre = linker.instantiate_pre(component).map_err(shape)?;
    let kind = component.component_type();
    let exports: Vec<&str> = kind
        .exports(component.engine())
        .map(|(name, _)| name)
        .collect();
    let exported = |role: Role| {
        let mut names = exports.iter().filter_map(|export| load::interface(export));
        names.any(|interface| interface == role.name())
    };
    if !Role::ALL.into_iter().any(exported) {
        return Err(LoadError::Idle {
            name: name.to_owned(),
        });
    }
    macro_rules! indices {
        ($interface:ident, $role:expr) => {
            match exported($role) {
                true => Some($interface::GuestIndices::new(&pre).map_err(shape)?),
                false => None,
            }
        };
    }
    let indices = Indices {
        describe: describe::GuestIndices::new(&pre).map_err(shape)?,
        validator: indices!(validator, Role::Validator),
        exporter: indices!(exporter, Role::Exporter),
        change_validator: indices!(change_validator, Role::ChangeValidator),
        change_exporter: indices!(change_exporter, Role::ChangeExporter),
        importer: indices!(importer, Role::Importer),
    };
    Ok(Box::new(V0 {
        pre,
        indices,
        limits,
    }))
}

impl Adapter for V0 {
    fn has(&self, role: Role) -> bool {
        match role {
            Role::Validator => self.indices.validator.is_some(),
            Role::Exporter => self.indices.exporter.is_some(),
            Role::ChangeValidator => self.indices.change_validator.is_some(),
            Role::ChangeExporter => self.indices.change_exporter.is_some(),
            Role::Importer => self.indices.importer.is_some(),
        }
    }

    fn instantiate(&self, services: &Services) -> Result<Box<dyn Instance>, Failure> {
        let state = State::new(self.limits, services.clone());
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| state);
        store.set_hostcall_fuel(self.limits.transfer_bytes);
        store.set_max_component_handles(1_000);
        // A start function runs here.
        let made = store.set_fuel(self.limits.fuel).and_then(|()| {
            store.data_mut().start_call(0, &[], None);
            let raw = self.pre.instantiate(&mut store)?;
            self.indices.load(&mut store, &raw)
        });
        match made {
            Ok(guests) => Ok(Box::new(Running {
                store,
                guests,
                limits: self.limits,
                fuel: 0,
            })),
            Err(error) => Err(Failure::of(&error, store.data().last_words())),
        }
    }
}

impl Indices {
    fn load(&self, store: &mut Store<State>, raw: &Raw) -> wasmtime::Result<Guests> {
        macro_rules! load {
            ($interface:ident) => {
                match &self.$interface {
                    Some(indices) => Some(indices.load(&mut *store, raw)?),
                    None => None,
                }
            };
        }
        Ok(Guests {
            describe: self.describe.load(&mut *store, raw)?,
            validator: load!(validator),
            exporter: load!(exporter),
            change_validator: load!(change_validator),
            change_exporter: load!(change_exporter),
            importer: load!(importer),
        })
    }
}

struct Running {
    store: Store<State>,
    guests: Guests,
    limits: PluginLimits,
    /// What the call at hand was given.
    fuel: u64,
}

/// The functions for a role that was looked for before.
fn guest<G: Clone>(guest: &Option<G>, role: Role) -> Result<G, Failure> {
    let missing = || Failure::Protocol(format!("does not export `{}`", role.name()));
    guest.clone().ok_or_else(missing)
}

impl Running {
    /// Starts a call that is handed `bytes` and may ask for the bodies of `artifacts`.
    fn start(&mut self, bytes: usize, artifacts: &[&Artifact], sink: Option<Box<dyn Sink>>) {
        self.fuel = self.limits.fuel_for(bytes);
        self.store
            .set_fuel(self.fuel)
            .expect("the engine is configured to count fuel");
        self.store.data_mut().start_call(bytes, artifacts, sink);
    }

    fn ended<T>(&mut self, result: wasmtime::Result<T>) -> Result<T, Failure> {
        let left = self.store.get_fuel().unwrap_or(0);
        let state = self.store.data_mut();
        state.end_call(self.fuel.saturating_sub(left), self.fuel);
        result.map_err(|error| Failure::of(&error, self.store.data().last_words()))
    }
}

impl Instance for Running {
    fn describe(&mut self) -> Result<RawDescription, Failure> {
        self.start(0, &[], None);
        let about = self.guests.describe.call_describe(&mut self.store);
        self.ended(about).map(convert::description)
    }

    fn configure(&mut self, role: Role, json: &str) -> Result<Result<(), String>, Failure> {
        self.start(json.len(), &[], None);
        let store = &mut self.store;
        macro_rules! configure {
            ($interface:ident) => {
                guest(&self.guests.$interface, role)?
                    .call_configure(store, json)
                    .map(|answer| answer.map_err(|error| error.message))
            };
        }
        let result = match role {
            Role::Validator => configure!(validator),
            Role::Exporter => configure!(exporter),
            Role::ChangeValidator => configure!(change_validator),
            Role::ChangeExporter => configure!(change_exporter),
            Role::Importer => configure!(importer),
        };
        self.ended(result)
    }

    fn check_artifact(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure> {
        let Some(artifact) = handed.artifacts.first() else {
            return Ok(Vec::new());
        };
        let guest = guest(&self.guests.validator, Role::Validator)?;
        self.start(artifact.text.len(), handed.artifacts, None);
        let prepared = convert::Prepared::of(handed.artifacts, handed.config, handed.wants);
        let links = prepared.links();
        let Some(meta) = prepared.metas(&links).pop() else {
            return Ok(Vec::new());
        };
        let result = guest.call_check_artifact(&mut self.store, meta, artifact.body_text());
        convert::findings(self.ended(result)?)
    }

    fn check_corpus(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure> {
        let guest = guest(&self.guests.validator, Role::Validator)?;
        let (bytes, bodies) = weigh(handed.artifacts, handed.wants);
        self.start(bytes, bodies, None);
        let prepared = convert::Prepared::of(handed.artifacts, handed.config, handed.wants);
        let links = prepared.links();
        let metas = prepared.metas(&links);
        let result = guest.call_check_corpus(&mut self.store, &metas);
        convert::findings(self.ended(result)?)
    }

    fn check_change(
        &mut self,
        wants: Wants<'_>,
        change: HandedChange<'_>,
    ) -> Result<Vec<RawFinding>, Failure> {
        let guest = guest(&self.guests.change_validator, Role::ChangeValidator)?;
        let (bytes, bodies) = weigh(&change.sides.all, wants);
        self.start(bytes, bodies, None);
        let (before, after) = convert::sides(change, wants);
        let (old_links, new_links) = (before.links(), after.links());
        let set = convert::ChangeParts::of(change);
        let findings = set.findings();
        let result = guest.call_check_change(
            &mut self.store,
            &before.metas(&old_links),
            &after.metas(&new_links),
            set.set(change, &findings),
        );
        convert::findings(self.ended(result)?)
    }

    fn export(&mut self, handed: Handed<'_>, sink: Box<dyn Sink>) -> Result<(), Failure> {
        let guest = guest(&self.guests.exporter, Role::Exporter)?;
        let (bytes, bodies) = weigh(handed.artifacts, handed.wants);
        self.start(bytes, bodies, Some(sink));
        let prepared = convert::Prepared::of(handed.artifacts, handed.config, handed.wants);
        let links = prepared.links();
        let metas = prepared.metas(&links);
        let result = guest.call_run(&mut self.store, &metas);
        let answer = self.ended(result)?;
        answer.map_err(|error| Failure::GaveUp(error.message))
    }

    fn export_change(
        &mut self,
        wants: Wants<'_>,
        change: HandedChange<'_>,
        sink: Box<dyn Sink>,
    ) -> Result<(), Failure> {
        let guest = guest(&self.guests.change_exporter, Role::ChangeExporter)?;
        let (bytes, bodies) = weigh(&change.sides.all, wants);
        self.start(bytes, bodies, Some(sink));
        let (before, after) = convert::sides(change, wants);
        let (old_links, new_links) = (before.links(), after.links());
        let set = convert::ChangeParts::of(change);
        let findings = set.findings();
        let result = guest.call_run(
            &mut self.store,
            &before.metas(&old_links),
            &after.metas(&new_links),
            set.set(change, &findings),
        );
        let answer = self.ended(result)?;
        answer.map_err(|error| Failure::GaveUp(error.message))
    }

    fn import(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<Imported>, Failure> {
        let guest = guest(&self.guests.importer, Role::Importer)?;
        self.start(bytes.len(), &[], None);
        let result = guest.call_read(&mut self.store, name, bytes);
        let found = self
            .ended(result)?
            .map_err(|error| Failure::GaveUp(error.message))?;
        Ok(found.into_iter().map(convert::imported).collect())
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        self.store.data_mut().take_log()
    }

    fn used(&mut self) -> Used {
        self.store.data_mut().take_used()
    }
}

/// Bytes the artifacts at hand have, what a call over all of them may take fuel for; and those
/// whose bodies it may ask for.
fn weigh<'a>(artifacts: &'a [&'a Artifact], wants: Wants<'_>) -> (usize, &'a [&'a Artifact]) {
    let front_matter = artifacts.iter().map(|artifact| artifact.body);
    let all = artifacts.iter().map(|artifact| artifact.text.len());
    match wants.bodies {
        true => (all.sum(), artifacts),
        false => (front_matter.sum(), &[]),
    }
}
