//! Compares two files and prints the change set as JSON: `cargo run --example no_index OLD NEW`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example stands outside core"
)]

use govkit_core::diff::no_index;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let [old, new] = names.as_slice() else {
        return Err("two files are needed; `/dev/null` stands for none".into());
    };
    let read = |name: &str| match name {
        "/dev/null" => Ok(None),
        name => std::fs::read(name).map(Some),
    };
    let (before, after) = (read(old)?, read(new)?);
    let set = no_index(
        before.as_deref().map(|bytes| (old.as_str(), bytes)),
        after.as_deref().map(|bytes| (new.as_str(), bytes)),
    );
    println!("{}", serde_json::to_string_pretty(&set)?);
    Ok(())
}
