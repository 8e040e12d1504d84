//! What is provably editorial: a change after which the text must mean what it meant.
//!
//! Blanks, typographic quotation marks and dashes, emphasis, and the case of letters outside the
//! words that carry duties. Anything else is a change of the text.

use super::slips::slip;
use super::tokens::tokens;
use crate::untrusted::is_invisible;

/// How two sentences that are not equal differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// Provably without meaning; what it is, for people.
    Editorial(&'static str),
    /// Only the case or emphasis of words that carry duties: the first such word, old and new.
    Notation(String, String),
    /// Otherwise.
    Text,
}

/// Words whose case is left alone: an organisation may give MUST another force than must.
pub(super) const KEYWORDS: &[&str] = &[
    "must",
    "shall",
    "should",
    "may",
    "required",
    "recommended",
    "optional",
    "not",
    "will",
    "can",
    "cannot",
    "never",
    "no",
    "only",
];

/// Says how two sentences differ.
pub(super) fn difference(old: &str, new: &str) -> Difference {
    let (blank_old, blank_new) = (spaced(old), spaced(new));
    if blank_old == blank_new {
        return Difference::Editorial("blanks");
    }
    // Where letters differ, more than the look does; only a slip of the pen is left.
    if letters(old) != letters(new) {
        return slipped(old, new);
    }
    let (typed_old, typed_new) = (typed(&blank_old), typed(&blank_new));
    if typed_old == typed_new {
        return Difference::Editorial("quotation marks or dashes");
    }
    let (plain_old, plain_new) = (plain(&typed_old), plain(&typed_new));
    let notation = || {
        let pair = keywords(&typed_old).into_iter().zip(keywords(&typed_new));
        pair.into_iter().find(|(old, new)| old != new)
    };
    if plain_old == plain_new {
        return match notation() {
            Some((old, new)) => Difference::Notation(old, new),
            None => Difference::Editorial("emphasis"),
        };
    }
    if folded(&plain_old, false) == folded(&plain_new, false) {
        return match notation() {
            Some((old, new)) => Difference::Notation(old, new),
            None => Difference::Editorial("upper and lower case"),
        };
    }
    if folded(&plain_old, true) == folded(&plain_new, true)
        && let Some((old, new)) = notation()
    {
        return Difference::Notation(old, new);
    }
    slipped(old, new)
}

/// A slip of spelling or grammar, if nothing that cannot be seen is among the difference.
fn slipped(old: &str, new: &str) -> Difference {
    let seen = |_: &&str| invisible(old, new).is_empty() && look_alike(old, new).is_empty();
    match slip(old, new).filter(seen) {
        Some(what) => Difference::Editorial(what),
        None => Difference::Text,
    }
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> String {
    let said = text.chars().filter(|ch| ch.is_alphanumeric());
    said.flat_map(char::to_lowercase).collect()
}

/// Blanks of every kind as one, none at the ends or beside a cell's border.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|ch: char| ch.is_whitespace() && !is_invisible(ch)) {
        if !word.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    if out.starts_with('|') {
        out = out.replace(" |", "|").replace("| ", "|");
    }
    out
}

/// Typographic signs as a typewriter has them, outside code.
fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (verbatim, piece) in pieces(text) {
        if verbatim {
            out.push_str(piece);
            continue;
        }
        for ch in piece.chars() {
            match ch {
                '“' | '”' | '„' | '‟' | '«' | '»' => out.push('"'),
                '‘' | '’' | '‚' | '‛' => out.push('\''),
                '‐' | '‑' | '‒' | '–' | '—' | '―' => out.push('-'),
                '…' => out.push_str("..."),
                ch => out.push(ch),
            }
        }
    }
    out
}

/// Without emphasis, outside code. A sign between two words or two blanks is none of emphasis.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (verbatim, piece) in pieces(text) {
        let end = at + piece.len();
        if verbatim {
            out.push_str(piece);
            at = end;
        }
        while at < end {
            let rest = &text[at..end];
            let ch = rest.chars().next().unwrap_or(' ');
            let sign = matches!(ch, '*' | '_');
            let same = rest.len() - rest.trim_start_matches(ch).len();
            let run = if sign { same } else { ch.len_utf8() };
            let before = text[..at].chars().next_back();
            let after = text[at + run..].chars().next();
            let word = |ch: Option<char>| ch.is_some_and(char::is_alphanumeric);
            let blank = |ch: Option<char>| ch.is_none_or(char::is_whitespace);
            let inner = word(before) && word(after) || blank(before) && blank(after);
            if !sign || inner || before == Some('\\') {
                out.push_str(&rest[..run]);
            }
            at += run;
        }
    }
    out
}

/// A sentence in pieces; what is `true` is verbatim: code spans, addresses, targets, parameters.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut out = Vec::new();
    let mut from = 0;
    for token in tokens(text) {
        let part = token.of(text);
        let target = part.find("](").filter(|_| part.starts_with(['[', '!']));
        let whole = part.starts_with('`') || part.starts_with("{{") || part.contains("://");
        let start = match target {
            Some(at) => token.start + at,
            None if whole => token.start,
            None => continue,
        };
        out.push((false, &text[from..start]));
        out.push((true, &text[start..token.end]));
        from = token.end;
    }
    out.push((false, &text[from..]));
    out
}

/// Lower case where case says nothing: not in words that carry duties (unless `keywords`), not in
/// abbreviations, names with digits, code and addresses.
fn folded(text: &str, keywords: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for token in tokens(text) {
        let part = token.of(text);
        out.push_str(token.blank_of(text));
        let lower = part.to_lowercase();
        let code = part.contains(['`', '(', '/', '{', '_']) || part.contains(char::is_numeric);
        let capitals = part.chars().filter(|ch| ch.is_alphabetic()).count() > 1
            && !part.contains(char::is_lowercase);
        if KEYWORDS.contains(&lower.as_str()) {
            out.push_str(if keywords { &lower } else { part });
        } else if code || capitals {
            out.push_str(part);
        } else {
            out.push_str(&lower);
        }
    }
    out
}

/// The words that carry duties as written, emphasis included.
fn keywords(text: &str) -> Vec<String> {
    let found = tokens(text).into_iter().filter_map(|token| {
        let word = token.of(text);
        if !KEYWORDS[..8].contains(&word.to_lowercase().as_str()) {
            return None;
        }
        let signs = |ch: char| matches!(ch, '*' | '_');
        let mut end = token.end;
        // MUST NOT is one word to a reader.
        if text
            .get(end..end + 4)
            .is_some_and(|next| next.eq_ignore_ascii_case(" not"))
        {
            end += 4;
        }
        let before = text[..token.start].len() - text[..token.start].trim_end_matches(signs).len();
        let after = text[end..].len() - text[end..].trim_start_matches(signs).len();
        Some(text[token.start - before..end + after].to_owned())
    });
    found.collect()
}

/// Names what no reader can see and only one side has, such as `U+200B`; empty if there is nothing.
pub(super) fn invisible(old: &str, new: &str) -> String {
    let hidden = |text: &str| {
        let mut found: Vec<char> = text.chars().filter(|ch| is_invisible(*ch)).collect();
        found.sort_unstable();
        found
    };
    let (before, after) = (hidden(old), hidden(new));
    if before == after {
        return String::new();
    }
    let mut all: Vec<char> = before.iter().chain(&after).copied().collect();
    all.sort_unstable();
    all.dedup();
    let count = |list: &[char], ch| list.iter().filter(|other| **other == ch).count();
    let names: Vec<String> = all
        .into_iter()
        .filter(|ch| count(&before, *ch) != count(&after, *ch))
        .map(|ch| format!("U+{:04X}", ch as u32))
        .collect();
    names.join(", ")
}

/// Names letters that look alike and are not, such as `U+0430` for `a`; empty if there is nothing.
pub(super) fn look_alike(old: &str, new: &str) -> String {
    let foreign = |ch: char| matches!(ch, '\u{300}'..='\u{36f}' | '\u{370}'..='\u{52f}' | '\u{2000}'..='\u{200a}' | '\u{ff01}'..='\u{ff5e}');
    let skeleton = |text: &str| {
        text.chars()
            .filter(|ch| !ch.is_alphabetic() && !foreign(*ch))
            .collect::<String>()
    };
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if a.len() != b.len() || skeleton(old).len() != skeleton(new).len() {
        return String::new();
    }
    let mut names = Vec::new();
    for (x, y) in a.iter().zip(&b).filter(|(x, y)| x != y) {
        if foreign(*x) == foreign(*y) {
            return String::new();
        }
        names.push(format!("U+{:04X} for U+{:04X}", *y as u32, *x as u32));
    }
    names.dedup();
    names.truncate(5);
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::Difference::{Editorial, Notation, Text};
    use super::*;

    #[test]
    fn only_what_can_be_proved_is_editorial() {
        assert_eq!(difference("a\u{a0}b", "a b"), Editorial("blanks"));
        assert_eq!(difference("| a | b |", "|a|b|"), Editorial("blanks"));
        assert_eq!(
            difference("“all” – it’s", "\"all\" - it's"),
            Editorial("quotation marks or dashes")
        );
        assert_eq!(
            difference("**Log** it _now_", "Log it now"),
            Editorial("emphasis")
        );
        assert_eq!(
            difference("The Key team", "the key team"),
            Editorial("upper and lower case")
        );
        for (old, new) in [
            ("it is US law", "it is us law"),
            ("a\u{200b}b", "ab"),
            ("a * b", "a b"),
            ("log_id", "logid"),
            ("`“a”`", "`\"a\"`"),
            ("~~gone~~", "gone"),
            ("now", "not"),
            ("[a](B.md)", "[a](b.md)"),
        ] {
            assert_eq!(difference(old, new), Text, "{old} / {new}");
        }
    }

    #[test]
    fn the_case_and_emphasis_of_a_duty_are_told_apart() {
        assert_eq!(
            difference("CAs must log", "CAs MUST log"),
            Notation("must".into(), "MUST".into())
        );
        assert_eq!(
            difference("you **MUST** log", "you MUST log"),
            Notation("**MUST**".into(), "MUST".into())
        );
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(invisible("ab", "a\u{200b}b"), "U+200B");
        assert_eq!(invisible("a\u{200b}b", "a\u{200b}b"), "");
        assert_eq!(look_alike("pay", "p\u{430}y"), "U+0430 for U+0061");
        assert_eq!(look_alike("pay", "pad"), "");
    }
}
