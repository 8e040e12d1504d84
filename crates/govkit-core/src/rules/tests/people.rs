use super::*;

const CONFIG: &str = "
[kinds.procedure]
paths='p/*.md'
steps={who=['role','group']}
[kinds.process]
paths='q/*.md'
activities={who=['role']}
[kinds.role]
paths='r/*.md'
[kinds.group]
paths='g/*.md'
";

fn with(path: &'static str, text: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        (path, text),
        ("r/desk.md", "+++\nid='ROLE-desk'\n+++\n"),
        ("r/boss.md", "+++\nid='ROLE-boss'\n+++\n"),
    ]
}

#[test]
fn a_step_names_a_role_that_exists() {
    let text = "+++\nid='P'\n[[steps]]\nid='a'\nwho='ROLE-desk'\n[[steps]]\nid='b'\n[[steps]]\nid='c'\nwho=['ROLE-dsek', 'P']\n[[steps]]\nwho=''\n+++\n";
    assert_eq!(
        said("step-who", CONFIG, with("p/a.md", text)),
        [
            "p/a.md:6:1 the step `b` does not say who does it (add `who` with the id of a role or group)",
            "p/a.md:10:6 `who` of the step `c` names `ROLE-dsek`, which does not exist (did you mean `ROLE-desk`?)",
            "p/a.md:10:19 `who` of the step `c` must name a role or group, but `P` is a procedure",
            "p/a.md:11:1 the step `step-4` does not say who does it (add `who` with the id of a role or group)",
        ]
    );
}

#[test]
fn exactly_one_role_answers_for_an_activity() {
    let text = "+++\nid='Q'\n[[activities]]\nid='ok'\nr=['ROLE-desk']\na=['ROLE-boss']\n[[activities]]\nid='none'\nr=['ROLE-dusk']\n\
                [[activities]]\nid='two'\na=['ROLE-boss','ROLE-desk']\n[[activities]]\nid='kind'\na='Q'\n+++\n";
    assert_eq!(
        said("activity-accountable", CONFIG, with("q/a.md", text)),
        [
            "q/a.md:7:1 nobody answers for the activity `none` (name exactly one role under `a`)",
            "q/a.md:9:4 `r` of the activity `none` names `ROLE-dusk`, which does not exist (did you mean `ROLE-desk`?)",
            "q/a.md:12:3 2 answer for the activity `two`, but only one can (name exactly one role under `a`)",
            "q/a.md:15:3 `a` of the activity `kind` must name a role, but `Q` is a process",
        ]
    );
}
