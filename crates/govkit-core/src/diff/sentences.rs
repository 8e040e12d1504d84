//! Where one sentence ends and the next begins.

use std::ops::Range;

/// Words that end with a full stop and end no sentence.
const ABBREVIATIONS: &[&str] = &[
    "e.g", "i.e", "eg", "ie", "etc", "cf", "vs", "no", "nr", "sec", "art", "fig", "dr", "mr",
    "mrs", "ms", "inc", "ltd", "corp", "co", "st", "approx", "resp", "incl", "excl", "al", "ca",
    "p", "pp", "par", "vol", "z.b", "d.h", "bzw", "usw",
];

/// Splits a text without line breaks into sentences; blanks between them belong to none.
pub(crate) fn split(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut state = State::of(text);
    for (at, ch) in text.char_indices() {
        let end = at + ch.len_utf8();
        let protected = state.protects(at, ch, &text[end..]);
        if !protected && at >= start && ends(&text[start..end], ch, &text[end..]) {
            let end = end + closers(&text[end..]);
            out.push(start..end);
            start = end + blanks(&text[end..]);
        }
    }
    if start < text.len() && !text[start..].trim().is_empty() {
        out.push(start..start + text[start..].trim_end().len());
    }
    out
}

/// What a full stop is protected by: a code span, the text or the target of a link.
#[derive(Default)]
struct State {
    code: bool,
    label: bool,
    target: bool,
    /// Where the last sign of each kind stands: one that nothing closes opens nothing.
    last_tick: usize,
    last_bracket: usize,
    /// The next closing bracket that was looked for.
    next_close: usize,
}

impl State {
    fn of(text: &str) -> Self {
        Self {
            last_tick: text.rfind('`').unwrap_or(0),
            last_bracket: text.rfind(')').unwrap_or(0),
            ..Self::default()
        }
    }

    fn protects(&mut self, at: usize, ch: char, rest: &str) -> bool {
        match ch {
            '`' => self.code = !self.code && at < self.last_tick,
            '[' if !self.code => self.label = self.is_label(at, rest),
            ']' if !self.code => {
                self.label = false;
                self.target = rest.starts_with('(') && at < self.last_bracket;
            }
            ')' if !self.code => self.target = false,
            _ => {}
        }
        self.code || self.label || self.target
    }

    /// Whether the bracket at `at` opens the text of a link, one that ends not too far away.
    fn is_label(&mut self, at: usize, rest: &str) -> bool {
        const MOST: usize = 300;
        if self.next_close <= at {
            self.next_close = rest.find(']').map_or(usize::MAX, |close| at + 1 + close);
        }
        let close = self.next_close.saturating_sub(at + 1);
        let after = rest.as_bytes().get(close.saturating_add(1));
        close < MOST && matches!(after, Some(b'(' | b'['))
    }
}

/// Whether a sentence ends with `ch`, the last character of `before`.
fn ends(before: &str, ch: char, rest: &str) -> bool {
    match ch {
        '。' | '！' | '？' => return true,
        '.' | '!' | '?' | '…' => {}
        _ => return false,
    }
    let after = &rest[closers(rest)..];
    if after.is_empty() || !after.starts_with(char::is_whitespace) {
        return false;
    }
    let next = after
        .trim_start()
        .trim_start_matches(['*', '_', '"', '“', '‘', '(', '[', '`', '\'']);
    let starts = next.chars().next().is_none_or(|next| !next.is_lowercase());
    starts && !(ch == '.' && abbreviated(before))
}

/// Whether the full stop `before` ends with belongs to its word: `e.g.`, `No.`, `J.`, `3.`.
fn abbreviated(before: &str) -> bool {
    let word = before[..before.len() - 1]
        .rsplit(|ch: char| ch.is_whitespace() || matches!(ch, '(' | '[' | '"' | '*' | '_' | '“'))
        .next()
        .unwrap_or("");
    let alone = word.len() == before.len() - 1;
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    // A number at the start of a text is an ordinal: "3. Review the change."
    let ordinal = alone && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    initial || ordinal || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// Quotation marks, brackets and markup that close with the sentence.
fn closers(rest: &str) -> usize {
    rest.len()
        - rest
            .trim_start_matches(['"', '”', '’', '\'', ')', ']', '*', '_', '»', '.', '!', '?'])
            .len()
}

fn blanks(rest: &str) -> usize {
    rest.len() - rest.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        assert_eq!(
            sentences(
                "Log it. **Then tell** the CISO (e.g. by phone). Is it 3.2? \"Yes.\" See [a b. C](x. Y). Done"
            ),
            [
                "Log it.",
                "**Then tell** the CISO (e.g. by phone).",
                "Is it 3.2?",
                "\"Yes.\"",
                "See [a b. C](x. Y).",
                "Done"
            ]
        );
    }

    #[test]
    fn code_and_initials_do_not_end_one() {
        assert_eq!(
            sentences("Run `a. B` as J. Doe. Ok."),
            ["Run `a. B` as J. Doe.", "Ok."]
        );
        assert_eq!(sentences("1. First. 2 more."), ["1. First.", "2 more."]);
        assert_eq!(sentences("終わり。次。"), ["終わり。", "次。"]);
    }
}
