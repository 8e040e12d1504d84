//! Git's commit-graph: parents, trees and times of commits without unpacking them, and for each
//! commit a filter of the paths it changed.
//!
//! A file that is damaged or of a kind that is not known here is as good as none. Like git, govkit
//! takes the word of a commit-graph for what a commit says; a clone gets none from the other side.

use std::fs;
use std::path::Path;

use gix::ObjectId;

/// No parent stands here.
const NO_PARENT: u32 = 0x7000_0000;
/// Bytes of one file that are read.
const FILE_BYTES: u64 = 1 << 30;

/// The commit-graph of a repository: one file, or several that build on each other.
pub(crate) struct CommitGraph {
    files: Vec<GraphFile>,
}

/// What the graph says of a commit.
pub(crate) struct GraphCommit {
    pub(crate) tree: ObjectId,
    pub(crate) first_parent: Option<ObjectId>,
    pub(crate) seconds: i64,
    file: usize,
    at: usize,
}

struct GraphFile {
    bytes: Vec<u8>,
    hash_len: usize,
    /// Commits in the files below.
    base: usize,
    count: usize,
    fanout: Chunk,
    ids: Chunk,
    data: Chunk,
    filters: Option<Filters>,
}

type Chunk = std::ops::Range<usize>;

struct Filters {
    index: Chunk,
    data: Chunk,
    version: u32,
    hashes: u32,
}

impl CommitGraph {
    /// Reads the commit-graph below `objects`, where there is one.
    pub(crate) fn open(objects: &Path, hash_len: usize) -> Option<Self> {
        let info = objects.join("info");
        let names = match fs::read_to_string(info.join("commit-graphs").join("commit-graph-chain"))
        {
            Ok(chain) => {
                let is_hex = |name: &&str| name.bytes().all(|byte| byte.is_ascii_hexdigit());
                let names = chain.lines().filter(is_hex);
                names
                    .map(|name| {
                        info.join("commit-graphs")
                            .join(format!("graph-{name}.graph"))
                    })
                    .collect()
            }
            Err(_) => vec![info.join("commit-graph")],
        };
        let mut files: Vec<GraphFile> = Vec::new();
        for name in names {
            if fs::metadata(&name).ok()?.len() > FILE_BYTES {
                return None;
            }
            let base = files.last().map_or(0, |below| below.base + below.count);
            files.push(GraphFile::parse(fs::read(name).ok()?, hash_len, base)?);
        }
        (!files.is_empty()).then_some(Self { files })
    }

    /// Finds a commit.
    pub(crate) fn commit(&self, id: &ObjectId) -> Option<GraphCommit> {
        let found = self.files.iter().enumerate().rev();
        let (file, at) = found
            .into_iter()
            .find_map(|(file, graph)| Some((file, graph.find(id.as_slice())?)))?;
        let graph = &self.files[file];
        let entry = graph.entry(at)?;
        let (tree, rest) = entry.split_at_checked(graph.hash_len)?;
        let parent = number(rest, 0)?;
        let first_parent = match parent {
            NO_PARENT => None,
            place => Some(self.id_at(place as usize)?),
        };
        // The upper 30 bits of these eight bytes are the generation.
        let time = (u64::from(number(rest, 8)? & 3) << 32) | u64::from(number(rest, 12)?);
        Some(GraphCommit {
            tree: ObjectId::try_from(tree).ok()?,
            first_parent,
            seconds: i64::try_from(time).ok()?,
            file,
            at,
        })
    }

    /// Whether the commit may have changed one of the files or directories, against its first
    /// parent; a sure no where the filter says so.
    pub(crate) fn may_change(&self, commit: &GraphCommit, paths: &[PathKey]) -> bool {
        let graph = &self.files[commit.file];
        let filter = graph
            .filters
            .as_ref()
            .and_then(|filters| Some((filters, graph.filter(filters, commit.at)?)));
        let Some((filters, filter)) = filter.filter(|(_, filter)| !filter.is_empty()) else {
            return true;
        };
        paths.iter().any(|path| path.is_in(filter, filters))
    }

    fn id_at(&self, place: usize) -> Option<ObjectId> {
        let graph = self.files.iter().rev().find(|graph| place >= graph.base)?;
        ObjectId::try_from(graph.id(place - graph.base)?).ok()
    }
}

impl GraphFile {
    fn parse(bytes: Vec<u8>, hash_len: usize, base: usize) -> Option<Self> {
        let header = bytes.get(..8)?;
        let hash_version = if hash_len == 32 { 2 } else { 1 };
        if &header[..4] != b"CGPH" || header[4] != 1 || header[5] != hash_version {
            return None;
        }
        let chunk = |name: &[u8; 4]| chunk(&bytes, usize::from(header[6]), name);
        let (fanout, ids, data) = (chunk(b"OIDF")?, chunk(b"OIDL")?, chunk(b"CDAT")?);
        let count = number(bytes.get(fanout.clone())?, 255 * 4)? as usize;
        if ids.len() < count * hash_len || data.len() < count * (hash_len + 16) {
            return None;
        }
        let filters = chunk(b"BIDX")
            .zip(chunk(b"BDAT"))
            .and_then(|(index, data)| {
                let header = bytes.get(data.clone())?;
                Some(Filters {
                    version: number(header, 0)?,
                    hashes: number(header, 4)?,
                    data: data.start + 12..data.end,
                    index,
                })
            });
        let is_known = |filters: &Filters| {
            matches!(filters.version, 1 | 2)
                && filters.hashes <= 64
                && filters.index.len() >= count * 4
        };
        Some(Self {
            filters: filters.filter(is_known),
            hash_len,
            base,
            count,
            fanout,
            ids,
            data,
            bytes,
        })
    }

    fn id(&self, at: usize) -> Option<&[u8]> {
        let start = self.ids.start + at * self.hash_len;
        (at < self.count).then(|| self.bytes.get(start..start + self.hash_len))?
    }

    fn entry(&self, at: usize) -> Option<&[u8]> {
        let size = self.hash_len + 16;
        let start = self.data.start + at * size;
        self.bytes.get(start..start + size)
    }

    fn find(&self, id: &[u8]) -> Option<usize> {
        let first = usize::from(*id.first()?);
        let fanout = self.bytes.get(self.fanout.clone())?;
        let mut low = match first {
            0 => 0,
            first => number(fanout, (first - 1) * 4)? as usize,
        };
        let mut high = (number(fanout, first * 4)? as usize).min(self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle)?.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn filter(&self, filters: &Filters, at: usize) -> Option<&[u8]> {
        let index = self.bytes.get(filters.index.clone())?;
        let start = match at {
            0 => 0,
            at => number(index, (at - 1) * 4)? as usize,
        };
        let end = number(index, at * 4)? as usize;
        self.bytes.get(filters.data.clone())?.get(start..end)
    }
}

/// Finds a chunk in the table behind the header.
fn chunk(bytes: &[u8], count: usize, name: &[u8; 4]) -> Option<Chunk> {
    let entry = |at: usize| bytes.get(8 + at * 12..8 + at * 12 + 12);
    let offset = |entry: &[u8]| {
        let offset = u64::from_be_bytes(entry[4..12].try_into().ok()?);
        usize::try_from(offset).ok()
    };
    let at = (0..count).find(|at| entry(*at).is_some_and(|entry| entry[..4] == name[..]))?;
    let (start, end) = (offset(entry(at)?)?, offset(entry(at + 1)?)?);
    (start <= end && end <= bytes.len()).then_some(start..end)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A path as filters know it: by two hashes, of which git has a wrong and a right version.
pub(crate) struct PathKey {
    old: (u32, u32),
    new: (u32, u32),
}

impl PathKey {
    pub(crate) fn new(path: &str) -> Self {
        let hashes = |signed| {
            let hash = |seed| murmur3(seed, path.as_bytes(), signed);
            (hash(0x293a_e76f), hash(0x7e64_6e2c))
        };
        Self {
            old: hashes(true),
            new: hashes(false),
        }
    }

    fn is_in(&self, filter: &[u8], filters: &Filters) -> bool {
        let (first, second) = if filters.version == 1 {
            self.old
        } else {
            self.new
        };
        let bits = filter.len() as u64 * 8;
        (0..filters.hashes).all(|nth| {
            let hash = first.wrapping_add(nth.wrapping_mul(second));
            let bit = u64::from(hash) % bits;
            usize::try_from(bit / 8).is_ok_and(|byte| filter[byte] >> (bit % 8) & 1 == 1)
        })
    }
}

/// Murmur3 with 32 bits; git's first version took bytes from 128 on for negative numbers.
fn murmur3(seed: u32, bytes: &[u8], signed: bool) -> u32 {
    let wide = |byte: u8| {
        if signed {
            i32::from(byte.cast_signed()).cast_unsigned()
        } else {
            u32::from(byte)
        }
    };
    let mixed = |k: u32| {
        k.wrapping_mul(0xcc9e_2d51)
            .rotate_left(15)
            .wrapping_mul(0x1b87_3593)
    };
    let mut hash = seed;
    let mut quads = bytes.chunks_exact(4);
    for quad in quads.by_ref() {
        let k = (0u32..)
            .zip(quad)
            .fold(0, |k, (at, byte)| k | wide(*byte) << (8 * at));
        hash = (hash ^ mixed(k))
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let rest = quads.remainder();
    if !rest.is_empty() {
        let k = (0u32..)
            .zip(rest)
            .fold(0, |k, (at, byte)| k ^ wide(*byte) << (8 * at));
        hash ^= mixed(k);
    }
    hash ^= u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_ones_git_tests() {
        // git: t/t0095-bloom.sh, version 1 and 2.
        assert_eq!(murmur3(0, b"", false), 0x0000_0000);
        assert_eq!(murmur3(0, b"Hello world!", false), 0x627b_0c2c);
        assert_eq!(
            murmur3(0, b"The quick brown fox jumps over the lazy dog", false),
            0x2e4f_f723
        );
        let high = [0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff];
        assert_eq!(murmur3(0, &high, false), 0xa183_ccfd);
        assert_ne!(murmur3(0, &high, true), 0xa183_ccfd);
    }
}
