//! What changed between two states of the repository.

pub use crate::bindings::changes::govkit::plugin::changes::{
    Change as What, ChangeFinding, ChangeSet, ChangedArtifact, Direction, Weight,
};

use crate::Artifact;

/// A change in a plugin's hands: the artifacts that changed, on both sides, and what changed in
/// them.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// The artifacts as they were, by path; those that are new are not here.
    pub before: &'a [Artifact],
    /// The artifacts as they are, by path; those that are gone are not here.
    pub after: &'a [Artifact],
    /// What changed.
    pub set: &'a ChangeSet,
}

impl<'a> Changes<'a> {
    /// Returns the artifact a finding of the change set is about: as it is, else as it was.
    pub fn artifact(&self, finding: &ChangeFinding) -> Option<&'a Artifact> {
        let changed = self.set.artifacts.get(finding.artifact as usize)?;
        self.is(changed).or_else(|| self.was(changed))
    }

    /// Returns the artifact as it was.
    pub fn was(&self, changed: &ChangedArtifact) -> Option<&'a Artifact> {
        self.before.get(changed.before? as usize)
    }

    /// Returns the artifact as it is.
    pub fn is(&self, changed: &ChangedArtifact) -> Option<&'a Artifact> {
        self.after.get(changed.after? as usize)
    }

    /// Returns the body of an artifact as it was; `None` where the plugin does not need bodies.
    pub fn body_was(&self, changed: &ChangedArtifact) -> Option<String> {
        crate::corpus::body(changed.before? as usize)
    }

    /// Returns the body of an artifact as it is; `None` where the plugin does not need bodies.
    pub fn body_is(&self, changed: &ChangedArtifact) -> Option<String> {
        crate::corpus::body(self.before.len() + changed.after? as usize)
    }
}
