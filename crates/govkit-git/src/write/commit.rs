//! One commit of named files: objects first, then the index, the branch last.
//!
//! The order matters when the program is killed. Objects nobody names do no harm. An index that
//! is ahead of the branch shows the change as staged, which it was meant to be; a branch ahead of
//! the index would show its reversal as staged, and the user's next commit would undo it. So
//! `index.lock` and the branch's lock are both held while the new index takes its place and the
//! branch moves, and it moves only from the commit the work was based on. `git commit` reads the
//! index without a lock; it could commit what is staged here as its own, was the branch not locked
//! before.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use gix::objs::WriteTo as _;
use gix::refs::transaction::{Change, LogChange, PreviousValue, RefEdit, RefLog};
use gix::{ObjectId, Repository as Local};

use crate::commit::Commit;
use crate::open::{Repository, reason};
use crate::settings::{Identity, Settings};
use crate::write::draft::{Draft, entry_of, form, refuse_unfinished};
use crate::write::durable::{Durable, settle, settle_branch};
use crate::write::error::CommitError;
use crate::write::hooks;
use crate::write::index::{IndexLock, Staging};

/// How often the work is done again because the branch moved.
const TRIES: usize = 50;

/// How long another govkit is waited for.
const TURN: Duration = Duration::from_secs(60);

/// How long a branch that another program holds is waited for.
const BRANCH: Duration = Duration::from_secs(2);

/// Signs the bytes of a commit; the text ends without a line feed, as a header wants it.
pub type Sign<'a> = dyn Fn(&[u8]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> + 'a;

/// What a commit says besides its files.
pub struct NewCommit<'a> {
    /// The message, as it was typed.
    pub message: &'a str,
    /// Who wrote the change.
    pub author: &'a Identity,
    /// Who makes the commit.
    pub committer: &'a Identity,
    /// How it is signed, if it is.
    pub signer: Option<&'a Sign<'a>>,
    /// Whether the user's hooks are run.
    pub hooks: bool,
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// The branch that has it now; absent when no branch is checked out.
    pub branch: Option<String>,
}

/// What the branch was when the work began.
struct Base {
    name: Option<String>,
    commit: Option<Commit>,
}

impl Repository {
    /// Commits the files of a draft to the branch that is checked out, and nothing else.
    ///
    /// Whatever else is staged or changed stays as it is. When the branch has moved since the
    /// draft was made, the commit is made on top of that, unless it changed one of the files.
    pub fn commit(&self, draft: &Draft, new: &NewCommit<'_>) -> Result<Made, CommitError> {
        let mut message = tidy(new.message).ok_or(CommitError::Message)?;
        let settings = Settings::load(self);
        let durable = Durable::of(&settings);
        let local = self.writer(&form(&settings))?;
        let _turn = self.turn()?;
        let entries = write_blobs(&local, draft)?;
        for attempt in 0..TRIES {
            refuse_unfinished(self)?;
            let base = self.base(&local)?;
            refuse_overtaken(&local, draft, &base)?;
            let tree = written(|| write_tree(&local, base.commit.as_ref(), &entries))?;
            if new.hooks && attempt == 0 {
                message = self.ask_hooks(&local, tree, &message)?;
            }
            let id = write_commit(&local, tree, &base, &message, new)?;
            let written = objects_of(&local, id, tree, &entries)?;
            settle(self.common_dir(), &written, durable).map_err(|error| CommitError::Object {
                reason: error.to_string(),
            })?;
            if self.publish(&local, &base, id, &entries, &message, (new, durable))? {
                if new.hooks {
                    self.tell_hook(&local);
                }
                let branch = base
                    .name
                    .as_deref()
                    .and_then(|name| name.strip_prefix("refs/heads/"));
                return Ok(Made {
                    id: id.to_string(),
                    branch: branch.map(str::to_owned),
                });
            }
            std::thread::sleep(pause(attempt));
        }
        Err(CommitError::Contended { tries: TRIES })
    }

    /// Waits until no other govkit writes to this repository. The kernel frees the lock when its
    /// holder dies, so that it can never be left behind; the file itself stays and is empty.
    fn turn(&self) -> Result<File, CommitError> {
        let lock: PathBuf = self.common_dir().join("govkit.turn");
        let io = |error: std::io::Error| CommitError::Object {
            reason: format!("`{}`: {error}", crate::open::shown(&lock)),
        };
        let file = File::options()
            .create(true)
            .append(true)
            .open(&lock)
            .map_err(io)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(std::fs::TryLockError::WouldBlock) if start.elapsed() > TURN => {
                    return Err(CommitError::Locked {
                        lock,
                        seconds: TURN.as_secs(),
                    });
                }
                Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(pause(0)),
                // Some network file systems have no such locks; the branch is safe without one.
                Err(std::fs::TryLockError::Error(_)) => return Ok(file),
            }
        }
    }

    fn base(&self, local: &Local) -> Result<Base, CommitError> {
        let name = local.head_name().map_err(|error| CommitError::Branch {
            reason: reason(&error),
        })?;
        Ok(Base {
            name: name.map(|name| name.as_bstr().to_string()),
            commit: self.settled_head(local)?,
        })
    }

    /// Returns the commit that is checked out, read until it is the same twice.
    ///
    /// A `git pack-refs` beside takes away the branch's own file between two steps of one reading,
    /// which then finds what the branch was when the packed file was read: a commit of before.
    pub(super) fn settled_head(&self, local: &Local) -> Result<Option<Commit>, CommitError> {
        let id = |commit: &Option<Commit>| commit.as_ref().map(|commit| commit.id);
        let mut last = self.head_commit(local)?;
        for _ in 0..TRIES {
            let now = self.head_commit(local)?;
            if id(&now) == id(&last) {
                return Ok(now);
            }
            last = now;
        }
        Err(CommitError::Contended { tries: TRIES })
    }

    /// Puts index and branch into place; `false` where the branch moved in the meantime.
    fn publish(
        &self,
        local: &Local,
        base: &Base,
        id: ObjectId,
        entries: &[Staging],
        message: &str,
        (new, durable): (&NewCommit<'_>, Durable),
    ) -> Result<bool, CommitError> {
        let lock = IndexLock::take(&local.index_path())?;
        if !self.is_still(local, base)? {
            return Ok(false);
        }
        let next = lock.prepare(local, entries, durable.index)?;
        let edit = edit_of(base, id, message)?;
        let start = Instant::now();
        let branch = loop {
            let transaction = local.refs.transaction();
            let soon = || gix::lock::acquire::Fail::AfterDurationWithBackoff(pause(0));
            let failed = match transaction.prepare(Some(edit.clone()), soon(), soon()) {
                Ok(branch) => break branch,
                Err(failed) => CommitError::Branch {
                    reason: reason(&failed),
                },
            };
            if !self.is_still(local, base)? {
                return Ok(false);
            }
            if start.elapsed() > BRANCH {
                return Err(failed);
            }
            std::thread::sleep(pause(1));
        };
        // gix compares under its lock, but with the packed references as they were before: where a
        // move and a `git pack-refs` come in between, it finds the old commit and would undo the
        // move. Read again, now that nobody can move it.
        if !self.is_still(local, base)? {
            return Ok(false);
        }
        // Whoever sees the new index cannot commit it before this commit is there.
        let before = lock.put(next)?;
        if let Err(error) = branch.commit(Some(new.committer.signature())) {
            lock.restore(before)?;
            return Err(CommitError::Branch {
                reason: reason(&error),
            });
        }
        if durable.branch {
            let name = base.name.as_deref().unwrap_or("HEAD");
            let directory = if base.name.is_some() {
                self.common_dir()
            } else {
                self.git_dir()
            };
            settle_branch(directory, name).map_err(|error| CommitError::Branch {
                reason: error.to_string(),
            })?;
        }
        Ok(true)
    }

    fn is_still(&self, local: &Local, base: &Base) -> Result<bool, CommitError> {
        let now = self.base(local)?;
        let id = |base: &Base| base.commit.as_ref().map(|commit| commit.id);
        Ok(now.name == base.name && id(&now) == id(base))
    }

    /// Runs `pre-commit` and `commit-msg`; returns the message as the latter leaves it.
    fn ask_hooks(
        &self,
        local: &Local,
        tree: ObjectId,
        message: &str,
    ) -> Result<String, CommitError> {
        let failed = |reason: String| CommitError::Object { reason };
        let directory = tempfile::Builder::new()
            .prefix("govkit-hooks-")
            .tempdir_in(self.git_dir())
            .map_err(|error| failed(error.to_string()))?;
        let path = directory.path().join("index");
        let mut index = local
            .index_from_tree(&tree)
            .map_err(|error| failed(reason(&error)))?;
        index.set_path(&path);
        index
            .write(gix::index::write::Options::default())
            .map_err(|error| failed(reason(&error)))?;
        let surroundings = hooks::Surroundings { index: &path };
        hooks::run(self, "pre-commit", &[], &surroundings)?;
        let text = directory.path().join("COMMIT_EDITMSG");
        std::fs::write(&text, message).map_err(|error| failed(error.to_string()))?;
        hooks::run(self, "commit-msg", &[&text], &surroundings)?;
        let text = std::fs::read_to_string(&text).map_err(|error| failed(error.to_string()))?;
        tidy(&text).ok_or(CommitError::Message)
    }

    /// The commit is made; what `post-commit` does with that is its own affair.
    fn tell_hook(&self, local: &Local) {
        let index = local.index_path();
        let _ = hooks::run(
            self,
            "post-commit",
            &[],
            &hooks::Surroundings { index: &index },
        );
    }
}

/// A little longer each time, and not the same for every process.
fn pause(attempt: usize) -> Duration {
    let spread = u64::from(std::process::id() % 7);
    Duration::from_millis(2 + spread + 5 * attempt.min(10) as u64)
}

/// Blank lines at both ends go, several become one, and no line ends with blanks: what git does to
/// a message that was not edited. `None` where nothing is left or it has a NUL.
fn tidy(message: &str) -> Option<String> {
    if message.contains('\0') {
        return None;
    }
    let mut out = String::new();
    for line in message.lines().map(str::trim_end) {
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    let out = out.trim_end_matches('\n');
    (!out.is_empty()).then(|| format!("{out}\n"))
}

fn object(error: gix::Error) -> CommitError {
    CommitError::Object {
        reason: reason(&error),
    }
}

/// A `git gc` beside may take an empty directory away between the moment it is made and the moment
/// an object is put into it; then the object is written again.
fn written<T>(mut write: impl FnMut() -> Result<T, CommitError>) -> Result<T, CommitError> {
    for attempt in 0..4 {
        match write() {
            Err(CommitError::Object { .. }) => std::thread::sleep(pause(attempt)),
            outcome => return outcome,
        }
    }
    write()
}

fn write_blobs(local: &Local, draft: &Draft) -> Result<Vec<Staging>, CommitError> {
    let entry = |file: &crate::write::draft::DraftFile| {
        let blob = match &file.bytes {
            Some(bytes) => {
                let id = written(|| Ok(local.write_blob(bytes).map_err(object)?.detach()))?;
                Some((id, file.executable, file.stat))
            }
            None => None,
        };
        Ok(Staging {
            path: file.path.clone(),
            blob,
        })
    };
    draft.files.iter().map(entry).collect()
}

/// Somebody else's change of the same file must not be undone.
fn refuse_overtaken(local: &Local, draft: &Draft, base: &Base) -> Result<(), CommitError> {
    let id = |commit: &Option<Commit>| commit.as_ref().map(|commit| commit.id);
    if id(&draft.head) == id(&base.commit) {
        return Ok(());
    }
    for file in &draft.files {
        if entry_of(local, base.commit.as_ref(), &file.path)? != file.before {
            return Err(CommitError::Overtaken {
                path: file.path.clone(),
            });
        }
    }
    Ok(())
}

fn write_tree(
    local: &Local,
    base: Option<&Commit>,
    entries: &[Staging],
) -> Result<ObjectId, CommitError> {
    let root = base.map_or_else(|| local.empty_tree().id, |commit| commit.tree);
    let mut editor = local.edit_tree(root).map_err(object)?;
    // What goes makes room for what comes: a directory may become a file.
    for entry in entries.iter().filter(|entry| entry.blob.is_none()) {
        editor.remove(entry.path.as_str()).map_err(object)?;
    }
    for entry in entries {
        let Some((id, executable, _)) = entry.blob else {
            continue;
        };
        let kind = match executable {
            true => gix::objs::tree::EntryKind::BlobExecutable,
            false => gix::objs::tree::EntryKind::Blob,
        };
        editor
            .upsert(entry.path.as_str(), kind, id)
            .map_err(object)?;
    }
    Ok(editor.write().map_err(object)?.detach())
}

fn write_commit(
    local: &Local,
    tree: ObjectId,
    base: &Base,
    message: &str,
    new: &NewCommit<'_>,
) -> Result<ObjectId, CommitError> {
    let mut commit = gix::objs::Commit {
        tree,
        parents: base.commit.iter().map(|commit| commit.id).collect(),
        author: new.author.signature().into(),
        committer: new.committer.signature().into(),
        encoding: None,
        message: message.into(),
        extra_headers: Vec::new(),
    };
    if let Some(signer) = new.signer {
        let mut payload = Vec::new();
        commit
            .write_to(&mut payload)
            .map_err(|error| CommitError::Object {
                reason: error.to_string(),
            })?;
        let header = match local.object_hash() {
            gix::hash::Kind::Sha256 => "gpgsig-sha256",
            _ => "gpgsig",
        };
        let signature = signer(&payload).map_err(CommitError::Sign)?;
        commit.extra_headers.push((header.into(), signature.into()));
    }
    written(|| Ok(local.write_object(&commit).map_err(object)?.detach()))
}

/// The objects a commit is made of, as far as it may have written them.
fn objects_of(
    local: &Local,
    commit: ObjectId,
    tree: ObjectId,
    entries: &[Staging],
) -> Result<Vec<ObjectId>, CommitError> {
    let mut objects = vec![commit, tree];
    for entry in entries {
        objects.extend(entry.blob.map(|(id, ..)| id));
        let mut above = tree;
        for part in entry
            .path
            .directory()
            .split('/')
            .filter(|part| !part.is_empty())
        {
            let found = local.find_tree(above).map_err(object)?;
            let Some(next) = found.lookup_entry_by_path(part).map_err(object)? else {
                break;
            };
            above = next.object_id();
            objects.push(above);
        }
    }
    objects.sort();
    objects.dedup();
    Ok(objects)
}

/// The move of the branch that is checked out, from where it was and from nowhere else.
fn edit_of(base: &Base, id: ObjectId, message: &str) -> Result<RefEdit, CommitError> {
    let parents = usize::from(base.commit.is_some());
    let expected = match &base.commit {
        Some(commit) => PreviousValue::MustExistAndMatch(gix::refs::Target::Object(commit.id)),
        None => PreviousValue::MustNotExist,
    };
    let name = "HEAD".try_into().map_err(|_| CommitError::Branch {
        reason: "HEAD is no name".to_owned(),
    })?;
    Ok(RefEdit {
        change: Change::Update {
            log: LogChange {
                mode: RefLog::AndReference,
                force_create_reflog: false,
                message: gix::reference::log::message("commit", message.into(), parents),
            },
            expected,
            new: gix::refs::Target::Object(id),
        },
        name,
        deref: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tidied_as_git_does() {
        assert_eq!(
            tidy("\n one \n\n\n\ntwo\n\n").as_deref(),
            Some(" one\n\ntwo\n")
        );
        assert_eq!(tidy(" \n\n"), None);
        assert_eq!(tidy("a\0b"), None);
    }
}
