//! Writes the dictionary of common misspellings as one sorted text.
//!
//! As a table of references it would have to be put in place at every start of the program; as a
//! text it is read where it lies, and only when somebody asks.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script stands outside core"
)]

use std::fmt::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines: Vec<String> = Vec::new();
    for (wrong, corrections) in typos_dict::WORD.map.entries() {
        let mut line = wrong.into_inner().to_lowercase();
        for right in corrections.iter() {
            write!(line, " {right}")?;
        }
        lines.push(line);
    }
    lines.sort();
    let mut text = lines.join("\n");
    text.push('\n');
    let directory = std::env::var("OUT_DIR")?;
    std::fs::write(
        std::path::Path::new(&directory).join("misspellings.txt"),
        text,
    )?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
