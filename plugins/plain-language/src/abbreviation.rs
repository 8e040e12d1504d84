//! Abbreviations nobody spelled out.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;

use crate::sentence::Sentence;
use crate::{Hit, Options, RuleId};

const MIN: usize = 2;
const MAX: usize = 6;

/// The abbreviations of one document, each with the place it is first used at.
#[derive(Default)]
pub(crate) struct Used<'a>(BTreeMap<&'a str, Range<usize>>);

impl<'a> Used<'a> {
    /// Takes in the words of a sentence of `body`.
    pub(crate) fn add(&mut self, body: &'a str, sentence: &Sentence<'_>) {
        for (index, word) in sentence.words.iter().enumerate() {
            let length = word.end - word.start;
            if !(MIN..=MAX + 2).contains(&length) || !word.plain {
                continue;
            }
            let Some(text) = body.get(word.start..word.end).and_then(abbreviation) else {
                continue;
            };
            // Capitals for emphasis come in rows: "DO NOT OPEN".
            let shouted = |at: usize| {
                abbreviation(sentence.text(at)).is_some_and(|word| !REQUIREMENT.contains(&word))
            };
            let in_a_row = (index > 0 && shouted(index - 1)) || shouted(index + 1);
            if !in_a_row && !self.0.contains_key(text) {
                let range = word.start..word.start + text.len();
                self.0.insert(text, range);
            }
        }
    }

    /// Returns those that are neither known nor explained, in the order of the document.
    pub(crate) fn undefined(self, title: &str, body: &str, options: &Options, out: &mut Vec<Hit>) {
        for (text, range) in self.0 {
            let known = COMMON.binary_search(&text).is_ok()
                || options.known.iter().any(|known| known == text);
            if known || is_roman(text) || is_explained(text, body) || is_explained(text, title) {
                continue;
            }
            out.push(Hit {
                rule: RuleId::UndefinedAbbreviation,
                range,
                message: format!("`{text}` is not spelled out anywhere in this document"),
                help: Some(format!(
                    "write it out once, followed by \"({text})\", or add it to `known`"
                )),
            });
        }
    }
}

/// Returns the capitals of `SLA`, `SLAs` and `SLA's`; nothing for any other word.
fn abbreviation(word: &str) -> Option<&str> {
    let bare = word.strip_suffix("'s").unwrap_or(word);
    let bare = bare.strip_suffix('s').unwrap_or(bare);
    let capitals = bare.bytes().all(|byte| byte.is_ascii_uppercase());
    ((MIN..=MAX).contains(&bare.len()) && capitals).then_some(bare)
}

fn is_roman(text: &str) -> bool {
    text.bytes().all(|byte| b"IVX".contains(&byte))
}

/// Whether the text says somewhere what the abbreviation stands for: "(SLA)", "SLA (service…",
/// "SLA:", "SLA means", "| SLA |".
fn is_explained(abbreviation: &str, text: &str) -> bool {
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, abbreviation).any(|at| {
        let before = at.checked_sub(1).map(|at| bytes[at]);
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        let after = &bytes[at + abbreviation.len()..];
        let after = after.strip_prefix(b"s").unwrap_or(after);
        let after = without_emphasis(after);
        let opened = matches!(before, Some(b'(' | b'"'));
        (opened && after.starts_with(b")"))
            || (before == Some(b'(') && after.starts_with(b","))
            || EXPLAINS.iter().any(|explains| after.starts_with(explains))
            || (starts_cell(bytes, at) && after.starts_with(b" |"))
    })
}

const EXPLAINS: &[&[u8]] = &[
    b" (",
    b": ",
    b" means ",
    b" stands for ",
    b" is short for ",
    b" = ",
    b" \xe2\x80\x93 ",
    b" \xe2\x80\x94 ",
];

fn starts_cell(bytes: &[u8], at: usize) -> bool {
    let line = bytes[..at]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    bytes[line..at].iter().all(|byte| b"| *".contains(byte))
}

fn without_emphasis(bytes: &[u8]) -> &[u8] {
    let marks = bytes.iter().take_while(|byte| b"*_".contains(byte)).count();
    &bytes[marks..]
}

/// Words of requirement, which stand in capitals beside any other word.
const REQUIREMENT: &[&str] = &["MAY", "MUST", "SHALL", "SHOULD"];

/// Sorted. Words in capitals that need no explanation: requirement words, emphasis, and what
/// every reader knows.
const COMMON: &[&str] = &[
    "AD", "ALL", "AM", "AND", "ANY", "API", "ASCII", "BC", "BE", "BY", "CAN", "CD", "CEO", "CET",
    "CFO", "CIO", "COO", "CPU", "CSV", "CTO", "DNA", "DNS", "DO", "DVD", "EDT", "EST", "EU", "EUR",
    "FAQ", "FOR", "FTP", "GB", "GBP", "GIF", "GMT", "GPS", "GPU", "HR", "HTML", "HTTP", "HTTPS",
    "ID", "IF", "IN", "IP", "IS", "ISO", "IT", "JPEG", "JSON", "KB", "LTD", "MAY", "MB", "MUST",
    "NB", "NO", "NOT", "NOTE", "OF", "OK", "ON", "ONLY", "OR", "PC", "PDF", "PIN", "PM", "PNG",
    "PR", "PST", "RAM", "RFC", "ROM", "SHALL", "SHOULD", "SMS", "SQL", "SSH", "TB", "TBD", "TCP",
    "THE", "TLS", "TO", "TV", "UK", "UN", "URI", "URL", "US", "USA", "USB", "USD", "UTC", "UTF",
    "VAT", "VPN", "WIFI", "WILL", "XML", "YAML", "YES", "ZIP",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_common_words_is_sorted() {
        let mut sorted = COMMON.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, COMMON);
    }

    #[test]
    fn an_explanation_is_seen_in_each_form() {
        for text in [
            "a service level agreement (SLA) is",
            "the agreements (SLAs) are",
            "an SLA (service level agreement)",
            "**SLA** (service level agreement)",
            "- SLA: service level agreement",
            "SLA means service level agreement",
            "| SLA | service level agreement |",
            "**SLA** – service level agreement",
        ] {
            assert!(is_explained("SLA", text), "{text}");
        }
        for text in ["the SLA is", "SLAB (slab)", "XSLA (x)", "a | b SLA | c"] {
            assert!(!is_explained("SLA", text), "{text}");
        }
    }
}
