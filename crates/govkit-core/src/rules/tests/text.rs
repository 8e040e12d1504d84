use super::*;

const PLAIN: &str =
    "[kinds.policy]\npaths='**/*.md'\nid={path='{*id}.md'}\nsyntax=['toml','none']\n";

#[test]
fn a_required_section_may_be_numbered_and_in_any_case() {
    let config = "[kinds.policy]\npaths='*.md'\nsections=['Purpose','Scope','Rules']\nid={path='{id}.md'}\nsyntax='none'\n";
    let files = vec![
        ("a.md", "# A\n## 1. PURPOSE\n### 1.2 scope:\n## Rules\n"),
        ("b.md", "# B\n## Purposes\n## Rules\n"),
    ];
    assert_eq!(
        said("missing-section", config, files),
        [
            "b.md:1:1 a policy must have a section `Purpose` (did you mean `Purposes`?)",
            "b.md:1:1 a policy must have a section `Scope`",
        ]
    );
}

#[test]
fn two_headings_with_one_anchor_are_found_at_the_second() {
    let text = "# A\n## Scope\n## Staff\n### scope\n## Other {#staff}\n## Unique\n";
    assert_eq!(
        said("duplicate-anchor", PLAIN, vec![("a.md", text)]),
        [
            "a.md:4:1 the heading `scope` has the same anchor `#scope` as the heading `Scope` above (give it another name, or an anchor of its own in `{#…}`)",
            "a.md:5:1 the heading `Other` has the same anchor `#staff` as the heading `Staff` above (give it another name, or an anchor of its own in `{#…}`)",
        ]
    );
}

#[test]
fn relative_links_lead_to_files_or_directories() {
    let text = "[a](b.md) [b](../top.md#x) [c](b%2Emd?raw=1) [d](./) [e](../p) [f](<with blank.md>)\n\
                [g](https://x.org/y) [h](/abs.md) [i](#here) [j](mailto:a@b.c) <a@b.c> <https://x.y> [k](//host/x)\n\
                [l]({{site.url}}/x) note[^1] [m](with%20blank.md) [n]() ![o](i.png)\n\n[^1]:\n    ```json\n";
    let files = vec![
        ("p/a.md", text),
        ("p/b.md", "# B\n"),
        ("top.md", "# T\n"),
        ("p/with blank.md", "# W\n"),
        ("p/i.png", "x"),
    ];
    assert_eq!(said("dead-link", PLAIN, files), Vec::<String>::new());
}

#[test]
fn dead_relative_links_are_found_at_their_place() {
    let text =
        "see [a](c.md) and ![b](../../x.png)\n[c](b) [d](x.org/y) [e][ref]\n\n[ref]: gone.md\n";
    let files = vec![("p/a.md", text), ("p/b.md", "# B\n")];
    assert_eq!(
        said("dead-link", PLAIN, files),
        [
            "p/a.md:1:9 the link `c.md` leads nowhere: there is no `p/c.md`",
            "p/a.md:1:24 the image `../../x.png` leaves the repository",
            "p/a.md:2:5 the link `b` leads nowhere: there is no `p/b` (did you mean `b.md`?)",
            "p/a.md:2:12 the link `x.org/y` leads nowhere: there is no `p/x.org/y` (write `https://x.org/y` if a web page is meant)",
            "p/a.md:2:21 the link `gone.md` leads nowhere: there is no `p/gone.md`",
        ]
    );
}

#[test]
fn inserts_name_parameters_that_exist() {
    let config = "[kinds.p]\npaths='*.md'\nsteps={}\n";
    let good = "+++\nid='A'\nparams.limit='3 days'\n[[steps]]\ndo='within {{ limit }}'\nwithin='{{ B.time }}'\n+++\n{{ limit }} `{{ code }}`\n";
    let bad = "+++\nid='B'\nparams.time='1 h'\n[[steps]]\nneeds=['x', '{{ A.limits }}']\n+++\n{{ tim }}\n{{ C.x }}\n{{ other }}\n";
    assert_eq!(
        said(
            "unresolved-parameter",
            config,
            vec![("a.md", good), ("b.md", bad)]
        ),
        [
            "b.md:5:14 `A` has no parameter `limits` (did you mean `limit`?)",
            "b.md:7:1 there is no parameter `tim` in this artifact (did you mean `time`?)",
            "b.md:8:1 there is no artifact `C` to take `x` from",
            "b.md:9:1 there is no parameter `other` in this artifact",
        ]
    );
}

#[test]
fn terms_are_titles_aliases_or_ids_of_the_glossary() {
    let config = "[kinds.policy]\npaths='p/*.md'\n[kinds.term]\npaths='t/*.md'\nglossary=true\n";
    let term =
        "+++\nid='TERM-mi'\ntitle='Major  Incident'\naliases=['MI', 'major incidents']\n+++\n";
    let text = "+++\nid='A'\n+++\n[[major incident]] [[mi]] [[TERM-MI]] [[Major Incidents]] `[[code]]`\n[[big incident]] [[majr incident]]\n";
    assert_eq!(
        said(
            "undefined-term",
            config,
            vec![("p/a.md", text), ("t/mi.md", term)]
        ),
        [
            "p/a.md:5:1 `big incident` is not in the glossary",
            "p/a.md:5:18 `majr incident` is not in the glossary (did you mean `major incident`?)",
        ]
    );
    assert_eq!(
        said("undefined-term", PLAIN, vec![("a.md", "[[anything]]\n")]),
        Vec::<String>::new()
    );
}

#[test]
fn invisible_characters_are_named_with_their_place() {
    let text = "\u{feff}+++\nid='A\u{200b}'\n+++\nmay\u{202e} not\n\u{feff}x\u{ad}y\n";
    let found = findings("invisible-characters", PLAIN, vec![("a.md", text)]);
    let shown: Vec<_> = found
        .iter()
        .map(|f| (f.position.line, f.position.column, f.message.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (2, 6, "the invisible character U+200B (zero-width space)"),
            (
                4,
                4,
                "the invisible character U+202E (right-to-left override)"
            ),
            (5, 1, "the invisible character U+FEFF (byte order mark)"),
            (5, 3, "the invisible character U+00AD (soft hyphen)"),
        ]
    );
    let fix = found[1].fix.as_ref().unwrap();
    assert!(!fix.safe);
    let mut mended = text.to_owned();
    mended.replace_range(
        fix.edits[0].start..fix.edits[0].end,
        &fix.edits[0].replacement,
    );
    assert!(mended.contains("may not"));
}

#[test]
fn control_characters_are_found_and_form_feeds_are_not() {
    let found = findings(
        "invisible-characters",
        PLAIN,
        vec![("a.md", "a\u{1b}[2Jb\r\n\t\u{c}\u{85}\0")],
    );
    let shown: Vec<_> = found
        .iter()
        .map(|f| (f.position.line, f.position.column))
        .collect();
    assert_eq!(shown, [(1, 2), (2, 3), (2, 4)]);
}

#[test]
fn joiners_that_scripts_and_emoji_need_are_left_alone() {
    let fine = "👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} می\u{200c}خواهم क\u{200d}ष 葛\u{e0100}\n";
    assert_eq!(
        said("invisible-characters", PLAIN, vec![("a.md", fine)]),
        Vec::<String>::new()
    );
    let hidden = "pass\u{200d}word pa\u{200c}y 🏴x\u{e0067} a\u{e0100} \u{200d}\n";
    assert_eq!(
        said("invisible-characters", PLAIN, vec![("a.md", hidden)]).len(),
        5
    );
}

#[test]
fn every_character_that_matters_starts_with_a_suspect_byte() {
    for ch in ('\0'..=char::MAX).filter(|ch| crate::untrusted::is_invisible(*ch) || ch.is_control())
    {
        let text = format!("x{ch}y");
        let found = findings("invisible-characters", PLAIN, vec![("a.md", text)]);
        let allowed = matches!(ch, '\n' | '\r' | '\t' | '\u{c}');
        assert_eq!(found.len(), usize::from(!allowed), "U+{:04X}", ch as u32);
    }
}
