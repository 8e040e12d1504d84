//! The names in a tree, without the contents.

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
const TREE_BYTES: u64 = 128 << 20;

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
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) name: Vec<u8>,
    pub(crate) node: Node,
    pub(crate) id: ObjectId,
}

/// Reads one tree; an `Err` is a reason for people.
pub(crate) fn items(
    local: &Local,
    id: &ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<Vec<Item>, ReadError> {
    if id.is_empty_tree() {
        return Ok(Vec::new());
    }
    let bytes =
        object::read_into(local, id, Kind::Tree, TREE_BYTES, buffer).map_err(ReadError::object)?;
    let mut items = Vec::with_capacity(bytes.len() / 40);
    for entry in TreeRefIter::from_bytes(bytes, local.object_hash()) {
        let Ok(entry) = entry else {
            return Err(ReadError::object(format!(
                "tree {id} is malformed (run `git fsck`)"
            )));
        };
        items.push(Item {
            name: entry.filename.to_vec(),
            node: Node::of_mode(entry.mode.value()),
            id: entry.oid.to_owned(),
        });
    }
    Ok(items)
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

    /// Sorts by path; of a name that is there twice the first stays.
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
        self.skipped.sort();
    }
}

/// Lists every file below a tree. The walk keeps its own stack, so depth costs no stack space.
pub(crate) fn list(local: &Local, root: ObjectId, limits: &Limits) -> Result<Names, ReadError> {
    let mut names = Names::default();
    let mut buffer = Vec::new();
    let mut pending = vec![(Vec::new(), items(local, &root, &mut buffer)?.into_iter())];
    while let Some((prefix, level)) = pending.last_mut() {
        let Some(item) = level.next() else {
            pending.pop();
            continue;
        };
        let path = joined(prefix, &item.name);
        names.count(limits)?;
        if let Err(reason) = check_name(&path, &item.name, limits) {
            names.skip(&path, reason);
            continue;
        }
        match item.node {
            Node::Directory if pending.len() > limits.tree_depth => {
                let reason = format!("it is below more than {} directories", limits.tree_depth);
                names.skip(&path, reason);
            }
            Node::Directory => {
                let below = items(local, &item.id, &mut buffer)?.into_iter();
                pending.push((path, below));
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
    let mut buffer = Vec::new();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.next() {
        let wanted = if parts.peek().is_some() {
            Node::Directory
        } else {
            Node::File
        };
        let items = items(local, &id, &mut buffer)?;
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
