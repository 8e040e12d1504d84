//! The contents of files, many at a time.

use gix::objs::Kind;
use gix::zlib::Inflate;
use gix::{ObjectId, Repository as Local};
use govkit_core::limits::Limits;
use govkit_core::snapshot::{BlobId, Bytes, Entry, File};
use rayon::prelude::*;

use crate::open::Repository;
use crate::pack::Beginning;
use crate::{object, worktree};

/// Files one thread reads before it is worth asking another.
const CHUNK: usize = 64;

impl Repository {
    /// Reads files a listing named, in the order given.
    ///
    /// An entry with a blob is read from the object database, one without from the working
    /// tree. A file that cannot be read, or is larger than `limits` allow, carries the reason
    /// instead of its bytes.
    pub fn read(&self, entries: Vec<Entry>, limits: &Limits) -> Vec<File> {
        if entries.len() < CHUNK {
            let read = self.read_chunk(&(0..entries.len()).collect::<Vec<_>>(), &entries, limits);
            return with_bytes(entries, read);
        }
        let order = self.reading_order(&entries);
        let size = order
            .len()
            .div_ceil(rayon::current_num_threads())
            .max(CHUNK);
        let mut read: Vec<(usize, Bytes)> = order
            .par_chunks(size)
            .flat_map_iter(|chunk| self.read_chunk(chunk, &entries, limits))
            .collect();
        read.par_sort_unstable_by_key(|(at, _)| *at);
        with_bytes(entries, read)
    }

    /// Reads files of the object database and makes something of each at once, on all cores; the
    /// answer is in the order given.
    pub(crate) fn map<T: Send>(
        &self,
        entries: &[Entry],
        limits: &Limits,
        make: &(dyn Fn(usize, Bytes) -> T + Sync),
    ) -> Vec<T> {
        let order = self.reading_order(entries);
        let size = order
            .len()
            .div_ceil(rayon::current_num_threads())
            .max(CHUNK);
        let chunks = order.par_chunks(size).flat_map_iter(|chunk| {
            let local = self.local();
            chunk.iter().map(move |at| {
                let id = entries[*at].blob.as_ref();
                let bytes = id.ok_or_else(|| "it is no blob".to_owned());
                let bytes = bytes.and_then(|id| read_blob(&local, id, limits));
                (*at, make(*at, bytes))
            })
        });
        let mut made: Vec<(usize, T)> = chunks.collect();
        made.par_sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, made)| made).collect()
    }

    /// Reads one blob.
    pub fn read_blob(&self, id: &BlobId, limits: &Limits) -> Bytes {
        read_blob(&self.local(), id, limits)
    }

    /// Returns a reader of blobs that keeps what neighbouring blobs are made of, for many reads
    /// in one thread.
    pub fn blobs<'a>(&self, limits: &'a Limits) -> impl FnMut(&BlobId) -> Bytes + use<'a> {
        let local = self.local();
        move |id| read_blob(&local, id, limits)
    }

    /// Objects lie in packs as chains of differences: read in the order they lie in, each link
    /// is unpacked once.
    fn reading_order(&self, entries: &[Entry]) -> Vec<usize> {
        let packs = self.packs();
        let places = entries.iter().map(|entry| {
            let id = entry.blob.as_deref().and_then(object::id_of)?;
            packs.locate(&id)
        });
        let places: Vec<_> = places.collect();
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|at| places[*at]);
        order
    }

    /// Reads how files begin: the first `most` bytes, and how many there are in all.
    ///
    /// Of a file in a pack little more is unpacked. The order is that of `entries`.
    pub fn beginnings(
        &self,
        entries: &[Entry],
        most: usize,
        limits: &Limits,
    ) -> Vec<Result<Beginning, String>> {
        let read = |entries: &[Entry]| -> Vec<Result<Beginning, String>> {
            let local = self.local();
            let mut inflate = Inflate::default();
            let mut disk = worktree::Reader::new(self, &local);
            let one = |entry: &Entry| match self.packed_beginning(entry, most, &mut inflate) {
                Some(start) if start.size > limits.artifact_bytes => {
                    Err(object::too_large(start.size, limits.artifact_bytes))
                }
                Some(start) => Ok(start),
                None => {
                    let mut bytes = match &entry.blob {
                        Some(id) => read_blob(&local, id, limits)?,
                        None => disk.read(&entry.path, limits)?,
                    };
                    let size = bytes.len() as u64;
                    bytes.truncate(most);
                    Ok(Beginning { bytes, size })
                }
            };
            entries.iter().map(one).collect()
        };
        if entries.len() < CHUNK {
            return read(entries);
        }
        let size = entries.len().div_ceil(rayon::current_num_threads());
        let chunks = entries.par_chunks(size.max(CHUNK));
        chunks.flat_map_iter(read).collect()
    }

    fn packed_beginning(
        &self,
        entry: &Entry,
        most: usize,
        inflate: &mut Inflate,
    ) -> Option<Beginning> {
        let id = object::id_of(entry.blob.as_deref()?)?;
        let place = self.packs().locate(&id)?;
        self.packs().beginning(place, most, inflate)
    }

    fn read_chunk(
        &self,
        chunk: &[usize],
        entries: &[Entry],
        limits: &Limits,
    ) -> Vec<(usize, Bytes)> {
        let local = self.local();
        let mut disk = worktree::Reader::new(self, &local);
        let read = |at: &usize| {
            let entry = &entries[*at];
            let bytes = match &entry.blob {
                Some(id) => read_blob(&local, id, limits),
                None => disk.read(&entry.path, limits),
            };
            (*at, bytes)
        };
        chunk.iter().map(read).collect()
    }
}

/// Puts files together with what was read, which is in the same order.
fn with_bytes(entries: Vec<Entry>, read: Vec<(usize, Bytes)>) -> Vec<File> {
    let files = entries.into_iter().zip(read);
    files
        .map(|(entry, (_, bytes))| File { entry, bytes })
        .collect()
}

fn read_blob(local: &Local, hex: &BlobId, limits: &Limits) -> Bytes {
    let id: ObjectId = object::id_of(hex).ok_or_else(|| format!("`{hex}` is no blob's id"))?;
    let mut buffer = Vec::new();
    object::read_into(local, &id, Kind::Blob, limits.artifact_bytes, &mut buffer)?;
    Ok(buffer)
}
