//! Sentences only one side has: what came or went with them.

use super::duties;
use crate::diff::catalogue;
use crate::diff::change_set::Place;
use crate::diff::fields::clipped;
use crate::diff::found::{Draft, Found};
use crate::diff::reading::{Bound, ConditionKind, Duty, Force, Reading};
use crate::diff::redline::{Mark, Redline};

/// What a sentence without a counterpart says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diff) enum Alone {
    /// It binds, allows or forbids.
    Duty,
    /// It says to what something does not apply.
    Exception,
    /// Neither.
    Text,
}

impl Alone {
    /// Says what a sentence would take along.
    pub(in crate::diff) fn of(reading: &Reading) -> Self {
        if strongest(reading).is_some_and(|duty| duty.force > Force::Exempt) {
            return Self::Duty;
        }
        let exempt = reading
            .duties
            .iter()
            .any(|duty| duty.force == Force::Exempt);
        let mut clauses = reading.conditions.iter();
        let exception = clauses.any(|clause| {
            clause.kind == ConditionKind::Exception
                && reading.words[clause.at.start].any(&[
                    "outside", "out", "is", "are", "does", "do", "exempt", "exempted", "shall",
                ])
        });
        match exempt || exception {
            true => Self::Exception,
            false => Self::Text,
        }
    }
}

/// The duty that matters most; faint ones matter only beside a counterpart.
fn strongest(reading: &Reading) -> Option<&Duty> {
    let duties = reading.duties.iter().filter(|duty| !duty.faint);
    duties.max_by_key(|duty| (duty.force, std::cmp::Reverse(duty.modal.start)))
}

/// Reports what is new with a sentence that has no counterpart.
pub(in crate::diff) fn added(text: &str, reading: &Reading, at: &Place, found: &mut Found) {
    let line = Redline(vec![(Mark::New, text.to_owned())]);
    let quoted = |draft: Draft| draft.quotes(None, Some(text)).text(line.clone());
    match Alone::of(reading) {
        Alone::Text => {}
        Alone::Exception => {
            let message = format!("an exception is new: {}", clipped(text));
            found.push(quoted(Draft::new(
                &catalogue::COND_ADDED,
                at.clone(),
                message,
            )));
        }
        Alone::Duty => {
            let Some(duty) = strongest(reading) else {
                return;
            };
            let modal = &text[duty.modal.clone()];
            let message = format!("{} is new: {}", noun(duty), clipped(text));
            let draft = quoted(Draft::new(&catalogue::OBL_ADDED, at.clone(), message));
            found.push(duties::added(draft, duty, modal));
            let limits = reading
                .quantities
                .iter()
                .filter(|one| matches!(one.bound, Bound::AtMost | Bound::AtLeast));
            for limit in limits {
                let value = &text[limit.whole.clone()];
                let message = format!("a limit is new: `{value}`");
                let draft = Draft::new(&catalogue::QTY_ADDED, at.clone(), message);
                found.push(quoted(draft).words(None, Some(value)));
            }
        }
    }
}

/// Reports what is gone with a sentence that has no counterpart.
pub(in crate::diff) fn removed(text: &str, reading: &Reading, at: &Place, found: &mut Found) {
    let line = Redline(vec![(Mark::Old, text.to_owned())]);
    let quoted = |draft: Draft| draft.quotes(Some(text), None).text(line.clone());
    match Alone::of(reading) {
        Alone::Text => {}
        Alone::Exception => {
            let message = format!("an exception is gone: {}", clipped(text));
            found.push(quoted(Draft::new(
                &catalogue::COND_REMOVED,
                at.clone(),
                message,
            )));
        }
        Alone::Duty => {
            let Some(duty) = strongest(reading) else {
                return;
            };
            let modal = &text[duty.modal.clone()];
            let message = format!("{} is gone: {}", noun(duty), clipped(text));
            let draft = quoted(Draft::new(&catalogue::OBL_REMOVED, at.clone(), message));
            found.push(duties::removed(draft, duty, modal));
        }
    }
}

fn noun(duty: &Duty) -> &'static str {
    match (duty.force, duty.negative) {
        (Force::Require, true) => "a prohibition",
        (Force::Require, false) => "a duty",
        (Force::Recommend, _) => "a recommendation",
        (Force::Commit, _) => "a commitment",
        (Force::Permit, _) => "a permission",
        (Force::Exempt, _) => "an exemption",
    }
}
