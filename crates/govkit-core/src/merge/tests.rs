use super::*;

const BASE: &str = "\
+++
id = \"POL-001\"
title = \"Access\" # shown in lists
owner = \"ciso\"
review_by = 2027-01-01

# Where it comes from.
[links]
governed_by = [\"POL-000\", \"POL-009\"]

[[steps]]
id = \"log\"
do = \"Log it.\"
who = \"desk\"

[[steps]]
id = \"tell\"
do = \"Tell the owner.\"
who = \"desk\"
+++
# Access

Who may see what.

## Rules {#rules}
Screens MUST be locked. Keys are kept in the safe. Nobody shares a password.

- Doors are closed.
- Windows are closed.

## Exceptions
None.
";

fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    let sides = Sides::new(base, ours, theirs).map(str::as_bytes);
    merge(sides, "policies/POL-001.md", &Markers::default())
}

fn text(merged: &Merged) -> &str {
    str::from_utf8(&merged.bytes).unwrap()
}

/// [`merged`], for a test that has a value of that name.
fn commented(base: &str, ours: &str, theirs: &str) -> Merged {
    merged(base, ours, theirs)
}

/// Replaces what stands in the text exactly once.
#[track_caller]
fn edit(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replacen(old, new, 1)
    })
}

/// Merges two edits of [`BASE`], and expects both to be in the answer, whoever is whom.
#[track_caller]
fn both(ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Merged {
    let all: Vec<(&str, &str)> = ours.iter().chain(theirs).copied().collect();
    let expected = edit(BASE, &all);
    let (ours, theirs) = (edit(BASE, ours), edit(BASE, theirs));
    let there = merged(BASE, &theirs, &ours);
    assert_eq!(
        (text(&there), &there.conflicts),
        (expected.as_str(), &Vec::new())
    );
    let here = merged(BASE, &ours, &theirs);
    assert_eq!(
        (text(&here), &here.conflicts),
        (expected.as_str(), &Vec::new())
    );
    here
}

#[test]
fn neighbouring_fields_are_changed_by_two_people() {
    both(
        &[("\"Access\" #", "\"Access rights\" #")],
        &[("owner = \"ciso\"", "owner = \"cio\"")],
    );
    both(
        &[("owner = \"ciso\"", "owner = \"cio\"")],
        &[
            ("2027-01-01", "2027-06-01"),
            ("shown in lists", "as in lists"),
        ],
    );
}

#[test]
fn a_value_and_the_comment_behind_it_are_two_things() {
    both(
        &[("\"Access\" #", "\"Access rights\" #")],
        &[("# shown in lists", "# shown everywhere")],
    );
}

#[test]
fn a_field_that_is_written_in_another_way_is_the_same_field() {
    let ours = edit(BASE, &[("owner = \"ciso\"", "owner  =  'ciso'")]);
    let theirs = edit(BASE, &[("owner = \"ciso\"", "owner = \"cio\"")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert!(
        text(&merged).contains("\nowner  =  \"cio\"\n"),
        "{}",
        text(&merged)
    );
}

#[test]
fn links_are_merged_as_sets() {
    let ours = edit(
        BASE,
        &[(
            "[\"POL-000\", \"POL-009\"]",
            "[\"POL-000\", \"POL-009\", \"POL-003\"]",
        )],
    );
    let theirs = edit(
        BASE,
        &[("[\"POL-000\", \"POL-009\"]", "[\"POL-000\", \"POL-004\"]")],
    );
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    let expected = edit(
        BASE,
        &[(
            "[\"POL-000\", \"POL-009\"]",
            "[\"POL-000\", \"POL-004\", \"POL-003\"]",
        )],
    );
    assert_eq!(text(&merged), expected);
}

#[test]
fn a_list_with_a_line_for_each_item_keeps_its_comments() {
    let list = |items: &str| format!("+++\nid = \"A\"\nneeds = [\n{items}]\n+++\n");
    let base = list("  \"a\", # first\n  \"b\"\n");
    let ours = list("  \"a\", # first\n  \"b\",\n  # why c\n  \"c\", # third\n");
    let theirs = list("  \"b\",\n  \"d\"\n");
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        text(&merged),
        list("  \"b\",\n  # why c\n  \"c\", # third\n  \"d\"\n")
    );
}

#[test]
fn steps_are_merged_by_id() {
    both(
        &[("who = \"desk\"\n\n", "who = \"duty\"\n\n")],
        &[("\"Tell the owner.\"", "\"Tell the owner at once.\"")],
    );
    // One adds a step in the middle, one a field to the step before it.
    let step = "\n[[steps]]\nid = \"check\"\ndo = \"Check it.\"\n\n[[steps]]\nid = \"tell\"";
    both(
        &[("\n[[steps]]\nid = \"tell\"", step)],
        &[(
            "who = \"desk\"\n\n",
            "who = \"desk\"\nwithin = \"PT1H\"\n\n",
        )],
    );
    // One moves a step, one changes it.
    let log = "[[steps]]\nid = \"log\"\ndo = \"Log it.\"\nwho = \"desk\"\n\n";
    let tell = "[[steps]]\nid = \"tell\"\ndo = \"Tell the owner.\"\nwho = \"desk\"\n";
    let moved = edit(
        BASE,
        &[
            (log, ""),
            (
                tell,
                &format!("{tell}\n{}", log.trim_end().to_owned() + "\n"),
            ),
        ],
    );
    let changed = edit(BASE, &[("Log it.", "Log it well.")]);
    let merged = merged(BASE, &moved, &changed);
    assert_eq!(merged.conflicts, []);
    assert_eq!(text(&merged), moved.replace("Log it.", "Log it well."));
}

#[test]
fn steps_added_by_two_people_are_both_there() {
    let step = |id: &str| format!("who = \"desk\"\n\n[[steps]]\nid = \"{id}\"\ndo = \"X.\"\n+++");
    let ours = edit(BASE, &[("who = \"desk\"\n+++", &step("ours"))]);
    let theirs = edit(BASE, &[("who = \"desk\"\n+++", &step("theirs"))]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    let added = step("ours").replace("\n+++", "\n\n[[steps]]\nid = \"theirs\"\ndo = \"X.\"\n+++");
    assert_eq!(
        text(&merged),
        edit(BASE, &[("who = \"desk\"\n+++", &added)])
    );
}

#[test]
fn a_field_two_people_changed_is_a_conflict_around_that_field_only() {
    let ours = edit(
        BASE,
        &[("\"ciso\"", "\"cio\""), ("Doors are", "All doors are")],
    );
    let theirs = edit(
        BASE,
        &[("\"ciso\"", "\"board\""), ("2027-01-01", "2028-01-01")],
    );
    let merged = merged(BASE, &ours, &theirs);
    let marked = "<<<<<<< ours\nowner = \"cio\"\n=======\nowner = \"board\"\n>>>>>>> theirs\n";
    let expected = edit(
        BASE,
        &[
            ("owner = \"ciso\"\n", marked),
            ("2027-01-01", "2028-01-01"),
            ("Doors are", "All doors are"),
        ],
    );
    assert_eq!(text(&merged), expected);
    let shown: Vec<String> = merged.conflicts.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        ["line 4: `owner`: ours `\"cio\"`, theirs `\"board\"`, before `\"ciso\"`"]
    );
}

#[test]
fn a_field_of_a_step_is_named_with_the_step() {
    let ours = edit(BASE, &[("\"Tell the owner.\"", "\"Call the owner.\"")]);
    let theirs = edit(BASE, &[("\"Tell the owner.\"", "\"Write to the owner.\"")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(
        merged.conflicts[0].place,
        Place::Field("steps[tell].do".to_owned())
    );
}

#[test]
fn what_one_removed_and_the_other_changed_is_a_conflict() {
    let log = "[[steps]]\nid = \"log\"\ndo = \"Log it.\"\nwho = \"desk\"\n\n";
    let ours = edit(BASE, &[(log, "")]);
    let theirs = edit(BASE, &[("Log it.", "Log it well.")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(
        merged.conflicts[0].place,
        Place::Field("steps[log]".to_owned())
    );
    assert_eq!(merged.conflicts[0].ours, None);
    assert!(text(&merged).contains("<<<<<<< ours\n=======\n\n[[steps]]\nid = \"log\"\ndo = \"Log it well.\"\nwho = \"desk\"\n>>>>>>> theirs\n"), "{}", text(&merged));
    // Removed on one side, and only commented on the other: it is gone.
    let theirs = edit(BASE, &[("# Where it comes from.", "# The origin.")]);
    let ours = edit(
        BASE,
        &[(
            "# Where it comes from.\n[links]\ngoverned_by = [\"POL-000\", \"POL-009\"]\n\n",
            "",
        )],
    );
    assert_eq!(commented(BASE, &ours, &theirs).conflicts, []);
}

#[test]
fn sections_sentences_and_items_are_changed_by_two_people() {
    both(
        &[("None.", "One.")],
        &[("Who may see what.", "Who may see what, and when.")],
    );
    both(
        &[("Doors are", "All doors are")],
        &[("Windows are", "All windows are")],
    );
    let merged = both(
        &[("Screens MUST be locked.", "Screens MUST be locked at once.")],
        &[("Nobody shares a password.", "Nobody tells a password.")],
    );
    assert_eq!(
        merged.notes,
        ["§ Rules: both sides changed one paragraph, in different sentences; read it once more"]
    );
}

#[test]
fn sections_added_at_one_place_are_both_there() {
    let ours = format!("{BASE}\n## Ours\nX.\n");
    let theirs = edit(BASE, &[("None.", "One.")]) + "\n## Theirs\nY.\n";
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        text(&merged),
        edit(BASE, &[("None.", "One.")]) + "\n## Ours\nX.\n\n## Theirs\nY.\n"
    );
}

#[test]
fn a_section_is_moved_by_one_and_changed_by_the_other() {
    let exceptions = "## Exceptions\nNone.\n";
    let ours = edit(
        BASE,
        &[
            (exceptions, ""),
            ("## Rules", &format!("{exceptions}\n## Rules")),
        ],
    );
    let theirs = edit(BASE, &[("None.", "One.")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(text(&merged), ours.replace("None.", "One."));
}

#[test]
fn a_section_is_renamed_by_one_and_changed_by_the_other() {
    let base = BASE.replace(
        "None.",
        "No exception is made for anybody.\nAsk the owner of this policy.",
    );
    let ours = edit(&base, &[("## Exceptions", "## What is exempt")]);
    let theirs = edit(&base, &[("Ask the owner", "Write to the owner")]);
    let merged = merged(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        text(&merged),
        edit(&ours, &[("Ask the owner", "Write to the owner")])
    );
}

#[test]
fn a_section_that_is_cut_in_two_is_merged_by_line() {
    let ours = edit(BASE, &[("- Doors", "## Doors\n- Doors")]);
    let theirs = edit(BASE, &[("Windows are", "All windows are")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        text(&merged),
        edit(&ours, &[("Windows are", "All windows are")])
    );
}

#[test]
fn one_sentence_changed_by_two_people_is_a_conflict() {
    let ours = edit(BASE, &[("MUST be", "SHOULD be")]);
    let theirs = edit(BASE, &[("be locked.", "be locked within a minute.")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(
        merged.conflicts[0].to_string(),
        "line 26: § Rules: both sides changed one passage"
    );
    assert_eq!(text(&merged).lines().nth(25), Some("<<<<<<< ours"));
}

#[test]
fn a_paragraph_wrapped_anew_by_one_takes_the_sentence_of_the_other() {
    let base = "# T\n\nOne is one. Two is two.\nThree is three.\n";
    let ours = "# T\n\nOne is one.\nTwo is two.\nThree is three.\n";
    let theirs = "# T\n\nOne is one. Two is 2.\nThree is three.\n";
    let merged = merged(base, ours, theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(
        text(&merged),
        "# T\n\nOne is one.\nTwo is 2.\nThree is three.\n"
    );
}

#[test]
fn code_and_tables_are_never_merged_by_sentence() {
    for (start, end) in [("```\n", "```\n"), ("| a | b |\n|---|---|\n| ", " | x |\n")] {
        let text = |words: &str| format!("# T\n\n{start}{words}{end}");
        let end_line = if start.starts_with('`') { "\n" } else { "" };
        let line = |words: &str| text(&format!("{words}{end_line}"));
        let merged = merged(
            &line("One is. Two is."),
            &line("Une is. Two is."),
            &line("One is. Deux is."),
        );
        assert_eq!(merged.conflicts.len(), 1, "{start}");
    }
}

#[test]
fn markers_have_the_size_and_the_names_that_were_asked_for() {
    let markers = Markers {
        size: 9,
        labels: Sides::new("old", "HEAD", "topic\nx").map(str::to_owned),
        with_base: true,
    };
    let texts = [
        "+++\na = 1\n+++\n",
        "+++\na = 2\n+++\n",
        "+++\na = 3\n+++\n",
    ];
    let sides = Sides::new(texts[0], texts[1], texts[2]).map(str::as_bytes);
    let merged = merge(sides, "a.md", &markers);
    assert_eq!(
        text(&merged),
        "+++\n<<<<<<<<< HEAD\na = 2\n||||||||| old\na = 1\n=========\na = 3\n>>>>>>>>> topic x\n+++\n"
    );
}

#[test]
fn yaml_and_headers_are_merged_by_field_and_never_rendered() {
    let yaml = |title: &str, owner: &str, tags: &str| {
        format!("---\ntitle:   {title}   # kept\nowner: {owner}\ntags:\n{tags}---\n# T\n")
    };
    let base = yaml("Access", "ciso", "  - a\n  - b\n");
    let ours = yaml("Rights", "ciso", "  - a\n  - b\n  - c\n");
    let theirs = yaml("Access", "cio", "  - b\n  - d\n");
    let merged_yaml = merged(&base, &ours, &theirs);
    assert_eq!(merged_yaml.conflicts, []);
    assert_eq!(
        text(&merged_yaml),
        yaml("Rights", "cio", "  - b\n  - c\n  - d\n")
    );
    let header =
        |title: &str, status: &str| format!("PEP: 8\nTitle: {title}\nStatus: {status}\n\nText.\n");
    let merged_header = merged(
        &header("A", "Draft"),
        &header("B", "Draft"),
        &header("A", "Final"),
    );
    assert_eq!(merged_header.conflicts, []);
    assert_eq!(text(&merged_header), header("B", "Final"));
    let conflict = merged(
        &header("A", "Draft"),
        &header("A", "Active"),
        &header("A", "Final"),
    );
    assert_eq!(
        conflict.conflicts[0].place,
        Place::Field("Status".to_owned())
    );
}

#[test]
fn what_cannot_be_read_is_merged_by_line_and_says_so() {
    let base = "+++\n[[steps]]\ndo = \"a\"\n\n[[steps]]\ndo = \"b\"\n+++\n";
    let ours = base.replace("\"a\"", "\"A\"");
    let theirs = base.replace("\"b\"", "\"B\"");
    let merged_unnamed = merged(base, &ours, &theirs);
    assert_eq!(merged_unnamed.conflicts, []);
    assert_eq!(text(&merged_unnamed), ours.replace("\"b\"", "\"B\""));
    assert_eq!(merged_unnamed.notes.len(), 1, "{:?}", merged_unnamed.notes);
    let broken = merged(
        "+++\na = \n+++\n1\n",
        "+++\na = \n+++\n2\n",
        "+++\na = 1\n+++\n1\n",
    );
    assert_eq!(text(&broken), "+++\na = 1\n+++\n2\n");
    assert_eq!(broken.notes.len(), 1);
}

#[test]
fn bytes_that_are_no_text_are_never_lost() {
    let merge_bytes = |base: &[u8], ours: &[u8], theirs: &[u8]| {
        merge(Sides::new(base, ours, theirs), "a.md", &Markers::default())
    };
    let latin = merge_bytes(b"a\xe9\nb\nc\n", b"A\xe9\nb\nc\n", b"a\xe9\nb\nC\n");
    assert_eq!(
        (latin.bytes.as_slice(), latin.conflicts.len()),
        (b"A\xe9\nb\nC\n".as_slice(), 0)
    );
    let binary = merge_bytes(b"\0a", b"\0b", b"\0c");
    assert_eq!(
        (binary.bytes.as_slice(), binary.conflicts.len()),
        (b"\0b".as_slice(), 1)
    );
}

#[test]
fn new_line_ends_on_one_side_hide_no_change_of_the_other() {
    let ours = BASE.replace('\n', "\r\n");
    let theirs = edit(BASE, &[("\"ciso\"", "\"cio\""), ("None.", "One.")]);
    let merged = merged(BASE, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(text(&merged), theirs.replace('\n', "\r\n"));
}

#[test]
fn two_new_files_are_merged_by_field() {
    let ours = "+++\nid = \"A\"\ntitle = \"One\"\n+++\n# T\nX.\n";
    let theirs = "+++\nid = \"A\"\ntitle = \"Two\"\n+++\n# T\nX.\n";
    let merged = merged("", ours, theirs);
    let places: Vec<&Place> = merged
        .conflicts
        .iter()
        .map(|conflict| &conflict.place)
        .collect();
    assert_eq!(places, [&Place::Field("title".to_owned())]);
}

#[test]
fn fields_that_two_people_add_in_two_places_stay_one_field() {
    // A merge by line would leave the key twice, and the file unreadable.
    let ours = edit(BASE, &[("title =", "version = 2\ntitle =")]);
    let theirs = edit(BASE, &[("review_by =", "version = 3\nreview_by =")]);
    let conflict = merged(BASE, &ours, &theirs);
    assert_eq!(conflict.conflicts.len(), 1, "{}", text(&conflict));
    let theirs = edit(BASE, &[("review_by =", "version = 2\nreview_by =")]);
    let same = merged(BASE, &ours, &theirs);
    assert_eq!(same.conflicts, []);
    assert_eq!(text(&same).matches("version").count(), 1);
}

#[test]
fn a_last_line_without_an_end_is_glued_to_nothing() {
    let merged = merged("x\n\n", "x\na", "x\n\ng");
    assert_eq!(merged.conflicts, []);
    assert_eq!(text(&merged), "x\na\ng");
}
