//! Conditions, exceptions and triggers: the clauses that say when a sentence applies.

use std::ops::Range;
use std::sync::LazyLock;

use super::duty::Duty;
use super::span;
use super::words::{Lexicon, Word};

/// What a clause does to its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConditionKind {
    /// It says when: if, when, provided that.
    When,
    /// It takes something out: unless, except, does not apply.
    Exception,
    /// It begins the sentence and says for what or from when: "For each audit, …".
    Lead,
}

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) kind: ConditionKind,
    pub(crate) span: Range<usize>,
    /// The same as indices of words.
    pub(crate) at: Range<usize>,
}

use ConditionKind::{Exception, Lead, When};

#[rustfmt::skip]
const WHEN: &[&str] = &[
    "if", "only if", "when", "whenever", "only when", "where", "wherever", "provided that",
    "provided", "providing that", "as long as", "so long as", "in the event", "in case",
    "in the case", "in cases", "until", "to the extent", "as applicable", "when applicable",
    "if applicable", "where applicable", "if possible", "where possible", "where feasible",
    "should you", "on condition that", "once", "upon", "regardless of", "irrespective of",
    "as soon as", "subject to",
];
#[rustfmt::skip]
const EXCEPTIONS: &[&str] = &[
    "unless", "except", "except for", "except that", "except when", "except where", "except as",
    "excluding", "with the exception of", "other than", "notwithstanding",
    "without prejudice to", "does not apply", "do not apply", "shall not apply",
    "outside the scope", "out of scope", "is exempt", "are exempt", "exempt from",
    "exempted from", "in addition to",
];
/// What may begin a sentence and say for what or from when.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "for", "beginning", "starting", "effective", "as of", "from", "prior to", "before", "after",
    "until", "during", "on", "in", "at", "by", "following", "with respect to", "upon",
    "in addition to", "within",
];
/// What begins a sentence with a comma behind it and is no condition.
#[rustfmt::skip]
const CONNECTIVES: &[&str] = &[
    "in order to", "in addition", "in particular", "in general", "for example", "for instance",
    "in accordance with", "for clarity", "in other words", "in short", "in fact", "at present",
    "by submitting", "by using", "for this reason", "for these reasons",
    "for the avoidance of doubt", "on the other hand", "in summary",
];

static CONDITION: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(WHEN.iter().copied()));
static EXCEPTION: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(EXCEPTIONS.iter().copied()));
static LEAD: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(LEADS.iter().copied()));
static CONNECTIVE: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(CONNECTIVES.iter().copied()));

/// Reads the clauses of a sentence, in order.
pub(super) fn read(words: &[Word], duties: &[Duty]) -> Vec<Condition> {
    let mut out: Vec<Condition> = Vec::new();
    let first = words
        .iter()
        .position(|word| word.spoken && !word.any(&["note", "that", "also", "and"]))
        .unwrap_or(0);
    let mut at = 0;
    while at < words.len() {
        let Some((kind, count)) = opener(words, at, first) else {
            at += 1;
            continue;
        };
        let inside = |duty: &Duty| duty.at.contains(&at);
        // "is exempt" may be the whole statement; a modal inside is none of the clause.
        if duties.iter().any(inside) {
            at += count;
            continue;
        }
        let range = at..end(words, at, count, at == first, duties);
        if kind == Lead && range.end >= words.len() {
            at += count;
            continue;
        }
        at = range.end.max(at + 1);
        let range = trimmed(words, range);
        out.push(Condition {
            kind,
            span: span(words, range.clone()),
            at: range,
        });
    }
    out
}

fn opener(words: &[Word], at: usize, first: usize) -> Option<(ConditionKind, usize)> {
    if words[at].quoted {
        return None;
    }
    let exception = EXCEPTION.longest(words, at);
    if let Some((count, _)) = exception {
        return Some((Exception, count));
    }
    // "to determine if" and "the time when" ask and describe.
    let asks = at.checked_sub(1).is_some_and(|before| {
        words[before].any(&[
            "determine",
            "check",
            "verify",
            "decide",
            "see",
            "know",
            "even",
            "as",
            "assess",
            "confirm",
        ])
    });
    if let Some((count, which)) = CONDITION.longest(words, at)
        && !(asks && WHEN[which] == "if")
        && !(matches!(WHEN[which], "upon" | "once" | "subject to" | "provided") && at != first)
    {
        return Some((When, count));
    }
    if at != first || CONNECTIVE.longest(words, at).is_some() {
        return None;
    }
    LEAD.longest(words, at).map(|(count, _)| (Lead, count))
}

/// Without the signs at its end.
fn trimmed(words: &[Word], mut range: Range<usize>) -> Range<usize> {
    while range.end > range.start + 1 && !words[range.end - 1].spoken {
        range.end -= 1;
    }
    range
}

/// Where a clause ends: at the comma before the main clause, else with the sentence or its bracket.
fn end(words: &[Word], start: usize, count: usize, leads: bool, duties: &[Duty]) -> usize {
    let mut depth = 0;
    let mut commas = Vec::new();
    let mut end = words.len();
    for (at, word) in words.iter().enumerate().skip(start + count) {
        match word.lower.as_str() {
            "(" | "[" => depth += 1,
            ")" | "]" if depth == 0 => {
                end = at;
                break;
            }
            ")" | "]" => depth -= 1,
            ";" | ":" | "—" if depth == 0 => {
                end = at;
                break;
            }
            "," if depth == 0 => commas.push(at),
            _ => {}
        }
    }
    let mut commas: Vec<usize> = commas.into_iter().filter(|at| *at < end).collect();
    // "if, during the year, all of them": what stands between the first two commas is put in.
    if commas.first() == Some(&(start + count)) {
        commas.drain(..commas.len().min(2));
    }
    if leads {
        // The main clause begins behind the last comma before its duty; without a duty, behind the first.
        let duty = duties.iter().find(|duty| duty.at.start > start + count);
        let close = match duty {
            Some(duty) => commas
                .iter()
                .rev()
                .find(|comma| **comma < duty.at.start)
                .or(commas.first()),
            None => commas.first(),
        };
        return close.copied().unwrap_or(end);
    }
    // In the middle of a sentence: up to the comma after which a new clause has its own duty.
    let next = duties.iter().find(|duty| duty.at.start > start + count);
    let close = next.and_then(|duty| commas.iter().rev().find(|comma| **comma < duty.at.start));
    close
        .copied()
        .or_else(|| {
            commas
                .first()
                .copied()
                .filter(|_| words[start].any(&["if", "where", "when"]) && end - start > 12)
        })
        .unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::super::{duty, words};
    use super::*;

    fn conditions(text: &str) -> Vec<(ConditionKind, String)> {
        let words = words::read(text);
        let duties = duty::read(&words);
        let told = |one: Condition| (one.kind, text[one.span].to_owned());
        read(&words, &duties).into_iter().map(told).collect()
    }

    #[test]
    fn a_clause_before_the_duty_ends_at_its_comma() {
        assert_eq!(
            conditions(
                "If the audit fails, or is late, the owner MUST tell the CISO unless it is closed."
            ),
            [
                (When, "If the audit fails, or is late".to_owned()),
                (Exception, "unless it is closed".to_owned()),
            ]
        );
        assert_eq!(
            conditions(
                "For each annual period beginning on July 1, 2027, each operator MUST obtain a report."
            ),
            [(
                Lead,
                "For each annual period beginning on July 1, 2027".to_owned()
            )]
        );
    }

    #[test]
    fn brackets_bound_a_clause_and_connectives_are_none() {
        assert_eq!(
            conditions("Identity of the person (when applicable); and"),
            [(When, "when applicable".to_owned())]
        );
        assert_eq!(
            conditions("In order to be safe, staff must lock doors."),
            []
        );
        assert_eq!(conditions("Check if it works."), []);
        assert_eq!(conditions("In the building."), []);
    }

    #[test]
    fn what_is_taken_out_is_an_exception() {
        assert_eq!(
            conditions("Validation is considered outside the scope of the logging requirements."),
            [(
                Exception,
                "outside the scope of the logging requirements".to_owned()
            )]
        );
    }
}
