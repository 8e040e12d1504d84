use super::*;

const CHAIN: &str = "
[kinds.policy]
paths='POL*.md'
[kinds.policy.links]
governed_by={to=['policy'], acyclic=true}
[kinds.process]
paths='PRO*.md'
[kinds.process.links]
governed_by={to=['policy'], min=1, max=2}
see={external=true}
[kinds.role]
paths='ROLE*.md'
";

fn artifact(id: &str, links: &str) -> String {
    format!("+++\nid='{id}'\n[links]\n{links}\n+++\n")
}

#[test]
fn a_link_to_nothing_is_found_with_the_nearest_id() {
    let files = [
        ("POL-abc.md", artifact("POL-abc", "")),
        (
            "PRO-1.md",
            artifact(
                "PRO-1",
                "governed_by=['POL-abc', 'POL-abd']\nsee=['elsewhere']",
            ),
        ),
    ];
    let files = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(
        said("broken-link", CHAIN, files),
        [
            "PRO-1.md:4:25 `governed_by` names `POL-abd`, which does not exist (did you mean `POL-abc`?)"
        ]
    );
}

#[test]
fn a_link_to_the_wrong_kind_is_found() {
    let files = [
        ("POL-1.md", artifact("POL-1", "")),
        (
            "PRO-1.md",
            artifact("PRO-1", "governed_by=['POL-1', 'PRO-1', 'gone']"),
        ),
    ];
    let files = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(
        said("link-kind", CHAIN, files),
        ["PRO-1.md:4:23 `governed_by` must name a policy, but `PRO-1` is a process"]
    );
}

#[test]
fn too_few_and_too_many_links_are_found() {
    let files = [
        ("PRO-1.md", artifact("PRO-1", "")),
        ("PRO-2.md", artifact("PRO-2", "governed_by=[]")),
        ("PRO-3.md", artifact("PRO-3", "governed_by=['a']")),
        ("PRO-4.md", artifact("PRO-4", "governed_by=['a','b','c']")),
    ];
    let files = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(
        said("link-cardinality", CHAIN, files),
        [
            "PRO-1.md:1:1 a process must name at least 1 policy under `governed_by`; it names none",
            "PRO-2.md:4:13 a process must name at least 1 policy under `governed_by`; it names none",
            "PRO-4.md:4:13 a process must name at most 2 artifacts of kind policy under `governed_by`; it names 3",
        ]
    );
}

#[test]
fn a_minimum_with_a_condition_counts_only_under_it() {
    let config =
        "[kinds.risk]\npaths='*.md'\n[kinds.risk.links]\nby={min=1, min_when={status='treated'}}\n";
    let files = vec![
        ("a.md", "+++\nid='A'\nstatus='open'\n+++\n"),
        ("b.md", "+++\nid='B'\nstatus='treated'\n+++\n"),
    ];
    assert_eq!(
        said("link-cardinality", config, files),
        ["b.md:1:1 a risk must name at least 1 artifact under `by`; it names none"]
    );
}

#[test]
fn each_way_round_is_reported_once_at_its_smallest_path() {
    let files = [
        ("POL-1.md", artifact("POL-1", "governed_by=['POL-2']")),
        ("POL-2.md", artifact("POL-2", "governed_by=['POL-3']")),
        ("POL-3.md", artifact("POL-3", "governed_by=['POL-1']")),
        (
            "POL-4.md",
            artifact("POL-4", "governed_by=['POL-4', 'POL-1']"),
        ),
        (
            "POL-5.md",
            artifact("POL-5", "governed_by=['POL-1', 'gone']"),
        ),
    ];
    let files = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(
        said("link-cycle", CHAIN, files),
        [
            "POL-1.md:4:14 `governed_by` leads back to its start: `POL-1` → `POL-2` → `POL-3` → `POL-1` (remove one of these links)",
            "POL-4.md:4:14 `governed_by` leads back to its start: `POL-4` → `POL-4` (remove one of these links)",
        ]
    );
}

#[test]
fn a_chain_and_a_diamond_are_no_circle() {
    let files = [
        (
            "POL-1.md",
            artifact("POL-1", "governed_by=['POL-2', 'POL-3']"),
        ),
        ("POL-2.md", artifact("POL-2", "governed_by=['POL-4']")),
        ("POL-3.md", artifact("POL-3", "governed_by=['POL-4']")),
        ("POL-4.md", artifact("POL-4", "")),
    ];
    let files = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    assert_eq!(said("link-cycle", CHAIN, files), Vec::<String>::new());
}

#[test]
fn a_circle_of_ten_thousand_does_not_exhaust_the_stack() {
    const COUNT: usize = 10_000;
    let name = |at: usize| format!("POL-{at:05}");
    let files: Vec<(String, String)> = (0..COUNT)
        .map(|at| {
            let next = name((at + 1) % COUNT);
            (
                format!("{}.md", name(at)),
                artifact(&name(at), &format!("governed_by=['{next}']")),
            )
        })
        .collect();
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let said = said("link-cycle", CHAIN, files);
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("`POL-00007` → 9992 more → `POL-00000`"),
        "{said:?}"
    );
}
