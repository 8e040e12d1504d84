//! Where objects lie in packs, and how files begin: read from there without the rest.
//!
//! A pack holds an object whole, or as the differences to another one of the same pack. To know
//! the first bytes of an object takes the differences up to there, and those bytes of the other
//! object that they copy; so a file of any size and history costs little more than its beginning.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use gix::ObjectId;
use gix::odb::pack::data::{Entry, File, entry::Header};
use gix::odb::pack::index;
use gix::zlib::Inflate;

/// Bytes that may be unpacked for one beginning; whatever takes more is read in the usual way.
const BUDGET: usize = 1 << 20;

/// Objects that may be made of each other before the beginning is given up.
const DEPTH: usize = 256;

/// The packs of a repository, in the order of their names.
pub(crate) struct Packs {
    packs: Vec<Pack>,
}

struct Pack {
    index: index::File,
    data: OnceLock<Option<File>>,
}

/// A place in a pack. Objects that are made of each other lie close together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    pack: usize,
    offset: u64,
}

/// The first bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// As many as were asked for, or all there are.
    pub bytes: Vec<u8>,
    /// How many bytes the whole file has.
    pub size: u64,
}

impl Packs {
    /// Opens what can be opened; objects in other packs are not found here.
    pub(crate) fn open(objects: &Path, hash: gix::hash::Kind) -> Self {
        let files = objects.join("pack").read_dir().into_iter().flatten();
        let paths = files.flatten().map(|file| file.path());
        let mut paths: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .collect();
        paths.sort();
        let packs = paths.iter().filter_map(|path| {
            Some(Pack {
                index: index::File::at(path, hash).ok()?,
                data: OnceLock::new(),
            })
        });
        Self {
            packs: packs.collect(),
        }
    }

    /// Returns where an object lies; `None` where it lies in no pack.
    pub(crate) fn locate(&self, id: &ObjectId) -> Option<Location> {
        self.packs.iter().enumerate().find_map(|(pack, file)| {
            let at = file.index.lookup(id)?;
            let offset = file.index.pack_offset_at_index(at);
            Some(Location { pack, offset })
        })
    }

    /// Returns the first `most` bytes of the file at `place`, or all it has; `None` where it takes
    /// more than that is worth, or what lies there is no file or is damaged.
    pub(crate) fn beginning(
        &self,
        place: Location,
        most: usize,
        inflate: &mut Inflate,
    ) -> Option<Beginning> {
        let pack = self.packs.get(place.pack)?;
        let mut reader = Reader {
            index: &pack.index,
            data: pack.data()?,
            inflate,
            budget: BUDGET,
        };
        reader.beginning(place.offset, most, DEPTH)
    }
}

impl Pack {
    fn data(&self) -> Option<&File> {
        let open = || {
            let path = self.index.path().with_extension("pack");
            File::at(path, self.index.object_hash()).ok()
        };
        self.data.get_or_init(open).as_ref()
    }
}

struct Reader<'a> {
    index: &'a index::File,
    data: &'a File,
    inflate: &'a mut Inflate,
    budget: usize,
}

impl Reader<'_> {
    fn beginning(&mut self, offset: u64, most: usize, depth: usize) -> Option<Beginning> {
        let entry = self.data.entry(offset).ok()?;
        let base = match entry.header {
            Header::Blob => {
                let size = entry.decompressed_size;
                let length = usize::try_from(size).map_or(most, |size| size.min(most));
                let bytes = self.unpack(&entry, length)?;
                return Some(Beginning { bytes, size });
            }
            Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance)?,
            Header::RefDelta { base_id } => {
                let at = self.index.lookup(base_id)?;
                self.index.pack_offset_at_index(at)
            }
            _ => return None,
        };
        let length = usize::try_from(entry.decompressed_size).ok()?;
        let delta = self.unpack(&entry, length)?;
        let delta = Delta::parse(&delta, most)?;
        let base = match delta.base_end {
            0 => Vec::new(),
            end => self.beginning(base, end, depth.checked_sub(1)?)?.bytes,
        };
        Some(Beginning {
            bytes: delta.apply(&base, most)?,
            size: delta.size,
        })
    }

    /// Unpacks the first `length` bytes of an entry; `None` where it has fewer.
    fn unpack(&mut self, entry: &Entry, length: usize) -> Option<Vec<u8>> {
        self.budget = self.budget.checked_sub(length)?;
        let end = u64::try_from(self.data.pack_end()).ok()?;
        let packed = self.data.entry_slice(entry.data_offset..end)?;
        let mut bytes = vec![0; length];
        self.inflate.reset();
        let (_, _, written) = self.inflate.prefix(packed, &mut bytes).ok()?;
        (written == length).then_some(bytes)
    }
}

/// The differences of an object to its base, as far as they make its beginning.
struct Delta<'d> {
    size: u64,
    parts: Vec<Part<'d>>,
    /// How many bytes of the base are needed.
    base_end: usize,
}

enum Part<'d> {
    Base(Range<usize>),
    New(&'d [u8]),
}

impl<'d> Delta<'d> {
    /// Reads the differences that make the first `most` bytes.
    fn parse(mut rest: &'d [u8], most: usize) -> Option<Self> {
        number(&mut rest)?;
        let size = number(&mut rest)?;
        let mut delta = Self {
            size,
            parts: Vec::new(),
            base_end: 0,
        };
        let mut made = 0;
        while made < most && !rest.is_empty() {
            let part = part(&mut rest)?;
            match &part {
                Part::Base(range) => {
                    // What is copied beyond the beginning is not needed.
                    let needed = range.len().min(most - made);
                    delta.base_end = delta.base_end.max(range.start + needed);
                    made += range.len();
                }
                Part::New(bytes) => made += bytes.len(),
            }
            delta.parts.push(part);
        }
        Some(delta)
    }

    fn apply(&self, base: &[u8], most: usize) -> Option<Vec<u8>> {
        let whole = usize::try_from(self.size).map_or(most, |size| size.min(most));
        let mut bytes = Vec::with_capacity(whole);
        for part in &self.parts {
            let left = whole.saturating_sub(bytes.len());
            let source = match part {
                Part::Base(range) => base.get(range.start..range.start + range.len().min(left))?,
                Part::New(new) => &new[..new.len().min(left)],
            };
            bytes.extend_from_slice(source);
        }
        (bytes.len() == whole).then_some(bytes)
    }
}

/// Reads a number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = next(rest)?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Reads one instruction: copy from the base, or take the bytes that follow.
fn part<'d>(rest: &mut &'d [u8]) -> Option<Part<'d>> {
    let command = next(rest)?;
    if command & 0x80 == 0 {
        let (new, behind) = rest.split_at_checked(usize::from(command))?;
        *rest = behind;
        return (command > 0).then_some(Part::New(new));
    }
    let mut field = |bits: Range<u32>| -> Option<usize> {
        let mut value = 0;
        for (place, bit) in bits.enumerate() {
            if command & (1 << bit) != 0 {
                value |= usize::from(next(rest)?) << (8 * place);
            }
        }
        Some(value)
    };
    let start = field(0..4)?;
    let length = match field(4..7)? {
        0 => 0x1_0000,
        length => length,
    };
    Some(Part::Base(start..start.checked_add(length)?))
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (first, behind) = rest.split_first()?;
    *rest = behind;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by hand after git's `gitformat-pack`: base of 12 bytes, result of 9; copy 4 bytes
    /// from 8, take `xyz`, copy 2 bytes from 0.
    const DELTA: &[u8] = &[12, 9, 0x91, 8, 4, 3, b'x', b'y', b'z', 0x90, 2];
    const BASE: &[u8] = b"0123456789ab";

    #[test]
    fn differences_make_the_beginning_and_ask_for_no_more_of_the_base() {
        let whole = Delta::parse(DELTA, 100).unwrap();
        assert_eq!((whole.size, whole.base_end), (9, 12));
        assert_eq!(whole.apply(BASE, 100).unwrap(), b"89abxyz01");
        let start = Delta::parse(DELTA, 2).unwrap();
        assert_eq!((start.base_end, start.parts.len()), (10, 1));
        assert_eq!(start.apply(&BASE[..10], 2).unwrap(), b"89");
    }

    #[test]
    fn damaged_differences_make_nothing() {
        for end in 0..DELTA.len() {
            let delta = Delta::parse(&DELTA[..end], 100);
            let made = delta.and_then(|delta| delta.apply(BASE, 100));
            assert_eq!(made, None, "{end}");
        }
        assert!(Delta::parse(&[1, 1, 0], 1).is_none(), "no such instruction");
        let beyond = Delta::parse(&[12, 9, 0x91, 8, 9], 100).unwrap();
        assert_eq!(beyond.apply(BASE, 100), None);
    }
}
