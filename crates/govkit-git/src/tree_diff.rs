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
            for (old, new) in matched(sorted_items(old.as_ref())?, sorted_items(new.as_ref())?) {
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
        // A file that became a directory's name twice over shows one side at a time.
        changes.dedup_by(|b, a| a.path == b.path && merge(a, b));
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

    fn tree(&mut self, id: Option<ObjectId>) -> Result<Option<Tree>, ReadError> {
        id.map(|id| self.trees.read(&id)).transpose()
    }
}

fn sorted_items(tree: Option<&Tree>) -> Result<Vec<Item<'_>>, ReadError> {
    let mut items = tree.map_or(Ok(Vec::new()), Tree::items)?;
    // Git writes trees in this order; one made by hand may not be.
    if !items.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
        items.sort_by(order);
    }
    items.dedup_by(|later, first| later.name == first.name);
    Ok(items)
}

fn order(a: &Item<'_>, b: &Item<'_>) -> Ordering {
    name_order(
        a.name,
        a.node == Node::Directory,
        b.name,
        b.node == Node::Directory,
    )
}

/// Pairs the entries of two sorted directories by name; equal entries are left out.
fn matched<'t>(
    old: Vec<Item<'t>>,
    new: Vec<Item<'t>>,
) -> Vec<(Option<Item<'t>>, Option<Item<'t>>)> {
    let mut pairs = Vec::new();
    let mut old = old.into_iter().peekable();
    let mut new = new.into_iter().peekable();
    loop {
        let next = match (old.peek(), new.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => order(a, b),
        };
        match next {
            Ordering::Less => pairs.push((old.next(), None)),
            Ordering::Greater => pairs.push((None, new.next())),
            Ordering::Equal => {
                let (a, b) = (old.next(), new.next());
                let same = a
                    .as_ref()
                    .zip(b.as_ref())
                    .is_some_and(|(a, b)| a.id == b.id && a.node == b.node);
                if !same {
                    pairs.push((a, b));
                }
            }
        }
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
