//! One commit as a bare repository of its own, for somebody who has git and nothing else.

use gix::objs::Kind;
use gix::zlib::Compression;
use gix::zlib::stream::deflate;
use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use std::collections::BTreeSet;
use std::io::Write as _;

use crate::list::ReadError;
use crate::object;
use crate::open::{Repository, reason};

/// Bytes one object may have.
const OBJECT_BYTES: u64 = 64 << 20;

/// The name of the branch that leads to the commit.
pub const BRANCH: &str = "evidence";

/// A file of a bare repository: its path in it, and its bytes.
pub type BareFile = (String, Vec<u8>);

impl Repository {
    /// Hands `put` the files of a bare repository that has one commit, its whole tree and the
    /// tags `tags`, and nothing before it; `git fsck` finds it complete.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when an object cannot be read; the error of `put` ends the copy.
    pub fn bare_copy(
        &self,
        commit: &str,
        tags: &[&str],
        limits: &Limits,
        put: &mut dyn FnMut(BareFile) -> Result<(), String>,
    ) -> Result<(), ReadError> {
        let local = self.local();
        let commit = self.commit_of(&local, commit)?;
        let mut copy = Copy {
            local: &local,
            done: BTreeSet::new(),
            limits,
            put,
        };
        copy.object(commit.id, Kind::Commit)?;
        let mut trees = vec![commit.tree];
        while let Some(tree) = trees.pop() {
            for (kind, id) in copy.tree(tree)? {
                match kind {
                    Kind::Tree => trees.push(id),
                    kind => copy.object(id, kind)?,
                }
            }
        }
        for tag in tags {
            copy.tag(tag)?;
        }
        let format = self.object_format();
        let config = match format {
            "sha1" => "[core]\n\trepositoryformatversion = 0\n\tbare = true\n".to_owned(),
            other => format!(
                "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = {other}\n"
            ),
        };
        copy.file("config", config.into_bytes())?;
        copy.file("HEAD", format!("ref: refs/heads/{BRANCH}\n").into_bytes())?;
        copy.file(
            &format!("refs/heads/{BRANCH}"),
            format!("{}\n", commit.id).into_bytes(),
        )?;
        // Git takes a commit named here for one whose parents are elsewhere.
        copy.file("shallow", format!("{}\n", commit.id).into_bytes())
    }
}

struct Copy<'a> {
    local: &'a Local,
    done: BTreeSet<ObjectId>,
    limits: &'a Limits,
    put: &'a mut dyn FnMut(BareFile) -> Result<(), String>,
}

impl Copy<'_> {
    fn file(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), ReadError> {
        (self.put)((path.to_owned(), bytes)).map_err(ReadError::object)
    }

    /// Copies a tree and returns what is in it.
    fn tree(&mut self, id: ObjectId) -> Result<Vec<(Kind, ObjectId)>, ReadError> {
        if self.done.contains(&id) {
            return Ok(Vec::new());
        }
        let mut buffer = Vec::new();
        let bytes = match id.is_empty_tree() {
            true => &[][..],
            false => object::read_into(self.local, &id, Kind::Tree, OBJECT_BYTES, &mut buffer)
                .map_err(ReadError::object)?,
        };
        let mut inside = Vec::new();
        for entry in gix::objs::TreeRefIter::from_bytes(bytes, id.kind()) {
            let entry = entry.map_err(|error| ReadError::object(error.to_string()))?;
            let kind = match () {
                () if entry.mode.is_tree() => Kind::Tree,
                // A submodule is only a name.
                () if entry.mode.is_commit() => continue,
                () => Kind::Blob,
            };
            inside.push((kind, entry.oid.to_owned()));
        }
        if inside.len() > self.limits.tree_entries {
            return Err(ReadError::TooManyEntries {
                limit: self.limits.tree_entries,
            });
        }
        let bytes = bytes.to_vec();
        self.loose(id, Kind::Tree, &bytes)?;
        Ok(inside)
    }

    fn object(&mut self, id: ObjectId, kind: Kind) -> Result<(), ReadError> {
        if self.done.contains(&id) {
            return Ok(());
        }
        let mut buffer = Vec::new();
        let bytes = object::read_into(self.local, &id, kind, OBJECT_BYTES, &mut buffer)
            .map_err(ReadError::object)?
            .to_vec();
        self.loose(id, kind, &bytes)
    }

    /// Writes an object the way git keeps one by itself.
    fn loose(&mut self, id: ObjectId, kind: Kind, bytes: &[u8]) -> Result<(), ReadError> {
        self.done.insert(id);
        let io = |error: std::io::Error| ReadError::object(error.to_string());
        let mut deflated = deflate::Write::new(Vec::new(), Compression::default());
        write!(deflated, "{kind} {}\0", bytes.len()).map_err(io)?;
        deflated.write_all(bytes).map_err(io)?;
        deflated.flush().map_err(io)?;
        let hex = id.to_string();
        let (directory, name) = hex.split_at(2);
        self.file(
            &format!("objects/{directory}/{name}"),
            deflated.into_inner(),
        )
    }

    /// Copies an annotated tag with the name that leads to it; another is left out.
    fn tag(&mut self, name: &str) -> Result<(), ReadError> {
        let failed = |error: gix::Error| ReadError::object(reason(&error));
        let full = format!("refs/tags/{name}");
        let Some(reference) = self
            .local
            .try_find_reference(full.as_str())
            .map_err(failed)?
        else {
            return Ok(());
        };
        let Some(id) = reference.try_id().map(|id| id.detach()) else {
            return Ok(());
        };
        if object::kind_of(self.local, &id).map_err(ReadError::object)? == Kind::Tag {
            self.object(id, Kind::Tag)?;
        }
        self.file(&full, format!("{id}\n").into_bytes())
    }
}
