//! The names in a tree, without the contents.

use std::collections::HashMap;
use std::rc::Rc;

use gix::bstr::{BStr, ByteSlice};
use gix::objs::{Kind, TreeRefIter};
use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::path::RepoPath;
use govkit_core::snapshot::{Entry, Skipped};
use govkit_core::untrusted::Untrusted;

use crate::list::ReadError;
use crate::object;

/// Bytes one tree may have: a million entries fit.
const TREE_BYTES: u64 = 64 << 20;

/// Bytes of trees that are remembered.
const KNOWN_BYTES: usize = 16 << 20;

/// What a name in a tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    File,
    Directory,
    Symlink,
    Submodule,
    Weird(u16),
}

impl Node {
    pub(crate) fn of_mode(mode: u16) -> Self {
        match mode {
            0o100_644 | 0o100_755 => Self::File,
            // Written by git before 2005; git reads it as 100644.
            0o100_664 => Self::File,
            0o040_000 => Self::Directory,
            0o120_000 => Self::Symlink,
            0o160_000 => Self::Submodule,
            other => Self::Weird(other),
        }
    }

    /// Says why a name that is no file and no directory is not read.
    pub(crate) fn reason(self) -> String {
        match self {
            Self::Symlink => "a symbolic link".to_owned(),
            Self::Submodule => "a submodule".to_owned(),
            Self::Weird(mode) => format!("its mode {mode:o} is none git uses"),
            Self::File | Self::Directory => "it is in the tree twice".to_owned(),
        }
    }
}

/// An entry of one tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'t> {
    pub(crate) name: &'t [u8],
    pub(crate) node: Node,
    pub(crate) id: ObjectId,
}

/// The bytes of one tree.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    bytes: Rc<[u8]>,
    hash: gix::hash::Kind,
}

impl Tree {
    /// Returns the entry at `at` and the place of the next one; `None` at the end.
    pub(crate) fn item(&self, at: usize) -> Option<Result<(Item<'_>, usize), ReadError>> {
        let rest = self.bytes.get(at..)?;
        let mut iter = TreeRefIter::from_bytes(rest, self.hash);
        let item = iter.next()?.map(|entry| {
            let item = Item {
                name: entry.filename,
                node: Node::of_mode(entry.mode.value()),
                id: entry.oid.to_owned(),
            };
            (item, at + iter.offset_to_next_entry(rest))
        });
        Some(item.map_err(|_| malformed()))
    }

    /// Passes over the entries that are the same in both trees from these places on.
    pub(crate) fn skip_common(&self, at: usize, other: &Self, other_at: usize) -> (usize, usize) {
        let (rest, other_rest) = (&self.bytes[at..], &other.bytes[other_at..]);
        let common = common_prefix(rest, other_rest);
        if common == rest.len() && common == other_rest.len() {
            return (self.bytes.len(), other.bytes.len());
        }
        let mut end = 0;
        while let Some(name_end) = rest[end..common].find_byte(0) {
            let next = end + name_end + 1 + self.hash.len_in_bytes();
            if next > common {
                break;
            }
            end = next;
        }
        (at + end, other_at + end)
    }

    /// Returns all entries.
    pub(crate) fn items(&self) -> Result<Vec<Item<'_>>, ReadError> {
        let mut items = Vec::with_capacity(self.bytes.len() / 32);
        for entry in TreeRefIter::from_bytes(&self.bytes, self.hash) {
            let entry = entry.map_err(|_| malformed())?;
            items.push(Item {
                name: entry.filename,
                node: Node::of_mode(entry.mode.value()),
                id: entry.oid.to_owned(),
            });
        }
        Ok(items)
    }
}

fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 128;
    let steps = a.chunks_exact(STEP).zip(b.chunks_exact(STEP));
    let at = STEP * steps.take_while(|(a, b)| a == b).count();
    let rest = a[at..].iter().zip(&b[at..]);
    at + rest.take_while(|(a, b)| a == b).count()
}

fn malformed() -> ReadError {
    ReadError::object("a directory in the repository is malformed (run `git fsck`)".to_owned())
}

/// Reads trees and remembers some: the older tree of one commit is the newer one of the commit
/// before, and a hostile tree holds the same one ten times over.
pub(crate) struct Trees<'a> {
    local: &'a Local,
    buffer: Vec<u8>,
    known: HashMap<ObjectId, Tree>,
    bytes: usize,
}

impl<'a> Trees<'a> {
    pub(crate) fn new(local: &'a Local) -> Self {
        Self {
            local,
            buffer: Vec::new(),
            known: HashMap::new(),
            bytes: 0,
        }
    }

    pub(crate) fn empty(&self) -> Tree {
        Tree {
            bytes: Rc::new([]),
            hash: self.local.object_hash(),
        }
    }

    pub(crate) fn read(&mut self, id: &ObjectId) -> Result<Tree, ReadError> {
        if let Some(tree) = self.known.get(id) {
            return Ok(tree.clone());
        }
        let bytes: &[u8] = if id.is_empty_tree() {
            &[]
        } else {
            object::read_into(self.local, id, Kind::Tree, TREE_BYTES, &mut self.buffer)
                .map_err(ReadError::object)?
        };
        if self.bytes + bytes.len() > KNOWN_BYTES {
            self.known.clear();
            self.bytes = 0;
        }
        self.bytes += bytes.len();
        let tree = Tree {
            bytes: bytes.into(),
            hash: self.local.object_hash(),
        };
        self.known.insert(*id, tree.clone());
        Ok(tree)
    }
}

/// The regular files of a tree and what else is in it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) entries: Vec<Entry>,
    pub(crate) skipped: Vec<Skipped>,
    seen: usize,
}

impl Names {
    /// Counts one more name; past the limit the whole listing is refused.
    pub(crate) fn count(&mut self, limits: &Limits) -> Result<(), ReadError> {
        self.seen += 1;
        if self.seen > limits.tree_entries {
            return Err(ReadError::TooManyEntries {
                limit: limits.tree_entries,
            });
        }
        Ok(())
    }

    pub(crate) fn skip(&mut self, path: &[u8], reason: impl Into<String>) {
        let text = String::from_utf8_lossy(path);
        self.skipped.push(Skipped {
            shown: Untrusted::line(&text).to_string(),
            path: std::str::from_utf8(path)
                .ok()
                .and_then(|text| RepoPath::new(text).ok()),
            reason: reason.into(),
        });
    }

    /// Sorts by path; of a name that is there twice the first stays, and nothing stays below a
    /// name that is skipped: a link and a directory of one name are an attack.
    pub(crate) fn finish(&mut self) {
        if !self.entries.is_sorted_by(|a, b| a.path < b.path) {
            self.entries.sort_by(|a, b| a.path.cmp(&b.path));
            let mut twice = Vec::new();
            self.entries.dedup_by(|later, first| {
                let same = later.path == first.path;
                if same {
                    twice.push(first.path.as_str().to_owned());
                }
                same
            });
            for path in twice {
                self.skip(path.as_bytes(), Node::File.reason());
            }
        }
        let shadows: Vec<String> = self
            .skipped
            .iter()
            .filter_map(|skipped| Some(format!("{}/", skipped.path.as_ref()?.as_str())))
            .collect();
        for shadow in shadows {
            let start = self
                .entries
                .partition_point(|entry| entry.path.as_str() < shadow.as_str());
            let end = start
                + self.entries[start..]
                    .partition_point(|entry| entry.path.as_str().starts_with(&shadow));
            for entry in self.entries.drain(start..end).collect::<Vec<_>>() {
                let path = entry.path.as_str().as_bytes();
                self.skip(path, "a name above it is in the tree twice");
            }
        }
        self.skipped.sort();
    }
}

/// A directory whose entries are being listed.
struct Level {
    path: Vec<u8>,
    tree: Tree,
    at: usize,
}

/// Lists every file below a tree. The walk keeps its own stack, so depth costs no stack space.
pub(crate) fn list(local: &Local, root: ObjectId, limits: &Limits) -> Result<Names, ReadError> {
    let mut names = Names::default();
    let mut trees = Trees::new(local);
    let mut levels = vec![Level {
        path: Vec::new(),
        tree: trees.read(&root)?,
        at: 0,
    }];
    while let Some(level) = levels.last_mut() {
        let Some(item) = level.tree.item(level.at) else {
            levels.pop();
            continue;
        };
        let (item, next) = item?;
        level.at = next;
        let path = joined(&level.path, item.name);
        names.count(limits)?;
        if let Err(reason) = check_name(&path, item.name, limits) {
            names.skip(&path, reason);
            continue;
        }
        match item.node {
            Node::Directory => {
                let id = item.id;
                if levels.len() > limits.tree_depth {
                    let reason = format!("it is below more than {} directories", limits.tree_depth);
                    names.skip(&path, reason);
                    continue;
                }
                let tree = trees.read(&id)?;
                levels.push(Level { path, tree, at: 0 });
            }
            Node::File => names.entries.extend(entry(&path, &item.id)),
            node => names.skip(&path, node.reason()),
        }
    }
    names.finish();
    Ok(names)
}

/// Finds one file; `None` where there is none or it is not a regular one.
pub(crate) fn find(
    local: &Local,
    root: ObjectId,
    path: &RepoPath,
) -> Result<Option<ObjectId>, ReadError> {
    let mut id = root;
    let mut trees = Trees::new(local);
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        let wanted = if parts.peek().is_some() {
            Node::Directory
        } else {
            Node::File
        };
        let tree = trees.read(&id)?;
        let items = tree.items()?;
        let found = items.iter().find(|item| item.name == part.as_bytes());
        match found {
            Some(item) if item.node == wanted => id = item.id,
            _ => return Ok(None),
        }
    }
    Ok(Some(id))
}

pub(crate) fn joined(prefix: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(prefix.len() + 1 + name.len());
    path.extend_from_slice(prefix);
    if !prefix.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

pub(crate) fn entry(path: &[u8], id: &ObjectId) -> Option<Entry> {
    let path = RepoPath::new(std::str::from_utf8(path).ok()?).ok()?;
    Some(Entry {
        path,
        blob: Some(id.to_string()),
    })
}

/// A name is one part: a `/` in it would make `a/../b` out of two harmless looking names.
pub(crate) fn check_name(path: &[u8], name: &[u8], limits: &Limits) -> Result<(), String> {
    let text = BStr::new(path).to_str();
    let text = text.map_err(|_| govkit_core::path::PathError::NotUtf8.to_string())?;
    if name.contains(&b'/') {
        return Err("its name has a `/` in it".to_owned());
    }
    if path.len() > limits.path_bytes {
        return Err(govkit_core::path::PathError::TooLong.to_string());
    }
    RepoPath::new(text)
        .map(drop)
        .map_err(|error| error.to_string())
}
