use super::*;

const CONFIG: &str = "
[kinds.policy]
paths='*.md'
status={in_force=['effective']}
[kinds.policy.fields]
review_by={type='date', role='review'}
expires={type='date', role='expiry'}
[kinds.note]
paths='notes/*.md'
[kinds.note.fields]
review_by={role='review'}
";

#[test]
fn a_review_is_overdue_the_day_after_and_only_in_force() {
    let files = vec![
        (
            "a.md",
            "+++\nid='A'\nowner='ROLE-x'\nstatus='effective'\nreview_by=2026-11-22\n+++\n",
        ),
        (
            "b.md",
            "+++\nid='B'\nstatus='effective'\nreview_by=2026-11-23\n+++\n",
        ),
        (
            "c.md",
            "+++\nid='C'\nstatus='draft'\nreview_by=2020-01-01\n+++\n",
        ),
        ("notes/d.md", "+++\nid='D'\nreview_by='2020-01-01'\n+++\n"),
        ("notes/e.md", "+++\nid='E'\nreview_by='soon'\n+++\n"),
    ];
    assert_eq!(
        said("review-overdue", CONFIG, files),
        [
            "a.md:5:11 the review of `A` was due on `2026-11-22` (ask `ROLE-x` to read it and set the next date)",
            "notes/d.md:3:11 the review of `D` was due on `2020-01-01` (let the owner read it and set the next date)",
        ]
    );
}

#[test]
fn an_exception_holds_on_its_last_day_and_not_after() {
    let files = vec![
        (
            "a.md",
            "+++\nid='A'\nstatus='effective'\nexpires=2026-11-22\n+++\n",
        ),
        (
            "b.md",
            "+++\nid='B'\nstatus='effective'\nexpires=2026-11-23\n+++\n",
        ),
        (
            "c.md",
            "+++\nid='C'\nstatus='ended'\nexpires=2026-01-01\n+++\n",
        ),
    ];
    assert_eq!(
        said("exception-expired", CONFIG, files),
        [
            "a.md:4:9 `A` expired on `2026-11-22`, but its status still says in force (end it, or have it decided again with a new last day)"
        ]
    );
}
