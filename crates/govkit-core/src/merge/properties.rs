//! What holds for a merge of any texts.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::front_matter::detect;
use crate::generated::{edited, forked};

fn merged(base: &str, ours: &str, theirs: &str) -> Merged {
    let sides = Sides::new(base, ours, theirs).map(str::as_bytes);
    merge(sides, "a.md", &Markers::default())
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|ch: char| !ch.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What either side wrote is in the answer, and so is what stood there once and nobody took away.
fn nothing_is_lost(base: &str, ours: &str, theirs: &str) -> Result<(), TestCaseError> {
    let answer = merged(base, ours, theirs);
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    let once = |word: &str| {
        let all = base.split(|ch: char| !ch.is_alphanumeric());
        all.filter(|other| *other == word).count() == 1
    };
    let (has, before) = (words(&text), words(base));
    let (ours, theirs) = (words(ours), words(theirs));
    for word in ours.difference(&before).chain(theirs.difference(&before)) {
        prop_assert!(has.contains(word), "`{}` is lost in\n{}", word, text);
    }
    let kept = |word: &&&str| ours.contains(**word) && theirs.contains(**word) && once(word);
    for word in before.iter().filter(kept) {
        prop_assert!(has.contains(word), "`{}` is lost in\n{}", word, text);
    }
    let marked = text.lines().any(|line| line.starts_with("<<<<<<< "));
    prop_assert_eq!(marked, !answer.conflicts.is_empty());
    for conflict in &answer.conflicts {
        let line = text.lines().nth(conflict.line - 1).unwrap_or("");
        prop_assert!(
            line.starts_with("<<<<<<< "),
            "line {} is `{}`",
            conflict.line,
            line
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_merge_with_one_change_is_that_change((base, changed) in edited()) {
        for (ours, theirs) in [(&base, &changed), (&changed, &base), (&changed, &changed)] {
            let answer = merged(&base, ours, theirs);
            prop_assert_eq!(&answer.bytes, changed.as_bytes());
            prop_assert!(answer.conflicts.is_empty());
        }
    }

    #[test]
    fn no_word_of_an_artifact_is_lost((base, ours, theirs) in forked()) {
        nothing_is_lost(&base, &ours, &theirs)?;
    }

    #[test]
    fn no_word_of_any_text_is_lost(
        base in "(\\+\\+\\+\n)?([a-c] = (1|\\[\"x\"\\])\n){0,3}(\\+\\+\\+\n)?([a-d.# \n|-]){0,30}",
        ours in "(\\+\\+\\+\n)?([a-c] = (2|\\[\"y\"\\])\n){0,3}(\\+\\+\\+\n)?([a-f.# \n|-]){0,30}",
        theirs in "(\\+\\+\\+\n)?([a-c] = (3|\\[\"z\"\\])\n){0,3}(\\+\\+\\+\n)?([a-d.g# \n|-]){0,30}",
    ) {
        nothing_is_lost(&base, &ours, &theirs)?;
    }

    #[test]
    fn whoever_is_ours_it_is_as_clean_and_can_be_read((base, ours, theirs) in forked()) {
        let (here, there) = (merged(&base, &ours, &theirs), merged(&base, &theirs, &ours));
        prop_assert_eq!(here.conflicts.len(), there.conflicts.len());
        let text = String::from_utf8(here.bytes.clone()).unwrap();
        if here.conflicts.is_empty() {
            prop_assert!(detect(&text).is_some(), "{}", text);
        }
        let again = merged(&base, &ours, &theirs);
        prop_assert_eq!(again, here);
    }

    #[test]
    fn no_bytes_make_it_panic(base: Vec<u8>, ours: Vec<u8>, theirs: Vec<u8>) {
        let merged = merge(Sides::new(&base, &ours, &theirs).map(Vec::as_slice), "a.md", &Markers::default());
        prop_assert!(merged.bytes.len() >= ours.len().min(theirs.len()) || !base.is_empty());
    }
}
