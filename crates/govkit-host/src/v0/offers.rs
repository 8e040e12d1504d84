//! What the host offers: the imports of `wit/v0`, answered by the [`State`] of the call.

use govkit_core::finding::Severity;

use super::bindings::govkit::plugin::{assets, changes, corpus, history, log, output, types};
use crate::failure::LimitHit;
use crate::state::State;

impl types::Host for State {}

impl changes::Host for State {}

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

impl history::Host for State {
    fn versions(&mut self, id: String) -> wasmtime::Result<Vec<history::Version>> {
        let versions = State::versions(self, &id).map_err(trap)?;
        let version = |version: crate::services::Version| history::Version {
            commit: version.commit,
            date: version.date,
            author: version.author,
            subject: version.subject,
            path: version.path,
            change: version.change,
            data: version.data,
        };
        Ok(versions.into_iter().map(version).collect())
    }
}

impl assets::Host for State {
    fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        self.asset_names().map_err(trap)
    }

    fn read(&mut self, name: String) -> wasmtime::Result<Option<Vec<u8>>> {
        self.asset(&name).map_err(trap)
    }
}

fn trap(hit: LimitHit) -> wasmtime::Error {
    wasmtime::Error::new(hit)
}
