//! What the host keeps beside an instance: its meters, its log, the artifacts at hand, the files
//! it wrote.

use std::collections::VecDeque;
use std::sync::Arc;

use govkit_core::artifact::Artifact;
use govkit_core::export::Outputs;
use govkit_core::finding::Severity;
use govkit_core::outline::Outline;
use wasmtime::ResourceLimiter;

use crate::abi::LogLine;
use crate::failure::LimitHit;
use crate::limits::{PluginLimits, cut};
use crate::lines::Lines;

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
    outputs: Option<Outputs>,
    log: VecDeque<LogLine>,
    log_bytes: usize,
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
    pub(crate) fn new(limits: PluginLimits) -> Self {
        Self {
            limits,
            memory_bytes: 0,
            host_bytes: 0,
            host_limit: 0,
            bodies: Vec::new(),
            outputs: None,
            log: VecDeque::new(),
            log_bytes: 0,
        }
    }

    /// Starts a new call that is handed `bytes`: its meters full, its artifacts at hand.
    pub(crate) fn start_call(
        &mut self,
        bytes: usize,
        artifacts: &[&Artifact],
        outputs: Option<Outputs>,
    ) {
        self.host_limit = self.limits.host_bytes_for(bytes);
        self.host_bytes = self.host_limit;
        self.bodies.clear();
        self.bodies
            .extend(artifacts.iter().map(|a| (a.text.clone(), a.body)));
        self.outputs = outputs;
    }

    pub(crate) fn take_outputs(&mut self) -> Option<Outputs> {
        self.outputs.take()
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
        let added = match &mut self.outputs {
            Some(outputs) => outputs.add(path, bytes).map_err(|error| error.to_string()),
            None => Err("only an exporter writes files".to_owned()),
        };
        // What is taken has its own limits; what is refused could go on for ever.
        self.charge(if added.is_ok() { 0 } else { size })?;
        Ok(added)
    }

    fn text(&self, index: u32) -> Option<&str> {
        let (text, body) = self.bodies.get(index as usize)?;
        text.get(*body..)
    }

    /// Counts work done for the plugin outside its own instructions, which fuel does not see.
    fn charge(&mut self, bytes: u64) -> Result<(), LimitHit> {
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
