//! The commits of a line that touched a few named places, found without looking at the rest.

use gix::ObjectId;
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::TreeChange;
use govkit_core::time::Moment;

use crate::line::Metadata;
use crate::list::ReadError;
use crate::open::Repository;
use crate::tree::Trees;
use crate::tree_diff::Differ;
use crate::walk::boundary;

/// A commit of the first-parent line that changed something below the places asked for.
#[derive(Clone, Debug)]
pub struct TrailStep {
    /// Its full id.
    pub commit: String,
    /// Its place on the line: the first commit is 0.
    pub step: usize,
    /// When it became known: the latest committer time among it and those before it.
    pub known: Moment,
    /// What it changed there.
    pub changes: Vec<TreeChange>,
}

/// The commits that touched the places, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The commits.
    pub steps: Vec<TrailStep>,
    /// Whether the line was followed to its beginning.
    pub is_complete: bool,
}

impl Repository {
    /// Follows the first-parent line of `tip` and returns the commits that changed a file whose
    /// path begins with one of `places`, names in the top directory: `.govkit`, `govkit.toml`.
    pub fn trail(&self, tip: &str, places: &[&str], limits: &Limits) -> Result<Trail, ReadError> {
        let local = self.local();
        let boundary = boundary(&local)?;
        let roots = places.iter().map(|place| (*place).to_owned()).collect();
        let graph = Metadata::new(self, &local, Some(roots), boundary.is_empty());
        let mut links = Vec::new();
        let mut next = Some(self.commit_of(&local, tip)?.id);
        let mut is_complete = true;
        let mut base = None;
        while let Some(id) = next {
            if boundary.contains(&id) || links.len() >= limits.commits {
                is_complete = false;
                base = Some(graph.read(id)?.0.tree);
                break;
            }
            let (link, parent) = graph.read(id)?;
            links.push(link);
            next = parent;
        }
        links.reverse();
        let keep = |path: &RepoPath| {
            let path = path.as_str();
            places.iter().any(|place| {
                let rest = path.strip_prefix(place);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let mut trees = Trees::new(&local);
        let mut differ = Differ::new(&local, limits);
        let mut steps = Vec::new();
        let mut known = Moment(i64::MIN);
        let (mut before, mut ids) = (base, self.named(&mut trees, base, places)?);
        for (step, link) in links.into_iter().enumerate() {
            known = known.max(Moment(link.seconds));
            if link.is_quiet {
                before = Some(link.tree);
                continue;
            }
            let now = self.named(&mut trees, Some(link.tree), places)?;
            if now != ids {
                let changes = differ.changes(before, Some(link.tree), &keep)?;
                steps.push(TrailStep {
                    commit: link.id.to_string(),
                    step,
                    known,
                    changes,
                });
                ids = now;
            }
            before = Some(link.tree);
        }
        Ok(Trail { steps, is_complete })
    }

    /// The objects of the named entries of a tree.
    fn named(
        &self,
        trees: &mut Trees<'_>,
        tree: Option<ObjectId>,
        places: &[&str],
    ) -> Result<Vec<Option<ObjectId>>, ReadError> {
        let Some(tree) = tree else {
            return Ok(vec![None; places.len()]);
        };
        let tree = trees.read(&tree)?;
        let mut found = vec![None; places.len()];
        let mut at = 0;
        while let Some(item) = tree.item(at) {
            let (item, next) = item?;
            at = next;
            let place = places
                .iter()
                .position(|place| place.as_bytes() == item.name);
            if let Some(place) = place {
                found[place] = Some(item.id);
            }
        }
        Ok(found)
    }
}
