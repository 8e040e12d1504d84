//! Who acts: names of roles and groups, told from other nouns.

use super::words::Word;

/// Nouns that name somebody, in the singular.
const ROLES: &[&str] = &[
    "administrator",
    "admin",
    "agency",
    "agent",
    "analyst",
    "applicant",
    "approver",
    "architect",
    "assignee",
    "auditor",
    "author",
    "authority",
    "board",
    "chair",
    "chairperson",
    "champion",
    "chief",
    "committee",
    "committer",
    "contractor",
    "contributor",
    "controller",
    "coordinator",
    "council",
    "counsel",
    "custodian",
    "customer",
    "delegate",
    "department",
    "deputy",
    "desk",
    "developer",
    "director",
    "division",
    "editor",
    "employee",
    "engineer",
    "executive",
    "facilitator",
    "group",
    "guardian",
    "head",
    "holder",
    "hr",
    "individual",
    "lead",
    "leader",
    "leadership",
    "legal",
    "maintainer",
    "management",
    "manager",
    "member",
    "moderator",
    "office",
    "officer",
    "operator",
    "organization",
    "organisation",
    "organizer",
    "owner",
    "panel",
    "participant",
    "partner",
    "party",
    "personnel",
    "president",
    "processor",
    "provider",
    "regulator",
    "reporter",
    "representative",
    "requester",
    "requestor",
    "responder",
    "reviewer",
    "secretary",
    "staff",
    "steward",
    "subcommittee",
    "subscriber",
    "supervisor",
    "supplier",
    "team",
    "technician",
    "tenant",
    "trustee",
    "user",
    "vendor",
    "volunteer",
    "worker",
];

/// Whether a word names somebody: a role, or an office by its initials.
pub(in crate::diff) fn is_party(word: &Word) -> bool {
    let word_ = word.lower.trim_end_matches("'s");
    let singular = word_
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .or_else(|| word_.strip_suffix('s').map(str::to_owned))
        .unwrap_or_else(|| word_.to_owned());
    ROLES.contains(&word_) || ROLES.contains(&singular.as_str())
}

/// The words of a passage that name somebody, in the singular and in order.
pub(in crate::diff) fn parties(words: &[Word]) -> Vec<&Word> {
    words.iter().filter(|word| is_party(word)).collect()
}
