//! What the host keeps beside an instance: its meters, its log, the artifacts at hand, the files
//! it wrote.

use std::collections::VecDeque;
use std::sync::Arc;

use govkit_core::artifact::Artifact;
use govkit_core::export::{OutputFile, Outputs, Sink};
use govkit_core::finding::Severity;
use govkit_core::outline::Outline;
use wasmtime::ResourceLimiter;

use crate::abi::{LogLine, Used};
use crate::failure::LimitHit;
use crate::limits::{PluginLimits, cut};
use crate::lines::Lines;
use crate::services::{Services, Version};

/// Bytes one `bodies` call hands over before it stops early.
const PAGE_BYTES: usize = 8 << 20;

/// What one call into the host costs beside the bytes it moves.
const CALL_BYTES: u64 = 256;

/// Making an outline reads the body about this many times as slowly as copying it.
const OUTLINE_FACTOR: u64 = 8;

pub(crate) struct State {
    limits: PluginLimits,
    memory_bytes: usize,
    /// What is left of the work the host does for this call.
    host_bytes: u64,
    host_limit: u64,
    bodies: Vec<(Arc<str>, usize)>,
    output: Option<Output>,
    services: Services,
    used: Used,
    log: VecDeque<LogLine>,
    log_bytes: usize,
}

/// Where an exporter's files go in a call, after a look at their paths.
struct Output {
    admitted: Outputs,
    sink: Box<dyn Sink>,
}

/// A heading as plugins see it: offsets into the body.
pub(crate) struct BodySection {
    pub(crate) heading: String,
    pub(crate) level: u8,
    pub(crate) anchor: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
}

impl State {
    pub(crate) fn new(limits: PluginLimits, services: Services) -> Self {
        Self {
            limits,
            memory_bytes: 0,
            host_bytes: 0,
            host_limit: 0,
            bodies: Vec::new(),
            output: None,
            services,
            used: Used::default(),
            log: VecDeque::new(),
            log_bytes: 0,
        }
    }

    /// Starts a new call that is handed `bytes`: its meters full, its artifacts at hand.
    pub(crate) fn start_call(
        &mut self,
        bytes: usize,
        artifacts: &[&Artifact],
        sink: Option<Box<dyn Sink>>,
    ) {
        self.host_limit = self.limits.host_bytes_for(bytes);
        self.host_bytes = self.host_limit;
        self.bodies.clear();
        self.bodies
            .extend(artifacts.iter().map(|a| (a.text.clone(), a.body)));
        self.output = sink.map(|sink| Output {
            admitted: Outputs::new(self.limits.output),
            sink,
        });
    }

    /// Ends a call that took `fuel` of `fuel_limit`: nothing of it stays but its figures.
    pub(crate) fn end_call(&mut self, fuel: u64, fuel_limit: u64) {
        self.output = None;
        self.bodies.clear();
        let call = Used {
            fuel,
            fuel_limit,
            memory_bytes: self.memory_bytes,
            host_bytes: self.host_limit - self.host_bytes,
        };
        self.used = std::mem::take(&mut self.used).worst(call);
    }

    pub(crate) fn take_used(&mut self) -> Used {
        std::mem::take(&mut self.used)
    }

    pub(crate) fn take_log(&mut self) -> Vec<LogLine> {
        self.log_bytes = 0;
        self.log.drain(..).collect()
    }

    /// Returns the last error the plugin logged: a panic's text.
    pub(crate) fn last_words(&self) -> Option<&str> {
        let errors = self
            .log
            .iter()
            .rev()
            .find(|line| line.severity == Some(Severity::Error));
        errors.map(|line| line.message.as_str())
    }

    pub(crate) fn write_log(
        &mut self,
        severity: Option<Severity>,
        message: String,
    ) -> Result<(), LimitHit> {
        self.charge(message.len() as u64)?;
        let message = cut(message, self.limits.log_bytes);
        self.log_bytes += message.len();
        self.log.push_back(LogLine { severity, message });
        // The end of a log says why something stopped, so its beginning goes.
        while self.log_bytes > self.limits.log_bytes || self.log.len() > 1_000 {
            match self.log.pop_front() {
                Some(line) => self.log_bytes -= line.message.len(),
                None => break,
            }
        }
        Ok(())
    }

    /// Takes what a run-time writes to standard output or error, piece by piece: pieces of one
    /// stream that follow each other are one message.
    pub(crate) fn write_output(
        &mut self,
        severity: Option<Severity>,
        piece: String,
    ) -> Result<(), LimitHit> {
        let last = self.log.back_mut().filter(|line| {
            line.severity == severity
                && !line.message.ends_with('\n')
                && line.message.len() + piece.len() <= self.limits.log_bytes / 4
        });
        match last {
            Some(line) => {
                self.log_bytes += piece.len();
                line.message.push_str(&piece);
                self.charge(piece.len() as u64)
            }
            None => self.write_log(severity, piece),
        }
    }

    pub(crate) fn body(&mut self, index: u32) -> Result<Option<String>, LimitHit> {
        let body = self.text(index).map(str::to_owned);
        self.charge(body.as_ref().map_or(0, String::len) as u64)?;
        Ok(body)
    }

    pub(crate) fn body_page(&mut self, first: u32, count: u32) -> Result<Vec<String>, LimitHit> {
        let mut page = Vec::new();
        let mut bytes = 0;
        for index in first..first.saturating_add(count) {
            let Some(body) = self.text(index) else { break };
            if !page.is_empty() && bytes + body.len() > PAGE_BYTES {
                break;
            }
            bytes += body.len();
            page.push(body.to_owned());
        }
        self.charge(bytes as u64)?;
        Ok(page)
    }

    pub(crate) fn sections(&mut self, index: u32) -> Result<Option<Vec<BodySection>>, LimitHit> {
        let Some((text, body)) = self.bodies.get(index as usize).cloned() else {
            self.charge(0)?;
            return Ok(None);
        };
        self.charge((text.len() - body) as u64 * OUTLINE_FACTOR)?;
        let lines = Lines::of(&text);
        let outline = Outline::parse(&text, body);
        let section = |section: govkit_core::outline::Section| BodySection {
            line: lines.line(section.heading_span.start),
            start: section.span.start.saturating_sub(body) as u32,
            end: section.span.end.saturating_sub(body) as u32,
            heading: section.heading,
            level: section.level,
            anchor: section.anchor,
        };
        Ok(Some(outline.sections.into_iter().map(section).collect()))
    }

    /// `Ok(Err(_))` goes back to the plugin.
    pub(crate) fn emit(
        &mut self,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<Result<(), String>, LimitHit> {
        let size = bytes.len() as u64;
        let admitted = match &mut self.output {
            Some(output) => match output.admitted.admit(path, bytes.len()) {
                Ok(path) => {
                    let put = output.sink.put(OutputFile { path, bytes });
                    put.map_err(LimitHit::Unwritten)?;
                    Ok(())
                }
                Err(error) => Err(error.to_string()),
            },
            None => Err("only an exporter writes files".to_owned()),
        };
        // What is taken has its own limits; what is refused could go on for ever.
        self.charge(if admitted.is_ok() { 0 } else { size })?;
        Ok(admitted)
    }

    pub(crate) fn versions(&mut self, id: &str) -> Result<Vec<Version>, LimitHit> {
        let Some(history) = &self.services.history else {
            let why = "it asks for histories, and there are none here".to_owned();
            return Err(LimitHit::Unanswered(why));
        };
        let versions = history.versions(id).map_err(LimitHit::Unanswered)?;
        let size = |version: &Version| {
            let data: usize = version.data.iter().map(|(a, b)| a.len() + b.len()).sum();
            version.subject.len() + version.path.len() + data + 200
        };
        self.charge(versions.iter().map(size).sum::<usize>() as u64)?;
        Ok(versions)
    }

    pub(crate) fn asset_names(&mut self) -> Result<Vec<String>, LimitHit> {
        let assets = self.services.assets.iter();
        let names: Vec<String> = assets.map(|asset| asset.name.clone()).collect();
        self.charge(names.iter().map(String::len).sum::<usize>() as u64)?;
        Ok(names)
    }

    pub(crate) fn asset(&mut self, name: &str) -> Result<Option<Vec<u8>>, LimitHit> {
        let found = self.services.assets.iter().find(|asset| asset.name == name);
        let bytes = found.map(|asset| asset.bytes.to_vec());
        self.charge(bytes.as_ref().map_or(0, Vec::len) as u64)?;
        Ok(bytes)
    }

    fn text(&self, index: u32) -> Option<&str> {
        let (text, body) = self.bodies.get(index as usize)?;
        text.get(*body..)
    }

    /// Counts work done for the plugin outside its own instructions, which fuel does not see.
    pub(crate) fn charge(&mut self, bytes: u64) -> Result<(), LimitHit> {
        match self
            .host_bytes
            .checked_sub(bytes.saturating_add(CALL_BYTES))
        {
            Some(left) => {
                self.host_bytes = left;
                Ok(())
            }
            None => Err(LimitHit::HostBytes(self.host_limit)),
        }
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self
            .memory_bytes
            .saturating_add(desired.saturating_sub(current));
        if total > self.limits.memory_bytes {
            // Not `Ok(false)`: a guest that does not look at the answer would fail without a reason.
            let limit = LimitHit::Memory(self.limits.memory_bytes);
            return Err(wasmtime::Error::new(limit));
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.table_elements {
            let limit = LimitHit::Table(self.limits.table_elements);
            return Err(wasmtime::Error::new(limit));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.instances
    }

    fn memories(&self) -> usize {
        self.limits.instances
    }
}
