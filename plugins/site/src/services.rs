//! The service catalogue, and the map business service → application → infrastructure.

use std::collections::BTreeMap;

use crate::html::text;
use crate::markdown::line;
use crate::model::Site;
use crate::page::{Shell, badge, link};

const LAYERS: [(&str, &str); 3] = [
    ("business", "Business services"),
    ("application", "Applications"),
    ("infrastructure", "Infrastructure"),
];

/// More boxes than this make a picture nobody can read: the tables below it say the same.
const BOXES: usize = 150;

pub(crate) fn page(site: &Site<'_>, shell: &Shell) -> String {
    let services: Vec<usize> = site.of_kind("service").collect();
    let mut out = String::from(
        "<h1>Services</h1>\n<p class=\"lead\">What you can get, what it stands on, and how to ask for it.</p>\n",
    );
    if services.len() <= BOXES {
        out.push_str(&map(site, &services));
    }
    let other = |index: &usize| {
        !LAYERS
            .iter()
            .any(|(layer, _)| *layer == site.items[*index].raw.text("layer"))
    };
    for (layer, heading) in LAYERS {
        let here = services
            .iter()
            .filter(|&&index| site.items[index].raw.text("layer") == layer);
        out.push_str(&catalogue(site, heading, here.copied()));
    }
    out.push_str(&catalogue(
        site,
        "Other services",
        services.iter().filter(|index| other(index)).copied(),
    ));
    shell.wrap("", "services.html", "Services", &out)
}

fn catalogue(site: &Site<'_>, heading: &str, services: impl Iterator<Item = usize>) -> String {
    let mut out = String::new();
    for index in services {
        let item = &site.items[index];
        let needs: Vec<String> = site
            .targets(index, "depends_on")
            .into_iter()
            .map(|to| link(site, to, "a/"))
            .collect();
        let mut facts = String::new();
        let request = item.raw.text("request");
        if !request.is_empty() {
            facts.push_str(&format!(
                "<p><b>How to ask for it.</b> {}</p>",
                line(site, index, &request, "a/")
            ));
        }
        if !needs.is_empty() {
            facts.push_str(&format!("<p><b>Stands on</b> {}</p>", needs.join(", ")));
        }
        out.push_str(&format!(
            "<article class=\"card\"><h3>{} {}</h3><p>{}</p>{facts}</article>\n",
            link(site, index, "a/"),
            badge(&item.raw.status),
            text(&item.raw.text("summary"))
        ));
    }
    match out.is_empty() {
        true => out,
        false => format!("<h2>{heading}</h2>\n<div class=\"grid\">{out}</div>\n"),
    }
}

/// Sizes of the map, in the units of its picture.
const WIDE: usize = 220;
const HIGH: usize = 44;
const ROW: usize = 62;
const COLUMN: usize = 320;
const TOP: usize = 34;
const BEND: usize = 50;

/// The map as a picture; the lists below it say the same in words.
fn map(site: &Site<'_>, services: &[usize]) -> String {
    let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut rows = [0; LAYERS.len()];
    for &index in services {
        let layer = site.items[index].raw.text("layer");
        if let Some(column) = LAYERS.iter().position(|(name, _)| *name == layer) {
            places.insert(index, (column, TOP + rows[column] * ROW));
            rows[column] += 1;
        }
    }
    let height = TOP + rows.iter().max().copied().unwrap_or(0) * ROW;
    // The lines within the last column bend out to its right.
    let width = 2 * COLUMN + WIDE + BEND;
    let below = TOP + rows[1] * ROW - (ROW - HIGH) / 2;
    let mut lines = String::new();
    let mut boxes = String::new();
    for (&index, &place) in &places {
        for to in site.targets(index, "depends_on") {
            if let Some(&to) = places.get(&to) {
                let way = way(place, to, below);
                lines.push_str(&format!("<path d=\"{way}\"/>\n"));
            }
        }
        boxes.push_str(&service_box(site, index, place));
    }
    let heads: String = LAYERS
        .iter()
        .enumerate()
        .map(|(at, (_, heading))| {
            let x = left(at);
            format!("<text class=\"head\" x=\"{x}\" y=\"18\">{heading}</text>\n")
        })
        .collect();
    format!(
        "<figure class=\"wide\" tabindex=\"0\" aria-label=\"Map of the services\"><svg class=\"map\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" aria-label=\"Services by layer, with lines to what they stand on\">\n<g class=\"lines\" aria-hidden=\"true\">{lines}</g>\n{heads}{boxes}</svg></figure>\n"
    )
}

fn left(column: usize) -> usize {
    column * COLUMN + 1
}

/// The way of a line from one box to another, each given by its column and its upper edge. One that
/// passes over the middle column runs `below` the boxes there: behind them it would seem to end at one.
fn way((column, y): (usize, usize), (to_column, to_y): (usize, usize), below: usize) -> String {
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

fn service_box(site: &Site<'_>, index: usize, (column, y): (usize, usize)) -> String {
    let item = &site.items[index];
    let short: String = item.raw.title.chars().take(26).collect();
    let x = left(column);
    format!(
        "<a href=\"a/{}.html\"><rect x=\"{x}\" y=\"{y}\" width=\"{WIDE}\" height=\"{HIGH}\" rx=\"8\"/><text x=\"{}\" y=\"{}\">{}</text></a>\n",
        item.name,
        x + 14,
        y + HIGH / 2 + 5,
        text(&short)
    )
}
