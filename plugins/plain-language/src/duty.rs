//! Sentences that oblige somebody: who is meant, and to what exactly.

use crate::sentence::Sentence;
use crate::{Hit, RuleId};

/// Returns the first word that makes the sentence a duty: must, shall, or SHOULD in capitals.
pub(crate) fn modal(sentence: &Sentence<'_>) -> Option<usize> {
    (0..sentence.words.len()).find(|index| {
        let word = &sentence.words[*index];
        // Most words are ruled out by their length and first letter.
        let length = word.end - word.start;
        if !(4..=6).contains(&length) {
            return false;
        }
        matches!(
            sentence.text(*index),
            "must" | "MUST" | "Must" | "shall" | "SHALL" | "SHOULD"
        )
    })
}

/// Finds "MUST be done" without anybody who does it.
pub(crate) fn passive(sentence: &Sentence<'_>, modal: usize) -> Option<Hit> {
    let be = next(sentence, modal + 1, 3, |word| word == "be")?;
    let mut participle = be + 1;
    while is_adverb(sentence.text(participle)) {
        participle += 1;
    }
    if !is_participle(sentence.text(participle)) || names_an_actor(sentence, participle + 1) {
        return None;
    }
    let words = (modal..=participle).map(|index| sentence.text(index));
    let phrase = words.collect::<Vec<_>>().join(" ");
    Some(Hit {
        rule: RuleId::PassiveDuty,
        range: sentence.span(modal, participle),
        message: format!("nobody is named who has to do it: `{phrase}`"),
        help: Some("say who: \"The service desk MUST …\"".to_owned()),
    })
}

/// Finds words in a duty that nobody can be held to.
pub(crate) fn vague(sentence: &Sentence<'_>, found: &mut Vec<Hit>) {
    let count = sentence.words.len();
    for first in 0..count {
        let text = sentence.text(first);
        let Some(phrase) = VAGUE.iter().find(|phrase| starts(sentence, first, phrase)) else {
            continue;
        };
        // "regularly, at least once a year" says how often.
        let measured = (0..count).any(|at| starts(sentence, at, &["at", "least"]));
        if measured && matches!(text, "regularly" | "periodically") {
            continue;
        }
        let range = sentence.span(first, first + phrase.len() - 1);
        let words = phrase.join(" ");
        found.push(Hit {
            rule: RuleId::VagueDuty,
            range,
            message: format!("`{words}` leaves open what the duty is"),
            help: Some(instead_of(phrase).to_owned()),
        });
    }
}

const VAGUE: &[&[&str]] = &[
    &["as", "appropriate"],
    &["where", "appropriate"],
    &["when", "appropriate"],
    &["if", "appropriate"],
    &["as", "necessary"],
    &["where", "necessary"],
    &["as", "needed"],
    &["as", "required"],
    &["as", "soon", "as", "possible"],
    &["where", "possible"],
    &["wherever", "possible"],
    &["whenever", "possible"],
    &["if", "possible"],
    &["where", "practicable"],
    &["in", "a", "timely", "manner"],
    &["in", "a", "timely", "fashion"],
    &["timely"],
    &["from", "time", "to", "time"],
    &["regularly"],
    &["periodically"],
];

fn instead_of(phrase: &[&str]) -> &'static str {
    match phrase {
        ["regularly" | "periodically"] | ["from", ..] => "say how often: \"every quarter\"",
        ["timely"] | ["in", ..] | ["as", "soon", ..] => "say by when: \"within 2 hours\"",
        _ => "say in which cases, or leave it out",
    }
}

fn starts(sentence: &Sentence<'_>, first: usize, phrase: &[&str]) -> bool {
    // "in a timely manner" is one finding, so "timely" inside it is not looked at on its own.
    let inside = phrase == ["timely"] && sentence.text(first.wrapping_sub(1)) == "a";
    let mut words = phrase.iter().enumerate();
    !inside && words.all(|(at, word)| sentence.text(first + at).eq_ignore_ascii_case(word))
}

fn next(
    sentence: &Sentence<'_>,
    from: usize,
    within: usize,
    is: impl Fn(&str) -> bool,
) -> Option<usize> {
    (from..from + within).find(|index| is(sentence.text(*index)))
}

fn is_adverb(word: &str) -> bool {
    word.ends_with("ly") || matches!(word, "also" | "always" | "never" | "then" | "first" | "not")
}

/// Whether "by somebody" follows. "by Friday", "by 31 May" and "by reading" name nobody.
fn names_an_actor(sentence: &Sentence<'_>, from: usize) -> bool {
    (from..sentence.words.len()).any(|index| {
        sentence.text(index).eq_ignore_ascii_case("by") && {
            let next = sentence.text(index + 1);
            let after = sentence.text(index + 2);
            !(next.ends_with("ing")
                || next.starts_with(|first: char| first.is_ascii_digit())
                || TIMES.contains(&next)
                || (next == "the" && matches!(after, "end" | "start" | "time" | "deadline")))
        }
    })
}

const TIMES: &[&str] = &[
    "default",
    "then",
    "email",
    "post",
    "phone",
    "hand",
    "means",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn is_participle(word: &str) -> bool {
    if word.ends_with("ed") {
        return word.len() > 4 && !NOT_PASSIVE.contains(&word);
    }
    IRREGULAR.contains(&word)
}

/// Words in -ed that say how something is, not what is done to it.
const NOT_PASSIVE: &[&str] = &[
    "aged",
    "based",
    "detailed",
    "experienced",
    "interested",
    "limited",
    "need",
    "proceed",
    "qualified",
    "related",
    "skilled",
    "succeed",
    "exceed",
    "supposed",
    "used",
    "able",
];

const IRREGULAR: &[&str] = &[
    "begun",
    "bound",
    "brought",
    "built",
    "chosen",
    "done",
    "drawn",
    "driven",
    "found",
    "given",
    "held",
    "hidden",
    "kept",
    "known",
    "laid",
    "led",
    "left",
    "lost",
    "made",
    "met",
    "paid",
    "put",
    "read",
    "run",
    "seen",
    "sent",
    "set",
    "shown",
    "shut",
    "sold",
    "spent",
    "split",
    "sworn",
    "taken",
    "taught",
    "told",
    "understood",
    "undertaken",
    "withdrawn",
    "written",
];
