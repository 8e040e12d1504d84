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

const ITSM: &[(&str, &str)] = starter![];
