//! The files `govkit init --profile` starts a repository with.

/// Returns the starter files of a profile: path and text, with the tokens `{today}` and
/// `{next_year}` where dates belong.
pub(crate) fn files(profile: &str) -> &'static [(&'static str, &'static str)] {
    match profile {
        "itsm" => ITSM,
        _ => &[],
    }
}

macro_rules! starter {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("starter/itsm/", $path)))),*]
    };
}

const ITSM: &[(&str, &str)] = starter![
    "README.md",
    "controls/CTL-001-incident-record-sample.md",
    "glossary/TERM-incident.md",
    "glossary/TERM-major-incident.md",
    "glossary/TERM-workaround.md",
    "groups/GROUP-service-desk.md",
    "policies/POL-001-how-we-govern.md",
    "procedures/PRC-001-handle-a-reported-incident.md",
    "processes/PRO-001-incident.md",
    "roles/ROLE-head-of-it.md",
    "roles/ROLE-incident-manager.md",
    "roles/ROLE-service-owner.md",
    "services/SVC-example-service.md",
];
