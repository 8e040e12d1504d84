//! The parts of the workbook in one ZIP file.

use std::io::Write;

use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};

/// Fast: a sheet says much the same in every row, and a plugin has a budget.
const LEVEL: u8 = 1;

/// Packs parts, by name, into a ZIP file. All of them have the oldest date ZIP can hold.
pub(crate) fn pack(parts: &[(String, String)]) -> Result<Vec<u8>, String> {
    let date = UtcDateTime::from_components(1980, 1, 1, 0, 0, 0, 0);
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, text) in parts {
        let wrong = |error: &dyn std::fmt::Display| format!("pack `{name}`: {error}");
        let mut file = archive
            .new_file(name)
            .compression_method(CompressionMethod::DEFLATE);
        if let Some(date) = date {
            file = file.last_modified(date);
        }
        let (mut entry, _) = file.start().map_err(|error| wrong(&error))?;
        let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), LEVEL);
        entry.write_all(&packed).map_err(|error| wrong(&error))?;
        let sum = rawzip::crc32(text.as_bytes());
        let length = text.len() as u64;
        let end = entry.finish(DataDescriptorOutput::new(sum, length));
        end.map_err(|error| wrong(&error))?;
    }
    archive
        .finish()
        .map_err(|error| format!("close the workbook: {error}"))
}
