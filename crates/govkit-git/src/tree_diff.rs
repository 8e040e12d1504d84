//! The files in which two trees differ, found by walking only the directories that differ.

use std::cmp::Ordering;

use gix::objs::tree::name_order;
use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::TreeChange;

use crate::list::ReadError;
use crate::tree::{self, Item, Node, Tree, Trees};

/// Compares trees; `None` is the empty one.
pub(crate) struct Differ<'a> {
    trees: Trees<'a>,
    limits: &'a Limits,
}

/// Two directories of the same path, still to be compared.
struct Pair {
    path: Vec<u8>,
    depth: usize,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

impl<'a> Differ<'a> {
    pub(crate) fn new(local: &'a Local, limits: &'a Limits) -> Self {
        Self {
            trees: Trees::new(local),
            limits,
        }
    }

    /// Returns the regular files that differ and pass `keep`, sorted by path.
    ///
    /// Names that no listing would show are left out here, too.
    pub(crate) fn changes(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        keep: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<Vec<TreeChange>, ReadError> {
        let mut changes = Vec::new();
        let mut seen = 0;
        let mut pending = vec![Pair {
            path: Vec::new(),
            depth: 0,
            old,
            new,
        }];
        while let Some(pair) = pending.pop() {
            if pair.old == pair.new {
                continue;
            }
            let old = self.tree(pair.old)?;
            let new = self.tree(pair.new)?;
            for (old, new) in matched(&old, &new)? {
                seen += 1;
                if seen > self.limits.tree_entries {
                    return Err(ReadError::TooManyEntries {
                        limit: self.limits.tree_entries,
                    });
                }
                self.compare(&pair, old, new, &mut pending, &mut |change: TreeChange| {
                    if keep(&change.path) {
                        changes.push(change);
                    }
                });
            }
        }
        changes.sort();
        // In a tree that is not sorted, the two sides of one path are met one at a time.
        changes.dedup_by(|b, a| a.path == b.path && merge(a, b));
        changes.retain(|change| change.old != change.new);
        Ok(changes)
    }

    fn compare(
        &self,
        pair: &Pair,
        old: Option<Item<'_>>,
        new: Option<Item<'_>>,
        pending: &mut Vec<Pair>,
        found: &mut dyn FnMut(TreeChange),
    ) {
        let Some(name) = old.as_ref().or(new.as_ref()).map(|item| item.name) else {
            return;
        };
        let path = tree::joined(&pair.path, name);
        if tree::check_name(&path, name, self.limits).is_err() {
            return;
        }
        let id_of = |item: &Option<Item<'_>>, node: Node| {
            let item = item.as_ref().filter(|item| item.node == node);
            item.map(|item| item.id)
        };
        let directories = (id_of(&old, Node::Directory), id_of(&new, Node::Directory));
        if directories.0 != directories.1 && pair.depth < self.limits.tree_depth {
            pending.push(Pair {
                path: path.clone(),
                depth: pair.depth + 1,
                old: directories.0,
                new: directories.1,
            });
        }
        let files = (id_of(&old, Node::File), id_of(&new, Node::File));
        if files.0 == files.1 {
            return;
        }
        if let Ok(path) = RepoPath::new(String::from_utf8_lossy(&path)) {
            found(TreeChange {
                path,
                old: files.0.map(|id| id.to_string()),
                new: files.1.map(|id| id.to_string()),
            });
        }
    }

    fn tree(&mut self, id: Option<ObjectId>) -> Result<Tree, ReadError> {
        match id {
            Some(id) => self.trees.read(&id),
            None => Ok(self.trees.empty()),
        }
    }
}

fn order(a: &Item<'_>, b: &Item<'_>) -> Ordering {
    name_order(
        a.name,
        a.node == Node::Directory,
        b.name,
        b.node == Node::Directory,
    )
}

/// The entries of one name in two directories.
type Sides<'t> = (Option<Item<'t>>, Option<Item<'t>>);

/// Pairs the entries of two directories by name; equal entries are left out.
fn matched<'t>(old: &'t Tree, new: &'t Tree) -> Result<Vec<Sides<'t>>, ReadError> {
    let mut pairs = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    loop {
        (old_at, new_at) = old.skip_common(old_at, new, new_at);
        let a = old.item(old_at).transpose()?;
        let b = new.item(new_at).transpose()?;
        let next = match (&a, &b) {
            (None, None) => return Ok(pairs),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((a, _)), Some((b, _))) => order(a, b),
        };
        let a = a.filter(|_| next != Ordering::Greater);
        let b = b.filter(|_| next != Ordering::Less);
        old_at = a.map_or(old_at, |(_, next)| next);
        new_at = b.map_or(new_at, |(_, next)| next);
        pairs.push((a.map(|(item, _)| item), b.map(|(item, _)| item)));
    }
}

/// Puts two halves of one path's change together.
fn merge(first: &mut TreeChange, second: &mut TreeChange) -> bool {
    if first.old.is_none() {
        first.old = second.old.take();
    }
    if first.new.is_none() {
        first.new = second.new.take();
    }
    true
}
