//! What reaches the disk before a branch moves: what git's `core.fsync` asks for, no more.
//!
//! Git's default hardens packs and nothing a commit writes; `committed` hardens objects and
//! branches, `all` the index, too. Measured with git 2.47; see `core.fsync` in `git help config`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gix::ObjectId;

use crate::settings::Settings;

/// An object somebody else may be about to prune is younger than this when it is used again.
const FRESH: Duration = Duration::from_secs(3600);

/// The parts of a commit that are to reach the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Durable {
    pub(crate) objects: bool,
    pub(crate) index: bool,
    pub(crate) branch: bool,
}

impl Durable {
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut durable = Self::parse(settings.value("core.fsync").as_deref().unwrap_or(""));
        durable.objects |= settings.is_on("core.fsyncObjectFiles", false);
        durable
    }

    /// Reads a list such as `committed,-loose-object`; an unknown word changes nothing, as in git.
    fn parse(text: &str) -> Self {
        let mut durable = Self::default();
        for word in text.split(',').map(str::trim) {
            let (on, word) = match word.strip_prefix('-') {
                Some(word) => (false, word),
                None => (true, word),
            };
            let (objects, index, branch) = match word {
                "none" => {
                    durable = Self::default();
                    continue;
                }
                "loose-object" | "objects" => (true, false, false),
                "reference" => (false, false, true),
                "index" => (false, true, false),
                "committed" => (true, false, true),
                "added" | "all" => (true, true, true),
                _ => continue,
            };
            let set = |part: &mut bool, named: bool| {
                if named {
                    *part = on;
                }
            };
            set(&mut durable.objects, objects);
            set(&mut durable.index, index);
            set(&mut durable.branch, branch);
        }
        durable
    }
}

/// Brings loose objects to the disk, and makes those that were there before look new, so that a
/// `git gc` that runs beside does not take them for rubbish.
pub(crate) fn settle(
    common_dir: &Path,
    objects: &[ObjectId],
    durable: Durable,
) -> std::io::Result<()> {
    for object in objects {
        let path = loose(common_dir, object);
        let file = match File::open(&path) {
            Ok(file) => file,
            // It is in a pack.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let now = SystemTime::now();
        let age = now.duration_since(file.metadata()?.modified()?);
        if age.is_ok_and(|age| age > FRESH) {
            // In somebody else's repository this may not be ours to do.
            let _ = file.set_modified(now);
        }
        if durable.objects {
            file.sync_all()?;
        }
    }
    Ok(())
}

fn loose(common_dir: &Path, id: &ObjectId) -> PathBuf {
    let hex = id.to_string();
    let (directory, name) = hex.split_at(2);
    common_dir.join("objects").join(directory).join(name)
}

/// Brings a branch that was just moved to the disk.
pub(crate) fn settle_branch(common_dir: &Path, name: &str) -> std::io::Result<()> {
    let path = common_dir.join(name);
    match File::open(&path) {
        Ok(file) => file.sync_all()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    super::sync_directory(path.parent().unwrap_or(common_dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_fsync_is_read_as_git_reads_it() {
        let parts = |text| {
            let durable = Durable::parse(text);
            [durable.objects, durable.index, durable.branch]
        };
        assert_eq!(parts(""), [false, false, false]);
        assert_eq!(parts("default"), [false, false, false]);
        assert_eq!(parts("committed"), [true, false, true]);
        assert_eq!(parts("all"), [true, true, true]);
        assert_eq!(parts("all,-index"), [true, false, true]);
        assert_eq!(parts("all,none,reference"), [false, false, true]);
    }
}
