//! One passage that both sides changed: merged by sentence, or not at all.
//!
//! Words are never mixed: `must within 24 hours` and `should within 72 hours` are two answers to
//! one question, and a person has to choose.

use crate::diff::sentences;

use super::Sides;
use super::three_way::{Fate, three_way};

/// A sentence or what stands between two of them.
struct Part<'t> {
    text: &'t str,
    key: String,
}

/// Merges a few lines by sentence; `None` where both sides changed the same one.
pub(super) fn merge(lines: Sides<&str>) -> Option<String> {
    if lines.any(|text| text.trim().is_empty() || text.lines().any(is_structure)) {
        return None;
    }
    // In a plain paragraph a line end is a blank: a sentence may be wrapped anew.
    let plain = !lines.any(|text| text.lines().any(|line| !is_plain(line)));
    let parts = lines.map(|text| {
        if plain {
            paragraph(text)
        } else {
            line_by_line(text)
        }
    });
    let keys = parts.as_ref().map(|parts| {
        parts
            .iter()
            .map(|part| part.key.as_str())
            .collect::<Vec<_>>()
    });
    let mut merged = String::new();
    for region in three_way(keys.as_ref().map(Vec::as_slice)) {
        let text = |parts: &[Part<'_>]| parts.iter().map(|part| part.text).collect::<String>();
        match region.fate {
            Fate::Kept => {
                // The same words; one side may have wrapped the lines anew.
                let texts = Sides::new(
                    text(&parts.base[region.at.base]),
                    text(&parts.ours[region.at.ours]),
                    text(&parts.theirs[region.at.theirs]),
                );
                merged.push_str(&texts.settled().unwrap_or(texts.ours));
            }
            Fate::Ours | Fate::Both => merged.push_str(&text(&parts.ours[region.at.ours])),
            Fate::Theirs => merged.push_str(&text(&parts.theirs[region.at.theirs])),
            Fate::Conflict => return None,
        }
    }
    Some(merged)
}

/// Tables, code, HTML and headings are no prose.
fn is_structure(line: &str) -> bool {
    let start = line.trim_start();
    line.starts_with("    ") || line.starts_with('\t') || start.starts_with(['|', '<', '#'])
}

/// Neither indented, nor a list item, nor a quotation, nor ended by a written line break.
fn is_plain(line: &str) -> bool {
    let line_end = line.trim_end_matches(['\r', '\n']);
    !line.starts_with([' ', '-', '*', '+', '>', '=', ':', '['])
        && !line.starts_with(|ch: char| ch.is_ascii_digit())
        && !line_end.ends_with("  ")
        && !line_end.ends_with('\\')
}

fn paragraph(text: &str) -> Vec<Part<'_>> {
    let flat: String = text
        .chars()
        .map(|ch| if matches!(ch, '\n' | '\r') { ' ' } else { ch })
        .collect();
    parts(text, &flat, |gap| {
        let paragraph_ends = gap.matches('\n').count() > 1;
        if paragraph_ends {
            "\n\n".to_owned()
        } else {
            " ".to_owned()
        }
    })
}

fn line_by_line(text: &str) -> Vec<Part<'_>> {
    text.split_inclusive('\n')
        .flat_map(|line| {
            let marker = list_marker(line);
            let (head, rest) = line.split_at(marker);
            let head = (!head.is_empty()).then(|| Part {
                text: head,
                key: head.to_owned(),
            });
            let flat = rest.replace(['\n', '\r'], " ");
            head.into_iter().chain(parts(rest, &flat, str::to_owned))
        })
        .collect()
}

/// The length of `- `, `* `, `12. ` or `> ` with the blanks before it.
fn list_marker(line: &str) -> usize {
    let start = line.trim_start_matches(' ');
    let digits = start.len()
        - start
            .trim_start_matches(|ch: char| ch.is_ascii_digit())
            .len();
    let sign = match digits {
        0 => usize::from(start.starts_with(['-', '*', '+', '>'])),
        digits => digits + usize::from(start[digits..].starts_with(['.', ')'])),
    };
    if sign > 0 && start[sign..].starts_with(' ') {
        line.len() - start.len() + sign + 1
    } else {
        0
    }
}

/// Cuts into sentences and gaps; `flat` is the text with blanks for line ends.
fn parts<'t>(text: &'t str, flat: &str, gap_key: impl Fn(&str) -> String) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    let mut at = 0;
    for range in sentences::split(flat) {
        let (gap, sentence) = (&text[at..range.start], &text[range.clone()]);
        if !gap.is_empty() {
            parts.push(Part {
                text: gap,
                key: gap_key(gap),
            });
        }
        let words: Vec<&str> = sentence
            .split([' ', '\n', '\r', '\t'])
            .filter(|word| !word.is_empty())
            .collect();
        parts.push(Part {
            text: sentence,
            key: words.join(" "),
        });
        at = range.end;
    }
    if at < text.len() {
        let gap = &text[at..];
        parts.push(Part {
            text: gap,
            key: gap_key(gap),
        });
    }
    parts
}
