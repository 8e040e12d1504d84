//! A change set in a plugin's hands: a validator or an exporter over what changed.

use std::collections::BTreeMap;

use govkit_core::artifact::Artifact;
use govkit_core::config::{Config, PluginConfig};
use govkit_core::diff::{ChangeSet, Located, Pair};
use govkit_core::export::Sink;

use crate::abi::{HandedChange, Role};
use crate::plugin::{ExportError, Exported, Plugin, RunError};
use crate::validate::Validation;
use crate::verdict::Judge;

/// What changed, as `diff` computed it.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// The change set.
    pub set: &'a ChangeSet,
    /// The artifacts on both sides, in the order of `set.artifacts`.
    pub pairs: &'a [Pair],
    /// The configuration of the new side.
    pub config: &'a Config,
}

/// The artifacts of both sides that changed, each by path, and where each pair has its own.
pub(crate) struct Sides<'a> {
    pub(crate) before: Vec<&'a Artifact>,
    pub(crate) after: Vec<&'a Artifact>,
    /// Both, one after the other: what the import `corpus` counts through.
    pub(crate) all: Vec<&'a Artifact>,
    /// For each pair its places in `before` and `after`.
    pub(crate) places: Vec<(Option<u32>, Option<u32>)>,
}

impl<'a> Sides<'a> {
    fn of(pairs: &'a [Pair]) -> Self {
        let (before, old) = side(pairs.iter().map(|pair| pair.old.as_ref()));
        let (after, new) = side(pairs.iter().map(|pair| pair.new.as_ref()));
        Self {
            all: before.iter().chain(&after).copied().collect(),
            places: old.into_iter().zip(new).collect(),
            before,
            after,
        }
    }

    /// Finds the artifact a finding names: the new one, else the one that is gone.
    fn find(&self) -> BTreeMap<&'a str, &'a Artifact> {
        // Later entries win: the new side, and of two with one id the first.
        let sides = self.before.iter().rev().chain(self.after.iter().rev());
        sides
            .map(|artifact| (artifact.id.as_str(), *artifact))
            .collect()
    }
}

fn side<'a>(
    files: impl Iterator<Item = Option<&'a Located>>,
) -> (Vec<&'a Artifact>, Vec<Option<u32>>) {
    let found: Vec<Option<&Artifact>> = files
        .map(|file| file.and_then(|file| file.side.artifact.as_deref().ok()))
        .collect();
    let mut order: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_some()).collect();
    order.sort_by(|a, b| {
        let path = |at: &usize| found[*at].map(|artifact| &artifact.path);
        path(a).cmp(&path(b))
    });
    let mut places = vec![None; found.len()];
    for (place, at) in order.iter().enumerate() {
        places[*at] = u32::try_from(place).ok();
    }
    let artifacts = order.into_iter().filter_map(|at| found[at]).collect();
    (artifacts, places)
}

impl Plugin {
    /// Runs the plugin as a validator of what changed.
    pub fn validate_changes(
        &self,
        changes: Changes<'_>,
        config: &PluginConfig,
    ) -> Result<Validation, RunError> {
        let mut validation = Validation::default();
        let sides = Sides::of(changes.pairs);
        let mut instance = match self.configured(Role::ChangeValidator, config)? {
            Ok(instance) => instance,
            Err(failure) => {
                validation.incomplete.push(self.incomplete(None, &failure));
                return Ok(validation);
            }
        };
        let judge = Judge {
            plugin: self.name(),
            description: self.description(),
            config: changes.config,
            limits: self.limits(),
        };
        let found = instance.check_change(self.wants(), handed(changes, &sides));
        let known = sides.find();
        let judged = found.map(|found| judge.of_corpus(found, |id| known.get(id).copied()));
        validation.used = instance.used();
        self.take(&mut validation, judged, instance.take_log());
        self.finish(&mut validation);
        Ok(validation)
    }

    /// Runs the plugin as an exporter of what changed; its files go to `sink` as they come.
    pub fn export_changes(
        &self,
        changes: Changes<'_>,
        config: &PluginConfig,
        sink: Box<dyn Sink>,
    ) -> Result<Exported, ExportError> {
        let sides = Sides::of(changes.pairs);
        let mut instance = self
            .configured(Role::ChangeExporter, config)?
            .map_err(|failure| self.failed(&failure))?;
        instance
            .export_change(self.wants(), handed(changes, &sides), sink)
            .map_err(|failure| self.failed(&failure))?;
        Ok(Exported {
            log: instance.take_log(),
            used: instance.used(),
        })
    }
}

fn handed<'a>(changes: Changes<'a>, sides: &'a Sides<'a>) -> HandedChange<'a> {
    HandedChange {
        config: changes.config,
        set: changes.set,
        pairs: changes.pairs,
        sides,
    }
}
