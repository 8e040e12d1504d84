//! The body, merged section by section.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::outline::{Outline, Section};
use crate::similarity::{Chunks, RENAME_THRESHOLD, score};

use super::conflict::Place;
use super::keyed::{self, Named};
use super::out::Out;
use super::{Markers, Sides, lines};

/// Sections without a partner that are looked at for a new heading.
const MOST_UNPAIRED: usize = 64;

/// A heading with its own text, up to the next heading of any level.
#[derive(Clone, Debug)]
struct Part<'t> {
    /// Its name in the merge: the same for all sides.
    key: String,
    heading: Option<String>,
    /// Up to its last line that is not blank, without that line's end.
    text: &'t str,
    /// The blank lines that follow.
    blanks: &'t str,
}

/// Merges three bodies.
pub(super) fn merge<'m>(bodies: Sides<&str>, markers: &'m Markers) -> Out<'m> {
    let mut out = Out::new(markers);
    if let Some(body) = bodies.settled() {
        out.push(body);
        return out;
    }
    let sections = by_section(bodies, markers);
    match sections {
        Some(sections) if sections.conflicts.is_empty() => return sections,
        _ => {}
    }
    // A section that was cut in two, say, is no trouble for a merge that sees lines only.
    lines::merge_text(bodies, &Place::Section(None), false, &mut out);
    if out.conflicts.is_empty() && !doubles(bodies, &out.decided) {
        return out;
    }
    sections.unwrap_or(out)
}

fn by_section<'m>(bodies: Sides<&str>, markers: &'m Markers) -> Option<Out<'m>> {
    let parts = paired(bodies.map(parts));
    let names = parts.as_ref().map(|parts| {
        let named = |part| -> Named<'_> { named(part) };
        parts.iter().map(named).collect::<Vec<_>>()
    });
    let (_, order) = keyed::order(names.as_ref().map(Vec::as_slice))?;
    let found = parts.as_ref().map(|parts| {
        let pair = |part| -> (&str, &Part<'_>) { pair(part) };
        parts.iter().map(pair).collect::<HashMap<_, _>>()
    });
    let mut out = Out::new(markers);
    for key in order {
        set_apart(key, parts.as_ref().map(Vec::as_slice), &mut out);
        section(
            found.as_ref().map(|parts| parts.get(key).copied()),
            &mut out,
        );
    }
    Some(out)
}

/// Puts the blank lines before a new section that its author put there: what it follows now may
/// have been the end of the file.
fn set_apart(key: &str, sides: Sides<&[Part<'_>]>, out: &mut Out<'_>) {
    let at = sides.map(|parts| parts.iter().position(|part| part.key == key));
    let before = match (at.base, at.ours, at.theirs) {
        (None, Some(at), None) if at > 0 => sides.ours[at - 1].blanks,
        (None, None, Some(at)) if at > 0 => sides.theirs[at - 1].blanks,
        _ => return,
    };
    if out.bytes.is_empty() {
        return;
    }
    out.end_line();
    let blank = |byte: &&u8| matches!(**byte, b'\n' | b'\r');
    let ends = out
        .bytes
        .iter()
        .rev()
        .take_while(blank)
        .filter(|byte| **byte == b'\n')
        .count();
    let ending = if before.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let missing = before.matches('\n').count().saturating_sub(ends);
    out.push(ending.repeat(missing));
}

fn section(sides: Sides<Option<&Part<'_>>>, out: &mut Out<'_>) {
    let texts = sides.map(|part| part.map(|part| part.text));
    let blanks = sides.map(|part| part.map(|part| part.blanks));
    let blanks = blanks.settled().flatten().unwrap_or_else(|| longer(blanks));
    if let Some(text) = texts.settled() {
        if let Some(text) = text {
            out.push_lines(text);
            out.push(blanks);
        }
        return;
    }
    let heading = sides.ours.or(sides.theirs).or(sides.base);
    let place = Place::Section(heading.and_then(|part| part.heading.clone()));
    let lines = texts.map(|text| text.map_or_else(String::new, |text| format!("{text}\n")));
    let mut merged = Out::new(out.markers);
    if texts.ours.is_none() || texts.theirs.is_none() {
        let said = texts.map(|text| text.map(str::to_owned));
        merged.conflict(place, said, lines.as_ref().map(String::as_bytes));
    } else {
        lines::merge_text(
            lines.as_ref().map(String::as_str),
            &place,
            true,
            &mut merged,
        );
    }
    // The line end that was added above comes off again: `blanks` has the one that was written.
    let marked = merged.bytes != merged.decided;
    merged.drop_line_end();
    out.end_line();
    out.append(merged);
    out.push(if marked && blanks.is_empty() {
        "\n"
    } else {
        blanks
    });
}

fn longer(blanks: Sides<Option<&str>>) -> &str {
    let (ours, theirs) = (blanks.ours.unwrap_or(""), blanks.theirs.unwrap_or(""));
    if theirs.len() > ours.len() {
        theirs
    } else {
        ours
    }
}

/// Cuts a body at its headings; the parts in order are the whole body.
fn parts(body: &str) -> Vec<Part<'_>> {
    let outline = Outline::parse(body, 0);
    let mut starts = vec![(0, None)];
    for section in &outline.sections {
        // A heading inside a list or a quotation is part of it, not a section.
        let at = section.heading_span.start;
        if at == 0 || body[..at].ends_with('\n') {
            starts.push((at, Some(section)));
        }
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([body.len()]);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let part = |((start, section), end): ((usize, Option<&Section>), usize)| {
        let whole = &body[start..end];
        let text = whole.trim_end_matches(['\n', '\r', ' ', '\t']);
        // Two blanks at the end of the last line belong to it.
        let text = &whole[..text.len()
            + whole[text.len()..]
                .find(['\n', '\r'])
                .unwrap_or(whole.len() - text.len())];
        let anchor = section.map_or("", |section| section.bare_anchor.as_str());
        let count = seen.entry(anchor.to_owned()).or_insert(0);
        *count += 1;
        Part {
            key: format!("{anchor}#{count}"),
            heading: section.map(|section| section.heading.clone()),
            text,
            blanks: &whole[text.len()..],
        }
    };
    let parts: Vec<Part<'_>> = starts.iter().copied().zip(ends).map(part).collect();
    parts
        .into_iter()
        .filter(|part| part.heading.is_some() || !(part.text.is_empty() && part.blanks.is_empty()))
        .collect()
}

/// Gives a section with a new heading the name it had before.
fn paired<'t>(mut parts: Sides<Vec<Part<'t>>>) -> Sides<Vec<Part<'t>>> {
    rename(&parts.base, &mut parts.ours);
    rename(&parts.base, &mut parts.theirs);
    parts
}

fn rename(base: &[Part<'_>], side: &mut [Part<'_>]) {
    let missing = |parts: &[Part<'_>], others: &[Part<'_>]| -> Vec<usize> {
        let keys: HashSet<&str> = others.iter().map(|part| part.key.as_str()).collect();
        let alone =
            |at: &usize| !keys.contains(parts[*at].key.as_str()) && parts[*at].heading.is_some();
        (0..parts.len()).filter(alone).collect()
    };
    let (old, new) = (missing(base, side), missing(side, base));
    if old.len().max(new.len()) > MOST_UNPAIRED {
        return;
    }
    let own = |part: &Part<'_>| {
        let text = part
            .text
            .split_once('\n')
            .map_or("", |(_, text)| text.trim());
        Chunks::of(text.as_bytes())
    };
    let chunks = |parts: &[Part<'_>], which: &[usize]| {
        which.iter().map(|at| own(&parts[*at])).collect::<Vec<_>>()
    };
    let (old_chunks, new_chunks) = (chunks(base, &old), chunks(side, &new));
    let mut pairs = Vec::new();
    for (a, before) in old_chunks.iter().enumerate() {
        for (b, after) in new_chunks.iter().enumerate() {
            let score = score(before, after);
            if score >= RENAME_THRESHOLD {
                pairs.push((std::cmp::Reverse(score), a, b));
            }
        }
    }
    pairs.sort();
    let (mut taken_old, mut taken_new) = (HashSet::new(), HashSet::new());
    for (_, a, b) in pairs {
        if !taken_old.contains(&a) && !taken_new.contains(&b) {
            taken_old.insert(a);
            taken_new.insert(b);
            side[new[b]].key = base[old[a]].key.clone();
        }
    }
}

/// Whether the answer has a heading more often than either side.
fn doubles(bodies: Sides<&str>, merged: &[u8]) -> bool {
    let counts = |body: &str| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for section in Outline::parse(body, 0).sections {
            *counts.entry(section.bare_anchor).or_default() += 1;
        }
        counts
    };
    let merged = counts(&String::from_utf8_lossy(merged));
    let (ours, theirs) = (counts(bodies.ours), counts(bodies.theirs));
    let most = |anchor: &String| {
        ours.get(anchor)
            .max(theirs.get(anchor))
            .copied()
            .unwrap_or(0)
    };
    merged.iter().any(|(anchor, count)| *count > most(anchor))
}

fn named<'p>(part: &'p Part<'_>) -> Named<'p> {
    Named {
        key: &part.key,
        group: 0,
    }
}

fn pair<'p, 't>(part: &'p Part<'t>) -> (&'p str, &'p Part<'t>) {
    (&part.key, part)
}
