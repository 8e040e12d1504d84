//! A merge by lines, and inside a line by sentences where both sides changed one.

use super::Sides;
use super::conflict::Place;
use super::out::Out;
use super::passage;
use super::three_way::{Fate, three_way};

/// Merges bytes of any kind line by line.
pub(super) fn merge_bytes(sides: Sides<&[u8]>, out: &mut Out<'_>) {
    merge(sides, &Place::Text, false, out);
}

/// Merges text line by line; with `prose`, sentence by sentence where both changed a line.
pub(super) fn merge_text(sides: Sides<&str>, place: &Place, prose: bool, out: &mut Out<'_>) {
    merge(sides.map(str::as_bytes), place, prose, out);
}

fn merge(sides: Sides<&[u8]>, place: &Place, prose: bool, out: &mut Out<'_>) {
    let texts = sides.map(Lines::of);
    let regions = three_way(texts.as_ref().map(|text| text.lines.as_slice()));
    let code = texts.as_ref().map(|text| text.in_code());
    for region in regions {
        let at = region.at;
        match region.fate {
            Fate::Kept | Fate::Ours | Fate::Both => out.push_lines(texts.ours.slice(&at.ours)),
            Fate::Theirs => out.push_lines(texts.theirs.slice(&at.theirs)),
            Fate::Conflict => {
                let within = Sides::new(
                    texts.base.slice(&at.base),
                    texts.ours.slice(&at.ours),
                    texts.theirs.slice(&at.theirs),
                );
                let is_code = code.base[at.base].contains(&true)
                    || code.ours[at.ours].contains(&true)
                    || code.theirs[at.theirs].contains(&true);
                match passages(within).filter(|_| prose && !is_code) {
                    Some(text) => {
                        out.note(note(place));
                        out.push_lines(text);
                    }
                    None => conflict(within, place, out),
                }
            }
        }
    }
}

fn note(place: &Place) -> String {
    let place = match place {
        Place::Section(Some(heading)) => format!("§ {heading}"),
        _ => "the text".to_owned(),
    };
    format!("{place}: both sides changed one paragraph, in different sentences; read it once more")
}

fn passages(within: Sides<&[u8]>) -> Option<String> {
    passage::merge(within.try_map(|bytes| str::from_utf8(bytes).ok())?)
}

/// Writes a conflict without the lines at its ends that both sides agree on.
fn conflict(within: Sides<&[u8]>, place: &Place, out: &mut Out<'_>) {
    let (ours, theirs) = (Lines::of(within.ours), Lines::of(within.theirs));
    let (mut start, mut end) = (0, 0);
    if !out.markers.with_base {
        let shorter = ours.lines.len().min(theirs.lines.len());
        let same = |a: usize, b: usize| ours.lines[a] == theirs.lines[b];
        start = (0..shorter).take_while(|at| same(*at, *at)).count();
        let from_end = |at: &usize| same(ours.lines.len() - 1 - at, theirs.lines.len() - 1 - at);
        end = (0..shorter - start).take_while(from_end).count();
    }
    let middle = |text: &Lines<'_>| start..text.lines.len() - end;
    out.push_lines(ours.slice(&(0..start)));
    let said = |bytes: &[u8]| Some(String::from_utf8_lossy(bytes).into_owned());
    let shown = Sides::new(
        within.base,
        ours.slice(&middle(&ours)),
        theirs.slice(&middle(&theirs)),
    );
    out.conflict(place.clone(), shown.map(said), shown);
    out.push_lines(ours.slice(&(ours.lines.len() - end..ours.lines.len())));
}

/// A text cut into lines, each with its line end.
struct Lines<'t> {
    text: &'t [u8],
    lines: Vec<&'t [u8]>,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t [u8]) -> Self {
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let mut starts = vec![0];
        for line in &lines {
            starts.push(starts[starts.len() - 1] + line.len());
        }
        Self {
            text,
            lines,
            starts,
        }
    }

    fn slice(&self, range: &std::ops::Range<usize>) -> &'t [u8] {
        &self.text[self.starts[range.start]..self.starts[range.end]]
    }

    /// Which lines stand in a fenced block of code; the fences count.
    fn in_code(&self) -> Vec<bool> {
        let mut open: Option<u8> = None;
        let line = |line: &&[u8]| {
            let trimmed = line.trim_ascii_start();
            let mark = [b'`', b'~']
                .into_iter()
                .find(|mark| trimmed.starts_with(&[*mark; 3]));
            match (open, mark) {
                (None, Some(mark)) => open = Some(mark),
                (Some(opened), Some(mark)) if opened == mark => open = None,
                (open, _) => return open.is_some(),
            }
            true
        };
        self.lines.iter().map(line).collect()
    }
}
