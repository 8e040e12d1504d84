//! Tags: what they name, and what they say.

use gix::bstr::ByteSlice;
use gix::objs::Kind;
use govkit_core::snapshot::CommitInfo;

use crate::object;
use crate::open::{Repository, reason};
use crate::revision::RevisionError;

/// Bytes one tag may have.
const TAG_BYTES: u64 = 64 << 20;

/// A tag and the commit it leads to.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: CommitInfo,
    /// What it says; absent for a tag that is only a name.
    pub message: Option<String>,
}

impl Repository {
    /// Finds a tag by its name; `None` where there is none.
    pub fn tag(&self, name: &str) -> Result<Option<Tag>, RevisionError> {
        let tags = self.tags_below(&format!("refs/tags/{name}"))?;
        Ok(tags.into_iter().find(|tag| tag.name == name))
    }

    /// Returns all tags that lead to a commit, by name.
    pub fn tags(&self) -> Result<Vec<Tag>, RevisionError> {
        self.tags_below("refs/tags/")
    }

    fn tags_below(&self, prefix: &str) -> Result<Vec<Tag>, RevisionError> {
        let local = self.local();
        let unreadable = |error: gix::Error| RevisionError::Unreadable {
            revision: "refs/tags".to_owned(),
            reason: reason(&error),
        };
        let references = local.references().map_err(unreadable)?;
        let mut tags = Vec::new();
        for reference in references
            .prefixed("refs/tags/")
            .map_err(unreadable)?
            .flatten()
        {
            let full = reference.name().as_bstr().to_str().unwrap_or_default();
            if !full.starts_with(prefix) {
                continue;
            }
            let (Some(name), Some(id)) = (full.strip_prefix("refs/tags/"), reference.try_id())
            else {
                continue;
            };
            // A tag of a tree or a blob leads to no commit.
            let Ok(commit) = self.commit_of(&local, full) else {
                continue;
            };
            let mut buffer = Vec::new();
            let bytes = object::read_into(&local, &id.detach(), Kind::Tag, TAG_BYTES, &mut buffer);
            let message = bytes.ok().and_then(|bytes| {
                let start = bytes.find(b"\n\n")? + 2;
                Some(String::from_utf8_lossy(&bytes[start..]).into_owned())
            });
            tags.push(Tag {
                name: name.to_owned(),
                commit: commit.info(),
                message,
            });
        }
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tags)
    }
}
