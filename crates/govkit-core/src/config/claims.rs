//! Which kind claims a path.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{ConfigError, Kind};

/// The globs of all kinds, compiled.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    paths: GlobSet,
    /// For each glob in `paths`: the kind, and whether the glob leaves the path out.
    of: Vec<(usize, bool)>,
}

impl Claims {
    pub(super) fn new(kinds: &[Kind], file: &str) -> Result<Self, ConfigError> {
        let mut builder = GlobSetBuilder::new();
        let mut of = Vec::new();
        for (index, kind) in kinds.iter().enumerate() {
            let globs = kind.paths.iter().map(|glob| (glob, false));
            for (glob, excludes) in globs.chain(kind.exclude.iter().map(|glob| (glob, true))) {
                let compiled = GlobBuilder::new(glob).literal_separator(true).build();
                builder.add(compiled.map_err(|error| {
                    let message = format!("glob `{glob}`: {}", error.kind());
                    ConfigError::in_kind(file, &kind.name, message)
                })?);
                of.push((index, excludes));
            }
        }
        let paths = builder
            .build()
            .map_err(|error| ConfigError::in_kind(file, "", error.to_string()))?;
        Ok(Self { paths, of })
    }

    /// Returns the index of the kind that claims `path`; where several do, the first.
    pub(super) fn kind(&self, path: &str) -> Option<usize> {
        let mut claimed: Vec<usize> = Vec::new();
        let mut left_out: Vec<usize> = Vec::new();
        for at in self.paths.matches(path) {
            let (kind, excludes) = self.of[at];
            if excludes {
                left_out.push(kind);
            } else {
                claimed.push(kind);
            }
        }
        let claimed = claimed.into_iter();
        claimed.filter(|kind| !left_out.contains(kind)).min()
    }
}
