//! Named parts as one ZIP file. Values in, bytes out: the same parts give the same bytes, whenever and
//! wherever that is.
//!
//! ```
//! use govkit_zip::{Effort, pack};
//!
//! let packed = pack([("a.txt", b"text".as_slice())], Effort::Usual)?;
//! assert!(packed.starts_with(b"PK"));
//! # Ok::<(), govkit_zip::PackError>(())
//! ```

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// How hard it is tried to make parts small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As quick as it gets without wasting much: for parts that are long and say much the same again
    /// and again.
    Quick,
    /// What other programs do.
    Usual,
}

/// Why parts cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A part cannot be taken: another one has its name, or it is longer than ZIP can say.
    #[error("pack `{name}`: {source}")]
    Part {
        /// The part's name.
        name: String,
        /// What stands in the way.
        source: ZipError,
    },
    /// The list of parts cannot be written.
    #[error("close the file of parts: {source}")]
    Close {
        /// What stands in the way.
        source: ZipError,
    },
}

/// Packs parts, by name, into a ZIP file in their order. Nothing in it says when or where that was:
/// all of them have the oldest date ZIP can hold.
///
/// # Errors
///
/// Two parts of one name, or more than a ZIP file can hold.
pub fn pack<'p>(
    parts: impl IntoIterator<Item = (&'p str, &'p [u8])>,
    effort: Effort,
) -> Result<Vec<u8>, PackError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(match effort {
            // The first level is no faster, and its results are nearly half as long again.
            Effort::Quick => Some(2),
            Effort::Usual => None,
        })
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let begun = zip.start_file(name, options);
        let written = begun.and_then(|()| zip.write_all(bytes).map_err(ZipError::from));
        written.map_err(|source| PackError::Part {
            name: name.to_owned(),
            source,
        })?;
    }
    let closed = zip.finish();
    let bytes = closed.map_err(|source| PackError::Close { source })?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use zip::ZipArchive;

    use super::*;

    const PARTS: [(&str, &[u8]); 2] = [("b/one.txt", b"one one one one"), ("a.txt", b"")];

    #[test]
    fn parts_are_read_back_in_their_order_and_from_no_day() {
        for effort in [Effort::Quick, Effort::Usual] {
            let packed = pack(PARTS, effort).unwrap();
            let mut zip = ZipArchive::new(Cursor::new(packed)).unwrap();
            assert_eq!(zip.len(), 2);
            for (at, (name, bytes)) in PARTS.iter().enumerate() {
                let mut part = zip.by_index(at).unwrap();
                assert_eq!(part.name(), *name);
                // ZIP counts from 1980.
                assert_eq!(part.last_modified().map(|day| day.year()), Some(1980));
                let mut read = Vec::new();
                part.read_to_end(&mut read).unwrap();
                assert_eq!(read, *bytes);
            }
        }
    }

    #[test]
    fn the_same_parts_are_the_same_bytes() {
        let usual = || pack(PARTS, Effort::Usual).unwrap();
        assert_eq!(usual(), usual());
    }

    #[test]
    fn two_parts_of_one_name_are_refused() {
        let twice = [PARTS[0], PARTS[0]];
        let refused = pack(twice, Effort::Quick).unwrap_err().to_string();
        assert!(refused.starts_with("pack `b/one.txt`: "), "{refused}");
    }
}
