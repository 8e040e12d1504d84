//! The `govkit` program.
fn main() {}
