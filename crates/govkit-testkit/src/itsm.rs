//! The ITSM example as a repository with a history.

use std::path::{Path, PathBuf};

use crate::Repo;

/// One revision of the example: a commit message, the tag it gets, and what it changes.
type Revision = (&'static str, Option<&'static str>, fn(&Repo));

/// The revisions, oldest first.
const REVISIONS: &[Revision] = &[
    ("The rules as of January 2026", Some("v2026.1"), baseline),
    (
        "Notify the regulator within 24 hours",
        None,
        shorter_deadline,
    ),
    (
        "Welcome new colleagues with a buddy",
        None,
        renamed_procedure,
    ),
    (
        "Move suppliers to the head of IT, and say what a subprocessor is",
        None,
        new_owner,
    ),
];

/// Returns the example as it stands in this checkout, in a repository with one commit tagged `v2026.1`.
#[must_use]
pub fn itsm() -> Repo {
    let repo = Repo::new();
    write(&repo, &REVISIONS[..1]);
    repo
}

/// Returns the example with four real revisions.
#[must_use]
pub fn itsm_history() -> Repo {
    let repo = Repo::new();
    write_history(&repo);
    repo
}

/// Commits the revisions to an empty repository.
///
/// # Panics
/// When a text that a revision changes no longer stands in the example.
pub fn write_history(repo: &Repo) {
    write(repo, REVISIONS);
}

fn write(repo: &Repo, revisions: &[Revision]) {
    for (message, tag, edit) in revisions {
        edit(repo);
        repo.commit(message);
        if let Some(tag) = tag {
            repo.tag(tag);
        }
    }
}

/// Returns the top of the checkout these tests were built from.
#[must_use]
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("a crate lies two levels down")
        .to_owned()
}

fn baseline(repo: &Repo) {
    repo.copy(&checkout().join("examples/itsm"));
}

fn shorter_deadline(repo: &Repo) {
    repo.replace(
        "policies/POL-002-incident-reporting.md",
        "notify_deadline = \"72 hours\"",
        "notify_deadline = \"24 hours\"",
    )
    .replace(
        "procedures/PRC-017-respond-to-a-security-incident.md",
        "Missing details are no reason to wait; they can follow later.",
        "The officer sends what is known; missing details MUST follow within 5 working days.",
    )
    .replace(
        "procedures/PRC-017-respond-to-a-security-incident.md",
        "within = \"PT24H\"",
        "within = \"PT12H\"",
    );
}

const OLD_PATH: &str = "procedures/PRC-008-equip-a-new-starter.md";
const NEW_PATH: &str = "procedures/PRC-008-welcome-a-new-colleague.md";

const BUDDY: &str = r#"
[[steps]]
id = "name-a-buddy"
do = "Name a colleague who answers questions during the first month."
who = "ROLE-service-owner"
when = "at least {{ ready_before }} before the first day"
needs = ["announce"]
evidence = "Name in the parent request"

[[steps]]
id = "hand-over"
"#;

fn renamed_procedure(repo: &Repo) {
    repo.rename(OLD_PATH, NEW_PATH)
        .replace(
            NEW_PATH,
            "title = \"Equip a new starter\"",
            "title = \"Welcome a new colleague\"",
        )
        .replace(
            NEW_PATH,
            "\n# Equip a new starter\n",
            "\n# Welcome a new colleague\n",
        )
        .replace(NEW_PATH, "\n[[steps]]\nid = \"hand-over\"\n", BUDDY)
        .replace(
            "processes/PRO-004-request-fulfilment.md",
            "[Equip a new starter](../procedures/PRC-008-equip-a-new-starter.md)",
            "[Welcome a new colleague](../procedures/PRC-008-welcome-a-new-colleague.md)",
        )
        .replace(
            "procedures/PRC-007-fulfil-a-service-request.md",
            "[Equip a new starter](PRC-008-equip-a-new-starter.md)",
            "[Welcome a new colleague](PRC-008-welcome-a-new-colleague.md)",
        );
}

const SUBPROCESSOR: &str = r#"+++
id = "TERM-subprocessor"
title = "Subprocessor"
status = "effective"
owner = "ROLE-data-protection-officer"
effective = 2026-01-04
review_by = 2028-12-31
aliases = ["subprocessors"]
business = "A company that our supplier lets work with the personal data of our customers or employees."
technical = "A legal entity without a contract with us that stores or reads our personal data on behalf of a supplier."

[links]
see_also = ["POL-007", "TERM-supplier"]
+++
# Subprocessor

## Example

The company that hosts the payroll supplier's servers is a subprocessor of ours.
Their cleaning company is not, because it sees no data.
"#;

fn new_owner(repo: &Repo) {
    repo.replace(
        "policies/POL-007-suppliers.md",
        "owner = \"ROLE-supplier-manager\"",
        "owner = \"ROLE-head-of-it\"",
    )
    .replace(
        "policies/POL-007-suppliers.md",
        "The [supplier manager](../roles/ROLE-supplier-manager.md) answers for this policy.",
        "The [head of IT](../roles/ROLE-head-of-it.md) answers for this policy.",
    )
    .replace(
        "policies/POL-007-suppliers.md",
        "MUST be approved by the data protection officer.\n",
        "MUST be approved by the data protection officer.\n- A supplier MUST name each [[subprocessor]] before it starts.\n",
    )
    .write("glossary/TERM-subprocessor.md", SUBPROCESSOR);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_has_four_revisions_and_one_rename() {
        let repo = itsm_history();
        assert_eq!(repo.git(["rev-list", "--count", "HEAD"]), "4\n");
        let changes = repo.git(["diff", "--name-status", "-M", "v2026.1", "HEAD"]);
        assert!(
            changes.contains(NEW_PATH) && changes.contains("\nR"),
            "{changes}"
        );
    }
}
