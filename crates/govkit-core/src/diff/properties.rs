//! What holds for a diff of any two texts.

use proptest::prelude::*;

use super::*;
use crate::generated::edited;

fn compare(old: &str, new: &str) -> ChangeSet {
    no_index(
        Some(("a.md", old.as_bytes())),
        Some(("a.md", new.as_bytes())),
    )
}

/// A text with its blanks and line ends made one, as a sentence is quoted.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Both sides of each redline are the sentences it was made of, and these stand in the texts.
fn redlines_are_true(old: &str, new: &str) -> Result<(), TestCaseError> {
    let set = compare(old, new);
    prop_assert_eq!(
        old == new,
        set.findings.is_empty(),
        "empty for texts that differ, or not for equal ones"
    );
    prop_assert_eq!(old == new, set.artifacts.is_empty());
    for finding in &set.findings {
        let Some(line) = &finding.text else { continue };
        if let Some(quote) = &finding.quote_old {
            prop_assert_eq!(&line.old(), quote, "{:?}", finding);
        }
        if let Some(quote) = &finding.quote_new {
            prop_assert_eq!(&line.new_text(), quote, "{:?}", finding);
        }
    }
    Ok(())
}

/// Quotations of an artifact without wrapped lines stand in it letter by letter.
fn quotes_are_true(old: &str, new: &str) -> Result<(), TestCaseError> {
    let (flat_old, flat_new) = (flat(old), flat(new));
    for finding in compare(old, new).findings {
        for (quote, text) in [
            (&finding.quote_old, &flat_old),
            (&finding.quote_new, &flat_new),
        ] {
            if let Some(quote) = quote {
                prop_assert!(
                    text.contains(&flat(quote)),
                    "`{}` stands nowhere: {:?}",
                    quote,
                    finding
                );
            }
        }
    }
    Ok(())
}

/// Changes nobody sees on paper.
fn invisible() -> impl Strategy<Value = fn(&str) -> String> {
    let edits: Vec<fn(&str) -> String> = vec![
        |text| text.replacen(' ', "\u{200b} ", 1),
        |text| text.replacen(' ', " \u{2060}", 1),
        |text| text.replacen(' ', " \u{202e}", 1),
        |text| text.replacen('.', "\u{feff}.", 1),
        |text| text.replacen('e', "\u{435}", 1),
        |text| text.replacen('o', "\u{43e}", 1),
        |text| text.replacen(' ', "\u{a0}", 1),
        |text| text.replacen(".\n", ". \n", 1),
        |text| text.replacen(".\n", ".  \n", 1),
        |text| text.replace('\n', "\r\n"),
        |text| text.replacen('\n', "\r\n", 1),
        |text| format!("{text}\n"),
        |text| format!("{text} "),
        |text| format!("\u{feff}{text}"),
        |text| text.trim_end().to_owned(),
        |text| text.replacen("MUST", "MU\u{ad}ST", 1),
    ];
    prop::sample::select(edits)
}

proptest! {
    #[test]
    fn redlines_of_an_artifact_are_true((old, new) in edited()) {
        redlines_are_true(&old, &new)?;
        redlines_are_true(&old, &old)?;
        quotes_are_true(&old, &new)?;
    }

    #[test]
    fn redlines_of_any_text_are_true(
        old in "(\\PC|[-a-c .,#|\n>*`]){0,60}",
        new in "(\\PC|[-a-c .,#|\n>*`]){0,60}",
    ) {
        redlines_are_true(&old, &new)?;
    }

    #[test]
    fn an_invisible_change_is_a_change((text, _) in edited(), change in invisible()) {
        let changed = change(&text);
        redlines_are_true(&text, &changed)?;
    }

    #[test]
    fn an_invisible_change_is_seen_beside_others((old, new) in edited(), change in invisible()) {
        redlines_are_true(&old, &change(&new))?;
    }

    #[test]
    fn the_answer_is_the_same_each_time((old, new) in edited()) {
        let json = |set: ChangeSet| serde_json::to_string(&set).unwrap();
        prop_assert_eq!(json(compare(&old, &new)), json(compare(&old, &new)));
    }
}

/// A long text that has nothing in common with one of another seed.
fn large(seed: u64, bytes: usize) -> String {
    let mut state = seed;
    let mut word = || {
        // A small generator of our own: the text must be the same on every machine.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        format!("w{:x}", state >> 40)
    };
    let mut text = String::from("# Title\n");
    while text.len() < bytes {
        let sentence: Vec<String> = (0..12).map(|_| word()).collect();
        text.push_str(&format!(
            "\nThe {} must {}.\n",
            sentence[0],
            sentence[1..].join(" ")
        ));
        if text.len() % 20 == 0 {
            text.push_str(&format!("\n## {}\n", word()));
        }
    }
    text
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may watch the clock, and the soak run asks for it"
)]
fn large_texts_end_soon_and_say_so() {
    let (old, new) = (large(1, 2 << 20), large(2, 2 << 20));
    let set = compare(&old, &new);
    assert!(set.summary.truncated);
    assert!(!set.findings.is_empty());
    // A clock belongs into no test that must always hold; the soak run watches it, beside others.
    if std::env::var_os("GOVKIT_SOAK").is_some() {
        let timed = (0..5).map(|_| {
            let start = std::time::Instant::now();
            drop(compare(&old, &new));
            start.elapsed()
        });
        let best = timed.min().unwrap_or_default();
        assert!(best.as_secs() < 5, "{best:?}");
    }
}
