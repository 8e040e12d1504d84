//! The adapter for `govkit:plugin` 0.1: `wit/v0` on one side, the host's own values on the other.

use govkit_core::artifact::Artifact;
use govkit_core::export::Outputs;
use govkit_core::finding::Severity;
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Instance as Raw, InstancePre, Linker};

use crate::abi::{Adapter, Handed, Instance, LogLine, RawFinding, RawFix, RawLocation, Role};
use crate::description::{Description, RawDescription, RuleDescription};
use crate::failure::{Failure, LimitHit};
use crate::limits::PluginLimits;
use crate::lines::Lines;
use crate::load::{LoadError, reason};
use crate::state::State;

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/v0",
        world: "full-plugin",
        imports: { default: trappable },
    });
}

use bindings::exports::govkit::plugin::{describe, exporter, validator};
use bindings::govkit::plugin::{corpus, log, output, types};

/// The interfaces a plugin may import.
pub(crate) const OFFERED: [&str; 4] = ["types", "corpus", "output", "log"];

struct V0 {
    pre: InstancePre<State>,
    describe: describe::GuestIndices,
    validator: Option<validator::GuestIndices>,
    exporter: Option<exporter::GuestIndices>,
    limits: PluginLimits,
}

/// Makes a component ready to be instantiated.
pub(crate) fn adapt(
    name: &str,
    component: &Component,
    limits: PluginLimits,
) -> Result<Box<dyn Adapter>, LoadError> {
    let shape = |error: wasmtime::Error| LoadError::Shape {
        name: name.to_owned(),
        reason: reason(&error),
    };
    let mut linker = Linker::new(component.engine());
    bindings::FullPlugin::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)
        .map_err(shape)?;
    let pre = linker.instantiate_pre(component).map_err(shape)?;
    let exports = |interface: &str| {
        let kind = component.component_type();
        let mut names = kind.exports(component.engine());
        names.any(|(export, _)| {
            let rest = export.strip_prefix("govkit:plugin/");
            rest.is_some_and(|rest| rest.split('@').next() == Some(interface))
        })
    };
    let validator = match exports("validator") {
        true => Some(validator::GuestIndices::new(&pre).map_err(shape)?),
        false => None,
    };
    let exporter = match exports("exporter") {
        true => Some(exporter::GuestIndices::new(&pre).map_err(shape)?),
        false => None,
    };
    if validator.is_none() && exporter.is_none() {
        return Err(LoadError::Idle {
            name: name.to_owned(),
        });
    }
    Ok(Box::new(V0 {
        describe: describe::GuestIndices::new(&pre).map_err(shape)?,
        validator,
        exporter,
        pre,
        limits,
    }))
}

impl Adapter for V0 {
    fn has(&self, role: Role) -> bool {
        match role {
            Role::Validator => self.validator.is_some(),
            Role::Exporter => self.exporter.is_some(),
        }
    }

    fn instantiate(&self) -> Result<Box<dyn Instance>, Failure> {
        let mut store = Store::new(self.pre.engine(), State::new(self.limits));
        store.limiter(|state| state);
        store.set_hostcall_fuel(self.limits.transfer_bytes);
        store.set_max_component_handles(1_000);
        let failed = |error: wasmtime::Error, store: &Store<State>| {
            Failure::of(&error, store.data().last_words())
        };
        // A start function runs here.
        store
            .set_fuel(self.limits.fuel)
            .map_err(|error| failed(error, &store))?;
        let raw = match self.pre.instantiate(&mut store) {
            Ok(raw) => raw,
            Err(error) => return Err(failed(error, &store)),
        };
        let loaded = self.load(&mut store, &raw);
        match loaded {
            Ok((describe, validator, exporter)) => Ok(Box::new(Running {
                store,
                describe,
                validator,
                exporter,
                limits: self.limits,
            })),
            Err(error) => Err(failed(error, &store)),
        }
    }
}

type Guests = (
    describe::Guest,
    Option<validator::Guest>,
    Option<exporter::Guest>,
);

impl V0 {
    fn load(&self, store: &mut Store<State>, raw: &Raw) -> wasmtime::Result<Guests> {
        let describe = self.describe.load(&mut *store, raw)?;
        let validator = match &self.validator {
            Some(indices) => Some(indices.load(&mut *store, raw)?),
            None => None,
        };
        let exporter = match &self.exporter {
            Some(indices) => Some(indices.load(&mut *store, raw)?),
            None => None,
        };
        Ok((describe, validator, exporter))
    }
}

struct Running {
    store: Store<State>,
    describe: describe::Guest,
    validator: Option<validator::Guest>,
    exporter: Option<exporter::Guest>,
    limits: PluginLimits,
}

impl Running {
    /// Starts a call that is handed `bytes` and may ask for the bodies of `artifacts`.
    fn start(&mut self, bytes: usize, artifacts: &[&Artifact], outputs: Option<Outputs>) {
        let fuel = self.limits.fuel_for(bytes);
        self.store
            .set_fuel(fuel)
            .expect("the engine is configured to count fuel");
        self.store.data_mut().start_call(bytes, artifacts, outputs);
    }

    fn ended<T>(&self, result: wasmtime::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| Failure::of(&error, self.store.data().last_words()))
    }

    fn validator(&self) -> Result<validator::Guest, Failure> {
        let missing = || Failure::Protocol("does not export `validator`".to_owned());
        self.validator.clone().ok_or_else(missing)
    }

    fn exporter(&self) -> Result<exporter::Guest, Failure> {
        let missing = || Failure::Protocol("does not export `exporter`".to_owned());
        self.exporter.clone().ok_or_else(missing)
    }
}

impl Instance for Running {
    fn describe(&mut self) -> Result<RawDescription, Failure> {
        self.start(0, &[], None);
        let about = self.describe.call_describe(&mut self.store);
        self.ended(about).map(description)
    }

    fn configure(&mut self, role: Role, json: &str) -> Result<Result<(), String>, Failure> {
        self.start(json.len(), &[], None);
        let result = match role {
            Role::Validator => self.validator()?.call_configure(&mut self.store, json),
            Role::Exporter => self.exporter()?.call_configure(&mut self.store, json),
        };
        let answer = self.ended(result)?;
        Ok(answer.map_err(|error| error.message))
    }

    fn check_artifact(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure> {
        let Some(artifact) = handed.artifacts.first() else {
            return Ok(Vec::new());
        };
        let guest = self.validator()?;
        self.start(artifact.text.len(), handed.artifacts, None);
        let meta = meta(artifact, handed);
        let result = guest.call_check_artifact(&mut self.store, &meta, artifact.body_text());
        findings(self.ended(result)?)
    }

    fn check_corpus(&mut self, handed: Handed<'_>) -> Result<Vec<RawFinding>, Failure> {
        let guest = self.validator()?;
        self.start(size_of(handed), bodies_of(handed), None);
        let metas: Vec<types::Meta> = handed.artifacts.iter().map(|a| meta(a, handed)).collect();
        let result = guest.call_check_corpus(&mut self.store, &metas);
        findings(self.ended(result)?)
    }

    fn export(&mut self, handed: Handed<'_>) -> Result<Outputs, Failure> {
        let guest = self.exporter()?;
        let outputs = Outputs::new(self.limits.output);
        self.start(size_of(handed), bodies_of(handed), Some(outputs));
        let metas: Vec<types::Meta> = handed.artifacts.iter().map(|a| meta(a, handed)).collect();
        let result = guest.call_run(&mut self.store, &metas);
        self.ended(result)?
            .map_err(|error| Failure::GaveUp(error.message))?;
        let outputs = self.store.data_mut().take_outputs();
        Ok(outputs.unwrap_or_else(|| Outputs::new(self.limits.output)))
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        self.store.data_mut().take_log()
    }
}

/// Bytes the artifacts at hand have: what a call over all of them may take fuel for.
fn size_of(handed: Handed<'_>) -> usize {
    let bytes = |artifact: &&Artifact| match handed.bodies {
        true => artifact.text.len(),
        false => artifact.body,
    };
    handed.artifacts.iter().map(bytes).sum()
}

fn bodies_of<'a>(handed: Handed<'a>) -> &'a [&'a Artifact] {
    match handed.bodies {
        true => handed.artifacts,
        false => &[],
    }
}

fn meta(artifact: &Artifact, handed: Handed<'_>) -> types::Meta {
    let config = handed.corpus.config();
    let front_matter = artifact.text.get(..artifact.body).unwrap_or("");
    let lines = Lines::of(front_matter);
    let field = |name: &String| {
        let value = &artifact.field(name)?.node.value;
        Some((name.clone(), serde_json::to_string(value).ok()?))
    };
    let link = |link: &govkit_core::artifact::Link| types::Link {
        name: link.name.clone(),
        target: link.target.clone(),
        line: lines.line(link.span.start),
    };
    types::Meta {
        id: artifact.id.clone(),
        path: artifact.path.as_str().to_owned(),
        kind: artifact.kind.to_string(),
        title: artifact.title.clone(),
        status: artifact.status(config),
        owner: artifact.owner(config),
        body_line: lines.count() as u32,
        fields: handed.fields.iter().filter_map(field).collect(),
        links: match handed.graph {
            true => artifact.links.iter().map(link).collect(),
            false => Vec::new(),
        },
    }
}

fn severity(severity: types::Severity) -> Severity {
    match severity {
        types::Severity::Error => Severity::Error,
        types::Severity::Warning => Severity::Warning,
        types::Severity::Info => Severity::Info,
    }
}

fn description(about: types::About) -> RawDescription {
    let rule = |rule: types::Rule| RuleDescription {
        id: rule.id,
        summary: rule.summary,
        severity: severity(rule.severity),
        page: rule.page,
    };
    RawDescription {
        description: Description {
            name: about.name,
            version: about.version,
            description: about.description,
            needs_graph: about.needs.contains(types::Needs::GRAPH),
            needs_body: about.needs.contains(types::Needs::BODY),
            fields: about.fields,
            rules: about.rules.into_iter().map(rule).collect(),
            config_schema: None,
        },
        config_schema: about.config_schema,
    }
}

fn findings(result: Result<Vec<types::Finding>, types::Error>) -> Result<Vec<RawFinding>, Failure> {
    let found = result.map_err(|error| Failure::GaveUp(error.message))?;
    Ok(found.into_iter().map(finding).collect())
}

fn finding(found: types::Finding) -> RawFinding {
    let fix = |fix: types::Fix| RawFix {
        title: fix.title,
        safe: fix.safe,
        edits: fix
            .edits
            .into_iter()
            .map(|edit| (edit.span.start, edit.span.end, edit.replacement))
            .collect(),
    };
    let location = |location| match location {
        types::Location::Body(types::Span { start, end }) => RawLocation::Body { start, end },
        types::Location::Line(line) => RawLocation::Line(line),
    };
    RawFinding {
        rule: found.rule,
        severity: severity(found.severity),
        message: found.message,
        artifact: found.artifact,
        location: found.location.map(location),
        help: found.help,
        fix: found.fixes.into_iter().next().map(fix),
    }
}

impl types::Host for State {}

impl corpus::Host for State {
    fn body(&mut self, index: u32) -> wasmtime::Result<Option<String>> {
        State::body(self, index).map_err(trap)
    }

    fn bodies(&mut self, first: u32, count: u32) -> wasmtime::Result<Vec<String>> {
        self.body_page(first, count).map_err(trap)
    }

    fn sections(&mut self, index: u32) -> wasmtime::Result<Option<Vec<corpus::Section>>> {
        let sections = State::sections(self, index).map_err(trap)?;
        let section = |section: crate::state::BodySection| corpus::Section {
            heading: section.heading,
            level: section.level,
            anchor: section.anchor,
            start: section.start,
            end: section.end,
            line: section.line,
        };
        Ok(sections.map(|sections| sections.into_iter().map(section).collect()))
    }
}

impl output::Host for State {
    fn emit(&mut self, path: String, bytes: Vec<u8>) -> wasmtime::Result<Result<(), String>> {
        State::emit(self, &path, bytes).map_err(trap)
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let severity = match level {
            log::Level::Error => Some(Severity::Error),
            log::Level::Warning => Some(Severity::Warning),
            log::Level::Info => Some(Severity::Info),
            log::Level::Debug => None,
        };
        self.write_log(severity, message).map_err(trap)
    }
}

fn trap(hit: LimitHit) -> wasmtime::Error {
    wasmtime::Error::new(hit)
}
