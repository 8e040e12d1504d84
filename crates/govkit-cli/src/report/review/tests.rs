use govkit_core::review::{Action, Affected, Review, ReviewCompare, Side, State};

use super::*;
use crate::ui::Style;

fn shown(review: &Review) -> String {
    let mut out = Vec::new();
    let style = Style {
        colour: false,
        width: 88,
    };
    human(review, false, &mut out, style).unwrap();
    String::from_utf8(out).unwrap()
}

fn affected(id: &str, from: &str, state: State) -> Affected {
    Affected {
        id: id.to_owned(),
        title: "A title that goes on and on ".repeat(6),
        kind: "process".to_owned(),
        path: format!("{id}.md"),
        distance: 1,
        from: from.to_owned(),
        via: "governed_by".to_owned(),
        side: Side::Both,
        changed: false,
        state,
        because: Vec::new(),
        reviewed: None,
        links: Vec::new(),
    }
}

#[test]
fn nothing_changed_is_said_in_few_lines() {
    let review = Review {
        compare: ReviewCompare {
            base_name: "main".to_owned(),
            ..ReviewCompare::default()
        },
        ..Review::default()
    };
    let text = shown(&review);
    assert!(
        text.contains("NO CHANGE") && text.contains("gate: passed"),
        "{text}"
    );
    assert!(
        !text.contains("WHAT CHANGED") && !text.contains("APPROVE"),
        "{text}"
    );
}

#[test]
fn a_tree_shows_each_artifact_once_within_the_width_and_escapes_what_it_shows() {
    let mut review = Review {
        impact: vec![
            affected("B", "A", State::Suspect),
            affected("C", "B", State::Conflict),
            affected("D", "E", State::Consistent),
            affected("E", "D", State::Consistent),
        ],
        ..Review::default()
    };
    review.actions.push(Action {
        text: "Read \u{1b}[31mB again. ".repeat(20),
        rule: None,
        artifact: None,
        command: None,
    });
    let text = shown(&review);
    for id in ["B", "C", "D", "E"] {
        assert_eq!(
            text.matches(&format!("-- {id} ")).count(),
            1,
            "{id}: {text}"
        );
    }
    assert!(text.contains("\n      `-- C "), "C stands below B: {text}");
    assert!(
        text.contains("CONFLICT") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 88),
        "{text}"
    );
}
