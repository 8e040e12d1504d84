use super::*;

const PLAIN: &str = "[kinds.policy]\npaths='*.md'\n";

#[test]
fn a_file_past_the_limit_is_unreadable() {
    let large = format!("+++\nid='A'\n+++\n{}", "x".repeat(2 << 20));
    let found = findings(
        "unreadable-file",
        PLAIN,
        vec![
            ("a.md", large),
            ("b.md", String::from("+++\nid='B'\n+++\n")),
        ],
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path.as_str(), "a.md");
    assert!(
        found[0].message.starts_with("the file has 2097167 bytes"),
        "{}",
        found[0].message
    );
}

#[test]
fn bytes_that_are_not_utf8_are_found_at_their_place() {
    let found = findings(
        "not-utf8",
        PLAIN,
        vec![
            ("a.md", b"+++\nid='\xfc'\n+++\n".to_vec()),
            ("b.md", b"+++\nid='B'\n+++\n".to_vec()),
        ],
    );
    let shown: Vec<_> = found
        .iter()
        .map(|finding| (finding.position.line, finding.position.column))
        .collect();
    assert_eq!(shown, [(2, 5)]);
}

#[test]
fn a_file_without_an_id_is_found_and_one_with_is_not() {
    let files = vec![
        ("a.md", "+++\ntitle='A'\n+++\n"),
        ("b.md", "+++\nid='B'\n+++\n"),
        ("c.md", "+++\nid=C\n+++\n"),
    ];
    let said = said("front-matter", PLAIN, files);
    assert_eq!(said.len(), 2);
    assert_eq!(said[0], "a.md:1:1 no id: the front matter has no `id`");
    assert!(said[1].starts_with("c.md:2:"), "{said:?}");
}

#[test]
fn an_id_two_files_share_is_found_at_both() {
    let text = "+++\nid = 'A'\n+++\n";
    let files = vec![
        ("a.md", text),
        ("b.md", text),
        ("c.md", "+++\nid='C'\n+++\n"),
    ];
    assert_eq!(
        said("duplicate-id", PLAIN, files),
        [
            "a.md:2:6 the id `A` is also that of `b.md` (give the newer of the two another id)",
            "b.md:2:6 the id `A` is also that of `a.md` (give the newer of the two another id)",
        ]
    );
}

#[test]
fn a_step_id_used_twice_is_found_at_the_second() {
    let config = "[kinds.procedure]\npaths='*.md'\nsteps={}\n";
    let text =
        "+++\nid='A'\n[[steps]]\nid='log'\n[[steps]]\nid='close'\n[[steps]]\nid='log'\n+++\n";
    assert_eq!(
        said("duplicate-id", config, vec![("a.md", text)]),
        ["a.md:7:1 the id `log` is also that of an earlier step"]
    );
}

#[test]
fn a_file_named_after_another_id_is_found() {
    let config = "[kinds.policy]\npaths='*.md'\nid={match_path=true}\n";
    let files = vec![
        ("POL-1.md", "+++\nid='POL-1'\n+++\n"),
        ("POL-2-access.md", "+++\nid='POL-2'\n+++\n"),
        ("POL-33.md", "+++\nid='POL-3'\n+++\n"),
    ];
    assert_eq!(
        said("id-path-mismatch", config, files.clone()),
        [
            "POL-33.md:2:4 the file is named `POL-33.md`, but the id is `POL-3` (rename the file so that its name starts with the id)"
        ]
    );
    assert_eq!(said("id-path-mismatch", PLAIN, files), Vec::<String>::new());
}

const FIELDS: &str = "
[kinds.policy]
paths='*.md'
status={}
[kinds.policy.fields]
review_by={type='date'}
'advisory.date'={type='date'}
extra={type='table'}
[kinds.policy.links]
governed_by={}
[kinds.procedure]
paths='p/*.md'
open=false
steps={}
";

#[test]
fn a_field_nobody_declared_is_found_with_the_nearest_one() {
    let text = "+++\nid='A'\ntitle='T'\nsummary='S'\nowner='O'\nstatus='x'\nreviewby=2026-01-01\ncolour='red'\n\
                params.x=1\nextra.any.thing=1\n[advisory]\ndate=2026-01-01\nrank=1\n[links]\ngoverned_by=[]\ngovernd_by=[]\n+++\n";
    assert_eq!(
        said("unknown-field", FIELDS, vec![("a.md", text)]),
        [
            "a.md:7:1 a policy has no field `reviewby` (did you mean `review_by`?)",
            "a.md:8:1 a policy has no field `colour`",
            "a.md:13:1 a policy has no field `advisory.rank`",
            "a.md:16:1 a policy has no link `governd_by` (did you mean `governed_by`?)",
        ]
    );
}

#[test]
fn a_field_of_a_step_nobody_knows_is_found() {
    let text = "+++\nid='A'\n[[steps]]\ndo='x'\nhwo='y'\n[[activities]]\nr=[]\n+++\n";
    assert_eq!(
        said("unknown-field", FIELDS, vec![("p/a.md", text)]),
        [
            "p/a.md:5:1 a step has no field `hwo` (did you mean `who`?)",
            "p/a.md:6:3 a procedure has no field `activities`",
        ]
    );
}

#[test]
fn an_open_kind_takes_any_field() {
    assert_eq!(
        said(
            "unknown-field",
            PLAIN,
            vec![("a.md", "+++\nid='A'\nanything=1\n+++\n")]
        ),
        Vec::<String>::new()
    );
}

const TYPES: &str = "
[kinds.a]
paths='*.md'
id={pattern='A-[0-9]'}
steps={}
[kinds.a.fields]
s={type='string'}
i={type='integer'}
n={type='number'}
b={type='boolean'}
d={type='date'}
t={type='duration'}
l={type='list', of='string'}
x={type='table'}
y={type='any'}
level={type='string', one_of=['low','high']}
code={type='string', pattern='[A-Z]+'}
codes={type='list', of='string', pattern='[A-Z]+'}
[kinds.a.links]
to={}
";

#[test]
fn values_of_the_right_type_pass() {
    let text = "+++\nid='A-1'\ns='x'\ni=1\nn=1.5\nb=true\nd=2026-01-31\nt='72 hours'\nl=['a']\nx={}\ny=[1]\n\
                level='low'\ncode='AB'\ncodes=['A','B']\nlinks.to='A-1'\nsteps=[{within='soon'}]\n+++\n";
    let quoted = "+++\nid='A-1'\nd='2026-01-31'\nn=1\nt='P30D'\nlinks.to=['A-1']\nsteps=[{within='PT15M'}]\n+++\n";
    assert_eq!(
        said("field-type", TYPES, vec![("a.md", text), ("b.md", quoted)]),
        Vec::<String>::new()
    );
}

#[test]
fn values_of_the_wrong_type_are_found() {
    let text = "+++\nid='B'\ns=1\ni='1'\nn='1'\nb='yes'\nd='2026-02-30'\nt='soon'\nl=['a', 1]\nx='x'\n\
                level='hgih'\ncode='ab'\ncodes=['A','b']\nlinks.to={a=1}\nsteps=[1, {within='PT15X'}]\n+++\n";
    assert_eq!(
        said("field-type", TYPES, vec![("a.md", text)]),
        [
            "a.md:2:4 the id of an a must look like `A-[0-9]`, but it is `B`",
            "a.md:3:3 `s` must be a text in quotes, but it is the integer `1`",
            "a.md:4:3 `i` must be a whole number, but it is the string `1`",
            "a.md:5:3 `n` must be a number, but it is the string `1`",
            "a.md:6:3 `b` must be `true` or `false`, but it is the string `yes`",
            "a.md:7:3 `d` must be a date such as `2026-12-31`, but it is `2026-02-30`",
            "a.md:8:3 `t` must be a duration such as `PT72H` or `72 hours`, but it is `soon`",
            "a.md:9:9 an item of `l` must be a text in quotes, but it is the integer `1`",
            "a.md:10:3 `x` must be a table, but it is the string `x`",
            "a.md:11:7 `level` must be `low` or `high`, but it is `hgih` (did you mean `high`?)",
            "a.md:12:6 `code` must look like `[A-Z]+`, but it is `ab`",
            "a.md:13:12 `codes` must look like `[A-Z]+`, but it is `b`",
            "a.md:14:10 the link `to` must be an id or a list of ids, but it has a table",
            "a.md:15:8 an entry of `steps` must be a table, but it is an integer",
            "a.md:15:19 `within` must be a duration such as `PT15M`, but it is `PT15X`",
        ]
    );
}

#[test]
fn steps_that_are_no_list_are_found() {
    let text = "+++\nid='A-1'\n[steps]\nid='x'\n+++\n";
    let said = said("field-type", TYPES, vec![("a.md", text)]);
    assert_eq!(
        said,
        [
            "a.md:3:1 `steps` must be a list of tables, but it is a table (start each entry with a line `[[steps]]`)"
        ]
    );
}

#[test]
fn header_lines_hold_numbers_as_text() {
    let config = "[kinds.pep]\npaths='*.md'\nsyntax='header'\nid={field='PEP'}\n[kinds.pep.fields]\nPEP={type='integer'}\nVersion={type='number'}\n";
    assert_eq!(
        said(
            "field-type",
            config,
            vec![
                ("a.md", "PEP: 8\nVersion: 1.0\n\n"),
                ("b.md", "PEP: 9\nVersion: x\n\n")
            ]
        ),
        ["b.md:2:10 `Version` must be a number, but it is the string `x`"]
    );
}

#[test]
fn a_required_field_must_be_there_and_filled() {
    let config = "
[kinds.policy]
paths='*.md'
[kinds.policy.fields]
title={required=true, description='what it is called'}
effective={required_when={status=['approved','effective']}}
";
    let files = vec![
        ("a.md", "+++\nid='A'\nstatus='draft'\n+++\n"),
        ("b.md", "+++\nid='B'\ntitle=' '\nstatus='effective'\n+++\n"),
        (
            "c.md",
            "+++\nid='C'\ntitle='T'\nstatus='approved'\neffective=2026-01-01\n+++\n",
        ),
    ];
    assert_eq!(
        said("missing-field", config, files),
        [
            "a.md:1:1 a policy must have the field `title` (`title`: what it is called)",
            "b.md:1:1 a policy must have the field `effective` when `status` is `approved` or `effective`",
            "b.md:3:1 a policy must have the field `title` (`title`: what it is called)",
        ]
    );
}

#[test]
fn a_status_the_kind_does_not_list_is_found() {
    let config = "[kinds.policy]\npaths='*.md'\nstatus={values=['draft','effective']}\n";
    let files = vec![
        ("a.md", "+++\nid='A'\nstatus='effectiv'\n+++\n"),
        ("b.md", "+++\nid='B'\nstatus='draft'\n+++\n"),
        ("c.md", "+++\nid='C'\n+++\n"),
        ("d.md", "+++\nid='D'\nstatus=['draft']\n+++\n"),
    ];
    assert_eq!(
        said("unknown-status", config, files),
        [
            "a.md:3:8 a policy has no status `effectiv`; it may be `draft` or `effective` (did you mean `effective`?)",
            "d.md:3:8 the status must be one text, but it is a list",
        ]
    );
}
