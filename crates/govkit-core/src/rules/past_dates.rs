//! Dates that have passed while their artifact is in force.

use jiff::civil::Date;

use crate::artifact::Artifact;
use crate::config::{FieldRole, Kind};
use crate::position::Span;
use crate::rule::Context;

/// Returns the dates with `role` that lie before today, each with its place; none where the
/// artifact is not in force.
pub(super) fn past_dates(
    artifact: &Artifact,
    role: FieldRole,
    context: &Context<'_>,
) -> Vec<(Date, Span)> {
    let Some(kind) = context.config().kind(&artifact.kind) else {
        return Vec::new();
    };
    let dates = kind.fields_with_role(role).filter_map(|def| {
        let field = artifact.field(&def.name)?;
        let date = field.node.value.date()?;
        (date < context.now).then_some((date, field.node.span))
    });
    let dates: Vec<(Date, Span)> = dates.collect();
    if dates.is_empty() || !is_in_force(artifact, kind) {
        return Vec::new();
    }
    dates
}

/// Whether the status says "in force"; a kind that does not tell is always taken at its word.
fn is_in_force(artifact: &Artifact, kind: &Kind) -> bool {
    let Some(status) = kind
        .status
        .as_ref()
        .filter(|status| !status.in_force.is_empty())
    else {
        return true;
    };
    artifact
        .scalar(&status.field)
        .is_some_and(|value| status.in_force.contains(&value))
}
