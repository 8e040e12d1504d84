//! The whole change set for programs.

use std::io::{self, Write};

use clap::ValueEnum;
use govkit_core::diff::ChangeSet;
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::diff::FailChange;
use crate::report::envelope;

/// Which change or finding makes the answer no, and whether one did.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Gate {
    /// The least severe change that fails; `never` when none does.
    fail_change: String,
    /// The least severe finding of `check` that fails; absent where nothing is checked.
    fail_level: Option<String>,
    result: Outcome,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Pass,
    Fail,
}

impl Gate {
    /// Makes the gate of a verb that compares and does not check.
    pub(crate) fn new(fail_change: FailChange, fails: bool) -> Self {
        let name = fail_change
            .to_possible_value()
            .map(|value| value.get_name().to_owned());
        Self {
            fail_change: name.unwrap_or_default(),
            fail_level: None,
            result: if fails { Outcome::Fail } else { Outcome::Pass },
        }
    }
}

/// The body of `diff --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Report<'a> {
    #[serde(flatten)]
    set: &'a ChangeSet,
    gate: &'a Gate,
}

/// Writes the change set in its envelope.
pub(crate) fn json(set: &ChangeSet, gate: &Gate, out: &mut dyn Write) -> io::Result<()> {
    envelope::json("diff", &Report { set, gate }, out)
}
