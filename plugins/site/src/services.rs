//! The service catalogue, and the map business service → application → infrastructure.

use crate::diagram;
use crate::html::text;
use crate::markdown::line;
use crate::model::Site;
use crate::page::{Shell, badge, link};

const LAYERS: [(&str, &str); 3] = [
    ("business", "Business services"),
    ("application", "Applications"),
    ("infrastructure", "Infrastructure"),
];

pub(crate) fn page(site: &Site<'_>, shell: &Shell) -> String {
    let services: Vec<usize> = site.of_kind("service").collect();
    let mut out = String::from(
        "<h1>Services</h1>\n<p class=\"lead\">What you can get, what it stands on, and how to ask for it.</p>\n",
    );
    out.push_str(&map(site, &services));
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

/// The map business service → application → infrastructure.
fn map(site: &Site<'_>, services: &[usize]) -> String {
    let in_layer = |layer: &str| {
        let here = |index: &&usize| site.items[**index].raw.text("layer") == layer;
        services.iter().filter(here).copied().collect()
    };
    let needs = |&from: &usize| {
        let all = site.targets(from, "depends_on").into_iter();
        all.map(move |to| (from, to)).collect::<Vec<_>>()
    };
    let lines: Vec<(usize, usize)> = services.iter().flat_map(needs).collect();
    diagram::draw(
        site,
        "Services by layer, with lines to what they stand on",
        LAYERS.map(|(layer, heading)| (heading, in_layer(layer))),
        &lines,
    )
}
