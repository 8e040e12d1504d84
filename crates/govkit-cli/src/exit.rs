//! Exit codes: the same for every verb, whatever the format.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, clean, yes.
    Clean = 0,
    /// The answer is no: a gate failed, or something asked for is not there.
    No = 1,
    /// The question could not be answered: usage, configuration, repository, input or output.
    Failed = 2,
    /// Some of the answer could not be computed; wins over [`Exit::No`].
    Incomplete = 3,
}

impl Exit {
    /// Returns [`Exit::No`] when `no`, else [`Exit::Clean`].
    pub(crate) fn no_if(no: bool) -> Self {
        if no { Self::No } else { Self::Clean }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
