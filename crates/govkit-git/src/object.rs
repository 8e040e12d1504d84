//! One object: found, measured before it is unpacked, and checked for its kind.

use gix::objs::{FindExt, Kind};
use gix::odb::HeaderExt;
use gix::{ObjectId, Repository as Local};

use crate::open::reason;

/// Returns the id written in hexadecimal, where it is one.
pub(crate) fn id_of(hex: &str) -> Option<ObjectId> {
    ObjectId::from_hex(hex.as_bytes()).ok()
}

/// How often an object is looked for again that a `git gc` beside may be moving, and how long after.
pub(crate) const MOVED_TRIES: usize = 5;
pub(crate) const MOVED_PAUSE: std::time::Duration = std::time::Duration::from_millis(2);

/// Why an object cannot be read, for people, with the way out.
#[derive(Debug)]
pub(crate) struct Unread {
    /// What is wrong.
    pub(crate) reason: String,
    /// Whether the clone left it out on purpose: nothing is damaged, and the answer is not known.
    pub(crate) left_out: bool,
}

impl From<String> for Unread {
    fn from(reason: String) -> Self {
        Self {
            reason,
            left_out: false,
        }
    }
}

impl From<Unread> for String {
    fn from(unread: Unread) -> Self {
        unread.reason
    }
}

/// Reads an object of `kind` into `buffer`.
pub(crate) fn read_into<'a>(
    local: &Local,
    id: &ObjectId,
    kind: Kind,
    limit: u64,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a [u8], Unread> {
    let is_loose = check_size(local, id, kind, limit)?;
    let (found, length) = find(local, id, buffer)?;
    if found != kind {
        return Err(wrong_kind(id, found, kind).into());
    }
    let data = match buffer.len() == length {
        true => &buffer[..],
        false => {
            let again = local.objects.find(id, buffer);
            again.map_err(|error| unreadable(local, id, &error))?.data
        }
    };
    // What arrives in a pack was hashed on arrival; a file by itself can be put there by anyone.
    if is_loose && gix::objs::compute_hash(id.kind(), kind, data).ok() != Some(*id) {
        return Err(format!("object {id} is not what its name says (run `git fsck`)").into());
    }
    Ok(data)
}

/// Reads an object whose header was just found. A `git gc` beside may move it from a file or a pack
/// to another pack in between; then it is looked for again.
fn find(local: &Local, id: &ObjectId, buffer: &mut Vec<u8>) -> Result<(Kind, usize), Unread> {
    for _ in 0..MOVED_TRIES {
        if let Ok(object) = local.objects.find(id, buffer) {
            return Ok((object.kind, object.data.len()));
        }
        std::thread::sleep(MOVED_PAUSE);
    }
    let object = local.objects.find(id, buffer);
    let object = object.map_err(|error| unreadable(local, id, &error))?;
    Ok((object.kind, object.data.len()))
}

/// Returns the kind of an object without reading it.
pub(crate) fn kind_of(local: &Local, id: &ObjectId) -> Result<Kind, Unread> {
    let header = local.objects.header(id);
    header
        .map(|header| header.kind())
        .map_err(|error| unreadable(local, id, &error))
}

/// The header tells the size without unpacking, so a small file cannot grow without bound.
/// Returns whether the object lies by itself, outside a pack.
fn check_size(local: &Local, id: &ObjectId, kind: Kind, limit: u64) -> Result<bool, Unread> {
    // The second look finds what a `git gc` beside has moved since the first.
    let header = local
        .objects
        .header(id)
        .or_else(|_| local.objects.header(id))
        .map_err(|error| unreadable(local, id, &error))?;
    if header.kind() != kind {
        return Err(wrong_kind(id, header.kind(), kind).into());
    }
    if header.size() > limit {
        return Err(too_large(header.size(), limit).into());
    }
    Ok(matches!(header, gix::odb::find::Header::Loose { .. }))
}

/// Says why an object of this size is not read.
pub(crate) fn too_large(size: u64, limit: u64) -> String {
    format!("it has {size} bytes, more than the {limit} that are read")
}

fn wrong_kind(id: &ObjectId, found: Kind, wanted: Kind) -> String {
    format!("object {id} is a {found} where a {wanted} was expected (run `git fsck`)")
}

fn unreadable(local: &Local, id: &ObjectId, error: &gix::Error) -> Unread {
    let is_missing = local
        .objects
        .header(id)
        .is_err_and(|error| error.is_not_found());
    let left_out = is_missing && is_partial(local);
    let reason = match (is_missing, left_out) {
        (false, _) => format!(
            "object {id} cannot be read (run `git fsck`): {}",
            reason(error)
        ),
        (true, true) => format!(
            "object {id} was left out when the repository was cloned (run `git fetch --refetch`)"
        ),
        (true, false) => format!("object {id} is missing from the repository (run `git fsck`)"),
    };
    Unread { reason, left_out }
}

/// Whether objects were left out when the repository was cloned: git marks what came from a remote
/// that promised the rest. Its settings would say so, too, but no setting of a repository counts.
fn is_partial(local: &Local) -> bool {
    let packs = local.common_dir().join("objects").join("pack");
    let names = packs.read_dir().into_iter().flatten().flatten();
    names
        .map(|entry| entry.file_name())
        .any(|name| name.to_string_lossy().ends_with(".promisor"))
}
