use proptest::prelude::*;

use super::*;

fn aligned(old: &str, new: &str) -> SideBySide {
    side_by_side_bytes(Some(old.as_bytes()), Some(new.as_bytes()))
}

/// One line a row: the state, then the text with what went and what came.
fn shown(both: &SideBySide) -> Vec<String> {
    let line = |row: &Row| {
        let sign = match row.state() {
            RowState::Same => "=",
            RowState::Changed => "~",
            RowState::Removed => "-",
            RowState::Added => "+",
            RowState::MovedAway => "<",
            RowState::MovedHere => ">",
        };
        let label = row.label.as_ref().map(|label| format!("{label}: "));
        let text = row.text.0.iter().map(|(mark, text)| match mark {
            Mark::Same => text.clone(),
            Mark::Old => format!("[-{text}-]"),
            Mark::New => format!("{{+{text}+}}"),
        });
        let text: String = text.collect();
        let moved = row.moved.map(|row| format!(" @{row}")).unwrap_or_default();
        format!("{sign} {}{text}{moved}", label.unwrap_or_default())
    };
    both.rows.iter().map(line).collect()
}

/// The texts of one column.
fn column(both: &SideBySide, old: bool) -> Vec<String> {
    let rows = both.rows.iter();
    let cells = rows.filter(|row| {
        if old {
            row.old.is_some()
        } else {
            row.new.is_some()
        }
    });
    cells
        .map(|row| {
            if old {
                row.text.old()
            } else {
                row.text.new_text()
            }
        })
        .collect()
}

#[test]
fn sentences_stand_beside_the_ones_they_became() {
    let old = "# Calls\nLog each call. Tell the owner within 24 hours of it.\n\n- one\n";
    let new = "# Calls\nTell the owner within 72 hours of it. Thank the caller.\n\n- one\n- two\n";
    assert_eq!(
        shown(&aligned(old, new)),
        [
            "= Calls",
            "- [-Log each call.-]",
            "~ Tell the owner within [-24 hours-]{+72 hours+} of it.",
            "+ {+Thank the caller.+}",
            "= one",
            "+ {+two+}",
        ]
    );
}

#[test]
fn lines_are_those_of_the_files_and_blocks_open() {
    let both = aligned(
        "# A\nOne here. Two\nthere.\n",
        "\n# A\n\nOne here. Two\nthere.\n",
    );
    let cells: Vec<_> = both
        .rows
        .iter()
        .map(|row| {
            (
                row.old.unwrap().line,
                row.new.unwrap().line,
                row.new.unwrap().opens,
            )
        })
        .collect();
    assert_eq!(cells, [(1, 2, true), (2, 4, true), (2, 4, false)]);
}

#[test]
fn a_passage_that_moved_names_its_other_end() {
    let moved = "Every visitor wears a badge that the guard at the gate hands out.";
    let stay = "The guard locks the gate at ten. Nobody enters after that without a call.";
    let old = format!("# House\n## Gate\n{moved} {stay}\n## Yard\nDogs are kept on a lead.\n");
    let new = format!("# House\n## Gate\n{stay}\n## Yard\nDogs are kept on a lead. {moved}\n");
    assert_eq!(
        shown(&aligned(&old, &new)),
        [
            "= House".to_owned(),
            "= Gate".to_owned(),
            format!("< {moved} @7"),
            "= The guard locks the gate at ten.".to_owned(),
            "= Nobody enters after that without a call.".to_owned(),
            "= Yard".to_owned(),
            "= Dogs are kept on a lead.".to_owned(),
            format!("> {moved} @2"),
        ]
    );
}

#[test]
fn an_edit_inside_a_section_that_moved_is_seen_at_both_ends() {
    let keys =
        |days: &str| format!("## Keys\nLost keys are reported to the desk within {days} days.\n");
    let rest = "## Bikes\nBikes stand in the shed behind the canteen and nowhere else at all.\n";
    let old = format!("# House\n{}{rest}", keys("2"));
    let new = format!("# House\n{rest}{}", keys("3"));
    let sentence = "Lost keys are reported to the desk within [-2 days-]{+3 days+}.";
    assert_eq!(
        shown(&aligned(&old, &new)),
        [
            "= House".to_owned(),
            "< Keys @5".to_owned(),
            format!("< {sentence} @6"),
            "= Bikes".to_owned(),
            "= Bikes stand in the shed behind the canteen and nowhere else at all.".to_owned(),
            "> Keys @1".to_owned(),
            format!("> {sentence} @2"),
        ]
    );
}

#[test]
fn fields_and_steps_are_rows_and_a_step_moves_as_one() {
    let step = |id: &str, who: &str| {
        format!("[[steps]]\nid = \"{id}\"\ndo = \"Do what {id} asks for.\"\nwho = \"{who}\"\n")
    };
    let old = format!(
        "+++\nid = \"P\"\nowner = \"A\"\n{}{}{}+++\n",
        step("first", "X"),
        step("second", "X"),
        step("third", "X")
    );
    let new = format!(
        "+++\nowner = \"B\"\nid = \"P\"\n{}{}{}+++\n",
        step("second", "X"),
        step("third", "Y"),
        step("first", "X")
    );
    assert_eq!(
        shown(&aligned(&old, &new)),
        [
            "~ owner: [-A-]{+B+}",
            "= id: P",
            "< step: first @11",
            "< do: Do what first asks for. @12",
            "< who: X @13",
            "= step: second",
            "= do: Do what second asks for.",
            "= who: X",
            "= step: third",
            "= do: Do what third asks for.",
            "~ who: [-X-]{+Y+}",
            "> step: first @2",
            "> do: Do what first asks for. @3",
            "> who: X @4",
        ]
    );
}

#[test]
fn a_side_that_is_missing_has_no_cells_and_what_is_no_text_is_not_shown() {
    assert_eq!(
        shown(&side_by_side_bytes(None, Some(b"One. Two."))),
        ["+ {+One.+}", "+ {+Two.+}"]
    );
    let broken = side_by_side_bytes(Some(b"\xff"), Some(b"x"));
    assert_eq!(
        (broken.unshown, broken.rows.len()),
        (Some(Unshown::NoText), 0)
    );
    let large = "word ".repeat(500_000);
    let large = side_by_side_bytes(Some(large.as_bytes()), Some(b"x"));
    assert_eq!(large.unshown, Some(Unshown::TooLarge));
}

#[test]
fn rows_near_changes_are_kept() {
    let both = aligned("- a\n- b\n- c\n- d\n- e\n", "- a\n- b\n- c\n- d\n- E2 x\n");
    let near: Vec<usize> = both.near_changes(1).into_iter().collect();
    assert_eq!(near, [3, 4, 5], "d, then what went and what came");
}

fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("# One\n".to_owned()),
        Just("## Two\n".to_owned()),
        Just("- item with `code`\n".to_owned()),
        Just("\n".to_owned()),
        Just("The owner of the house must lock the door every night.\n".to_owned()),
        Just("| a | b |\n|---|---|\n| c | d |\n".to_owned()),
        Just("```\nx  y\n```\n".to_owned()),
        "[a-z ]{0,30}[.] [A-Z][a-z ]{0,20}\n",
        "\\PC{0,20}\n",
    ];
    let fields = "(\\+\\+\\+\nid = \"[a-z]{1,3}\"\n(\\[\\[steps\\]\\]\nid = \"[ab]\"\ndo = \"[a-z ]{0,9}\"\n){0,3}\\+\\+\\+\n)?";
    (fields, prop::collection::vec(piece, 0..12))
        .prop_map(|(fields, parts)| fields + &parts.concat())
}

proptest! {
    #[test]
    fn each_column_is_its_file(old in document(), new in document()) {
        let both = aligned(&old, &new);
        prop_assert_eq!(aligned(&old, &new), both.clone());
        let sorted = |mut column: Vec<String>| { column.sort(); column };
        // Fields stand in the new file's order; everything else in its own.
        prop_assert_eq!(column(&both, false), column(&aligned(&new, &new), false));
        prop_assert_eq!(sorted(column(&both, true)), sorted(column(&aligned(&old, &old), true)));
        for (at, row) in both.rows.iter().enumerate() {
            prop_assert!(row.old.is_some() || row.new.is_some());
            if let Some(other) = row.moved {
                prop_assert_eq!(both.rows[other].moved, Some(at));
                prop_assert!(row.old.is_some() != both.rows[other].old.is_some());
            }
        }
    }

    #[test]
    fn a_file_beside_itself_is_unchanged(text in document()) {
        let both = aligned(&text, &text);
        prop_assert!(both.rows.iter().all(|row| row.state() == RowState::Same), "{:?}", shown(&both));
    }
}
