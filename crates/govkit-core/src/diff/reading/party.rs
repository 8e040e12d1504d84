//! Who acts: names of roles and groups, told from other nouns.

use super::words::Word;

/// Nouns that name somebody, in the singular.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "administrator", "admin", "agency", "agent", "analyst", "applicant", "approver",
    "architect", "assignee", "auditor", "author", "authority", "board", "chair", "chairperson",
    "champion", "chief", "committee", "committer", "contractor", "contributor", "controller",
    "coordinator", "council", "counsel", "custodian", "customer", "delegate", "department",
    "deputy", "desk", "developer", "director", "division", "editor", "employee", "engineer",
    "executive", "facilitator", "group", "guardian", "head", "holder", "hr", "individual",
    "lead", "leader", "leadership", "legal", "maintainer", "management", "manager", "member",
    "moderator", "office", "officer", "operator", "organization", "organisation", "organizer",
    "owner", "panel", "participant", "partner", "party", "personnel", "president", "processor",
    "provider", "regulator", "reporter", "representative", "requester", "requestor",
    "responder", "reviewer", "secretary", "staff", "steward", "subcommittee", "subscriber",
    "supervisor", "supplier", "team", "technician", "tenant", "trustee", "user", "vendor",
    "volunteer", "worker",
];

/// Offices and bodies known by their initials; another `C…O` is one, too.
#[rustfmt::skip]
const INITIALS: &[&str] = &[
    "ca", "cab", "cert", "csirt", "dpo", "gc", "hr", "it", "legal", "noc", "pmc", "pmo", "qa", "ra", "sig",
    "soc", "sre", "tsc", "vp", "wg",
];

/// Whether a word names somebody: a role, or an office by its initials.
pub(crate) fn is_party(word: &Word) -> bool {
    let name = word.lower.trim_end_matches("'s");
    let singular = name
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .or_else(|| name.strip_suffix('s').map(str::to_owned))
        .unwrap_or_else(|| name.to_owned());
    let chief = word.capitals
        && (3..=4).contains(&name.len())
        && name.starts_with('c')
        && name.ends_with('o');
    let initials =
        word.capitals && (INITIALS.contains(&name) || INITIALS.contains(&singular.as_str()));
    chief || initials || ROLES.contains(&name) || ROLES.contains(&singular.as_str())
}

/// The words of a passage that name somebody, in the singular and in order.
pub(crate) fn parties(words: &[Word]) -> Vec<&Word> {
    words.iter().filter(|word| is_party(word)).collect()
}
