//! Pictures of what hangs together: boxes in three columns, and lines between them. Whatever one
//! shows stands on its page in words, too.

use std::collections::BTreeMap;

use crate::html::text;
use crate::model::Site;

/// More boxes than this make a picture nobody can read.
pub(crate) const BOXES: usize = 150;

/// Characters that fit into a line of a box, and lines.
const SHORT: usize = 24;
const LINES: usize = 2;

/// Sizes in the units of the picture.
const WIDE: usize = 220;
const HIGH: usize = 44;
const ROW: usize = 62;
const COLUMN: usize = 320;
const TOP: usize = 34;
const BEND: usize = 50;

/// A column and the upper edge of a box in it.
type Place = (usize, usize);

/// Draws columns of artifacts under their headings, and lines between those of them that are there;
/// empty where there are too many boxes, or fewer than two columns to connect.
pub(crate) fn draw(
    site: &Site<'_>,
    says: &str,
    columns: [(&str, Vec<usize>); 3],
    links: &[(usize, usize)],
) -> String {
    let count: usize = columns.iter().map(|(_, column)| column.len()).sum();
    let filled = columns.iter().filter(|(_, column)| !column.is_empty());
    if count > BOXES || filled.count() < 2 {
        return String::new();
    }
    let mut places: BTreeMap<usize, Place> = BTreeMap::new();
    for (at, (_, column)) in columns.iter().enumerate() {
        let rows = column.iter().enumerate();
        places.extend(rows.map(|(row, &index)| (index, (at, TOP + row * ROW))));
    }
    let rows = columns.iter().map(|(_, column)| column.len());
    let height = TOP + rows.max().unwrap_or(0) * ROW;
    // The lines within the last column bend out to its right.
    let width = 2 * COLUMN + WIDE + BEND;
    let below = TOP + columns[1].1.len() * ROW - (ROW - HIGH) / 2;
    let lines: String = links
        .iter()
        .filter_map(|(from, to)| Some((*places.get(from)?, *places.get(to)?)))
        .map(|(from, to)| format!("<path d=\"{}\"/>\n", way(from, to, below)))
        .collect();
    let boxes: String = places
        .iter()
        .map(|(&index, &place)| artifact(site, index, place))
        .collect();
    let heads: String = columns
        .iter()
        .enumerate()
        .map(|(at, (heading, _))| {
            let x = left(at);
            format!("<text class=\"head\" x=\"{x}\" y=\"18\">{heading}</text>\n")
        })
        .collect();
    format!(
        "<figure class=\"wide\" tabindex=\"0\" aria-label=\"{says}\"><svg class=\"map\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-label=\"{says}\">\n<g class=\"lines\" aria-hidden=\"true\">{lines}</g>\n{heads}{boxes}</svg></figure>\n"
    )
}

fn left(column: usize) -> usize {
    column * COLUMN + 1
}

/// The way of a line from one box to another, each given by its column and its upper edge. One that
/// passes over the middle column runs `below` the boxes there: behind them it would seem to end at one.
fn way((column, y): Place, (to_column, to_y): Place, below: usize) -> String {
    let (y, to_y) = (y + HIGH / 2, to_y + HIGH / 2);
    let (x, to_x) = (left(column), left(to_column));
    match to_column as isize - column as isize {
        0 => {
            let (x, bend) = (x + WIDE, x + WIDE + BEND);
            format!("M{x} {y} C{bend} {y} {bend} {to_y} {x} {to_y}")
        }
        1 => curve((x + WIDE, y), (to_x, to_y)),
        -1 => curve((to_x + WIDE, to_y), (x, y)),
        way => {
            let ((x, y), (to_x, to_y)) = match way > 0 {
                true => ((x, y), (to_x, to_y)),
                false => ((to_x, to_y), (x, y)),
            };
            let middle = left(1);
            let into = curve((x + WIDE, y), (middle, below));
            let out = curve((middle + WIDE, below), (to_x, to_y));
            format!("{into} L{}", &out[1..])
        }
    }
}

fn curve((x, y): (usize, usize), (to_x, to_y): (usize, usize)) -> String {
    let (bend, unbend) = (x + BEND, to_x - BEND);
    format!("M{x} {y} C{bend} {y} {unbend} {to_y} {to_x} {to_y}")
}

fn artifact(site: &Site<'_>, index: usize, (column, y): Place) -> String {
    let item = &site.items[index];
    let x = left(column);
    let lines = lines(&item.raw.title);
    // Lines stand 16 apart, the first so that all are in the middle of the box.
    let first = y + HIGH / 2 + 5 - (lines.len() - 1) * 8;
    let words = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let (x, y) = (x + 14, first + at * 16);
            format!("<text x=\"{x}\" y=\"{y}\">{}</text>", text(line))
        })
        .collect::<Vec<String>>()
        // To a screen reader the lines are one text.
        .join(" ");
    format!(
        "<a href=\"a/{}.html\"><rect x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"8\"/>{words}</a>\n",
        item.name
    )
}

/// A title in the lines of a box, at least one; what does not fit is left out, with a mark.
fn lines(title: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in title.split_whitespace() {
        let last = lines.len() - 1;
        let line = &lines[last];
        let blank = usize::from(!line.is_empty());
        if width(line) + blank + width(word) <= SHORT {
            let line = format!("{line}{}{word}", &" "[..blank]);
            lines[last] = line;
        } else if line.is_empty() || lines.len() == LINES {
            let line = format!("{line}{}{word}", &" "[..blank]);
            lines[last] = cut(&line);
            return lines;
        } else {
            let fits = width(word) <= SHORT;
            lines.push(if fits { word.to_owned() } else { cut(word) });
            if !fits {
                return lines;
            }
        }
    }
    lines
}

/// As much of a line as fits, and an ellipsis.
fn cut(line: &str) -> String {
    let mut out = String::new();
    for ch in line.chars() {
        if width(&out) + width(ch.encode_utf8(&mut [0; 4])) >= SHORT {
            break;
        }
        out.push(ch);
    }
    format!("{}…", out.trim_end())
}

/// Places a text takes; a character of East Asia takes two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|ch| if ch >= '\u{1100}' { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn a_title_stays_in_its_box() {
        for (title, wanted) in [
            ("Change", &["Change"][..]),
            ("", &[""]),
            (
                "Asset and configuration management",
                &["Asset and configuration", "management"],
            ),
            (
                "Assess and approve a normal change of a service that is live",
                &["Assess and approve a", "normal change of a serv…"],
            ),
            ("Abcdefghijklmnopqrstuvwxyz", &["Abcdefghijklmnopqrstuvw…"]),
            (
                "服务台服务台服务台服务台服务台",
                &["服务台服务台服务台服务…"],
            ),
        ] {
            assert_eq!(lines(title), wanted, "{title}");
        }
    }
}
