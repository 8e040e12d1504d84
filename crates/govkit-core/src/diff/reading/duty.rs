//! Duties: words that require, recommend, permit or forbid, and who they bind.
//!
//! The words are those of RFC 2119 and RFC 8174 and the phrases that stand for them in policies,
//! contracts and handbooks. Whether capitals are required is not asked here: most policies write
//! their duties in small letters.

use std::ops::Range;
use std::sync::LazyLock;

use super::party::is_party;
use super::span;
use super::words::{Lexicon, Word};

/// How strongly a sentence binds, from nothing to a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Force {
    /// Freed from a duty: need not, is not required to.
    Exempt,
    /// Allowed: may, is permitted to.
    Permit,
    /// Advised: should, is encouraged to.
    Recommend,
    /// Announced or promised: will, you agree.
    Commit,
    /// Required: must, shall, is required to; with a negation forbidden.
    Require,
}

/// One duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duty {
    /// How strongly it binds.
    pub(crate) force: Force,
    /// Whether it forbids.
    pub(crate) negative: bool,
    /// The words that carry it.
    pub(crate) modal: Range<usize>,
    /// The same as indices of words.
    pub(crate) at: Range<usize>,
    /// Who or what it binds: the words before the modal.
    pub(crate) actor: Range<usize>,
    /// Whether it is a plain `will` or `can`, too weak to be told of without a counterpart.
    pub(crate) faint: bool,
}

use Force::{Commit, Exempt, Permit, Recommend, Require};

/// Phrases with the force they carry, whether they forbid, and whether they need a form of `be` or
/// a capital before them to count.
#[rustfmt::skip]
const PHRASES: &[(&str, Force, bool, Needs)] = &[
    ("must not", Require, true, Needs::Nothing),
    ("must never", Require, true, Needs::Nothing),
    ("mustn't", Require, true, Needs::Nothing),
    ("must", Require, false, Needs::Nothing),
    ("shall not", Require, true, Needs::Nothing),
    ("shall never", Require, true, Needs::Nothing),
    ("shall", Require, false, Needs::Nothing),
    ("may not", Require, true, Needs::Nothing),
    ("may only", Require, false, Needs::Nothing),
    ("may", Permit, false, Needs::Nothing),
    ("should not", Recommend, true, Needs::Nothing),
    ("shouldn't", Recommend, true, Needs::Nothing),
    ("should", Recommend, false, Needs::Nothing),
    ("ought to", Recommend, false, Needs::Nothing),
    ("ought not to", Recommend, true, Needs::Nothing),
    ("will not", Commit, true, Needs::Nothing),
    ("will", Commit, false, Needs::Nothing),
    ("cannot", Require, true, Needs::Nothing),
    ("can not", Require, true, Needs::Nothing),
    ("can", Permit, false, Needs::Nothing),
    ("need not", Exempt, false, Needs::Nothing),
    ("do not need to", Exempt, false, Needs::Nothing),
    ("does not need to", Exempt, false, Needs::Nothing),
    ("do not have to", Exempt, false, Needs::Nothing),
    ("does not have to", Exempt, false, Needs::Nothing),
    ("need to", Require, false, Needs::Nothing),
    ("needs to", Require, false, Needs::Nothing),
    ("have to", Require, false, Needs::Nothing),
    ("has to", Require, false, Needs::Nothing),
    ("required to", Require, false, Needs::Be),
    ("required", Require, false, Needs::BeOrCapitals),
    ("not required to", Exempt, false, Needs::Be),
    ("not required", Exempt, false, Needs::Be),
    ("no longer required to", Exempt, false, Needs::Be),
    ("no longer required", Exempt, false, Needs::Be),
    ("mandatory", Require, false, Needs::Be),
    ("obliged to", Require, false, Needs::Be),
    ("obligated to", Require, false, Needs::Be),
    ("not obliged to", Exempt, false, Needs::Be),
    ("responsible for", Require, false, Needs::Be),
    ("subject to approval", Require, false, Needs::Nothing),
    ("subject to review", Require, false, Needs::Nothing),
    ("prohibited from", Require, true, Needs::Be),
    ("prohibited", Require, true, Needs::Be),
    ("forbidden to", Require, true, Needs::Be),
    ("forbidden", Require, true, Needs::Be),
    ("not permitted to", Require, true, Needs::Be),
    ("not permitted", Require, true, Needs::Be),
    ("not allowed to", Require, true, Needs::Be),
    ("not allowed", Require, true, Needs::Be),
    ("not authorized to", Require, true, Needs::Be),
    ("permitted to", Permit, false, Needs::Be),
    ("permitted", Permit, false, Needs::Be),
    ("allowed to", Permit, false, Needs::Be),
    ("allowed", Permit, false, Needs::Be),
    ("authorized to", Permit, false, Needs::Be),
    ("authorised to", Permit, false, Needs::Be),
    ("entitled to", Permit, false, Needs::Be),
    ("free to", Permit, false, Needs::Be),
    ("optional", Permit, false, Needs::BeOrCapitals),
    ("not recommended", Recommend, true, Needs::BeOrCapitals),
    ("recommended to", Recommend, false, Needs::Be),
    ("recommended", Recommend, false, Needs::BeOrCapitals),
    ("strongly recommended", Recommend, false, Needs::BeOrCapitals),
    ("discouraged", Recommend, true, Needs::Be),
    ("encouraged to", Recommend, false, Needs::Be),
    ("strongly encouraged to", Recommend, false, Needs::Be),
    ("urged to", Recommend, false, Needs::Be),
    ("strongly urged to", Recommend, false, Needs::Be),
    ("advised to", Recommend, false, Needs::Be),
    ("strongly advised to", Recommend, false, Needs::Be),
    ("expected to", Recommend, false, Needs::Be),
    ("asked to", Recommend, false, Needs::Be),
    ("requested to", Recommend, false, Needs::Be),
];

/// The phrases, to be looked for.
static MODALS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::new(PHRASES.iter().map(|(phrase, ..)| *phrase)));

/// What a phrase needs in order to carry a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing.
    Nothing,
    /// A form of `be` right before it, which then belongs to it.
    Be,
    /// A form of `be`, or capitals.
    BeOrCapitals,
}

#[rustfmt::skip]
const BE: &[&str] = &[
    "is", "are", "be", "was", "were", "being", "been", "remain", "remains",
];

/// Who promises by saying so, and the verbs that do.
#[rustfmt::skip]
const SPEAKERS: &[&str] = &[
    "you", "user", "users", "customer", "customers", "party", "parties", "we", "i", "licensee",
    "contributor", "contributors", "supplier", "vendor",
];
#[rustfmt::skip]
const PLEDGES: &[&str] = &[
    "agree", "agrees", "attest", "attests", "certify", "certifies", "warrant", "warrants",
    "represent", "represents", "undertake", "undertakes", "consent", "consents", "acknowledge",
    "acknowledges", "waive", "waives", "commit", "commits", "promise", "promises",
];

/// Reads the duties of a sentence, in order.
pub(super) fn read(words: &[Word]) -> Vec<Duty> {
    let mut out: Vec<Duty> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some(duty) = modal(words, at).or_else(|| pledge(words, at)) else {
            at += 1;
            continue;
        };
        at = duty.at.end;
        out.push(duty);
    }
    out
}

fn modal(words: &[Word], at: usize) -> Option<Duty> {
    let (count, which) = MODALS.longest(words, at)?;
    let (phrase, force, negative, needs) = PHRASES[which];
    let word = &words[at];
    if word.quoted || is_month(words, at, phrase) || is_inverted(words, at, phrase) {
        return None;
    }
    let be = at.checked_sub(1).filter(|before| words[*before].any(BE));
    let start = match needs {
        Needs::Nothing => at,
        Needs::Be => be?,
        Needs::BeOrCapitals => match be {
            Some(be) => be,
            None if word.capitals => at,
            None => return None,
        },
    };
    let range = start..at + count;
    let actor = actor(words, start);
    let none = words
        .get(actor.clone())
        .and_then(|words| words.first())
        .is_some_and(|word| word.any(&["no", "none", "neither", "nobody"]));
    let (force, negative) = match (none, force) {
        // "No member may": what is allowed to none is forbidden.
        (true, Permit) => (Require, true),
        (true, force) => (force, !negative),
        (false, force) => (force, negative),
    };
    Some(Duty {
        force,
        negative,
        modal: span(words, range.clone()),
        actor: span(words, actor),
        faint: !word.capitals && faint(words, phrase, &range),
        at: range,
    })
}

/// Whether a modal says what happens or could happen rather than what is asked or allowed.
fn faint(words: &[Word], phrase: &str, range: &Range<usize>) -> bool {
    let next = words.get(range.end);
    let then = |list: &[&str]| next.is_some_and(|next| next.any(list));
    let before = range.start.checked_sub(1).map(|at| &words[at]);
    match phrase {
        "will" | "will not" | "can" | "cannot" | "can not" => true,
        // "This may include": it happens.
        "may" => {
            then(POSSIBLE)
                || before.is_some_and(|word| word.any(&["this", "it", "that", "these", "there"]))
        }
        // "May need to", "do not want to have to": no duty of its own.
        "need to" | "needs to" | "have to" | "has to" => before.is_some_and(|word| {
            word.any(&["may", "might", "will", "would", "could", "not", "to", "can"])
        }),
        // "Would be allowed": supposed, not allowed.
        _ if before.is_some_and(|word| word.any(&["would", "could", "might"])) => true,
        // "Those who are responsible for": said of them, not asked.
        "responsible for" => before.is_some_and(|word| word.any(RELATIVES)),
        // "\"You\" shall mean": a definition.
        "shall" | "must" | "should" => then(&["mean", "refer", "denote"]),
        _ => false,
    }
}

/// What follows a `may` that says that something is possible.
#[rustfmt::skip]
const POSSIBLE: &[&str] = &[
    "be", "include", "contain", "result", "cause", "vary", "change", "require", "need", "occur",
    "differ", "apply", "have", "become", "appear", "lead", "fail", "exist", "arise", "depend",
    "also", "happen", "not",
];

/// "You agree", "by submitting it you attest": a promise made by the text itself.
fn pledge(words: &[Word], at: usize) -> Option<Duty> {
    let before = at.checked_sub(1)?;
    let speaks = words[before].any(SPEAKERS) && !words[at].quoted;
    if !words[at].any(PLEDGES) || !speaks {
        return None;
    }
    Some(Duty {
        force: Commit,
        negative: false,
        modal: span(words, at..at + 1),
        at: at..at + 1,
        actor: span(words, before..at),
        faint: false,
    })
}

/// May 2026 is a month.
fn is_month(words: &[Word], at: usize, phrase: &str) -> bool {
    let word = &words[at];
    let named = phrase == "may" && word.capital && !word.capitals;
    let next = words.get(at + 1);
    let before = at.checked_sub(1).map(|before| &words[before]);
    named
        && (next.is_some_and(|next| next.numeric() || next.any(&[",", "]"]))
            || before.is_some_and(Word::numeric))
}

/// "Should you need help, …" is a condition, "May I?" a question.
fn is_inverted(words: &[Word], at: usize, phrase: &str) -> bool {
    let next = words.get(at + 1);
    at == 0
        && matches!(phrase, "should" | "may" | "can" | "will")
        && next.is_some_and(|next| {
            next.any(&[
                "you", "a", "an", "the", "any", "i", "we", "it", "they", "this", "there",
            ])
        })
}

/// Words a clause begins after.
#[rustfmt::skip]
const BREAKS: &[&str] = &[
    ",", ";", ":", ".", "—", "–", "(", "and", "or", "but", "then", "if", "that", "when",
    "unless", "because", "while", "so",
];
/// Words that point back to what stands before them.
const RELATIVES: &[&str] = &["that", "which", "who"];

/// The words from the beginning of the clause to the modal.
fn actor(words: &[Word], modal: usize) -> Range<usize> {
    let mut end = modal;
    // "certificates that MUST": the actor stands before the pronoun.
    if end > 0 && words[end - 1].any(RELATIVES) {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && end - start < 14 {
        let before = &words[start - 1];
        let breaks =
            before.any(BREAKS) && !(before.any(&["and", "or"]) && joins(words, start - 1, end));
        if breaks {
            break;
        }
        start -= 1;
    }
    while start < end
        && (!words[start].spoken || words[start].any(&["and", "or", "but", "then", "that"]))
    {
        start += 1;
    }
    start..end
}

/// Whether `and` joins two names: "the owner and the auditor must", "staff and contractors must".
fn joins(words: &[Word], at: usize, end: usize) -> bool {
    let article = |word: Option<&Word>| {
        word.is_some_and(|word| word.capital || word.any(&["the", "a", "an", "each", "any"]))
    };
    let named = words[at + 1..end.max(at + 1)].iter().any(is_party);
    (article(words.get(at + 1)) || named) && at > 0 && words[at - 1].spoken
}

/// Whether a sentence tells the reader to do something: "Remove the account".
pub(super) fn imperative(words: &[Word]) -> bool {
    let mut spoken = words.iter().filter(|word| word.spoken);
    let Some(first) = spoken.next() else {
        return false;
    };
    let second = spoken.next();
    // "Report findings" tells, "Report findings are kept" does not; a noun is followed by its verb.
    let noun = second.is_some_and(|next| {
        next.any(BE) || next.any(&["of", "must", "shall", "should", "may", "will"])
    });
    first.any(IMPERATIVES) && !noun
}

/// Verbs instructions begin with.
#[rustfmt::skip]
const IMPERATIVES: &[&str] = &[
    "accept", "acknowledge", "add", "agree", "allow", "announce", "apply", "approve", "archive",
    "ask", "assess", "assign", "attach", "avoid", "back", "block", "book", "call", "cancel",
    "check", "choose", "clean", "clear", "close", "collect", "compare", "complete", "configure",
    "confirm", "consider", "contact", "copy", "create", "decide", "define", "delete", "deliver",
    "deploy", "describe", "destroy", "determine", "disable", "discard", "disconnect", "discuss",
    "do", "document", "download", "draft", "edit", "email", "enable", "encrypt", "ensure",
    "enter", "escalate", "establish", "evaluate", "examine", "export", "file", "fill", "find",
    "fix", "follow", "forward", "gather", "get", "give", "go", "grant", "hand", "identify",
    "include", "inform", "initiate", "inspect", "install", "interview", "investigate", "invite",
    "isolate", "keep", "label", "list", "lock", "log", "mail", "maintain", "make", "mark",
    "measure", "merge", "monitor", "move", "name", "note", "notify", "obtain", "open", "order",
    "pay", "perform", "plan", "post", "prepare", "print", "provide", "publish", "raise",
    "re-enable", "read", "reboot", "recommend", "record", "redirect", "refer", "register",
    "reject", "release", "remind", "remove", "rename", "renew", "repeat", "replace", "report",
    "request", "reset", "resolve", "restart", "restore", "restrict", "retain", "return",
    "review", "revoke", "rotate", "run", "save", "scan", "schedule", "secure", "select", "send",
    "set", "share", "shred", "sign", "start", "state", "stop", "store", "submit", "tell",
    "terminate", "test", "track", "train", "transfer", "turn", "update", "upgrade", "upload",
    "use", "validate", "verify", "wait", "wipe", "withdraw", "write",
];

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    fn duties(text: &str) -> Vec<(String, Force, bool, String)> {
        let words = words::read(text);
        let told = |duty: Duty| {
            (
                text[duty.modal].to_owned(),
                duty.force,
                duty.negative,
                text[duty.actor].to_owned(),
            )
        };
        read(&words).into_iter().map(told).collect()
    }

    fn duty(
        modal: &str,
        force: Force,
        negative: bool,
        actor: &str,
    ) -> (String, Force, bool, String) {
        (modal.to_owned(), force, negative, actor.to_owned())
    }

    #[test]
    fn a_duty_has_a_force_and_an_actor() {
        assert_eq!(
            duties("If an audit fails, the owner MUST NOT close it and should tell the CISO."),
            [
                duty("MUST NOT", Require, true, "the owner"),
                duty("should", Recommend, false, ""),
            ]
        );
        assert_eq!(
            duties("CA operators are strongly urged to apply."),
            [duty(
                "are strongly urged to",
                Recommend,
                false,
                "CA operators"
            )]
        );
        assert_eq!(
            duties("Backups that MUST be tested are listed."),
            [duty("MUST", Require, false, "Backups")]
        );
    }

    #[test]
    fn what_is_allowed_to_none_is_forbidden() {
        assert_eq!(
            duties("No more than two keys may be active."),
            [duty("may", Require, true, "No more than two keys")]
        );
    }

    #[test]
    fn months_questions_quotations_and_adjectives_are_no_duties() {
        assert_eq!(duties("Effective 1 May 2026 and May 3."), []);
        assert_eq!(duties("Should you need help, ask."), []);
        assert_eq!(duties("The word “MUST” is a keyword."), []);
        assert_eq!(duties("A required field."), []);
        assert_eq!(duties("This is REQUIRED.").len(), 1);
    }

    #[test]
    fn a_promise_binds_who_makes_it() {
        assert_eq!(
            duties("By submitting it, you attest that it is true."),
            [duty("attest", Commit, false, "you")]
        );
    }

    #[test]
    fn instructions_begin_with_a_verb() {
        let told = |text| imperative(&words::read(text));
        assert!(told("**Invite** them to the project."));
        assert!(!told("Records are kept."));
        assert!(!told("Review of the plan"));
    }
}
