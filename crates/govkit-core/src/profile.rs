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

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn every_profile_is_a_valid_configuration() {
        for name in super::NAMES {
            let config = Config::parse(&format!("profile = \"{name}\"\n"), "govkit.toml").unwrap();
            assert!(
                config.kinds.iter().any(|kind| kind.question.is_some()),
                "{name}"
            );
        }
    }
}
