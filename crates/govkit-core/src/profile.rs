//! Profiles: ready sets of kinds that ship with govkit.

/// The names of the built-in profiles.
pub const NAMES: &[&str] = &["itsm"];

/// Returns the `govkit.toml` text of a profile.
pub fn source(name: &str) -> Option<&'static str> {
    match name {
        "itsm" => Some(include_str!("profiles/itsm.toml")),
        _ => None,
    }
}
