//! The rules govkit knows by itself, one file each.
//!
//! A rule's file starts with the page `govkit explain` prints for it.

mod activity_accountable;
mod actors;
mod broken_link;
mod dead_link;
mod duplicate_anchor;
mod duplicate_id;
mod duration;
mod exception_expired;
mod field_type;
mod front_matter;
mod id_path_mismatch;
mod invisible_characters;
mod link_cardinality;
mod link_cycle;
mod link_kind;
mod missing_field;
mod missing_section;
mod not_utf8;
mod past_dates;
mod review_overdue;
mod step_who;
mod unapproved;
mod undefined_term;
mod unknown_field;
mod unknown_status;
mod unreadable_file;
mod unresolved_parameter;
pub(crate) mod wording;

pub(crate) use dead_link::relative_target;
pub(crate) use undefined_term::{plain as plain_term, terms};

use crate::corpus::ProblemKind;
use crate::nearest;
use crate::rule::{Context, Reporter, Rule};

/// Every built-in rule, in the order `govkit rules` lists them: structure first, then links,
/// text, people and time.
pub const RULES: &[&dyn Rule] = &[
    // Structure: can the file be read, and is it what its kind says?
    &unreadable_file::UnreadableFile,
    &not_utf8::NotUtf8,
    &front_matter::FrontMatter,
    &duplicate_id::DuplicateId,
    &id_path_mismatch::IdPathMismatch,
    &unknown_field::UnknownField,
    &field_type::FieldType,
    &missing_field::MissingField,
    &unknown_status::UnknownStatus,
    // Links between artifacts.
    &broken_link::BrokenLink,
    &link_kind::LinkKind,
    &link_cardinality::LinkCardinality,
    &link_cycle::LinkCycle,
    // The text people read.
    &missing_section::MissingSection,
    &duplicate_anchor::DuplicateAnchor,
    &dead_link::DeadLink,
    &unresolved_parameter::UnresolvedParameter,
    &undefined_term::UndefinedTerm,
    &invisible_characters::InvisibleCharacters,
    // Who does it, and who answers for it.
    &step_who::StepWho,
    &activity_accountable::ActivityAccountable,
    &unapproved::Unapproved,
    // Time.
    &review_overdue::ReviewOverdue,
    &exception_expired::ExceptionExpired,
];

/// Returns the built-in rule with this id.
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().find(|rule| rule.id() == id).copied()
}

/// Reports the claimed files that are no artifacts, those with one kind of problem.
fn report_problems(kind: ProblemKind, context: &Context<'_>, report: &mut Reporter<'_>) {
    let problems = context.corpus.problems().iter();
    for problem in problems.filter(|problem| problem.kind == kind) {
        report.file(&problem.path, problem.position, problem.message.clone());
    }
}

#[cfg(test)]
mod tests;
