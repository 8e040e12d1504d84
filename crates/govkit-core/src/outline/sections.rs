//! What the order of headings says of sections: their ends, their parents, their anchors.

use std::collections::HashMap;

use super::{Outline, Section};

/// Gives every section its end and its parent.
pub(super) fn close(outline: &mut Outline, end: usize) {
    let starts: Vec<(usize, u8)> = outline
        .sections
        .iter()
        .map(|section| (section.heading_span.start, section.level))
        .collect();
    outline.preamble_end = starts.first().map_or(end, |(start, _)| *start);
    let mut open: Vec<usize> = Vec::new();
    for index in 0..starts.len() {
        let (start, level) = starts[index];
        while let Some(last) = open.last().copied().filter(|last| starts[*last].1 >= level) {
            outline.sections[last].span.end = start;
            open.pop();
        }
        let section = &mut outline.sections[index];
        section.parent = open.last().copied();
        section.own_end = starts.get(index + 1).map_or(end, |(next, _)| *next);
        open.push(index);
    }
    for last in open {
        outline.sections[last].span.end = end;
    }
}

/// Makes anchors unique the way GitHub does: the second `scope` becomes `scope-1`.
pub(super) fn make_unique(sections: &mut [Section]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for section in sections {
        let count = seen.entry(section.bare_anchor.clone()).or_insert(0);
        if *count > 0 {
            section.anchor = format!("{}-{count}", section.bare_anchor);
        }
        *count += 1;
    }
}
