//! A timeline as the bytes of a file, and back; a file that is damaged anywhere is refused.

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::path::RepoPath;
use crate::time::timeline::{LineChange, NONE, Oid, Step, Text, Timeline, UNDECIDED};
use crate::time::{Facts, Moment};

/// Changes whenever facts are read otherwise than before, or the file has another shape.
pub const PARSER_VERSION: u32 = 1;

const MAGIC: &[u8; 16] = b"govkit timeline\n";
const CHECKSUM: usize = 32;

/// Why bytes are no timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is damaged, or was written by another version or for another configuration")]
pub struct DecodeError;

/// Returns what timelines made with this configuration are kept under: a digest of all that
/// decides which files count and what is read of them.
pub fn digest(config: &Config) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(PARSER_VERSION.to_le_bytes());
    for kind in &config.kinds {
        hash.update(format!("{kind:?}\n"));
    }
    hash.finalize().into()
}

impl Timeline {
    /// Returns the bytes of a file; `key` is the [`digest`] of the configuration.
    pub fn encode(&self, key: &[u8; 32]) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(
            256 + 48 * self.steps.len() + 64 * self.texts.len(),
        ));
        out.0.extend_from_slice(MAGIC);
        out.0.extend_from_slice(key);
        out.number(u32::from(self.complete));
        for count in [
            self.paths.len(),
            self.texts.len(),
            self.changes.len(),
            self.steps.len(),
        ] {
            out.count(count);
        }
        for path in &self.paths {
            out.text(path.as_str());
        }
        for text in &self.texts {
            out.oid(&text.blob);
            out.number(u32::from(text.kind));
            out.facts(text.facts.as_ref());
        }
        for change in &self.changes {
            for number in [change.path, change.old, change.new, change.origin] {
                out.number(number);
            }
        }
        for step in &self.steps {
            out.oid(&step.commit);
            out.moment(step.time);
            out.number(step.end);
        }
        let sum: [u8; CHECKSUM] = Sha256::digest(&out.0).into();
        out.0.extend_from_slice(&sum);
        out.0
    }

    /// Reads the bytes [`Timeline::encode`] wrote under the same key.
    pub fn decode(bytes: &[u8], key: &[u8; 32]) -> Result<Self, DecodeError> {
        let body = bytes.len().checked_sub(CHECKSUM).ok_or(DecodeError)?;
        let (body, sum) = bytes.split_at(body);
        let rest = body
            .strip_prefix(MAGIC)
            .and_then(|rest| rest.strip_prefix(key));
        let rest = rest.ok_or(DecodeError)?;
        if Sha256::digest(body)[..] != *sum {
            return Err(DecodeError);
        }
        let mut from = Reader(rest);
        let timeline = from.timeline().ok_or(DecodeError)?;
        if !from.0.is_empty() || !timeline.is_sound() {
            return Err(DecodeError);
        }
        Ok(timeline)
    }

    /// Whether every number leads somewhere.
    fn is_sound(&self) -> bool {
        let text = |id: u32| id == NONE || (id as usize) < self.texts.len();
        let path = |id: u32| (id as usize) < self.paths.len();
        let mut ends = self.steps.iter().map(|step| step.end as usize);
        self.changes.iter().all(|change| {
            let origin = change.origin;
            path(change.path)
                && text(change.old)
                && text(change.new)
                && (origin == NONE || origin == UNDECIDED || path(origin))
        }) && ends.clone().is_sorted()
            && ends.next_back().unwrap_or(0) == self.changes.len()
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).unwrap_or(u32::MAX));
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, texts: &[String]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    fn oid(&mut self, oid: &Oid) {
        let bytes = oid.as_bytes();
        self.0.push(u8::try_from(bytes.len()).unwrap_or(0));
        self.0.extend_from_slice(bytes);
    }

    fn moment(&mut self, moment: Moment) {
        self.0.extend_from_slice(&moment.0.to_le_bytes());
    }

    /// One byte says which of the optional parts follow.
    fn facts(&mut self, facts: Option<&Facts>) {
        let Some(facts) = facts else {
            self.0.push(0);
            return;
        };
        let has = [
            true,
            facts.damaged,
            facts.id.is_some(),
            facts.title.is_some(),
            facts.status.is_some(),
            facts.effective.is_some(),
            facts.void.is_some(),
            !(facts.supersedes.is_empty() && facts.superseded_by.is_empty()),
        ];
        let bits = has
            .iter()
            .rev()
            .fold(0, |bits, has| bits << 1 | u8::from(*has));
        self.0.push(bits);
        for text in [&facts.id, &facts.title, &facts.status]
            .into_iter()
            .flatten()
        {
            self.text(text);
        }
        for moment in [facts.effective, facts.void].into_iter().flatten() {
            self.moment(moment);
        }
        if has[7] {
            self.texts(&facts.supersedes);
            self.texts(&facts.superseded_by);
        }
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A count of things that take at least a byte each.
    fn count(&mut self) -> Option<usize> {
        let count = self.number()? as usize;
        (count <= self.0.len()).then_some(count)
    }

    fn text(&mut self) -> Option<String> {
        let len = self.count()?;
        String::from_utf8(self.take(len)?.to_vec()).ok()
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let count = self.count()?;
        (0..count).map(|_| self.text()).collect()
    }

    fn oid(&mut self) -> Option<Oid> {
        let len = self.byte()?;
        Oid::new(self.take(usize::from(len))?)
    }

    fn moment(&mut self) -> Option<Moment> {
        Some(Moment(i64::from_le_bytes(self.take(8)?.try_into().ok()?)))
    }

    fn facts(&mut self) -> Option<Option<Facts>> {
        let bits = self.byte()?;
        let has = |bit: u8| bits >> bit & 1 == 1;
        if !has(0) {
            return Some(None);
        }
        let mut facts = Facts {
            damaged: has(1),
            ..Facts::default()
        };
        for (bit, text) in [
            (2, &mut facts.id),
            (3, &mut facts.title),
            (4, &mut facts.status),
        ] {
            if has(bit) {
                *text = Some(self.text()?);
            }
        }
        for (bit, moment) in [(5, &mut facts.effective), (6, &mut facts.void)] {
            if has(bit) {
                *moment = Some(self.moment()?);
            }
        }
        if has(7) {
            facts.supersedes = self.texts()?;
            facts.superseded_by = self.texts()?;
        }
        Some(Some(facts))
    }

    fn timeline(&mut self) -> Option<Timeline> {
        let mut timeline = Timeline::new(self.number()? == 1);
        let [paths, texts, changes, steps] =
            [self.count()?, self.count()?, self.count()?, self.count()?];
        for _ in 0..paths {
            timeline.paths.push(RepoPath::new(self.text()?).ok()?);
        }
        for _ in 0..texts {
            timeline.texts.push(Text {
                blob: self.oid()?,
                kind: u16::try_from(self.number()?).ok()?,
                facts: self.facts()?,
            });
        }
        for _ in 0..changes {
            timeline.changes.push(LineChange {
                path: self.number()?,
                old: self.number()?,
                new: self.number()?,
                origin: self.number()?,
            });
        }
        for _ in 0..steps {
            let (commit, time, end) = (self.oid()?, self.moment()?, self.number()?);
            let known = timeline
                .steps
                .last()
                .map_or(time, |last| last.known.max(time));
            timeline.steps.push(Step {
                commit,
                time,
                known,
                end,
            });
        }
        Some(timeline)
    }
}
