//! A redline as data: which words of a sentence stayed, went and came.
//!
//! Tokens are words; a URL, a Markdown link, a code span, a date and a number with its unit stay
//! whole. Reading `=` and `-` gives the old sentence back, `=` and `+` the new one.

use schemars::JsonSchema;
use serde::Serialize;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::tokens::{Token, tokens};

/// What happened to a span of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub enum Mark {
    /// It stands on both sides.
    #[serde(rename = "=")]
    Same,
    /// It stands on the old side only.
    #[serde(rename = "-")]
    Old,
    /// It stands on the new side only.
    #[serde(rename = "+")]
    New,
}

/// Spans of text in reading order, each marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Redline(pub Vec<(Mark, String)>);

/// Sentences of more bytes or tokens than this are shown whole.
pub(super) const MAX_SENTENCE_BYTES: usize = 64 << 10;
const MAX_TOKENS: usize = 4_000;

/// A sentence of which more than this share changes is shown whole.
const WHOLE_SHARE: f64 = 0.6;

impl Redline {
    /// Compares two sentences word by word.
    ///
    /// The second value is false when a sentence is too long for that and both are shown whole.
    pub fn between(old: &str, new: &str) -> (Self, bool) {
        if old == new {
            return (Self::spans([(Mark::Same, old)]), true);
        }
        if old.len().max(new.len()) > MAX_SENTENCE_BYTES {
            return (Self::whole(old, new), false);
        }
        let (a, b) = (tokens(old), tokens(new));
        if a.len() > MAX_TOKENS || b.len() > MAX_TOKENS {
            return (Self::whole(old, new), false);
        }
        let ops = merged(word_ops(&a, &b), &a);
        if changed_share(&ops) > WHOLE_SHARE {
            return (Self::whole(old, new), true);
        }
        (Self::of_ops(&ops, (old, &a), (new, &b)), true)
    }

    /// Marks all of `old` as gone and all of `new` as come.
    pub fn whole(old: &str, new: &str) -> Self {
        Self::spans([(Mark::Old, old), (Mark::New, new)])
    }

    /// Returns the first words that differ, old and new.
    pub(super) fn first_change(&self) -> (Option<&str>, Option<&str>) {
        let mut changes = self.0.iter().skip_while(|(mark, _)| *mark == Mark::Same);
        match (changes.next(), changes.next()) {
            (Some((Mark::Old, old)), Some((Mark::New, new))) => {
                (Some(old.trim()), Some(new.trim()))
            }
            (Some((Mark::Old, old)), _) => (Some(old.trim()), None),
            (Some((_, new)), _) => (None, Some(new.trim())),
            (None, _) => (None, None),
        }
    }

    /// Returns the old text.
    pub fn old(&self) -> String {
        self.side(Mark::New)
    }

    /// Returns the new text.
    pub fn new_text(&self) -> String {
        self.side(Mark::Old)
    }

    fn side(&self, without: Mark) -> String {
        let kept = self.0.iter().filter(|(mark, _)| *mark != without);
        kept.map(|(_, text)| text.as_str()).collect()
    }

    fn spans<'a>(spans: impl IntoIterator<Item = (Mark, &'a str)>) -> Self {
        let mut line = Self::default();
        for (mark, text) in spans {
            line.push(mark, text);
        }
        line
    }

    /// Appends text; a mark repeated goes on, and within a change the old text stands first.
    fn push(&mut self, mark: Mark, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some((last, before)) = self.0.last_mut()
            && *last == mark
        {
            before.push_str(text);
        } else {
            self.0.push((mark, text.to_owned()));
        }
    }

    fn of_ops(
        ops: &[DiffOp],
        (old, a): (&str, &[Token<'_>]),
        (new, b): (&str, &[Token<'_>]),
    ) -> Self {
        let mut line = Self::default();
        let (mut gone, mut came) = (String::new(), String::new());
        for op in ops {
            let (tag, from, to) = op.as_tag_tuple();
            if tag != DiffTag::Equal {
                gone.push_str(&old[range(a, from)]);
                came.push_str(&new[range(b, to)]);
                continue;
            }
            for (x, y) in a[from].iter().zip(&b[to]) {
                gone.push_str(x.blank_of(old));
                came.push_str(y.blank_of(new));
                line.push_change(&gone, &came);
                line.push(Mark::Same, x.of(old));
                gone.clear();
                came.clear();
            }
        }
        gone.push_str(&old[tail(a)..]);
        came.push_str(&new[tail(b)..]);
        line.push_change(&gone, &came);
        line
    }

    /// Appends a replacement; a blank at an end that both sides share is left unmarked.
    fn push_change(&mut self, old: &str, new: &str) {
        let ends = old.ends_with(' ') && new.ends_with(' ');
        let cut = usize::from(ends);
        let (before, after) = (&old[..old.len() - cut], &new[..new.len() - cut]);
        let starts = usize::from(before.starts_with(' ') && after.starts_with(' '));
        self.push(Mark::Same, &before[..starts]);
        self.push(Mark::Old, &before[starts..]);
        self.push(Mark::New, &after[starts..]);
        self.push(Mark::Same, &old[old.len() - cut..]);
    }
}

/// The share of tokens that do not stand on both sides.
fn changed_share(ops: &[DiffOp]) -> f64 {
    let (mut changed, mut all) = (0, 0);
    for op in ops {
        let tokens = op.old_range().len() + op.new_range().len();
        all += tokens;
        changed += if op.tag() == DiffTag::Equal {
            0
        } else {
            tokens
        };
    }
    changed as f64 / all.max(1) as f64
}

/// The bytes of a run of tokens with the blanks before each.
fn range(tokens: &[Token], run: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let Some((first, last)) = tokens[run.clone()].first().zip(tokens[run].last()) else {
        return 0..0;
    };
    first.blank..last.end
}

fn tail(tokens: &[Token]) -> usize {
    tokens.last().map_or(0, |token| token.end)
}

fn word_ops(a: &[Token<'_>], b: &[Token<'_>]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Histogram, &keys(a), &keys(b))
}

fn keys<'t>(tokens: &[Token<'t>]) -> Vec<&'t str> {
    tokens.iter().map(|token| token.key).collect()
}

/// Joins changes that only punctuation stands between: a reader sees one change.
fn merged(ops: Vec<DiffOp>, a: &[Token]) -> Vec<DiffOp> {
    let mut out: Vec<DiffOp> = Vec::with_capacity(ops.len());
    for (at, op) in ops.iter().enumerate() {
        let island = op.tag() == DiffTag::Equal
            && at + 1 < ops.len()
            && a[op.old_range()].iter().all(|token| !token.word);
        let after_change = out.last().is_some_and(|last| last.tag() != DiffTag::Equal);
        if (island || op.tag() != DiffTag::Equal) && after_change {
            let last = out.len() - 1;
            out[last] = joined(&out[last], op);
        } else {
            out.push(*op);
        }
    }
    out
}

fn joined(first: &DiffOp, second: &DiffOp) -> DiffOp {
    let (old, new) = (first.old_range(), first.new_range());
    DiffOp::Replace {
        old_index: old.start,
        old_len: second.old_range().end - old.start,
        new_index: new.start,
        new_len: second.new_range().end - new.start,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let mut out = String::new();
        for (mark, text) in Redline::between(old, new).0.0 {
            match mark {
                Mark::Same => out.push_str(&text),
                Mark::Old => out.push_str(&format!("[-{text}-]")),
                Mark::New => out.push_str(&format!("{{+{text}+}}")),
            }
        }
        out
    }

    #[test]
    fn a_number_changes_with_its_unit() {
        assert_eq!(
            shown(
                "notify within 24 hours of detection.",
                "notify within 72 hours of detection."
            ),
            "notify within [-24 hours-]{+72 hours+} of detection."
        );
    }

    #[test]
    fn words_that_go_or_come_take_one_blank_along() {
        assert_eq!(shown("a b c d e f", "a b d e f"), "a b[- c-] d e f");
        assert_eq!(shown("a b d e f", "a b c d e f"), "a b{+ c+} d e f");
    }

    #[test]
    fn neighbouring_changes_are_one_and_punctuation_between_them_joins() {
        assert_eq!(
            shown(
                "it is kept by the old, grey man today",
                "it is kept by the young, green man today"
            ),
            "it is kept by the [-old, grey-]{+young, green+} man today"
        );
    }

    #[test]
    fn links_code_and_addresses_stay_whole() {
        assert_eq!(
            shown(
                "see [the team](a b.md) and `x y` on https://a.example/b now",
                "see [the team](c d.md) and `x z` on https://a.example/c now"
            ),
            "see [-[the team](a b.md)-]{+[the team](c d.md)+} and [-`x y`-]{+`x z`+} on [-https://a.example/b-]{+https://a.example/c+} now"
        );
    }

    #[test]
    fn a_sentence_that_is_mostly_new_is_shown_whole() {
        assert_eq!(
            shown("one two three", "one four five six"),
            "[-one two three-]{+one four five six+}"
        );
    }

    proptest! {
        #[test]
        fn both_sentences_can_be_read_back(old in "(\\PC|[ab ,.`\\[\\]()0-9]){0,40}", new in "(\\PC|[ab ,.`\\[\\]()0-9]){0,40}") {
            let (line, _) = Redline::between(&old, &new);
            prop_assert_eq!(line.old(), old);
            prop_assert_eq!(line.new_text(), new);
        }
    }
}
