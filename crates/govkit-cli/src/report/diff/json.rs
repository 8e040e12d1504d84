//! The whole change set for programs.

use std::io::{self, Write};

use govkit_core::diff::{ChangeSet, ChangeSeverity};
use govkit_core::review::{Acceptance, Affected, Gate, Outcome};
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::envelope;

/// What goes with a change set: whom it reaches, what is accepted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spreading<'a> {
    /// Whom the change reaches; absent unless `--impact` asks.
    pub(crate) impact: Option<&'a [Affected]>,
    /// What became of each record of accepted findings.
    pub(crate) acceptances: &'a [Acceptance],
}

/// Makes the gate of a verb that compares and does not check.
pub(crate) fn gate(set: &ChangeSet, least: Option<ChangeSeverity>) -> Gate {
    let findings = set.findings.iter().filter(|finding| {
        let severe = least.is_some_and(|least| finding.severity >= least);
        finding.accepted.is_none() && severe
    });
    let because: Vec<String> = findings.map(|one| one.fingerprint.clone()).collect();
    Gate {
        fail_change: least.map_or("never", ChangeSeverity::name).to_owned(),
        fail_level: None,
        result: match because.is_empty() {
            true => Outcome::Pass,
            false => Outcome::Fail,
        },
        because,
    }
}

/// The body of `diff --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Report<'a> {
    #[serde(flatten)]
    set: &'a ChangeSet,
    /// Whom the change reaches through links; `null` unless `--impact` asks.
    impact: Option<&'a [Affected]>,
    /// Records of accepted findings, as the new side has them.
    acceptances: &'a [Acceptance],
    gate: &'a Gate,
}

/// Writes the change set in its envelope.
pub(crate) fn json(
    set: &ChangeSet,
    spreading: Spreading<'_>,
    gate: &Gate,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = Report {
        set,
        impact: spreading.impact,
        acceptances: spreading.acceptances,
        gate,
    };
    envelope::json("diff", &report, out)
}
